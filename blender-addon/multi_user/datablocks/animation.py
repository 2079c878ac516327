"""Animation data of any datablock, as ``animation_data``: action, slot, drivers, NLA. Main thread only.

**Drivers of others.** A driver's expression is Python. What comes from others and is more than arithmetic is held
aside until this artist trusts the session (``held_drivers``).
"""

from __future__ import annotations

import bpy

from ..core.trust import HELD, is_arithmetic
from ..core.values import Ref
from .fcurves import RowCurves, parse_key
from .fields import Field, Omitted, Pointer, Struct
from .held_drivers import MARK, Kept, keep, kept, settle
from .keyed import MAKERS, Collection, Indexed, Named, name_of
from .plan import SPECIAL_FIELDS, SPECIAL_POINTERS, special

SLOTS = "action_slot" in bpy.types.AnimData.bl_rna.properties

for _type, _names in {
    "AnimData": (
        *("use_tweak_mode", "action_tweak_storage", "action_slot_handle_tweak_storage", "action_slot_handle"),
        *("last_slot_identifier", "action_suitable_slots"),
    ),
    "NlaTrack": ("is_override_data",),
    "NlaStrip": (
        *("frame_start_ui", "frame_end_ui", "strips", "modifiers", "action_slot_handle"),
        *("last_slot_identifier", "action_suitable_slots"),
        *(("frame_start", "frame_end") if "frame_start_raw" in bpy.types.NlaStrip.bl_rna.properties else ()),
    ),
    "Driver": ("is_valid",),
    "DriverVariable": ("is_name_valid",),
}.items():
    for _name in _names:
        SPECIAL_FIELDS[_type, _name] = lambda name: None


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
    that are meant for none, for which Blender notes who takes them first, and such as are used by others too, which
    Blender reads but does not let be set. What an action is meant for, its own datablock tells.
    """

    def assign(self, owner, value):
        meant_for = getattr(value, "id_root", "")
        kind = getattr(
            owner.id_data, "id_type", meant_for
        )  # Blender 3.4 does not tell, and opens no such files
        if SLOTS or meant_for in ("", kind):
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


class Drivers(RowCurves):
    """Drivers by what they drive: such a curve with its ``driver``."""

    def items_of(self, owner):
        return owner.drivers

    def make(self, owner, key, tree, visit):
        path, index = parse_key(key)
        made = owner.drivers.new(path, index=index)
        while len(made.modifiers):
            made.modifiers.remove(made.modifiers[0])
        return made

    def write_item(self, owner, key, item, tree, visit):
        try:
            return super().write_item(owner, key, item, tree, visit)
        finally:
            settle(item, visit.context.trust)

    def set_in_item(self, item, path, value, visit):
        try:
            super().set_in_item(item, path, value, visit)
        finally:
            settle(item, visit.context.trust)


MAKERS["AnimData", "drivers"] = Drivers


@special("FCurve", "mute")
class Muted(Field):
    """Whether a curve is muted: a driver that is held always is, whatever its author wanted."""

    def read(self, owner, visit):
        what = kept(owner.driver) if owner.driver is not None else None
        return owner.mute if what is None or what.mute is None else what.mute

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        what = kept(owner.driver) if owner.driver is not None else None
        if what is None:
            owner.mute = value
        else:
            keep(owner.driver, what._replace(mute=bool(value)))


@special("Driver", "expression")
class Expression(Field):
    """A scripted driver's Python; ``Drivers`` settles what is held."""

    def read(self, owner, visit):
        what = kept(owner)
        if what is not None:
            return what.expression
        expression = owner.expression
        if not is_arithmetic(expression):
            visit.context.trust.live(expression)
        return expression

    def write(self, owner, value, visit):
        what, trust = kept(owner), visit.context.trust
        if not isinstance(value, str) or value == (owner.expression if what is None else what.expression):
            return super().write(owner, value, visit) if what is None else False
        if what is None and is_arithmetic(value):
            return super().write(owner, value, visit)
        if what is None and trust.allows(value):
            trust.let_in(value)
            return super().write(owner, value, visit)
        keep(owner, Kept(value, None if what is None else what.mute, trust.author))
        visit.succeeded(self.name)
        if not is_arithmetic(value) and not trust.allows(value):
            visit.context.problem(None, HELD)
        return True


@special("DriverVariable", "name")
class VariableName(Field):
    """A variable's name; that of the mark is the session's own."""

    def assign(self, owner, value):
        if value == MARK:
            raise ValueError(f"no variable may be called {MARK}")
        super().assign(owner, value)


class Variables(Named):
    """A driver's variables by name, without the mark of a held one."""

    def __init__(self, name: str):
        super().__init__(name, None)

    def items_of(self, owner):
        return [variable for variable in owner.variables if variable.name != MARK]

    def find(self, owner, key, visit):
        return Collection.find(self, owner, key, visit)

    def make(self, owner, key, tree, visit):
        if name_of(key) == MARK:
            raise ValueError(f"no variable may be called {MARK}")
        made = owner.variables.new()
        made.name = name_of(key)
        return made

    def drop(self, owner, key, item):
        owner.variables.remove(item)

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
