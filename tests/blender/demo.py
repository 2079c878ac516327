"""A small scene with something of everything that is replicated, for `try` without a file and for tests. Main thread.

``build()`` empties Blender and makes the scene; it gives the same scene every time.
"""

from __future__ import annotations

import math

import bpy


def build() -> None:
    """Replaces everything that is open by the demo scene."""
    _clear()
    scene = bpy.context.scene
    scene.name = "Scene"
    scene.render.resolution_x, scene.render.resolution_y = 640, 480
    paint, glass = _materials()
    ball = _ball(paint, glass)
    hand = _hand(ball)
    floor = _floor()
    _group([hand])
    _rig(ball)
    _hair_and_points(ball)
    _rigid_bodies(scene, floor, hand)
    _lights_and_camera(scene, floor)
    scene.world = _world()
    bpy.context.view_layer.update()


def _clear() -> None:
    for name in (
        "objects",
        "meshes",
        "armatures",
        "materials",
        "worlds",
        "lights",
        "cameras",
        "images",
        "actions",
        "node_groups",
        "hair_curves",
        "pointclouds",
        "volumes",
    ):
        collection = getattr(bpy.data, name)
        for datablock in list(collection):
            collection.remove(datablock)
    for collection in list(bpy.data.collections):
        bpy.data.collections.remove(collection)


def _link(name: str, data) -> bpy.types.Object:
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    return made


def _materials():
    picture = bpy.data.images.new("Picture", 16, 16)
    squares = [((i % 16 // 4 + i // 64) % 2) * 0.8 + 0.2 for i in range(16 * 16)]
    picture.pixels = [channel for shade in squares for channel in (shade, shade, shade, 1.0)]
    picture.update()
    picture.pack()
    paint = bpy.data.materials.new("Paint")
    paint.use_nodes = True
    paint.diffuse_color = (0.9, 0.35, 0.1, 1)
    paint.asset_mark()
    paint.asset_data.description = "Orange"
    paint.asset_data.tags.new("warm")
    nodes, links = paint.node_tree.nodes, paint.node_tree.links
    shader = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (0.9, 0.35, 0.1, 1)
    texture = nodes.new("ShaderNodeTexImage")
    texture.image = picture
    texture.location = (-600, 200)
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements.new(0.4).color = (0.9, 0.5, 0.1, 1)
    ramp.location = (-300, 200)
    links.new(texture.outputs["Color"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    glass = bpy.data.materials.new("Glass")
    glass.use_nodes = True
    glass.diffuse_color = (0.2, 0.5, 0.9, 1)
    next(node for node in glass.node_tree.nodes if node.type == "BSDF_PRINCIPLED").inputs[
        "Base Color"
    ].default_value = (0.05, 0.2, 0.7, 1)
    return paint, glass


def _ball(paint, glass):
    vertices, faces = [], []
    rings, sides = 10, 16
    for ring in range(rings + 1):
        angle = math.pi * (ring + 0.001) / (rings + 0.002)
        for side in range(sides):
            turn = 2 * math.pi * side / sides
            x, y = math.sin(angle) * math.cos(turn), math.sin(angle) * math.sin(turn)
            vertices.append((x, y, math.cos(angle)))
    for ring in range(rings):
        for side in range(sides):
            a, b = ring * sides + side, ring * sides + (side + 1) % sides
            faces.append((a, a + sides, b + sides, b))
    mesh = bpy.data.meshes.new("Ball")
    mesh.from_pydata(vertices, [], faces)
    for index, face in enumerate(mesh.polygons):
        face.use_smooth = True
        face.material_index = index % 5 == 0
    mesh.materials.append(paint)
    mesh.materials.append(glass)
    layer = mesh.uv_layers.new(name="UVMap")
    for index, corner in enumerate(layer.data):
        corner.uv = (index % 16 / 16, index // 16 / 40)
    mesh.color_attributes.new("Tint", "FLOAT_COLOR", "POINT")
    mesh.attributes.new("strength", "FLOAT", "POINT").data[3].value = 0.5
    mesh.validate()
    ball = _link("Ball", mesh)
    group = ball.vertex_groups.new(name="Top")
    group.add(range(40), 0.5, "REPLACE")
    ball.shape_key_add(name="Basis")
    tall = ball.shape_key_add(name="Tall")
    for point in tall.data[:40] if len(tall.data) > 40 else tall.data:
        point.co.z += 0.4
    tall.value = 0.3
    ball.modifiers.new("Round", "SUBSURF").levels = 1
    ball.modifiers.new("Thick", "SOLIDIFY").thickness = 0.05
    ball["note"] = "made by the demo"
    return ball


def _hand(ball):
    mesh = bpy.data.meshes.new("Hand")
    corners = [(x, y, z) for x in (-0.4, 0.4) for y in (-0.4, 0.4) for z in (-0.4, 0.4)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh.from_pydata(corners, [], faces)
    mesh.materials.append(bpy.data.materials["Glass"])
    hand = _link("Hand", mesh)
    hand.location = (2, 0, 0.5)
    hand.constraints.new("TRACK_TO").target = ball
    for frame, height in ((1, 0.5), (20, 1.5), (40, 0.5)):
        hand.location.z = height
        hand.keyframe_insert("location", frame=frame)
    curve = hand.driver_add("scale", 0)
    variable = curve.driver.variables.new()
    variable.name = "height"
    variable.type = "TRANSFORMS"
    variable.targets[0].id = ball
    variable.targets[0].transform_type = "LOC_Z"
    curve.driver.expression = "1 + height * 0.1"
    return hand


def _floor():
    mesh = bpy.data.meshes.new("Floor")
    mesh.from_pydata([(-6, -6, -1), (6, -6, -1), (6, 6, -1), (-6, 6, -1)], [], [(0, 1, 2, 3)])
    return _link("Floor", mesh)


def _rig(ball):
    rig = _link("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    upper, lower = bones.new("Upper"), bones.new("Lower")
    upper.tail, lower.tail = (0, 0.2, 1), (0, 0, 2)
    lower.parent, lower.use_connect = upper, True
    upper.roll = 0.3
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.location = (-3, 0, 0)
    posed = rig.pose.bones["Lower"]
    posed.rotation_mode, posed.rotation_euler = "XYZ", (0.4, 0, 0.1)
    posed.constraints.new("COPY_SCALE").target = ball
    if hasattr(rig.data, "collections"):
        rig.data.collections.new("Arm").assign(rig.data.bones["Upper"])
        rig.data.collections.new("Inner", parent=rig.data.collections["Arm"])
    else:
        posed.bone_group = rig.pose.bone_groups.new(name="Arm")
    return rig


def _group(objects) -> None:
    group = bpy.data.collections.new("Group")
    bpy.context.scene.collection.children.link(group)
    for one in objects:
        bpy.context.scene.collection.objects.unlink(one)
        group.objects.link(one)


def _hair_and_points(ball) -> None:
    """As far as this Blender lets Python make them."""
    hair = bpy.data.hair_curves.new("Hair")
    hair.surface, hair.surface_uv_map = ball, "UVMap"
    hair.materials.append(bpy.data.materials["Glass"])
    if hasattr(hair, "add_curves"):
        hair.add_curves([3, 4])
        for index, point in enumerate(hair.points):
            point.position = (index % 3, index / 7, 1)
        hair.attributes.new("radius", "FLOAT", "POINT").data[3].value = 0.1
    _link("Hair", hair).parent = ball
    dust = bpy.data.pointclouds.new("Dust")
    if hasattr(dust, "resize"):
        dust.resize(5)
        dust.attributes.new("radius", "FLOAT", "POINT").data[3].value = 0.1
    _link("Dust", dust)
    fog = bpy.data.volumes.new("Fog")
    fog.display.density = 0.4
    _link("Fog", fog)


def _rigid_bodies(scene, floor, hand) -> None:
    """A hinge between the floor and the hand. They rest until somebody switches the world on."""
    if scene.rigidbody_world is None:
        with bpy.context.temp_override(scene=scene):
            bpy.ops.rigidbody.world_add()
    world = scene.rigidbody_world
    world.enabled = False
    world.collection = bpy.data.collections.new("Bodies")
    world.constraints = bpy.data.collections.new("Ties")
    for thing in (floor, hand):
        world.collection.objects.link(thing)
    floor.rigid_body.type = "PASSIVE"
    hand.rigid_body.mass = 0.5
    hinge = _link("Hinge", None)
    world.constraints.objects.link(hinge)
    hinge.rigid_body_constraint.type = "HINGE"
    hinge.rigid_body_constraint.object1, hinge.rigid_body_constraint.object2 = floor, hand


def _lights_and_camera(scene, floor) -> None:
    lamp = bpy.data.lights.new("Lamp", "SUN")
    lamp.energy = 2
    sun = _link("Lamp", lamp)
    sun.rotation_euler = (0.6, 0.2, 0.4)
    camera = _link("Camera", bpy.data.cameras.new("Camera"))
    camera.location = (5, -6, 3.6)
    camera.rotation_euler = (math.radians(66), 0, math.radians(39))
    scene.camera = camera
    floor.lock_location = (True, True, True)


def _world():
    world = bpy.data.worlds.new("World")
    world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs[0].default_value = (0.25, 0.3, 0.4, 1)
    return world
