"""A session server for a test: the real jar in a process of its own."""

from __future__ import annotations

import glob
import json
import os
import runpy

from harness.processes import Process, Workplace, wait_until
from harness.proxy import free_base_port

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def jar() -> str:
    """The jar that holds agent and server."""
    named = os.environ.get("MULTI_USER_JAR")
    found = (
        [named] if named else glob.glob(os.path.join(ROOT, "java-agent", "target", "java-agent-*-all.jar"))
    )
    if not found:
        raise FileNotFoundError("there is no agent jar: run ./multi-user build")
    return found[0]


def _flags(name: str) -> tuple[str, ...]:
    return runpy.run_path(os.path.join(ROOT, "blender-addon", "multi_user", "bridge", "jvm_flags.py"))[name]


# As Blender starts them.
SERVER_FLAGS = _flags("SERVER_FLAGS")
AGENT_FLAGS = _flags("AGENT_FLAGS")


class Server:
    """A server on loopback. ``data`` stays between a kill and a new start; ``within`` goes before the command."""

    def __init__(
        self,
        place: Workplace,
        *options: str,
        port: int = 0,
        data: str = "",
        bind: str = "127.0.0.1",
        within: tuple[str, ...] = (),
    ):
        self._place = place
        self._options = options
        self._bind = bind
        self._within = within
        self.port = port or free_base_port()
        self.data = data or place.path("server", "data", "")
        self.fingerprint = ""  # of its certificate, empty in clear
        self.process = self._start()

    def _start(self) -> Process:
        command = [*self._within, "java", *SERVER_FLAGS, "-jar", jar(), "serve", "--port", str(self.port)]
        command += ["--bind", self._bind, "--parent", "--data", self.data, *self._options]
        process = self._place.start("server", command)
        wait_until(lambda: self._ready(process), "the server to be ready", 30)
        return process

    def _ready(self, process: Process) -> bool:
        if not process.running:
            raise AssertionError(f"the server ended while it started:\n{process.tail()}")
        for line in process.lines:
            if line.startswith("{"):
                ready = json.loads(line)
                self.fingerprint = ready["fingerprint"]
                return ready["port"] == self.port
        return False

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()

    def restart(self) -> None:
        """Starts again on the same port with the same data."""
        self.process.stop()
        self.process = self._start()

    def stop(self) -> None:
        self.process.stop()
