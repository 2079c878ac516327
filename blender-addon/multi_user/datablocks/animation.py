"""Animation data of any datablock, as ``animation_data``: action, slot, drivers, NLA. Main thread only.

**Drivers of others.** A driver's expression is Python. ``trusted = False`` on the session's context holds back every
expression that comes from others: it is noted as not set, and the driver keeps what it had. Until there is a choice to
make, a context without ``trusted`` counts as trusted.
"""

from __future__ import annotations

import bpy
import numpy

from ..core.values import Ref
from .fcurves import COLUMNS, FCurves, fill_keys, parse_key, read_keys, write_keys
from .fields import Field, Omitted, Pointer, Struct
from .keyed import MAKERS, Collection, Indexed, Named, name_of
from .plan import SPECIAL_FIELDS, SPECIAL_POINTERS, plan_of, special

SLOTS = "action_slot" in bpy.types.AnimData.bl_rna.properties

for _type, _names in {
    "AnimData": (
        *("use_tweak_mode", "action_tweak_storage", "action_slot_handle_tweak_storage", "action_slot_handle"),
        *("last_slot_identifier", "action_suitable_slots"),
    ),
    "NlaTrack": ("is_override_data",),
    "NlaStrip": (
        *("frame_start_ui", "frame_end_ui", "strips", "fcurves", "modifiers", "action_slot_handle"),
        *("last_slot_identifier", "action_suitable_slots"),
        *(("frame_start", "frame_end") if "frame_start_raw" in bpy.types.NlaStrip.bl_rna.properties else ()),
    ),
    "Driver": ("is_valid",),
    "DriverVariable": ("is_name_valid",),
}.items():
    for _name in _names:
        SPECIAL_FIELDS[_type, _name] = lambda name: None


def is_trusted(context) -> bool:
    """Whether Python that comes with drivers may run here."""
    return getattr(context, "trusted", True)


class AnimationData(Struct):
    """``animation_data`` of any datablock; null where there is none."""

    rank = 2  # after what it animates, such as bones: taking an action looks at what its curves are for

    def read(self, owner, visit):
        held = getattr(owner, self.name)
        if held is not None and held.use_tweak_mode:
            raise Omitted  # shows the strip's action instead of its own until the artist is done
        return super().read(owner, visit)

    def write(self, owner, value, visit):
        held = getattr(owner, self.name)
        if value is None:
            if held is not None:
                owner.animation_data_clear()
            return held is not None
        if held is None and owner.animation_data_create() is None:
            visit.failed(self.name, ValueError("it cannot be animated"))
            return False
        if held is not None and held.use_tweak_mode:
            visit.failed(self.name, ValueError("its NLA strips are being edited here"))
            return False
        return super().write(owner, value, visit)

    def set_at(self, owner, path, value, visit):
        if path and getattr(owner, self.name) is None:
            owner.animation_data_create()
        super().set_at(owner, path, value, visit)

    def remove_at(self, owner, path, visit):
        if not path:
            owner.animation_data_clear()
        elif getattr(owner, self.name) is not None:
            super().remove_at(owner, path, visit)


SPECIAL_POINTERS["AnimData"] = AnimationData


@special("AnimData", "action")
class AnimatedAction(Pointer):
    """The action. Taking another one makes its curves fit what they animate (whole numbers, switches).

    Before layered actions each has a kind of datablock that it is meant for. Files of later releases hold actions
    that are used by others too, which Blender reads but does not let be set.
    """

    def assign(self, owner, value):
        meant_for = getattr(value, "id_root", "")
        kind = getattr(
            owner.id_data, "id_type", meant_for
        )  # Blender 3.4 does not tell, and opens no such files
        if SLOTS or meant_for in ("", "UNSPECIFIED", kind):
            super().assign(owner, value)
        else:
            value.id_root = kind
            try:
                super().assign(owner, value)
            finally:
                value.id_root = meant_for
        if value is not None:
            _fit_curves(owner.id_data, curves_of(owner))


@special("AnimData", "action_slot")
@special("NlaStrip", "action_slot")
class ActionSlot(Field):
    """The slot of the action, by its identifier; empty for none."""

    def read(self, owner, visit):
        slot = getattr(owner, self.name)
        return slot.identifier if slot else ""

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        if not value:
            setattr(owner, self.name, None)
            return
        slots = owner.action.slots if owner.action else ()
        slot = next((slot for slot in slots if slot.identifier == value), None)
        if slot is None:
            raise ValueError(f"the action has no slot {value}")
        setattr(owner, self.name, slot)
        if isinstance(owner, bpy.types.AnimData):
            _fit_curves(owner.id_data, curves_of(owner))


class Drivers(FCurves):
    """Drivers by what they drive: a curve's fields, ``driver``, and ``keys`` as rows where it has any."""

    def items_of(self, owner):
        return owner.drivers

    def make(self, owner, key, tree, visit):
        path, index = parse_key(key)
        made = owner.drivers.new(path, index=index)
        while len(made.modifiers):
            made.modifiers.remove(made.modifiers[0])
        return made

    def read_item(self, item, visit):
        tree = plan_of(item).read(item, visit)
        tree.pop("group", None)
        if len(item.keyframe_points):
            tree["keys"] = [tuple(row) for row in read_keys(item).tolist()]
        return tree

    def write_item(self, owner, key, item, tree, visit):
        changed = Collection.write_item(self, owner, key, item, tree, visit)
        return _write_rows(item, tree.get("keys", ())) or changed

    def read_in_item(self, item, path, visit):
        if path == ("keys",):
            return [tuple(row) for row in read_keys(item).tolist()]
        return super().read_in_item(item, path, visit)

    def set_in_item(self, item, path, value, visit):
        if path == ("keys",):
            _write_rows(item, value)
        else:
            super().set_in_item(item, path, value, visit)

    def remove_in_item(self, item, path, visit):
        if path == ("keys",):
            _write_rows(item, ())
        else:
            super().remove_in_item(item, path, visit)


def _write_rows(curve, rows) -> bool:
    array = numpy.array(rows, "f4").reshape(-1, COLUMNS)
    held = numpy.empty((len(curve.keyframe_points), COLUMNS), "f4")
    fill_keys(curve, held.reshape(-1))
    if held.tobytes() == array.tobytes():
        return False
    write_keys(curve, array)
    return True


MAKERS["AnimData", "drivers"] = Drivers


@special("Driver", "expression")
class Expression(Field):
    """A scripted driver's Python; held back where it comes from someone who is not trusted."""

    def write(self, owner, value, visit):
        if value != owner.expression and not is_trusted(visit.context):
            visit.failed(self.name, ValueError("Python of others does not run until you trust the session"))
            return False
        return super().write(owner, value, visit)


class Variables(Named):
    """A driver's variables by name."""

    def __init__(self, name: str):
        super().__init__(name, lambda collection, key, tree: collection.new())

    def arrange(self, owner, keys, visit):
        trees = self.read(owner, visit)
        for key in keys:
            if key in trees:
                self.drop(owner, key, self.find(owner, key, visit))
                self._put(owner, key, trees[key], visit)


MAKERS["Driver", "variables"] = Variables


@special("DriverTarget", "id")
class DriverTargetId(Pointer):
    """What a driver reads; its kind must be set first."""

    def write(self, owner, value, visit):
        target = visit.context.resolve(value.uuid) if isinstance(value, Ref) else None
        if target is not None and hasattr(target, "id_type"):
            _set_kind(owner, target.id_type)
        return super().write(owner, value, visit)


def _set_kind(target, kind: str) -> None:
    try:
        if target.id_type != kind:
            target.id_type = kind
    except (TypeError, AttributeError):
        return  # variables of other types than a single property have their kind given


class Tracks(Named):
    """NLA tracks from bottom to top."""

    def __init__(self, name: str):
        super().__init__(name, lambda collection, key, tree: collection.new(prev=_last(collection)))


def _last(collection):
    return collection[len(collection) - 1] if len(collection) else None


class Strips(Named):
    """A track's strips by name: those that play an action."""

    def __init__(self, name: str):
        super().__init__(name, None, "type")

    def make(self, owner, key, tree, visit):
        if tree.get("type") != "CLIP":
            raise ValueError(f"NLA strips of type {tree.get('type')} are not replicated")
        ref = tree.get("action")
        action = visit.context.resolve(ref.uuid) if isinstance(ref, Ref) else None
        if action is None and isinstance(ref, Ref):
            visit.path.append(self.name)
            visit.defer(ref.uuid, key, tree)
            visit.path.pop()
            return None
        start = tree.get("frame_start_raw", tree.get("frame_start", 0.0))
        strip = owner.strips.new(name_of(key), int(start), action)
        strip.name = name_of(key)
        return strip

    def read_item(self, item, visit):
        if item.type == "META":
            visit.problem(f'NLA strip "{item.name}" holds others, which is not replicated')
        elif len(item.modifiers) or item.use_animated_influence or item.use_animated_time:
            visit.problem(f'modifiers and animated influence of NLA strip "{item.name}" are not replicated')
        return super().read_item(item, visit)

    def arrange(self, owner, keys, visit):
        """Strips stand in the order of their frames."""


MAKERS["AnimData", "nla_tracks"] = Tracks
MAKERS["NlaTrack", "strips"] = Strips
MAKERS["DriverVariable", "targets"] = Indexed
if not SLOTS:
    SPECIAL_FIELDS.pop(("AnimData", "action_slot"), None)
    SPECIAL_FIELDS.pop(("NlaStrip", "action_slot"), None)


def curves_of(animation) -> list:
    """The curves that animate the owner of this animation data."""
    action = animation.action
    if not SLOTS:
        return list(action.fcurves)
    handle = animation.action_slot_handle
    bags = [
        bag for layer in action.layers for strip in layer.strips for bag in getattr(strip, "channelbags", ())
    ]
    return [curve for bag in bags if bag.slot_handle == handle for curve in bag.fcurves]


def _fit_curves(datablock, curves) -> None:
    """Lets Blender note which curves animate whole numbers or switches: RNA does not show that."""
    for curve in curves:
        try:
            datablock.path_resolve(curve.data_path)
            curve.update_autoflags(datablock)
        except (ValueError, TypeError, RuntimeError):
            continue  # it animates nothing here; Blender ignores it as well


def update_flags(action, visit) -> None:
    """After curves came or went: as if the action had been taken anew by those who use it."""
    if not SLOTS:
        return
    # ActionSlot.users() keeps datablocks in its cache that are gone by now, and ends Blender 5.2 with them.
    for user in bpy.data.user_map(subset=[action]).get(action, ()):
        for owner in (user, getattr(user, "node_tree", None)):
            held = getattr(owner, "animation_data", None)
            if held is not None and held.action == action:
                _fit_curves(owner, curves_of(held))
