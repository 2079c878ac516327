"""Reads a mesh's weights as one array. Main thread only; never writes.

RNA offers weights vertex by vertex: 2 s for a million vertices. In memory each vertex has a count and the address of
its pairs of group and weight, so that all are taken at once, in some 20 ms. Where they lie follows from Blender's own
description of its structs (``dna.py``), which is tried once; where it does not hold, and where a mesh has few vertices,
they are asked for one by one.
"""

from __future__ import annotations

import functools
from typing import Iterator

import bmesh
import bpy
import numpy

from . import dna
from .contract import Changed
from .memory import numbers

_MDEFORMVERT = 2  # Blender's number for this kind of layer
_STRUCTS = ("Mesh", "CustomData", "CustomDataLayer", "MDeformVert", "MDeformWeight")
_PAIR_BYTES = 8
_VERTEX_BYTES = 16
_VERTICES_AT_A_TIME = 1 << 15  # whose weights one step reads
_FEW = 64  # vertices for which asking is as fast


def read_weights(mesh) -> numpy.ndarray:
    """All weights as rows of (vertex, group, weight bits), vertex by vertex in the order that Blender holds them."""
    return _taken(*_vertices(mesh)) if _is_in_memory(mesh) else _asked(mesh)


def weights_in_steps(mesh, out: numpy.ndarray) -> Iterator[None]:
    """Reads them into a flat array, those of some thousand vertices at a time; Changed if they change meanwhile.
    Where they lie is asked for anew each time."""
    rows, at, count = out.reshape(-1, 3), 0, len(mesh.vertices)
    step = _VERTICES_AT_A_TIME if _is_in_memory(mesh) else max(count, 1)
    for first in range(0, count, step):
        if len(mesh.vertices) != count:
            raise Changed("the mesh changed while its weights were read")
        part = read_weights(mesh) if step >= count else _taken(*_vertices(mesh, first, first + step))
        if at + len(part) > len(rows):
            raise Changed("the weights changed while they were read")
        part[:, 0] += first
        rows[at : at + len(part)] = part
        at += len(part)
        yield
    if at != len(rows):
        raise Changed("the weights changed while they were read")


def count_weights(mesh) -> int:
    """How many rows ``read_weights`` would give now."""
    if _is_in_memory(mesh):
        return int(_vertices(mesh)[1].sum())
    return sum(len(vertex.groups) for vertex in mesh.vertices)


def _is_in_memory(mesh) -> bool:
    return len(mesh.vertices) > _FEW and _as_described()


def _asked(mesh) -> numpy.ndarray:
    rows = [
        (index, element.group, element.weight)
        for index, vertex in enumerate(mesh.vertices)
        for element in vertex.groups
    ]
    array = numpy.empty((len(rows), 3), "i4")
    if rows:
        vertices, groups, weights = zip(*rows)
        array[:, 0], array[:, 1] = vertices, groups
        array[:, 2] = numpy.array(weights, "f4").view("i4")
    return array


def _vertices(mesh, first: int = 0, end: int | None = None) -> tuple[numpy.ndarray, numpy.ndarray]:
    """For each vertex of a range the address of its pairs, and how many there are."""
    count = min(len(mesh.vertices), len(mesh.vertices) if end is None else end) - first
    address = _layer_at(mesh)
    if not address:
        return numpy.zeros(count, "u8"), numpy.zeros(count, "i4")
    address += first * _VERTEX_BYTES
    return numbers(address, "u8", 2 * count)[::2], numbers(address, "i4", 4 * count)[2::4]


def _taken(pointers: numpy.ndarray, totals: numpy.ndarray) -> numpy.ndarray:
    """The rows of all vertices."""
    used = numpy.flatnonzero(totals)
    pointers, totals = pointers[used], totals[used]
    array = numpy.empty((int(totals.sum()), 3), "i4")
    if not len(array):
        return array
    # One view from the first pair to the last: only what lies at the pointers is touched.
    first = int(pointers.min())
    pairs = numbers(first, "u8", (int(pointers.max()) - first) // _PAIR_BYTES + int(totals.max()))
    places = ((pointers - numpy.uint64(first)) // numpy.uint64(_PAIR_BYTES)).view("i8")
    vertices = used
    if int(totals.max()) > 1:  # else both are right already, and repeating costs as much as all the rest
        places = numpy.repeat(places - numpy.cumsum(totals) + totals, totals) + numpy.arange(len(array))
        vertices = numpy.repeat(used, totals)
    array[:, 0] = vertices
    array[:, 1:] = pairs.take(places).view("i4").reshape(-1, 2)
    return array


def _layer_at(mesh) -> int:
    """Where the vertices' addresses and counts begin; 0 for a mesh without weights."""
    structs = dna.structs(*_STRUCTS)
    layer = structs["CustomDataLayer"]
    place = mesh.as_pointer() + structs["Mesh"].offsets["vdata"]
    data = structs["CustomData"].offsets
    count = int(numbers(place + data["totlayer"], "i4", 1)[0])
    first = int(numbers(place + data["layers"], "u8", 1)[0])
    for at in range(first, first + count * layer.size, layer.size):
        if numbers(at + layer.offsets["type"], "i4", 1)[0] == _MDEFORMVERT:
            return int(numbers(at + layer.offsets["data"], "u8", 1)[0])
    return 0


def _is_as_expected() -> bool:
    """Whether the description has what is read here, in the form in which it is read."""
    structs = dna.structs(*_STRUCTS)
    if structs.keys() != set(_STRUCTS) or "vdata" not in structs["Mesh"].offsets:
        return False
    vertex, pair = structs["MDeformVert"], structs["MDeformWeight"]
    holds = vertex.offsets.get("dw"), vertex.offsets.get("totweight"), vertex.size
    weighs = pair.offsets.get("def_nr"), pair.offsets.get("weight"), pair.size
    return holds == (0, 8, _VERTEX_BYTES) and weighs == (0, 4, _PAIR_BYTES)


@functools.cache
def _as_described() -> bool:
    """Whether this Blender keeps weights as its description says: tried on a small mesh that is made for it. Asking RNA
    for those of an artist's mesh would make Blender copy all weights that it shares with the one that is shown.
    """
    if not _is_as_expected():
        return False
    mesh = bpy.data.meshes.new("multi_user_temporary")
    made = bmesh.new()
    try:
        layer = made.verts.layers.deform.verify()
        for held in ({}, {2: 0.25, 0: 1.0}, {1: 0.5}):
            vertex = made.verts.new((0, 0, 0))
            for group, weight in held.items():
                vertex[layer][group] = weight
        made.to_mesh(mesh)
        asked = _asked(mesh)  # first, for asking may move them
        return numpy.array_equal(_taken(*_vertices(mesh)), asked)
    finally:
        made.free()
        bpy.data.meshes.remove(mesh)
