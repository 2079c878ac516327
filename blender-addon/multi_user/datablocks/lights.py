"""Lights and light probes, whose kind is part of their RNA type. Main thread only."""

from __future__ import annotations

import bpy

from .fields import Kind
from .generic import GenericHandler
from .kinds import KindHandler
from .plan import EXTRA_FIELDS


class LightHandler(KindHandler):
    """All kinds of light."""

    def __init__(self):
        super().__init__("lights", "POINT", "PointLight", "SunLight", "SpotLight", "AreaLight", "Light")


EXTRA_FIELDS["LightProbe"] = [Kind("type")]
# What releases call the same kind, and what the function that makes one calls it.
PROBES = (("SPHERE", "CUBEMAP", "CUBE"), ("PLANE", "PLANAR"), ("VOLUME", "GRID"))
PROBE_KINDS = [
    item.identifier
    for item in bpy.types.BlendDataProbes.bl_rna.functions["new"].parameters["type"].enum_items
]


class LightProbeHandler(GenericHandler):
    """All kinds of light probe; a probe's kind never changes."""

    TYPES = {"LightProbe": 0, "LightProbeSphere": 0, "LightProbePlane": 1, "LightProbeVolume": 2}

    def __init__(self):
        super().__init__("lightprobes", *self.TYPES)

    def create(self, type_name, properties, context):
        wanted = properties.get("type", PROBES[self.TYPES[type_name]][0])
        names = next((names for names in PROBES if wanted in names), ())
        kind = next((kind for kind in PROBE_KINDS if kind in names), None)
        if kind is None:
            raise ValueError(f"this Blender knows no light probe {wanted}")
        return bpy.data.lightprobes.new(properties.get("name", "LightProbe"), kind)
