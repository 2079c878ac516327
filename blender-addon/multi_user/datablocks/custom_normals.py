"""Custom split normals where they are no attribute (before Blender 4.5). Main thread only.

Blender keeps them as two 16-bit angles relative to the surface and gives them out as vectors; setting what
was read may differ in the last quantum. So that a quantum never counts as an edit, a reading that lies within
it of what was last read or written for the mesh is told as that.
"""

from __future__ import annotations

import numpy

from .contract import BufferSource

BUFFER = "corner.custom_normal"
QUANTUM = 4e-4
"""The largest difference in one coordinate that storing and reading makes (measured: below 2e-4)."""

_last: dict[int, numpy.ndarray] = {}  # pointer of a mesh -> what others believe it holds
_MOST = 64


def present(mesh) -> bool:
    """Whether the mesh has custom normals that are no attribute. Without auto smooth (3.4) none show."""
    return (
        mesh.has_custom_normals
        and "custom_normal" not in mesh.attributes
        and getattr(mesh, "use_auto_smooth", True)
    )


def source(mesh, shape) -> BufferSource:
    """The normals at the corners; ``shape`` holds them: the mesh, or a copy of it."""
    return BufferSource(BUFFER, "f4", len(shape.loops), 3, lambda out: _fill(mesh, shape, out))


def _fill(mesh, shape, out: numpy.ndarray) -> None:
    _read(shape, out)
    held = _last.get(mesh.as_pointer())
    if held is not None and held.shape == out.shape:
        near = numpy.abs(held - out) <= QUANTUM
        out[near] = held[near]
    _remember(mesh, out.copy())


def _read(mesh, out: numpy.ndarray) -> None:
    if hasattr(mesh, "corner_normals"):
        mesh.corner_normals.foreach_get("vector", out)
        return
    mesh.calc_normals_split()
    mesh.loops.foreach_get("normal", out)
    mesh.free_normals_split()


def write(mesh, array: numpy.ndarray) -> None:
    """Sets the normals; ValueError if the array does not fit. Sharp edges may change: write them afterwards."""
    if array.shape != (len(mesh.loops), 3) or array.dtype != numpy.float32:
        raise ValueError(f"{BUFFER} takes {len(mesh.loops)} rows of three f4")
    held = numpy.empty(array.size, "f4")
    if present(mesh):
        _read(mesh, held)
        if numpy.abs(held - array.reshape(-1)).max(initial=0) <= QUANTUM:
            _remember(mesh, array.reshape(-1).copy())
            return
    mesh.normals_split_custom_set(array.tolist() if hasattr(mesh, "calc_normals_split") else array)
    _remember(mesh, array.reshape(-1).copy())


def _remember(mesh, flat: numpy.ndarray) -> None:
    _last.pop(mesh.as_pointer(), None)
    if len(_last) >= _MOST:
        _last.pop(next(iter(_last)))
    _last[mesh.as_pointer()] = flat
