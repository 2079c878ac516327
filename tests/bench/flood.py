"""What floods cost those who work: `./multi-user bench flood`.

A real server, two real agents that edit, and a pair of links over which edits are timed, from the push to their
arrival at the other side. Idle and under each flood in turn, in one run. The attackers are a process of their own at
the lowest priority, as they would not share the server's processor; each has addresses of its own (127.x).
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from statistics import median, quantiles

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench.flood_attack import FLOODS, PASSWORD  # noqa: E402
from harness import wire  # noqa: E402
from harness.member import ADMIN  # noqa: E402
from harness.processes import Process, Workplace, wait_until  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.wire import COMMANDS, PUBLISHER, SUBSCRIBER, TTL, Peer  # noqa: E402

SECONDS = 10.0
PAUSE_SECONDS = 0.005  # between two edits: 200 a second at most
ENTRY_PART = 25
ATTACK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flood_attack.py")


class Timed:
    """Two who work: one edits a node, the other sees it."""

    def __init__(self, port: int):
        self.author, self.other = Peer(port, "author"), Peer(port, "other")
        for peer in (self.author, self.other):
            refused = peer.login(PASSWORD)
            if refused:
                raise AssertionError(refused)
            peer.bind(PUBLISHER, TTL)
        self.node = self.author.create("timed")
        self.stream = self.other.link(SUBSCRIBER)
        self.stream.send(wire.SUBSCRIBE, self.other.token, uuid.UUID(int=0), 0, 1 << 40)
        self.stream.expect(wire.CAUGHT_UP, timeout_seconds=60)

    def edit(self, value: int) -> float:
        """Milliseconds from the push to the arrival at the other side."""
        author = self.author
        author.counter += 1
        step = [2, ["x"], value]
        body = wire.pack([author.id, author.counter, self.node, 0, 0, [step]])
        wanted = author.id.bytes
        begin = time.perf_counter()
        author.push(author.counter, body)
        while True:
            entry = self.stream.expect(ENTRY_PART, timeout_seconds=30)
            if wanted in entry[4]:
                break
        took = (time.perf_counter() - begin) * 1000
        author.links[PUBLISHER].expect(wire.ACCEPTED, timeout_seconds=30)
        return took

    def measure(self, seconds: float) -> list[float]:
        """So many seconds of edits, one after the other."""
        times, deadline, number = [], time.monotonic() + seconds, 0
        while time.monotonic() < deadline:
            times.append(self.edit(number))
            number += 1
            if number % 50 == 0:
                self._live()
            time.sleep(PAUSE_SECONDS)
        return times

    def _live(self) -> None:
        for peer in (self.author, self.other):
            peer.links[TTL].send(wire.HEARTBEAT, 1, 1)
            while peer.links[TTL].expect(wire.HEARTBEAT_REPLY)[0] != wire.HEARTBEAT_REPLY:
                continue
        while self.author.links[COMMANDS].socket.pending():
            self.author.links[COMMANDS].receive(1)


def agents(place: Workplace, server: Server, seconds: float) -> RunningScript:
    """Two real agents, who hold a session and edit in turn all the time."""
    both = ("anna", "ben")
    steps: list[dict | str] = [
        {"connect": {"user": "anna", "state": "LOBBY"}},
        {"initialise": {"user": "anna", "empty": True}},
        {"wait": {"user": "anna", "state": "ONLINE"}},
        {"connect": {"user": "ben", "state": "ONLINE"}},
        {"add": {"user": "anna", "name": "n", "count": 2}},
        {"wait": {"user": "ben", "nodes": 2}},
        "there",
    ]
    for number in range(int(seconds * 4)):
        for who, other in (both, both[::-1]):
            edit = {"node": "n.0", "path": who, "value": number}
            steps += [{"set": {"user": who, **edit}}, {"wait": {"user": other, **edit, "seconds": 60}}]
        steps.append({"pause": {"millis": 200}})
    return RunningScript(place, "agents", server.port, steps)


def _attack(place: Workplace, kind: str, port: int) -> Process:
    command = ["nice", "-n", "19", sys.executable, "-W", "ignore", ATTACK, kind, str(port), str(SECONDS + 30)]
    process = place.start(kind, command)
    wait_until(lambda: "begun" in process.lines or not process.running, f"{kind} to begin", 60)
    if not process.running:
        raise AssertionError(process.tail())
    return process


def _row(what: str, times: list[float], idle: list[float], told: str = "") -> None:
    cuts = quantiles(times, n=100)
    before = quantiles(idle, n=100)
    print(
        f"{what:>34} {len(times):6d} {median(times):8.2f} {cuts[98]:8.2f} {max(times):8.1f}"
        f" {median(times) / median(idle):8.2f} {cuts[98] / before[98]:8.2f}   {told}",
        flush=True,
    )


def flood() -> None:
    """Prints a row for each flood, held against the idle figures that were taken right before and after it."""
    head = f"{'':>34} {'edits':>6} {'median':>8} {'p99':>8} {'longest':>8} {'x median':>8} {'x p99':>8}"
    print(f"milliseconds from a push to its arrival\n{head}")
    with Workplace("multi-user-flood") as place:
        server = Server(place, "--admin-password", ADMIN, "--server-password", PASSWORD)
        script = agents(place, server, SECONDS * 2 * (len(FLOODS) + 1))
        script.reached("there")
        timed = Timed(server.port)
        timed.measure(SECONDS)  # until Java is warm
        idle = timed.measure(SECONDS)
        _row("idle", idle, idle)
        for kind in FLOODS:
            attack = _attack(place, kind, server.port)
            times = timed.measure(SECONDS)
            attack.stop()
            told = next((line for line in reversed(attack.lines) if line.startswith("did")), "")
            time.sleep(2)
            after = timed.measure(SECONDS)
            _row(kind, times, idle + after, told)
            _row("idle", after, after)
            idle = after
        if not script.process.running and script.process.wait() != 0:
            raise AssertionError(f"the agents failed:\n{script.process.tail()}")
        print(f"both agents are still there; the server has {server.process.memory_bytes() >> 20} MB")


if __name__ == "__main__":
    flood()
