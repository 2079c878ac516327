"""What changed in Blender and waits to be captured. Main thread only; no bpy of its own.

Two lanes: what the artist surely changed, and what was only reported along with something else (Blender
reports every object when one is added) or is read to be on the safe side. The second lane is taken while the
first is empty.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Callable, Hashable

from ..datablocks.contract import GEOMETRY, OTHER


@dataclass(slots=True)
class Mark:
    """One dirty datablock. ``since`` is in seconds of the set's clock; ``stamp`` changes with every new
    report; ``rewound``: undo or redo may have changed it (BR23); ``room``: the bytes of shared memory that were
    missing when it was read last."""

    datablock: Any
    hints: set[str] = field(default_factory=set)
    since: float = 0.0
    stamp: int = 0
    rank: int = 0
    rewound: bool = False
    room: int = 0


class DirtySet:
    """Marks by Blender's name for the datablock (``identity.native_key``)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._urgent: dict[Hashable, Mark] = {}
        self._doubtful: dict[Hashable, Mark] = {}
        self._stamp = 0

    def __len__(self) -> int:
        return len(self._urgent) + len(self._doubtful)

    @property
    def urgent(self) -> int:
        """How many surely changed."""
        return len(self._urgent)

    def mark(
        self,
        key: Hashable,
        datablock,
        hints: set[str],
        rank: int,
        doubtful: bool = False,
        rewound: bool = False,
    ) -> None:
        """Notes a change; hints of one datablock add up."""
        old = self._urgent.get(key)
        if old is None:
            waiting = self._doubtful.get(key)
            if doubtful:
                old = waiting
            elif waiting is not None:
                old = self._urgent[key] = self._doubtful.pop(key)
        self._stamp += 1
        if old is None or old.datablock is not datablock:
            lane = self._doubtful if doubtful else self._urgent
            lane[key] = Mark(datablock, set(hints), self._clock(), self._stamp, rank, rewound)
        else:
            old.hints |= hints
            old.stamp = self._stamp
            old.rewound |= rewound

    def get(self, key: Hashable) -> Mark | None:
        """The mark of a datablock, None if it is clean."""
        return self._urgent.get(key) or self._doubtful.get(key)

    def discard(self, key: Hashable) -> None:
        """Takes a mark away; nothing if there is none."""
        self._urgent.pop(key, None)
        self._doubtful.pop(key, None)

    def rewound_keys(self) -> set[Hashable]:
        """What undo or redo may have changed."""
        return {key for lane in (self._urgent, self._doubtful) for key, it in lane.items() if it.rewound}

    def clear(self) -> None:
        """Takes all marks away."""
        self._urgent.clear()
        self._doubtful.clear()

    def in_order(self) -> list[tuple[Hashable, Mark]]:
        """The marks to work on now, in dependency-friendly order: the sure ones, or the doubtful where there
        are none."""
        lane = self._urgent or self._doubtful
        if len(lane) == 1:
            return list(lane.items())
        return sorted(lane.items(), key=lambda item: item[1].rank)


def hints_of(update) -> set[str]:
    """The hints that a DepsgraphUpdate tells of; OTHER where it names no kind of change (a name, a
    relation)."""
    hints = set()
    if update.is_updated_transform:
        hints.add("TRANSFORM")
    if update.is_updated_geometry:
        hints.add(GEOMETRY)
    if getattr(update, "is_updated_shading", False):
        hints.add("SHADING")
    return hints or {OTHER}
