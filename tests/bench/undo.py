"""What it costs that an undo step is read whole (decision 0014). A Blender with a window, no session."""

from __future__ import annotations

import os
from statistics import median

from harness.display import Display
from harness.member import Member
from harness.processes import Workplace

SCENE = """
import numpy
for number in range(args['objects']):
    mesh = bpy.data.meshes.new('M')
    mesh.vertices.add(100)
    bpy.context.scene.collection.objects.link(bpy.data.objects.new('O', mesh))
grid = bpy.data.meshes.new('Grid')
grid.vertices.add(args['vertices'])
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Grid', grid))
bpy.context.view_layer.update()
"""
UNDO = """
import time
history = __import__(member_module() + '.apply.history', fromlist=['history'])
def window():
    return bpy.context.temp_override(window=bpy.context.window_manager.windows[0])
def once(whole):
    with window():
        bpy.ops.ed.undo_push(message='Before')
    bpy.data.objects['O'].location.x += 1
    with window():
        bpy.ops.ed.undo_push(message='Move')
    steps = history.WholeSteps()
    if whole:
        steps.begin()
    begin = time.perf_counter()
    try:
        with window():
            bpy.ops.ed.undo()
        bpy.context.view_layer.update()
    finally:
        took = time.perf_counter() - begin
        steps.end()
    return took
result = [once(args['whole']) for _ in range(5)]
"""
MODULE = """
import member
def member_module():
    return member.session_module().__name__.rsplit(".", 1)[0]
"""


def undo() -> None:
    """One move undone, with what did not change kept in memory and with everything read. Medians of five."""
    command = os.environ.get("BLENDER") or "blender"
    print(f"{command}\n{'objects':>9}{'vertices':>11}{'kept ms':>9}{'whole ms':>10}{'ratio':>7}")
    for objects, vertices in ((100, 100_000), (2_000, 100_000), (2_000, 2_000_000)):
        with Workplace("multi-user-bench") as place:
            one = Member(place, "A", command, display=Display(place, "A"))
            one.run(SCENE, objects=objects, vertices=vertices)
            kept, whole = (median(one.run(MODULE + UNDO, whole=whole)) * 1000 for whole in (False, True))
        print(f"{objects:9,}{vertices:11,}{kept:9.0f}{whole:10.0f}{whole / kept:7.1f}", flush=True)
