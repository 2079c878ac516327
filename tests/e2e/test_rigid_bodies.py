"""Rigid bodies: a teammate's world, bodies and constraints are the artist's own after every edit, and for who joins."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness.member import ADMIN, Member, messages, wait_equal  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
BUILD = """
bpy.ops.wm.read_homefile(use_empty=True)
for index in range(3):
    mesh = bpy.data.meshes.new(f'box {index}')
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(f'box {index}', mesh))
bpy.context.scene.collection.objects.link(bpy.data.objects.new('hinge', None))
"""
BEGIN = """
scene, world = bpy.context.scene, bpy.context.scene.rigidbody_world
boxes = [bpy.data.objects.get(f'box {index}') for index in range(3)]
hinge = bpy.data.objects.get('hinge')
def active(thing):
    bpy.context.view_layer.objects.active = thing
    return bpy.context.temp_override(object=thing, active_object=thing)
"""
END = "\nbpy.context.view_layer.update()"
STEPS = {
    "a world with two bodies": """
bpy.ops.rigidbody.world_add()
world = scene.rigidbody_world
world.collection = bpy.data.collections.new('bodies')
world.constraints = bpy.data.collections.new('ties')
for box in boxes[:2]:
    world.collection.objects.link(box)
boxes[0].rigid_body.mass = 7.5
boxes[1].rigid_body.type = 'PASSIVE'
boxes[1].rigid_body.collision_collections = [index % 3 == 0 for index in range(20)]
""",
    "the world's settings": "world.time_scale = 0.5; world.solver_iterations = 23; world.use_split_impulse = True\n"
    "world.point_cache.frame_start = 5; world.point_cache.frame_end = 77; world.effector_weights.gravity = 0.25",
    "a body's settings": "body = boxes[0].rigid_body; body.collision_shape = 'SPHERE'; body.friction = 0.9\n"
    "body.use_margin = True; body.collision_margin = 0.125; body.kinematic = True",
    "a third body": "world.collection.objects.link(boxes[2]); boxes[2].rigid_body.restitution = 0.7",
    "a constraint": """
world.constraints.objects.link(hinge)
tie = hinge.rigid_body_constraint
tie.type, tie.object1, tie.object2, tie.use_limit_ang_z = 'HINGE', boxes[0], boxes[1], True
tie.limit_ang_z_lower = -0.5
""",
    "a constraint's settings": "tie = hinge.rigid_body_constraint; tie.type = 'GENERIC_SPRING'\n"
    "tie.object2 = boxes[2]; tie.spring_stiffness_x = 33; tie.use_breaking = True",
    "a body is taken away": "with active(boxes[2]):\n    bpy.ops.rigidbody.object_remove()",
    "a constraint is taken away": "with active(hinge):\n    bpy.ops.rigidbody.constraint_remove()",
    "a body comes back": "world.collection.objects.link(boxes[2]); boxes[2].rigid_body.mass = 3",
    "an object with a body is deleted": "bpy.data.objects.remove(boxes[1])",
    "the world goes": "bpy.ops.rigidbody.world_remove()",
    "a world of another kind": "bpy.ops.rigidbody.world_add(); scene.rigidbody_world.enabled = False\n"
    "scene.rigidbody_world.collection = bpy.data.collections['bodies']",
}


class RigidBodies(unittest.TestCase):
    """A and B take turns; C joins amid it."""

    def setUp(self):
        self.place = Workplace("multi-user-rigid-bodies")
        self.addCleanup(self.place.close)
        self.server = Server(self.place, "--admin-password", ADMIN)
        self.a = Member(self.place, "A", COMMAND)
        self.b = Member(self.place, "B", COMMAND)
        self.a.run(BUILD)
        self.a.host(self.server.port)
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")

    def test_edits(self):
        for number, (name, step) in enumerate(STEPS.items()):
            author, other = (self.a, self.b) if number % 3 < 2 else (self.b, self.a)
            with self.subTest(name, author=author.name):
                author.run(BEGIN + step + END)
                wait_equal(author, other, self.place)
            if name == "a constraint's settings":
                self.late("C")
        for member in (self.a, self.b):
            told = messages(member.state())
            self.assertNotIn("could not", told)
            self.assertNotIn("not replicated", told)

    def late(self, name: str) -> None:
        """One who joins now holds the same."""
        member = Member(self.place, name, COMMAND)
        try:
            member.join(self.server.port)
            member.wait_phase("ONLINE")
            wait_equal(self.a, member, self.place)
            self.assertNotIn("could not", messages(member.state()))
        finally:
            member.process.stop()


if __name__ == "__main__":
    unittest.main()
