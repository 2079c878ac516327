"""What the artist chose for hosting, and the sessions that were hosted before. Main thread only."""

import os
import time

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from .core.invite import LAST_BASE_PORT
from .passwords import password_property
from .saving import kept, touched

SUFFIX = ".session"  # of a session that a server keeps
_MOST_SAVED = 20
# Blender keeps no reference to the texts of an enum, and a menu may show old ones for as long as it is open.
_kept_items: dict[tuple, list[tuple[str, str, str]]] = {}


def saved_sessions(folder: str) -> list[tuple[str, float, int]]:
    """The sessions that were hosted with this cache folder, the newest first: the server's data folder, when it was
    written to last (seconds since the epoch), and its size in bytes."""
    parent = os.path.join(folder, "server")
    found = []
    for name in os.listdir(parent) if os.path.isdir(parent) else ():
        data = os.path.join(parent, name)
        if not os.path.isdir(data):
            continue
        kept = [it.stat() for it in os.scandir(data) if it.name.endswith(SUFFIX)]
        if kept:
            found.append((data, max(it.st_mtime for it in kept), sum(it.st_size for it in kept)))
    return sorted(found, key=lambda it: -it[1])[:_MOST_SAVED]


def saved_items() -> list[tuple[str, str, str]]:
    """The saved sessions as items of an enum: data folder, when it was hosted, size and place."""
    from . import preferences

    try:
        found = saved_sessions(preferences.cache_folder(preferences.get()))
    except OSError as error:
        return _kept(("", "None", str(error)))
    items = (
        (data, time.strftime("%Y-%m-%d %H:%M", time.localtime(when)), f"{size / 1e6:.1f} MB in {data}")
        for data, when, size in found
    )
    return _kept(*items) if found else _kept(("", "None", "No session was hosted here so far"))


def _kept(*items: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    return _kept_items.setdefault(items, list(items))


def _chosen(settings) -> int:
    """The place of the chosen session among the items. Its folder is what is stored: the newest comes first, so places
    change."""
    folders = [it[0] for it in saved_items()]
    return folders.index(settings.saved_folder) if settings.saved_folder in folders else 0


def _choose(settings, place: int) -> None:
    settings.saved_folder = saved_items()[place][0]
    touched()


class Hosting(bpy.types.PropertyGroup):
    """How this Blender hosts"""

    key: kept(StringProperty, default="hosting")
    start: EnumProperty(
        name="Start From",
        items=(
            ("SCENES", "Current Scenes", "Share the scenes of this file"),
            ("EMPTY", "Empty Scene", "Start from nothing; this file is emptied"),
            (
                "SAVED",
                "Saved Session",
                "Go on with a session that was hosted here before; it replaces this file",
            ),
        ),
    )
    saved_folder: StringProperty()
    saved: EnumProperty(
        name="Session",
        description="When it was hosted last",
        items=lambda _settings, _context: saved_items(),
        get=_chosen,
        set=_choose,
    )
    port: kept(
        IntProperty,
        name="Port",
        description="The port that the server listens on; without encryption the first of four",
        default=5555,
        min=1024,
        max=LAST_BASE_PORT,
    )
    encrypted: kept(
        BoolProperty,
        name="Encrypted",
        description="Nobody on the way can read or change what is sent. Off only on a network that you trust",
        default=True,
    )
    server_password: password_property(
        "Server Password", "What the others have to know to join; empty for none"
    )
    admin_password: password_property(
        "Admin Password", "With it others join as admins; empty to be the only one"
    )
