"""What the libraries use, as far as that takes a look at all that is linked. Main thread only; knows no Blender."""

from __future__ import annotations

import time
from typing import Callable, Generic, Hashable, TypeVar

Found = TypeVar("Found")

_SECONDS = 1.0
_TIMES_AS_LONG = 50  # so that looking never takes more than a fiftieth of the time


class Uses(Generic[Found]):
    """As it was when it was last looked at: that goes through the whole file, and serves all libraries that are read
    within some time."""

    def __init__(self, look: Callable[[], Found], clock: Callable[[], float] = time.monotonic):
        """``look`` finds what is used now."""
        self._look = look
        self._clock = clock
        self._used: Found | None = None
        self._state: Hashable = None
        self._until = 0.0

    def among(self, state: Hashable) -> Found:
        """What is used; ``state``: how much there is now, by which something new is told at once."""
        begin = self._clock()
        if self._used is None or state != self._state or begin >= self._until:
            self._used = self._look()
            end = self._clock()
            self._state = state
            self._until = end + max(_SECONDS, _TIMES_AS_LONG * (end - begin))
        return self._used

    def forget(self) -> None:
        """What is linked is another one."""
        self._used = None
