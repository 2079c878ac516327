"""Endurance: one server, twelve artists who come, edit and go, two who measure, and two who attack, for an hour.

Run: ./multi-user endure [MINUTES] [--seed N]. At the end: every edit that was acknowledged is there, all replicas are
equal, and the server's memory, threads and open files did not grow. Prints a line a minute.
"""

from __future__ import annotations

import argparse
import os
import random
import ssl
import sys
import threading
import time
import uuid
from statistics import median

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness import wire  # noqa: E402
from harness.processes import Process, Workplace  # noqa: E402
from harness.scripts import Runner, one_hash  # noqa: E402
from harness.server import Server  # noqa: E402

ADMIN, PASSWORD = "endure admin", "endure"
ARTISTS = 12
SHARED = 8  # nodes that all edit, each artist at a path of their own
EDITS = 150  # of one visit
EDITS_A_WAIT = 5
GAP_SECONDS = 3.0  # the longest that an artist is away between two visits
MEASURED = 200  # edits of one visit of the two who measure
PATIENCE_SECONDS = 60
WARM_SHARE = 0.2  # of the time, before memory is compared
MOST_GROWTH = 0.15  # of the last third of the time over what was before it
JUDGED_MINUTES = 10  # shorter runs tell nothing about growth: Java's heap finds its size in the first minutes
FLAGS = ("-XX:+UseSerialGC", "-Xmx128m", "-Xss512k")


class Visitor:
    """An agent that runs one script after the other as the same artist, until it is told to stop."""

    def __init__(self, runner: Runner, name: str, rng: random.Random):
        self.runner, self.name, self.rng = runner, name, rng
        self.visits = 0
        self.again_seconds = 0.0
        self.process: Process | None = None

    def steps(self) -> list[dict]:
        """What the next visit does."""
        raise NotImplementedError

    def note(self, done: list[str]) -> None:
        """Takes in what a visit said of each of its steps."""

    def start(self) -> None:
        self.visits += 1
        steps = [
            {"connect": {"user": self.name}},
            {"wait": {"user": self.name, "state": "ONLINE", "seconds": PATIENCE_SECONDS}},
            *self.steps(),
            {"disconnect": {"user": self.name}},
        ]
        self.process = self.runner.start(self.name, steps)

    def look(self) -> None:
        """Comes back after a while once a visit is over. A visit that failed is an error of the run."""
        if self.process is None:
            if time.monotonic() > self.again_seconds:
                self.start()
        elif not self.process.running:
            self.finish()
            self.again_seconds = time.monotonic() + self.rng.uniform(0.2, GAP_SECONDS)

    def finish(self) -> None:
        """Waits for the end of the visit under way."""
        if self.process is None:
            return
        if self.process.wait(300) != 0:
            raise AssertionError(f"{self.name} failed:\n{self.process.tail()}")
        self.note([line for line in self.process.lines if line.startswith("ok ")])
        self.process.stop()  # gives its files back
        self.process = None


class Artist(Visitor):
    """Edits shared nodes at a path of their own, makes nodes and deletes them, moves about."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.acknowledged: dict[str, int] = {}  # by node
        self.edits = 0

    def steps(self):
        self._made: dict[str, int] = {}
        steps: list[dict] = []
        for number in range(EDITS):
            self.edits += 1
            node = f"n.{self.rng.randrange(SHARED)}"
            steps.append({"set": {"user": self.name, "node": node, "path": self.name, "value": self.edits}})
            self._made[node] = self.edits
            steps.append({"presence": {"user": self.name, "fields": {"frame": number}}})
            steps.append({"pause": {"millis": self.rng.randint(20, 300)}})
            if number % 10 == 9:
                mine = f"{self.name} {number}"
                steps += [{"add": {"user": self.name, "name": mine, "bytes": 20_000}}]
                steps += [{"delete": {"user": self.name, "node": mine}}]
            if number % EDITS_A_WAIT == EDITS_A_WAIT - 1:
                steps.append({"wait": {"user": self.name, "pending": 0, "seconds": PATIENCE_SECONDS}})
        steps.append({"wait": {"user": self.name, "pending": 0, "seconds": PATIENCE_SECONDS}})
        return steps

    def note(self, done):
        self.acknowledged.update(self._made)  # the script waited for all of it


class Meter(Visitor):
    """Two users of one agent: one edits, the other waits to see it."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.millis: list[int] = []
        self.of_minute: list[int] = []
        self._value = 0

    def steps(self):
        far = f"{self.name} far"
        steps = [{"connect": {"user": far}}, {"wait": {"user": far, "state": "ONLINE", "seconds": 60}}]
        for _ in range(MEASURED):
            self._value += 1
            edit = {"node": "measured", "path": self.name, "value": self._value}
            steps += [{"set": {"user": self.name, **edit}}, {"commit": {"user": self.name}}]
            steps += [{"wait": {"user": far, **edit, "seconds": 60}}, {"pause": {"millis": 150}}]
        return [*steps, {"disconnect": {"user": far}}]

    def note(self, done):
        took = [int(line.split(" ms ", 1)[0].split()[-1]) for line in done if " wait " in line][2:]
        self.millis += took
        self.of_minute += took


class Hostile(threading.Thread):
    """Attacks until it is told to stop; counts what it did. Whatever the server does to it is right."""

    def __init__(self, port: int, address: str, seed: int):
        super().__init__(name=f"hostile {address}", daemon=True)
        self.port, self.address, self.rng = port, address, random.Random(seed)
        self.ended = threading.Event()
        self.counts: dict[str, int] = {}

    def attacks(self) -> list:
        raise NotImplementedError

    def run(self):
        while not self.ended.wait(self.rng.uniform(0.05, 0.5)):
            attack = self.rng.choice(self.attacks())
            try:
                attack()
            except (OSError, ssl.SSLError, AssertionError):
                self.counts["cut off"] = self.counts.get("cut off", 0) + 1
            self.counts[attack.__name__] = self.counts.get(attack.__name__, 0) + 1


class Stranger(Hostile):
    """Knows the address alone."""

    def attacks(self):
        return [self.garbage, self.half_open, self.frames, self.passwords, self.many, self.slow]

    def garbage(self):
        with wire.connect(self.port, self.address) as link:
            link.sendall(self.rng.randbytes(self.rng.randrange(1, 20_000)))

    def half_open(self):
        with wire.connect(self.port, self.address):
            self.ended.wait(self.rng.uniform(0, 12))

    def frames(self):
        link = wire.Link(self.port, self.rng.choice(wire.CHANNELS), self.address)
        link.socket.sendall(bytes((self.rng.choice((0, 2, 4, 255)),)) + self.rng.randbytes(9))
        link.send_body(self.rng.randbytes(300))
        link.close()

    def passwords(self):
        peer = wire.Peer(self.port, f"guess {self.rng.random()}", self.address)
        peer.login(str(self.rng.random()))
        peer.close()

    def many(self):
        links = [wire.connect(self.port, self.address) for _ in range(60)]
        self.ended.wait(1)
        for link in links:
            link.close()

    def slow(self):
        with wire.connect(self.port, self.address) as link:
            for byte in self.rng.randbytes(15):
                link.sendall(bytes((byte,)))
                self.ended.wait(0.5)


class Insider(Hostile):
    """Knows the password, and joins again whenever it is thrown out."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._peer: wire.Peer | None = None

    def attacks(self):
        return [self.others, self.bad_commit, self.noise, self.deaf, self.presence, self.files, self.churn]

    def peer(self) -> wire.Peer:
        if self._peer is None:
            peer = wire.Peer(self.port, f"insider {self.rng.randrange(10**9)}", self.address)
            if peer.login(PASSWORD):
                raise AssertionError("not let in")
            self._peer = peer.bind()
        return self._peer

    def gone(self):
        if self._peer is not None:
            self._peer.close()
        self._peer = None

    def run(self):
        super().run()
        self.gone()

    def others(self):
        """Nodes that are not there, and in another's name, which ends the link."""
        peer = self.peer()
        peer.commit(uuid.uuid4(), [2, ["x"], 1])
        if self.rng.random() < 0.2:
            try:
                peer.commit(uuid.uuid4(), [0, "Object", {}], author=uuid.uuid4())
            finally:
                self.gone()

    def bad_commit(self):
        peer = self.peer()
        try:
            peer.counter += 1
            peer.push(peer.counter, self.rng.randbytes(self.rng.randrange(1, 2000)))
            peer.links[wire.PUBLISHER].ended(2)
        finally:
            self.gone()

    def noise(self):
        peer = self.peer()
        try:
            peer.links[wire.COMMANDS].send_body(self.rng.randbytes(200))
        finally:
            self.gone()

    def deaf(self):
        """Asks for everything and reads nothing of it."""
        peer = self.peer()
        try:
            peer.link(wire.SUBSCRIBER).send(wire.SUBSCRIBE, peer.token, peer.incarnation, 0)
            peer.links[wire.SUBSCRIBER].send(wire.GRANT, 1 << 30)
            self.ended.wait(3)
        finally:
            self.gone()

    def presence(self):
        peer = self.peer()
        for _ in range(300):
            peer.links[wire.TTL].send(wire.PRESENCE, {"frame": self.rng.randrange(1000)})

    def files(self):
        peer = self.peer()
        try:
            for _ in range(20):
                peer.link(wire.SUBSCRIBER).send(wire.FILE_ASK, self.rng.randbytes(32))
        finally:
            self.gone()

    def churn(self):
        """Makes and deletes its own."""
        peer = self.peer()
        node = peer.create()
        peer.commit(node, [1])


class Footprint:
    """What the server takes: memory in megabytes, threads, open files; a value each second."""

    def __init__(self, process: Process):
        self._process = process
        self.seen: list[tuple[float, int, int]] = []

    def look(self) -> None:
        folder = f"/proc/{self._process.pid}"
        megabytes = self._process.memory_bytes() / (1 << 20)
        self.seen.append((megabytes, len(os.listdir(f"{folder}/task")), len(os.listdir(f"{folder}/fd"))))

    def growth(self) -> list[tuple[str, float, float]]:
        """Of each: the median before the last third (and after the warm-up), and of the last third."""
        seen = self.seen[int(len(self.seen) * WARM_SHARE) :]
        cut = max(1, len(seen) * 2 // 3)
        names = ("memory, MB", "threads", "open files")
        return [
            (name, median(it[at] for it in seen[:cut]), median(it[at] for it in seen[cut:]))
            for at, name in enumerate(names)
        ]


def check(runner: Runner, artists: list[Artist]) -> str:
    """Two newcomers hold the same, and every acknowledged edit; raises AssertionError otherwise."""
    names = ("newcomer", "another")
    steps: list[dict] = [{"connect": {"user": name}} for name in names]
    steps += [{"wait": {"user": name, "state": "ONLINE", "seconds": PATIENCE_SECONDS}} for name in names]
    for artist in artists:
        for node, value in artist.acknowledged.items():
            steps.append({"expect": {"user": names[0], "node": node, "path": artist.name, "value": value}})
    steps += [{"hash": {"user": name}} for name in names]
    return one_hash(runner.through("check", steps), len(names))


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else -1


def endure(minutes: float, seed: int) -> str:
    """Runs; returns what came of it."""
    with Workplace("multi-user-endure") as place:
        server = Server(place, "--admin-password", ADMIN, "--server-password", PASSWORD)
        known = {"serverPassword": PASSWORD, "adminPassword": ADMIN}
        Runner(place, server.port, known, *FLAGS).open(SHARED, {"add": {"user": "host", "name": "measured"}})
        runner = Runner(place, server.port, {"serverPassword": PASSWORD}, *FLAGS)
        artists = [Artist(runner, f"artist{n}", random.Random(f"{seed} {n}")) for n in range(ARTISTS)]
        meter = Meter(runner, "meter", random.Random(seed))
        hostile = [Stranger(server.port, "127.0.0.66", seed), Insider(server.port, "127.0.0.77", seed)]
        footprint = Footprint(server.process)
        for one in hostile:
            one.start()
        watch(minutes, [*artists, meter], meter, footprint, server)
        for one in hostile:
            one.ended.set()
        for one in (*artists, meter):
            one.finish()
        for one in hostile:
            one.join(60)
        end = check(runner, artists)
    told = [f"{minutes:g} minutes, {sum(it.visits for it in artists)} visits of {ARTISTS} artists"]
    told += [f"{sum(it.edits for it in artists)} edits, none of those acknowledged is lost; {end}"]
    told += [f"{one.name}: {dict(sorted(one.counts.items()))}" for one in hostile]
    told += [
        f"an edit seen by the other: median {median(meter.millis):.0f} ms, p99 {percentile(meter.millis, 0.99)} ms"
    ]
    growth = footprint.growth()
    told += [f"{name}: {before:.0f}, then {after:.0f}" for name, before, after in growth]
    grown = [name for name, before, after in growth if after > before * (1 + MOST_GROWTH)]
    if grown and minutes >= JUDGED_MINUTES:
        raise AssertionError("\n".join([*told, f"grew: {', '.join(grown)}"]))
    return "\n".join(told)


def watch(
    minutes: float, visitors: list[Visitor], meter: Meter, footprint: Footprint, server: Server
) -> None:
    """The time goes by; a line a minute."""
    begin = time.monotonic()
    minute = 0
    while time.monotonic() - begin < minutes * 60:
        for visitor in visitors:
            visitor.look()
        if not server.process.running:
            raise AssertionError(f"the server ended:\n{server.process.tail()}")
        footprint.look()
        time.sleep(1)
        if time.monotonic() - begin >= (minute + 1) * 60:
            minute += 1
            megabytes, threads, files = footprint.seen[-1]
            print(
                f"minute {minute}: server {megabytes:.0f} MB, {threads} threads, {files} files; an edit median"
                f" {percentile(meter.of_minute, 0.5)} ms, p99 {percentile(meter.of_minute, 0.99)} ms",
                flush=True,
            )
            meter.of_minute.clear()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="multi-user endure", description=__doc__.split("\n", 1)[0])
    parser.add_argument("minutes", type=float, nargs="?", default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(endure(options.minutes, options.seed), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
