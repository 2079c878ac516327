"""Typical edits of annotations, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

PREAMBLE = """
import bpy
D = bpy.data
scene = bpy.context.scene
OWN = hasattr(bpy.types, 'Annotation')
USER = 'annotation' if OWN else 'grease_pencil'
NOTES = D.annotations if OWN else D.grease_pencils
note = getattr(scene, USER)

def show(owner, annotation):
    setattr(owner, USER, annotation)

def frame(layer, number):
    return next(it for it in note.layers[layer].frames if it.frame_number == number)

def stroke(held, size, value, mode='3DSPACE'):
    made = held.strokes.new()
    made.points.add(count=size)
    for index, point in enumerate(made.points):
        point.co = (index, value, 0.5)
    made.display_mode = mode

def drawn(placement, count, rise):
    # As the tool draws: in a 3D view, with the pen pressed less and less.
    scene.tool_settings.annotation_stroke_placement_view3d = placement
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
    region = next(region for region in area.regions if region.type == 'WINDOW')
    known = bpy.types.OperatorStrokeElement.bl_rna.properties.keys()
    told = dict(name='', location=(0, 0, 0), mouse_event=(0, 0), size=10, pen_flip=False, x_tilt=0, y_tilt=0)
    told = {name: value for name, value in told.items() if name in known}
    points = [
        dict(told, mouse=(100 + 20 * i, 100 + rise * i), pressure=1 - i / 16, time=i, is_start=i == 0)
        for i in range(count)
    ]
    with bpy.context.temp_override(window=window, area=area, region=region):
        bpy.ops.gpencil.annotate('EXEC_DEFAULT', mode='DRAW', stroke=points, wait_for_input=False)

"""
PEN = """
import ctypes, importlib, member
package = member.session_module().__package__.rsplit('.session', 1)[0]
dna = importlib.import_module(package + '.datablocks.dna')
at = dna.structs('bGPDspoint')['bGPDspoint'].offsets['pressure']
result = [
    ctypes.c_float.from_address(point.as_pointer() + at).value
    for layer in note.layers for held in layer.frames for it in held.strokes for point in it.points
]
"""
STROKES = (
    "drawn('CURSOR', 6, 3)",
    "drawn('CURSOR', 4, 7)",
    "drawn('VIEW', 5, 2)",
    "stroke(note.layers[0].frames[0], 3, 0.25); stroke(note.layers[0].frames[0], 1, 4, '2DSPACE')",
    "note.layers[0].frames[0].strokes[1].points[2].co = (7, 8, 9)",
    "note.layers[0].frames[0].strokes[3].display_mode = '2DIMAGE'",
    "held = note.layers[0].frames[0].strokes; held.remove(held[0])",
    "note.layers[0].frames[0].strokes[0].points.add(count=2)",
)
LAYERS = (
    "note.layers[0].info = 'Entwurf'",
    "l = note.layers['Entwurf']; l.color, l.thickness, l.annotation_opacity = (1, 0.5, 0.25), 7, 0.5",
    "made = note.layers.new('Korrektur'); stroke(made.frames.new(1), 4, 2)",
    "note.layers['Entwurf'].annotation_hide = True",
    "l = note.layers['Entwurf']; l.annotation_hide = False; l.show_in_front = False; l.lock = True",
    "l = note.layers['Entwurf']; l.use_annotation_onion_skinning, l.annotation_onion_before_range = True, 3",
    "made = note.layers.new('Dritte', set_active=False); stroke(made.frames.new(3), 2, 1)",
    """
window = bpy.context.window_manager.windows[0]
area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
note.layers.active_index = note.layers.find('Entwurf')
with bpy.context.temp_override(window=window, area=area):
    bpy.ops.gpencil.layer_annotation_move(type='UP')
""",
    "note.layers['Korrektur'].info, note.layers['Dritte'].info = 'Anmerkung', 'Korrektur'",
    "note.layers.remove(note.layers['Korrektur'])",
)
FRAMES = (
    "stroke(note.layers['Entwurf'].frames.new(10), 3, 5); stroke(note.layers['Entwurf'].frames.new(20), 2, 6)",
    "frame('Entwurf', 20).frame_number = 25",
    "l = note.layers['Entwurf'].frames; l.copy(frame('Entwurf', 10)).frame_number = 30",
    "scene.frame_set(12); stroke(frame('Entwurf', 10), 5, 7)",
    "note.layers['Entwurf'].frames.remove(frame('Entwurf', 25))",
    "scene.frame_set(1); note.layers['Entwurf'].frames.new(-4)",
)
USERS = (
    "note.name = 'Besprechung'",
    """
group = D.node_groups.new('Notiert', 'GeometryNodeTree')
group.use_fake_user = True
copy = note.copy()
copy.name = 'An Knoten'
show(group, copy)
""",
    "NOTES['An Knoten'].layers[0].color = (0, 0.25, 1)",
    "stroke(NOTES['An Knoten'].layers[0].frames[0], 4, 9, '2DSPACE')",
    "show(D.materials['Paint'].node_tree, NOTES['An Knoten'])",
    "show(scene, None)",
    "show(scene, NOTES['An Knoten'])",
    "note.layers[0].frames[0].strokes[0].points[0].co = (3, 2, 1)",
    "show(D.node_groups['Notiert'], None)",
    "NOTES.remove(NOTES['An Knoten'])",
    "drawn('CURSOR', 3, 1)",
)
