"""Fields that an artist may keep to themselves: a scene's render settings and its active camera. Main thread only.

While one is kept, what others set there is remembered instead of written, and remembered it is what captures read: so
the agent sees no difference, whoever edits, undoes, joins or takes over, and the artist's own value is nobody's matter.
"""

from __future__ import annotations

from copy import deepcopy

import bpy

from ..core.own_values import CAMERA, RENDER
from .fields import SET_ERRORS, Field, Pointer, Struct, WholeTree
from .plan import plan_of, special
from .visit import Visit

_RENDER_FIELDS = (
    "render",
    "eevee",
    "cycles",
    "display",
    "display_settings",
    "view_settings",
    "sequencer_colorspace_settings",
)


class Own(WholeTree):
    """A field that is kept or shared; shared, it is the field within."""

    def __init__(self, flag: str, within: Field):
        super().__init__(within.name)
        self.flag = flag
        self.within = within
        self.rank = within.rank

    def _kept(self, visit: Visit) -> bool:
        return self.flag in visit.context.own.flags

    def read(self, owner, visit):
        if not self._kept(visit):
            return self.within.read(owner, visit)
        own, node = visit.context.own, visit.context.id_of(owner)
        if not own.says(node, self.name):
            own.remember(node, self.name, self.within.read(owner, visit))
        return deepcopy(own.said(node, self.name))  # whoever reads a tree may change it

    def write(self, owner, value, visit):
        if not self._kept(visit):
            return self.within.write(owner, value, visit)
        visit.context.own.remember(visit.context.id_of(owner), self.name, deepcopy(value))
        return False

    def share(self, owner, visit: Visit) -> None:
        """What the session says counts here, too, from now on."""
        own, node = visit.context.own, visit.context.id_of(owner)
        if own.says(node, self.name):
            try:
                self.within.write(owner, own.said(node, self.name), visit)
            except SET_ERRORS as error:  # nobody looked at its form when it came
                visit.failed(self.name, error)
            own.forget(node, self.name)

    def absent(self, owner, visit):
        if not self._kept(visit):
            self.within.absent(owner, visit)

    def read_at(self, owner, path, visit):
        field = super() if self._kept(visit) else self.within
        return field.read_at(owner, path, visit)

    def set_at(self, owner, path, value, visit):
        field = super() if self._kept(visit) else self.within
        field.set_at(owner, path, value, visit)

    def remove_at(self, owner, path, visit):
        field = super() if self._kept(visit) else self.within
        field.remove_at(owner, path, visit)

    def order_at(self, owner, path, keys, visit):
        field = super() if self._kept(visit) else self.within
        field.order_at(owner, path, keys, visit)


for _name in _RENDER_FIELDS:
    special("Scene", _name)(lambda name: Own(RENDER, Struct(name)))
special("Scene", "camera")(lambda name: Own(CAMERA, Pointer(name)))


def switch(flags: frozenset[str], context) -> None:
    """These are kept from now on, and no others: what is shared again becomes what the session says."""
    own = context.own
    if flags == own.flags:
        return
    shared, own.flags = own.flags - flags, flags
    for scene in bpy.data.scenes:
        if scene.library is not None:
            continue
        visit = Visit(scene, context)
        for field in plan_of(scene).fields.values():
            if isinstance(field, Own) and field.flag in shared:
                field.share(scene, visit)
            elif isinstance(field, Own):
                field.read(scene, visit)  # what is kept begins as what it is now
        visit.report()
