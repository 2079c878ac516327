"""Keeps unsaved work before a session replaces the scene. Main thread only."""

from __future__ import annotations

import os
import time

import bpy

from . import preferences


def write() -> str:
    """Saves a copy of the open file into the cache folder, if it has unsaved changes that an artist sees; returns
    where, "" if it has none. Raises OSError or RuntimeError."""
    window = next(iter(bpy.context.window_manager.windows), None)
    if window is None or not bpy.data.is_dirty:
        return ""
    stem = os.path.splitext(os.path.basename(bpy.data.filepath))[0] or "untitled"
    folder = os.path.join(preferences.cache_folder(preferences.get()), "backups")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}.blend")
    with bpy.context.temp_override(window=window):  # a timer has no window of its own
        bpy.ops.wm.save_as_mainfile(filepath=path, copy=True, check_existing=False)
    return path
