"""What the session told the user, newest last. Main thread only; knows no Blender."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Callable, Iterator

_MOST = 500


@dataclass(frozen=True)
class Message:
    """One line. ``time`` is in seconds since the epoch; kind is info, joined, left, owner, warning, refused
    or error."""

    time: float
    kind: str
    text: str


class Messages:
    """The last lines."""

    def __init__(self, clock: Callable[[], float] = time.time):
        self._clock = clock
        self._lines: deque[Message] = deque(maxlen=_MOST)
        self.count = 0

    def add(self, kind: str, text: str) -> None:
        """Appends a line; a repetition of the last one is not told again."""
        if self._lines and (self._lines[-1].kind, self._lines[-1].text) == (kind, text):
            return
        self._lines.append(Message(self._clock(), kind, text))
        self.count += 1

    def __iter__(self) -> Iterator[Message]:
        return iter(self._lines)

    def last(self, count: int) -> list[Message]:
        """The newest lines, oldest of them first."""
        return list(self._lines)[-count:]

    def last_error(self) -> Message | None:
        """The newest line that is an error, or None."""
        return next((line for line in reversed(self._lines) if line.kind == "error"), None)

    def text(self) -> str:
        """All lines, for copying."""
        return "\n".join(
            f"{time.strftime('%H:%M:%S', time.localtime(it.time))} {it.kind}: {it.text}" for it in self._lines
        )
