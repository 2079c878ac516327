"""Reads a datablock while the artist works on it in a mode of its own, or paints on it. Main thread only.

In edit mode Blender keeps what it holds elsewhere; it has to write that back first, which takes the longer the
bigger the mesh is. So this is done a few times a second at most, more seldom where it takes long, and where that would
be felt only while the artist's hands rest.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Hashable

import bpy

from .held import shown_layers
from .identity import native_key

_SHORTEST_SECONDS = 0.3  # from one reading of a datablock to the next
_SHARE = 0.1  # of the time may go into such readings
_FELT_SECONDS = 0.03  # a reading that takes longer makes a movement of the mouse jerk
_PAUSE_SECONDS = 0.5  # without an edit: nobody is in the midst of such a movement


class LiveEdit:
    """Says when a held datablock may be read, and brings it up to date for that."""

    def __init__(
        self,
        wanted: Callable[[], bool],
        quietly: Callable[[Callable[[], Any]], Any],
        clock: Callable[[], float] = time.monotonic,
    ):
        """``wanted``: whether the artist shows what is done in edit mode while it is done. ``quietly`` calls
        what it is given and returns what that returns; what Blender reports of it is nobody's edit."""
        self._wanted = wanted
        self._quietly = quietly
        self._clock = clock
        self._begun = 0.0
        self._rest_until = 0.0
        self._due: dict[Hashable, float] = {}
        self._took: dict[Hashable, float] = {}
        self._last_edit: dict[Hashable, tuple[int, float]] = {}  # the mark's stamp, and since when it is that

    def begin(self, datablock, stamp: int, first: bool) -> bool:
        """Whether a held datablock can be read now; ``end`` has to follow then. ``stamp`` changes with each edit of
        it. ``first``: the session does not have it yet, and others may refer to it: that never waits."""
        now = self._clock()
        if not first:
            key = native_key(datablock)
            due = max(self._rest_until, self._due.get(key, 0.0), self._pause_ends(key, stamp, now))
            if now < due or not self._wanted():
                return False
        self._begun = now
        return self._write_back(datablock) or first

    def begin_painted(self, image, stamp: int) -> bool:
        """Whether an image that is painted on can be read now; ``end`` has to follow then. Blender gives and takes an
        image's pixels all at once, which is felt where there are many."""
        now = self._clock()
        key = native_key(image)
        if now < max(self._rest_until, self._due.get(key, 0.0), self._pause_ends(key, stamp, now)):
            return False
        self._begun = now
        return True

    def end(self, datablock) -> None:
        """It was read."""
        now = self._clock()
        key = native_key(datablock)
        self._took[key] = now - self._begun
        self._rest_until = now + self._took[key] / _SHARE
        self._due[key] = now + _SHORTEST_SECONDS

    def left(self, key: Hashable) -> bool:
        """Whether this datablock was read in a mode that is left now: the last of it is still to be read."""
        self._last_edit.pop(key, None)
        return self._due.pop(key, None) is not None

    def _pause_ends(self, key: Hashable, stamp: int, now: float) -> float:
        """When the artist's hands will have rested long enough; 0 where the reading is not felt."""
        if self._took.get(key, 0.0) <= _FELT_SECONDS:
            return 0.0
        last = self._last_edit.get(key)
        if last is None or last[0] != stamp:
            last = self._last_edit[key] = (stamp, now)
        return last[1] + _PAUSE_SECONDS

    def _write_back(self, datablock) -> bool:
        """Brings a datablock that is in edit mode up to date; False if Blender does so only at the mode's end. Grease
        pencil is always so."""
        data = datablock.user if isinstance(datablock, bpy.types.Key) else datablock
        for thing in _users(data):
            if thing.mode == "EDIT" and thing.type != "GREASEPENCIL":
                return self._quietly(thing.update_from_editmode)
            if thing.mode == "SCULPT" and thing.use_dynamic_topology_sculpting:
                return False
        return True


def _users(data) -> list[Any]:
    """The shown objects that use this data: the active one if it does, else all."""
    found = []
    for layer in shown_layers():
        active = layer.objects.active
        if active is not None and active.data == data:
            return [active]
        found += [thing for thing in layer.objects if thing.data == data]
    return found
