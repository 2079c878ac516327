"""Rigs that are too big to be read for each edit: what is handed over is as small as the edit, and nothing is missed.

Run: blender -b --factory-startup --python parts_rigs.py
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from capturing import PartsCase, paths  # noqa: E402
from common import run  # noqa: E402

from multi_user.capture.sweep import Sweep  # noqa: E402
from multi_user.core.changes import CaptureKind  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402

BONES = 60


def build_rig():
    """An object with an armature of BONES bones in a row."""
    rig = bpy.data.objects.new("rig", bpy.data.armatures.new("rig"))
    bpy.context.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    in_edit_mode(rig, lambda bones: [bone_at(bones, index) for index in range(BONES)])
    return rig


def bone_at(bones, index: int):
    """Makes a bone."""
    bone = bones.new(f"bone.{index:03}")
    bone.head, bone.tail = (index, 0, 0), (index, 0, 1)
    return bone


def in_edit_mode(rig, edit) -> None:
    """Edits the bones."""
    bpy.ops.object.mode_set(mode="EDIT")
    edit(rig.data.edit_bones)
    bpy.ops.object.mode_set(mode="OBJECT")


class RigTest(PartsCase):
    def setUp(self):
        super().setUp()
        self.thing = build_rig()
        self.pose = self.thing.pose.bones
        self.rig.edit()
        self.thing.data.bones.active = self.thing.data.bones[0]
        self.rig.edit()
        self.look(self.thing)  # the first look knows nothing yet
        self.rig.unsure.clear()

    def test_one_bone_posed_is_one_value(self):
        self.pose["bone.042"].rotation_quaternion = 0.5, 0.5, 0.5, 0.5
        (capture,) = self.of(self.thing, self.rig.edit())
        self.assertIs(capture.kind, CaptureKind.PART)
        bone = ("pose", "bones", "bone.042")
        self.assertEqual([it for it in paths([capture]) if it[:3] == bone], [(*bone, "rotation_quaternion")])
        self.assertLessEqual({it[2] for it in paths([capture])}, {"bone.042", "bone.000"})
        self.assertEqual(self.rig.unsure, [])

    def test_another_rotation_mode_comes_with_its_values(self):
        self.pose["bone.042"].rotation_quaternion = 0.5, 0.5, 0.5, 0.5
        self.rig.edit()
        self.pose["bone.042"].rotation_mode = "XYZ"
        told = paths(self.of(self.thing, self.rig.edit()))
        self.assertIn(("pose", "bones", "bone.042", "rotation_mode"), told)
        self.assertIn(("pose", "bones", "bone.042", "rotation_euler"), told)

    def test_a_constraint_of_the_active_bone_is_seen_at_once(self):
        self.pose["bone.000"].constraints.new("LIMIT_SCALE")
        (capture,) = self.of(self.thing, self.rig.edit())
        told = dict(capture.paths)["pose", "bones", "bone.000"]
        self.assertIn("Limit Scale", told["constraints"])

    def test_a_constraint_of_another_bone_is_found_by_looking(self):
        made = self.pose["bone.042"].constraints.new("LIMIT_SCALE")
        self.rig.edit()
        self.assertIn(self.thing.multi_user_uuid, [it.hex() for it in self.rig.unsure])
        told = [path for path in paths(self.look(self.thing)) if path == ("pose", "bones", "bone.042")]
        self.assertEqual(len(told), 1)
        self.assertEqual(self.look(self.thing), [])
        made.influence = 0.25
        self.assertIn(("pose", "bones", "bone.042"), paths(self.look(self.thing)))

    def test_bones_that_come_and_go_are_named(self):
        in_edit_mode(self.thing, lambda bones: (bones.remove(bones["bone.007"]), bone_at(bones, 99)))
        captures = self.of(self.thing, self.rig.edit())
        self.assertTrue(captures)
        told = {path for it in captures for path, _ in it.paths}
        gone = {path for it in captures for path in it.removed}
        if all(it.kind is CaptureKind.PART for it in captures):
            self.assertIn(("pose", "bones", "bone.099"), told)
            self.assertIn(("pose", "bones", "bone.007"), gone)
        else:
            bones = captures[-1].properties["pose"]["bones"]
            self.assertIn("bone.099", bones)
            self.assertNotIn("bone.007", bones)

    def test_playback_hands_nothing_over(self):
        bone = self.pose["bone.010"]
        for frame in (1, 20):
            bone.location.x = frame
            bone.keyframe_insert("location", frame=frame)
        self.rig.edit()
        for frame in range(2, 8):
            bpy.context.scene.frame_set(frame)
            told = paths(self.of(self.thing, self.rig.edit()))
            self.assertEqual([path for path in told if path[:2] == ("pose", "bones")], [])
        bone.keyframe_delete("location", frame=1)  # so that something was looked at
        self.rig.edit()

    def test_a_driver_is_found_by_looking(self):
        for index in range(50):
            self.pose[index].driver_add("location", 0).driver.expression = "1"
        self.rig.edit()
        self.look(self.thing)
        curve = self.thing.animation_data.drivers[33]
        curve.driver.expression = "2 + frame"
        told = paths(self.of(self.thing, self.look(self.thing)))
        wanted = ("animation_data", "drivers", f"{curve.data_path}[0]")
        self.assertIn(wanted, told)
        self.assertLess(len(told), 12)  # those of one part

    def test_what_drivers_move_explains_nothing(self):
        """Their values follow from something else that changed."""
        for bone in self.pose:
            bone.driver_add("location", 0).driver.expression = "frame * 0"
        bpy.context.view_layer.update()
        self.rig.edit()
        self.look(self.thing)
        self.rig.unsure.clear()
        self.thing.animation_data.drivers[33].driver.expression = "2"
        self.thing.update_tag()
        self.rig.edit()
        self.assertIn(self.thing.multi_user_uuid, [it.hex() for it in self.rig.unsure])


class ArmatureTest(PartsCase):
    def setUp(self):
        super().setUp()
        self.thing = build_rig()
        self.armature = self.thing.data
        self.armature.bones.active = self.armature.bones["bone.000"]
        self.rig.edit()
        self.rig.unsure.clear()

    def test_posing_leaves_it_alone(self):
        self.thing.pose.bones["bone.042"].location = 1, 2, 3
        told = paths(self.of(self.armature, self.rig.edit()))
        self.assertEqual([it for it in told if it[0] == "bones"], [("bones", "bone.000")])
        self.assertEqual(self.rig.unsure, [])

    def test_a_bones_setting_is_seen_at_once(self):
        for edit in (
            lambda bone: setattr(bone, "use_deform", False),
            lambda bone: setattr(bone, "bbone_segments", 5),
            lambda bone: setattr(bone, "inherit_scale", "NONE"),
        ):
            edit(self.armature.bones["bone.042"])
            told = paths(self.of(self.armature, self.rig.edit()))
            self.assertEqual(
                [it for it in told if it[0] == "bones"], [("bones", "bone.000"), ("bones", "bone.042")]
            )


class SweepTest(PartsCase):
    def test_it_waits_until_the_reports_rest(self):
        """A slider that is dragged or a rig that is played back is not read as a whole meanwhile."""
        now, looks = [0.0], []
        thing = build_rig()
        self.rig.edit()
        handler = registry.handler_for(thing)
        sweep = Sweep(
            self.rig.identities,
            lambda it: registry.handler_for(it).parts(it, self.rig.context),
            lambda datablock, hints, part: looks.append((datablock, part)),
            lambda: now[0],
        )
        uuid = self.rig.identities.find(thing)
        for _ in range(20):
            sweep.soon(uuid)
            now[0] += 0.1
            sweep.step()
        self.assertTrue(sweep.owes)
        self.assertNotIn(thing, [it for it, part in looks[:3]])
        looks.clear()
        now[0] += 1.0
        while sweep.owes:
            now[0] += 0.001
            sweep.step()
        self.assertEqual([it for it, _ in looks], [thing] * len(handler.parts(thing, self.rig.context)))
        self.assertEqual([part for _, part in looks], handler.parts(thing, self.rig.context))


if __name__ == "__main__":
    run(RigTest, ArmatureTest, SweepTest)
