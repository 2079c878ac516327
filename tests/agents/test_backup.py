"""A backup of a running server, while two real agents edit, restored elsewhere. Run: python3 test_backup.py"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Process, Workplace, wait_until  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import SERVER_FLAGS, jar  # noqa: E402

NODES = 80
NODE_BYTES = 2048
FILE_BYTES = 3_000_000


def edits(name: str) -> list[dict | str]:
    """One node after the other, each acknowledged before the next; a mark behind each."""
    steps: list[dict | str] = []
    for number in range(NODES):
        steps.append({"set": {"user": name, "node": f"n.{number}", "path": name, "value": number}})
        steps += [{"wait": {"user": name, "pending": 0, "seconds": 60}}, f"{name} {number}"]
        steps.append({"pause": {"millis": 200}})  # a backup takes a while to begin
    return steps


def join(name: str) -> list[dict | str]:
    return [
        {"connect": {"user": name}},
        {"wait": {"user": name, "state": "ONLINE", "nodes": NODES, "seconds": 60}},
    ]


class BackupTest(unittest.TestCase):
    def setUp(self):
        self.place = Workplace()
        self.addCleanup(self.place.close)

    def serve(self, *options: str) -> subprocess.CompletedProcess:
        words = ["java", *SERVER_FLAGS, "-jar", jar(), "serve", *options]
        return subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    def start(self, data: str) -> tuple[Process, dict]:
        """A server as a host would start it; its certificate is made or found in the folder."""
        options = ["--bind", "127.0.0.1", "--port", "0", "--admin-password", ADMIN, "--data", data]
        process = self.place.start("server", ["java", *SERVER_FLAGS, "-jar", jar(), "serve", *options])
        wait_until(lambda: any(line.startswith("{") for line in process.lines), "the server to be ready")
        return process, json.loads(next(line for line in process.lines if line.startswith("{")))

    def test_amid_edits(self):
        """All that was acknowledged before the backup is in it, files too; artists know the server again."""
        data, again = self.place.path("data", ""), self.place.path("again", "")
        picture = self.place.path("picture.png")
        with open(picture, "wb") as file:
            file.write(os.urandom(FILE_BYTES))
        server, ready = self.start(data)
        ann = RunningScript(
            self.place,
            "ann",
            ready["port"],
            [
                {"connect": {"user": "ann", "state": "LOBBY"}},
                {"initialise": {"user": "ann", "empty": True}},
                {"wait": {"user": "ann", "state": "ONLINE"}},
                {"add": {"user": "ann", "name": "n", "count": NODES, "bytes": NODE_BYTES}},
                {"offer": {"user": "ann", "file": picture}},
                {"wait": {"user": "ann", "pending": 0, "file": picture, "transfer": "DONE", "seconds": 60}},
                "filled",
                *edits("ann"),
            ],
        )
        ann.reached("filled")
        ben = RunningScript(self.place, "ben", ready["port"], [*join("ben"), *edits("ben")])
        ann.reached("ann 15")
        ben.reached("ben 5")
        done = {script: self.last(script, name) for script, name in ((ann, "ann"), (ben, "ben"))}
        made = self.serve("--backup", self.place.path("backup.zip"), "--data", data)
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        self.assertFalse(ann.has_reached(f"ann {NODES - 1}"), "they were still at it")
        ann.well()
        ben.well()
        server.stop()
        restored = self.serve("--restore", self.place.path("backup.zip"), "--data", again)
        self.assertEqual(restored.returncode, 0, restored.stdout + restored.stderr)
        self.assertIn("well", restored.stdout)
        self.assertEqual(self.serve("--check", "--data", again).returncode, 0)
        _, second = self.start(again)
        self.assertEqual(second["fingerprint"], ready["fingerprint"])
        name = re.search("[0-9a-f]{64}", ann.told("offer")[0]).group()
        expected = [
            {"expect": {"user": "cy", "node": f"n.{number}", "path": who, "value": number}}
            for script, who in ((ann, "ann"), (ben, "ben"))
            for number in range(done[script] + 1)
        ]
        fetched = [
            {"fetch": {"user": "cy", "file": name, "name": "picture.png"}},
            {"wait": {"user": "cy", "file": name, "transfer": "DONE", "seconds": 60}},
        ]
        print(f"acknowledged before the backup: {len(expected)} edits; {made.stdout.strip()}")
        RunningScript(self.place, "cy", second["port"], [*join("cy"), *expected, *fetched]).well()

    def last(self, script: RunningScript, name: str) -> int:
        """The number of the last edit that was acknowledged."""
        return max(number for number in range(NODES) if script.has_reached(f"{name} {number}"))


if __name__ == "__main__":
    unittest.main()
