"""[BR5] An agent is killed in mid-session: neither its artist's work is lost nor the others'."""

from __future__ import annotations

import os
import signal
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"

SCENE = """
import bmesh
bpy.ops.wm.read_homefile(use_empty=True)
for name in ("Ball", "Box", "Doomed of A", "Doomed of B", "Grid"):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(x % 40, x // 40, 0) for x in range(1600)], [], [])
    shape = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(shape)
material = bpy.data.materials.new("Paint")
bpy.data.objects["Ball"].data.materials.append(material)
bpy.context.view_layer.update()
"""
EDIT_OF_B = """
objects = bpy.data.objects
objects["Ball"].location.x = 4
objects["Box"].scale.z = 3
bpy.data.materials["Paint"].diffuse_color = (0.1, 0.2, 0.3, 1)
for row in range(1200, 1300):
    objects["Grid"].data.vertices[row].co.z = 2
objects["Grid"].data.update()
bpy.data.objects.remove(objects["Doomed of B"])
bpy.context.scene.collection.objects.link(bpy.data.objects.new("Of B", None))
bpy.context.view_layer.update()
"""
EDIT_OF_A = """
objects = bpy.data.objects
objects["Ball"].rotation_euler.z = 0.5
bpy.data.materials["Paint"].roughness = 0.25
for row in range(100):
    objects["Grid"].data.vertices[row].co.z = 1
objects["Grid"].data.update()
bpy.data.objects.remove(objects["Doomed of A"])
bpy.context.scene.collection.objects.link(bpy.data.objects.new("Of A", None))
bpy.context.view_layer.update()
"""
SEEN = """
objects = bpy.data.objects
paint = bpy.data.materials["Paint"]
grid = objects["Grid"].data.vertices
result = [
    [objects["Ball"].location.x, objects["Ball"].rotation_euler.z],
    round(objects["Box"].scale.z, 3),
    round(paint.diffuse_color[0], 3), round(paint.roughness, 3),
    [grid[0].co.z, grid[99].co.z, grid[100].co.z, grid[1199].co.z, grid[1200].co.z, grid[1299].co.z],
    sorted(name for name in objects.keys() if " " in name),
]
"""
EDIT_OF_ALL_MESHES = """
for number, mesh in enumerate(bpy.data.meshes):
    mesh.vertices[1599].co.z = 10 + number
    mesh.update()
bpy.context.view_layer.update()
"""
SEEN_OF_ALL_MESHES = """
result = {mesh.name: mesh.vertices[1599].co.z for mesh in bpy.data.meshes}
"""
PUSH = """
import member
member.session_module().current().client.set_auto_push(args["on"])
"""
LATE = """
import sys
import time
import member
package = member.session_module().__package__.rpartition(".")[0] + ".bridge."
keeper = sys.modules[package + "keeper"].Keeper
step, send, end = keeper.step, keeper.send, time.monotonic() + 1

keeper.step = lambda self, seconds: step(self, seconds) if time.monotonic() > end else True
keeper.send = lambda self: send(self) if time.monotonic() > end else None
"""
BOTH = [[4, 0.5], 3, 0.1, 0.25, [1, 1, 0, 0, 2, 2], ["Of A", "Of B"]]


class AgentKilled(unittest.TestCase):
    """A's agent dies."""

    def setUp(self):
        self.place = Workplace("multi-user-killed")
        self.addCleanup(self.place.close)
        self.server = Server(self.place, "--admin-password", ADMIN)
        self.proxy = Proxy(self.server.port)
        self.addCleanup(self.proxy.close)
        self.b = Member(self.place, "B", COMMAND)
        self.b.run(SCENE)
        self.b.host(self.server.port)
        self.a = Member(self.place, "A", COMMAND)
        self.a.join(self.proxy.base)
        self.a.wait_phase("ONLINE")
        wait_equal(self.a, self.b, self.place)

    def kill_agent(self) -> int:
        """Kills A's agent and returns which one it was."""
        pid = self.a.state()["agent_pid"]
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_for_another(self, pid: int) -> None:
        """Waits until another agent takes part."""
        wait_until(lambda: self.a.state()["agent_pid"] not in (0, pid), "another agent")
        self.a.wait_phase("ONLINE")

    def wait_still(self, what: str) -> int:
        """Waits until all is captured and a figure of A's state has not changed for a second, and returns it."""
        figures = [-1]

        def still():
            if self.a.run("import member\nresult = member.session_module().current().replica.busy"):
                figures.append(-1)
                return False
            figures.append(self.a.state()[what])
            return figures[-1] > 0 and len(figures) > 10 and len(set(figures[-10:])) == 1

        wait_until(still, f"{what} to stay as it is", pause_seconds=0.1)
        return figures[-1]

    def both_hold_both(self) -> None:
        wait_equal(self.a, self.b, self.place)
        for member in (self.a, self.b):
            self.assertEqual(member.run(SEEN), BOTH, f"in {member.name}")

    def test_edits_of_both_survive(self):
        """B's edits reached the server and not A; A edits on while no agent runs."""
        self.proxy.cut()
        self.b.run(EDIT_OF_B)
        wait_settled([self.b])
        pid = self.kill_agent()
        self.a.run(EDIT_OF_A)
        self.proxy.restore()
        self.wait_for_another(pid)
        self.both_hold_both()

    def test_told_late(self):
        """A is told late that the agent died, and what it handed over meanwhile goes to the next one: it may not be
        changed."""
        self.proxy.cut()
        self.b.run(EDIT_OF_B)
        wait_settled([self.b])
        self.a.run(LATE)
        pid = self.kill_agent()
        self.a.run(EDIT_OF_ALL_MESHES)
        wanted = self.a.run(SEEN_OF_ALL_MESHES)
        self.a.run(EDIT_OF_A)
        self.proxy.restore()
        self.wait_for_another(pid)
        self.both_hold_both()
        for member in (self.a, self.b):
            self.assertEqual(member.run(SEEN_OF_ALL_MESHES), wanted, f"in {member.name}")

    def test_slow_link(self):
        """A's agent is killed with B's edits on their way, and again while the next one catches up; the third finds
        no server at its first try."""
        self.proxy.cut()
        self.b.run(EDIT_OF_B)
        wait_settled([self.b])
        for _ in range(2):
            pid = self.kill_agent()
            self.a.run("bpy.context.view_layer.update()")
            wait_until(lambda was=pid: self.a.state()["agent_pid"] not in (0, was), "another agent")
        self.a.run(EDIT_OF_A)
        self.a.until_code(
            "import member\nresult = member.agent_state() == 'RECONNECTING'", "A's agent to try again"
        )
        self.proxy.restore()
        self.a.wait_phase("ONLINE")
        self.both_hold_both()

    def test_killed_with_pending_commits(self):
        """What A did offline is on disk when the agent is killed, and comes to the session exactly once."""
        self.proxy.cut()
        self.a.run(EDIT_OF_A)
        self.b.run(EDIT_OF_B)
        wait_settled([self.b])
        before = self.b.state()["sequence"]
        self.b.run(PUSH, on=False)  # from now on only A's commits count
        pending = self.wait_still("pending")
        pid = self.kill_agent()
        self.proxy.restore()
        self.wait_for_another(pid)
        wait_settled([self.a])
        self.assertEqual(self.a.state()["sequence"], before + pending)
        self.b.run(PUSH, on=True)
        self.both_hold_both()


if __name__ == "__main__":
    unittest.main()
