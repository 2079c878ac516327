"""How long a large scene takes to come into a Blender with a window, which draws it meanwhile, and into one without."""

from __future__ import annotations

import os
import time

from harness.display import Display
from harness.member import ADMIN, Member
from harness.processes import Workplace
from harness.server import Server

CROWD = """
mesh = bpy.data.meshes.new('Stone')
for i in range(args['objects']):
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(f'Stone {i}', mesh))
"""


def _seconds(member: Member, port: int) -> float:
    """From the first datablock to the last one."""
    member.join(port)
    member.wait_phase("SYNCING")
    began = time.monotonic()
    member.wait_phase("ONLINE", 600)
    return time.monotonic() - began


def entering() -> None:
    """The same scene, joined without a window and with one."""
    command = os.environ.get("BLENDER") or "blender"
    print(f"{command}\n{'objects':>9}{'no window s':>13}{'window s':>10}{'ratio':>7}")
    for objects in (500, 2000):
        with Workplace("multi-user-bench") as place:
            server = Server(place, "--admin-password", ADMIN)
            host = Member(place, "A", command)
            host.run(CROWD, objects=objects)
            host.host(server.port)
            without = _seconds(Member(place, "B", command), server.port)
            drawn = _seconds(Member(place, "C", command, display=Display(place, "C")), server.port)
        print(f"{objects:9,}{without:13.1f}{drawn:10.1f}{drawn / without:7.1f}", flush=True)
