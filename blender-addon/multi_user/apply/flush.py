"""Lets Blender work off what was changed, so that its reports come now and not later. Main thread only."""

from __future__ import annotations

import bpy


def flush() -> None:
    """Updates the shown view layers; next to nothing where nothing is to be done."""
    windows = bpy.context.window_manager.windows
    layers = [window.view_layer for window in windows] or [bpy.context.view_layer]
    done = set()
    for layer in layers:
        if layer is not None and layer.as_pointer() not in done:
            done.add(layer.as_pointer())
            layer.update()
