"""Which datablocks an artist works on in a mode of its own right now. Main thread only.

In edit, sculpt and paint modes Blender holds the truth elsewhere than in the datablock, or changes it with
every stroke: it is captured when the mode is left. Applying changes of others waits as well.
"""

from __future__ import annotations

import bpy

_FREE_MODES = frozenset({"OBJECT", "POSE"})


def is_held(datablock) -> bool:
    """Whether a datablock is held by the mode of this artist."""
    if isinstance(datablock, bpy.types.Object) or isinstance(datablock, bpy.types.Scene):
        return False
    if getattr(datablock, "is_editmode", False):
        return True
    for data in busy_data():
        if data == datablock or getattr(data, "shape_keys", None) == datablock:
            return True
    return False


def busy_data() -> list:
    """The data of the active objects that are in a mode of their own."""
    busy = []
    for layer in shown_layers():
        active = layer.objects.active
        if active is not None and active.data is not None and active.mode not in _FREE_MODES:
            busy.append(active.data)
    return busy


def shown_layers() -> list:
    """The view layers that the windows show; in a background Blender the current one."""
    windows = bpy.context.window_manager.windows
    layers = [window.view_layer for window in windows] or [bpy.context.view_layer]
    return [layer for layer in layers if layer is not None]
