"""A soak: the real server and real agents under steady edits, killed and cut off at random moments.

Run: ./multi-user soak [ROUNDS] [--seed N]. Each round kills the server with -9, or an agent, or cuts all links,
and lets what was killed start again on what it kept. At the end: every commit that was acknowledged is in every
replica, all replicas are equal byte for byte, nothing is pending, no node is there twice.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.processes import Process, Workplace, wait_until  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.scripts import Runner, one_hash  # noqa: E402
from harness.server import Server  # noqa: E402

ADMIN = "soak"
KNOWN = {"adminPassword": ADMIN}
FLAGS = ("-Xmx256m",)
NAMES = ("ada", "bob", "cy")
SHARED = 8  # nodes that all of them edit
EDITS = 400  # of one run of an agent
EDITS_A_WAIT = 5  # between two looks at whether all is acknowledged
PATIENCE_SECONDS = 120
TRIES = 20  # a first connect ends at once where no server answers, as an artist wants it


class Artist:
    """One agent, which edits until it is killed, and goes on as the same one when it starts again."""

    def __init__(self, runner: Runner, name: str, seed: int):
        self._runner = runner
        self._name = name
        self._random = random.Random(f"{seed} {name}")
        self._number = 0
        self._edits: list[dict | None] = []  # of each step of the script, what it changed
        self.process: Process | None = None
        self.acknowledged: list[dict] = []
        self.runs = 0
        self._vain = 0  # runs in a row that did not get in

    def start(self) -> None:
        """Starts the next run."""
        self.runs += 1
        steps = [
            {"connect": {"user": self._name}},
            {"wait": {"user": self._name, "state": "ONLINE", "seconds": PATIENCE_SECONDS}},
        ]
        self._edits = [None, None]
        while len(self._edits) < EDITS:
            for _ in range(EDITS_A_WAIT):
                verb, arguments = self._edit()
                steps += [{verb: arguments}, {"pause": {"millis": self._random.randint(0, 20)}}]
                self._edits += [arguments, None]
            steps.append({"wait": {"user": self._name, "pending": 0, "seconds": PATIENCE_SECONDS}})
            self._edits.append(None)
        self.process = self._runner.start(self._name, steps)

    def _edit(self) -> tuple[str, dict]:
        self._number += 1
        own = f"{self._name}-{self._number}"
        if self._number % 7 == 0:
            return "add", {"user": self._name, "name": own, "bytes": 200}
        node = f"n.{self._random.randrange(SHARED)}"
        return "set", {"user": self._name, "node": node, "path": own, "value": self._number}

    def look(self) -> None:
        """Starts it again if its script is through, or found no server; another failure is an error of the soak."""
        if not self.process.running:
            code = self.process.wait()
            self._note()
            if code != 0 and (self._joined() or self._vain > TRIES):
                raise AssertionError(f"{self._name} failed:\n{self.process.tail()}")
            self.start()

    def kill(self) -> None:
        """kill -9; what it was told of before counts as acknowledged."""
        self.process.kill()
        self._note()

    def _joined(self) -> bool:
        return any(" set " in line for line in self.process.lines)

    def _note(self) -> None:
        self.process.wait()  # its last lines are read
        self.process.stop()  # gives its files back: a soak has many runs
        self._vain = 0 if self._joined() else self._vain + 1
        done = [line for line in self.process.lines if line.startswith("ok ")]
        last = max((at for at, line in enumerate(done) if " wait " in line), default=0)
        self.acknowledged += [edit for edit in self._edits[:last] if edit]


def check(runner: Runner, artists: list[Artist]) -> str:
    """All come back, and a newcomer with them; raises AssertionError unless everything holds."""
    everybody = [*NAMES, "newcomer"]
    steps: list[dict] = [{"connect": {"user": name}} for name in everybody]
    settled = {"state": "ONLINE", "pending": 0, "seconds": PATIENCE_SECONDS}
    steps += [{"wait": {"user": name, **settled}} for name in everybody]
    steps += [{"add": {"user": NAMES[0], "name": "the end"}}, {"commit": {"user": NAMES[0]}}]
    for name in everybody:  # who has this one has all before it
        seen = {"node": "the end", "exists": True, "pending": 0, "seconds": PATIENCE_SECONDS}
        steps += [{"wait": {"user": name, **seen}}, {"hash": {"user": name}}]
    for artist in artists:
        for edit in artist.acknowledged:
            if "path" in edit:
                kept = {key: edit[key] for key in ("node", "path", "value")}
            else:
                kept = {"node": edit["name"], "exists": True}
                twice = {
                    "node": edit["name"] + ".001",
                    "exists": False,
                }  # as the server would call it (SPEC NA3)
                steps.append({"expect": {"user": "newcomer", **twice}})
            steps.append({"expect": {"user": "newcomer", **kept}})
    told = one_hash(runner.through("check", steps), len(everybody))
    words = told.split()
    if words[0] != words[2]:
        raise AssertionError(f"a node is there twice: {told}")
    return told


def soak(rounds: int, seed: int) -> str:
    """Runs so many rounds; returns a line about what was done, raises AssertionError if something is lost."""
    rng = random.Random(seed)
    begin = time.monotonic()
    faults = {"server killed": 0, "agent killed": 0, "links cut": 0}
    with Workplace("multi-user-soak") as place:
        server = Server(place, "--admin-password", ADMIN)
        Runner(place, server.port, KNOWN, *FLAGS).open(SHARED)
        with Proxy(server.port) as proxy:
            runner = Runner(place, proxy.base, KNOWN, *FLAGS)
            artists = [Artist(runner, name, seed) for name in NAMES]
            for artist in artists:
                artist.start()
            for number in range(rounds):
                wait_until(lambda: all(editing(artist) for artist in artists), "all to edit", 120)
                time.sleep(rng.uniform(0.1, 0.8))
                fault = rng.choice(list(faults))
                faults[fault] += 1
                hurt(fault, server, proxy, rng.choice(artists), rng)
                if number % 20 == 19:
                    print(f"{number + 1} rounds, {time.monotonic() - begin:.0f} s", flush=True)
            for artist in artists:
                artist.kill()
            end = check(runner, artists)
    edits = sum(len(artist.acknowledged) for artist in artists)
    what = ", ".join(f"{count} {fault}" for fault, count in faults.items())
    seconds = time.monotonic() - begin
    return (
        f"{rounds} rounds ({what}), {edits} edits known to be acknowledged, {seconds:.0f} s; all hold: {end}"
    )


def editing(artist: Artist) -> bool:
    """Whether it got as far as its edits."""
    artist.look()
    return any(" set " in line for line in artist.process.lines)


def hurt(fault: str, server: Server, proxy: Proxy, artist: Artist, rng: random.Random) -> None:
    """One fault, and its end."""
    if fault == "server killed":
        server.kill()
        time.sleep(rng.uniform(0, 0.3))
        server.restart()
    elif fault == "agent killed":
        artist.kill()
        artist.start()
    else:
        proxy.cut()
        time.sleep(rng.uniform(0, 1.0))
        proxy.restore()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="multi-user soak", description=__doc__.split("\n", 1)[0])
    parser.add_argument("rounds", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(soak(options.rounds, options.seed), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
