"""How long a tick may still work. Main thread; the clock is handed in."""

from __future__ import annotations

import time
from typing import Callable


class Budget:
    """A slice of time that several steps share: ``while budget.left(): step()``.

    ``clock`` returns seconds and never goes back.
    """

    __slots__ = ("_clock", "_end", "_start")

    def __init__(self, seconds: float, clock: Callable[[], float] = time.perf_counter):
        self._clock = clock
        self._start = clock()
        self._end = self._start + seconds

    def left(self) -> bool:
        """Whether there is time for another step."""
        return self._clock() < self._end

    def remaining_seconds(self) -> float:
        """The time left, 0 if none."""
        return max(0.0, self._end - self._clock())

    def spent_seconds(self) -> float:
        """The time since the budget was made."""
        return self._clock() - self._start

    def share(self, fraction: float) -> Budget:
        """A budget of this fraction of the time left, on the same clock."""
        return Budget(self.remaining_seconds() * fraction, self._clock)
