"""Looks at one datablock after the other for changes that no handler reports: render settings changed by a
script, keyframes, custom properties. Main thread only.

It takes a small share of the time (``_SHARE``) whatever a look costs, so that idling costs next to nothing.
"""

from __future__ import annotations

import time
from typing import Any, Callable

from ..datablocks.contract import ALL
from . import scope
from .identity import Identities

_SHARE = 0.02
_SHORTEST_SECONDS = 0.02
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
        look: Callable[[Any, set[str]], None],
        clock: Callable[[], float] = time.monotonic,
    ):
        """``look`` reads a datablock with these hints and hands over what is different."""
        self._identities = identities
        self._look = look
        self._clock = clock
        self._queue: list[bytes] = []
        self._due = 0.0

    def step(self) -> None:
        """One look, if its time has come."""
        begin = self._clock()
        if begin < self._due:
            return
        datablock = self._next()
        if datablock is not None:
            heavy = scope.collection_of(datablock) in _HEAVY
            self._look(datablock, {"TRANSFORM", "SHADING"} if heavy else {ALL})
        end = self._clock()
        self._due = end + max(_SHORTEST_SECONDS, (end - begin) / _SHARE)

    def _next(self) -> Any | None:
        if not self._queue:
            self._queue = self._identities.uuids()
        while self._queue:
            datablock = self._identities.resolve(self._queue.pop())
            if datablock is not None:
                return datablock
        return None
