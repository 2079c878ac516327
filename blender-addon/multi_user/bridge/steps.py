"""Work that takes a while, in steps: a generator that yields while it waits and returns its result.

Blender's Python must have one thread only (decision 0020), so nothing here ever waits: whoever has the time takes
a step.
"""

from __future__ import annotations

import logging
import time
from typing import Callable, Generator, TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]

_log = logging.getLogger(__name__)
_leaving: list[Callable[[], bool]] = []


def finish(steps: Steps[T], pause_seconds: float = 0.005) -> T:
    """For scripts and tests: waits for the result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        time.sleep(pause_seconds)


# --- what goes on after its owner let go of it ---


def let_go(step: Callable[[], bool]) -> None:
    """Has ``wind_down`` take this step until it returns False: nothing is left to do."""
    _leaving.append(step)


def wind_down() -> bool:
    """Takes a step of everything that was let go; whether any of it has to go on."""
    going = _leaving[:]
    _leaving.clear()
    _leaving.extend([step for step in going if _goes_on(step)])  # a step may let go of more
    return bool(_leaving)


def _goes_on(step: Callable[[], bool]) -> bool:
    """Takes a step; one that fails must not take the others along, which end processes."""
    try:
        return step()
    except Exception:
        _log.exception("what was let go failed")
        return False


def wait_until_gone(seconds: float, pause_seconds: float = 0.005) -> None:
    """Before Blender ends: gives everything that was let go this long at most."""
    end = time.monotonic() + seconds
    while wind_down() and time.monotonic() < end:
        time.sleep(pause_seconds)
