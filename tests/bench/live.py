"""What live edit mode costs while a mesh is edited: one vertex moved twenty times a second in edit mode, for two
seconds, then a second's pause."""

from __future__ import annotations

import os

from harness.member import ADMIN, Member, wait_settled
from harness.processes import Workplace
from harness.server import Server

ROUNDS = 6
EDIT = """
import bmesh, member, time
module = member.session_module()
member.preferences().live_edit = True
thing = bpy.data.objects['Grid']
bpy.context.view_layer.objects.active = thing
bpy.ops.object.mode_set(mode='EDIT')
edited = bmesh.from_edit_mesh(thing.data)
edited.verts.ensure_lookup_table()
sequence = module.current().status.sequence
moving, resting, begin, moved = [], [], time.perf_counter(), 0
for tenth in range(30 * args['rounds']):
    moves = tenth % 30 < 20
    until = begin + tenth / 10
    while time.perf_counter() < until:
        if moves and (time.perf_counter() - begin) * 20 >= moved:
            edited.verts[0].co.z += 0.01
            bmesh.update_edit_mesh(thing.data, loop_triangles=False, destructive=False)
            bpy.context.view_layer.update()
            moved = (time.perf_counter() - begin) * 20 + 1
        since = time.perf_counter()
        if module.tick() and tenth > 30:  # how long a reading takes is known after the first
            (moving if moves else resting).append(time.perf_counter() - since)
        time.sleep(0.001)
since = time.perf_counter()
thing.update_from_editmode()
alone = time.perf_counter() - since
result = {'moving': max(moving, default=0.0) * 1000, 'resting': max(resting, default=0.0) * 1000,
          'alone': alone * 1000, 'sent': module.current().status.sequence - sequence}
"""


def live(grid: str, sides: tuple[int, ...]) -> None:
    """``grid``: the code that makes a square grid of ``side``, for each of ``sides``."""
    command = os.environ.get("BLENDER") or "blender"
    print(
        f"{command}\n vertices   longest tick while moving ms   in the pause ms   write-back alone ms   commits"
    )
    with Workplace("multi-user-bench") as place:
        server = Server(place, "--admin-password", ADMIN)
        member = Member(place, "A", command)
        for number, side in enumerate(sides):
            member.run("bpy.ops.wm.read_homefile(use_factory_startup=False, use_empty=True)")
            count = member.run(grid, side=side)
            member.host(server.port, session=f"bench-{number}")
            wait_settled([member], 180)
            row = member.run(EDIT, rounds=ROUNDS)
            print(
                f"{count:9,} {row['moving']:30.1f} {row['resting']:17.1f} {row['alone']:21.1f} {row['sent']:9}",
                flush=True,
            )
            member.run("bpy.ops.object.mode_set(mode='OBJECT')")
            member.leave()
