"""Node groups. Main thread only."""

from __future__ import annotations

import bpy

from .generic import GenericHandler


class NodeGroupHandler(GenericHandler):
    """Geometry, shader, compositor and texture node groups."""

    TYPES = ("GeometryNodeTree", "ShaderNodeTree", "CompositorNodeTree", "TextureNodeTree")

    def __init__(self):
        super().__init__("node_groups", *self.TYPES)

    def create(self, type_name, properties, context):
        return bpy.data.node_groups.new(properties.get("name", "NodeGroup"), type_name)
