"""Reads the arrays of one big datablock over several ticks. Main thread only.

While the signature is that of the last capture, the artist most likely moved points: the array that is shown
most is read and handed over at once, the others follow as time permits. A datablock that changes again
meanwhile begins anew; one that never comes to rest is read in one go after ``_STARVED_SECONDS``. A changed
signature (new topology) is read in one go as well.
"""

from __future__ import annotations

from typing import Any, Callable, Hashable, Iterable, Iterator

import numpy

from ..core.budget import Budget
from ..core.changes import CaptureBuffer
from ..datablocks.contract import BufferSource, Reading
from .port import Lease

_STARVED_SECONDS = 0.5
_FIRST = "position"  # arrays whose names end so are read and handed over before all others
SMALL_BYTES = 512 * 1024  # below this nothing is spread
SLICE_SECONDS = 0.0003  # what a tick spends on such arrays before it leaves the rest to the next one
_ALIGNMENT = 64  # arrays in a segment begin at multiples of this


def total_bytes(sources: Iterable[BufferSource]) -> int:
    """The room that these arrays take in a segment."""
    sizes = (it.rows * it.columns * numpy.dtype(it.dtype).itemsize for it in sources)
    return sum(size + -size % _ALIGNMENT for size in sizes)


class BufferJob:
    """The arrays of one reading on their way into shared memory."""

    def __init__(
        self, uuid: bytes, key: Hashable, datablock, reading: Reading, since: float, rewound: bool = False
    ):
        """``since``: when what it captures was changed first, in seconds of the marks' clock; ``rewound``:
        undo or redo may have done it."""
        self.uuid = uuid
        self.key = key
        self.datablock = datablock
        self.reading = reading
        self.since = since
        self.rewound = rewound
        self.whole = False  # all is asked for, also what is read seldom
        self.lease: Lease | None = None
        self.buffers: dict[str, CaptureBuffer] = {}
        self._rest = list(reading.buffers)
        self._steps: Iterator[None] | None = None  # of the array that is being read

    def leave_out_seldom(self) -> None:
        """Takes out the arrays that are read seldom: the capture then tells of the others alone."""
        self._take_out([source for source in self.reading.buffers if source.seldom])

    def _take_out(self, sources: list[BufferSource]) -> None:
        if sources:
            self.reading.buffers = [it for it in self.reading.buffers if it not in sources]
            self.reading.partial = True
            self._rest = list(self.reading.buffers)

    def size(self) -> int:
        """The bytes that all its arrays need in a segment."""
        return total_bytes(self.reading.buffers)

    def may_spread(self, known_signature: Any, now: float) -> bool:
        """Whether its arrays may be handed over one by one."""
        same = known_signature is not None and known_signature == self.reading.signature
        return same and self.size() > SMALL_BYTES and now - self.since <= _STARVED_SECONDS

    def urgent(self) -> list[BufferSource]:
        """What is handed over at once, before all the rest."""
        return [it for it in self.reading.buffers if it.name.endswith(_FIRST)]

    def leave_out_urgent(self) -> None:
        """What was handed over at once is not read again. That it is still there the signature has said."""
        self._take_out(self.urgent())

    def fill(self, lease: Lease, budget: Budget | None) -> bool:
        """Reads at least one more array or a step of one, and more while there is time (without budget: all); True
        when all are read."""
        while self._steps is not None or self._rest:
            if self._steps is None:
                self._begin(lease, self._rest.pop(0), bit_by_bit=budget is not None)
            elif next(self._steps, self) is self:
                self._steps = None
            if budget is not None and not budget.left() and (self._steps is not None or self._rest):
                return False
        return True

    def _begin(self, lease: Lease, source: BufferSource, bit_by_bit: bool) -> None:
        if not bit_by_bit or source.steps is None:
            self.buffers[source.name] = fill(lease, source)
            return
        array, self.buffers[source.name] = lease.array(source.dtype, source.rows, source.columns)
        self._steps = source.steps(array) if source.rows else None


def fill(lease: Lease, source: BufferSource) -> CaptureBuffer:
    """Reads one array into shared memory."""
    array, buffer = lease.array(source.dtype, source.rows, source.columns)
    if source.rows:
        source.fill(array)
    return buffer


class LeasePot:
    """The lease that small arrays of many datablocks share until they are handed over together."""

    def __init__(self, borrow: Callable[[int], Lease | None]):
        self._borrow = borrow
        self._lease: Lease | None = None
        self.used: list[Lease] = []

    def get(self, size: int) -> Lease | None:
        """A lease with this much room, or None if there is none yet."""
        if self._lease is not None and self._lease.room() >= size:
            return self._lease
        lease = self._borrow(size)
        if lease is not None:
            self._lease = lease
            self.used.append(lease)
        return lease

    def put(self, lease: Lease) -> None:
        """Takes in a lease that one capture has for itself, to go along at the next hand-over."""
        self.used.append(lease)

    def take(self) -> list[Lease]:
        """The leases used since the last call; they are the caller's now."""
        used, self.used, self._lease = self.used, [], None
        return used
