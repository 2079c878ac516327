"""Notices datablocks that came or went without a report. Main thread only.

Counting a collection is cheap, comparing it is not: only a collection whose count is not the expected one is
compared.
"""

from __future__ import annotations

from typing import Any, Callable

import bpy

from . import scope
from .identity import Identities


class Census:
    """Expected counts per collection of ``bpy.data``."""

    def __init__(
        self,
        identities: Identities,
        came: Callable[[Any], None],
        gone: Callable[[bytes], None],
        relink: Callable[[], None] = lambda: None,
    ):
        """``came`` gets each datablock that is not known yet, ``gone`` each UUID whose datablock is no
        more; ``relink`` is called before, as those that are linked may have been exchanged."""
        self._identities = identities
        self._came = came
        self._gone = gone
        self._relink = relink
        self._counts: dict[str, int] = {}
        self._names = scope.collections()
        self._next = 0
        self.suspicious = False

    def take(self) -> None:
        """Takes what Blender holds now as expected."""
        self._counts = {name: len(getattr(bpy.data, name)) for name in self._names}
        self.suspicious = False

    def adjust(self, collection: str, by: int) -> None:
        """So many datablocks were made (or removed, below 0) by the session itself."""
        self._counts[collection] = self._counts.get(collection, 0) + by

    def check(self, name: str) -> None:
        """Counts one collection, and compares it where the count is off."""
        if name == "libraries":
            self._relink()
        if len(getattr(bpy.data, name)) != self._counts.get(name):
            self.compare(name)
            self._counts[name] = len(getattr(bpy.data, name))

    def check_all(self) -> None:
        """Counts all collections."""
        self.suspicious = False
        for name in self._names:
            self.check(name)

    def check_next(self) -> None:
        """Counts the collection whose turn it is."""
        self._next = (self._next + 1) % len(self._names)
        self.check(self._names[self._next])

    def compare(self, name: str) -> None:
        """Finds what came to a collection, and what went from anywhere."""
        self._relink()
        identities = self._identities
        for datablock in getattr(bpy.data, name):
            if identities.find(datablock) is None and not identities.ignored(datablock):
                if scope.refusal(datablock) is None and not scope.follows(datablock):
                    self._came(datablock)
        for uuid in identities.uuids():
            if identities.resolve(uuid) is None:
                self._gone(uuid)
