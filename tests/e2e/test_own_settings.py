"""Render settings and the active camera that an artist keeps to themselves: two real Blenders, A shares all, B not.

The tests share the pair and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)

from harness import turns  # noqa: E402
from harness.member import Member, messages, wait_equal, wait_settled  # noqa: E402

SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True)
other = bpy.data.objects.new('Other', bpy.data.objects['Camera'].data)
bpy.context.scene.collection.objects.link(other)
bpy.context.view_layer.update()
"""
SHARE = """
import member
settings = member.preferences().replication
settings.render_settings, settings.active_camera = args['render'], args['camera']
"""
SET = """
scene = bpy.context.scene
scene.render.resolution_x, scene.camera = args['width'], bpy.data.objects[args['camera']]
scene.frame_end = args['end']
bpy.context.view_layer.update()
"""
IS = """
scene = bpy.context.scene
result = [scene.render.resolution_x, scene.camera.name, scene.frame_end] == args['wanted']
"""


class OwnSettings(turns.Pair):
    @classmethod
    def prepare(cls):
        cls.a.run(SCENE)

    def set(self, member: Member, width: int, camera: str, end: int):
        member.run(SET, width=width, camera=camera, end=end)
        wait_settled([self.a, self.b])

    def holds(self, member: Member, *wanted):
        code = "scene = bpy.context.scene\nresult = [scene.render.resolution_x, scene.camera.name, scene.frame_end]"
        try:
            member.until_code(IS, f"{wanted} in {member.name}", 10, wanted=wanted)
        except AssertionError as error:
            self.fail(f"{error}: {member.run(code)}\n{messages(member.state())}")

    def test_1_others_settings_leave_ones_own_alone(self):
        self.b.run(SHARE, render=False, camera=False)
        self.set(self.a, 640, "Other", 99)
        self.holds(self.b, 1920, "Camera", 99)

    def test_2_ones_own_settings_reach_nobody(self):
        self.set(self.b, 333, "Camera", 98)
        self.holds(self.a, 640, "Other", 98)
        self.set(self.a, 641, "Camera", 97)
        self.set(self.a, 642, "Other", 96)
        self.holds(self.b, 333, "Camera", 96)

    def test_3_another_agent_keeps_them_apart(self):
        """It is told all that this Blender holds, and takes nothing of it for an edit."""
        os.kill(self.b.state()["agent_pid"], 9)
        self.set(self.a, 643, "Other", 95)
        self.b.until_code(IS, "B to go on", 60, wanted=[333, "Camera", 95])
        wait_settled([self.a, self.b])
        self.holds(self.a, 643, "Other", 95)

    def test_4_undo_keeps_them_apart(self):
        self.b.run("bpy.ops.ed.undo_push(message='before')")
        self.set(self.b, 444, "Camera", 94)
        self.b.run("bpy.ops.ed.undo_push(message='after')\nbpy.ops.ed.undo()")
        self.holds(self.b, 333, "Camera", 95)
        self.holds(self.a, 643, "Other", 95)

    def test_5_who_joins_without_sharing_gets_the_rest(self):
        """A new artist keeps what a new scene has, and gets the session's once they share."""
        late = Member(self.place, "C", self.command)
        try:
            late.run(SHARE, render=False, camera=True)
            late.join(self.server.port)
            late.wait_phase("ONLINE")
            self.holds(late, 1920, "Other", 95)
            late.run(SHARE, render=True, camera=True)
            self.holds(late, 643, "Other", 95)
            wait_equal(self.a, late, self.place)
        finally:
            late.process.stop()

    def test_6_shared_again_they_are_the_sessions(self):
        self.b.run(SHARE, render=True, camera=False)
        self.holds(self.b, 643, "Camera", 95)
        self.b.run(SHARE, render=True, camera=True)
        self.holds(self.b, 643, "Other", 95)
        wait_equal(self.a, self.b, self.place)
        self.set(self.b, 800, "Camera", 100)
        self.holds(self.a, 800, "Camera", 100)
        wait_equal(self.a, self.b, self.place)


if __name__ == "__main__":
    unittest.main()
