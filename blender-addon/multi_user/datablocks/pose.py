"""The pose of an armature's object: what each of its bones is set to. Main thread only.

A pose has a bone for each of the armature's, which Blender makes and removes along with it; only their values are told.
"""

from __future__ import annotations

import bpy
from bpy.utils import escape_identifier

from . import parts
from .bones import BoneByName, fit
from .columns import Columns, choices
from .fields import Omitted, Struct
from .keyed import MAKERS, Collection, Named
from .plan import plan_of, special


@special("Object", "pose")
class PoseOfObject(Struct):
    """An armature object's pose; other objects have none."""

    def read(self, owner, visit):
        if owner.pose is None:
            raise Omitted
        return super().read(owner, visit)

    def write(self, owner, value, visit):
        if owner.type == "ARMATURE":
            fit(owner)
        return super().write(owner, value, visit)


@special("Pose", "bones")
class PoseBones(Collection):
    """The pose's bones by name."""

    ordered = False
    rank = 1  # after the groups that they are in

    def keys(self, owner, visit):
        return owner.bones.keys()

    def find(self, owner, key, visit):
        return owner.bones.get(key)

    def make(self, owner, key, tree, visit):
        raise ValueError("the armature has no such bone here")

    def write(self, owner, value, visit):
        changed = False
        for key, tree in value.items():
            changed |= self._put(owner, key, tree, visit)
        return changed

    def remove_at(self, owner, path, visit):
        if len(path) > 1:  # bones go with the armature's
            super().remove_at(owner, path, visit)


@special("PoseBone", "custom_shape_transform")
class PoseBoneByName(BoneByName):
    """Another bone of the pose."""

    def items_of(self, owner):
        return owner.id_data.pose.bones


@special("PoseBone", "bone_group")
class GroupOfBone(BoneByName):
    """The group that a bone is in, by name (before Blender 4)."""

    def items_of(self, owner):
        return owner.id_data.pose.bone_groups


class BoneGroups(Named):
    """A pose's bone groups by name (before Blender 4). Their order cannot be changed, and means nothing."""

    ordered = False

    def __init__(self, name: str):
        super().__init__(name, lambda groups, key, tree: groups.new(name=key))


MAKERS["Pose", "bone_groups"] = BoneGroups


POSED = ("location", "rotation_quaternion", "rotation_euler", "rotation_axis_angle", "scale")


def _likely(bones: parts.LongList, visit, memory: dict) -> parts.Likely:
    """What was posed, and the active bone. At another frame nothing counts as posed: there the animation moved the
    bones, at each artist's own frame."""
    items = bones.owner.bones
    frame = bpy.context.scene.frame_current_final
    now = Columns.of(items, POSED, choices(bpy.types.PoseBone.bl_rna, ("rotation_mode",)))
    then, before = memory.get("posed", (None, None))
    memory["posed"] = frame, now
    changed = now.changed(before)
    if changed is None or then != frame:
        return parts.Likely()
    paths = []
    for index, names in changed.items():
        bone = items[index]
        values = plan_of(bone).read(bone, visit, frozenset(names))
        paths += [((*bones.path, bone.name, name), value) for name, value in values.items()]
    active = bones.owner.id_data.data.bones.active
    driven = {key.rpartition("[")[0] for key in memory[parts.KEYS].get(("animation_data", "drivers"), ())}
    posed = any(f'pose.bones["{escape_identifier(path[-2])}"].{path[-1]}' not in driven for path, _ in paths)
    return parts.Likely((active.name,) if active is not None else (), paths, posed)


parts.LIKELY["pose", "bones"] = _likely
