"""Typical edits of grease pencil, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

PREAMBLE = """
import bpy, sys
D = bpy.data
scene = bpy.context.scene
NEW = bpy.app.version >= (4, 3)
PENCILS = D.grease_pencils_v3 if hasattr(D, 'grease_pencils_v3') else D.grease_pencils
data = PENCILS.get('Zeichnung') or PENCILS.get('Skizze')
thing = D.objects.get('Blatt')

def stroke(layer, number, size, value):
    frame = next(f for f in layer.frames if f.frame_number == number)
    if NEW:
        frame.drawing.add_strokes(sizes=[size])
        places = frame.drawing.attributes['position'].data
        for index in range(len(places) - size, len(places)):
            places[index].vector = (index, value, 0)
    else:
        points = frame.strokes.new().points
        points.add(size)
        for index, point in enumerate(points):
            point.co = (index, value, 0)

def strokes(layer, number):
    frame = next(f for f in layer.frames if f.frame_number == number)
    return frame.drawing if NEW else frame.strokes

def told(frame, name, kind, domain):
    held = frame.attributes
    return (held.get(name) or held.new(name, kind, domain)).data

"""
AFTERWARDS = """
if data is not None and data.name in PENCILS:
    data.update_tag()
bpy.context.view_layer.update()
"""

DRAWING = (
    """
data = PENCILS.new('Zeichnung')
thing = D.objects.new('Blatt', data)
scene.collection.objects.link(thing)
data.layers.new('Linien').frames.new(1)
stroke(data.layers['Linien'], 1, 4, 0.5)
""",
    "stroke(data.layers['Linien'], 1, 3, 0.25); stroke(data.layers['Linien'], 1, 5, 0.75)",
    """
if NEW: strokes(data.layers[0], 1).attributes['position'].data[2].vector = (7, 8, 9)
else: strokes(data.layers[0], 1)[0].points[2].co = (7, 8, 9)
""",
    """
d = strokes(data.layers[0], 1)
if NEW:
    told(d, 'radius', 'FLOAT', 'POINT')[3].value = 0.2
    told(d, 'opacity', 'FLOAT', 'POINT')[1].value = 0.5
else: d[0].points[3].pressure, d[1].points[0].strength = 0.2, 0.5
""",
    """
d = strokes(data.layers[0], 1)
if NEW:
    told(d, 'vertex_color', 'FLOAT_COLOR', 'POINT')[0].color = (1, 0.5, 0.25, 1)
    told(d, 'fill_color', 'FLOAT_COLOR', 'CURVE')[1].color = (1, 0.5, 0.25, 1)
else: d[0].points[0].vertex_color = d[1].vertex_color_fill = (1, 0.5, 0.25, 1)
""",
    """
d = strokes(data.layers[0], 1)
if NEW:
    told(d, 'cyclic', 'BOOLEAN', 'CURVE')[1].value = True
    told(d, 'material_index', 'INT', 'CURVE')[1].value = 1
else: d[1].use_cyclic, d[1].material_index, d[1].line_width, d[1].start_cap_mode = True, 1, 33, 'FLAT'
""",
    """
d = strokes(data.layers[0], 1)
if NEW: d.remove_strokes(indices=[1])
else: d.remove(d[1])
""",
    """
d = strokes(data.layers[0], 1)
if NEW: d.resize_strokes(sizes=[6], indices=[0])
else: d[0].points.add(2); d[0].points.pop(index=1)
""",
    """
if NEW: strokes(data.layers[0], 1).attributes.remove(strokes(data.layers[0], 1).attributes['opacity'])
else: strokes(data.layers[0], 1).close(strokes(data.layers[0], 1)[0])
""",
    """
if NEW and hasattr(strokes(data.layers[0], 1), 'set_types'):
    strokes(data.layers[0], 1).set_types(type='BEZIER', indices=[0])
""",
    "stroke(data.layers[0], 1, 2, 3)",
    """
if NEW: strokes(data.layers[0], 1).remove_strokes()
else: data.layers[0].frames[0].clear()
""",
)
LAYERS = (
    "data.layers.new('Farben').frames.new(1); stroke(data.layers['Farben'], 1, 3, 1)",
    "l = data.layers['Farben']; l.opacity, l.blend_mode, l.tint_color, l.tint_factor = 0.5, 'ADD', (1, 0.5, 0), 0.25",
    "data.layers.new('Dritte', set_active=False).frames.new(4); stroke(data.layers['Dritte'], 4, 2, 1)",
    "data.layers.move(data.layers['Dritte'], 'DOWN')",
    "l = data.layers['Farben']; setattr(l, 'name' if NEW else 'info', 'Füllung')",
    """
l = data.layers['Linien']
if hasattr(l.mask_layers, 'add'):
    l.mask_layers.add(data.layers['Füllung'])
else:
    data.layers.active = l
    with bpy.context.temp_override(object=thing, active_object=thing):
        bpy.ops.grease_pencil.layer_mask_add(name='Füllung')
setattr(l, 'use_masks' if NEW else 'use_mask_layer', True)
""",
    "data.layers['Linien'].mask_layers[0].invert = True",
    "l = data.layers['Füllung']; setattr(l, 'name' if NEW else 'info', 'Flächen')",
    """
if NEW:
    outer = data.layer_groups.new('außen')
    inner = data.layer_groups.new('innen', parent_group=outer)
    data.layers.move_to_layer_group(data.layers['Dritte'], inner)
""",
    """
if NEW:
    data.layers.move_to_layer_group(data.layers['Flächen'], data.layer_groups['außen'])
    data.layer_groups['innen'].hide = True
""",
    """
if NEW:
    groups = data.layer_groups
    groups.move_to_layer_group(groups['innen'], None)
    groups.move_to_layer_group(groups['außen'], groups['innen'])
""",
    "if NEW: data.layer_groups.remove(data.layer_groups['außen'], keep_children=True)",
    """
a, b = data.layers['Linien'], data.layers['Flächen']
for layer, name in ((a, 'x'), (b, 'Linien'), (a, 'Flächen')):
    setattr(layer, 'name' if NEW else 'info', name)
""",
    """
l = data.layers['Linien']
l.rotation, l.scale = (0.1, 0.2, 0.3), (1, 2, 3)
setattr(l, 'translation' if NEW else 'location', (4, 5, 6))
""",
    "data.layers['Linien'].keyframe_insert('opacity', frame=3)",
    """
l = data.layers['Flächen']
if hasattr(l.mask_layers, 'remove'): l.mask_layers.remove(l.mask_layers[0])
""",
    "data.layers.remove(data.layers['Dritte'])",
)
FRAMES = (
    "data.layers.new('Film').frames.new(1); stroke(data.layers['Film'], 1, 3, 1)",
    "l = data.layers['Film']; l.frames.new(10); stroke(l, 10, 2, 2)",
    "data.layers['Film'].frames[1].keyframe_type = 'BREAKDOWN'",
    """
l = data.layers['Film']
if NEW: l.frames.copy(10, 20)
else: l.frames.copy(l.frames[1]).frame_number = 20
""",
    """
l = data.layers['Film']
if NEW: l.frames.move(10, 14)
else: l.frames[1].frame_number = 14
""",
    "if NEW: data.layers['Film'].frames.copy(14, 30, instance_drawing=True)",
    "stroke(data.layers['Film'], 14, 4, 5)",
    "l = data.layers['Film']; l.frames.remove(14 if NEW else l.frames[1])",
    "stroke(data.layers['Film'], 20, 1, 5)",
    "l = data.layers['Film']; l.frames.new(-5); stroke(l, -5, 1, 2)",
)
MODIFIERS = (
    """
ink = D.materials.new('Tusche')
D.materials.create_gpencil_data(ink)
ink.grease_pencil.color = (0.1, 0.2, 0.3, 1)
data.materials.append(ink)
data.materials.append(None)
""",
    "D.materials['Tusche'].grease_pencil.show_fill = True; data.onion_factor = 0.2",
    "data.materials[1] = D.materials['Paint']; thing.material_slots[0].link = 'OBJECT'",
    "thing.material_slots[0].material = D.materials['Glass']; data.materials.pop(index=1)",
    """
stack = thing.modifiers if NEW else thing.grease_pencil_modifiers
stack.new('Rauschen', 'GREASE_PENCIL_NOISE' if NEW else 'GP_NOISE').factor = 0.75
stack.new('Dicke', 'GREASE_PENCIL_THICKNESS' if NEW else 'GP_THICK').thickness_factor = 2
""",
    """
stack = thing.modifiers if NEW else thing.grease_pencil_modifiers
stack['Dicke'].name = 'Breite'
stack.new('Striche', 'GREASE_PENCIL_DASH' if NEW else 'GP_DASH').segments[0].gap = 4
""",
    """
stack = thing.modifiers if NEW else thing.grease_pencil_modifiers
stack['Rauschen'].seed = 7
stack.remove(stack['Breite'])
""",
    """
glow = thing.shader_effects.new('Schein', 'FX_GLOW')
glow.threshold = 0.3
""",
    "thing.shader_effects.new('Wirbel', 'FX_SWIRL').object = D.objects['Ball']",
    "thing.shader_effects.remove(thing.shader_effects['Schein'])",
    "thing.vertex_groups.new(name='Gruppe')",
    "copy = thing.copy(); copy.data = data.copy(); scene.collection.objects.link(copy)",
    "D.objects.remove(D.objects['Blatt.001'])",
    "data.name = 'Skizze'",
)
MODE = """
layer = bpy.context.view_layer
layer.objects.active = thing
bpy.ops.object.mode_set(mode=('PAINT_GREASE_PENCIL' if NEW else 'PAINT_GPENCIL') if args['paint'] else 'OBJECT')
layer.update()
"""
OPERATORS = (
    """
layer = bpy.context.view_layer
layer.objects.active = thing
bpy.ops.object.mode_set(mode='EDIT' if NEW else 'EDIT_GPENCIL')
group = bpy.ops.grease_pencil if NEW else bpy.ops.gpencil
group.select_all(action='SELECT')
with bpy.context.temp_override(object=thing, active_object=thing):
    if NEW: bpy.ops.grease_pencil.stroke_subdivide(number_cuts=2)
    else: bpy.ops.gpencil.stroke_subdivide(number_cuts=2)
bpy.ops.object.mode_set(mode='OBJECT')
""",
)
