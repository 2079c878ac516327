"""What Blender makes along with something else, and what was to be used instead of it. Main thread only."""

from __future__ import annotations

import bpy

from ..core.values import Ref
from .fields import Pointer
from .visit import Visit


class NeverEmpty(Pointer):
    """A pointer that cannot be emptied. Where it is empty elsewhere, what it led to was removed, as it will be here."""

    def write(self, owner, value, visit):
        return False if value is None else super().write(owner, value, visit)


def replace_made(owner, name: str, wanted, visit: Visit) -> None:
    """Blender has just made ``owner`` and a datablock for its pointer ``name``. The wanted one takes its place, now
    or, while that is not here, once it comes; None: nothing does. ``visit.path`` leads to the owner."""
    made = getattr(owner, name)
    target = visit.context.resolve(wanted.uuid) if isinstance(wanted, Ref) else None
    if isinstance(wanted, Ref) and target is None:
        visit.context.stand_in(made, wanted.uuid)
        visit.awaits(wanted.uuid)
        return
    if target is not None:
        setattr(owner, name, target)
    bpy.data.batch_remove([made])
