"""Makes unusual animation for the round-trip test: actions, slots, drivers, NLA. Runs in Blender."""

import random

import bpy

LAYERED = "layers" in bpy.types.Action.bl_rna.properties


def cube(name: str):
    user = bpy.data.objects.new(name, bpy.data.meshes.new(name))
    bpy.context.scene.collection.objects.link(user)
    return user


def curves_of(datablock):
    action = datablock.animation_data.action
    if not LAYERED:
        return action.fcurves
    strip = action.layers[0].strips[0]
    return strip.channelbag(datablock.animation_data.action_slot).fcurves


def keyed() -> None:
    """An action with every kind of key, extrapolation, colour, modifiers, groups and pose markers."""
    user = cube("Keyed")
    random.seed(1)
    user["switch"] = 3
    for frame in range(1, 40, 3):
        user.location = [random.random() * 9 for _ in range(3)]
        user.keyframe_insert("location", frame=frame + random.random())
        user.rotation_euler.z = random.random()
        user.keyframe_insert("rotation_euler", index=2, frame=frame, group="Turning [x]")
        user.hide_render = random.random() > 0.5
        user.keyframe_insert("hide_render", frame=frame)
        user["switch"] = random.randrange(9)
        user.keyframe_insert('["switch"]', frame=frame)
    curves = curves_of(user)
    kinds = bpy.types.Keyframe.bl_rna.properties
    for index, key in enumerate(curves[0].keyframe_points):
        for name in ("interpolation", "easing", "type", "handle_left_type", "handle_right_type"):
            items = kinds[name].enum_items
            setattr(key, name, items[index % len(items)].identifier)
        key.back, key.amplitude, key.period = random.random(), random.random(), random.random()
    curves[1].extrapolation = "LINEAR"
    curves[1].color_mode = "CUSTOM"
    curves[1].color = (0.25, 0.5, 0.75)
    curves[1].mute = True
    curves[2].auto_smoothing = "NONE"
    for curve in curves:
        curve.update()
    for kind in ("CYCLES", "GENERATOR", "FNGENERATOR", "ENVELOPE", "NOISE", "LIMITS", "STEPPED"):
        modifier = curves[2].modifiers.new(kind)
        modifier.influence = 0.5
    generator = curves[2].modifiers[1]
    generator.poly_order = 3
    generator.coefficients = (1, 2, 3, 4)
    envelope = curves[2].modifiers[3]
    envelope.control_points.add(frame=3).max = 7
    envelope.control_points.add(frame=9).min = -2
    curves[2].modifiers[4].strength = 3
    action = user.animation_data.action
    action.pose_markers.new("hit").frame = 12
    action.pose_markers.new("hit").frame = 15
    action.use_frame_range = True
    action.frame_start, action.frame_end = 2, 30
    action["studio"] = "take 3"
    group = (action if not LAYERED else action.layers[0].strips[0].channelbags[0]).groups["Turning [x]"]
    group.color_set = "CUSTOM"
    group.colors.normal = (1, 0, 0.5)
    group.lock = True


def loose() -> None:
    """An action that nobody uses, without keys in one curve, and one with nothing at all."""
    bpy.data.actions.new("Nothing").use_fake_user = True
    action = bpy.data.actions.new("Loose")
    action.use_fake_user = True
    holder = action
    if LAYERED:
        slot = action.slots.new("MATERIAL", "Glass")
        action.slots.new("OBJECT", "Second")
        holder = action.layers.new("Base").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    holder.fcurves.new("diffuse_color", index=2)
    points = holder.fcurves.new('pose.bones["a[1]"].location', index=1).keyframe_points
    points.add(2)
    points[1].co = (10, 5)


def shared() -> None:
    """One action for two objects, through slots where there are any."""
    first, second = cube("First"), cube("Second")
    first.keyframe_insert("location", frame=1)
    action = first.animation_data.action
    second.animation_data_create().action = action
    if LAYERED:
        second.animation_data.action_slot = action.slots.new("OBJECT", "Second")
    second.keyframe_insert("scale", frame=5)


def driven() -> None:
    """Drivers of every type of variable, with modifiers and keys."""
    user, other = cube("Driven"), cube("Driving")
    user["power"] = 1.0
    expression = user.driver_add("location", 1).driver
    expression.expression = "sin(frame) * turn + gap"
    for name, kind in (
        ("turn", "SINGLE_PROP"),
        ("gap", "LOC_DIFF"),
        ("lean", "TRANSFORMS"),
        ("bend", "ROTATION_DIFF"),
    ):
        variable = expression.variables.new()
        variable.name, variable.type = name, kind
        for target in variable.targets:
            target.id = other
    expression.variables["turn"].targets[0].data_path = "rotation_euler[2]"
    expression.variables["lean"].targets[0].transform_type = "ROT_X"
    expression.variables["lean"].targets[0].transform_space = "LOCAL_SPACE"
    mean = user.driver_add('["power"]')
    mean.driver.type = "AVERAGE"
    variable = mean.driver.variables.new()
    variable.targets[0].id_type = "SCENE"
    variable.targets[0].data_path = "frame_current"
    while mean.modifiers:
        mean.modifiers.remove(mean.modifiers[0])
    mean.keyframe_points.add(2)
    mean.keyframe_points[1].co = (1, 4)
    material = bpy.data.materials.new("Driven")
    material.use_nodes = True
    socket = material.node_tree.nodes["Principled BSDF"].inputs["Roughness"]
    socket.driver_add("default_value").driver.expression = "0.25"


def stacked() -> None:
    """NLA tracks with strips that push and repeat."""
    user = cube("Stacked")
    user.keyframe_insert("location", frame=1)
    user.keyframe_insert("location", frame=20)
    animation = user.animation_data
    action, slot = animation.action, getattr(animation, "action_slot", None)
    animation.action = None
    for number in range(2):
        track = animation.nla_tracks.new()
        track.name = f"Track {number}"
        for start in (1, 60):
            strip = track.strips.new("Take", start, action)
            if slot:
                strip.action_slot = slot
            strip.repeat = 1.5
            strip.blend_type = "ADD"
            strip.extrapolation = "NOTHING"
            strip.use_auto_blend = False
            strip.blend_in = 3
        track.mute = number == 1
    animation.action_blend_type = "MULTIPLY"
    animation.action_influence = 0.5


def build() -> None:
    """All of them in the open file."""
    for make in (keyed, loose, shared, driven, stacked):
        make()
