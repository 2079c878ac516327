"""Asks servers whether they are there, by ``agent ping``: a Java process for a moment. Main thread only, which never
waits for it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterable

from .child import Output
from .java import find_java, hidden_window_flags
from .jvm_flags import AGENT_FLAGS
from .steps import Steps

MOST_AT_ONCE = 64
_ODDEST_BYTES = 1024 * 1024
_START_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What a server said. ``sessions`` are maps with name, state, users, passwordNeeded and blenderVersion;
    ``problem`` says why it cannot be joined, empty if it can. ``ping`` is in milliseconds."""

    address: str
    online: bool
    ping: int = 0
    sessions: tuple[dict[str, Any], ...] = ()
    problem: str = ""

    def session(self, name: str) -> dict[str, Any] | None:
        """The session with this name, None if the server has none."""
        return next((it for it in self.sessions if it.get("name") == name), None)


def ask(
    jar: str, java: str, addresses: Iterable[str], timeout_millis: int, tell: Callable[[Answer], None]
) -> Steps[None]:
    """Asks all of them at once (``Invite.address``) and tells each answer as it comes, in steps. Raises JavaNotFound or
    OSError. Closed early it leaves no process."""
    wanted = list(dict.fromkeys(addresses))[:MOST_AT_ONCE]
    if not wanted:
        return
    arguments = ["ping", "--json", "--timeout", str(timeout_millis), "--", *wanted]
    with Output() as output:
        process = yield from _start(jar, java, arguments, output)
        try:
            yield from _read(process, output, timeout_millis, tell)
        finally:
            process.kill()  # nothing if it ended
            process.wait()


def forget(jar: str, java: str, place: str) -> Steps[None]:
    """Forgets which certificate the server at HOST:PORT showed (SPEC CH9), in steps. Raises JavaNotFound or OSError."""
    with Output() as output:
        process = yield from _start(jar, java, ["forget", "--", place], output)
        latest = time.monotonic() + _START_SECONDS
        try:
            while process.poll() is None and time.monotonic() < latest:
                yield
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            raise OSError(
                f"The certificate of {place} was not forgotten: {output.more().decode('utf-8', 'replace')}"
            )


def _start(jar: str, java: str, arguments: list[str], output: Output) -> Steps[subprocess.Popen]:
    """Starts ``agent`` with these arguments."""
    found = yield from find_java(java)
    return subprocess.Popen(
        [found.path, *AGENT_FLAGS, "-jar", jar, "agent", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output.written,
        stderr=output.written if arguments[0] == "forget" else subprocess.DEVNULL,
        creationflags=hidden_window_flags(),
        cwd=os.path.expanduser("~"),
    )


def _read(
    process: subprocess.Popen, output: Output, timeout_millis: int, tell: Callable[[Answer], None]
) -> Steps[None]:
    """Tells what the process printed, line by line."""
    latest = time.monotonic() + _START_SECONDS + 3 * timeout_millis / 1000  # it waits for so long itself
    total, rest = 0, b""
    while True:
        ended = process.poll() is not None
        while part := output.more():
            total += len(part)
            *lines, rest = (rest + part).split(b"\n")
            for answer in filter(None, map(_answer, lines)):
                tell(answer)
        if ended or total > _ODDEST_BYTES or time.monotonic() > latest:
            return
        yield


def _answer(line: bytes) -> Answer | None:
    try:
        fields = json.loads(line)
        return Answer(
            str(fields["address"]),
            bool(fields["online"]),
            int(fields.get("pingMillis", 0)),
            tuple(it for it in fields.get("sessions", ()) if isinstance(it, dict)),
            str(fields.get("problem", "")),
        )
    except (ValueError, KeyError, TypeError):
        return None  # half a line of a process that was ended
