"""The standalone agent: scripts join a real server without Blender. Run: python3 test_agent_scripts.py"""

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
from harness.scripts import run_script, write_script  # noqa: E402
from harness.server import Server, jar  # noqa: E402

SCRIPTS = os.path.join(TESTS, "scripts")
PASSWORD = "secret"  # what the scripts in the folder say


class AgentScripts(unittest.TestCase):
    """Each test has a server of its own."""

    def setUp(self):
        self.place = Workplace("multi-user-scripts")
        self.addCleanup(self.place.close)

    def test_two_users(self):
        """Add, edit, late join, rights, a cut link, delete: every step goes well."""
        server = Server(self.place, "--admin-password", PASSWORD)
        code, told, text = run_script(self.place, os.path.join(SCRIPTS, "two-users.yaml"), server.port)
        self.assertEqual(code, 0, text)
        self.assertTrue(told["ok"], text)
        self.assertTrue(all(step["ok"] for step in told["steps"]), text)

    def test_two_at_once(self):
        """Branches at the same time, loops of random edits: a loop is one line, and times are summed up."""
        server = Server(self.place, "--admin-password", PASSWORD)
        code, told, text = run_script(self.place, os.path.join(SCRIPTS, "two-at-once.yaml"), server.port)
        self.assertEqual(code, 0, text)
        steps = [step["step"] for step in told["steps"]]
        self.assertEqual(steps.count("repeat"), 2)
        self.assertNotIn("edit", steps)
        self.assertEqual(told["timing"]["edit"]["count"], 200)
        self.assertLessEqual(told["timing"]["edit"]["medianMillis"], told["timing"]["edit"]["p99Millis"])

    def test_wrong_password(self):
        """The script expects to be refused, with the reason."""
        server = Server(self.place, "--admin-password", PASSWORD)
        code, told, text = run_script(self.place, os.path.join(SCRIPTS, "wrong-password.yaml"), server.port)
        self.assertEqual(code, 0, text)
        self.assertTrue(told["ok"], text)

    def test_a_step_that_fails_fails_the_script(self):
        server = Server(self.place, "--admin-password", ADMIN)
        path = write_script(
            self.place,
            {"connect": {"user": "ada", "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"wait": {"user": "ada", "state": "ONLINE"}},
            {"expect": {"user": "ada", "nodes": 7}},
        )
        code, told, text = run_script(self.place, path, server.port)
        self.assertEqual(code, 1, text)
        self.assertFalse(told["steps"][-1]["ok"], text)

    def test_roles(self):
        """[RI9] An admin's script makes a viewer of somebody, and an editor again."""
        server = Server(self.place, "--admin-password", ADMIN)
        edit = {"node": "n", "path": "x"}
        path = write_script(
            self.place,
            {"connect": {"user": "ada", "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"connect": {"user": "bob", "adminPassword": "", "state": "ONLINE"}},
            {"add": {"user": "bob", "name": "n"}},
            {"wait": {"user": "ada", "node": "n", "exists": True}},
            {"role": {"user": "ada", "who": "bob", "role": "viewer"}},
            {"pause": {"millis": 500}},
            {"set": {"user": "bob", "value": 1, **edit}},
            {"wait": {"user": "bob", "event": "refused", "pending": 0}},
            {"role": {"user": "ada", "who": "bob", "role": "editor"}},
            {"pause": {"millis": 500}},
            {"set": {"user": "bob", "value": 2, **edit}},
            {"wait": {"user": "ada", "value": 2, **edit}},
        )
        code, _, text = run_script(self.place, path, server.port)
        self.assertEqual(code, 0, text)

    def test_verify_compares_a_session(self):
        """[VR1] `agent verify` fetches the session and finds every node as the server has it."""
        server = Server(self.place, "--admin-password", ADMIN)
        path = write_script(
            self.place,
            {"connect": {"user": "ada", "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"wait": {"user": "ada", "state": "ONLINE"}},
            {"add": {"user": "ada", "type": "Mesh", "name": "Mesh", "count": 1500, "bytes": 2048}},
            {"wait": {"user": "ada", "pending": 0, "seconds": 60}},
        )
        code, _, text = run_script(self.place, path, server.port)
        self.assertEqual(code, 0, text)
        found = self.verify(server.port, "--json")
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        told = json.loads(found.stdout)
        self.assertTrue(told["equal"])
        self.assertEqual(told["compared"], 1500)
        table = self.verify(server.port).stdout
        self.assertIn("every comparison found the server's image", table)
        nobody = self.verify(server.port, "--session", "none")
        self.assertEqual(nobody.returncode, 2, nobody.stdout)
        self.assertIn("could not be joined", nobody.stderr)

    def verify(self, port: int, *options: str):
        command = ["java", "-jar", jar(), "agent", "verify", "--port", str(port), *options]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.place.environment},
        )

    def test_a_bad_script_says_what_is_allowed(self):
        code, _, text = run_script(self.place, write_script(self.place, {"conect": {"user": "ada"}}), 1)
        self.assertNotEqual(code, 0)
        self.assertIn("connect", text)


if __name__ == "__main__":
    unittest.main()
