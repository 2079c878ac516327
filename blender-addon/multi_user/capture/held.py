"""Which datablocks an artist works on in a mode of its own right now. Main thread only.

In edit, sculpt and paint modes Blender holds the truth elsewhere than in the datablock, or changes it with
every stroke: it is captured when the mode is left, unless the artist wants it live (``live.LiveEdit``).
Applying changes of others waits in any case.
"""

from __future__ import annotations

from typing import Hashable

import bpy

from ..datablocks import annotations, gp_memory, tracks
from .identity import native_key

_FREE_MODES = frozenset({"OBJECT", "POSE"})
_CLIP_OPERATORS = ("CLIP_OT_", "TRANSFORM_OT_")


def is_held(datablock) -> bool:
    """Whether a datablock is held by the mode of this artist."""
    if isinstance(datablock, bpy.types.Object) or isinstance(datablock, bpy.types.Scene):
        return False
    if annotations.is_annotation(datablock):
        return gp_memory.is_being_drawn(datablock)  # Blender holds on to the layer and frame of the stroke
    if isinstance(datablock, bpy.types.MovieClip):
        return tracks.is_calculating(datablock) or _is_dragging()
    data = datablock.user if isinstance(datablock, bpy.types.Key) else datablock
    if getattr(data, "is_editmode", False):
        return True
    return any(busy == data for busy in busy_data())


def _is_dragging() -> bool:
    """Whether an operator that may hold on to a track waits for the mouse. Before 4.2 Blender does not say."""
    windows = bpy.context.window_manager.windows
    waiting = [one for window in windows for one in getattr(window, "modal_operators", ())]
    return any(one.bl_idname.startswith(_CLIP_OPERATORS) for one in waiting)


def busy_data() -> list:
    """The data of the active objects that are in a mode of their own."""
    busy = []
    for layer in shown_layers():
        active = layer.objects.active
        if active is not None and active.data is not None and active.mode not in _FREE_MODES:
            busy.append(active.data)
    return busy


def busy_keys() -> set[Hashable]:
    """Blender's names for that data and its shape keys; they may be asked for when it is gone."""
    keys = set()
    for data in busy_data():
        keys.add(native_key(data))
        if getattr(data, "shape_keys", None) is not None:
            keys.add(native_key(data.shape_keys))
    return keys


def shown_layers() -> list:
    """The view layers that the windows show; in a background Blender the current one."""
    windows = bpy.context.window_manager.windows
    layers = [window.view_layer for window in windows] or [bpy.context.view_layer]
    return [layer for layer in layers if layer is not None]
