"""Structs that Blender makes only when they are needed. Main thread only.

While one is not in use it is left out of the tree; where one is wanted and not there, it is made.
"""

from __future__ import annotations

from typing import Any, Callable

import bpy

from .fields import SET_ERRORS, Missing, Omitted, Struct, Vector
from .plan import special


class OptionalStruct(Struct):
    """A struct that ``used`` says is in use, that ``allocate`` makes, and that ``rest`` puts out of use where no
    property of the owner does; all get the owner."""

    def __init__(
        self,
        name: str,
        used: Callable[[Any], bool] | None = None,
        allocate: Callable[[Any], Any] | None = None,
        rest: Callable[[Any], Any] | None = None,
    ):
        super().__init__(name)
        self._used = used
        self._allocate = allocate
        self._rest = rest

    def read(self, owner, visit):
        if getattr(owner, self.name) is None or (self._used is not None and not self._used(owner)):
            raise Omitted
        return super().read(owner, visit)

    def write(self, owner, value, visit):
        if value is not None and getattr(owner, self.name) is None and self._allocate is not None:
            try:
                self._allocate(owner)
            except SET_ERRORS as error:
                visit.failed(self.name, error)
                return True
        return super().write(owner, value, visit)

    def absent(self, owner, visit):
        if self._rest is not None and getattr(owner, self.name) is not None and self._used(owner):
            self._rest(owner)

    def remove_at(self, owner, path, visit):
        if path:
            super().remove_at(owner, path, visit)
        else:
            self.absent(owner, visit)


class RemovableStruct(Struct):
    """A struct that artists make and remove: left out of the tree while it is not there."""

    def make(self, owner) -> None:
        """Makes it, with values of Blender's own."""
        raise NotImplementedError

    def clear(self, owner) -> None:
        """Removes it."""
        raise NotImplementedError

    def read(self, owner, visit):
        if getattr(owner, self.name) is None:
            raise Omitted
        return super().read(owner, visit)

    def write(self, owner, value, visit):
        if value is None:
            return self._clear(owner)
        made = getattr(owner, self.name) is None
        if made:
            try:
                self.make(owner)
            except SET_ERRORS as error:
                visit.failed(self.name, error)
                return True
        return super().write(owner, value, visit) or made

    def absent(self, owner, visit):
        self._clear(owner)

    def remove_at(self, owner, path, visit):
        if path:
            super().remove_at(owner, path, visit)
        else:
            self._clear(owner)

    def _clear(self, owner) -> bool:
        held = getattr(owner, self.name) is not None
        if held:
            self.clear(owner)
        return held


def _with_force_field(owner) -> None:
    with bpy.context.temp_override(object=owner, active_object=owner):
        bpy.ops.object.forcefield_toggle()


def _without_force_field(owner) -> None:
    owner.field.type = "NONE"


def _use_curves(owner) -> None:
    owner.use_curve_mapping = True  # its own value is set again by the second pass


def _overrides(owner) -> bool:
    return owner.color_management == "OVERRIDE"


OPTIONAL = {
    ("Object", "field"): (lambda owner: owner.field.type != "NONE", _with_force_field, _without_force_field),
    ("Object", "soft_body"): (None, None),
    ("Material", "grease_pencil"): (None, lambda owner: bpy.data.materials.create_gpencil_data(owner)),
    ("ColorManagedViewSettings", "curve_mapping"): (lambda owner: owner.use_curve_mapping, _use_curves),
    ("ImageFormatSettings", "view_settings"): (_overrides, None),
    ("ImageFormatSettings", "display_settings"): (_overrides, None),
    ("ImageFormatSettings", "linear_colorspace_settings"): (_overrides, None),
    ("ViewLayer", "layer_collection"): (None, lambda owner: owner.update()),
}


def _register(place: tuple[str, str], *how) -> None:
    special(*place)(lambda name: OptionalStruct(name, *how))


@special("Object", "collision")
class Collision(OptionalStruct):
    """What collides with an object: settings beside a modifier, which Blender makes under a name of its own where they
    come first."""

    rank = 3

    def __init__(self, name: str):
        super().__init__(name, lambda owner: owner.collision.use, None, self._put_out_of_use)

    @staticmethod
    def _put_out_of_use(owner) -> None:
        owner.collision.use = False

    def set_at(self, owner, path, value, visit):
        if not any(modifier.type == "COLLISION" for modifier in owner.modifiers):
            raise Missing(f"{self.name} has no modifier yet")
        super().set_at(owner, path, value, visit)


class TextureSpace(Vector):
    """A texture space that was set by hand; else it follows from the geometry."""

    def read(self, owner, visit):
        if owner.use_auto_texspace:
            raise Omitted
        return super().read(owner, visit)


for _name in ("texspace_location", "texspace_size"):
    special("*", _name)(TextureSpace)

for _place, _how in OPTIONAL.items():
    _register(_place, *_how)
