"""Links that are lost, servers that start again, laptops that sleep: who comes back goes on by number.

Two real agents edit while one of them is away: at the end all of both is everywhere, once, and the one who was away
did not get the scene anew. Run: python3 test_links.py
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server  # noqa: E402

NODES = 200
NODE_BYTES = 2048
EDITS = 12
NO_REJOIN_BYTES = NODES * NODE_BYTES // 10  # far less than the scene, far more than what was missed
SHORT_TIMEOUT = ("--timeout", "2000")
BEYOND_SECONDS = 5  # beyond that time-out
SLOW_ROUND_TRIP_SECONDS = 1.0  # an answer is on its way for half of it
STAY = {"pause": {"millis": 1000}}


def user(who: str, **more) -> dict:
    """A step's arguments."""
    return {"user": who, **more}


def host(name: str) -> list[dict | str]:
    """Opens the session and fills it."""
    return [
        {"connect": user(name, state="LOBBY")},
        {"initialise": user(name, empty=True)},
        {"wait": user(name, state="ONLINE")},
        {"add": user(name, name="n", count=NODES, bytes=NODE_BYTES)},
        {"wait": user(name, pending=0, seconds=60)},
        "filled",
    ]


def join(name: str, **more) -> list[dict | str]:
    """Comes in and gets everything."""
    return [
        {"connect": user(name, **more)},
        {"wait": user(name, state="ONLINE", nodes=NODES, seconds=60)},
        f"{name} is in",
    ]


def edits(name: str, first: int, count: int = EDITS) -> list[dict | str]:
    """So many commits, each of a node of its own."""
    steps: list[dict | str] = []
    for number in range(first, first + count):
        steps.append({"set": user(name, node=f"n.{number}", path=name, value=number)})
    return [*steps, {"commit": user(name)}]


def sees(name: str, author: str, numbers: range) -> list[dict | str]:
    """Waits until the edits of another one are there."""
    return [
        {"wait": user(name, node=f"n.{number}", path=author, value=number, seconds=90)} for number in numbers
    ]


def agree(names: list[str], commits: int) -> list[dict | str]:
    """All hold the same, nothing is pending, and every commit stands in the order once."""
    end = {"state": "ONLINE", "pending": 0, "nodes": NODES, "sequence": NODES + commits, "seconds": 90}
    steps: list[dict | str] = [{"wait": user(name, **end)} for name in names]
    return steps + [{"hash": user(name)} for name in names]


class LostLinks(unittest.TestCase):
    """Ann is near the server, Ben far from it: his link is lost. Both go on working."""

    def open(self, *options: str):
        self.place = Workplace("multi-user-links")
        self.addCleanup(self.place.close)
        self.server = Server(self.place, "--admin-password", ADMIN, *options)
        self.proxy = Proxy(self.server.port)
        self.addCleanup(self.proxy.close)

    def play(self, noticed: bool = True) -> RunningScript:
        """Ben has 12 edits waiting while Ann makes 12; then both agree. Returns when he is in."""
        away: list[dict | str] = [{"wait": user("ben", state="RECONNECTING", seconds=60)}]
        script = RunningScript(
            self.place,
            "both",
            self.server.port,
            [
                *host("ann"),
                *join("ben", port=self.proxy.base),
                *(away if noticed else [{"pause": {"millis": 1000}}]),
                *edits("ben", 0),
                {"expect": user("ben", pending=EDITS)},
                *edits("ann", 50),
                {"wait": user("ann", pending=0, seconds=60)},
                "both worked",
                *sees("ben", "ann", range(50, 50 + EDITS)),
                *sees("ann", "ben", range(EDITS)),
                *agree(["ann", "ben"], 2 * EDITS),
            ],
        )
        script.reached("ben is in")
        return script

    def ends(self, script: RunningScript, rejoins: bool = False):
        """The scripts' own expectations hold, the replicas are equal, and Ben did not get the scene anew."""
        before = self.proxy.to_clients
        self.proxy.restore()
        self.proxy.thaw()
        script.well()
        hashes = script.told("hash")
        self.assertEqual(len(hashes), 2)
        self.assertEqual(hashes[0], hashes[1])
        if not rejoins:
            self.assertLess(self.proxy.to_clients - before, NO_REJOIN_BYTES)

    def test_cut_for_a_second(self):
        """[HB3, SU1, AC4] connections are reset; he comes back at once."""
        self.open()
        script = self.play()
        self.proxy.cut()
        script.reached("both worked")
        time.sleep(1)
        self.ends(script)

    def test_cable_out_for_a_second(self):
        """[HB3] too short to be noticed: what was on its way still comes."""
        self.open()
        script = self.play(noticed=False)
        self.proxy.freeze()
        script.reached("both worked")
        self.ends(script)

    def test_cable_out_for_30_seconds(self):
        """[HB3, HB4] within the time-out: his attempts meanwhile, which arrive at last, do no harm."""
        self.open()
        script = self.play()
        self.proxy.freeze()
        script.reached("both worked")
        time.sleep(30)
        self.assertFalse(self.timed_out())
        self.ends(script)

    def test_beyond_the_time_out(self):
        """[HB4, LI7] the server gave him up; he comes back under his identity and goes on by number."""
        self.open(*SHORT_TIMEOUT)
        script = self.play()
        self.proxy.cut()
        script.reached("both worked")
        wait_until(self.timed_out, "the server to give Ben up", 20)
        time.sleep(BEYOND_SECONDS)
        self.ends(script)

    def let_in(self) -> bool:
        return any("event=login user=ben" in line for line in self.server.process.lines)

    def timed_out(self) -> bool:
        return any("event=timeout user=ben" in line for line in self.server.process.lines)

    def restarted(self, how: str):
        self.open()
        script = RunningScript(
            self.place,
            "both",
            self.server.port,
            [
                *host("ann"),
                *join("ben", port=self.proxy.base),
                *[{"wait": user(name, state="RECONNECTING", seconds=60)} for name in ("ann", "ben")],
                *edits("ben", 0),
                *edits("ann", 50),
                *[{"expect": user(name, pending=EDITS)} for name in ("ann", "ben")],
                "both worked",
                *sees("ben", "ann", range(50, 50 + EDITS)),
                *sees("ann", "ben", range(EDITS)),
                *agree(["ann", "ben"], 2 * EDITS),
            ],
        )
        script.reached("ben is in")
        getattr(self.server.process, how)()
        script.reached("both worked")
        self.server.restart()
        self.ends(script)

    def test_server_stopped_and_started(self):
        """[DU7, SU1] an orderly stop; nobody gets the scene anew."""
        self.restarted("stop")

    def test_server_killed_and_started(self):
        """[DU1, SU1] kill -9."""
        self.restarted("kill")

    def test_answer_to_the_first_log_in_lost(self):
        """[LI8] his name does not keep him out when he tries again."""
        self.open()
        ann = RunningScript(
            self.place, "ann", self.server.port, [*host("ann"), {"wait": user("ann", users=2, seconds=60)}]
        )
        ann.reached("filled")
        with Proxy(self.server.port, SLOW_ROUND_TRIP_SECONDS) as slow:
            steps = [{"connect": user("ben")}, {"wait": user("ben", state="ENDED", seconds=30)}]
            vain = RunningScript(self.place, "in vain", slow.base, steps)
            wait_until(self.let_in, "the server to let Ben in", 30, 0.01)
            slow.cut()
            vain.well()
        RunningScript(self.place, "again", self.server.port, [*join("ben"), STAY]).well()
        ann.well()


class Asleep(unittest.TestCase):
    """Ben's laptop sleeps: his process stands still while everything else goes on."""

    def test_agent_asleep_beyond_the_time_out(self):
        """[HB4, LI7, AC4] with edits pending; awake, he pushes them and those he makes at once, and gets Ann's."""
        place = Workplace("multi-user-asleep")
        self.addCleanup(place.close)
        server = Server(place, "--admin-password", ADMIN, *SHORT_TIMEOUT)
        mine, hers = range(2 * EDITS), range(50, 50 + EDITS)
        ann = RunningScript(
            place,
            "ann",
            server.port,
            [
                *host("ann"),
                {"wait": user("ann", users=2, seconds=60)},
                "ben is there",
                {"wait": user("ann", users=1, seconds=60)},
                *edits("ann", 50),
                {"wait": user("ann", pending=0)},
                "ben was given up",
                *sees("ann", "ben", mine),
                *agree(["ann"], 3 * EDITS),
            ],
        )
        ann.reached("filled")
        ben = RunningScript(
            place,
            "ben",
            server.port,
            [
                *join("ben"),
                {"autoPush": user("ben", on=False)},
                *edits("ben", 0),
                {"expect": user("ben", pending=EDITS)},
                "ben has edits waiting",
                {"pause": {"millis": 1500}},
                {"autoPush": user("ben", on=True)},
                *edits("ben", EDITS),
                *sees("ben", "ann", hers),
                *agree(["ben"], 3 * EDITS),
            ],
        )
        ben.reached("ben has edits waiting")
        os.kill(ben.process.pid, signal.SIGSTOP)
        ann.reached("ben was given up")
        time.sleep(BEYOND_SECONDS)
        os.kill(ben.process.pid, signal.SIGCONT)
        ben.well()
        ann.well()
        self.assertEqual(ben.told("hash"), ann.told("hash"))


class FarAway(unittest.TestCase):
    """Half a second there and back, and 2 % of the segments are lost."""

    ROUND_TRIP_SECONDS = 0.5

    def test_both_far(self):
        """[LO1, CM7] two far agents and a near one edit the same nodes; own edits never wait for the link."""
        with Workplace("multi-user-far") as place:
            server = Server(place, "--admin-password", ADMIN)
            with Proxy(server.port, self.ROUND_TRIP_SECONDS, loss=0.02) as proxy:
                names = ["ann", "ben", "cy"]
                far = [*join("ben", port=proxy.base), *join("cy", port=proxy.base)]
                work: list[dict | str] = []
                for number in range(EDITS):
                    for name in names:
                        work += edits(name, number, 1)
                sight = [step for a in names for b in names if a != b for step in sees(a, b, range(EDITS))]
                end = agree(names, EDITS * len(names))
                script = RunningScript(place, "far", server.port, [*host("ann"), *far, *work, *sight, *end])
                script.well()
            self.assertEqual(len(set(script.told("hash"))), 1)
            own = statistics.median(script.millis("commit"))
            self.assertLess(own, self.ROUND_TRIP_SECONDS * 1000 / 5)


if __name__ == "__main__":
    unittest.main()
