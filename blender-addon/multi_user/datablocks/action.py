"""Actions: curves, groups, markers; slots, layers, strips and channel bags where there are any. Main thread only.

Keyframes are buffers: ``keys.<curve>``, in layered actions ``keys.<layer>␟<strip>␟<slot>␟<curve>`` with the
unit separator between. A slot is known by its identifier; the handle is each Blender's own number.
"""

from __future__ import annotations

from typing import Iterator

import bpy
import numpy

from . import animation, nla  # noqa: F401  (serve animation_data of all types)
from .contract import ALL, BufferSource, Changed, Reading
from .fcurves import COLUMNS, FCurves, Groups, checksum, fill_keys, write_keys
from .fields import Field, Omitted
from .generic import GenericHandler
from .keyed import KEY_SEPARATOR, MAKERS, Collection, Indexed, Named, name_of, unique_keys
from .plan import FINISHERS, SPECIAL_FIELDS
from .visit import Visit

PREFIX = "keys."
LAYERED = "layers" in bpy.types.Action.bl_rna.properties

for _type, _name in (
    ("Action", "frame_range"),  # setting it would make the range manual
    ("Action", "curve_frame_range"),
    *((("Action", "fcurves"), ("Action", "groups"), ("Action", "id_root")) if LAYERED else ()),
    *(
        ("ActionSlot", name)
        for name in ("identifier", "name_display", "target_id_type_icon", "target_id_type")
    ),
    ("ActionChannelbag", "slot"),
    ("ActionChannelbag", "slot_handle"),
):
    SPECIAL_FIELDS[_type, _name] = lambda name: None


class Slots(Collection):
    """Slots by identifier, such as ``OBCube``, whose first two letters follow from ``target_id_type``."""

    def keys(self, owner, visit):
        return [slot.identifier for slot in owner.slots]

    def make(self, owner, key, tree, visit):
        kind = tree.get("target_id_type", "UNSPECIFIED")
        known = kind != "UNSPECIFIED"
        slot = owner.slots.new(id_type=kind if known else "OBJECT", name=key[2:] or "Slot")
        if not known:
            slot.target_id_type = "UNSPECIFIED"
        if slot.identifier != key:
            slot.identifier = key
        return slot

    def drop(self, owner, key, item):
        owner.slots.remove(item)

    def fits(self, item, tree):
        return item.target_id_type == tree.get("target_id_type", item.target_id_type)

    def read_item(self, item, visit):
        return {**super().read_item(item, visit), "target_id_type": item.target_id_type}

    def read_in_item(self, item, path, visit):
        return item.target_id_type if path == ("target_id_type",) else super().read_in_item(item, path, visit)

    def set_in_item(self, item, path, value, visit):
        if path != ("target_id_type",):
            super().set_in_item(item, path, value, visit)
        elif item.target_id_type != value:
            item.target_id_type = value


class ChannelBags(Collection):
    """The curves of a strip by the identifier of the slot they animate."""

    ordered = False

    def keys(self, owner, visit):
        return unique_keys(bag.slot.identifier if bag.slot else "" for bag in owner.channelbags)

    def make(self, owner, key, tree, visit):
        slot = next((slot for slot in owner.id_data.slots if slot.identifier == name_of(key)), None)
        if slot is None:
            raise ValueError(f"the action has no slot {key}")
        return owner.channelbag(slot, ensure=True)

    def drop(self, owner, key, item):
        owner.channelbags.remove(item)


class Layers(Named):
    """Layers by name, from bottom to top."""

    def __init__(self, name: str):
        super().__init__(name, lambda collection, key, tree: collection.new(key))

    def arrange(self, owner, keys, visit):
        """Blender has one layer at most for the time being."""


MAKERS["Action", "pose_markers"] = lambda name: Named(name, lambda c, key, tree: c.new(key))
if LAYERED:
    MAKERS["Action", "slots"] = Slots
    MAKERS["Action", "layers"] = Layers
    MAKERS["ActionLayer", "strips"] = lambda name: Indexed(
        name, lambda collection, tree: collection.new(type=tree.get("type", "KEYFRAME")), "type"
    )
    MAKERS["ActionKeyframeStrip", "channelbags"] = ChannelBags
    MAKERS["ActionChannelbag", "fcurves"] = FCurves
    MAKERS["ActionChannelbag", "groups"] = Groups
else:
    MAKERS["Action", "fcurves"] = FCurves
    MAKERS["Action", "groups"] = Groups
CURVES = FCurves("fcurves")


class ManualFrame(Field):
    """Start or end of the manual frame range; without one both follow from the keys."""

    def read(self, owner, visit):
        if not owner.use_frame_range:
            raise Omitted
        return super().read(owner, visit)


SPECIAL_FIELDS["Action", "frame_start"] = ManualFrame
SPECIAL_FIELDS["Action", "frame_end"] = ManualFrame


def holders(action) -> Iterator[tuple[str, object]]:
    """(prefix of the buffers' names, struct with ``fcurves``) for each that an action has."""
    if not LAYERED:
        yield PREFIX, action
        return
    for layer_key, layer in zip(unique_keys(layer.name for layer in action.layers), action.layers):
        for index, strip in enumerate(layer.strips):
            bags = getattr(strip, "channelbags", ())
            for slot_key, bag in zip(unique_keys(b.slot.identifier if b.slot else "" for b in bags), bags):
                yield PREFIX + KEY_SEPARATOR.join((layer_key, str(index), slot_key, "")), bag


class ActionHandler(GenericHandler):
    """Replicates actions."""

    glances = True

    def __init__(self):
        super().__init__("actions", "Action")

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree and names a buffer of keys for each curve; without ALL for those whose keys changed."""
        reading = super().read(datablock, context, hints)
        visit, seen = Visit(datablock, context), {}
        for prefix, holder in holders(datablock):
            for key, curve in zip(CURVES.keys(holder, visit), holder.fcurves):
                filler = _filler(datablock, prefix, key)
                seen[prefix + key] = checksum(curve)
                reading.buffers.append(
                    BufferSource(prefix + key, "f4", len(curve.keyframe_points), COLUMNS, filler)
                )
        reading.signature = tuple((source.name, source.rows) for source in reading.buffers)
        memory = context.memory(datablock)
        before, memory["checksums"] = memory.get("checksums"), seen
        if ALL not in hints and before is not None and before.keys() == seen.keys():
            changed = {name for name, it in seen.items() if it is None or it != before[name]}
            reading.buffers = [it for it in reading.buffers if it.name in changed]
            reading.partial = True
        return reading

    def check(self, datablock, visit: Visit) -> None:
        super().check(datablock, visit)
        for layer in getattr(datablock, "layers", ()):
            if any(not hasattr(strip, "channelbags") for strip in layer.strips):
                visit.problem("it has strips of a kind that is not replicated")

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Writes keys; ValueError if a curve is not there."""
        found = dict(holders(datablock)) if buffers else {}
        for name, rows in buffers.items():
            prefix, key = _split(name)
            holder = found.get(prefix)
            curve = CURVES.find(holder, key, visit) if holder is not None else None
            if curve is None:
                raise ValueError(f"there is no curve for {name}")
            write_keys(curve, rows)
        animation.update_flags(datablock, visit)
        _show(datablock)

    def write_whole(self, datablock, properties: dict, buffers: dict, context) -> None:
        """Makes the action equal to the tree and the keys."""
        super().write_whole(datablock, properties, buffers, context)
        visit = Visit(datablock, context)
        for prefix, holder in holders(datablock):
            for key, curve in zip(CURVES.keys(holder, visit), holder.fcurves):
                if prefix + key not in buffers and len(curve.keyframe_points):
                    write_keys(curve, numpy.empty((0, COLUMNS), "f4"))


def _show(action) -> None:
    """Has Blender evaluate what the action animates, at the frame that is shown: without the hint of time it does so
    only where it has not yet, and objects stay where the earlier keys had them."""
    action.update_tag(refresh={"TIME"})


FINISHERS["Action"] = _show


def _split(name: str) -> tuple[str, str]:
    """The holder's prefix and the curve's key of a buffer's name."""
    if not name.startswith(PREFIX):
        raise ValueError(f"an action has no buffer {name}")
    if not LAYERED:
        return PREFIX, name[len(PREFIX) :]
    parts = name[len(PREFIX) :].split(KEY_SEPARATOR, 3)
    if len(parts) != 4:
        raise ValueError(f"an action has no buffer {name}")
    return PREFIX + KEY_SEPARATOR.join((*parts[:3], "")), parts[3]


def _filler(action, prefix: str, key: str):
    """Finds the curve anew when it is read: Blender may have freed it by then."""

    def fill(out: numpy.ndarray) -> None:
        holder = dict(holders(action)).get(prefix)
        curve = CURVES.find(holder, key, None) if holder is not None else None
        if curve is None or len(curve.keyframe_points) * COLUMNS != len(out):
            raise Changed(f"{key} changed while it was read")
        fill_keys(curve, out)

    return fill
