"""Settings that stand in odd places, with unusual values, for the round trip. Runs in Blender."""

import ctypes
import os
import tempfile
import wave

import bpy
from datablocks.sample_annotations import offsets_of

PIXEL = b"BM:\0\0\0\0\0\0\0006\0\0\0(\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\4" + bytes(23)


def build(thing, linked) -> None:
    """All of them; ``thing`` is an object with a mesh, ``linked`` puts an object into the scene."""
    letters(linked)
    animated_curve(linked)
    mask_parents()
    motion_paths(thing, linked)
    light_links(linked)
    bakes(linked)
    face_maps(linked)
    keying_sets(thing)
    packed_sounds()
    layer_attributes(linked)
    drawn_seeds()
    nonlinear(linked)
    bpy.context.scene.cycles.shading_system = True


def drawn_seeds() -> None:
    """Blender draws 0 now and then, and takes it from nobody."""
    field = bpy.data.particles.new("drawn").force_field_1
    offset = offsets_of("PartDeflect")["seed"]
    ctypes.c_int.from_address(field.as_pointer() + offset).value = 0


def nonlinear(linked) -> None:
    """Tracks of strips: one that has keys of its own, one that is scaled and repeated, one that is muted."""
    thing = linked(bpy.data.objects.new("nonlinear", None))
    for frame in (1, 20):
        thing.location.x = frame
        thing.keyframe_insert("location", frame=frame)
    animation = thing.animation_data
    action, animation.action = animation.action, None
    action.name = "walks"
    for number in range(3):
        track = animation.nla_tracks.new()
        track.name = f"Spur {number}"
        for start in (3, 40):
            strip = track.strips.new(f"Schritt {number}.{start}", start, action)
            strip.blend_type, strip.extrapolation = "ADD", "NOTHING"
            strip.use_auto_blend, strip.blend_in, strip.blend_out = False, 1.5, 2.5
        strip.action_frame_start, strip.scale, strip.repeat, strip.use_reverse = 2, 0.5, 2.5, True
        track.mute = number == 1
    strip = animation.nla_tracks[0].strips[0]
    strip.use_animated_influence = True
    for frame, value in ((3, 0.25), (10, 0.75), (15, 0.5)):
        strip.influence = value
        strip.fcurves.find("influence").keyframe_points.insert(frame, value)
    strip = animation.nla_tracks[2].strips[1]
    strip.use_animated_time = True
    strip.fcurves.find("strip_time").keyframe_points.insert(45, 12.5)
    animation.action_blend_type, animation.action_influence = "COMBINE", 0.75


def letters(linked) -> None:
    """Letters that are set in many ways, among them some of no ASCII and the last."""
    text = bpy.data.curves.new("letters", "FONT")
    text.body = "Größe\n字 und so weiter"
    for index, name in (
        (1, "use_bold"),
        (2, "use_bold"),
        (2, "use_italic"),
        (6, "use_underline"),
        (7, "use_small_caps"),
    ):
        setattr(text.body_format[index], name, True)
    text.body_format[3].material_index, text.body_format[4].kerning = 2, 7
    text.body_format[
        5
    ].material_index = -1  # as Blender says of letters that are typed where there is no material
    text.body_format[len(text.body) - 1].use_bold = True
    linked(bpy.data.objects.new("letters", text))


def animated_curve(linked) -> None:
    """A path along which things move."""
    curve = bpy.data.curves.new("animated path", "CURVE")
    curve.eval_time = 3.5
    curve.keyframe_insert("eval_time", frame=7)
    curve.driver_add("bevel_depth").driver.expression = "0.25"
    linked(bpy.data.objects.new("animated path", curve))


def mask_parents() -> None:
    """Points that follow something of a clip."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "clip.bmp")
        with open(path, "wb") as file:
            file.write(PIXEL)
        clip = bpy.data.movieclips.load(path)
    clip.filepath = "//nowhere.mov"
    spline = bpy.data.masks.new("parented").layers.new(name="layer").splines.new()
    bpy.data.masks["parented"].use_fake_user = True
    spline.points.add(3)
    for index, kind in ((0, "POINT_TRACK"), (2, "PLANE_TRACK")):
        parent = spline.points[index].parent
        parent.id_type, parent.id, parent.type = "MOVIECLIP", clip, kind
        parent.parent, parent.sub_parent = "Kamera", f"Spur {index}"


def motion_paths(thing, linked) -> None:
    """Of an object and of a rig."""
    rig = linked(bpy.data.objects.new("paths", bpy.data.armatures.new("paths")))
    bpy.context.view_layer.update()
    for owner in (thing, rig.pose):
        shown = owner.animation_visualization.motion_path
        shown.type, shown.range, shown.bake_location = "CURRENT_FRAME", "KEYS_ALL", "TAILS"
        shown.frame_start, shown.frame_end, shown.frame_step, shown.frame_after = 300, 456, 3, 4
        shown.show_frame_numbers, shown.show_keyframe_highlight = True, False


def light_links(linked) -> None:
    """An object and a collection that no light reaches, beside others that it does."""
    lit, inner = bpy.data.collections.new("lit"), bpy.data.collections.new("unlit inner")
    lit.use_fake_user = True
    for name in ("lit a", "unlit b", "lit c"):
        lit.objects.link(linked(bpy.data.objects.new(name, None)))
    for child in (bpy.data.collections.new("lit inner"), inner):
        lit.children.link(child)
    if hasattr(lit, "collection_objects"):  # since Blender 4.0
        lit.collection_objects[1].light_linking.link_state = "EXCLUDE"
        lit.collection_children[1].light_linking.link_state = "EXCLUDE"


def bakes(linked) -> None:
    """A bake node and a simulation, baked in other frames."""
    if not hasattr(bpy.types, "NodesModifierBake"):  # since Blender 4.1
        return
    group = bpy.data.node_groups.new("baking", "GeometryNodeTree")
    group.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    group.nodes.new("NodeGroupOutput")
    group.nodes.new("GeometryNodeBake").name = "Backofen"
    first, last = (group.nodes.new(f"GeometryNodeSimulation{side}") for side in ("Input", "Output"))
    first.pair_with_output(last)
    modifier = linked(bpy.data.objects.new("baked", bpy.data.meshes.new("baked"))).modifiers.new(
        "bake", "NODES"
    )
    modifier.node_group = group
    bake = next(bake for bake in modifier.bakes if bake.node.name == "Backofen")
    bake.bake_mode, bake.use_custom_simulation_frame_range = "ANIMATION", True
    bake.frame_start, bake.frame_end = 17, 34


def face_maps(linked) -> None:
    """Two, with a face in one and none in the other (until Blender 3.6)."""
    mesh = bpy.data.meshes.new("mapped")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [], [(0, 1, 2), (1, 2, 3)])
    thing = linked(bpy.data.objects.new("mapped", mesh))
    if hasattr(thing, "face_maps"):
        thing.face_maps.new(name="leer")
        thing.face_maps.new(name="voll").add([1])


def keying_sets(thing) -> None:
    """Two, one empty; paths of several datablocks."""
    scene = bpy.context.scene
    scene.keying_sets.new(idname="leer", name="Leer").bl_description = "nichts"
    keyed = scene.keying_sets.new(idname="Größe", name="Größe und so")
    keyed.use_insertkey_needed = True
    place = keyed.paths.add(thing, "location", index=1, group_method="NAMED", group_name="Ort")
    place.use_insertkey_visual = True
    keyed.paths.add(scene, "frame_step")
    keyed.paths.add(thing, "scale").use_entire_array = True


def packed_sounds() -> None:
    """A sound whose file is gone."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sound.wav")
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(b"\0\1" * 800)
        sound = bpy.data.sounds.load(path)
        sound.pack()
    sound.filepath, sound.name, sound.use_fake_user = "/nowhere/sound.wav", "packed sound", True


def layer_attributes(linked) -> None:
    """One of each kind on two layers (since Blender 4.3)."""
    pencils = getattr(
        bpy.data, "grease_pencils_v3" if hasattr(bpy.data, "grease_pencils_v3") else "grease_pencils"
    )
    if bpy.app.version < (4, 3, 0):
        return
    drawing = pencils.new("attributed")
    layers = [drawing.layers.new(name) for name in ("Erste", "zweite")]
    layers[1].pass_index = 3
    for kind, value in {
        "FLOAT": 0.3,
        "INT": -7,
        "BOOLEAN": True,
        "STRING": "Grüße".encode(),
        "FLOAT_VECTOR": (1, 2, 3),
        "FLOAT_COLOR": (0.1, 0.2, 0.3, 0.4),
        "QUATERNION": (0.5, 0.5, 0.5, 0.5),
    }.items():
        element = drawing.attributes.new(f"own {kind}", kind, "LAYER").data[1]
        shown = {"FLOAT_VECTOR": "vector", "FLOAT_COLOR": "color"}.get(kind, "value")
        setattr(element, shown, value)
    linked(bpy.data.objects.new("attributed", drawing))
