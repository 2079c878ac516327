"""Grease pencil modifiers. Main thread only.

Before Blender 4.3 they have a list of their own. Segments of dashes and of time can be made by operators alone.
"""

from __future__ import annotations

import bpy

from .keyed import MAKERS, Indexed, Named


def _new(stack, key: str, tree: dict):
    return stack.new(name=key, type=tree["type"])


class Segments(Indexed):
    """A modifier's segments by index. ``add`` and ``remove`` are operators."""

    def __init__(self, name: str, add, remove):
        super().__init__(name, lambda collection, tree: None)
        self._add = add
        self._remove = remove

    def make(self, owner, key, tree, visit):
        place = len(owner.segments)
        if key != str(place):
            raise ValueError(f"segment {key} would leave a gap")
        # The new one comes behind this one; an index beyond the last has Blender 3.4 write beyond its memory.
        owner.segment_active_index = max(0, place - 1)
        with bpy.context.temp_override(object=owner.id_data, active_object=owner.id_data):
            self._add(modifier=owner.name)
        if len(owner.segments) == place:
            raise ValueError("Blender made no segment")
        return owner.segments[place]

    def drop(self, owner, key, item):
        with bpy.context.temp_override(object=owner.id_data, active_object=owner.id_data):
            self._remove(modifier=owner.name, index=int(key))


def _segments(add: str, remove: str):
    group, make = add.split(".")
    drop = remove.split(".")[1]
    operators = getattr(bpy.ops, group)
    return lambda name: Segments(name, getattr(operators, make), getattr(operators, drop))


TABLE = MAKERS
MAKERS["Object", "grease_pencil_modifiers"] = lambda name: Named(name, _new, "type")
MAKERS["DashGpencilModifierData", "segments"] = _segments("gpencil.segment_add", "gpencil.segment_remove")
MAKERS["TimeGpencilModifier", "segments"] = _segments(
    "gpencil.time_segment_add", "gpencil.time_segment_remove"
)
for _type, _name in (("GreasePencilDashModifierData", "dash"), ("GreasePencilTimeModifier", "time")):
    _prefix = f"object.grease_pencil_{_name}_modifier_segment"
    MAKERS[_type, "segments"] = _segments(f"{_prefix}_add", f"{_prefix}_remove")
