"""What Blender shows to Python of annotations only to be read, or not at all, in its memory. Main thread only.

Where it lies says this Blender's own description of its structs (``dna.py``). What RNA shows as well is compared with
that whenever something is written.
"""

from __future__ import annotations

import ctypes

import bpy
import numpy

from . import dna
from .fields import Field

_STRUCTS = ("bGPdata", "bGPdata_Runtime", "bGPDlayer", "bGPDstroke", "bGPDspoint")
_PEN = ("pressure", "strength")
_ANNOTATION, _RULER = 1, 1 << 14


class Mark(Field):
    """A property that RNA shows and does not set: one bit of a number."""

    rank = -1  # Blender makes layers of annotations in another way than those of drawings

    def __init__(self, name: str, struct: str, kind: type, bit: int):
        super().__init__(name)
        self._struct = struct
        self._kind = kind
        self._bit = bit

    def assign(self, owner, value):
        if not isinstance(value, bool):
            raise TypeError("it is either true or false")
        number = _number(owner, self._kind, self._struct)
        before = number.value
        number.value = before | self._bit if value else before & ~self._bit
        if getattr(owner, self.name) != value:
            number.value = before
            raise ValueError("this Blender keeps it where it was not found")


def annotation_mark(name: str) -> Mark:
    """That grease pencil is an annotation."""
    return Mark(name, "bGPdata", ctypes.c_uint32, _ANNOTATION)


def ruler_mark(name: str) -> Mark:
    """That a layer is what was measured."""
    return Mark(name, "bGPDlayer", ctypes.c_uint16, _RULER)


class Thickness(Field):
    """A layer's thickness. A script's new layers may have none, which RNA does not take."""

    def assign(self, owner, value):
        super().assign(owner, value)
        number = _number(owner, ctypes.c_int16, "bGPDlayer", self.name)
        if value == 0 and number.value == owner.thickness:
            number.value = 0


def mark_annotation(datablock) -> None:
    """Does what Blender's tools do with an annotation and Python does not, and what tells how new layers look."""
    _number(datablock, ctypes.c_uint32, "bGPdata").value |= _ANNOTATION


def _number(owner, kind: type, struct: str, name: str = "flag"):
    """A number in memory."""
    return kind.from_address(owner.as_pointer() + dna.structs(*_STRUCTS)[struct].offsets[name])


def is_being_drawn(datablock) -> bool:
    """Whether the artist is in the midst of a stroke of an annotation."""
    known = dna.structs(*_STRUCTS)
    place = known["bGPdata"].offsets["runtime"] + known["bGPdata_Runtime"].offsets["sbuffer_used"]
    return ctypes.c_int32.from_address(datablock.as_pointer() + place).value > 0


def modes() -> dict[int, str]:
    """How strokes of annotations can lie in space, by Blender's numbers. 0: as they stick to the window, for which RNA
    has no name."""
    items = bpy.types.AnnotationStroke.bl_rna.properties["display_mode"].enum_items
    return {0: "", **{item.value: item.identifier for item in items}}


def mode_of(stroke) -> int:
    """How a stroke lies in space; RNA would write a warning to the console for 0."""
    return _mode(stroke).value & sum(modes())


def set_mode(stroke, mode: int) -> None:
    """Has a stroke lie in space like that."""
    number, name = _mode(stroke), modes()[mode]
    if name:
        stroke.display_mode = name
    elif modes()[mode_of(stroke)] == stroke.display_mode:
        number.value &= ~sum(modes())


def _mode(stroke):
    return _number(stroke, ctypes.c_uint16, "bGPDstroke")


def pens(points, places: numpy.ndarray) -> numpy.ndarray | None:
    """How hard the pen was pressed and how strongly it drew at each of these points, which are at ``places``: rows in
    Blender's memory, to be written too, until points come or go. None where memory holds others."""
    known = dna.structs(*_STRUCTS)["bGPDspoint"]
    count, width = len(points), known.size // 4
    if not count or points[count - 1].as_pointer() - points[0].as_pointer() != (count - 1) * known.size:
        return None
    held = (ctypes.c_float * (count * width)).from_address(points[0].as_pointer())
    rows = numpy.ctypeslib.as_array(held).reshape(count, width)
    x, pressure, strength = (known.offsets[name] // 4 for name in ("x", *_PEN))
    if rows[:, x : x + 3].tobytes() != places.tobytes() or strength != pressure + 1:
        return None
    return rows[:, pressure : pressure + 2]
