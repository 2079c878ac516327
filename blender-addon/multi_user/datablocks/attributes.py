"""Geometry attributes (of meshes, and of whatever else has ``.attributes``) as buffers. Main thread only.

Which attributes there are is the ordered list ``attributes`` of the tree; their contents are buffers named
``attr.<domain>.<type>.<name>``. Selections are each artist's own and are left out; what is hidden is data.
Attributes that make up the topology (positions, edges, corners) are the mesh module's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import bpy
import numpy

from ..core.values import Keyed
from . import memory
from .contract import BufferSource, Changed

PREFIX = "attr."
STRING = "STRING"
LONGEST_STRING = 255

REQUIRED = frozenset({"position", ".edge_verts", ".corner_vert", ".corner_edge"})
"""Blender makes these with the geometry; they can be neither added nor removed."""

SELECTIONS = frozenset(
    {
        *(".select_vert", ".select_edge", ".select_poly"),
        *(".uv_select_vert", ".uv_select_edge", ".uv_select_face"),
        *(".selection", ".selection_handle_left", ".selection_handle_right"),
    }
)
SELECTION_PREFIXES = (".vs.", ".es.")  # selection of one UV map's corners and edges, Blender 3.5 to 4.x


@dataclass(frozen=True)
class Layout:
    """How one element of an attribute type lies in its buffer and which RNA property of the element holds it."""

    dtype: str
    columns: int
    property: str


LAYOUTS = {
    "FLOAT": Layout("f4", 1, "value"),
    "INT": Layout("i4", 1, "value"),
    "BOOLEAN": Layout("b1", 1, "value"),
    "INT8": Layout("i1", 1, "value"),
    "INT16_2D": Layout("i2", 2, "value"),
    "INT32_2D": Layout("i4", 2, "value"),
    "FLOAT2": Layout("f4", 2, "vector"),
    "FLOAT_VECTOR": Layout("f4", 3, "vector"),
    "FLOAT4": Layout("f4", 4, "vector"),
    "QUATERNION": Layout("f4", 4, "value"),
    "FLOAT4X4": Layout("f4", 16, "value"),
    "FLOAT_COLOR": Layout("f4", 4, "color"),
    "BYTE_COLOR": Layout("u1", 4, "color_srgb"),  # RNA shows bytes as fractions; the buffer holds the bytes
}


_BYTES = memory.Layout(4, 0, "u1", 4)


def buffer_name(attribute) -> str:
    """The name of this attribute's buffer."""
    return f"{PREFIX}{attribute.domain}.{attribute.data_type}.{attribute.name}"


def parse_name(name: str) -> tuple[str, str, str]:
    """Domain, type and attribute name of a buffer made by buffer_name; ValueError for any other."""
    parts = name.split(".", 3)
    if len(parts) != 4 or parts[0] != "attr":
        raise ValueError(f"{name} is not the buffer of an attribute")
    return parts[1], parts[2], parts[3]


def is_replicated(name: str) -> bool:
    """Whether an attribute with this name belongs to the session rather than to the topology or to one artist."""
    return name not in REQUIRED and name not in SELECTIONS and not name.startswith(SELECTION_PREFIXES)


def replicated(geometry) -> list:
    """The attributes that are replicated, in Blender's order; valid until an attribute is added or removed."""
    return [attribute for attribute in geometry.attributes if is_replicated(attribute.name)]


def read(geometry, context) -> Keyed:
    """The ordered list of attributes: name to domain and type."""
    listed = Keyed()
    for attribute in replicated(geometry):
        if attribute.data_type in LAYOUTS or attribute.data_type == STRING:
            listed[attribute.name] = {"domain": attribute.domain, "data_type": attribute.data_type}
        else:
            context.problem(
                geometry, f"attribute {attribute.name} of type {attribute.data_type} is not supported"
            )
    return listed


def sources(geometry) -> list[BufferSource]:
    """The attributes' buffers, not read yet."""
    found = []
    for attribute in replicated(geometry):
        if attribute.data_type == STRING:
            found.append(_string_source(attribute))
        elif attribute.data_type in LAYOUTS:
            found.append(_source(geometry, attribute))
    return found


def signature(geometry) -> tuple:
    """Changes whenever an attribute comes, goes, is renamed or becomes another type or length."""
    return tuple((a.name, a.domain, a.data_type, len(a.data)) for a in replicated(geometry))


def reconcile(geometry, wanted: Keyed, context) -> None:
    """Makes the list of attributes equal to this one but for the order. New ones hold Blender's zero."""
    for name in [a.name for a in replicated(geometry) if not _is_wanted(a, wanted)]:
        geometry.attributes.remove(geometry.attributes[name])
    for name, kind in wanted.items():
        if geometry.attributes.get(name) is None:
            add(geometry, name, kind, context)


def add(geometry, name: str, kind: dict, context) -> None:
    """Adds one attribute; what Blender refuses is told to the user."""
    if not is_replicated(name):
        raise ValueError(f"attribute {name} cannot be set from outside")
    try:
        attribute = geometry.attributes.new(name, kind["data_type"], kind["domain"])
    except (RuntimeError, TypeError) as error:
        context.problem(geometry, f"attribute {name} cannot be made: {error}")
        return
    if attribute is None:  # up to 4.x Blender merely prints that it refuses
        context.problem(geometry, f"attribute {name} cannot be made: Blender keeps its name for another kind")
        return
    if attribute.name != name:
        attribute.name = name
    if attribute.name != name:
        context.problem(geometry, f"attribute {name} is called {attribute.name} here")


def order(geometry, names: list[str], context) -> None:
    """Puts the attributes in this order, others behind. Blender only appends: late ones are made again."""
    current = [(a.name, a.domain) for a in replicated(geometry)]
    present = dict(current)
    wanted = [name for name in names if name in present] + [n for n, _ in current if n not in set(names)]
    late = _to_append([n for n, _ in current], _listing(wanted, present, current))
    kinds = {a.name: {"domain": a.domain, "data_type": a.data_type} for a in replicated(geometry)}
    arrays = {name: read_array(geometry.attributes[name]) for name in late}
    for name in late:
        attribute = geometry.attributes.get(name)
        if attribute is not None:  # the pins of a UV map may have gone with it
            geometry.attributes.remove(attribute)
    for name in late:
        add(geometry, name, kinds[name], context)
        write_array(geometry.attributes[name], arrays[name])


def _listing(wanted: list[str], domains: dict[str, str], current: list[tuple[str, str]]) -> list[str]:
    """The wanted order as Blender would list it: up to 4.x one domain after the other."""
    if bpy.app.version >= (5, 0, 0):
        return wanted
    in_turn = dict.fromkeys(domain for _, domain in current)
    return [name for domain in in_turn for name in wanted if domains[name] == domain]


def _to_append(current: list[str], wanted: list[str]) -> list[str]:
    """What must be moved to the end, in this order, to turn current into wanted."""
    kept = 0
    for name in current:
        if kept < len(wanted) and name == wanted[kept]:
            kept += 1
    return wanted[kept:]


def _is_wanted(attribute, wanted: Keyed) -> bool:
    kind = wanted.get(attribute.name)
    return kind is not None and (kind["domain"], kind["data_type"]) == (attribute.domain, attribute.data_type)


def read_array(attribute) -> numpy.ndarray:
    """One attribute's contents, shaped (rows, columns)."""
    if attribute.data_type == STRING:
        return _read_strings(attribute)
    layout = LAYOUTS[attribute.data_type]
    array = numpy.empty((len(attribute.data), layout.columns), layout.dtype)
    _fill(attribute, array.reshape(-1))
    return array


def write(geometry, name: str, array: numpy.ndarray, context) -> None:
    """Writes the buffer of this name; ValueError if there is no such attribute or its size is another."""
    domain, data_type, attribute_name = parse_name(name)
    attribute = geometry.attributes.get(attribute_name) if is_replicated(attribute_name) else None
    if attribute is None or (attribute.domain, attribute.data_type) != (domain, data_type):
        raise ValueError(f"there is no attribute for {name}")
    write_array(attribute, array)


def write_array(attribute, array: numpy.ndarray) -> None:
    """Writes one attribute's contents; ValueError if the array does not fit."""
    if len(attribute.data) != len(array):
        raise ValueError(f"attribute {attribute.name} has {len(attribute.data)} elements, not {len(array)}")
    if attribute.data_type == STRING:
        _write_strings(attribute, array)
        return
    layout = LAYOUTS[attribute.data_type]
    check_form(attribute.name, attribute.data_type, array)
    if attribute.data_type == "BYTE_COLOR":
        array = array.astype("f4") / numpy.float32(255)
    attribute.data.foreach_set(layout.property, numpy.ascontiguousarray(array).reshape(-1))


def check_form(name: str, data_type: str, array: numpy.ndarray) -> None:
    """ValueError if an attribute of this type does not have such rows."""
    if data_type == STRING:
        if array.dtype != numpy.uint8 or array.ndim != 2 or not 1 <= array.shape[1] <= LONGEST_STRING + 1:
            raise ValueError(f"attribute {name} takes texts of up to {LONGEST_STRING} bytes")
        return
    layout = LAYOUTS.get(data_type)
    if layout is None:
        raise ValueError(f"attribute {name} is of the unknown type {data_type}")
    if array.ndim != 2 or array.shape[1] != layout.columns or array.dtype != numpy.dtype(layout.dtype):
        raise ValueError(f"attribute {name} takes {layout.columns} columns of {layout.dtype}")


def _source(geometry, attribute) -> BufferSource:
    """An attribute's buffer. The attribute is found anew when it is read: Blender may have freed it by then."""
    name, data_type, count = attribute.name, attribute.data_type, len(attribute.data)
    layout = LAYOUTS[data_type]

    def found():
        attribute = geometry.attributes.get(name)
        if attribute is None or attribute.data_type != data_type or len(attribute.data) != count:
            raise Changed(f"attribute {name} changed while it was read")
        return attribute

    rows = _rows(lambda: found().data, data_type)
    fill = rows.fill if rows is not None else lambda out: _fill(found(), out)
    steps = rows.steps if rows is not None else None
    return BufferSource(buffer_name(attribute), layout.dtype, count, layout.columns, fill, steps=steps)


def _fill(attribute, out: numpy.ndarray) -> None:
    rows = _rows(lambda: attribute.data, attribute.data_type)
    if rows is not None:
        rows.fill(out)
    else:
        attribute.data.foreach_get(LAYOUTS[attribute.data_type].property, out)


def _rows(elements: Callable[[], Any], data_type: str) -> memory.Rows | None:
    """How to take an attribute from memory; None for the rare types that RNA shows otherwise than they lie there."""
    layout = LAYOUTS[data_type]
    if data_type == "BYTE_COLOR":
        return memory.Rows(elements, _BYTES, _told_bytes, _ask_for_bytes)
    if data_type in ("FLOAT4X4", "QUATERNION"):
        return None
    packed = memory.Layout(
        numpy.dtype(layout.dtype).itemsize * layout.columns, 0, layout.dtype, layout.columns
    )
    return memory.Rows(
        elements,
        packed,
        lambda element: getattr(element, layout.property),
        lambda data, out: data.foreach_get(layout.property, out),
    )


def _ask_for_bytes(data, out: numpy.ndarray) -> None:
    shades = numpy.empty(len(out), "f4")
    data.foreach_get("color_srgb", shades)
    numpy.rint(shades * numpy.float32(255), out=out, casting="unsafe")


def _told_bytes(element) -> numpy.ndarray:
    return numpy.rint(numpy.array(element.color_srgb, "f4") * numpy.float32(255))


def _read_strings(attribute) -> numpy.ndarray:
    """Rows of one length byte and the text's bytes, as wide as the longest."""
    texts = [t.encode() if isinstance(t, str) else t for t in (item.value for item in attribute.data)]
    array = numpy.zeros((len(texts), 1 + max(map(len, texts), default=0)), "u1")
    for row, text in zip(array, texts):
        row[0] = len(text)
        row[1 : 1 + len(text)] = numpy.frombuffer(text, "u1")
    return array


def _write_strings(attribute, array: numpy.ndarray) -> None:
    check_form(attribute.name, STRING, array)
    as_text = bool(len(array)) and isinstance(attribute.data[0].value, str)  # bytes since Blender 4
    for item, row in zip(attribute.data, array):
        text = row[1 : 1 + row[0]].tobytes()
        item.value = text.decode(errors="replace") if as_text else text


def _string_source(attribute) -> BufferSource:
    array = _read_strings(attribute)  # its width must be known beforehand; texts are rare

    def fill(out: numpy.ndarray) -> None:
        out[:] = array.reshape(-1)

    return BufferSource(buffer_name(attribute), "u1", *array.shape, fill)
