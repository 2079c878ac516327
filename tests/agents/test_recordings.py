"""What two users did is recorded as it happens and played into another server. Run: python3 test_recordings.py"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Process, Workplace, wait_until  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server, jar  # noqa: E402

ROUNDS = 150
KINDS = {"move": 6, "rows": 3, "add": 1, "delete": 1}


def edits(user: str, seed: int) -> list[dict]:
    """A branch of random edits; both users' new nodes are given one name now and then."""
    steps = [
        {"edit": {"user": user, "among": "n.*", "kinds": KINDS}},
        {"add": {"user": user, "name": "twin"}},
        {"presence": {"user": user, "fields": {"frame": 1}}},
        {"pause": {"millis": 3}},
    ]
    return [
        {"repeat": {"times": ROUNDS, "seed": seed, "steps": steps}},
        {"wait": {"user": user, "pending": 0, "seconds": 60}},
    ]


STEPS = [
    {"connect": {"user": "ada", "state": "LOBBY"}},
    {"initialise": {"user": "ada", "empty": True}},
    {"wait": {"user": "ada", "state": "ONLINE"}},
    {"add": {"user": "ada", "type": "Mesh", "name": "n", "count": 100, "bytes": 20_000}},
    {"add": {"user": "ada", "name": "kept"}},
    {"wait": {"user": "ada", "pending": 0, "nodes": 101}},
    {"connect": {"user": "bob", "state": "ONLINE"}},
    {"lock": {"user": "ada", "nodes": "kept"}},
    {"wait": {"user": "bob", "node": "kept", "owner": "ada"}},
    "ready",
    {"wait": {"user": "ada", "users": 3, "seconds": 60}},
    {"pause": {"millis": 1000}},
    {"parallel": {"branches": [edits("ada", 1), edits("bob", 2)]}},
    {"unlock": {"user": "ada", "nodes": "kept"}},
    {"wait": {"user": "bob", "node": "kept", "owner": "COMMON"}},
    {"lock": {"user": "bob", "nodes": "kept"}},
    {"wait": {"user": "ada", "node": "kept", "owner": "bob"}},
    {"hash": {"user": "ada"}},
    "edited",
    {"pause": {"millis": 600_000}},  # who leaves gives back what they own: not before the recording ends
]


class Recordings(unittest.TestCase):
    """Each test has servers of its own."""

    def setUp(self):
        self.place = Workplace("multi-user-recordings")
        self.addCleanup(self.place.close)
        self.file = self.place.path("work.rec")
        self.size = -1

    def record(self, port: int, *options: str) -> Process:
        command = ["java", "-jar", jar(), "agent", "record", self.file, "--port", str(port), *options]
        return self.place.start("record", command)

    def replay(self, port: int, *options: str) -> subprocess.CompletedProcess:
        command = [
            "java",
            "-jar",
            jar(),
            "agent",
            "replay",
            self.file,
            "--port",
            str(port),
            "--json",
            *options,
        ]
        return subprocess.run(
            [*command, "--admin-password", ADMIN],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.place.environment},
        )

    def work(self, end: str) -> str:
        """Records the two users' work; the hash of what they then had."""
        server = Server(self.place, "--admin-password", ADMIN)
        script = RunningScript(self.place, "edits", server.port, STEPS)
        script.reached("ready")
        recorder = self.record(server.port)
        wait_until(lambda: any("recording session" in line for line in recorder.lines), "the recording")
        script.reached("edited", 120)
        wait_until(self.rests, "the recorder to have all", 30, pause_seconds=1)
        if end == "kill":
            recorder.kill()
        else:
            recorder.stop(30)
        script.process.kill()
        return script.told("hash")[0].split()[-1]

    def another(self) -> Server:
        return Server(self.place, "--admin-password", ADMIN, data=self.place.path("another", "data", ""))

    def rests(self) -> bool:
        """Whether the file has not grown since the last time."""
        size = os.path.getsize(self.file)
        self.size, before = size, self.size
        return size == before

    def check(self, port: int, hash_: str, *options: str) -> dict:
        result = self.replay(port, *options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        told = json.loads(result.stdout)
        self.assertTrue(told["ok"], told)
        self.assertEqual(told["lost"], 0)
        self.assertEqual(told["hash"], hash_)
        self.assertEqual(
            told["latency"]["count"], told["recording"]["commits"] + told["recording"]["ownerChanges"]
        )
        return told

    def test_a_session_played_elsewhere_is_equal(self):
        """As fast as it goes and in its own time; two users, one host, nothing lost, the same content hash."""
        hash_ = self.work("stop")
        other = self.another()
        told = self.check(other.port, hash_, "--speed", "0")
        self.assertTrue(told["recording"]["whole"])
        self.assertEqual(told["recording"]["users"], 2)
        self.assertEqual(told["recording"]["ownerChanges"], 2)
        self.assertGreater(told["recording"]["commits"], 3 * ROUNDS)
        self.assertGreater(told["recording"]["presences"], 0)
        timed = self.check(other.port, hash_, "--speed", "2", "--session", "again")
        self.assertGreaterEqual(timed["seconds"], timed["recording"]["seconds"] / 2 - 1)
        again = self.replay(other.port, "--session", "again")
        self.assertEqual(again.returncode, 2, again.stdout)
        self.assertIn("--session", again.stderr)

    def test_a_killed_recorder_leaves_what_it_had(self):
        """kill -9: the recording is used up to there, and that is said."""
        hash_ = self.work("kill")
        other = self.another()
        told = self.check(other.port, hash_, "--speed", "0")
        self.assertFalse(told["recording"]["whole"])
        self.assertIn("cut off", self.replay(other.port, "--speed", "0", "--session", "more").stderr)

    def test_what_is_no_recording_is_told(self):
        with open(self.file, "wb") as file:
            file.write(b"\x89PNG and so on, for long enough to be a record's head")
        result = self.replay(1)
        self.assertEqual(result.returncode, 2)
        self.assertIn("no recording", result.stderr)
        nobody = self.record(1)  # the file is there already, and stays
        self.assertEqual(nobody.wait(30), 2)
        self.assertIn("already", nobody.tail())


if __name__ == "__main__":
    unittest.main()
