"""[BR3] A server that Host started beside a Blender ends with this Blender, and the others are told."""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import Member, messages, wait_equal  # noqa: E402
from harness.processes import Workplace, alive, wait_until  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
ENDS_WITHIN_SECONDS = 2


class HostEnds(unittest.TestCase):
    """B has joined the session that A hosts; then A ends in one way or another."""

    def setUp(self):
        self.place = Workplace("multi-user-hosting")
        self.addCleanup(self.place.close)
        port = free_base_port()
        self.a = Member(self.place, "A", COMMAND)
        self.b = Member(self.place, "B", COMMAND)
        self.a.run("import demo\ndemo.build()")
        state = self.a.host_beside(port)
        self.pids = [state["server_pid"], state["agent_pid"]]
        self.assertTrue(all(pid and alive(pid) for pid in self.pids))
        self.b.join(port)
        self.b.wait_phase("ONLINE")
        wait_equal(self.a, self.b, self.place)
        for member in (self.a, self.b):  # decision 0020: another thread of Python makes Blender crash
            self.assertEqual(member.run("import threading\nresult = threading.active_count()"), 1)

    def all_ended(self):
        """Server and agent of A are gone soon; B says so, keeps the scene, and leaves when it likes."""
        wait_until(lambda: not any(map(alive, self.pids)), "server and agent to end", ENDS_WITHIN_SECONDS)
        state = self.b.wait_phase("OFFLINE", 10)
        self.assertEqual(self.b.run("import member\nresult = member.agent_state()"), "RECONNECTING")
        self.assertIn("The link was lost", messages(state))
        names = self.b.value("sorted(bpy.data.objects.keys())")
        self.assertIn("Ball", names)
        self.b.run("bpy.data.objects['Ball'].location.x = 3\nbpy.context.view_layer.update()")
        self.b.until_code("import member\nresult = member.state()['pending'] > 0", "the edit to be kept")
        self.b.leave()
        self.b.wait_phase("ENDED", 5)
        self.assertEqual(self.b.value("sorted(bpy.data.objects.keys())"), names)
        self.assertEqual(self.b.value("bpy.data.objects['Ball'].location.x"), 3)

    def test_quit(self):
        self.a.quit()
        self.assertEqual(self.a.process.wait(20), 0)
        self.all_ended()

    def test_killed(self):
        self.a.process.kill()
        self.all_ended()


if __name__ == "__main__":
    unittest.main()
