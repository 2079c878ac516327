"""Makes unusual shape keys for the round-trip test. Runs in Blender; uses nothing of the add-on."""

import random

import bpy
from sample_meshes import grid


def relative() -> None:
    """Values, ranges, muted ones, another basis, a vertex group, drivers and keys; positions other than the basis."""
    mesh, user = grid("Shaped", 5)
    user.vertex_groups.new(name="lips").add((1, 2), 0.5, "REPLACE")
    random.seed(1)
    for name in ("Basis", "smile", "frown", "smile.L"):
        block = user.shape_key_add(name=name, from_mix=False)
        for point in block.data:
            point.co = [value + random.random() for value in point.co]
    blocks = mesh.shape_keys.key_blocks
    blocks["smile"].value = 0.75
    blocks["smile"].vertex_group = "lips"
    blocks["frown"].slider_min, blocks["frown"].slider_max = -2, 3
    blocks["frown"].value = -1.5
    blocks["frown"].mute = True
    blocks["frown"].interpolation = "KEY_CARDINAL"
    blocks["smile.L"].relative_key = blocks["smile"]
    blocks["smile.L"].driver_add("value").driver.expression = "0.125"
    blocks["smile"].keyframe_insert("value", frame=3)
    mesh.vertices[0].co.x = 42
    driven = bpy.data.objects.new("Reads a shape key", None)
    bpy.context.scene.collection.objects.link(driven)
    variable = driven.driver_add("location", 0).driver.variables.new()
    variable.targets[0].id_type = "KEY"
    variable.targets[0].id = mesh.shape_keys
    variable.targets[0].data_path = 'key_blocks["smile"].value'


def others() -> None:
    """Two users of one mesh, a mesh without users, a lattice, and a curve of both kinds of points."""
    mesh, user = grid("Shared shapes", 4)
    second = bpy.data.objects.new("Second user", mesh)
    bpy.context.scene.collection.objects.link(second)
    second.shape_key_add(name="Basis")
    second.shape_key_add(name="b").value = 0.5
    mesh, user = grid("Alone", 3)
    mesh.use_fake_user = True
    user.shape_key_add(name="Basis")
    user.shape_key_add(name="up").data[0].co.z = 7
    bpy.data.objects.remove(user)
    lattice = bpy.data.objects.new("Lattice", bpy.data.lattices.new("Lattice"))
    bpy.context.scene.collection.objects.link(lattice)
    lattice.shape_key_add(name="Basis")
    lattice.shape_key_add(name="bent").data[3].co = (4, 5, 6)
    curve = bpy.data.objects.new("Curve", bpy.data.curves.new("Curve", "CURVE"))
    bpy.context.scene.collection.objects.link(curve)
    curve.data.splines.new("BEZIER").bezier_points.add(2)
    curve.data.splines.new("POLY").points.add(3)
    curve.shape_key_add(name="Basis")
    block = curve.shape_key_add(name="bent")
    block.data[1].handle_left = (1, 2, 3)
    block.data[1].radius = 3
    block.data[5].co = (1, 2, 4)


def build() -> None:
    """All of them in the open file."""
    relative()
    others()
