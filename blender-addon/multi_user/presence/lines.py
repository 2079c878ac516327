"""The lines of the overlay: viewpoints and boxes around what is selected, a draw call for all of each. Main thread
only; Blender calls it while drawing."""

from __future__ import annotations

from typing import Any

import bpy
import gpu
import numpy
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix

_SHADER = "POLYLINE_SMOOTH_COLOR" if bpy.app.version >= (4, 0, 0) else "3D_POLYLINE_SMOOTH_COLOR"
_LINE_PIXELS = 1.6
# A viewpoint: its eye, the corners of what it looks at, and a mark that shows where its top is.
_CORNERS = [(0, 0, 0), (-0.5, -0.3, -1), (0.5, -0.3, -1), (0.5, 0.3, -1), (-0.5, 0.3, -1)]
_TOP = [(-0.2, 0.36, -1), (0.2, 0.36, -1), (0, 0.6, -1)]
_EDGES = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (4, 1), (5, 6), (6, 7), (7, 5)]
_BOX_EDGES = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7)]
FRUSTUM = numpy.array([(_CORNERS + _TOP)[end] for edge in _EDGES for end in edge], numpy.float32)
BOX = numpy.array([end for edge in _BOX_EDGES for end in edge])
# In the order of Blender's bound boxes.
_CUBE = [(x, y, z) for x, y, z in ((-1, -1, -1), (-1, -1, 1), (-1, 1, 1), (-1, 1, -1))]
_CUBE += [(1, y, z) for _, y, z in _CUBE]
CUBE = numpy.array(_CUBE, numpy.float32)
_DEEPEST_INSTANCE = 4
_NO_SIZE = 0.3  # half of the box around what has none of its own, as a lamp, in its own units


class Boxes:
    """Boxes of objects in the world; ``most`` is how many objects may be looked at, those within instanced collections
    included, so that drawing never takes long."""

    def __init__(self, most: int):
        self._left = most
        self._locals: list[Any] = []
        self._matrices: list[Matrix] = []

    def add(self, thing: Any) -> bool:
        """Adds the box around an object; False if no more are looked at."""
        if self._left <= 0:
            return False
        self._left -= 1
        self._locals.append(self._local(thing, 0))
        self._matrices.append(thing.matrix_world)
        return True

    def corners(self) -> numpy.ndarray:
        """The corners of all in the order in which they were added, in the world: boxes × 8 × 3."""
        return _moved(self._locals, self._matrices)

    def _local(self, thing: Any, depth: int) -> Any:
        if thing.instance_type == "COLLECTION" and thing.instance_collection is not None:
            contents = self._contents(thing, depth)
            if len(contents):
                low, high = contents.min(axis=(0, 1)), contents.max(axis=(0, 1))
                return (low + high) / 2 + CUBE * ((high - low) / 2)
        corners = [tuple(corner) for corner in thing.bound_box]
        if corners[0] != corners[6]:
            return corners
        return CUBE * (thing.empty_display_size if thing.type == "EMPTY" else _NO_SIZE)

    def _contents(self, thing: Any, depth: int) -> numpy.ndarray:
        """The corners of what a collection instance shows, in the instance's own space: boxes × 8 × 3."""
        collection = thing.instance_collection
        place = Matrix.Translation(-collection.instance_offset)
        found, matrices = [], []
        for one in collection.all_objects:
            if self._left <= 0 or depth >= _DEEPEST_INSTANCE:
                break
            self._left -= 1
            if not one.hide_viewport:
                found.append(self._local(one, depth + 1))
                matrices.append(place @ one.matrix_world)
        return _moved(found, matrices)


def _moved(boxes: list[Any], matrices: list[Matrix]) -> numpy.ndarray:
    """Places, as many in each box, from each box's space to that which its matrix leads to."""
    if not boxes:
        return numpy.empty((0, 8, 3), numpy.float32)
    values = numpy.array([[tuple(row) for row in matrix] for matrix in matrices], numpy.float32)
    corners = numpy.array(boxes, numpy.float32)
    return corners @ values[:, :3, :3].transpose(0, 2, 1) + values[:, None, :3, 3]


def frusta(poses: list[Any], sizes: list[float]) -> numpy.ndarray:
    """The ends of the lines that show viewpoints: viewpoints × ends × 3."""
    turns = numpy.array([[tuple(row) for row in it.rotation.to_matrix()] for it in poses], numpy.float32)
    eyes = numpy.array([tuple(it.eye) for it in poses], numpy.float32)
    scaled = FRUSTUM * numpy.array(sizes, numpy.float32)[:, None, None]
    return scaled @ turns.transpose(0, 2, 1) + eyes[:, None]


def batch(ends: numpy.ndarray, colours: list[tuple[float, float, float, float]]) -> Any:
    """Lines for ``draw``: things × ends × 3, with a colour for each thing."""
    each = numpy.repeat(numpy.array(colours, numpy.float32), ends.shape[1], axis=0)
    return batch_for_shader(_shader(), "LINES", {"pos": ends.reshape(-1, 3), "color": each})


def draw(batches: list[Any]) -> None:
    """Draws them into the view that Blender draws."""
    if not batches:
        return
    shader, region = _shader(), bpy.context.region
    gpu.state.blend_set("ALPHA")
    try:
        shader.bind()
        shader.uniform_float("viewportSize", (region.width, region.height))
        shader.uniform_float("lineWidth", _LINE_PIXELS * bpy.context.preferences.system.ui_scale)
        for one in batches:
            one.draw(shader)
    finally:
        gpu.state.blend_set("NONE")


def _shader() -> Any:
    return gpu.shader.from_builtin(_SHADER)
