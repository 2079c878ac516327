"""Starts the server of a hosted session without keeping Blender waiting. Main thread only."""

from __future__ import annotations

from .bridge.child import StartFailed
from .bridge.java import JavaNotFound
from .bridge.server_process import ServerProcess, ServerSettings, start_server
from .bridge.steps import Steps


class HostedServer:
    """A server beside this Blender: on its way, running, or failed. Each look at it takes a step of its start."""

    def __init__(self, settings: ServerSettings):
        self._starting: Steps[ServerProcess] | None = start_server(settings)
        self._process: ServerProcess | None = None
        self._error = ""
        self._step()

    @property
    def error(self) -> str:
        """Why it did not start, empty otherwise."""
        self._step()
        return self._error

    @property
    def port(self) -> int:
        """The port that it listens on, 0 while it does not."""
        self._step()
        return self._process.port if self._process is not None else 0

    @property
    def fingerprint(self) -> str:
        """Of its certificate, empty while it is not ready, and if it does not encrypt."""
        return self._process.fingerprint if self._process is not None else ""

    @property
    def alive(self) -> bool:
        """Whether it runs or is about to."""
        self._step()
        if self._starting is not None:
            return True
        return self._process is not None and self._process.child.alive()

    @property
    def pid(self) -> int:
        """Its process id, 0 while there is none."""
        return self._process.child.pid if self._process is not None else 0

    def stop(self) -> None:
        """Ends it; returns at once."""
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.close()
        process, self._process = self._process, None
        if process is not None:
            process.child.leave()

    def _step(self) -> None:
        if self._starting is None:
            return
        try:
            next(self._starting)
        except StopIteration as end:
            self._starting, self._process = None, end.value
        except (StartFailed, JavaNotFound, OSError) as error:
            self._starting, self._error = None, str(error)
