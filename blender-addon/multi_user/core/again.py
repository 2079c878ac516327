"""What could not be set because of a change that is still to come, and is tried once more. One thread at a time."""

from __future__ import annotations

import time
from typing import Callable, Iterable

_PATIENCE_SECONDS = 5.0  # for the changes that belong together to come, counted from the first failure
_PAUSE_SECONDS = 0.3  # between two attempts at all of them
_ANSWER_SECONDS = 30.0  # a failure later than this after an attempt is another one
_MOST_KNOWN = 100_000  # steps to one node that are told apart; who needs more has given up


class Again:
    """The nodes of which Blender holds less than it was asked to, and which are to be completed once more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._failed: dict[bytes, float] = {}  # since when
        self._asked: dict[bytes, tuple[float, float | None]] = {}  # the same, and when the last attempt began
        self._lacking: dict[bytes, set[int]] = {}  # given up -> the steps that others made since
        self._due = 0.0

    def note(self, uuid: bytes, patient: bool = True) -> bool:
        """Something of this node could not be set; False if it is not tried again before others change more of it.

        ``patient``: it is known that more is to come, and tried for a while; else once, as what is missing often comes
        right behind.
        """
        now = self._clock()
        since, asked_at = self._asked.pop(uuid, (now, None))
        if uuid in self._failed:
            return True
        if asked_at is None or now - asked_at > _ANSWER_SECONDS:
            since = now
        elif not patient or now - since > _PATIENCE_SECONDS:
            self._lacking.setdefault(uuid, set())
            return False
        self._set_due(now)
        self._failed[uuid] = since
        return True

    def changed(self, uuid: bytes, ops: Iterable) -> None:
        """Others' change to a node was carried out: what could not be set before may be possible now. A change that
        says only what was said before, as an answer to an attempt does, counts for nothing."""
        known = self._lacking.get(uuid)
        if known is None or len(known) > _MOST_KNOWN:
            return
        steps = {hash(repr(step)) for step in ops}
        if steps <= known:
            return
        known |= steps
        now = self._clock()
        self._set_due(now)
        self._failed.setdefault(uuid, now)

    def forget(self, uuid: bytes) -> None:
        """This node is gone."""
        for book in (self._failed, self._asked, self._lacking):
            book.pop(uuid, None)

    def due(self) -> list[bytes]:
        """The nodes to be completed now."""
        now = self._clock()
        if not self._failed or now < self._due:
            return []
        found, self._failed = self._failed, {}
        self._asked = {uuid: it for uuid, it in self._asked.items() if now - it[1] <= _ANSWER_SECONDS}
        self._asked.update((uuid, (since, now)) for uuid, since in found.items())
        return list(found)

    def _set_due(self, now: float) -> None:
        if not self._failed:
            self._due = now + _PAUSE_SECONDS

    def __bool__(self) -> bool:
        return bool(self._failed)
