"""Processes and temporary folders of one test. Any thread may call, one at a time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from typing import Callable, TypeVar

T = TypeVar("T")


class Timeout(AssertionError):
    """Something did not happen in time."""


def wait_until(
    check: Callable[[], T], what: str, timeout_seconds: float = 30.0, pause_seconds: float = 0.05
) -> T:
    """Asks ``check`` until it gives something true, and returns that.

    Raises Timeout naming ``what`` and the last answer.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Timeout(f"not within {timeout_seconds:g} s: {what} (last: {answer!r})")
        time.sleep(pause_seconds)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return os.path.isdir("/proc/self") is False


class Workplace:
    """A temporary folder and the processes that work in it; ``close`` ends and removes all of them."""

    def __init__(self, name: str = "multi-user-test"):
        self.folder = tempfile.mkdtemp(prefix=name + "-")
        self._processes: list[Process] = []

    def path(self, *parts: str) -> str:
        """A place in the folder; the folders on the way are made."""
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    @property
    def environment(self) -> dict[str, str]:
        """For what is run here: what agents remember of servers is the folder's own, for the next test has another
        server at the same place."""
        return {"MULTI_USER_KNOWN_SERVERS": self.path("known_servers")}

    def start(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> Process:
        """Starts a process whose output goes to a log in the folder."""
        environment = {**self.environment, **(environment or {})}
        process = Process(name, command, self.path("logs", f"{name}.{len(self._processes)}.log"), environment)
        self._processes.append(process)
        return process

    def logs(self, lines: int = 40) -> str:
        """The last lines of every log, to show when something failed."""
        return "\n".join(f"--- {process.name}\n{process.tail(lines)}" for process in self._processes)

    def keep_logs(self, folder: str) -> None:
        """Copies every log to a folder that stays."""
        shutil.copytree(os.path.join(self.folder, "logs"), folder)

    def close(self) -> None:
        """Ends every process, youngest first, and removes the folder."""
        for process in reversed(self._processes):
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, kind, error, trace) -> None:
        if error is not None and os.environ.get("MULTI_USER_KEEP_LOGS"):
            print(self.logs())
        self.close()


class Process:
    """A child process with its output in a log file and its lines of stdout at hand."""

    def __init__(self, name: str, command: list[str], log: str, environment: dict[str, str] | None):
        self.name = name
        self.log = log
        self.lines: list[str] = []
        self._file = open(log, "a", encoding="utf-8", errors="replace")
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, name=f"read {name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._child.stdout:
            self.lines.append(line.rstrip("\n"))
            self._file.write(line)
            self._file.flush()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def memory_bytes(self) -> int:
        """What of it is in memory now (resident set)."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def wait(self, timeout_seconds: float = 30.0) -> int:
        """Waits for the end and returns the exit code."""
        try:
            code = self._child.wait(timeout_seconds)
        except subprocess.TimeoutExpired as error:
            raise Timeout(f"{self.name} did not end within {timeout_seconds:g} s\n{self.tail()}") from error
        self._reader.join(5)
        return code

    def send(self, text: str) -> None:
        """Writes to the process's stdin."""
        self._child.stdin.write(text)
        self._child.stdin.flush()

    def kill(self) -> None:
        """kill -9, as a crash would be."""
        self._child.kill()
        self._child.wait()

    def stop(self, patience_seconds: float = 5.0) -> None:
        """Asks the process to end, then makes it."""
        if self.running:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(patience_seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                self._reader.join(1)
                try:
                    stream.close()
                except (BrokenPipeError, OSError):
                    continue  # it ended with unread input: nothing is lost
        self._file.close()

    def tail(self, lines: int = 40) -> str:
        """The last lines of its output."""
        return "\n".join(self.lines[-lines:])
