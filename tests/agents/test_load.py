"""Many users from one process, and what the agent tells of a session. Run: python3 test_load.py"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server, jar  # noqa: E402


class Commands(unittest.TestCase):
    """The real jar against the real server."""

    def setUp(self):
        self.place = Workplace("multi-user-load")
        self.addCleanup(self.place.close)
        self.server = Server(self.place, "--admin-password", ADMIN)

    def agent(self, command: str, *options: str) -> tuple[int, str, str]:
        """Runs ``agent COMMAND``; exit code, output, errors."""
        done = subprocess.run(
            ["java", "-jar", jar(), "agent", command, "--port", str(self.server.port), *options],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.place.environment, "ADMIN_PASSWORD": ADMIN},
        )
        return done.returncode, done.stdout, done.stderr

    def test_nothing_is_lost(self):
        """[AC1, LO1] every replica has the last edit of every user, and the session is left as it was."""
        code, out, err = self.agent("load", "--users", "5", "--seconds", "3", "--rate", "20", "--json")
        self.assertEqual(0, code, out + err)
        report = json.loads(out)
        self.assertTrue(report["ok"] and report["replicasEqual"])
        self.assertEqual((0, 0), (report["lost"], report["refused"]))
        self.assertGreater(report["edits"], 50)
        self.assertGreater(report["seenByAnother"]["count"], report["edits"] // 2)
        self.assertGreater(report["presences"], 0)
        code, out, err = self.agent("info", "--session", "load", "--json")
        self.assertEqual(0, code, out + err)
        self.assertEqual(0, json.loads(out)["nodes"])

    def test_as_many_edits_as_go_out(self):
        """Without a rate each user keeps the most pending edits that it may, and all arrive."""
        code, out, err = self.agent("load", "--users", "3", "--seconds", "2", "--rate", "0")
        self.assertEqual(0, code, out + err)
        self.assertRegex(out, r"lost +0; 0 refused")
        self.assertRegex(out, r"replicas +equal")

    def test_what_cannot_be_tried(self):
        """It says why, and exits with 2."""
        code, _, err = self.agent("load", "--users", "1")
        self.assertEqual(2, code)
        self.assertIn("2 to 256 users", err)
        code, _, err = self.agent("load", "--users", "2", "--admin-password", "wrong")
        self.assertEqual(2, code)
        self.assertIn("load 1 could not join", err)

    def test_what_a_session_holds_and_who_is_there(self):
        """``info`` counts the datablocks, ``users`` names those who are there and what they own."""
        for command in ("info", "users"):
            code, _, err = self.agent(command, "--seconds", "10")
            self.assertEqual(2, code)
            self.assertIn("it is not open yet", err)
        ada = {"user": "ada"}
        script = RunningScript(
            self.place,
            "ada",
            self.server.port,
            [
                {"connect": {**ada, "state": "LOBBY"}},
                {"initialise": {**ada, "empty": True}},
                {"wait": {**ada, "state": "ONLINE"}},
                {"add": {**ada, "name": "Cube", "count": 3, "bytes": 1000}},
                {"add": {**ada, "name": "Steel", "type": "Material"}},
                {"own": {**ada, "nodes": ["Cube.0", "Cube.1"]}},
                {"wait": {**ada, "pending": 0, "node": "Cube.1", "owner": "ada"}},
                "there",
                {"pause": {"millis": 600_000}},
            ],
        )
        self.addCleanup(script.process.stop)
        script.reached("there")
        code, out, err = self.agent("info", "--json")
        self.assertEqual(0, code, err)
        told = json.loads(out)
        self.assertEqual(("main", 4), (told["session"], told["nodes"]))
        self.assertEqual(
            [
                {"type": "Material", "nodes": 1, "bufferBytes": 0},
                {"type": "Object", "nodes": 3, "bufferBytes": 3000},
            ],
            told["types"],
        )
        code, out, err = self.agent("users", "--json")
        self.assertEqual(0, code, err)
        (user,) = json.loads(out)["users"]
        self.assertEqual(
            ("ada", "ADMIN", True, 2), tuple(user[it] for it in ("name", "role", "online", "owns"))
        )
        code, out, err = self.agent("users", "--invite", f"multiuser://127.0.0.1:{self.server.port}/main")
        self.assertEqual(0, code, err)
        self.assertRegex(out, r"ada +admin +online +\d* m?s? +2\n1 user\n")
        code, out, err = self.agent("info")
        self.assertRegex(out, r"Object +3 +3000\n")


if __name__ == "__main__":
    unittest.main()
