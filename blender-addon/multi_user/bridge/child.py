"""A Java child process that prints one JSON line when it is ready and ends when its stdin closes. Main thread only,
which never waits for it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import tempfile
import time
from typing import IO, Any, Mapping, Sequence

from .java import hidden_window_flags
from .steps import Steps, let_go

_log = logging.getLogger(__name__)
_MAX_LINE_BYTES = 64 * 1024
_GRACE_SECONDS = 2.0  # from the closing of its stdin to its being killed


class StartFailed(Exception):
    """The child did not become ready; the text says what to do."""


class Child:
    """A running child and what its ready line said.

    Whatever kills this process also closes the pipe to the child's stdin, so the child ends: no orphan is
    left (BR3).
    """

    def __init__(self, process: subprocess.Popen, ready: dict[str, Any]):
        self._process = process
        self._kill_at = 0.0
        self.ready = ready

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs; one system call."""
        return self._process.poll() is None

    def leave(self) -> None:
        """Closes its stdin, so that it ends; ``steps.wind_down`` kills it if it does not."""
        self._close_stdin()
        self._kill_at = time.monotonic() + _GRACE_SECONDS
        let_go(self._ending)

    def end(self, wait_seconds: float = _GRACE_SECONDS) -> None:
        """For scripts and tests: closes its stdin, waits for its end, and kills it if it does not come."""
        self._close_stdin()
        try:
            self._process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()

    def _ending(self) -> bool:
        if not self.alive():
            return False
        if time.monotonic() < self._kill_at:
            return True
        self.kill()
        return False

    def _close_stdin(self) -> None:
        try:
            self._process.stdin.close()
        except OSError as error:  # the child is gone already, which is what is wanted
            _log.debug("closing the child's stdin: %s", error)


def start(
    command: Sequence[str],
    first_line: str,
    log_path: str,
    timeout_seconds: float,
    what: str,
    environ: Mapping[str, str] | None = None,
) -> Steps[Child]:
    """Starts the child, writes ``first_line`` to its stdin (kept open) and takes steps until its ready line is there.

    stderr goes to the file ``log_path`` (appended), or nowhere if it is empty. ``what`` names the child in
    messages. ``environ`` is added to this process's environment. Raises StartFailed. Closed early it leaves no child.
    """
    with _open_log(log_path) as log, Output() as output:
        start_of_log = log.seek(0, os.SEEK_END)
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=output.written,
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
            ready = yield from _await_ready(process, output, timeout_seconds, what)
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


class Output:
    """What a child prints, in a file: a pipe would have to be waited for, or to be emptied as long as the child
    lives."""

    def __init__(self):
        handle, self._path = tempfile.mkstemp(prefix="multi-user-")
        self.written = os.fdopen(handle, "wb", buffering=0)
        self._read = open(self._path, "rb", buffering=0)
        self._line = b""

    def more(self) -> bytes:
        """What was printed since the last call, empty if nothing was."""
        return self._read.read(_MAX_LINE_BYTES)

    def line(self) -> bytes:
        """The first line as far as it is there, with its end if that is."""
        if b"\n" not in self._line and len(self._line) < _MAX_LINE_BYTES:
            self._line += self.more()
        return self._line.partition(b"\n")[0] + (b"\n" if b"\n" in self._line else b"")

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *exception: object) -> None:
        self.written.close()
        self._read.close()
        try:
            os.unlink(self._path)
        except OSError as error:  # Windows keeps a file that a child has open
            _log.debug("removing the child's output: %s", error)


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


def _await_ready(
    process: subprocess.Popen, output: Output, timeout_seconds: float, what: str
) -> Steps[dict[str, Any]]:
    latest = time.monotonic() + timeout_seconds
    while True:
        ended = process.poll() is not None
        line = output.line()
        if line.endswith(b"\n") or len(line) >= _MAX_LINE_BYTES or (ended and line):
            break
        if ended:
            raise StartFailed(f"The {what} ended before it was ready (exit code {process.returncode}).")
        if time.monotonic() > latest:
            raise StartFailed(f"The {what} was not ready within {timeout_seconds:g} s.")
        yield
    try:
        ready = json.loads(line)
    except ValueError:
        ready = None
    if not isinstance(ready, dict):
        raise StartFailed(f"The {what} said {line[:200]!r} where its ready line was expected.")
    return ready
