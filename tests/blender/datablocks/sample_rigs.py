"""Builds a rig with unusual values: bones, their collections or layers and groups, its pose. Runs in Blender."""

import random

import bpy
from mathutils import Matrix

from .sample_scenes import constraints, disturb, linked

NAMES = ("root", "Ünï ▲", 'quo"ted', "a.b[0]", "x" * 63)


def build() -> bpy.types.Object:
    """A rig of bones in odd places, each of a kind of its own, posed with everything that a pose can hold."""
    random.seed(7)
    rig = linked(bpy.data.objects.new("rig", bpy.data.armatures.new("rig")))
    make_bones(rig, [*NAMES, *(f"bone.{index:03}" for index in range(12))])
    armature = rig.data
    armature.pose_position, armature.display_type = "REST", "BBONE"
    armature.show_names = armature.show_axes = True
    armature.axes_position = 0.4
    for bone in armature.bones:
        disturb(bone, None)
        bone["tag"] = f"of {bone.name}"
    first, second, third = list(armature.bones)[:3]
    first.inherit_scale, first.hide, first.hide_select = "ALIGNED", True, True
    second.bbone_handle_type_start = second.bbone_handle_type_end = "TANGENT"
    second.bbone_custom_handle_start, second.bbone_custom_handle_end = first, third
    layers(armature)
    posed(rig, linked(bpy.data.objects.new("shape", None)))
    driven(rig)
    rig["eyes"] = 0.5
    child = linked(bpy.data.objects.new("held", None))
    child.parent, child.parent_type, child.parent_bone = rig, "BONE", NAMES[2]
    bpy.context.scene.frame_set(1)  # what is animated is so now
    return rig


def driven(rig) -> None:
    """A driver and keys on bones."""
    curve = rig.pose.bones["root"].driver_add("scale", 1)
    variable = curve.driver.variables.new()
    variable.type = "TRANSFORMS"
    variable.targets[0].id, variable.targets[0].bone_target = rig, "bone.011"
    curve.driver.expression = "var + 1.5"
    bone = rig.pose.bones["a.b[0]"]
    for frame in (1, 10):
        bone.location.x = frame / 3
        bone.keyframe_insert("location", frame=frame)
        bone.lock_ik_x = frame > 1
        bone.keyframe_insert("lock_ik_x", frame=frame)
    rig.data.bones["root"].driver_add("bbone_rollin").driver.expression = "0.25"


def make_bones(rig, names) -> None:
    """Bones at random places, many of them another one's child, some connected."""
    layer = bpy.context.view_layer
    layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    made = []
    for index, name in enumerate(names):
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = ([random.uniform(-2, 2) for _ in range(3)] for _ in range(2))
        bone.roll = random.uniform(-4, 4)
        if made and index % 4:
            bone.parent = random.choice(made)
            bone.use_connect = index % 3 == 0
        made.append(bone)
    bpy.ops.object.mode_set(mode="OBJECT")


def layers(armature) -> None:
    """What bones are sorted into: layers, or since Blender 4 collections and colours."""
    bones = list(armature.bones)
    if not hasattr(armature, "collections"):
        armature.layers = [index in (0, 3, 31) for index in range(32)]
        armature.layers_protected = [index == 4 for index in range(32)]
        for index, bone in enumerate(bones):
            bone.layers = [place in (index, 31) for place in range(32)]
        return
    held = [armature.collections.new(name) for name in ("Body", "Hïnd", "Face")]
    inner = armature.collections.new("Inner", parent=held[2])
    armature.collections.new("Innermost", parent=inner).is_visible = False
    armature.collections.new("Beside", parent=held[2]).child_number = 0
    armature.collections.move(2, 0)
    held[1].is_solo, held[0]["why"] = True, "for tests"
    for index, bone in enumerate(bones):
        collections = list(armature.collections_all)
        for place in range(index % 3):
            collections[(index + place) % len(collections)].assign(bone)
    bones[0].color.palette = "THEME03"
    bones[1].color.palette = "CUSTOM"
    bones[1].color.custom.normal = (0.25, 0.5, 0.75)
    bones[1].color.custom.show_colored_constraints = True


def posed(rig, shape) -> None:
    """Every kind of value that a pose holds."""
    pose = rig.pose
    pose.use_mirror_x, pose.ik_solver = True, "ITASC"
    pose.ik_param.damping_max = 0.125
    kinds = pose.bones[0].bl_rna.properties["rotation_mode"].enum_items.keys()
    for index, bone in enumerate(pose.bones):
        disturb(bone, shape)
        bone.rotation_mode = kinds[index % len(kinds)]
        bone.location = (index, 0.1, -0.2)
        bone.scale = (1, 2, 0.3 + index)
        bone.rotation_euler = (0.1 * index, 0.2, 7.5)
        bone.rotation_quaternion = (0.5, 0.1 * index, -0.5, 0.25)
        bone.rotation_axis_angle = (0.1 * index, 0, 1, 0.5)
        bone.lock_location = bone.lock_scale = (True, False, True)
        bone.lock_rotation = (False, True, False)
        bone["number"] = index * 0.5
    first, second = pose.bones[0], pose.bones[1]
    first.custom_shape_transform = second
    first.custom_shape_translation, first.custom_shape_rotation_euler = (1, 2, 3), (0.1, 0.2, 0.3)
    first["matrix"] = [row[:] for row in Matrix.Identity(3)][0]
    constraints(first, rig)
    for constraint in first.constraints:
        if hasattr(constraint, "subtarget"):
            constraint.subtarget = pose.bones[-1].name
    if hasattr(pose, "bone_groups"):
        for name, color in (("Left", "THEME05"), ("Right", "CUSTOM")):
            pose.bone_groups.new(name=name).color_set = color
        pose.bone_groups["Right"].colors.normal = (0.1, 0.2, 0.3)
        first.bone_group, second.bone_group = pose.bone_groups["Right"], pose.bone_groups["Left"]
    else:
        first.color.palette = "CUSTOM"
        first.color.custom.active = (0.3, 0.2, 0.1)
