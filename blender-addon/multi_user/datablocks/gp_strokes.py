"""What is drawn on one frame, before Blender 4.3: points, strokes and weights as arrays. Main thread only.

Points of all strokes stand one behind the other; ``strokes`` begins with how many of them each stroke has.
"""

from __future__ import annotations

from typing import Sequence

import bpy
import numpy

from .contract import Changed
from .users import object_using

POINTS, STROKES, SHAPES, WEIGHTS = "points", "strokes", "shapes", "weights"
POINT_COLUMNS = (
    ("co", 3),
    ("pressure", 1),
    ("strength", 1),
    ("uv_factor", 1),
    ("uv_rotation", 1),
    ("uv_fill", 2),
    ("vertex_color", 4),
)
STROKE_COLUMNS = (
    "material_index",
    "display_mode",
    "use_cyclic",
    "start_cap_mode",
    "end_cap_mode",
    "is_nofill_stroke",
    "line_width",
)
SHAPE_COLUMNS = (
    ("hardness", 1),
    ("aspect", 2),
    ("uv_translation", 2),
    ("uv_rotation", 1),
    ("uv_scale", 1),
    ("vertex_color_fill", 4),
)
ENUMS = ("display_mode", "start_cap_mode", "end_cap_mode")
SWITCHES = ("use_cyclic", "is_nofill_stroke")
LAYOUTS = {
    POINTS: ("f4", sum(width for _, width in POINT_COLUMNS)),
    STROKES: ("i4", 1 + len(STROKE_COLUMNS)),
    SHAPES: ("f4", sum(width for _, width in SHAPE_COLUMNS)),
    WEIGHTS: ("i4", 3),
}
LARGEST = 32767


def find(data, layer: str, number: int):
    """The frame; None if there is none."""
    held = data.layers.get(layer)
    return None if held is None else next((it for it in held.frames if it.frame_number == number), None)


def drawings(data):
    """(layer, frame number, frame) of each frame."""
    for layer in data.layers:
        for frame in layer.frames:
            yield layer.info, frame.frame_number, frame


def parts(frame, problem) -> list[tuple[str, str, int, int]]:
    """(name, dtype, rows, columns) of each array. Weights are read for that: they cannot be counted."""
    if any(stroke.has_edit_curve for stroke in frame.strokes):
        problem("the curves by which its strokes are edited are not replicated, the strokes are")
    strokes = len(frame.strokes)
    rows = {POINTS: sum(len(stroke.points) for stroke in frame.strokes), STROKES: strokes, SHAPES: strokes}
    if _has_groups(frame):
        rows[WEIGHTS] = len(_read_weights(frame))
    return [(name, LAYOUTS[name][0], count, LAYOUTS[name][1]) for name, count in rows.items()]


def fill(frame, part: str, out: numpy.ndarray) -> None:
    """Reads one array; Changed where it has another size by now."""
    array = READERS[part](frame)
    if array.size != len(out):
        raise Changed("strokes came or went while they were read")
    out[:] = array.reshape(-1)


def sizes_of(frame) -> list[int]:
    """How many points each stroke has."""
    return [len(stroke.points) for stroke in frame.strokes]


def _read_points(frame) -> numpy.ndarray:
    sizes = sizes_of(frame)
    array = numpy.empty((sum(sizes), LAYOUTS[POINTS][1]), "f4")
    first = 0
    for stroke, size in zip(frame.strokes, sizes):
        _get_columns(stroke.points, POINT_COLUMNS, array[first : first + size])
        first += size
    return array


def _get_columns(items, columns, rows: numpy.ndarray) -> None:
    place = 0
    for name, width in columns:
        values = numpy.empty(len(rows) * width, "f4")
        items.foreach_get(name, values)
        rows[:, place : place + width] = values.reshape(-1, width)
        place += width


def _set_columns(items, columns, rows: numpy.ndarray) -> None:
    place = 0
    for name, width in columns:
        items.foreach_set(name, numpy.ascontiguousarray(rows[:, place : place + width]).reshape(-1))
        place += width


def _read_strokes(frame) -> numpy.ndarray:
    array = numpy.empty((len(frame.strokes), LAYOUTS[STROKES][1]), "i4")
    array[:, 0] = sizes_of(frame)
    for place, name in enumerate(STROKE_COLUMNS, 1):
        if name in ENUMS:  # as arrays Blender shows the bits around them as well
            numbers = _numbers(name)
            array[:, place] = [numbers[getattr(stroke, name)] for stroke in frame.strokes]
            continue
        values = numpy.empty(len(array), "b1" if name in SWITCHES else "i4")
        frame.strokes.foreach_get(name, values)
        array[:, place] = values
    return array


def _numbers(name: str) -> dict[str, int]:
    return {
        item.identifier: item.value for item in bpy.types.GPencilStroke.bl_rna.properties[name].enum_items
    }


def _read_shapes(frame) -> numpy.ndarray:
    array = numpy.empty((len(frame.strokes), LAYOUTS[SHAPES][1]), "f4")
    _get_columns(frame.strokes, SHAPE_COLUMNS, array)
    return array


def _has_groups(frame) -> bool:
    user = object_using(frame.id_data)
    return user is not None and len(user.vertex_groups) > 0


def _read_weights(frame) -> numpy.ndarray:
    """Rows of point, group and the weight's bits."""
    groups = range(len(object_using(frame.id_data).vertex_groups))
    rows, first = [], 0
    for stroke in frame.strokes:
        points = stroke.points
        for place in range(len(points)):
            for group in groups:
                weight = points.weight_get(vertex_group_index=group, point_index=place)
                if weight >= 0:
                    rows.append((first + place, group, weight))
        first += len(points)
    array = numpy.zeros((len(rows), 3), "i4")
    if rows:
        array[:, :2] = [row[:2] for row in rows]
        array[:, 2] = numpy.array([row[2] for row in rows], "f4").view("i4")
    return array


def read(frame) -> dict[str, numpy.ndarray]:
    """All arrays but the weights."""
    return {name: READERS[name](frame) for name in (POINTS, STROKES, SHAPES)}


READERS = {POINTS: _read_points, STROKES: _read_strokes, SHAPES: _read_shapes, WEIGHTS: _read_weights}


def write(
    frame, arrays: dict[str, numpy.ndarray], gone: Sequence[str] = (), complete: bool = True, visit=None
) -> None:
    """Writes these arrays, ``complete``: to a frame with nothing else on it. ValueError, and nothing done, if they do
    not fit."""
    if complete:
        arrays = {
            **{name: numpy.empty((0, LAYOUTS[name][1]), LAYOUTS[name][0]) for name in LAYOUTS},
            **arrays,
        }
    check_layouts(arrays, LAYOUTS)
    strokes = arrays.get(STROKES)
    anew = strokes is not None and strokes[:, 0].tolist() != sizes_of(frame)
    if anew:
        kept = [POINTS, SHAPES, *([WEIGHTS] if _has_groups(frame) else [])]
        arrays = {**{name: READERS[name](frame) for name in kept if name not in gone}, **arrays}
    _check_rows(strokes[:, 0] if anew else numpy.array(sizes_of(frame), "i4"), arrays)
    if anew:
        frame.clear()
        for size in strokes[:, 0].tolist():
            frame.strokes.new().points.add(size)
    if STROKES in arrays:
        _write_strokes(frame, arrays[STROKES])
    if SHAPES in arrays:
        _set_columns(frame.strokes, SHAPE_COLUMNS, arrays[SHAPES])
    if POINTS in arrays:
        _write_points(frame, arrays[POINTS])
    if WEIGHTS in arrays:
        _write_weights(frame, arrays[WEIGHTS])


def check_layouts(arrays: dict[str, numpy.ndarray], layouts: dict[str, tuple[str, int]]) -> None:
    """ValueError where an array is not one of these, or of another form."""
    for name, array in arrays.items():
        dtype, columns = layouts.get(name, ("", 0))
        if not columns or array.ndim != 2 or array.shape[1] != columns or array.dtype != numpy.dtype(dtype):
            raise ValueError(f"{name} takes {columns} columns of {dtype}")


def _check_rows(sizes: numpy.ndarray, arrays: dict[str, numpy.ndarray]) -> None:
    if len(sizes) and sizes.min() < 0:
        raise ValueError("a stroke cannot have less than no points")
    points = int(sizes.sum(dtype=numpy.int64))
    for name, count in ((POINTS, points), (STROKES, len(sizes)), (SHAPES, len(sizes))):
        if name in arrays and len(arrays[name]) != count:
            raise ValueError(f"{name} takes {count} rows")
    weights = arrays.get(WEIGHTS)
    if weights is not None and len(weights):
        low, high = weights[:, :2].min(axis=0), weights[:, :2].max(axis=0)
        if low.min() < 0 or high[0] >= points or high[1] > LARGEST:
            raise ValueError("a weight is of a point or group that there is not")
    if STROKES in arrays and len(sizes):
        for place, name in enumerate(STROKE_COLUMNS, 1):
            _check_column(name, arrays[STROKES][:, place])


def _check_column(name: str, values: numpy.ndarray) -> None:
    if name in ENUMS:
        if not set(values.tolist()) <= set(_numbers(name).values()):
            raise ValueError(f"{name} has an unknown value")
    elif values.min() < 0 or values.max() > (1 if name in SWITCHES else LARGEST):
        raise ValueError(f"{name} is out of bounds")


def _write_strokes(frame, array: numpy.ndarray) -> None:
    for place, name in enumerate(STROKE_COLUMNS, 1):
        if name in ENUMS:
            names = {number: identifier for identifier, number in _numbers(name).items()}
            for stroke, number in zip(frame.strokes, array[:, place].tolist()):
                if getattr(stroke, name) != names[number]:
                    setattr(stroke, name, names[number])
            continue
        frame.strokes.foreach_set(name, array[:, place].astype("b1" if name in SWITCHES else "i4"))


def _write_points(frame, array: numpy.ndarray) -> None:
    first = 0
    for stroke in frame.strokes:
        rows = array[first : first + len(stroke.points)]
        first += len(rows)
        held = numpy.empty_like(rows)
        _get_columns(stroke.points, POINT_COLUMNS, held)
        if held.tobytes() != rows.tobytes():
            _set_columns(stroke.points, POINT_COLUMNS, rows)
            stroke.points.update()  # of the fill, and of what is to be as told as well
            _set_columns(stroke.points, POINT_COLUMNS, rows)


def _write_weights(frame, array: numpy.ndarray) -> None:
    """Blender cannot take a point out of a group here: its weight becomes 0."""
    bits = numpy.ascontiguousarray(array[:, 2]).view("f4").tolist()
    wanted = {(point, group): weight for (point, group), weight in zip(array[:, :2].tolist(), bits)}
    if _has_groups(frame):
        for point, group, _ in _read_weights(frame).tolist():
            wanted.setdefault((point, group), 0.0)
    ends = numpy.cumsum(sizes_of(frame))
    for (point, group), weight in wanted.items():
        stroke = int(numpy.searchsorted(ends, point, side="right"))
        points = frame.strokes[stroke].points
        place = point - (int(ends[stroke]) - len(points))
        points.weight_set(vertex_group_index=group, point_index=place, weight=weight)
