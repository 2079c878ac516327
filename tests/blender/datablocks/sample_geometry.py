"""Hair curves, point clouds and volumes with unusual values, as far as Blender lets them be made. Runs in Blender."""

import bpy
import numpy
from mesh.sample_meshes import available_types, fill_attribute

NAN = float("nan")


def build(surface, linked) -> None:
    """One of each; ``surface`` is an object that hair can grow on, ``linked`` puts an object into the scene."""
    for data in (hair(surface), kinds_of_curves(), points(), volume()):
        if data is not None:
            linked(bpy.data.objects.new(data.name, data))
    bpy.data.hair_curves.new("bald").use_fake_user = True
    bpy.data.pointclouds.new("no points").use_fake_user = True


def hair(surface):
    """Curves of different lengths with every type of attribute on both domains."""
    data = bpy.data.hair_curves.new("Häir")
    data.surface, data.surface_uv_map, data.use_mirror_x = surface, "UV map", True
    data.materials.append(None)
    data.materials.append(bpy.data.materials.new("hair"))
    if not hasattr(data, "add_curves"):
        return data
    data.add_curves([3, 1, 7, 2])
    _spread(data, 13)
    data.attributes["position"].data[4].vector = (NAN, float("inf"), -3.4e38)
    _every_attribute(data, ("POINT", "CURVE"))
    data.attributes.new("radius", "FLOAT", "POINT").data[5].value = 0.25
    data.attributes.new("surface_uv_coordinate", "FLOAT2", "CURVE").data[1].vector = (0.5, 0.25)
    data.attributes.new(".selection", "BOOLEAN", "CURVE")
    return data


def kinds_of_curves():
    """A curve of each kind."""
    data = bpy.data.hair_curves.new("kinds of curves")
    if not hasattr(data, "add_curves"):
        return data
    data.add_curves([4, 5, 6, 7])
    _spread(data, 22)
    for side in ("left", "right"):
        data.attributes.new(f"handle_{side}", "FLOAT_VECTOR", "POINT").data[3].vector = (1, 2, 3)
        data.attributes.new(f"handle_type_{side}", "INT8", "POINT").data[3].value = 2
    for name, kind, values in (
        ("curve_type", "INT8", (0, 1, 2, 3)),
        ("cyclic", "BOOLEAN", (True, False, True, False)),
        ("resolution", "INT", (1, 12, 3, 9)),
        ("nurbs_order", "INT8", (4, 4, 4, 5)),
        ("knots_mode", "INT8", (0, 0, 0, 2)),
        ("normal_mode", "INT8", (0, 1, 0, 2)),
    ):
        data.attributes.new(name, kind, "CURVE").data.foreach_set("value", values)
    data.add_curves([1])  # Blender looks at the kinds again where curves come or go
    data.remove_curves(indices=[4])
    return data


def points():
    """A point cloud with every type of attribute."""
    data = bpy.data.pointclouds.new("Pünkte")
    data.materials.append(bpy.data.materials.new("dust"))
    if hasattr(data, "resize"):
        data.resize(9)
        _spread(data, 9)
        _every_attribute(data, ("POINT",))
        data.attributes.new("radius", "FLOAT", "POINT").data[5].value = 0.25
    return data


def volume():
    """A volume's settings."""
    data = bpy.data.volumes.new("Wölke")
    data.display.density, data.render.step_size, data.velocity_scale = 0.3, 0.7, 2.5
    data.frame_offset, data.is_sequence, data.velocity_grid = 4, True, "v"
    return data


def _spread(data, count: int) -> None:
    values = numpy.random.default_rng(7).random(3 * count).astype("f4")
    data.attributes["position"].data.foreach_set("vector", values)


def _every_attribute(data, domains) -> None:
    dice = numpy.random.default_rng(8)
    for kind in available_types():
        for domain in domains:
            name = data.attributes.new(f"{kind} on.{domain}", kind, domain).name
            fill_attribute(data.attributes[name], dice)
