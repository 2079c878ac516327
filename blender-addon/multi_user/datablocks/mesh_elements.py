"""A mesh's dense arrays that are no attributes in the running Blender: topology, and what older ones keep apart.

Main thread only. Every array is an ``Element``; which of them a mesh has now is said by ``present``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import bmesh
import bpy
import numpy

from .contract import BufferSource, Changed
from .memory import Layout, Rows

LEGACY = bpy.app.version < (4, 0, 0)  # seams, creases and the like are flags and layers, not attributes
SEPARATE_UV = bpy.app.version < (3, 5, 0)  # UV maps are no attributes


@dataclass(frozen=True)
class Element:
    """One array: ``rows(mesh)`` is the RNA collection of its elements, ``property`` what to take of each.

    ``layout`` says how it lies in memory, where reading it through RNA is slow. ``seldom``: see ``BufferSource``.
    """

    name: str
    dtype: str
    columns: int
    rows: Callable
    property: str
    present: Callable = lambda mesh: True
    layout: Layout | None = None
    seldom: bool = False

    def source(self, mesh) -> BufferSource:
        """The buffer, not read yet."""
        rows = self._in_memory(mesh)
        return BufferSource(
            self.name,
            self.dtype,
            len(self.rows(mesh)),
            self.columns,
            lambda out: self.fill(mesh, out),
            self.seldom,
            None if rows is None else rows.steps,
        )

    def fill(self, mesh, out: numpy.ndarray) -> None:
        """Reads into a flat array."""
        in_memory, rows = self._in_memory(mesh), self.rows(mesh)
        if in_memory is not None:
            in_memory.fill(out)
        elif len(rows) * self.columns != len(out):
            raise Changed(f"{self.name} changed while it was read")
        elif len(out):
            self._ask(rows, out)

    def _in_memory(self, mesh) -> Rows | None:
        return self.layout and Rows(lambda: self.rows(mesh), self.layout, self._told, self._ask)

    def _ask(self, rows, out: numpy.ndarray) -> None:
        rows.foreach_get(self.property, out)

    def _told(self, element):
        return getattr(element, self.property)

    def write(self, mesh, array: numpy.ndarray) -> None:
        """Writes all rows; ValueError if the array does not fit."""
        rows = self.rows(mesh)
        if array.dtype != numpy.dtype(self.dtype) or array.shape != (len(rows), self.columns):
            raise ValueError(f"{self.name} takes {len(rows)} rows of {self.columns} {self.dtype}")
        if len(array):
            rows.foreach_set(self.property, numpy.ascontiguousarray(array).reshape(-1))


def _attribute(name: str) -> Callable:
    def rows(mesh):
        attribute = mesh.attributes.get(name)
        return (
            () if attribute is None else attribute.data
        )  # a mesh without corners has not even the attribute

    return rows


def _layer(collection: str) -> Callable:
    return lambda mesh: getattr(mesh, collection)[0].data if len(getattr(mesh, collection)) else ()


def _has(collection: str) -> Callable:
    return lambda mesh: len(getattr(mesh, collection, ())) > 0


def _vertices(mesh):
    return mesh.vertices


def _edges(mesh):
    return mesh.edges


def _corners(mesh):
    return mesh.loops


def _faces(mesh):
    return mesh.polygons


if LEGACY:
    POSITION = Element("vert.position", "f4", 3, _vertices, "co", layout=Layout(16, 0, "f4", 3))
    TOPOLOGY = (
        Element("edge.verts", "i4", 2, _edges, "vertices", layout=Layout(12, 0, "i4", 2)),
        Element("corner.vert", "i4", 1, _corners, "vertex_index", layout=Layout(8, 0, "i4")),
        Element("corner.edge", "i4", 1, _corners, "edge_index", layout=Layout(8, 4, "i4")),
        Element("face.offset", "i4", 1, _faces, "loop_start", layout=Layout(12, 0, "i4")),
        Element("face.size", "i4", 1, _faces, "loop_total", layout=Layout(12, 4, "i4")),
    )
else:
    POSITION = Element("vert.position", "f4", 3, _attribute("position"), "vector")
    TOPOLOGY = (
        Element("edge.verts", "i4", 2, _attribute(".edge_verts"), "value"),
        Element("corner.vert", "i4", 1, _attribute(".corner_vert"), "value"),
        Element("corner.edge", "i4", 1, _attribute(".corner_edge"), "value"),
        Element("face.offset", "i4", 1, _faces, "loop_start", layout=Layout(4, 0, "i4")),
    )

_LEGACY_FLAGS = (
    Element("edge.seam", "b1", 1, _edges, "use_seam", layout=Layout(12, 10, "i2", mask=1 << 2)),
    Element("edge.sharp", "b1", 1, _edges, "use_edge_sharp", layout=Layout(12, 10, "i2", mask=1 << 9)),
    Element("face.smooth", "b1", 1, _faces, "use_smooth", layout=Layout(12, 10, "u1", mask=1)),
    Element(
        "vert.bevel_weight", "f4", 1, _vertices, "bevel_weight", lambda mesh: mesh.has_bevel_weight_vertex
    ),
    Element("edge.bevel_weight", "f4", 1, _edges, "bevel_weight", lambda mesh: mesh.has_bevel_weight_edge),
    Element("edge.crease", "f4", 1, _edges, "crease", lambda mesh: mesh.has_crease_edge),
    Element("vert.crease", "f4", 1, _layer("vertex_creases"), "value", _has("vertex_creases")),
    Element("vert.paint_mask", "f4", 1, _layer("vertex_paint_masks"), "value", _has("vertex_paint_masks")),
    Element("face.map", "i4", 1, _layer("face_maps"), "value", _has("face_maps")),
)
_FREESTYLE = (
    Element("edge.freestyle", "b1", 1, _edges, "use_freestyle_mark", seldom=True),
    Element("face.freestyle", "b1", 1, _faces, "use_freestyle_mark", seldom=True),
)
_SKIN = (
    Element("vert.skin_radius", "f4", 2, _layer("skin_vertices"), "radius", _has("skin_vertices")),
    Element("vert.skin_root", "b1", 1, _layer("skin_vertices"), "use_root", _has("skin_vertices")),
    Element("vert.skin_loose", "b1", 1, _layer("skin_vertices"), "use_loose", _has("skin_vertices")),
)

OTHERS: dict[str, Element] = {
    element.name: element
    for element in (
        *(_LEGACY_FLAGS if LEGACY else ()),
        *(_FREESTYLE if "use_freestyle_mark" in bpy.types.MeshEdge.bl_rna.properties else ()),
        *_SKIN,
    )
}

# Layers that only BMesh can make: buffer name -> how, from the BMesh.
_MAKERS = {
    "vert.skin_radius": lambda made: made.verts.layers.skin,
    "vert.crease": lambda made: made.verts.layers.crease,
    "vert.paint_mask": lambda made: made.verts.layers.paint_mask,
    "face.map": lambda made: made.faces.layers.face_map,
}


def missing_layers(mesh, names) -> list[str]:
    """Those of the named buffers for which the mesh has no layer yet and that need one."""
    return [name for name in names if name in _MAKERS and name in OTHERS and not OTHERS[name].present(mesh)]


def make_layers(mesh, names) -> None:
    """Makes the layers of these buffers. Best on an empty mesh: BMesh takes the whole mesh in and out."""
    made = bmesh.new()
    try:
        made.from_mesh(mesh)
        for name in names:
            _MAKERS[name](made).verify()
        made.to_mesh(mesh)
    finally:
        made.free()


def check_topology(counts: tuple[int, int, int, int], buffers: dict[str, numpy.ndarray]) -> None:
    """Raises ValueError where these arrays would let Blender read beyond its own: peers are not trusted."""
    vertices, edges, corners, faces = counts
    expected = {
        "edge.verts": (edges, vertices),
        "corner.vert": (corners, vertices),
        "corner.edge": (corners, edges),
    }
    for name, (rows, limit) in expected.items():
        array = buffers.get(name)
        if array is None or array.dtype != numpy.int32 or len(array) != rows:
            raise ValueError(f"{name} is missing or has another size")
        if rows and (array.min() < 0 or array.max() >= limit):
            raise ValueError(f"{name} points outside the mesh")
    offsets = buffers.get("face.offset")
    if offsets is None or offsets.shape != (faces, 1) or offsets.dtype != numpy.int32:
        raise ValueError("face.offset is missing or has another size")
    sizes = buffers.get("face.size") if LEGACY else numpy.diff(offsets[:, 0], append=corners).reshape(-1, 1)
    if sizes is None or sizes.shape != (faces, 1):
        raise ValueError("face.size is missing or has another size")
    if faces and (offsets.min() < 0 or sizes.min() < 1 or (offsets.astype("i8") + sizes).max() > corners):
        raise ValueError("faces reach outside the mesh")
    if not LEGACY and faces and offsets[0, 0] != 0 or (not LEGACY and not faces and corners):
        raise ValueError("faces do not use all corners")
