"""Settings that stand in odd places: B holds what A holds after each edit, and so does one who joins late."""

from __future__ import annotations

import os
import sys
import unittest
import wave

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import turns  # noqa: E402
from harness.member import Member  # noqa: E402

BUILD = """
bpy.ops.wm.read_homefile(use_empty=True)
scene = bpy.context.scene
for name in ('first', 'second'):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [], [(0, 1, 2), (1, 2, 3)])
    scene.collection.objects.link(bpy.data.objects.new(name, mesh))
"""
BEGIN = """
D, scene, V = bpy.data, bpy.context.scene, bpy.app.version
first, second = (D.objects.get(name) for name in ('first', 'second'))
text = D.curves.get('Wort')
def linked(thing):
    scene.collection.objects.link(thing)
    return thing
def active(thing):
    bpy.context.view_layer.objects.active = thing
    return bpy.context.temp_override(object=thing, active_object=thing)
"""
END = "\nbpy.context.view_layer.update()"
LETTERS = (
    "text = D.curves.new('Wort', 'FONT'); text.body = 'Größe'; linked(D.objects.new('Wort', text))",
    "text.body_format[1].use_bold = text.body_format[2].use_bold = True; text.body_format[4].kerning = 3",
    "text.body_format[1].use_bold = False; text.body_format[0].material_index = 2; text.update_tag()",
    """
active(D.objects['Wort'])
bpy.ops.object.mode_set(mode='EDIT')
bpy.ops.font.text_insert(text='n und so')
bpy.ops.object.mode_set(mode='OBJECT')
""",
    "text.body = 'kurz'",
    "text.body_format[3].use_small_caps = text.body_format[3].use_underline = True; text.update_tag()",
)
CURVES = (
    "linked(D.objects.new('Weg', D.curves.new('Weg', 'CURVE'))); D.curves['Weg'].eval_time = 4",
    "D.curves['Weg'].keyframe_insert('eval_time', frame=1)",
    "D.curves['Weg'].eval_time = 50; D.curves['Weg'].keyframe_insert('eval_time', frame=20)",
    "D.curves['Weg'].driver_add('extrude').driver.expression = '0.5'",
    "D.curves['Weg'].splines.new('BEZIER').bezier_points.add(1)",
    """
for _ in range(2):
    D.objects['Weg'].shape_key_add(name='Form')
D.curves['Weg'].shape_keys.key_blocks[1].data[0].radius = 3
""",
    """
active(D.objects['Weg'])
bpy.ops.object.mode_set(mode='EDIT')
bpy.ops.curve.select_all(action='SELECT')
bpy.ops.curve.subdivide()
bpy.ops.object.mode_set(mode='OBJECT')
""",
    "thing = linked(D.objects.new('Gitter', D.lattices.new('Gitter'))); thing.shape_key_add(name='Form')",
)
MASKS = (
    """
mask = D.masks.new('Maske')
mask.use_fake_user = True
mask.layers.new(name='Ebene').splines.new().points.add(2)
D.movieclips.load(args['folder'] + '/clip.bmp')
""",
    """
parent = D.masks['Maske'].layers[0].splines[0].points[1].parent
parent.id_type, parent.id = 'MOVIECLIP', D.movieclips[0]
parent.parent, parent.sub_parent = 'Kamera', 'Spur'
""",
    "D.masks['Maske'].layers[0].splines[0].points[1].parent.type = 'PLANE_TRACK'",
    "D.masks['Maske'].layers[0].splines[0].points[1].parent.id = None",
)
PATHS = (
    "shown = first.animation_visualization.motion_path; shown.frame_start, shown.type = 20, 'CURRENT_FRAME'",
    "linked(D.objects.new('Gestell', D.armatures.new('Gestell')))",
    """
shown = D.objects['Gestell'].pose.animation_visualization.motion_path
shown.frame_step, shown.frame_end = 7, 300
""",
    "scene.cycles.shading_system = True",
)
LIGHT = (
    """
made = D.collections.new('Licht')
made.use_fake_user = True
made.objects.link(first)
made.objects.link(second)
made.children.link(D.collections.new('Innen'))
""",
    "for it in list(getattr(D.collections['Licht'], 'collection_objects', ()))[1:]:"
    " it.light_linking.link_state = 'EXCLUDE'",
    "for it in getattr(D.collections['Licht'], 'collection_children', ()): it.light_linking.link_state = 'EXCLUDE'",
    "D.collections['Licht'].objects.unlink(first)",
    "for it in getattr(D.collections['Licht'], 'collection_objects', ()): it.light_linking.link_state = 'INCLUDE'",
)
KEYING = (
    "made = scene.keying_sets.new(idname='Satz', name='Satz'); made.paths.add(first, 'location', index=2)",
    "scene.keying_sets.new(idname='Zweiter', name='Zwei').use_insertkey_visual = True",
    "scene.keying_sets[0].bl_label = 'Name'; scene.keying_sets[0].paths.add(second, 'scale', index=0)",
    """
paths = scene.keying_sets[0].paths
paths[0].group_method, paths[0].group, paths[1].id = 'NAMED', 'Gruppe', first
""",
    "paths = scene.keying_sets[0].paths; paths.remove(paths[0])",
    """
scene.keying_sets.active_index = 0
with bpy.context.temp_override(scene=scene):
    bpy.ops.anim.keying_set_remove()
""",
)
MAPS = (
    "hasattr(first, 'face_maps') and [first.face_maps.new(name=name) for name in 'abc']",
    "hasattr(first, 'face_maps') and [first.face_maps[n].add([n]) for n in (0, 1)] and first.data.update()",
    "hasattr(first, 'face_maps') and setattr(first.face_maps[0], 'name', 'neu')",
    "hasattr(first, 'face_maps') and first.face_maps.remove(first.face_maps[0]); first.data.update()",
)
SOUNDS = (
    "sound = D.sounds.load(args['folder'] + '/ton.wav'); sound.use_fake_user = True; sound.pack()",
    "D.sounds[0].use_mono = True",
    "D.sounds[0].unpack(method='REMOVE')",
    "D.sounds[0].pack()",
)
ANIMATED_STRIPS = (
    """
for frame in (1, 20):
    first.location.x = frame
    first.keyframe_insert('location', frame=frame)
action, first.animation_data.action = first.animation_data.action, None
action.name = 'geht'
for name in ('eins', 'zwei'):
    track = first.animation_data.nla_tracks.new()
    track.name = name
    track.strips.new('Schritt ' + name, 3, action).name = 'Schritt ' + name
""",
    "strip = first.animation_data.nla_tracks['eins'].strips[0]; strip.repeat, strip.blend_type = 2.5, 'ADD'",
    "first.animation_data.nla_tracks['eins'].strips[0].use_animated_influence = True; first.update_tag()",
    """
keys = first.animation_data.nla_tracks['eins'].strips[0].fcurves.find('influence').keyframe_points
for frame, value in ((3, 0.25), (10, 0.75), (15, 0.5)):
    keys.insert(frame, value)
""",
    """
curve = first.animation_data.nla_tracks['eins'].strips[0].fcurves.find('influence')
curve.keyframe_points[1].co.y, curve.keyframe_points[1].interpolation = 1, 'LINEAR'
curve.modifiers.new('NOISE').strength = 0.125
""",
    """
strip = first.animation_data.nla_tracks['zwei'].strips[0]
strip.use_animated_time, strip.use_animated_time_cyclic = True, True
strip.fcurves.find('strip_time').keyframe_points.insert(5, 12.5)
""",
)
STRIPS_AND_MARKERS = (
    "curve = first.animation_data.nla_tracks['eins'].strips[0].fcurves[0]; curve.keyframe_points.clear()",
    "first.animation_data.nla_tracks['eins'].strips[0].use_animated_influence = False",
    "first.animation_data.nla_tracks.remove(first.animation_data.nla_tracks['eins'])",
    "scene.timeline_markers.new('Märke', frame=7)",
    "scene.timeline_markers['Märke'].frame = 9; scene.timeline_markers['Märke'].camera = second",
    "scene.timeline_markers['Märke'].name = 'andere'",
    "scene.timeline_markers.remove(scene.timeline_markers['andere'])",
)
# Since Blender 4.1, 4.3, 5.0.
BAKES = (
    """
group = D.node_groups.new('Backen', 'GeometryNodeTree')
group.interface.new_socket('Geometry', in_out='OUTPUT', socket_type='NodeSocketGeometry')
group.nodes.new('NodeGroupOutput')
group.nodes.new('GeometryNodeBake').name = 'Ofen'
modifier = first.modifiers.new('Backen', 'NODES')
modifier.node_group = group
""",
    "first.modifiers['Backen'].bakes[0].bake_mode = 'ANIMATION'",
    """
bake = first.modifiers['Backen'].bakes[0]
bake.use_custom_simulation_frame_range, bake.frame_start, bake.frame_end = True, 7, 70
""",
    "D.node_groups['Backen'].nodes.new('GeometryNodeBake').name = 'Herd'",
    "D.node_groups['Backen'].nodes.remove(D.node_groups['Backen'].nodes['Ofen'])",
)
LAYERS = (
    """
drawing = getattr(D, 'grease_pencils_v3' if hasattr(D, 'grease_pencils_v3') else 'grease_pencils').new('Stift')
for name in ('eins', 'zwei'):
    drawing.layers.new(name)
drawing.attributes.new('Höhe', 'FLOAT', 'LAYER').data[1].value = 0.25
linked(D.objects.new('Stift', drawing))
""",
    "D.objects['Stift'].data.attributes['Höhe'].data[0].value = 4; D.objects['Stift'].data.update_tag()",
    "D.objects['Stift'].data.attributes.new('Wort', 'STRING', 'LAYER').data[0].value = 'ä'.encode()",
    "D.objects['Stift'].data.layers['eins'].name = 'drei'",
    "held = D.objects['Stift'].data.attributes; held.remove(held['Höhe'])",
)
COMPOSITED = (
    """
group = D.node_groups.new('Bild', 'CompositorNodeTree')
for name, kind in (('Image', 'Color'), ('Stärke', 'Float')):
    group.interface.new_socket(name, in_out='INPUT', socket_type=f'NodeSocket{kind}')
group.interface.new_socket('Image', in_out='OUTPUT', socket_type='NodeSocketColor')
strip = scene.sequence_editor_create().strips.new_effect(
    name='Farbe', type='COLOR', channel=1, frame_start=1, length=20)
strip.modifiers.new('Bild', 'COMPOSITOR').node_group = group
""",
    "inputs = scene.sequence_editor.strips['Farbe'].modifiers[0].properties.inputs; inputs.Socket_1.value = 0.75",
    "inputs = scene.sequence_editor.strips['Farbe'].modifiers[0].properties.inputs; inputs.Socket_1.value = 0.5",
)
PIXEL = b"BM:\0\0\0\0\0\0\0006\0\0\0(\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\4" + bytes(23)


class Details(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = BEGIN, END

    @classmethod
    def prepare(cls):
        cls.folder = cls.place.path("files")
        os.makedirs(cls.folder)
        with open(os.path.join(cls.folder, "clip.bmp"), "wb") as file:
            file.write(PIXEL)
        with wave.open(os.path.join(cls.folder, "ton.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(b"\0\1" * 8000)
        cls.a.run(BUILD)
        cls.version = cls.a.run("result = list(bpy.app.version)")

    def edit(self, member: Member, code: str, **options):
        return super().edit(member, code, folder=self.folder, **options)

    def test_a_letters(self):
        self.steps(LETTERS)

    def test_b_curves(self):
        self.steps(CURVES)

    def test_c_masks(self):
        self.steps(MASKS)

    def test_d_paths(self):
        self.steps(PATHS)

    def test_e_light(self):
        self.steps(LIGHT)

    def test_f_keying(self):
        self.steps(KEYING)

    def test_g_face_maps(self):
        self.steps(MAPS)

    def test_h_sounds(self):
        self.steps(SOUNDS)

    def test_i_nonlinear(self):
        self.steps(ANIMATED_STRIPS)
        for member, frame in ((self.a, 4), (self.b, 9)):
            member.run("bpy.context.scene.frame_set(args['frame'])", frame=frame)
        self.come_to_rest()  # Blender sets what they animate, here to this and there to that
        self.steps(STRIPS_AND_MARKERS)

    def test_j_of_later_releases(self):
        """What only some releases have."""
        for since, steps in (([4, 1], BAKES), ([4, 3], LAYERS), ([5, 0], COMPOSITED)):
            if self.version >= since:
                self.steps(steps)


if __name__ == "__main__":
    unittest.main()
