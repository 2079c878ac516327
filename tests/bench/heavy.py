"""What an edit of a mesh with a million vertices, and all that a mesh can have, costs in both Blenders."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from harness.member import ADMIN, Member, wait_settled
from harness.processes import Workplace
from harness.server import Server

ROUNDS = 5
STROKE = 5000  # vertices or corners that a stroke reaches

RICH = """
mesh = bpy.data.meshes['Grid']
thing = bpy.data.objects['Grid']
mesh.uv_layers.new(name='UVMap')
mesh.attributes.new('Farbe', 'BYTE_COLOR', 'CORNER')
for index in range(2):
    mesh.attributes.new(f'value {index}', 'FLOAT', 'POINT')
thing.shape_key_add(name='Basis')
thing.shape_key_add(name='Lächeln')
group = thing.vertex_groups.new(name='Gruppe')
group.add(list(range(len(mesh.vertices) // 2)), 0.5, 'REPLACE')
bpy.context.view_layer.update()
"""
NAMES = """
import numpy, time, member
mesh, thing = bpy.data.meshes['Grid'], bpy.data.objects['Grid']
count = len(mesh.vertices)
middle = count // 2
keys = mesh.shape_keys.key_blocks if mesh.shape_keys else []
old = bpy.app.version < (4, 0, 0)
def flat(items, name, columns):
    return items, name, numpy.empty(len(items) * columns, 'f4')
def positions():
    return flat(mesh.vertices, 'co', 3) if old else flat(mesh.attributes['position'].data, 'vector', 3)
def uvs():
    return flat(mesh.uv_layers[0].data, 'uv', 2)
def colours():
    data = mesh.attributes['Farbe'].data
    return flat(data, 'color_srgb' if hasattr(data[0], 'color_srgb') else 'color', 4)
def points():
    return flat(keys[1].data, 'co', 3)
def stroke(array, columns, value):
    items, name, values = array
    items.foreach_get(name, values)
    values.reshape(-1, columns)[middle:middle + args['stroke'], columns - 1] = value
    items.foreach_set(name, values)
"""
# Each: the edit; whether it is there; the arrays that it changes.
EDITS = {
    "one vertex moved": (
        "mesh.vertices[middle].co.z = value",
        "abs(mesh.vertices[middle].co.z - value) < 1e-6",
        "positions()",
    ),
    "a stroke over 5,000 vertices": (
        "stroke(positions(), 3, value)",
        "abs(mesh.vertices[middle + 9].co.z - value) < 1e-6",
        "positions()",
    ),
    "one corner's UV moved": (
        "mesh.uv_layers[0].data[middle].uv.y = value",
        "abs(mesh.uv_layers[0].data[middle].uv.y - value) < 1e-6",
        "uvs()",
    ),
    "5,000 corners painted": (
        "stroke(colours(), 4, value / 100)",
        "abs(mesh.attributes['Farbe'].data[middle + 9].color[3] - value / 100) < 0.004",
        "colours()",
    ),
    "a shape key's 5,000 points": (
        "stroke(points(), 3, value)",
        "abs(keys[1].data[middle + 9].co.z - value) < 1e-6",
        "points()",
    ),
    "5,000 weights": (
        "thing.vertex_groups[0].add(list(range(middle - args['stroke'], middle)), value / 100, 'REPLACE')",
        "abs(mesh.vertices[middle - 9].groups[0].weight - value / 100) < 1e-6",
        "",
    ),
}
BEGIN = "value = args['value']\n"
END = """
if {shape}:
    mesh.shape_keys.update_tag()
mesh.update()
mesh.update_tag()
bpy.context.view_layer.update()
"""
# Ticks until this holds, and how long the main thread was held meanwhile.
WATCH = """
module = member.session_module()
session = module.current()
own, wall, deadline = [0.0], [0.0], time.monotonic() + 120
def there():
    return {done}
while time.monotonic() < deadline and not there():
    began, own_began = time.perf_counter(), time.thread_time()
    if module.tick():
        own.append((time.thread_time() - own_began) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    time.sleep(0.001)
assert there()
result = [max(own), sum(own), max(wall)]
"""
AT_SERVER = "session.status.sequence > sequence and not session.status.pending and session.settled"
# What Blender itself takes for the changed arrays, and for its update after they were set.
PURE = """
def timed(work):
    times = []
    for _ in range(3):
        began = time.thread_time()
        work()
        times.append((time.thread_time() - began) * 1000)
    return sorted(times)[1]
items, name, values = {arrays}
def update():
    mesh.update()
    bpy.context.view_layer.update()
result = [timed(lambda: items.foreach_get(name, values)),
          timed(lambda: (items.foreach_set(name, values), update()))]
"""


def heavy(grid: str, side: int = 1000) -> None:
    """``grid``: the code that makes a square grid of ``side``. A edits, B receives; medians of ``ROUNDS``."""
    command = os.environ.get("BLENDER") or "blender"
    print(
        f"{command}\nedit   A: foreach_get ms   longest tick ms   all ticks ms"
        "   B: foreach_set and update ms   longest tick ms   all ticks ms   bytes sent"
    )
    with Workplace("multi-user-bench") as place, ThreadPoolExecutor(1) as pool:
        server = Server(place, "--admin-password", ADMIN)
        a, b = Member(place, "A", command), Member(place, "B", command)
        a.run("bpy.ops.wm.read_homefile(use_factory_startup=False, use_empty=True)")
        a.run(grid, side=side)
        a.run(RICH)
        a.host(server.port)
        b.join(server.port)
        b.wait_phase("ONLINE", 300)
        for name, (edit, done, arrays) in EDITS.items():
            pure_a, pure_b = (m.run(NAMES + PURE.format(arrays=arrays)) if arrays else [0, 0] for m in (a, b))
            rows = []
            for number in range(ROUNDS + 1):
                wait_settled([a, b], 180)
                args = {"value": number + 1.5, "stroke": STROKE}
                sent = a.state()["sent"]
                watch = BEGIN + NAMES + WATCH.format(done=done)
                received = pool.submit(b.run, watch, **args)
                code = BEGIN + NAMES + "sequence = member.session_module().current().status.sequence\n" + edit
                code += END.format(shape="points" in arrays) + WATCH.format(done=AT_SERVER)
                gave = a.run(code, **args)
                took = received.result()
                if number:  # the first edit also fills caches
                    rows.append((*gave[:2], *took[:2], a.state()["sent"] - sent))
            gave, gave_all, took, took_all, sent = (median(column) for column in zip(*rows))
            print(
                f"{name:30} {pure_a[0]:9.2f} {gave:9.2f} {gave_all:9.2f} {pure_b[1]:9.2f} {took:9.2f} {took_all:9.2f}"
                f" {sent:10,.0f}",
                flush=True,
            )
