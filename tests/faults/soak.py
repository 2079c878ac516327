"""A soak: the real server and real agents under steady edits, killed and cut off at random moments.

Run: ./multi-user soak [ROUNDS] [--seed N]. Each round kills the server with -9, or an agent, or cuts all links,
and lets what was killed start again on what it kept. At the end: every commit that was acknowledged is in every
replica, all replicas are equal byte for byte, nothing is pending, no node is there twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.processes import Process, Workplace, wait_until  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server, jar  # noqa: E402

ADMIN = "soak"
NAMES = ("ada", "bob", "cy")
SHARED = 8  # nodes that all of them edit
EDITS = 400  # of one run of an agent
EDITS_A_WAIT = 5  # between two looks at whether all is acknowledged
PATIENCE_SECONDS = 120
TRIES = 20  # a first connect ends at once where no server answers, as an artist wants it


class Artist:
    """One agent, which edits until it is killed, and goes on as the same one when it starts again."""

    def __init__(self, place: Workplace, name: str, port: int, seed: int):
        self._place = place
        self._name = name
        self._port = port
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
        path = script(self._place, f"{self._name}.{self.runs}", steps)
        self.process = run(self._place, self._name, path, self._port)

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


def script(place: Workplace, name: str, steps: list[dict]) -> str:
    """Writes a script; returns its path."""
    path = place.path("scripts", f"{name}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"server": {"adminPassword": ADMIN}, "steps": steps}, file)
    return path


def run(place: Workplace, name: str, path: str, port: int) -> Process:
    """Starts an agent on a script. All of them keep their states beside each other."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", jar(), "agent", "run", path]
    return place.start(
        name, [*command, "--host", "127.0.0.1", "--port", str(port), "--state", place.path("state", "")]
    )


def through(process: Process, what: str, seconds: float = 300) -> list[str]:
    """Waits for a script to go well; returns its lines."""
    if process.wait(seconds) != 0:
        raise AssertionError(f"{what}:\n{process.tail()}")
    return process.lines


def fill(place: Workplace, port: int) -> None:
    """Opens the session with the nodes that all edit."""
    user = {"user": "host"}
    steps = [
        {"connect": user},
        {"wait": {**user, "state": "LOBBY", "seconds": 60}},
        {"initialise": {**user, "empty": True}},
        {"wait": {**user, "state": "ONLINE", "seconds": 60}},
        {"add": {**user, "name": "n", "count": SHARED}},
        {"wait": {**user, "pending": 0, "seconds": 60}},
    ]
    through(run(place, "host", script(place, "host", steps), port), "the session was not filled")


def check(place: Workplace, artists: list[Artist], port: int) -> str:
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
    lines = through(run(place, "check", script(place, "check", steps), port), "the check failed")
    hashes = [line.split(" ms ", 1)[1].strip() for line in lines if " hash " in line and " nodes, " in line]
    if len(hashes) != len(everybody) or len(set(hashes)) != 1:
        raise AssertionError(f"the replicas differ: {hashes}")
    words = hashes[0].split()
    if words[0] != words[2]:
        raise AssertionError(f"a node is there twice: {hashes[0]}")
    return hashes[0]


def soak(rounds: int, seed: int) -> str:
    """Runs so many rounds; returns a line about what was done, raises AssertionError if something is lost."""
    rng = random.Random(seed)
    begin = time.monotonic()
    faults = {"server killed": 0, "agent killed": 0, "links cut": 0}
    with Workplace("multi-user-soak") as place:
        server = Server(place, "--admin-password", ADMIN)
        fill(place, server.port)
        with Proxy(server.port) as proxy:
            artists = [Artist(place, name, proxy.base, seed) for name in NAMES]
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
            end = check(place, artists, proxy.base)
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
