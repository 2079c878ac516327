"""Which of the artist's changes go to the session by themselves. Main thread only."""

import bpy
from bpy.props import BoolProperty

from .kinds import KINDS, types_of
from .saving import kept


def push_name(kind: str) -> str:
    """The setting of a kind of datablocks."""
    return f"push_{kind}"


def _push_property(label: str):
    return kept(
        BoolProperty,
        name=label,
        description="Changes go to the session by themselves; otherwise they wait until you push them",
        default=True,
    )


class ReplicationSettings(bpy.types.PropertyGroup):
    """Whether changes are pushed automatically, for each kind of datablocks"""

    __annotations__ = {push_name(kind): _push_property(label) for kind, (label, _) in KINDS.items()}


def by_hand(settings: ReplicationSettings) -> frozenset[str]:
    """The types whose changes wait until they are pushed."""
    kinds = (kind for kind in KINDS if not getattr(settings, push_name(kind)))
    return frozenset().union(*(types_of(kind) for kind in kinds))
