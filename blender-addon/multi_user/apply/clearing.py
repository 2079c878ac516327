"""Empties the file for a scene that comes from others, and shows it once it is there. Main thread only."""

from __future__ import annotations

from typing import Any, Iterable

import bpy

_MAKESHIFT = "(waiting for the session's scene)"


def empty_file(collections: Iterable[str]) -> Any:
    """Removes everything in these collections of ``bpy.data``; returns the empty scene that is left, because
    Blender needs one."""
    makeshift = bpy.data.scenes.new(_MAKESHIFT)
    for window in bpy.context.window_manager.windows:
        window.scene = makeshift
    doomed = []
    for name in collections:
        for datablock in getattr(bpy.data, name):
            embedded = datablock.is_embedded_data or isinstance(datablock, bpy.types.Key)
            if datablock != makeshift and not embedded:
                doomed.append(datablock)
    scenes = [it for it in doomed if isinstance(it, bpy.types.Scene) and it.library is None]
    bpy.data.batch_remove([it for it in doomed if it not in scenes])
    for scene in scenes:
        bpy.data.scenes.remove(scene)
    return makeshift


def show(scene, makeshift) -> None:
    """Shows a scene in every window and removes the makeshift one."""
    for window in bpy.context.window_manager.windows:
        if window.scene == makeshift:
            window.scene = scene
    bpy.data.scenes.remove(makeshift)


def adopt(makeshift) -> None:
    """The session is empty: the makeshift scene becomes its first."""
    makeshift.name = "Scene"
