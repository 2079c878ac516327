"""Rigs: a teammate's armature and pose are the artist's own, after every edit, also where both edit at once."""

from __future__ import annotations

import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import turns  # noqa: E402
from harness.member import Member, to_same_frame, wait_equal, wait_settled  # noqa: E402
from harness.processes import wait_until  # noqa: E402

BUILD = """
from datablocks import sample_rigs
bpy.ops.wm.read_homefile(use_empty=True)
rig = sample_rigs.build()
rig.data.pose_position = 'POSE'
mesh = bpy.data.meshes.new('skin')
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
skin = bpy.data.objects.new('skin', mesh)
bpy.context.scene.collection.objects.link(skin)
skin.vertex_groups.new(name='bone.003').add([0, 2], 0.5, 'REPLACE')
skin.modifiers.new('Armature', 'ARMATURE').object = rig
bpy.context.view_layer.update()
"""
BEGIN = "rig = bpy.data.objects['rig']; armature = rig.data; pose = rig.pose.bones\n"
END = "\nbpy.context.view_layer.update()"
EDIT = """
bpy.context.view_layer.objects.active = rig
bpy.ops.object.mode_set(mode='EDIT')
bones = armature.edit_bones
{}
bpy.ops.object.mode_set(mode='OBJECT')
"""

STEPS = {
    "a bone is added": EDIT.format(
        "made = bones.new('added'); made.head = 1, 2, 3; made.tail = 0.1, 0.2, 0.3; made.roll = 0.7\n"
        "made.parent = bones['bone.002']"
    ),
    "a bone is moved and rolled": EDIT.format(
        "bones['bone.003'].tail.x += 0.37; bones['bone.003'].roll = -2.1"
    ),
    "a bone is extruded, connected": EDIT.format(
        "made = bones.new('tip'); made.parent = bones['added']; made.use_connect = True; made.tail = 4, 5, 6"
    ),
    "a bone gets another parent": EDIT.format("bones['added'].parent = bones['bone.005']"),
    "parent and child change places": EDIT.format(
        "a, b = bones['added'], bones['tip']; b.use_connect = False; b.parent = None; a.parent = b"
    ),
    "a bone is renamed": "armature.bones['bone.003'].name = 'Thigh.L'",
    "a bone that constraints name is renamed": "armature.bones['bone.011'].name = 'Aim'",
    "two bones exchange names": "a, b = armature.bones['bone.006'], armature.bones['bone.007']\n"
    "a.name = 'third'; b.name = 'bone.006'; a.name = 'bone.007'",
    "a bone is deleted": EDIT.format("bones.remove(bones['bone.001'])"),
    "a bone with children is deleted": EDIT.format("bones.remove(bones['tip'])"),
    "a bone's settings change": "bone = armature.bones['added']; bone.bbone_segments = 7; bone.use_deform = False\n"
    "bone.inherit_scale = 'NONE'; bone.hide_select = True; bone['note'] = 'x'",
    "the armature's settings change": "armature.display_type = 'STICK'; armature.show_axes = False",
    "a bone is posed": "pose['bone.004'].location = 0.5, 0.25, -1",
    "a bone is turned": "pose['bone.004'].rotation_mode = 'ZYX'; pose['bone.004'].rotation_euler = 1, 2, 3",
    "a bone is turned by a quaternion": "pose['bone.005'].rotation_mode = 'QUATERNION'\n"
    "pose['bone.005'].rotation_quaternion = 0.1, 0.2, 0.3, 0.4",
    "locks and limits": "pose['bone.004'].lock_location[1] ^= True; pose['bone.004'].use_ik_limit_y ^= True\n"
    "pose['bone.004'].ik_stiffness_x = 0.77",
    "a constraint is added": "made = pose['bone.008'].constraints.new('IK'); made.target = rig\n"
    "made.subtarget = 'added'; made.chain_count = 2",
    "a constraint's value changes": "pose['bone.008'].constraints['IK'].influence = 0.31",
    "constraints change places": "pose['bone.008'].constraints.new('LIMIT_SCALE').name = 'Limit'\n"
    "pose['bone.008'].constraints.move(1, 0)",
    "a constraint goes": "pose['bone.008'].constraints.remove(pose['bone.008'].constraints['IK'])",
    "a custom property of a pose bone": "pose['bone.008']['fk'] = 0.25",
    "a pose bone is keyed": "pose['bone.008'].keyframe_insert('location', frame=3)\n"
    "pose['bone.008'].location.y = 2; pose['bone.008'].keyframe_insert('location', frame=12)\n"
    "bpy.context.scene.frame_set(bpy.context.scene.frame_current)",
    "a driver on a pose bone": "curve = pose['bone.009'].driver_add('location', 2)\n"
    "variable = curve.driver.variables.new(); variable.name = 'v'; variable.targets[0].id = rig\n"
    "variable.targets[0].data_path = 'pose.bones[\"bone.008\"][\"fk\"]'; curve.driver.expression = 'v * 3'",
    "bones are sorted": "if hasattr(armature, 'collections'):\n"
    "    made = armature.collections.new('Extra'); made.assign(armature.bones['added'])\n"
    "    face = armature.collections['Face']; made.parent = face; made.child_number = 0\n"
    "else:\n"
    "    armature.bones['added'].layers = [index in (5, 6) for index in range(32)]\n"
    "    made = rig.pose.bone_groups.new(name='Extra'); pose['added'].bone_group = made",
    "what they are sorted into goes": "if hasattr(armature, 'collections'):\n"
    "    armature.collections.remove(armature.collections['Face'])\n"
    "else:\n"
    "    rig.pose.bone_groups.remove(rig.pose.bone_groups['Left'])",
    "a rig is copied": "copy = rig.copy(); copy.data = armature.copy(); copy.name = copy.data.name = 'twin'\n"
    "bpy.context.scene.collection.objects.link(copy); copy.pose.bones['added'].location.x = 4",
    "a rig goes": "bpy.data.armatures.remove(bpy.data.armatures['twin'])",
}

POSED = "tuple(bpy.data.objects['rig'].pose.bones[args['name']].location)"
STATE = """
active = bpy.context.view_layer.objects.active
result = [active.name, active.mode, sorted(o.name for o in bpy.context.selected_objects), len(bpy.data.scenes)]
"""


class Rigs(turns.Pair):
    """A has built a rig; B joins. C joins in a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.equal()

    @classmethod
    def prepare(cls):
        cls.a.run(BUILD)

    @classmethod
    def equal(cls):
        wait_equal(cls.a, cls.b, cls.place)

    def told(self) -> bool:
        """Whether B got all that A did, though B may hold back something."""
        a, b = self.a.state(), self.b.state()
        return a["settled"] and a["sequence"] == b["sequence"]

    def test_1_steps(self):
        """Every edit arrives as it was made, whoever makes it."""
        for number, (name, code) in enumerate(STEPS.items()):
            with self.subTest(name):
                to_same_frame(self.a, self.b)
                (self.a, self.b)[number % 2].run(BEGIN + code + END)
                self.equal()

    def test_2_at_once(self):
        """Two pose, move and add different bones at once: nobody loses anything."""
        wait_settled([self.a, self.b])
        for member, name, x in ((self.a, "bone.004", 1.5), (self.b, "bone.005", 2.5)):
            move = EDIT.format(f"bones['{name}'].tail.z += {x}; bones.new('of {x}').tail = 0, 0, 1")
            member.run(BEGIN + move + f"rig.pose.bones['{name}'].location.x = {x}" + END)
        self.equal()
        for member in (self.a, self.b):
            self.assertEqual(member.value(POSED, name="bone.004")[0], 1.5)
            self.assertEqual(member.value(POSED, name="bone.005")[0], 2.5)
            bones = "[name in bpy.data.armatures['rig'].bones for name in ('of 1.5', 'of 2.5')]"
            self.assertEqual(member.value(bones), [True, True])

    def test_2_reshaped_and_moved_under_an_edit(self):
        """[BR25] B gives the rig a bone and moves it while A's Blender is busy, which scales it then: what is heard of
        the bone says nothing of the move that is still to be applied, and neither edit undoes the other."""
        wait_settled([self.a, self.b])
        code = "import time\ntime.sleep(4)\n" + BEGIN + "rig.scale.x = 3"
        busy = threading.Thread(target=self.a.run, args=(code,))
        busy.start()
        time.sleep(0.5)
        self.b.run(BEGIN + EDIT.format("bones.new('late').tail = 0, 0, 1") + "rig.location.z = 4" + END)
        busy.join()
        self.equal()
        for member in (self.a, self.b):
            held = "(bpy.data.objects['rig'].location.z, bpy.data.objects['rig'].scale.x)"
            self.assertEqual(member.value(held), [4, 3])

    def test_3_undisturbed(self):
        """Bones come and go under an artist in pose mode, who notices nothing; in edit mode they wait for its end."""
        self.b.run(
            BEGIN + "bpy.context.view_layer.objects.active = rig\nbpy.ops.object.mode_set(mode='POSE')"
        )
        before = self.b.run(STATE)
        self.a.run(
            BEGIN + EDIT.format("bones.new('under').tail = 0, 0, 1; bones.remove(bones['bone.000'])") + END
        )
        self.equal()
        self.assertEqual(self.b.run(STATE), before)
        self.b.run(
            "bpy.ops.object.mode_set(mode='EDIT')\nbpy.context.object.data.edit_bones['under'].tail.y = 3"
        )
        self.a.run(BEGIN + EDIT.format("bones['bone.009'].tail.x = 9") + END)
        wait_until(self.told, "B to know of A's edit")
        self.assertEqual(self.b.value("bpy.context.object.mode"), "EDIT")
        self.b.run("bpy.ops.object.mode_set(mode='OBJECT')" + END)
        self.equal()
        for member in (self.a, self.b):
            held = "bpy.data.armatures['rig'].bones[args['name']].tail_local[args['index']]"
            self.assertEqual(member.value(held, name="under", index=1), 3)
            self.assertEqual(member.value(held, name="bone.009", index=0), 9)

    def test_4_join(self):
        """Who joins later has the same rig, and nothing is said to be missing of it."""
        c = Member(self.place, "C", self.command)
        c.join(self.server.port)
        c.wait_phase("ONLINE")
        wait_equal(self.a, c, self.place)
        told = [text for member in (self.a, self.b, c) for _, text in member.state()["messages"]]
        self.assertEqual([text for text in told if "bone" in text or "pose" in text or "rig" in text], [])


if __name__ == "__main__":
    unittest.main()
