"""What is drawn on one frame of an annotation, where annotations are a type of their own: points and strokes as arrays.
Main thread only.

Points of all strokes stand one behind the other; ``strokes`` begins with how many of them each stroke has.
"""

from __future__ import annotations

import numpy

from .contract import Changed
from .gp_memory import mode_of, modes, pens, set_mode
from .gp_strokes import POINTS, STROKES, check_layouts, drawings, find, sizes_of

__all__ = ["drawings", "fill", "find", "parts", "read", "write"]

LAYOUTS = {POINTS: ("f4", 5), STROKES: ("i4", 2)}  # place, pressure and strength; size and mode
PLACE, PEN = slice(0, 3), slice(3, 5)


def parts(frame, problem) -> list[tuple[str, str, int, int]]:
    """(name, dtype, rows, columns) of each array."""
    rows = {POINTS: sum(sizes_of(frame)), STROKES: len(frame.strokes)}
    return [(name, LAYOUTS[name][0], count, LAYOUTS[name][1]) for name, count in rows.items()]


def fill(frame, part: str, out: numpy.ndarray) -> None:
    """Reads one array; Changed where it has another size by now."""
    array = _READERS[part](frame)
    if array.size != len(out):
        raise Changed("strokes came or went while they were read")
    out[:] = array.reshape(-1)


def read(frame) -> dict[str, numpy.ndarray]:
    """All arrays."""
    return {name: reader(frame) for name, reader in _READERS.items()}


def _read_points(frame) -> numpy.ndarray:
    array = numpy.ones((sum(sizes_of(frame)), 5), "f4")
    first = 0
    for stroke in frame.strokes:
        rows = array[first : first + len(stroke.points)]
        first += len(rows)
        places = _places(stroke.points)
        rows[:, PLACE] = places
        pen = pens(stroke.points, places)
        if pen is not None:
            rows[:, PEN] = pen
    return array


def _places(points) -> numpy.ndarray:
    places = numpy.empty(3 * len(points), "f4")
    points.foreach_get("co", places)
    return places.reshape(-1, 3)


def _read_strokes(frame) -> numpy.ndarray:
    rows = [(len(stroke.points), mode_of(stroke)) for stroke in frame.strokes]
    return numpy.array(rows, "i4").reshape(-1, 2)


_READERS = {POINTS: _read_points, STROKES: _read_strokes}


def write(frame, arrays: dict[str, numpy.ndarray], gone: list[str], complete: bool, visit) -> None:
    """Writes these arrays, ``complete``: to a frame with nothing else on it. ValueError, and nothing done, if they do
    not fit."""
    held = read(frame)
    if complete:
        arrays = {**{name: array[:0] for name, array in held.items()}, **arrays}
    check_layouts(arrays, LAYOUTS)
    points, strokes = ({**held, **arrays}[name] for name in (POINTS, STROKES))
    _check(points, strokes)
    if strokes[:, 0].tolist() != sizes_of(frame):
        for stroke in list(frame.strokes)[::-1]:
            frame.strokes.remove(stroke)
        for size in strokes[:, 0].tolist():
            frame.strokes.new().points.add(count=size)
    first = 0
    for stroke, (size, mode) in zip(frame.strokes, strokes.tolist()):
        if mode_of(stroke) != mode:
            set_mode(stroke, mode)
        _write_points(stroke.points, points[first : first + size])
        first += size


def _check(points: numpy.ndarray, strokes: numpy.ndarray) -> None:
    if len(strokes) and strokes[:, 0].min() < 0:
        raise ValueError("a stroke cannot have less than no points")
    if strokes[:, 0].sum(dtype=numpy.int64) != len(points):
        raise ValueError(f"{POINTS} takes as many rows as the strokes have points")
    if not set(strokes[:, 1].tolist()) <= modes().keys():
        raise ValueError("a stroke lies in space in an unknown way")


def _write_points(points, rows: numpy.ndarray) -> None:
    places = numpy.ascontiguousarray(rows[:, PLACE])
    if _places(points).tobytes() != places.tobytes():
        points.foreach_set("co", places.reshape(-1))
    pen = pens(points, _places(points))
    if pen is not None:
        pen[:] = rows[:, PEN]
