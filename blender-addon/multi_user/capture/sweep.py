"""Looks at one datablock after the other for changes that no handler reports: render settings changed by a
script, keyframes, custom properties. Main thread only.

It takes a small share of the time (``_SHARE``) whatever a look costs, so that idling costs next to nothing. What is
dear to read is looked at part by part. A datablock of which more may have changed than was read at once (``soon``)
comes before all others once the artist's hands rest, and gets more time.
"""

from __future__ import annotations

import time
from typing import Any, Callable

from ..datablocks.contract import ALL
from . import scope
from .identity import Identities
from .unreported import Unreported

_SHARE = 0.02
_SHARE_SOON = 0.25
_SHORTEST_SECONDS = 0.02
_LONGEST_SECONDS = 3.0  # from one look to the next, however much one cost
_PAUSE_SECONDS = 0.3  # without a report of it: nobody drags a slider, and nothing is played back
# Their arrays are reported reliably and are dear to read: the sweep looks at their properties alone.
_HEAVY = frozenset(
    {
        "meshes",
        "shape_keys",
        "curves",
        "hair_curves",
        "pointclouds",
        "lattices",
        "images",
        "grease_pencils",
        "grease_pencils_v3",
        "volumes",
    }
)


class Sweep:
    """Round-robin over the known datablocks."""

    def __init__(
        self,
        identities: Identities,
        parts: Callable[[Any], list],
        look: Callable[[Any, set[str], Any], None],
        clock: Callable[[], float] = time.monotonic,
        effort: Callable[[], float] = time.thread_time,
    ):
        """``parts`` says what to read of a datablock one after the other, nothing where it is read at once; ``look``
        reads a datablock with these hints, or one part of it, and hands over what is different. ``effort``: seconds
        that this thread worked, which on a busy machine are far less than those that passed."""
        self._effort = effort
        self._identities = identities
        self._parts = parts
        self._look = look
        self._clock = clock
        self._queue: list[bytes] = []
        self._rest: list = []  # the parts that are left of the datablock that is looked at
        self._soon: dict[bytes, float] = {}
        self._pressing: dict[bytes, list] = {}  # the parts that are left to look at
        self._unreported = Unreported()
        self._due = 0.0

    @property
    def owes(self) -> bool:
        """Whether more may have changed than was read."""
        return bool(self._soon or self._pressing)

    def soon(self, uuid: bytes) -> None:
        """All of this datablock is to be looked at once nothing is reported of it any more."""
        self._pressing.pop(uuid, None)
        self._soon[uuid] = self._clock() + _PAUSE_SECONDS

    def step(self) -> None:
        """One look, if its time has come."""
        begin = self._clock()
        if begin < self._due:
            return
        worked = self._effort()
        pressing = self._look_at_pressing(begin)
        if not pressing:
            unreported = self._unreported.take_turn()
            if unreported is not None:
                self._look(unreported, {ALL}, None)
            else:
                self._look_at_next()
        rest = (self._effort() - worked) / (_SHARE_SOON if pressing else _SHARE)
        shortest = 0.0 if pressing else _SHORTEST_SECONDS
        self._due = self._clock() + min(max(shortest, rest), _LONGEST_SECONDS)

    def _look_at_pressing(self, now: float) -> bool:
        for uuid in [uuid for uuid, due in self._soon.items() if due <= now]:
            del self._soon[uuid]
            datablock = self._identities.resolve(uuid)
            if datablock is not None:
                self._pressing[uuid] = self._parts(datablock) or [None]
        for uuid, parts in list(self._pressing.items()):
            part = parts.pop(0)
            if not parts:
                del self._pressing[uuid]
            datablock = self._identities.resolve(uuid)
            if datablock is not None:
                self._look(datablock, {ALL}, part)
                return True
        return False

    def _look_at_next(self) -> None:
        uuid, datablock = self._next()
        if datablock is None:
            return
        if not self._rest:
            self._rest = self._parts(datablock)[::-1] or [None]
        part = self._rest.pop()
        if self._rest:
            self._queue.append(uuid)
        heavy = scope.collection_of(datablock) in _HEAVY
        self._look(datablock, {"TRANSFORM", "SHADING"} if heavy else {ALL}, part)

    def _next(self) -> tuple[bytes, Any | None]:
        if not self._queue:
            self._queue = self._identities.uuids()
        while self._queue:
            uuid = self._queue.pop()
            datablock = self._identities.resolve(uuid)
            if datablock is not None:
                return uuid, datablock
            self._rest = []
        return b"", None
