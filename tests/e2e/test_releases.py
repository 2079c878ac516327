"""[LI6] Members of one session run one release of Blender: another one is refused and keeps its scene."""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "blender")]

from compare import compare  # noqa: E402
from harness.member import ADMIN, Member  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.scripts import run_script, write_script  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
OTHER = "2.79"  # the release of the standalone agent that stands for another Blender


class Releases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-releases")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.member = Member(cls.place, "M", COMMAND)
        cls.release = cls.member.value("f'{bpy.app.version[0]}.{bpy.app.version[1]}'")

    def script(self, *steps: dict) -> None:
        code, told, text = run_script(self.place, write_script(self.place, *steps), self.server.port)
        self.assertEqual(code, 0, text)
        self.assertTrue(told["ok"], text)

    def test_1_a_blender_is_refused_by_a_session_of_another_release(self):
        """With the reason; its scene is as it was, and it may join another session."""
        self.script(
            {"connect": {"user": "ada", "session": "old", "blenderVersion": OTHER, "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"wait": {"user": "ada", "state": "ONLINE"}},
        )
        self.member.run("import demo\ndemo.build()")
        before, after = self.place.path("before", "walk"), self.place.path("after", "walk")
        self.member.dump(before)
        self.member.join(self.server.port, session="old")
        error = self.member.wait_phase("ENDED")["error"]
        self.assertIn(f"This session runs Blender {OTHER} and yours is {self.release}", error)
        self.member.dump(after)
        self.assertEqual(compare(before, after), [])
        self.assertNotEqual(self.member.value("len(bpy.data.objects)"), 0)

    def test_2_another_release_is_refused_by_the_session_of_a_blender(self):
        """Also where no Blender is in it any more; an agent without Blender is always welcome."""
        self.member.host(self.server.port, session="new")
        refused = {"connect": {"user": "old", "session": "new", "blenderVersion": OTHER}}
        ended = {"wait": {"user": "old", "state": "ENDED", "reason": "WRONG_BLENDER"}}
        self.script(refused, ended)
        self.assertEqual(self.member.state()["phase"], "ONLINE")
        self.assertEqual(self.member.state()["users"], ["M"])
        self.script(
            {"connect": {"user": "eve", "session": "new", "state": "ONLINE"}},
            {"connect": {"user": "bob", "session": "new", "blenderVersion": self.release, "state": "ONLINE"}},
        )
        self.member.leave()
        self.script(refused, ended)


if __name__ == "__main__":
    unittest.main()
