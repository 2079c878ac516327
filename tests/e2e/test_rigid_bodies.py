"""Rigid bodies: a teammate's world, bodies and constraints are the artist's own after every edit, and for who joins."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import turns  # noqa: E402

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
STEPS = (
    """
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
    """
world.time_scale, world.solver_iterations, world.use_split_impulse = 0.5, 23, True
world.point_cache.frame_start, world.point_cache.frame_end, world.effector_weights.gravity = 5, 77, 0.25
""",
    """
body = boxes[0].rigid_body
body.collision_shape, body.friction, body.kinematic = 'SPHERE', 0.9, True
body.use_margin, body.collision_margin = True, 0.125
""",
    "world.collection.objects.link(boxes[2]); boxes[2].rigid_body.restitution = 0.7",
    """
world.constraints.objects.link(hinge)
tie = hinge.rigid_body_constraint
tie.type, tie.object1, tie.object2, tie.use_limit_ang_z = 'HINGE', boxes[0], boxes[1], True
tie.limit_ang_z_lower = -0.5
""",
    """
tie = hinge.rigid_body_constraint
tie.type, tie.object2, tie.spring_stiffness_x, tie.use_breaking = 'GENERIC_SPRING', boxes[2], 33, True
""",
    "with active(boxes[2]):\n    bpy.ops.rigidbody.object_remove()",
    "with active(hinge):\n    bpy.ops.rigidbody.constraint_remove()",
    "bpy.data.objects.remove(boxes[1])",
    "bpy.ops.rigidbody.world_remove()",
    """
bpy.ops.rigidbody.world_add()
world = scene.rigidbody_world
world.enabled = False
world.collection, world.constraints = bpy.data.collections['bodies'], bpy.data.collections['ties']
world.collection.objects.link(boxes[2])
world.constraints.objects.link(hinge)
boxes[2].rigid_body.mass, hinge.rigid_body_constraint.object1 = 3, boxes[2]
""",
)


class RigidBodies(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = BEGIN, END

    @classmethod
    def prepare(cls):
        cls.a.run(BUILD)

    def test_edits(self):
        self.steps(STEPS)
        for member in (self.a, self.b):
            self.assertNotIn("not replicated", str(member.state()["messages"]))


if __name__ == "__main__":
    unittest.main()
