"""What is drawn on one frame, since Blender 4.3: the sizes of the strokes and attributes. Main thread only.

``sizes`` holds the number of points of each stroke; every attribute is an array of its own (``attributes.py``).
"""

from __future__ import annotations

import numpy

from . import attributes
from .contract import Changed

SIZES = "sizes"
POSITION = "attr.POINT.FLOAT_VECTOR.position"
CURVE_TYPE = "attr.CURVE.INT8.curve_type"
CURVE_TYPES = ("CATMULL_ROM", "POLY", "BEZIER", "NURBS")  # by their numbers in that attribute
LARGEST_STROKE = 1 << 24

# Attributes on whose numbers Blender relies: with others it reads and writes beyond its memory.
LIMITS = {
    "curve_type": (0, 3),
    "handle_type_left": (0, 3),
    "handle_type_right": (0, 3),
    "knots_mode": (0, 3),
    "normal_mode": (0, 2),
    "nurbs_order": (1, 127),
    "resolution": (1, 1 << 16),
    "material_index": (0, 32767),
}


def find(data, layer: str, number: int):
    """The drawing of a frame; None if there is none."""
    held = data.layers.get(layer)
    frame = None if held is None else held.get_frame_at(number)
    return None if frame is None or frame.frame_number != number else frame.drawing


def drawings(data):
    """(layer, frame number, drawing) of each drawing that is not another frame's as well."""
    for layer in data.layers:
        seen = set()
        for frame in layer.frames:
            drawing = frame.drawing
            if drawing is not None and drawing.as_pointer() not in seen:
                seen.add(drawing.as_pointer())
                yield layer.name, frame.frame_number, drawing


def parts(drawing, problem) -> list[tuple[str, str, int, int]]:
    """(name, dtype, rows, columns) of each array."""
    strokes = max(0, len(drawing.curve_offsets) - 1)
    found = [(SIZES, "i4", strokes, 1)]
    for attribute in drawing.attributes:
        layout = attributes.LAYOUTS.get(attribute.data_type)
        if layout is None:
            problem(f"attribute {attribute.name} of type {attribute.data_type} is not supported")
        elif _replicated(attribute.name):
            name = attributes.buffer_name(attribute)
            found.append((name, layout.dtype, len(attribute.data), layout.columns))
    return found


def _replicated(name: str) -> bool:
    return name == "position" or attributes.is_replicated(name)


def fill(drawing, part: str, out: numpy.ndarray) -> None:
    """Reads one array; ValueError where it is not there any more."""
    if part == SIZES:
        sizes = _sizes(drawing)
        if len(sizes) != len(out):
            raise Changed("strokes came or went while they were read")
        out[:] = sizes
        return
    attribute = _attribute(drawing, part)
    if attribute is None or len(attribute.data) * attributes.LAYOUTS[attribute.data_type].columns != len(out):
        raise Changed(f"{part} changed while it was read")
    out[:] = attributes.read_array(attribute).reshape(-1)


def _sizes(drawing) -> numpy.ndarray:
    if len(drawing.curve_offsets) < 2:  # Blender tells of one, and gives none, where nothing is drawn
        return numpy.zeros(0, "i4")
    offsets = numpy.zeros(len(drawing.curve_offsets), "i4")
    drawing.curve_offsets.foreach_get("value", offsets)
    return numpy.diff(offsets)


def _attribute(drawing, part: str):
    domain, kind, name = attributes.parse_name(part)
    attribute = drawing.attributes.get(name)
    fits = attribute is not None and (attribute.domain, attribute.data_type) == (domain, kind)
    return attribute if fits else None


def write(drawing, arrays: dict[str, numpy.ndarray], gone: list[str], complete: bool, visit) -> None:
    """Writes these arrays, ``complete``: and removes all others. ValueError, and nothing done, if they do not fit."""
    sizes = arrays.get(SIZES)
    if sizes is None and complete:
        sizes = numpy.zeros((0, 1), "i4")
    anew = sizes is not None and not numpy.array_equal(_checked(sizes), _sizes(drawing))
    held = {} if complete else _held(drawing, gone)
    wanted = {**(held if anew else {}), **{name: it for name, it in arrays.items() if name != SIZES}}
    _check(drawing, sizes.reshape(-1) if anew else _sizes(drawing), wanted)
    if anew:
        if len(drawing.curve_offsets) > 1:
            drawing.remove_strokes()
        if len(sizes):
            drawing.add_strokes(sizes=sizes.reshape(-1).tolist())
    surplus = [name for name in _held(drawing, ()) if name not in arrays] if complete else gone
    _write_types(drawing, wanted, CURVE_TYPE in surplus, anew)
    for name in surplus:
        attribute = _attribute(drawing, name) if name not in (SIZES, POSITION, CURVE_TYPE) else None
        if attribute is not None:
            drawing.attributes.remove(attribute)
    for name, array in wanted.items():
        if name != CURVE_TYPE:
            _write_attribute(drawing, name, array, visit)
    drawing.tag_positions_changed()


def _held(drawing, without) -> dict[str, numpy.ndarray]:
    names = [name for name, *_ in parts(drawing, lambda text: None) if name != SIZES and name not in without]
    return {name: attributes.read_array(_attribute(drawing, name)) for name in names}


def _checked(sizes: numpy.ndarray) -> numpy.ndarray:
    if sizes.dtype != numpy.int32 or sizes.ndim != 2 or sizes.shape[1] != 1:
        raise ValueError("the sizes of strokes are whole numbers")
    if len(sizes) and (sizes.min() < 1 or sizes.max() > LARGEST_STROKE):
        raise ValueError("a stroke has at least one point")
    return sizes.reshape(-1)


def _check(drawing, sizes: numpy.ndarray, wanted: dict[str, numpy.ndarray]) -> None:
    """Positions for all points must be there before Blender is asked for so many."""
    rows = {"POINT": int(sizes.sum(dtype=numpy.int64)), "CURVE": len(sizes)}
    if rows["POINT"] and POSITION not in wanted and rows["POINT"] != len(drawing.attributes["position"].data):
        raise ValueError("strokes come with the places of their points")
    for part, array in wanted.items():
        domain, kind, name = attributes.parse_name(part)
        layout = attributes.LAYOUTS.get(kind)
        if layout is None or not _replicated(name):
            raise ValueError(f"{part} cannot be set from outside")
        if array.dtype != numpy.dtype(layout.dtype) or array.shape != (rows.get(domain, -1), layout.columns):
            raise ValueError(f"{part} takes {rows.get(domain)} rows of {layout.columns} {layout.dtype}")
        low, high = LIMITS.get(name, (0, 0))
        if name in LIMITS and len(array) and (array.min() < low or array.max() > high):
            raise ValueError(f"{part} takes {low} to {high}")


def _write_types(drawing, wanted: dict[str, numpy.ndarray], gone: bool, anew: bool) -> None:
    """Sets the strokes' kinds; where they are not told, all are of the first kind. Blender counts the kinds when it
    makes or copies strokes, and does not notice what is written to the attribute afterwards."""
    count = len(drawing.curve_offsets) - 1
    if CURVE_TYPE not in wanted and not gone and not anew:
        return
    if count < 1:
        _write_no_types(drawing, CURVE_TYPE in wanted)
        return
    types = numpy.zeros(count, "i1") if CURVE_TYPE not in wanted else wanted[CURVE_TYPE].reshape(-1)
    held = _attribute(drawing, CURVE_TYPE)
    if held is not None and CURVE_TYPE in wanted:
        if numpy.array_equal(attributes.read_array(held).reshape(-1), types):
            return
    if hasattr(drawing, "set_types"):
        for number in numpy.unique(types).tolist():
            indices = numpy.flatnonzero(types == number).tolist()
            drawing.set_types(type=CURVE_TYPES[number], indices=indices)
        return
    held = held or drawing.attributes.new("curve_type", "INT8", "CURVE")
    attributes.write_array(held, types.reshape(-1, 1))
    drawing.add_strokes(sizes=[1])
    drawing.remove_strokes(indices=[count])
    if CURVE_TYPE not in wanted:
        drawing.attributes.remove(drawing.attributes["curve_type"])


def _write_no_types(drawing, present: bool) -> None:
    """With no strokes there is the attribute, or there is not."""
    held = _attribute(drawing, CURVE_TYPE)
    if present and held is None:
        drawing.attributes.new("curve_type", "INT8", "CURVE")
    elif held is not None and not present:
        drawing.attributes.remove(held)


def _write_attribute(drawing, part: str, array: numpy.ndarray, visit) -> None:
    domain, kind, name = attributes.parse_name(part)
    attribute = _attribute(drawing, part)
    if attribute is None:
        other = drawing.attributes.get(name)
        if other is not None:
            drawing.attributes.remove(other)
        attributes.add(drawing, name, {"domain": domain, "data_type": kind}, visit.context)
        attribute = _attribute(drawing, part)
    if attribute is not None:
        attributes.write_array(attribute, array)
