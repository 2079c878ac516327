"""What could not be set because of a change that is still to come, and is tried once more. One thread at a time."""

from __future__ import annotations

import time
from typing import Callable

_PATIENCE_SECONDS = 5.0  # for the changes that belong together to come, counted from the first failure
_PAUSE_SECONDS = 0.3  # between two attempts at all of them
_ANSWER_SECONDS = 30.0  # a failure later than this after an attempt is another one


class Again:
    """The nodes to be asked for as a whole once more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._failed: dict[bytes, float] = {}  # since when
        self._asked: dict[bytes, float] = {}  # the same, of the last attempt
        self._asked_at = 0.0
        self._due = 0.0

    def note(self, uuid: bytes) -> bool:
        """Something of this node could not be set; False if that has been so for too long to try again."""
        now = self._clock()
        if now - self._asked_at > _ANSWER_SECONDS:
            self._asked.clear()
        since = self._failed.get(uuid, self._asked.pop(uuid, now))
        if now - since > _PATIENCE_SECONDS:
            self._failed.pop(uuid, None)
            return False
        if not self._failed:
            self._due = now + _PAUSE_SECONDS
        self._failed[uuid] = since
        return True

    def due(self) -> list[bytes]:
        """The nodes to be asked for now."""
        if not self._failed or self._clock() < self._due:
            return []
        self._asked, self._failed = self._failed, {}
        self._asked_at = self._clock()
        return list(self._asked)

    def __bool__(self) -> bool:
        return bool(self._failed)
