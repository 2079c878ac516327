"""Dynamic paint: canvases with their surfaces, and brushes. Main thread only.

Blender lets only its operators make and remove them. What is baked, and where it is put, is each machine's own.
"""

from __future__ import annotations

import bpy

from .active import activated
from .fields import Field
from .keyed import MAKERS, Named
from .optional import RemovableStruct
from .plan import special
from .visit import Visit

PARTS = {"canvas_settings": "CANVAS", "brush_settings": "BRUSH"}
MOST_SURFACES = 1000  # what one object may be made to have by somebody else


def _with(thing):
    return bpy.context.temp_override(object=thing, active_object=thing)


class Part(RemovableStruct):
    """What an object is to dynamic paint; what it is not is not told."""

    def _toggle(self, owner) -> None:
        with _with(owner.id_data):
            bpy.ops.dpaint.type_toggle(type=PARTS[self.name])

    make = clear = _toggle


for _name in PARTS:
    special("DynamicPaintModifier", _name)(Part)


class Surfaces(Named):
    """A canvas's surfaces by name. Blender's operators work on the active one, which each artist keeps."""

    def __init__(self, name: str):
        super().__init__(name, self._add)

    @staticmethod
    def _add(surfaces, key: str, tree: dict):
        if len(surfaces) >= MOST_SURFACES:
            raise ValueError("a canvas has no place for so many surfaces")
        with activated(surfaces, surfaces, "active_index"), _with(surfaces.id_data):
            bpy.ops.dpaint.surface_slot_add()
        return surfaces[len(surfaces) - 1]

    def drop(self, owner, key, item):
        surfaces = self.items_of(owner)
        index = list(surfaces).index(item)
        with activated(surfaces, surfaces, "active_index", index), _with(owner.id_data):
            bpy.ops.dpaint.surface_slot_remove()


MAKERS["DynamicPaintCanvasSettings", "canvas_surfaces"] = Surfaces


@special("DynamicPaintSurface", "uv_layer")
@special("DynamicPaintSurface", "init_layername")
class LayerName(Field):
    """The name of a layer of the object's mesh. Blender gives it to the active surface, whichever it is asked of, and
    takes another one where there is none of that name."""

    def assign(self, owner, value):
        thing = owner.id_data
        surfaces = next(
            it.canvas_settings for it in thing.modifiers if it.type == "DYNAMIC_PAINT"
        ).canvas_surfaces
        with activated(surfaces, surfaces, "active_index", list(surfaces).index(owner)):
            super().assign(owner, value)
        if getattr(owner, self.name) != value:
            raise ValueError(f"the object's mesh has no layer {value}")


def check(thing, visit: Visit) -> None:
    """Tells the user of what an object's canvas holds and is not replicated."""
    for modifier in thing.modifiers:
        canvas = getattr(modifier, "canvas_settings", None)
        if canvas is not None and any(surface.point_cache.is_baked for surface in canvas.canvas_surfaces):
            visit.problem(f'what modifier "{modifier.name}" has baked is not replicated: bake it again')
