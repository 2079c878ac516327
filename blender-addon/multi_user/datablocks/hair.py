"""Hair curves: curves of any number of points with attributes. Main thread only.

Python makes curves from Blender 4.3 on; before that nobody can be given them. What kind a curve is stands in an
attribute of which Blender keeps a summary, which writing the attribute does not bring up to date: it then reads
beyond its arrays. So the kinds count as topology, and are followed by what makes Blender count anew.
"""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy

from . import attributes
from .contract import BufferSource
from .geometry import LARGEST_COUNT, GeometryAttributes, GeometryHandler
from .plan import special

SIZES = "curve.size"
KIND = "curve_type"
KINDS = f"{attributes.PREFIX}CURVE.INT8.{KIND}"
MAKEABLE = "add_curves" in bpy.types.Curves.bl_rna.functions

LIMITS = {
    KINDS: (0, 3),
    "attr.CURVE.INT.resolution": (1, 1 << 16),
    "attr.CURVE.INT8.nurbs_order": (1, 127),
    "attr.CURVE.INT8.knots_mode": (0, 3),  # 4 stands for knots of their own, which Python is not shown
    "attr.CURVE.INT8.normal_mode": (0, 2),
    "attr.POINT.INT8.handle_type_left": (0, 3),
    "attr.POINT.INT8.handle_type_right": (0, 3),
}
"""Buffers in which Blender relies on numbers from the first to the second, or reads and writes beyond its memory."""


class HairHandler(GeometryHandler):
    """Replicates hair curves."""

    structure = SIZES
    topology = (SIZES, KINDS)
    elements = "curves"
    makeable = MAKEABLE

    def __init__(self):
        super().__init__("hair_curves", "Curves")

    def structure_source(self, datablock) -> BufferSource:
        return BufferSource(SIZES, "i4", len(datablock.curves), 1, lambda out: _read_sizes(datablock, out))

    def sources(self, datablock, context) -> list[BufferSource]:
        return [_within_limits(datablock, it, context) for it in super().sources(datablock, context)]

    def rows(self, structure: numpy.ndarray) -> dict[str, int]:
        if structure.dtype != numpy.int32 or structure.ndim != 2 or structure.shape[1] != 1:
            raise ValueError("each curve has one number of points")
        points = int(structure.sum(dtype="i8"))
        if len(structure) and structure.min() < 1 or points > LARGEST_COUNT:
            raise ValueError("a curve has too few or too many points")
        return {"POINT": points, "CURVE": len(structure)}

    def check_values(self, name: str, array: numpy.ndarray) -> None:
        if name in LIMITS and array.size:
            least, most = LIMITS[name]
            if not (array.min() >= least and array.max() <= most):
                raise ValueError(f"{name} is not between {least} and {most}")

    def has_structure(self, datablock, buffers: dict) -> bool:
        sizes = buffers[SIZES]
        if len(sizes) != len(datablock.curves):
            return False
        held = numpy.empty(len(sizes), "i4")
        _read_sizes(datablock, held)
        kinds = datablock.attributes.get(KIND)
        held_kinds = None if kinds is None else attributes.read_array(kinds)
        return numpy.array_equal(held, sizes[:, 0]) and _same(held_kinds, buffers.get(KINDS))

    def restructure(self, datablock, buffers: dict) -> None:
        """All curves anew. Blender drops and reorders attributes, so their list has to be written after this."""
        sizes, kinds = buffers[SIZES][:, 0], buffers.get(KINDS)
        if len(datablock.curves):
            datablock.remove_curves()
        held = datablock.attributes.get(KIND)
        if held is not None:
            datablock.attributes.remove(held)
        if not len(sizes):
            return
        datablock.add_curves(sizes.tolist())
        if kinds is not None:
            attributes.write_array(datablock.attributes.new(KIND, "INT8", "CURVE"), kinds)
            datablock.add_curves([1])
            datablock.remove_curves(indices=[len(sizes)])


def _read_sizes(datablock, out: numpy.ndarray) -> None:
    if not len(out):
        return  # without curves there may be no offset at all
    offsets = numpy.empty(len(out) + 1, "i4")
    datablock.curve_offset_data.foreach_get("value", offsets)
    numpy.subtract(offsets[1:], offsets[:-1], out=out)


def _same(left: numpy.ndarray | None, right: numpy.ndarray | None) -> bool:
    return left is right if left is None or right is None else numpy.array_equal(left, right)


def _within_limits(datablock, source: BufferSource, context) -> BufferSource:
    """The same buffer with nothing in it that others would have to refuse; the artist is told."""
    if source.name not in LIMITS:
        return source

    def fill(out: numpy.ndarray) -> None:
        source.fill(out)
        held = out.copy()
        numpy.clip(held, *LIMITS[source.name], out=out)
        if not numpy.array_equal(held, out):
            name = attributes.parse_name(source.name)[2]
            context.problem(datablock, f"attribute {name} holds numbers that others cannot be given")

    return replace(source, fill=fill)


special("Curves", "attributes")(lambda name: GeometryAttributes(name, MAKEABLE))
