"""Builds rigid bodies with unusual values, for the round trip. Runs in Blender."""

import bpy


def build(linked) -> None:
    """A world with two bodies and a spring, and a body that is in no world any more."""
    scene = bpy.context.scene
    with bpy.context.temp_override(scene=scene):
        bpy.ops.rigidbody.world_add()
    world = scene.rigidbody_world
    world.collection, world.constraints = bpy.data.collections.new("bodies"), bpy.data.collections.new("ties")
    world.enabled, world.time_scale, world.substeps_per_frame = False, 0.3, 17
    world.point_cache.frame_start, world.point_cache.frame_end, world.point_cache.frame_step = 7, 81, 3
    world.effector_weights.gravity, world.effector_weights.collection = 0.4, bpy.data.collections["ties"]
    boxes = [linked(bpy.data.objects.new(f"box {index}", bpy.data.meshes.new("box"))) for index in range(3)]
    for index, box in enumerate(boxes):
        world.collection.objects.link(box)
        body = box.rigid_body
        body.type, body.collision_shape = ("ACTIVE", "PASSIVE", "ACTIVE")[index], ("BOX", "CONE", "MESH")[
            index
        ]
        body.mass, body.friction, body.linear_damping = 0.001 + index, 1.5, 0.77
        body.collision_collections = [number % (index + 2) == 0 for number in range(20)]
        body.use_margin, body.collision_margin, body.mesh_source = True, 0.3, "FINAL"
    world.collection.objects.unlink(boxes[2])
    spring = linked(bpy.data.objects.new("spring", None))
    world.constraints.objects.link(spring)
    tie = spring.rigid_body_constraint
    tie.type, tie.object1, tie.object2 = "GENERIC_SPRING", boxes[0], boxes[1]
    tie.use_limit_lin_x, tie.limit_lin_x_lower, tie.limit_lin_x_upper = True, -2.5, 0.5
    tie.use_breaking, tie.breaking_threshold, tie.spring_type = True, 3.25, "SPRING1"
