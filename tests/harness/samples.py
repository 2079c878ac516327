"""A scene that holds something of all that Blender knows, with unusual values, as code to be run in a Blender."""

from __future__ import annotations

EMPTY = "bpy.ops.wm.read_homefile(use_empty=True)\n"
BUILD = """
from datablocks import sample_rigs, sample_scenes
sample_scenes.build()
sample_rigs.build()
bpy.context.view_layer.update()
"""
# From a file, as studios have it: Blender reads some things otherwise than they were made.
REOPEN = """
bpy.ops.wm.save_as_mainfile(filepath=args['path'])
bpy.ops.wm.open_mainfile(filepath=args['path'])
"""
OPENED = EMPTY + BUILD + REOPEN
