"""Starts the server of a hosted session without keeping Blender waiting. The methods are the main
thread's."""

from __future__ import annotations

import threading

from .bridge.child import StartFailed
from .bridge.java import JavaNotFound
from .bridge.server_process import ServerProcess, ServerSettings, start_server


class HostedServer:
    """A server beside this Blender: on its way, running, or failed."""

    def __init__(self, settings: ServerSettings):
        self._settings = settings
        self._process: ServerProcess | None = None
        self._stopped = False
        self._lock = threading.Lock()
        self.error = ""
        self._thread = threading.Thread(target=self._start, name="multi-user server start", daemon=True)
        self._thread.start()

    def _start(self) -> None:
        try:
            process = start_server(self._settings)
        except (StartFailed, JavaNotFound, OSError) as error:
            self.error = str(error)
            return
        with self._lock:
            if not self._stopped:
                self._process = process
                return
        process.child.end()

    @property
    def port(self) -> int:
        """The port that it listens on, 0 while it does not."""
        process = self._process
        return process.port if process is not None else 0

    @property
    def alive(self) -> bool:
        """Whether it runs or is about to."""
        process = self._process
        return self._thread.is_alive() if process is None else process.child.alive()

    @property
    def pid(self) -> int:
        """Its process id, 0 while there is none."""
        process = self._process
        return process.child.pid if process is not None else 0

    def stop(self) -> None:
        """Ends it; returns at once."""
        with self._lock:
            self._stopped = True
            process, self._process = self._process, None
        if process is not None:
            threading.Thread(target=process.child.end, name="multi-user server end", daemon=True).start()
