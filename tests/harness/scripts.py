"""Scripts of the standalone agent, run by the real jar."""

from __future__ import annotations

import json
import os
import subprocess

from harness.member import ADMIN
from harness.processes import Process, Workplace, wait_until
from harness.server import AGENT_FLAGS, jar


def write_script(place: Workplace, *steps: dict) -> str:
    """Writes a script whose users know the admin's password; returns its path."""
    path = place.path("script.yaml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"server": {"adminPassword": ADMIN}, "steps": list(steps)}, file)
    return path


def run_script(
    place: Workplace,
    path: str,
    port: int,
    *options: str,
    host: str = "127.0.0.1",
    within: tuple[str, ...] = (),
) -> tuple[int, dict, str]:
    """Exit code, what it printed as JSON, and all that it said; ``within`` goes before the command."""
    command = [*within, "java", "-jar", jar(), "agent", "run", path, "--host", host]
    result = subprocess.run(
        [*command, "--port", str(port), "--json", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **place.environment},
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    return result.returncode, json.loads(lines[-1]) if lines else {}, result.stdout + result.stderr


class Runner:
    """Runs scripts against one port, each by a process of its own; what goes wrong is an AssertionError.

    ``known`` is what holds for every connect, passwords mostly. ``flags`` are Java's."""

    def __init__(self, place: Workplace, port: int, known: dict[str, str], *flags: str):
        self._place, self._port, self._known = place, port, known
        self._java = ["java", "-XX:TieredStopAtLevel=1", *flags, "-jar", jar(), "agent", "run"]

    def start(self, name: str, steps: list[dict]) -> Process:
        """Begins a script. All that this runner starts keep their states beside each other."""
        path = self._place.path("scripts", f"{name}.yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"server": self._known, "steps": steps}, file)
        where = ["--host", "127.0.0.1", "--port", str(self._port), "--state", self._place.path("state", "")]
        return self._place.start(name, [*self._java, path, *where])

    def through(self, name: str, steps: list[dict], seconds: float = 300) -> list[str]:
        """Runs a script to its end; returns what it said."""
        process = self.start(name, steps)
        if process.wait(seconds) != 0:
            raise AssertionError(f"{name} failed:\n{process.tail()}")
        return process.lines

    def open(self, shared: int, *more: dict) -> None:
        """Makes the session, with nodes that all edit: n.0, n.1, and so on; and carries out ``more``."""
        user = {"user": "host"}
        steps = [
            {"connect": user},
            {"wait": {**user, "state": "LOBBY", "seconds": 60}},
            {"initialise": {**user, "empty": True}},
            {"wait": {**user, "state": "ONLINE", "seconds": 60}},
            {"add": {**user, "name": "n", "count": shared}},
            *more,
            {"wait": {**user, "pending": 0, "seconds": 60}},
        ]
        self.through("host", steps)


def one_hash(lines: list[str], replicas: int) -> str:
    """What the ``hash`` steps of so many replicas said; raises AssertionError unless it is the same of all."""
    told = [line.split(" ms ", 1)[1].strip() for line in lines if " hash " in line and " nodes, " in line]
    if len(told) != replicas or len(set(told)) != 1:
        raise AssertionError(f"the replicas differ: {told}")
    return told[0]


class RunningScript:
    """A script under way. A text among its steps is a mark: a test can wait until the script has come to it.

    It starts quickly, or runs ``as_in_blender``, where figures are wanted."""

    def __init__(
        self, place: Workplace, name: str, port: int, steps: list[dict | str], as_in_blender: bool = False
    ):
        self._name = name
        self._marks = {}
        done = []
        for step in steps:
            if isinstance(step, str):
                self._marks[step] = len(done)
            else:
                done.append(step)
        path = place.path(name, "script.yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"server": {"adminPassword": ADMIN}, "steps": done}, file)
        command = [
            "java",
            *(AGENT_FLAGS if as_in_blender else ["-XX:TieredStopAtLevel=1"]),
            "-jar",
            jar(),
            "agent",
            "run",
            path,
            "--host",
            "127.0.0.1",
        ]
        self.process = place.start(name, [*command, "--port", str(port)])

    def reached(self, mark: str, timeout_seconds: float = 60.0) -> None:
        """Waits until all steps before this mark are done."""

        def there():
            if not self.process.running and self.process.wait() != 0:
                raise AssertionError(f"the script {self._name} failed:\n{self.process.tail()}")
            return self.has_reached(mark)

        wait_until(there, f"{self._name} to come to '{mark}'", timeout_seconds, 0.01)

    def has_reached(self, mark: str) -> bool:
        """Whether all steps before this mark are done."""
        return len(self._done()) >= self._marks[mark]

    def _done(self) -> list[str]:
        return [line for line in self.process.lines if line.startswith("ok ")]

    def told(self, verb: str) -> list[str]:
        """What the steps of this kind told, in order."""
        steps = (line.split(" ms ", 1) for line in self._done())
        return [told.strip() for step, told in steps if step.split()[3] == verb]

    def millis(self, verb: str) -> list[int]:
        """How long the steps of this kind took, in order."""
        return [int(words[4]) for words in map(str.split, self._done()) if words[3] == verb]

    def well(self, timeout_seconds: float = 120.0) -> None:
        """Waits for its end; raises AssertionError unless every step went well."""
        if self.process.wait(timeout_seconds) != 0:
            raise AssertionError(f"the script {self._name} failed:\n{self.process.tail()}")
