"""What two real Blenders did is recorded and played without Blender. Run: python3 test_recording.py"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "try")]

from edits import EDITS, PREAMBLE  # noqa: E402
from harness.member import ADMIN, Member, wait_equal  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.scripts import run_script, write_script  # noqa: E402
from harness.server import Server, jar  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"


class Recording(unittest.TestCase):
    """A hosts the demo scene, B joins, a recorder joins; then both edit as `try` does."""

    def setUp(self):
        self.place = Workplace("multi-user-recording")
        self.addCleanup(self.place.close)
        self.server = Server(self.place, "--admin-password", ADMIN)

    def agent(self, *arguments: str) -> list[str]:
        return ["java", "-jar", jar(), "agent", *arguments, "--port", str(self.server.port)]

    def test_work_of_blenders_is_played_and_comes_to_the_same(self):
        a = Member(self.place, "A", COMMAND)
        b = Member(self.place, "B", COMMAND)
        a.run("import demo\ndemo.build()")
        a.host(self.server.port)
        b.join(self.server.port)
        b.wait_phase("ONLINE")
        file = self.place.path("work.rec")
        recorder = self.place.start("record", self.agent("record", file))
        wait_until(lambda: any("recording session" in line for line in recorder.lines), "the recording")
        for edit in EDITS:
            author, other = (a, b) if edit.where == "A" else (b, a)
            value = author.run(PREAMBLE + edit.code)
            ask = "o = bpy.data.objects.get(args['value']); result = o.delta_location.z if o else None"
            expected = author.run(ask, value=value)
            check = (
                PREAMBLE + f"value, expected = args['value'], args['expected']\nresult = bool({edit.check})"
            )
            other.until_code(check, f"the {edit.what}", 20, value=value, expected=expected)
        wait_equal(a, b, self.place)
        path = write_script(
            self.place, {"connect": {"user": "eve", "state": "ONLINE"}}, {"hash": {"user": "eve"}}
        )
        code, told, text = run_script(self.place, path, self.server.port)
        self.assertEqual(code, 0, text)
        recorder.stop(30)
        hash_ = told["steps"][1]["text"].split()[-1]
        for speed, session in (("0", "fast"), ("1", "timed")):
            options = ("--speed", speed, "--session", session, "--admin-password", ADMIN, "--json")
            played = subprocess.run(
                self.agent("replay", file, *options),
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.place.environment},
            )
            self.assertEqual(played.returncode, 0, played.stdout + played.stderr)
            outcome = json.loads(played.stdout)
            self.assertEqual(outcome["lost"], 0)
            self.assertEqual(outcome["hash"], hash_)
            self.assertEqual(outcome["recording"]["users"], 2)
            self.assertGreaterEqual(outcome["recording"]["commits"], len(EDITS))


if __name__ == "__main__":
    unittest.main()
