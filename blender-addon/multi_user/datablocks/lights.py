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


class LightProbeHandler(GenericHandler):
    """All kinds of light probe; a probe's kind never changes."""

    KINDS = {
        "LightProbeSphere": ("SPHERE", "CUBEMAP"),
        "LightProbePlane": ("PLANE", "PLANAR"),
        "LightProbeVolume": ("VOLUME", "GRID"),
        "LightProbe": ("SPHERE", "CUBEMAP"),
    }

    def __init__(self):
        super().__init__("lightprobes", *self.KINDS)

    def create(self, type_name, properties, context):
        kinds = (properties["type"],) if "type" in properties else self.KINDS[type_name]
        for kind in kinds:
            try:
                return bpy.data.lightprobes.new(properties.get("name", "LightProbe"), kind)
            except TypeError:  # this Blender calls the kind by its other name
                continue
        raise ValueError(f"this Blender knows no light probe {kinds}")
