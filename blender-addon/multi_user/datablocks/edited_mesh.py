"""Meshes in edit mode, as they would be if the mode were left now. Main thread only.

A mesh in edit mode shows its layers without elements, though its own arrays are up to date as soon as
``Object.update_from_editmode`` was called. A copy outside of the file shows them. From Blender 4 on it shares the
arrays, and takes 0.05 ms for any size.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import numpy

from .contract import BufferSource
from .users import object_using


@contextmanager
def readable(mesh) -> Iterator:
    """A mesh whose arrays can be read meanwhile: this one, or a copy of it where it is in edit mode."""
    user = object_using(mesh) if mesh.is_editmode else None
    if user is None:
        yield mesh
        return
    try:
        yield user.to_mesh()
    finally:
        user.to_mesh_clear()


def read_now(source: BufferSource) -> BufferSource:
    """The same buffer, with its array read at once."""
    array = numpy.empty(source.rows * source.columns, source.dtype)
    if source.rows:
        source.fill(array)

    def fill(out: numpy.ndarray) -> None:
        out[:] = array

    return BufferSource(source.name, source.dtype, source.rows, source.columns, fill, source.seldom)
