"""Typical edits of files and of the video sequence, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

PREAMBLE = """
import os
import bpy
from datablocks.sample_sequencer import effect, font_path, strips_of
D = bpy.data
scene = D.scenes['Scene']
folder = args['folder']
SOUND, OTHER, PICTURE = (os.path.join(folder, name) for name in ('töne.wav', 'andere.wav', 'bild.png'))
NEW = hasattr(bpy.types, 'Strip')

def editor():
    return scene.sequence_editor or scene.sequence_editor_create()

def strips():
    return strips_of(editor())

def strip(name):
    return (editor().strips_all if NEW else editor().sequences_all)[name]

def compositor():
    return scene.compositing_node_group if hasattr(scene, 'compositing_node_group') else scene.node_tree

def linked(name, data):
    made = D.objects.new(name, data)
    scene.collection.objects.link(made)
    return made

def put(one, **values):
    for name, value in values.items():
        new = {'start': 'content_start', 'left': 'left_handle', 'right': 'right_handle'}
        old = {'start': 'frame_start', 'left': 'frame_final_start', 'right': 'frame_final_end'}
        names = new if 'content_start' in one.bl_rna.properties else old
        setattr(one, names.get(name, name), value)

"""
AFTERWARDS = "\nbpy.context.view_layer.update()\n"

FILES = (
    """
linked('Sprecher', D.speakers.new('Sprecher')).data.sound = D.sounds.load(SOUND)
linked('Schrift', D.curves.new('Schrift', 'FONT')).data.body = 'Grüße'
scene.active_clip = D.movieclips.load(PICTURE)
scene.active_clip.name = 'Clip'
smoke = D.volumes.new('Rauch')
smoke.filepath = '/missing/smoke.vdb'
linked('Rauch', smoke)
bpy.ops.cachefile.open(filepath='/missing/cache.abc')
m = linked('Gespeichert', D.meshes.new('Gespeichert')).modifiers.new('Cache', 'MESH_SEQUENCE_CACHE')
m.cache_file = D.cache_files[0]
""",
    """
D.sounds[os.path.basename(SOUND)].name = 'Ton'
D.sounds['Ton'].filepath, D.sounds['Ton'].use_mono = OTHER, True
D.curves['Schrift'].font_bold = D.fonts.load(font_path() or '<builtin>')
clip = D.movieclips['Clip']
clip.frame_start, clip.tracking.camera.k1 = 5, 0.2
D.volumes['Rauch'].is_sequence, D.volumes['Rauch'].frame_duration = True, 9
D.cache_files[0].scale, D.cache_files[0].name = 0.5, 'Speicher'
""",
    """
D.sounds['Ton'].filepath = '/missing/sound.wav'
D.movieclips['Clip'].filepath = '/missing/clip.mp4'
D.curves['Schrift'].font_bold = D.fonts.load('<builtin>', check_existing=True)
""",
    """
D.speakers['Sprecher'].sound = D.sounds.load(SOUND)
D.batch_remove([D.sounds['Ton'], D.movieclips['Clip'], D.cache_files['Speicher']])
""",
)
STRIPS = (
    """
effect(editor(), 'Farbe', 'COLOR', 1, 1, 40).color = (1, 0.5, 0)
strips().new_image('Bild', PICTURE, 2, 10).elements.append('zweites.png')
strips().new_sound('Ton', SOUND, 3, 1).volume = 0.5
""",
    "effect(editor(), 'Text', 'TEXT', 4, 5, 30).text = 'Grüße'",
    """
strips().new_movie('Film', '/missing/film.mp4', 5, 1)
other = D.scenes.new('Andere')
other.frame_end = 60
strips().new_scene('Szene', other, 6, 1)
""",
    """
D.scenes['Andere'].frame_end = 20
strip('Szene').blend_alpha = 0.5
strips().new_mask('Maske', D.masks.new('Maske'), 7, 1)
effect(editor(), 'Einstellung', 'ADJUSTMENT', 8, 1, 50).color_saturation = 0.5
effect(editor(), 'Kameras', 'MULTICAM', 9, 1, 50).multicam_source = 2
made = strips().new_clip('Clip', D.movieclips.load(PICTURE), 10, 1)
if 'clip' not in made.bl_rna.properties:  # Blender 3.4 does not show it
    strips().remove(made)
""",
)
PLACES = (
    "put(strip('Farbe'), start=20)",
    "put(strip('Farbe'), left=25, right=50)",
    "put(strip('Ton'), start=30); put(strip('Ton'), right=80); strip('Bild').channel = 20",
    "strip('Text').channel = 2; strip('Text').mute = strip('Farbe').lock = True",
    "effect(editor(), 'rechts', 'COLOR', 1, 60, 20)",
    """
left, right = strip('Farbe'), strip('rechts')
put(left, start=300)
put(right, start=25)
put(left, start=60)
left.channel = right.channel = 1
""",
    """
strip('Text').text, strip('Text').font_size = 'anders', 30
strip('Bild').transform.scale_x, strip('Bild').crop.min_x = 2, 3
strip('Bild').elements.append('drei.png')
strip('Bild').blend_type, strip('Bild').color_tag = 'ADD', 'COLOR_03'
editor().channels[3].name, editor().channels[4].mute = 'Töne', True
""",
    "editor().channels[3].name, editor().channels[4].mute = 'Channel 3', False",
)
EFFECTS = (
    """
effect(editor(), 'Blende', 'CROSS', 11, 1, 1, strip('Farbe'), strip('rechts'))
effect(editor(), 'Schnell', 'SPEED', 12, 1, 1, strip('Bild')).use_frame_interpolate = True
effect(editor(), 'weich', 'GAUSSIAN_BLUR', 13, 1, 1, strip('Blende')).size_x = 4
""",
    "strip('Blende').input_2 = strip('Text'); put(strip('Farbe'), start=70)",
    "strip('Farbe').name = 'Grundfarbe'",
    """
stack = strip('Grundfarbe').modifiers
stack.new('hell', 'BRIGHT_CONTRAST').bright = 5
stack.new('bunt', 'COLOR_BALANCE').color_balance.gain = (1, 0.5, 0.25)
stack['bunt'].input_mask_strip = strip('Text')
stack.new('Kurve', 'CURVES').curve_mapping.curves[0].points.new(0.4, 0.9)
""",
    """
if 'sequencer_scene' in bpy.types.WorkSpace.bl_rna.properties:
    bpy.context.workspace.sequencer_scene = scene
editor().active_strip = strip('Grundfarbe')
bpy.ops.sequencer.strip_modifier_move(name='bunt', direction='UP')
""",
    "m = strip('Grundfarbe').modifiers; m.remove(m['hell']); strips().remove(strip('Text'))",
)
METAS = (
    "strips().new_meta('Meta', 30, 1); strip('Bild').move_to_meta(strip('Meta'))",
    "made = strips_of(strip('Meta')).new_image('darin', PICTURE, 3, 100); put(made, right=130)",
    "put(strip('darin'), start=90); put(strip('Meta'), left=15, right=95)",
    "strips().new_meta('Äußere', 31, 1); strip('Meta').move_to_meta(strip('Äußere'))",
    "strip('Äußere').separate(); strip('Meta').separate(); strips().remove(strip('darin'))",
)
KEYS = (
    """
one = strip('Grundfarbe')
for frame, value in ((60, 0.1), (90, 0.8)):
    one.blend_alpha = value
    one.keyframe_insert('blend_alpha', frame=frame)
""",
    "put(strip('Grundfarbe'), start=120)",
    "strip('Grundfarbe').name = 'Farbe'",
    "strip('Farbe').keyframe_insert('mute', frame=100)",
    "strips().remove(strip('Farbe'))",
)
COMPOSITOR = (
    """
if hasattr(scene, 'compositing_node_group'):
    scene.compositing_node_group = D.node_groups.new('Nachher', 'CompositorNodeTree')
else:
    scene.use_nodes = True
layers, blur = compositor().nodes.new('CompositorNodeRLayers'), compositor().nodes.new('CompositorNodeBlur')
layers.name, blur.name, blur.location = 'Bild', 'weich', (200, 50)
compositor().links.new(layers.outputs[0], blur.inputs[0])
""",
    """
nodes = compositor().nodes
nodes['weich'].mute = True
viewer = nodes.new('CompositorNodeViewer')
viewer.name = 'Sicht'
compositor().links.new(nodes['weich'].outputs[0], viewer.inputs[0])
nodes['Bild'].scene = D.scenes['Andere']
""",
    "compositor().links.remove(compositor().links[-1]); compositor().nodes.remove(compositor().nodes['Sicht'])",
)
