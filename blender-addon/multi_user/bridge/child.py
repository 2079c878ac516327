"""A Java child process that prints one JSON line when it is ready and ends when its stdin closes. Worker
threads only."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import tempfile
import threading
from typing import IO, Any, Mapping, Sequence

from .java import hidden_window_flags

_log = logging.getLogger(__name__)
_MAX_LINE_BYTES = 64 * 1024


class StartFailed(Exception):
    """The child did not become ready; the text says what to do."""


class Child:
    """A running child and what its ready line said.

    Whatever kills this process also closes the pipe to the child's stdin, so the child ends: no orphan is
    left (BR3).
    """

    def __init__(self, process: subprocess.Popen, ready: dict[str, Any]):
        self._process = process
        self.ready = ready

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs; one system call."""
        return self._process.poll() is None

    def end(self, wait_seconds: float = 2.0) -> None:
        """Closes its stdin, waits for its end, and kills it if it does not come."""
        try:
            self._process.stdin.close()
        except OSError as error:  # the child is gone already, which is what is wanted
            _log.debug("closing the child's stdin: %s", error)
        try:
            self._process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()


def start(
    command: Sequence[str],
    first_line: str,
    log_path: str,
    timeout_seconds: float,
    what: str,
    environ: Mapping[str, str] | None = None,
) -> Child:
    """Starts the child, writes ``first_line`` to its stdin (kept open) and waits for the ready line.

    stderr and whatever follows the ready line go to the file ``log_path`` (appended), or nowhere if it is
    empty. ``what`` names the child in messages. ``environ`` is added to this process's environment. Raises
    StartFailed.
    """
    with _open_log(log_path) as log:
        start_of_log = log.seek(0, os.SEEK_END)
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                creationflags=hidden_window_flags(),
                cwd=os.path.expanduser("~"),
                env={**os.environ, **environ} if environ else None,
            )
        except OSError as error:
            raise StartFailed(f"The {what} could not be started: {error}") from error
        try:
            if first_line:
                process.stdin.write(first_line.encode("utf-8") + b"\n")
                process.stdin.flush()
            ready = _await_ready(process, timeout_seconds, what)
        except StartFailed as error:
            _discard(process)
            raise StartFailed(f"{error}{_last_words(log, start_of_log)}") from None
        except OSError as error:
            _discard(process)
            raise StartFailed(
                f"The {what} ended at once: {error}.{_last_words(log, start_of_log)}"
            ) from error
        except BaseException:
            _discard(process)
            raise
    if "error" in ready:
        _discard(process)
        raise StartFailed(str(ready["error"]))
    return Child(process, ready)


def _open_log(path: str) -> IO[bytes]:
    if not path:
        return tempfile.TemporaryFile()
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    return open(path, "a+b")


def _discard(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    process.stdin.close()


def _last_words(log: IO[bytes], start: int) -> str:
    """The last line that the child wrote to its stderr, as the end of a message."""
    log.seek(max(start, log.seek(0, os.SEEK_END) - _MAX_LINE_BYTES))
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return f" It said: {lines[-1].strip()[:300]}" if lines else ""


def _await_ready(process: subprocess.Popen, timeout_seconds: float, what: str) -> dict[str, Any]:
    lines: queue.Queue[bytes] = queue.Queue(1)
    reader = threading.Thread(
        target=_read_output, args=(process.stdout, lines), name=f"multi-user {what}", daemon=True
    )
    reader.start()
    try:
        line = lines.get(timeout=timeout_seconds)
    except queue.Empty:
        raise StartFailed(f"The {what} was not ready within {timeout_seconds:g} s.") from None
    if not line:
        raise StartFailed(f"The {what} ended before it was ready (exit code {process.wait()}).")
    try:
        ready = json.loads(line)
    except ValueError:
        ready = None
    if not isinstance(ready, dict):
        raise StartFailed(f"The {what} said {line[:200]!r} where its ready line was expected.")
    return ready


def _read_output(stream: IO[bytes], lines: queue.Queue) -> None:
    """Hands over the first line and drops the rest, so that the child never blocks on a full pipe."""
    lines.put(stream.readline(_MAX_LINE_BYTES))
    with stream:
        while stream.read1(_MAX_LINE_BYTES):
            pass
