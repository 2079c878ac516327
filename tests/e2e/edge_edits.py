"""What real files hold and simple tests do not, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

SCENES = (
    "s = D.scenes.new('Zweite'); s.collection.objects.link(D.objects['Ball']); s.world = D.worlds['World']",
    "l = D.scenes['Zweite'].view_layers; l.new('Vorn'); l.new('Hinten').use_pass_z = True; l[0].name = 'Alles'",
    """
c = D.collections.new('Kulisse')
D.scenes['Zweite'].collection.children.link(c)
scene.collection.children.link(c)
c.objects.link(D.objects.new('Baum', D.meshes.new('Baum')))
""",
    "D.scenes['Zweite'].view_layers['Vorn'].layer_collection.children['Kulisse'].exclude = True",
    "D.scenes['Zweite'].view_layers['Hinten'].layer_collection.children['Kulisse'].holdout = True",
    "D.scenes['Zweite'].view_layers['Hinten'].layer_collection.children['Kulisse'].indirect_only = True",
    "D.collections['Kulisse'].hide_viewport = True; D.collections['Kulisse'].hide_render = True",
    "D.objects['Baum'].location = (1, 2, 3)",  # hidden
    "D.collections['Kulisse'].hide_viewport = False; D.objects['Baum'].hide_viewport = True",
    "scene.view_layers[0].layer_collection.children['Kulisse'].exclude = True",
    "D.objects['Baum'].location = (3, 2, 1); D.objects['Baum'].data.materials.append(D.materials['Paint'])",
    "D.collections['Kulisse'].objects.link(D.objects.new('Im Ausgeschlossenen', None))",
    "scene.view_layers[0].layer_collection.children['Kulisse'].exclude = False",
    """
e = linked('Instanz', None)
e.instance_type, e.instance_collection = 'COLLECTION', D.collections['Kulisse']
""",
    "D.collections['Kulisse'].instance_offset = (0, 0, 4); D.objects['Instanz'].location.x = 5",
    "c = D.collections.new('Wald'); c.objects.link(D.objects['Instanz']); scene.collection.children.link(c)",
    "e = linked('Instanz 2', None); e.instance_type, e.instance_collection = 'COLLECTION', D.collections['Wald']",
    "D.scenes['Zweite'].view_layers.remove(D.scenes['Zweite'].view_layers['Vorn'])",
    "D.scenes['Zweite'].background_set = scene",
    "D.collections.remove(D.collections['Kulisse'])",
    "D.scenes['Zweite'].name = 'Probe'",
    "D.scenes.remove(D.scenes['Probe'])",
)
NAMES = (
    "linked('ä' * 31 + 'b', None)",
    "linked('字' * 100, D.meshes.new('字' * 100))",  # is cut within a character
    "linked('x' + '😀' * 100, None)",
    "linked('x' * 300, None); linked('x' * 300, None)",  # two that are cut to the same
    "linked('a/b\\\\c..\\\"d\\'e\\n\\t', None); linked('.versteckt', None); linked('zwei  ', None)",
    "D.objects['a/b\\\\c..\\\"d\\'e\\n\\t'].name = 'ü.001'; linked('ü.002', None); linked('ü', None)",
    "linked('e\\u0301', None); linked('\\u00e9', None)",  # look alike
    "D.materials.new('m' * 300); D.objects['Ball'].data.materials.append(D.materials[-1])",
    "m = D.objects['Ball'].modifiers.new('字' * 100, 'ARRAY'); m.count = 3",
    "D.objects['Ball'].vertex_groups.new(name='g').name = 'ö' * 100",
    "D.objects['Ball'].shape_key_add(name='k').name = 'é' * 100",
    "D.objects['Ball']['schlüssel' + 'ß' * 20] = 'wört' * 300",
    "D.collections.new('ß' * 300).objects.link(D.objects['Ball']); scene.collection.children.link(D.collections[-1])",
    "a, b = linked('Hin', None), linked('Her', None)",
    "a, b = D.objects['Hin'], D.objects['Her']; a.name = 'x'; b.name = 'Hin'; a.name = 'Her'",
    "b = D.objects['Her']; b.location.x = 1; b.name = 'Hin'",  # takes it from the other
)
NUMBERS = (
    "linked('Weit', None).location = (3.4e38, -3.4e38, 1e-45)",
    "D.objects['Weit'].location = (float('inf'), float('-inf'), float('nan'))",
    "D.objects['Weit'].scale = (0, float('nan'), -1e30); D.objects['Weit'].rotation_euler.x = float('inf')",
    "linked('Kind', None).parent = D.objects['Weit']",
    "D.objects['Kind'].matrix_parent_inverse[0][3] = float('nan')",
    """
mesh = D.meshes.new('Kaputt')
mesh.from_pydata([(float('nan'), 0, 0), (float('inf'), 1e38, 0), (0, 0, float('-inf'))], [], [(0, 1, 2)])
linked('Kaputt', mesh)
""",
    "D.meshes['Kaputt'].vertices[2].co = (float('nan'), 1, 2); D.meshes['Kaputt'].update()",
    "D.meshes['Kaputt'].attributes.new('wert', 'FLOAT', 'POINT').data[1].value = float('nan')",
    "uv = D.meshes['Kaputt'].uv_layers.new(name='uv'); uv.data[0].uv = (float('inf'), float('nan'))",
    "o = D.objects['Weit']; o['nan'] = float('nan'); o['inf'] = float('inf'); o['liste'] = [float('nan'), -1e308]",
    "o = D.objects['Weit']; o['groß'] = 2**31 - 1; o['klein'] = -2**31; o['tief'] = {'a': {'b': float('nan')}}",
    """
o = linked('Bewegt', None)
o.keyframe_insert('location', frame=1)
o.location.x = 1e38
o.keyframe_insert('location', frame=1e6)
o.location.x = 0  # what its action says at frame 1
""",
    """
from bpy_extras import anim_utils
def curves(o):
    action = o.animation_data.action
    if hasattr(action, 'fcurves'):
        return action.fcurves
    return anim_utils.action_get_channelbag_for_slot(action, o.animation_data.action_slot).fcurves
keys = curves(D.objects['Bewegt'])[1].keyframe_points
keys[0].co.y, keys[1].co.y = 7, float('nan')
keys[1].handle_right = (float('inf'), float('-inf'))
""",
    "D.materials['Paint'].diffuse_color = (1e38, float('nan'), float('inf'), -5)",
    "D.cameras['Camera'].lens = 1e38; D.lights['Lamp'].energy = float('inf')",
    "D.objects['Weit'].location = (0, 0, 0); D.objects['Weit']['nan'] = 1.0",
)
TIES = (
    "a, b = linked('Eins', None), linked('Zwei', None); a['andere'], b['andere'] = b, a; a['selbst'] = a",
    """
def drive(of, by):
    curve = of.driver_add('location', 0)
    variable = curve.driver.variables.new()
    variable.type = 'TRANSFORMS'
    variable.targets[0].id = by
    curve.driver.expression = variable.name
drive(D.objects['Eins'], D.objects['Zwei'])
drive(D.objects['Zwei'], D.objects['Eins'])
""",
    "D.objects['Eins'].constraints.new('COPY_LOCATION').target = D.objects['Zwei']",
    "D.objects['Zwei'].constraints.new('COPY_LOCATION').target = D.objects['Eins']",
    "D.objects['Eins'].parent = D.objects['Zwei']",
    "D.objects['Eins'].parent = None; D.objects['Zwei'].parent = D.objects['Eins']",  # turned round in one step
    "c, d = (D.collections.new(name) for name in ('Außen', 'Innen')); scene.collection.children.link(c);"
    " c.children.link(d)",
    "c, d = D.collections['Außen'], D.collections['Innen']; c.children.unlink(d); scene.collection.children.unlink(c);"
    " scene.collection.children.link(d); d.children.link(c)",  # turned round as well
    """
g, h = (D.node_groups.new(name, 'ShaderNodeTree') for name in ('Gruppe', 'Hülle'))
h.nodes.new('ShaderNodeGroup').node_tree = g
n = D.materials['Paint'].node_tree.nodes.new('ShaderNodeGroup')
n.node_tree = h
""",
    "h = D.node_groups['Hülle']; h.nodes.clear(); D.node_groups['Gruppe'].nodes.new('ShaderNodeGroup').node_tree = h",
    "D.objects.remove(D.objects['Zwei'])",  # parent's child, constraint's and driver's target, in a custom property
    "D.materials.remove(D.materials['Glass'])",  # in slots
    "D.node_groups.remove(D.node_groups['Hülle'])",
    "m = D.meshes.new('Geteilt'); [linked(f'Teilt {i}', m) for i in range(3)]",
    "D.meshes.remove(D.meshes['Geteilt'])",  # with its objects
    "D.cameras.remove(D.cameras['Camera'])",  # with the scene's camera
    "D.worlds.remove(D.worlds['World'])",
    "a = [linked(f'Kreis {i}', None) for i in range(3)]",
    "a = [D.objects[f'Kreis {i}'] for i in range(3)]; a[0].name = 'x'; a[1].name = 'Kreis 0'; a[2].name = 'Kreis 1';"
    " a[0].name = 'Kreis 2'",
    "a = D.objects['Kreis 0']; D.objects.remove(D.objects['Kreis 1']); a.name = 'Kreis 1'; linked('Kreis 0', None)",
)
WRITE_LIBRARY = """
mesh = D.meshes.new('Stein')
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
mesh.materials.append(D.materials.new('Fels'))
c = D.collections.new('Geröll')
last = None
for i in range(args['count']):
    o = D.objects.new(f'Stein {i}', mesh)
    o.location = (i % 60, i // 60, 0)
    o.parent = last if i % 10 else None
    c.objects.link(o)
    last = o
D.libraries.write(args['file'], {c})
for o in list(c.objects):
    D.objects.remove(o)
D.collections.remove(c)
D.meshes.remove(mesh)
D.materials.remove(D.materials['Fels'])
"""
APPEND = """
with D.libraries.load(args['file']) as (there, here):
    here.collections = ['Geröll']
scene.collection.children.link(here.collections[0])
result = len(D.objects)
"""
