"""Blender's undo steps. Main thread only."""

from __future__ import annotations

import bpy

_FEWEST_STEPS = 2  # the least that Blender keeps


def begin_anew() -> None:
    """Forgets all undo steps, so that undo does not lead back to what the file held before."""
    windows = bpy.context.window_manager.windows
    if bpy.app.background or not windows:
        return  # a background Blender keeps no steps
    settings = bpy.context.preferences.edit
    steps = settings.undo_steps
    settings.undo_steps = _FEWEST_STEPS
    try:
        with bpy.context.temp_override(window=windows[0]):
            for _ in range(_FEWEST_STEPS + 1):  # Blender drops what is one beyond at the next push
                bpy.ops.ed.undo_push(message="Join Session")
    finally:
        settings.undo_steps = steps
