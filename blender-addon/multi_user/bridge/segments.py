"""The shared memory between Blender and the agent (BR6, BR7). Main thread only.

An array keeps its mapping alive, so it stays valid memory even after the agent died; only its meaning ends.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections import OrderedDict
from typing import Any

from ..core.changes import CaptureBuffer
from .steps import Steps

try:
    import numpy
except ImportError:  # outside Blender NumPy may be absent; arrays are plain memoryviews then
    numpy = None

ITEM_BYTES = {"b1": 1, "i1": 1, "u1": 1, "i2": 2, "u2": 2, "i4": 4, "f4": 4, "i8": 8, "f8": 8}
# Where the machine's own order is little-endian, the plain type: Blender's foreach_get and foreach_set copy
# arrays of that in one go, and element by element (50 times slower) where the order is named, even the same.
_ORDER = "" if sys.byteorder == "little" else "<"
_DTYPES = {} if numpy is None else {code: numpy.dtype(_ORDER + code) for code in ITEM_BYTES}
ALIGNMENT = 64
_PAGE_BYTES = 4096
_TOUCH_BYTES = 1024 * 1024  # touched in one step, which takes well under a millisecond
SMALLEST_BYTES = 64 * 1024
_MAPPED_BYTES_LIMIT = 512 * 1024 * 1024


def size_class(size: int) -> int:
    """The size of the segment that serves this many bytes: a power of two from 64 KiB."""
    return max(SMALLEST_BYTES, 1 << max(0, size - 1).bit_length())


def aligned(size: int) -> int:
    """A size in bytes, rounded up to where the next array may begin."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def array_bytes(dtype: str, rows: int, columns: int) -> int:
    """The bytes of an array. Raises ValueError for a type or shape that the contract does not know."""
    if dtype not in ITEM_BYTES or rows < 0 or columns < 1:
        raise ValueError(f"{rows} rows of {columns} {dtype} are no array of the contract")
    return rows * columns * ITEM_BYTES[dtype]


def array_on(memory: mmap.mmap, dtype: str, rows: int, columns: int, offset: int) -> Any:
    """An array of shape (rows, columns) on this memory; without NumPy a memoryview of its bytes."""
    size = array_bytes(dtype, rows, columns)
    if offset < 0 or offset + size > len(memory):
        raise ValueError(f"an array of {size} bytes at {offset} does not fit a segment of {len(memory)}")
    if numpy is None:
        return memoryview(memory)[offset : offset + size]
    flat = numpy.frombuffer(memory, dtype=_DTYPES[dtype], count=rows * columns, offset=offset)
    return flat.reshape(rows, columns)


class Segments:
    """The mapped segments of one agent process. Ids are never used twice, so mappings
    never go stale."""

    def __init__(self, folder: str):
        self._folder = folder
        self._mapped: OrderedDict[int, mmap.mmap] = OrderedDict()
        self._bytes = 0

    def memory(self, segment: int) -> Steps[mmap.mmap]:
        """The memory of a segment, in steps while it is touched; raises OSError if its file is not there."""
        memory = self._mapped.get(segment)
        if memory is None:
            memory = map_file(os.path.join(self._folder, f"{segment}.seg"))
            yield from touch(memory)
            self._mapped[segment] = memory
            self._bytes += len(memory)
            while self._bytes > _MAPPED_BYTES_LIMIT and len(self._mapped) > 1:
                # Dropped, not closed: arrays on it may still be in use.
                self._bytes -= len(self._mapped.popitem(last=False)[1])
        else:
            self._mapped.move_to_end(segment)
        return memory

    def forget(self, segment: int) -> None:
        """Drops a mapping whose segment was given back."""
        memory = self._mapped.pop(segment, None)
        if memory is not None:
            self._bytes -= len(memory)


def map_file(path: str) -> mmap.mmap:
    """Maps a whole file for reading and writing."""
    with open(path, "r+b") as file:
        return mmap.mmap(file.fileno(), 0)


def touch(memory: mmap.mmap) -> Steps[None]:
    """Has the system map every page, some at each step, and not all of them while Blender fills them."""
    view = memoryview(memory)
    for begin in range(0, len(view), _TOUCH_BYTES):
        bytes(view[begin : begin + _TOUCH_BYTES : _PAGE_BYTES])
        yield


class ControlWords:
    """The counters that the agent raises (BR7). Reading them costs no call."""

    CHANGES, EVENTS, STATE, PRESENCE, HEART, FILES, ROWS = range(7)

    def __init__(self, folder: str):
        self._words = memoryview(map_file(os.path.join(folder, "control.seg"))).cast("Q")

    def read(self) -> tuple[int, int, int, int, int, int, int]:
        """All counters: changes, events, state, presence, heart, files, rows."""
        return tuple(self._words[:7])


class Lease:
    """A segment lent to Blender's side to fill with captures.

    Goes back by ``AgentClient.submit`` or ``AgentClient.release``; its arrays must not be touched afterwards.
    """

    def __init__(self, segment: int, memory: mmap.mmap, generation: int):
        self.segment = segment
        self.memory = memory
        self.generation = generation
        self._used = 0

    @property
    def capacity(self) -> int:
        """The bytes of the whole segment."""
        return len(self.memory)

    def room(self) -> int:
        """The bytes still free."""
        return len(self.memory) - self._used

    def array(self, dtype: str, rows: int, columns: int) -> tuple[Any, CaptureBuffer]:
        """A flat, writable array (``rows * columns`` elements) and the name under which a capture refers
        to it.

        Raises ValueError where it does not fit: ask for a lease of the sum of ``aligned(array_bytes(…))``.
        """
        offset = self._used
        array = array_on(self.memory, dtype, rows, columns, offset)
        self._used = aligned(offset + array_bytes(dtype, rows, columns))
        flat = array.reshape(-1) if numpy is not None else array
        return flat, CaptureBuffer(dtype, rows, columns, self.segment, offset)

    def reset(self) -> None:
        """Makes it empty again, for a capture that is begun anew."""
        self._used = 0
