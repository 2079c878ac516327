"""Builds data with unusual values, for the round trip. Runs in Blender."""

import bpy
from datablocks import (
    sample_annotations,
    sample_details,
    sample_geometry,
    sample_grease_pencil,
    sample_physics,
    sample_sequencer,
    sample_types,
)
from mathutils import Matrix

UNMADE_MODIFIERS = ("FLUID", "DYNAMIC_PAINT", "PARTICLE_SYSTEM", "MULTIRES", "NODES", "EXPLODE")


def linked(made, collection=None):
    (collection or bpy.context.scene.collection).objects.link(made)
    return made


def build() -> None:
    """Everything below, in the scene that is open."""
    helper = linked(bpy.data.objects.new("helper", None))
    empty = objects(helper)
    stack = linked(bpy.data.objects.new("stack", bpy.data.meshes.new("stack")))
    stack.parent, stack.matrix_parent_inverse = empty, Matrix.Rotation(0.3, 4, "X") @ Matrix.Translation(
        (1, 2, 3)
    )
    modifiers(stack, helper)
    constraints(empty, helper)
    group = node_group()
    nodes_modifier(stack, group, helper)
    material = shader_nodes()
    stack.data.materials.append(material)
    stack.data.materials.append(None)
    stack.material_slots[1].link = "OBJECT"
    stack.material_slots[1].material = material
    lights_and_cameras(helper)
    curves()
    other_data()
    sample_types.build(stack, linked)
    sample_geometry.build(stack, linked)
    sample_grease_pencil.build(helper, linked)
    sample_annotations.build()
    sample_physics.build(linked)
    sample_details.build(stack, linked)
    sample_sequencer.build()
    collections(stack)
    scenes(helper)
    compositor()
    bpy.context.view_layer.update()


def objects(helper):
    """An object with odd values and custom properties."""
    empty = linked(bpy.data.objects.new("Emp ty/ü", None))
    empty.empty_display_type, empty.empty_display_size = "SPHERE", 2.5
    empty.location, empty.rotation_mode = (1, 2, 3), "QUATERNION"
    empty.rotation_quaternion, empty.delta_location = (0.5, 0.5, 0.5, 0.5), (0.1, 0.2, 0.3)
    empty.lock_location, empty.color, empty.hide_render = (True, False, True), (1, 0.5, 0.2, 0.3), True
    values = {
        "i": 3,
        "f": 2.5,
        "b": True,
        "s": "hällo",
        "floats": [1.0, 2.5],
        "ints": [1, 2, 3],
        "who": helper,
    }
    for name, value in values.items():
        empty[name] = value
    empty["group"] = {"a": 1, "deeper": {"list": [1, 2]}, "text": "x"}
    empty.id_properties_ui("f").update(min=-1.0, max=7.0, description="described")
    return empty


def modifiers(thing, target) -> None:
    """Every modifier with other values than it starts with."""
    for kind in bpy.types.Modifier.bl_rna.properties["type"].enum_items.keys():
        if kind in UNMADE_MODIFIERS:
            continue
        try:
            made = thing.modifiers.new(f"mod {kind}", kind)
        except (RuntimeError, TypeError):  # not for meshes
            continue
        if made is not None:
            made.show_viewport = False
            disturb(made, target)
    thing.modifiers["mod HOOK"].vertex_indices_set([0, 2, 5])


def disturb(struct, target) -> None:
    """Other values for every plain property that takes them."""
    for prop in struct.bl_rna.properties:
        name = prop.identifier
        if prop.is_readonly or name in ("show_viewport", "use_pin_to_last", "execution_time"):
            continue
        try:
            if prop.type == "POINTER" and prop.fixed_type.identifier == "Object":
                setattr(struct, name, target)
            elif prop.type in ("BOOLEAN", "INT", "FLOAT") and not prop.is_array:
                held = getattr(struct, name)
                setattr(
                    struct,
                    name,
                    {"BOOLEAN": not held, "INT": held + 1, "FLOAT": held * 0.5 + 0.37}[prop.type],
                )
        except (TypeError, AttributeError, RuntimeError):  # it takes no such value
            continue


def constraints(thing, target) -> None:
    """Every constraint."""
    for kind in bpy.types.Constraint.bl_rna.properties["type"].enum_items.keys():
        try:
            made = thing.constraints.new(kind)
        except (RuntimeError, TypeError):
            continue
        made.influence, made.mute = 0.25, True
        if hasattr(made, "target"):
            made.target = target
        if kind == "ARMATURE":
            made.targets.new()
            made.targets.new().weight = 0.3


def socket(group, name, in_out, kind="NodeSocketFloat", parent=None):
    """A socket of a group, by either interface."""
    if hasattr(group, "interface"):
        more = {"parent": parent} if parent is not None else {}
        return group.interface.new_socket(name, in_out=in_out, socket_type=kind, **more)
    return (group.inputs if in_out == "INPUT" else group.outputs).new(kind, name)


def mark_asset(group) -> None:
    """An asset with all that can be said of one."""
    group.asset_mark()
    group.asset_data.author, group.asset_data.description = "Ännchen", "shown in the browser"
    group.asset_data.catalog_id = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    for name in ("hair", "fur"):
        group.asset_data.tags.new(name)
    if hasattr(group, "default_group_node_width"):
        group.default_group_node_width = 240


def node_group():
    """A geometry node group with an interface of many kinds, frames, links, zones and every geometry node."""
    group = bpy.data.node_groups.new("Geometry", "GeometryNodeTree")
    unused = [socket(group, "unused", "INPUT") for _ in range(3)]
    for item in unused:
        (group.interface if hasattr(group, "interface") else group.inputs).remove(item)
    panel = group.interface.new_panel("Panel") if hasattr(group, "interface") else None
    socket(group, "Geometry", "INPUT", "NodeSocketGeometry")
    number = socket(group, "Number", "INPUT", parent=panel)
    number.default_value, number.min_value, number.max_value = 0.3, -2, 5
    for kind in ("Object", "Vector", "String", "Bool", "Int", "Color", "Material", "Menu", "Rotation"):
        if hasattr(bpy.types, f"NodeSocket{kind}"):
            socket(group, kind, "INPUT", f"NodeSocket{kind}")
    socket(group, "Geometry out", "OUTPUT", "NodeSocketGeometry")
    socket(group, "Number out", "OUTPUT")
    nodes, links = group.nodes, group.links
    mark_asset(group)
    outer, inner = nodes.new("NodeFrame"), nodes.new("NodeFrame")
    outer.location, outer.label = (100, 200), "Frame"
    inner.parent, inner.location = outer, (50, -20)
    begin, end, join = (
        nodes.new("NodeGroupInput"),
        nodes.new("NodeGroupOutput"),
        nodes.new("GeometryNodeJoinGeometry"),
    )
    join.parent, join.location = inner, (33, 44)
    begin.outputs[-1].hide = True
    for index in range(3):
        cube = nodes.new("GeometryNodeMeshCube")
        cube.inputs[0].default_value, cube.parent, cube.hide = (index, 1, 2), outer, index == 1
        links.new(cube.outputs[0], join.inputs[0])
    links.new(begin.outputs["Geometry"], join.inputs[0])
    links.new(join.outputs[0], end.inputs[0])
    links.new(begin.outputs["Number"], end.inputs["Number out"]).is_muted = True
    curve, ramp = nodes.new("ShaderNodeFloatCurve"), nodes.new("ShaderNodeValToRGB").color_ramp
    curve.mapping.curves[0].points.new(0.3, 0.7)
    curve.mapping.curves[0].points[1].handle_type = "VECTOR"
    curve.mapping.update()
    ramp.elements.new(0.4).color = (1, 0, 0.5, 0.7)
    ramp.elements[0].position, ramp.interpolation = 0.1, "B_SPLINE"
    for kind in ("Repeat", "Simulation", "ForeachGeometryElement"):
        if hasattr(bpy.types, f"GeometryNode{kind}Output"):
            zone(group, kind)
    inside = bpy.data.node_groups.new("Inside", "GeometryNodeTree")
    socket(inside, "x", "INPUT")
    user = nodes.new("GeometryNodeGroup")
    user.node_tree, user.inputs[0].default_value = inside, 3.25
    every_node(group, ("GeometryNode", "FunctionNode"))
    return group


def zone(group, kind: str) -> None:
    """A zone whose items are numbered with gaps."""
    begin, end = group.nodes.new(f"GeometryNode{kind}Input"), group.nodes.new(f"GeometryNode{kind}Output")
    begin.pair_with_output(end)
    for name in ("repeat_items", "state_items", "input_items", "main_items", "generation_items"):
        items = getattr(end, name, None)
        if items is not None:
            items.new("FLOAT", "dropped")
            items.new("VECTOR", "vector")
            items.remove(items["dropped"])
    group.links.new(begin.outputs["vector"], end.inputs["vector"])


def every_node(tree, prefixes: tuple[str, ...]) -> None:
    """One of every kind of node, with items where it has such, and the last of every enum's items."""
    for name in dir(bpy.types):
        if not name.startswith(prefixes) or name in prefixes or name.endswith(("Tree", "Group")):
            continue
        try:
            made = tree.nodes.new(name)
        except RuntimeError:  # a base class, or not for this tree
            continue
        for prop in made.bl_rna.properties:
            plain = not prop.is_readonly and not prop.identifier.startswith("bl_")
            if plain and prop.type == "ENUM" and not prop.is_enum_flag and len(prop.enum_items):
                try:
                    setattr(made, prop.identifier, prop.enum_items[-1].identifier)
                except (TypeError, AttributeError):  # not with this node's other settings
                    continue
        for item in made.inputs:
            if item.type == "VALUE":
                item.default_value = item.default_value * 0.5 + 0.2
            elif item.type == "RGBA":
                item.default_value = (0.1, 0.2, 0.3, 0.4)


def nodes_modifier(thing, group, target) -> None:
    """A geometry nodes modifier with inputs of its own."""
    made = thing.modifiers.new("Nodes", "NODES")
    made.node_group, made.show_viewport = group, False
    items = group.interface.items_tree if hasattr(group, "interface") else group.inputs
    names = {item.name: item.identifier for item in items if getattr(item, "item_type", "SOCKET") == "SOCKET"}
    for name, value in {"Number": 1.75, "Object": target, "String": "zz", "Int": -3, "Bool": True}.items():
        if hasattr(made, "properties"):
            getattr(made.properties.inputs, names[name]).value = value
        else:
            made[names[name]] = value


def shader_nodes():
    """A material with every shader node."""
    material = bpy.data.materials.new("Mät")
    if material.node_tree is None:
        material.use_nodes = True
    material.diffuse_color, material.roughness = (0.1, 0.2, 0.3, 0.4), 0.9
    every_node(material.node_tree, ("ShaderNode",))
    return material


def lights_and_cameras(target) -> None:
    """Every kind of light, light probe, and a camera."""
    for kind in ("POINT", "SUN", "SPOT", "AREA"):
        light = bpy.data.lights.new(kind, kind)
        light.energy, light.color = 33, (1, 0.4, 0.2)
        linked(bpy.data.objects.new(kind, light))
    light.shape, light.size_y = "ELLIPSE", 3
    for kind in ("CUBEMAP", "PLANAR", "GRID", "SPHERE", "PLANE", "VOLUME"):
        try:
            linked(bpy.data.objects.new(f"probe {kind}", bpy.data.lightprobes.new(kind, kind)))
        except TypeError:  # the other releases' name
            continue
    camera = bpy.data.cameras.new("camera")
    camera.type, camera.ortho_scale, camera.lens, camera.sensor_fit = "ORTHO", 9, 28, "VERTICAL"
    camera.dof.use_dof, camera.dof.focus_object = True, target
    camera.background_images.new().alpha = 0.3
    bpy.context.scene.camera = linked(bpy.data.objects.new("camera", camera))
    world = bpy.data.worlds.new("Wörld")
    bpy.context.scene.world = world
    world.mist_settings.start = 4


def curves() -> None:
    """Splines of each kind, text, a surface."""
    curve = bpy.data.curves.new("curve", "CURVE")
    bezier, nurbs = curve.splines.new("BEZIER"), curve.splines.new("NURBS")
    bezier.bezier_points.add(2)
    bezier.bezier_points[1].co, bezier.bezier_points[1].handle_right = (1, 2, 3), (2, 2, 2)
    bezier.use_cyclic_u = True
    nurbs.points.add(4)
    nurbs.points[2].co, nurbs.order_u = (1, 2, 3, 0.5), 3
    curve.bevel_depth, curve.dimensions = 0.2, "3D"
    text = bpy.data.curves.new("text", "FONT")
    text.body, text.size, text.extrude = "Grüße\nline", 2, 0.1
    for data in (curve, text, bpy.data.curves.new("surface", "SURFACE")):
        linked(bpy.data.objects.new(data.name, data))


def other_data() -> None:
    """What the plans alone serve."""
    balls = bpy.data.metaballs.new("balls")
    ball = balls.elements.new(type="ELLIPSOID")
    ball.co, ball.size_x = (1, 1, 1), 2
    lattice = bpy.data.lattices.new("lattice")
    lattice.points_u = 3
    lattice.points[4].co_deform = (0.5, 0.6, 0.7)
    speaker = bpy.data.speakers.new("speaker")
    speaker.volume = 0.4
    for data in (balls, lattice, speaker, bpy.data.armatures.new("armature"), bpy.data.volumes.new("volume")):
        linked(bpy.data.objects.new(data.name, data))


def collections(thing) -> None:
    """Collections in collections, an instance, layers that say different things about them."""
    scene = bpy.context.scene
    first, second, inner = (bpy.data.collections.new(name) for name in ("first", "second", "inner"))
    scene.collection.children.link(second)
    scene.collection.children.link(first)
    first.children.link(inner)
    inner.objects.link(thing)
    first.color_tag, first.hide_render, inner.instance_offset = "COLOR_03", True, (1, 2, 3)
    instance = linked(bpy.data.objects.new("instance", None), second)
    instance.instance_type, instance.instance_collection = "COLLECTION", inner
    layer = scene.view_layers[0]
    layer.name, layer.use_pass_mist = "Main", True
    layer.layer_collection.children["first"].children["inner"].holdout = True
    other = scene.view_layers.new("other")
    other.layer_collection.children["second"].exclude = True
    other.aovs.add().name = "AOV"


def scenes(target) -> None:
    """Settings of a scene, and a second one."""
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end, scene.gravity = 3, 77, (0, 0, -3)
    scene.render.resolution_x, scene.render.fps = 321, 30
    scene.unit_settings.system, scene.view_settings.exposure = "IMPERIAL", 0.4
    scene.view_settings.use_curve_mapping = True
    scene.view_settings.curve_mapping.curves[3].points.new(0.2, 0.6)
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.timeline_markers.new("mark", frame=5)
    scene.timeline_markers.new("mark", frame=9).camera = scene.camera
    second = bpy.data.scenes.new("Zwei")
    second.background_set = scene
    second.collection.objects.link(target)


def compositor() -> None:
    """Every compositor and texture node."""
    scene = bpy.context.scene
    if hasattr(scene, "node_tree"):
        scene.use_nodes = True
        tree = scene.node_tree
    else:
        tree = bpy.data.node_groups.new("Compositor", "CompositorNodeTree")
        scene.compositing_node_group = tree
    every_node(tree, ("CompositorNode",))
    every_node(bpy.data.node_groups.new("Texture", "TextureNodeTree"), ("TextureNode",))
