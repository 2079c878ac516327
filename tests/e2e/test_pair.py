"""Two Blenders share a scene. The tests share the pair and run in the order of their names."""

from __future__ import annotations

import os
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "try")]

from edits import EDITS, PREAMBLE  # noqa: E402
from harness.member import ADMIN, Member, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace, alive, wait_until  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MOVE = "bpy.data.objects[args['name']].location.x = args['x']\nbpy.context.view_layer.update()"
WHERE = "abs(bpy.data.objects[args['name']].location.x - args['x']) < 1e-5"


class Pair(unittest.TestCase):
    """A hosts the demo scene; B joins through a proxy that can cut its links."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-pair")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.proxy = Proxy(cls.server.port)
        cls.addClassCleanup(cls.proxy.close)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run("import demo\ndemo.build()")
        cls.a.host(cls.server.port)
        cls.b.join(cls.proxy.base)
        cls.b.wait_phase("ONLINE")

    def tearDown(self):
        failed = getattr(self._outcome, "errors", None) or getattr(self._outcome.result, "failures", [])
        if failed and any(error for _, error in failed):
            for member in (self.a, self.b):
                try:
                    print(f"messages of {member.name}:\n{messages(member.state())}")
                except AssertionError as error:
                    print(error)

    def equal(self):
        return wait_equal(self.a, self.b, self.place)

    def edit(self, what: str):
        """Carries out one of the edits of `try`; the other Blender must follow and then hold the same."""
        edit = next(one for one in EDITS if one.what == what)
        author, other = (self.a, self.b) if edit.where == "A" else (self.b, self.a)
        value = author.run(PREAMBLE + edit.code)
        ask = "o = bpy.data.objects.get(args['value']); result = o.delta_location.z if o else None"
        expected = author.run(ask, value=value)
        check = PREAMBLE + f"value, expected = args['value'], args['expected']\nresult = bool({edit.check})"
        other.until_code(check, f"the {what} in {other.name}", 20, value=value, expected=expected)
        self.equal()

    def move(self, member: Member, name: str, x: float):
        member.run(MOVE, name=name, x=x)

    def test_01_initial_scene(self):
        self.equal()

    def test_02_transform(self):
        self.edit("transform")

    def test_03_add(self):
        self.edit("add")

    def test_04_mesh_edit(self):
        self.edit("mesh edit")

    def test_05_material_edit(self):
        self.edit("material edit")

    def test_06_duplicate(self):
        self.edit("duplicate")

    def test_07_rename(self):
        self.edit("rename")

    def test_08_delete(self):
        self.edit("delete")

    def test_09_both_edit_at_once(self):
        """Different properties of one object survive both."""
        self.a.run("bpy.data.objects['Ball'].location.z = 0.75\nbpy.context.view_layer.update()")
        self.b.run("bpy.data.objects['Ball'].scale = (1, 2, 1)\nbpy.context.view_layer.update()")
        for member in (self.a, self.b):
            member.until("abs(bpy.data.objects['Ball'].location.z - 0.75) < 1e-5")
            member.until("abs(bpy.data.objects['Ball'].scale.y - 2) < 1e-5")
        self.equal()

    def test_10_late_join(self):
        """A third Blender that comes late holds the same, and sees what follows."""
        wait_settled([self.a, self.b])
        late = Member(self.place, "C", COMMAND)
        try:
            late.join(self.server.port)
            late.wait_phase("ONLINE")
            wait_equal(self.a, late, self.place)
            self.move(self.a, "Floor", 0.125)
            late.until(WHERE, name="Floor", x=0.125)
            pid = late.state()["agent_pid"]
            late.process.kill()
            wait_until(lambda: not alive(pid), "the agent of a killed Blender to end", 2)
        finally:
            late.process.stop()

    def test_11_cut_link(self):
        """The link is down for some seconds; what both did meanwhile comes through."""
        self.equal()
        self.proxy.cut()
        self.move(self.a, "Floor", 0.5)
        self.move(self.b, "Lamp", 1.5)
        time.sleep(4)
        self.proxy.restore()
        self.b.until(WHERE, name="Floor", x=0.5)
        self.a.until(WHERE, name="Lamp", x=1.5)
        self.equal()

    def test_12_agent_killed(self):
        """The add-on starts another agent, and nothing that was edited meanwhile is missed."""
        self.equal()
        pid = self.b.state()["agent_pid"]
        os.kill(pid, 9)
        self.move(self.b, "Lamp", 2.5)
        wait_until(lambda: self.b.state()["agent_pid"] not in (0, pid), "another agent", 20)
        self.b.wait_phase("ONLINE")
        self.a.until(WHERE, name="Lamp", x=2.5)
        self.equal()

    def test_13_server_killed(self):
        """What was acknowledged is there after a restart, and what was done meanwhile comes through."""
        self.equal()
        self.server.kill()
        self.move(self.a, "Floor", 0.75)
        time.sleep(1)
        self.server.restart()
        self.b.until(WHERE, "the edit made while the server was down", 30, name="Floor", x=0.75)
        self.equal()

    def test_14_frame_change(self):
        """What the animation moves at one artist's frame is no edit; what the artist changes there is."""
        self.equal()
        self.b.run("bpy.context.scene.frame_set(1)")
        read = "list(bpy.data.objects['Hand'].location)"
        before, number = self.b.value(read), self.a.state()["sequence"]
        self.a.run("bpy.context.scene.frame_set(17)\nbpy.context.view_layer.update()")
        self.assertNotEqual(self.a.value(read), before)
        self.a.run("bpy.data.objects['Hand'].scale.y = 1.5\nbpy.context.view_layer.update()")
        self.b.until("bpy.data.objects['Hand'].scale.y == 1.5")
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.value(read), before)
        self.assertEqual(self.a.state()["sequence"], number + 1)
        self.equal()

    def test_15_leave_and_join_again(self):
        """B leaves, joins once more, and holds the same."""
        self.b.leave()
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")
        self.equal()


if __name__ == "__main__":
    unittest.main()
