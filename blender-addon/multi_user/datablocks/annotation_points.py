"""What is drawn on one frame of an annotation as arrays, where annotations are a type of their own. Main thread only.

As in ``gp_strokes.py`` points of all strokes stand one behind the other, and ``strokes`` begins with how many of them
each stroke has. How hard the pen was pressed, and that a stroke sticks to the window, only Blender's memory says.
"""

from __future__ import annotations

import numpy

from .gp_memory import mode_of, modes, pens, set_mode
from .gp_strokes import POINTS, STROKES, check_layouts, sizes_of

LAYOUTS = {POINTS: ("f4", 5), STROKES: ("i4", 2)}  # place, pressure and strength; size and mode
PLACE, PEN = slice(0, 3), slice(3, 5)


def read(frame) -> dict[str, numpy.ndarray]:
    """All arrays."""
    points = numpy.ones((sum(sizes_of(frame)), 5), "f4")
    first = 0
    for stroke in frame.strokes:
        rows = points[first : first + len(stroke.points)]
        first += len(rows)
        places = _places(stroke.points)
        rows[:, PLACE] = places
        pen = pens(stroke.points, places)
        if pen is not None:
            rows[:, PEN] = pen
    strokes = [(len(stroke.points), mode_of(stroke)) for stroke in frame.strokes]
    return {POINTS: points, STROKES: numpy.array(strokes, "i4").reshape(-1, 2)}


def _places(points) -> numpy.ndarray:
    places = numpy.empty(3 * len(points), "f4")
    points.foreach_get("co", places)
    return places.reshape(-1, 3)


def write(frame, arrays: dict[str, numpy.ndarray]) -> None:
    """Has the frame hold these strokes and no others. ValueError, and nothing done, where there can be no such ones."""
    check_layouts(arrays, LAYOUTS)
    points, strokes = arrays[POINTS], arrays[STROKES]
    if strokes[:, 0].sum(dtype=numpy.int64) != len(points) or (len(strokes) and strokes[:, 0].min() < 0):
        raise ValueError("strokes take as many points as there are")
    if not set(strokes[:, 1].tolist()) <= modes().keys():
        raise ValueError("a stroke lies in space in an unknown way")
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


def _write_points(points, rows: numpy.ndarray) -> None:
    places = numpy.ascontiguousarray(rows[:, PLACE])
    if _places(points).tobytes() != places.tobytes():
        points.foreach_set("co", places.reshape(-1))
    pen = pens(points, _places(points))
    if pen is not None:
        pen[:] = rows[:, PEN]
