"""Typical edits for each type of datablock, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

PREAMBLE = """
import bpy
D = bpy.data
scene = bpy.context.scene

def linked(name, data):
    made = D.objects.new(name, data)
    scene.collection.objects.link(made)
    return made

"""
AFTERWARDS = "\nbpy.context.view_layer.update()\n"

TEXTURES = (
    "t = D.textures.new('Wolke', 'CLOUDS'); t.noise_scale = 0.7; t.use_fake_user = True",
    "t = D.textures['Wolke']; t.use_color_ramp = True; t.color_ramp.elements.new(0.4).color = (1, 0.5, 0, 0.2)",
    "D.textures['Wolke'].type = 'WOOD'",
    "t = D.textures['Wolke']; t.wood_type = 'RINGS'; t.noise_scale = 0.3",
    "D.textures['Wolke'].type = 'IMAGE'",
    "D.textures['Wolke'].image = D.images.new('Bild', 4, 4); D.textures['Wolke'].extension = 'CLIP'",
    """
m = linked('Wellen', D.meshes.new('Wellen')).modifiers.new('Displace', 'DISPLACE')
m.texture = D.textures['Wolke']
""",
    "D.textures['Wolke'].copy().name = 'Zweite'; D.textures['Zweite'].use_fake_user = True",
    "t = D.textures['Zweite']; t.use_nodes = True; t.node_tree.nodes.new('TextureNodeMath').location = (5, 6)",
    "D.textures['Zweite'].node_tree.nodes[-1].operation = 'POWER'",
    "D.textures['Wolke'].name = 'Erste'",
    "D.objects['Wellen'].modifiers[0].texture = D.textures['Zweite']",
    "D.textures.remove(D.textures['Zweite'])",
)
TEXTS = (
    "D.texts.new('Notiz').from_string('eins\\nzwei\\n')",
    "t = D.texts['Notiz']; t.cursor_set(1); t.write('und – 字\\t')",
    "D.texts['Notiz'].lines[0].body = 'anders'",
    "D.texts['Notiz'].copy().name = 'Kopie'; D.texts['Kopie'].use_fake_user = True",
    "D.texts['Notiz'].name = 'Liste'",
    "D.texts['Kopie'].clear()",
    "D.texts['Liste'].indentation = 'TABS'",
    "D.texts.remove(D.texts['Kopie'])",
)
ASSETS = (
    "g = D.node_groups.new('Bausatz', 'GeometryNodeTree'); g.use_fake_user = True; g.asset_mark()",
    "d = D.node_groups['Bausatz'].asset_data; d.author = 'Ännchen'; d.description = 'was es tut'; d.tags.new('Haar')",
    """
d = D.node_groups['Bausatz'].asset_data; d.tags.new('Fell')
d.catalog_id = '3f2504e0-4f89-11d3-9a0c-0305e82c3301'
""",
    "d = D.node_groups['Bausatz'].asset_data; d.tags.remove(d.tags[0]); d['eigen'] = 3",
    "g = D.node_groups['Bausatz']; g.use_fake_user = False; g.use_fake_user = True; D.objects['Ball'].asset_mark()",
    "D.node_groups['Bausatz'].asset_clear(); D.node_groups['Bausatz'].use_fake_user = True",
    "D.objects['Ball'].asset_clear()",
)
NODES = (
    """
g = D.node_groups.new('Knoten', 'GeometryNodeTree'); g.use_fake_user = True
join = g.nodes.new('GeometryNodeJoinGeometry')
for name in ('eins', 'zwei', 'drei', 'vier'):
    cube = g.nodes.new('GeometryNodeMeshCube'); cube.name = name
    g.links.new(cube.outputs[0], join.inputs[0])
""",
    """
g = D.node_groups['Knoten']
join = next(node for node in g.nodes if node.type == 'JOIN_GEOMETRY')
g.links.remove(next(link for link in g.links if link.from_node.name == 'drei'))
g.links.remove(next(link for link in g.links if link.from_node.name == 'eins'))
g.links.new(g.nodes['drei'].outputs[0], join.inputs[0])
g.links.new(g.nodes['eins'].outputs[0], join.inputs[0])
""",
    "D.node_groups['Knoten'].nodes.new('NodeGroupInput').outputs[-1].hide = True",
    """
g = D.node_groups['Knoten']
if hasattr(g, 'default_group_node_width'):
    g.default_group_node_width = 240
viewer = g.nodes.new('GeometryNodeViewer')
if hasattr(viewer, 'viewer_items'):
    viewer.viewer_items.clear()
    item = viewer.viewer_items.new('GEOMETRY', 'gezeigt')
    g.links.new(g.nodes['eins'].outputs[0], viewer.inputs[0])
    item.auto_remove = True
""",
    """
g = D.node_groups['Knoten']
g.links.new(g.nodes['zwei'].outputs[0], next(node for node in g.nodes if node.type == 'VIEWER').inputs[0])
next(node for node in g.nodes if node.type == 'GROUP_INPUT').outputs[-1].hide = False
""",
)
PALETTES = (
    "p = D.palettes.new('Farben'); p.use_fake_user = True; p.colors.new().color = (1, 0.5, 0)",
    "D.palettes['Farben'].colors.new().color = (0, 0.5, 0.25)",
    "D.palettes['Farben'].colors[0].color = (0.1, 0.2, 0.3)",
    "p = D.palettes['Farben']; p.colors.remove(p.colors[0])",
    "D.palettes['Farben'].copy().name = 'Mehr'; D.palettes['Mehr'].use_fake_user = True",
    "D.palettes['Farben'].name = 'Bunt'",
    "D.palettes.remove(D.palettes['Mehr'])",
)
MASKS = (
    "m = D.masks.new('Maske'); m.use_fake_user = True; m.layers.new(name='Lage').alpha = 0.5",
    """
s = D.masks['Maske'].layers[0].splines.new()
s.points.add(3)
for i, point in enumerate(s.points):
    point.co, point.handle_left, point.handle_right = (0.1 * i, 0.2), (0, 0.1 * i), (0.5, 0.6)
""",
    "D.masks['Maske'].layers[0].splines[0].points[2].co = (0.7, 0.8)",
    "s = D.masks['Maske'].layers[0].splines[0]; s.points.remove(s.points[1]); s.use_cyclic = True",
    "D.masks['Maske'].layers.new(name='Zweite').blend = 'SUBTRACT'",
    "D.masks['Maske'].layers['Lage'].name = 'Erste'",
    "D.masks['Maske'].copy().name = 'Kopie'; D.masks['Kopie'].use_fake_user = True",
    "m = D.masks['Maske']; m.layers.remove(m.layers[0]); m.frame_end = 50",
    "D.masks['Maske'].name = 'Rest'",
    "D.masks.remove(D.masks['Kopie'])",
)
LINE_STYLES = (
    """
lines = bpy.context.view_layer.freestyle_settings.linesets.new('Umriss')
lines.linestyle.name = 'Stift'
""",
    "D.linestyles['Stift'].thickness = 5; D.linestyles['Stift'].use_dashed_line = True",
    "D.linestyles['Stift'].color_modifiers.new('Rausch', 'NOISE').amplitude = 3",
    "D.linestyles['Stift'].geometry_modifiers.new('Sinus', 'SINUS_DISPLACEMENT').wavelength = 7",
    "D.linestyles['Stift'].thickness_modifiers.new('Lauf', 'ALONG_STROKE').curve.curves[0].points.new(0.4, 0.9)",
    "s = D.linestyles['Stift'].geometry_modifiers; s.remove(s[0])",
    "D.linestyles['Stift'].texture_slots.create(2).texture = D.textures.new('Strich', 'NOISE')",
    "D.linestyles['Stift'].texture_slots.clear(2); D.textures.remove(D.textures['Strich'])",
    "bpy.context.view_layer.freestyle_settings.linesets['Umriss'].linestyle = D.linestyles['Stift'].copy()",
    "bpy.context.view_layer.freestyle_settings.linesets['Umriss'].linestyle.name = 'Feder'",
    "s = bpy.context.view_layer.freestyle_settings.linesets; s.remove(s['Umriss'])",
    "D.linestyles.remove(D.linestyles['Feder'])",
)
PARTICLES = (
    """
mesh = D.meshes.new('Quelle')
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0)], [], [(0, 1, 2)])
thing = linked('Quelle', mesh)
thing.modifiers.new('Rauch', 'PARTICLE_SYSTEM')
""",
    "s = D.objects['Quelle'].particle_systems[0]; s.seed = 5; s.settings.name = 'Rauch'; s.settings.count = 20",
    "s = D.particles['Rauch']; s.lifetime = 12; s.effector_weights.gravity = 0.25; s.physics_type = 'FLUID'",
    "D.particles['Rauch'].fluid.linear_viscosity = 3; D.particles['Rauch'].use_clump_curve = True",
    "D.particles['Rauch'].clump_curve.curves[0].points.new(0.4, 0.2)",
    "D.particles['Rauch'].texture_slots.create(1).texture = D.textures.new('Dichte', 'CLOUDS')",
    """
m = D.objects['Quelle'].modifiers.new('Haar', 'PARTICLE_SYSTEM')
m.particle_system.settings.type = 'HAIR'
m.particle_system.settings.count = 4
""",
    "D.objects['Quelle'].modifiers['Haar'].particle_system.settings.hair_length = 0.5",
    "D.objects['Quelle'].modifiers['Haar'].particle_system.settings = D.particles['Rauch']",
    """
copy = D.objects['Quelle'].copy()
scene.collection.objects.link(copy)
copy.particle_systems[0].settings = D.particles['Rauch'].copy()
""",
    "m = D.objects['Quelle'].modifiers; m.remove(m['Rauch'])",
    "D.particles['Rauch'].name = 'Dampf'",
    "D.objects.remove(D.objects['Quelle.001'])",
)
