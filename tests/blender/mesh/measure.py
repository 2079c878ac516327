"""Prints what reading and writing meshes costs, beside one bare read and write of the positions. Not a test.

    blender -b --factory-startup --python measure.py [-- VERTICES …]     (100,000 and 1,000,000 unless told)
"""

import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
from datablocks.fake_session import FakeSession  # noqa: E402

from multi_user.datablocks import registry  # noqa: E402

GEOMETRY = frozenset(("GEOMETRY",))


def milliseconds(work, times: int = 5) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1e3)
    return sorted(taken)[times // 2]


def positions_of(mesh):
    """The fastest access to positions that this Blender has."""
    attribute = mesh.attributes.get("position")
    return (mesh.vertices, "co") if attribute is None else (attribute.data, "vector")


def measure(vertices: int) -> None:
    side = round(vertices**0.5)
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=side - 1, y_subdivisions=side - 1)
    mesh = bpy.context.object.data
    handler, session = registry.handler_for(mesh), FakeSession()
    flat = numpy.empty(len(mesh.vertices) * 3, "f4")
    rows, name = positions_of(mesh)
    bare_get = milliseconds(lambda: rows.foreach_get(name, flat))
    bare_set = milliseconds(lambda: rows.foreach_set(name, flat))
    reading = handler.read(mesh, session, GEOMETRY)
    arrays = {s.name: numpy.empty((s.rows, s.columns), s.dtype) for s in reading.buffers}

    def fill():
        for source in reading.buffers:
            source.fill(arrays[source.name].reshape(-1))

    part = {"vert.position": arrays["vert.position"]}
    first = reading.buffers[0]
    lines = {
        "positions, bare foreach_get": bare_get,
        "positions, bare foreach_set": bare_set,
        "read the tree and name the buffers": milliseconds(lambda: handler.read(mesh, session, GEOMETRY)),
        "read the positions": milliseconds(lambda: first.fill(arrays[first.name].reshape(-1))),
        "read all buffers": milliseconds(fill, 3),
        "write the positions": milliseconds(lambda: handler.write_part(mesh, [], part, [], False, session)),
        "write everything, same counts": milliseconds(
            lambda: handler.write_whole(mesh, reading.properties, arrays, session), 3
        ),
    }
    made = bpy.data.meshes.new("made anew")

    def anew():
        made.clear_geometry()
        handler.write_whole(made, reading.properties, arrays, session)

    lines["write everything, made anew"] = milliseconds(anew, 3)
    total = sum(array.nbytes for array in arrays.values())
    print(f"{len(mesh.vertices):,} vertices, {len(arrays)} buffers, {total / 1e6:.1f} MB")
    for label, value in lines.items():
        print(f"  {label:40} {value:9.2f} ms", flush=True)


arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else ["100000", "1000000"]
print("Blender", bpy.app.version_string)
for count in arguments:
    measure(int(count))
