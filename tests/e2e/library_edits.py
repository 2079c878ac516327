"""Libraries and what artists do with what is linked from them, as code to be run in a Blender, one step after the
other."""

from __future__ import annotations

PREAMBLE = """
import os
import bpy
D = bpy.data
scene = D.scenes['Scene']
folder = args['folder']
HAUS, ANDERE, KETTE, UMGEZOGEN = (
    os.path.join(folder, name) for name in ('haus.blend', 'andere.blend', 'kette.blend', 'umgezogen.blend'))

def link(path, **names):
    with D.libraries.load(path, link=True) as (there, here):
        for collection, name in names.items():
            setattr(here, collection, [name])
    found = [getattr(here, collection)[0] for collection in names]
    return found[0] if len(found) == 1 else found

def library(path):
    return next(it for it in D.libraries if os.path.samefile(bpy.path.abspath(it.filepath), path))

def of(path, collection, name):
    return getattr(D, collection)[name, library(path).filepath]

def shown(name, data=None):
    made = D.objects.new(name, data)
    scene.collection.objects.link(made)
    return made

def instance(name, collection):
    made = shown(name)
    made.instance_type, made.instance_collection = 'COLLECTION', collection
    return made

def modifier_input(modifier, value):
    group = modifier.node_group
    items = group.interface.items_tree if hasattr(group, 'interface') else group.inputs
    key = next(it.identifier for it in items if it.name == 'Breite')
    if hasattr(modifier, 'properties'):
        getattr(modifier.properties.inputs, key).value = value
    else:
        modifier[key] = value

"""
AFTERWARDS = "\nbpy.context.view_layer.update()\n"

# Makes a library in a Blender that is in no session. Both hold the same names.
WRITE = """
import bpy
D = bpy.data
bpy.ops.wm.read_homefile(use_empty=True)
size, sockets = args['size'], args['sockets']
def group(name, kind):
    made = D.node_groups.new(name, kind)
    for socket in sockets:
        if hasattr(made, 'interface'):
            made.interface.new_socket(socket, in_out='INPUT', socket_type='NodeSocketFloat')
        else:
            made.inputs.new('NodeSocketFloat', socket)
    made_of = {'ShaderNodeTree': 'NodeSocketShader', 'GeometryNodeTree': 'NodeSocketGeometry'}[kind]
    if hasattr(made, 'interface'):
        made.interface.new_socket('Ergebnis', in_out='OUTPUT', socket_type=made_of)
    else:
        made.outputs.new(made_of, 'Ergebnis')
    return made
group('Farbe', 'ShaderNodeTree').nodes.new('ShaderNodeMath').inputs[0].default_value = size
group('Form', 'GeometryNodeTree')
for name in ('Farbe', 'Form'):
    D.node_groups[name].use_fake_user = True
mesh = D.meshes.new('Kiste')
mesh.from_pydata([(0, 0, 0), (size, 0, 0), (0, size, 0)], [], [(0, 1, 2)])
material = D.materials.new('Lack')
material.diffuse_color = size / 10, 0, 0, 1
mesh.materials.append(material)
box, rig = D.objects.new('Kiste', mesh), D.objects.new('Gerüst', D.armatures.new('Gerüst'))
box['size'] = size
world = D.worlds.new('Himmel')
world.color, world.use_fake_user = (0, size / 10, 0), True
house = D.collections.new('Haus')
for one in (box, rig):
    house.objects.link(one)
D.scenes[0].collection.children.link(house)
if args['expression']:
    curve = box.driver_add('location', 0)
    curve.driver.expression = args['expression']
bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True)
"""

# A library whose collection holds an object of another library.
CHAIN = """
import bpy
bpy.ops.wm.read_homefile(use_empty=True)
with bpy.data.libraries.load(args['haus'], link=True) as (there, here):
    here.objects = ['Kiste']
row = bpy.data.collections.new('Reihe')
row.objects.link(here.objects[0])
bpy.data.scenes[0].collection.children.link(row)
bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True)
"""

LINKS = (
    """
instance('Instanz', link(HAUS, collections='Haus'))
own = D.materials.new('Lack')
own.diffuse_color = 0, 0, 1, 1
box = shown('Kiste', D.meshes.new('Kiste'))
box.data.materials.append(own)
box.data.materials.append(link(HAUS, materials='Lack'))
""",
    """
mixed = D.materials.new('Gemischt')
mixed.use_nodes = True
tree = mixed.node_tree
node = tree.nodes.new('ShaderNodeGroup')
node.name = 'Gruppe'
node.node_tree = link(HAUS, node_groups='Farbe')
node.inputs['Breite'].default_value = 7
out = next(it for it in tree.nodes if it.bl_idname == 'ShaderNodeOutputMaterial')
tree.links.new(node.outputs[0], out.inputs[0])
value = tree.nodes.new('ShaderNodeValue')
tree.links.new(value.outputs[0], node.inputs['Höhe'])
shown('Träger', D.meshes.new('Träger')).data.materials.append(mixed)
""",
    """
scene.collection.objects.link(link(ANDERE, objects='Kiste'))
scene.world = link(ANDERE, worlds='Himmel')
m = D.objects['Träger'].modifiers.new('Form', 'NODES')
m.node_group = link(HAUS, node_groups='Form')
modifier_input(m, 3.0)
""",
    """
shown('Netz', link(HAUS, meshes='Kiste')).location.x = 4
follower = shown('Folgt')
follower.constraints.new('CHILD_OF').target = link(HAUS, objects='Gerüst')
follower['kiste'] = link(HAUS, objects='Kiste')
m = D.objects['Kiste', None].modifiers.new('Gerüst', 'ARMATURE')
m.object = of(HAUS, 'objects', 'Gerüst')
""",
    """
instance('Kette', link(KETTE, collections='Reihe')).location.y = 5
inner = next(iter(of(KETTE, 'collections', 'Reihe').objects))
assert inner.library != library(KETTE)
shown('Schaut').constraints.new('TRACK_TO').target = inner
""",
    """
D.materials['Gemischt'].node_tree.nodes['Gruppe'].inputs['Breite'].default_value = 8
modifier_input(D.objects['Träger'].modifiers['Form'], 4.0)
D.objects['Netz'].name = 'Gitter'
D.objects['Instanz'].location.z = 2
""",
)

RELOADED = (
    """
library(HAUS).reload()
D.materials['Gemischt'].node_tree.nodes['Gruppe'].inputs['Tiefe'].default_value = 9
""",
    """
D.objects['Instanz'].location.z = 3
D.materials['Gemischt'].node_tree.nodes['Gruppe'].inputs['Tiefe'].default_value = 10
""",
    """
one = library(ANDERE)
one.filepath = UMGEZOGEN
one.reload()
""",
)

REMOVED = (
    """
D.objects.remove(D.objects['Kette'])
scene.world = None
""",
    """
scene.collection.objects.unlink(of(UMGEZOGEN, 'objects', 'Kiste'))
D.libraries.remove(library(UMGEZOGEN))
""",
    """
D.objects['Folgt'].constraints[0].target = None
D.materials.remove(of(HAUS, 'materials', 'Lack'))
""",
)
