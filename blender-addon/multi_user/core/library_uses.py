"""Which library uses which, by the paths of their files. Main thread only; knows no Blender."""

from __future__ import annotations

import time
from typing import Callable

_SECONDS = 1.0
_TIMES_AS_LONG = 50  # so that looking never takes more than a fiftieth of the time


class Uses:
    """As it was when it was last looked at: that goes through the whole file, and serves all libraries that are read
    within some time."""

    def __init__(self, look: Callable[[], dict[str, set[str]]], clock: Callable[[], float] = time.monotonic):
        """``look`` finds which library uses which now."""
        self._look = look
        self._clock = clock
        self._used: dict[str, set[str]] = {}
        self._libraries = -1
        self._until = 0.0

    def among(self, libraries: int) -> dict[str, set[str]]:
        """Each library that uses others, with these; ``libraries``: how many there are now."""
        begin = self._clock()
        if libraries != self._libraries or begin >= self._until:
            self._used = self._look()
            end = self._clock()
            self._libraries = libraries
            self._until = end + max(_SECONDS, _TIMES_AS_LONG * (end - begin))
        return self._used

    def forget(self) -> None:
        """What is linked is another one."""
        self._libraries = -1
