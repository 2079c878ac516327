"""Keeps unsaved work before a session replaces the scene. Main thread only."""

from __future__ import annotations

import os
import time

import bpy

from . import preferences


def save(operator: bpy.types.Operator, settings) -> bool:
    """Saves a copy of the open file into the cache folder and tells where; False, with the reason told, if
    that failed."""
    folder = os.path.join(preferences.cache_folder(settings), "backups")
    stem = os.path.splitext(os.path.basename(bpy.data.filepath))[0] or "untitled"
    path = os.path.join(folder, f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}.blend")
    try:
        os.makedirs(folder, exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=path, copy=True, check_existing=False)
    except (OSError, RuntimeError) as error:
        operator.report({"ERROR"}, f"The backup could not be saved, so nothing was replaced: {error}")
        return False
    operator.report({"INFO"}, f"Backup: {path}")
    return True
