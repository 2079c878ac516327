"""Point clouds: any number of points with attributes. Main thread only.

Python gives a point cloud its number of points from Blender 5.2 on; before that nobody can be given the points.
"""

from __future__ import annotations

import bpy
import numpy

from .contract import BufferSource
from .geometry import LARGEST_COUNT, GeometryAttributes, GeometryHandler
from .plan import special

COUNT = "point.count"
MAKEABLE = "resize" in bpy.types.PointCloud.bl_rna.functions


class PointCloudHandler(GeometryHandler):
    """Replicates point clouds."""

    structure = COUNT
    topology = (COUNT,)
    elements = "points"
    makeable = MAKEABLE

    def __init__(self):
        super().__init__("pointclouds", "PointCloud")

    def structure_source(self, datablock) -> BufferSource:
        def fill(out: numpy.ndarray) -> None:
            out[0] = len(datablock.points)

        return BufferSource(COUNT, "i4", 1, 1, fill)

    def rows(self, structure: numpy.ndarray) -> dict[str, int]:
        if structure.dtype != numpy.int32 or structure.shape != (1, 1):
            raise ValueError("a point cloud has one number of points")
        count = int(structure[0, 0])
        if not 0 <= count <= LARGEST_COUNT:
            raise ValueError(f"a point cloud cannot have {count} points")
        return {"POINT": count}

    def has_structure(self, datablock, buffers: dict) -> bool:
        return len(datablock.points) == buffers[COUNT][0, 0]

    def restructure(self, datablock, buffers: dict) -> None:
        datablock.resize(int(buffers[COUNT][0, 0]))


special("PointCloud", "attributes")(lambda name: GeometryAttributes(name, MAKEABLE))
