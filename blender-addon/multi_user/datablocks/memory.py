"""Reads dense arrays straight from Blender's memory. Main thread only; writes nothing, though Blender may lay an array
out anew for being asked where it is (one value for all elements, from 5.0 on, becomes one for each).

``foreach_get`` calls an RNA function for each element wherever the array in memory is not exactly the
property: 400,000 corners take 25 ms in Blender 3.4, the copy of the same bytes 0.5 ms. How the elements lie in
memory is stated by a ``Layout``, and is checked at every reading: the addresses of the first and the last
element must be as far apart as stated, and what RNA says of a few elements must be what was read. Otherwise
nothing is taken, and the caller reads in the slow way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator

import numpy

from .contract import Changed

STEP_BYTES = 1 << 20  # of Blender's memory that one step reads


@dataclass(frozen=True)
class Layout:
    """Where a value lies: elements of ``item_bytes``, the value at ``offset`` as ``columns`` numbers of ``dtype``.

    With ``mask`` the value is whether any of these bits of one number is set.
    """

    item_bytes: int
    offset: int
    dtype: str
    columns: int = 1
    mask: int = 0


class _Memory:
    """So many numbers at an address, in the form in which NumPy wants to be told of them."""

    def __init__(self, address: int, dtype: str, count: int):
        self.__array_interface__ = {
            "data": (address, True),
            "typestr": numpy.dtype(dtype).str,
            "shape": (count,),
            "version": 3,
        }


def numbers(address: int, dtype: str, count: int) -> numpy.ndarray:
    """A view of ``count`` numbers in memory, which cannot be written. What is not there must not be touched."""
    return numpy.asarray(_Memory(address, dtype, count))


@dataclass(frozen=True)
class Rows:
    """One value of all elements of an RNA collection, read whole or some rows at a time.

    ``elements()`` is the collection, asked for anew whenever Blender may have moved it; ``told(element)`` what RNA
    says of one element, a number or a sequence in the unit of the array; ``slowly(collection, out)`` reads it all by
    RNA, where the layout is another one here.
    """

    elements: Callable[[], Any]
    layout: Layout
    told: Callable[[Any], Any]
    slowly: Callable[[Any, numpy.ndarray], None]

    def fill(self, out: numpy.ndarray) -> None:
        """Fills a flat array; Changed if there are more or fewer elements than it has rows."""
        collection, rows = self._shaped(out)
        if len(rows) and not self._take(collection, rows, 0):
            self.slowly(collection, out)

    def steps(self, out: numpy.ndarray) -> Iterator[None]:
        """As ``fill``; after each step Blender may go on, unless it changes the collection: Changed."""
        at_a_time = max(1, STEP_BYTES // self.layout.item_bytes)
        for first in range(0, len(out) // self.layout.columns, at_a_time):
            collection, rows = self._shaped(out)
            if not self._take(collection, rows[first : first + at_a_time], first):
                self.slowly(collection, out)
                return
            yield

    def _shaped(self, out: numpy.ndarray) -> tuple[Any, numpy.ndarray]:
        """The collection as it is now, and the array's rows for it."""
        collection, rows = self.elements(), out.reshape(-1, self.layout.columns)
        if len(collection) != len(rows):
            raise Changed("an array changed while it was read")
        return collection, rows

    def _take(self, collection, rows: numpy.ndarray, first: int) -> bool:
        """Copies the rows from ``first`` on; False if the layout is another one here."""
        layout, count, at = self.layout, len(rows), collection[first].as_pointer()
        distance = collection[first + count - 1].as_pointer() - at
        if not at or distance != (count - 1) * layout.item_bytes:
            return False
        size = numpy.dtype(layout.dtype).itemsize  # item_bytes and offset are multiples of it
        width = layout.item_bytes // size
        held = numbers(at, layout.dtype, count * width).reshape(count, width)
        first_column = layout.offset // size
        if width == layout.columns and not layout.mask:
            rows[:] = held
        else:
            for column in range(layout.columns):  # column by column: NumPy is slow with many short rows
                values = held[:, first_column + column]
                if layout.mask:
                    numpy.not_equal(values & values.dtype.type(layout.mask), 0, out=rows[:, column])
                else:
                    rows[:, column] = values
        samples = {0, count // 3, count // 2, count - 1}
        return all(_equal(rows[index], self.told(collection[first + index])) for index in samples)


def _equal(row: numpy.ndarray, value: Any) -> bool:
    """Whether the few numbers of a row are this value; plain Python, which takes a tenth of NumPy's time for so few."""
    return row.tolist() == (list(value) if hasattr(value, "__len__") else [value])
