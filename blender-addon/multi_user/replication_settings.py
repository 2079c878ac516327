"""Which of the artist's changes go to the session by themselves. Main thread only."""

import bpy
from bpy.props import BoolProperty

from .core.own_values import CAMERA, RENDER
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


_OWN = {"render_settings": RENDER, "active_camera": CAMERA}


class ReplicationSettings(bpy.types.PropertyGroup):
    """Whether changes are pushed automatically, for each kind of datablocks"""

    __annotations__ = {push_name(kind): _push_property(label) for kind, (label, _) in KINDS.items()} | {
        "render_settings": kept(
            BoolProperty,
            name="Render Settings",
            description="Scenes' render, engine, colour management and display settings are the same for all;"
            " otherwise yours are your own, and once you share them again they become those of the session",
            default=True,
        ),
        "active_camera": kept(
            BoolProperty,
            name="Active Camera",
            description="Scenes' active camera is the same for all; otherwise yours is your own, and once you share"
            " it again it becomes that of the session",
            default=True,
        ),
    }


def by_hand(settings: ReplicationSettings) -> frozenset[str]:
    """The types whose changes wait until they are pushed."""
    kinds = (kind for kind in KINDS if not getattr(settings, push_name(kind)))
    return frozenset().union(*(types_of(kind) for kind in kinds))


def own(settings: ReplicationSettings) -> frozenset[str]:
    """What is not shared, but the artist's own."""
    return frozenset(flag for name, flag in _OWN.items() if not getattr(settings, name))
