"""Library overrides and what artists do with them, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

PREAMBLE = """
import os
import bpy
D = bpy.data
scene = D.scenes['Scene']
folder = args['folder']
FIGUR = os.path.join(folder, 'figur.blend')

def link(**names):
    with D.libraries.load(FIGUR, link=True) as (there, here):
        for collection, name in names.items():
            setattr(here, collection, [name])
    found = [getattr(here, collection)[0] for collection in names]
    return found[0] if len(found) == 1 else found

def library():
    return next(it for it in D.libraries if os.path.samefile(bpy.path.abspath(it.filepath), FIGUR))

def linked(collection, name):
    return getattr(D, collection)[name, library().filepath]

def override(collection, name):
    return linked(collection, name).override_create(remap_local_usages=False)

def own(name):
    return D.objects[name, None]

def reset(datablock, path):
    properties = datablock.override_library.properties
    properties.remove(next(it for it in properties if it.rna_path == path))

"""
AFTERWARDS = "\nbpy.context.view_layer.update()\n"

# Makes the library in a Blender that is in no session: a figure of a body that a rig moves, with a hat.
WRITE = """
import bpy
D = bpy.data
bpy.ops.wm.read_homefile(use_empty=True)
size = args['size']
mesh = D.meshes.new('Leib')
mesh.from_pydata([(0, 0, 0), (size, 0, 0), (0, size, 0)], [], [(0, 1, 2)])
skin = D.materials.new('Haut')
skin.diffuse_color = size / 10, 0, 0, 1
skin.roughness = size / 20
skin.use_fake_user = True
mesh.materials.append(skin)
body, rig = D.objects.new('Leib', mesh), D.objects.new('Gerüst', D.armatures.new('Gerüst'))
body.shape_key_add(name='Basis')
body.shape_key_add(name='Lächeln').data[0].co.z = size
body.delta_scale.x = size
body.parent = rig
body.modifiers.new('Glatt', 'SUBSURF').levels = 1
moved = body.modifiers.new('Gerüst', 'ARMATURE')
moved.object = rig
rig['Kraft'] = float(size)
rig.property_overridable_library_set('["Kraft"]', True)
hat, lamp = D.objects.new('Hut', None), D.objects.new('Lampe', D.lights.new('Lampe', 'SUN'))
hat.parent, hat.parent_type, hat.parent_bone = rig, 'BONE', 'Kopf'
figure, gear = D.collections.new('Figur'), D.collections.new('Zeug')
for one in (rig, body):
    figure.objects.link(one)
figure.children.link(gear)
gear.objects.link(hat)
for name in args['more']:
    gear.objects.link(D.objects.new(name, None))
for one in (figure,):
    D.scenes[0].collection.children.link(one)
D.scenes[0].collection.objects.link(lamp)
bpy.context.view_layer.objects.active = rig
bpy.ops.object.mode_set(mode='EDIT')
for number, name in enumerate(('Rücken', 'Kopf')):
    bone = rig.data.edit_bones.new(name)
    bone.head, bone.tail = (0, 0, number), (0, 0, number + 1)
bpy.ops.object.mode_set(mode='OBJECT')
rig.pose.bones['Kopf'].location.y = size
bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True)
"""

SINGLE = (
    """
link(objects='Lampe')
one = override('objects', 'Lampe')
scene.collection.objects.link(one)
one.location = 1, 2, 3
link(materials='Haut')
skin = override('materials', 'Haut')
skin.use_fake_user = True
skin.diffuse_color = 0, 1, 0, 1
""",
    """
own('Lampe').name = 'Sonne'
D.materials['Haut', None].name = 'Haut, grün'
""",
    """
own('Sonne').rotation_euler.z = 1
own('Sonne').hide_render = True
D.materials['Haut, grün', None].metallic = 0.5
follows = own('Sonne').constraints.new('COPY_LOCATION')
follows.name = 'Folgt'
follows.influence = 0.5
own('Sonne').constraints.new('LIMIT_SCALE').name = 'Grenze'
""",
    """
own('Sonne').rotation_euler.z = 0
own('Sonne').location = linked('objects', 'Lampe').location
reset(own('Sonne'), 'location')
own('Sonne').constraints['Folgt'].influence = 0.25
own('Sonne').constraints.move(1, 0)
""",
    """
own('Sonne').constraints.remove(own('Sonne').constraints['Grenze'])
other = own('Sonne').copy()
other.name = 'Mond'
scene.collection.objects.link(other)
other.location.x = 9
""",
    """
D.objects.remove(own('Mond'))
""",
)

FIGURE = (
    """
scene.collection.children.link(link(collections='Figur'))
root = linked('collections', 'Figur').override_hierarchy_create(scene, bpy.context.view_layer)
scene.collection.children.unlink(linked('collections', 'Figur'))
assert own('Hut').override_library.hierarchy_root == root
""",
    """
rig = own('Gerüst')
rig.override_library.is_system_override = False
rig.pose.bones['Kopf'].rotation_mode = 'XYZ'
rig.pose.bones['Kopf'].rotation_euler = 0.1, 0.2, 0.3
rig.pose.bones['Rücken'].location = 0, 0, 1
""",
    """
own('Gerüst').location.x = 5
own('Gerüst')['Kraft'] = 8.0
own('Leib').modifiers['Glatt'].levels = 3
bevel = own('Leib').modifiers.new('Kante', 'BEVEL')
bevel.width = 0.5
own('Leib').modifiers.new('Spiegel', 'MIRROR').mirror_object = own('Gerüst')
""",
    """
own('Leib').modifiers['Kante'].width = 0.25
slot = own('Leib').material_slots[0]
slot.link = 'OBJECT'
slot.material = D.materials['Haut, grün']
rig = own('Gerüst')
rig.animation_data_create().action = D.actions.new('Winkt')
rig.pose.bones['Kopf'].keyframe_insert('scale', frame=1)
rig.pose.bones['Kopf'].scale.z = 3
rig.pose.bones['Kopf'].keyframe_insert('scale', frame=11)
""",
    """
own('Leib').modifiers.remove(own('Leib').modifiers['Kante'])
head = own('Gerüst').pose.bones['Kopf']
head.rotation_euler = 0, 0, 0
reset(own('Gerüst'), 'pose.bones["Kopf"].rotation_euler')
""",
    """
own('Hut').name = 'Mütze'
own('Mütze').parent_bone = 'Rücken'
D.collections['Figur', None].hide_render = True
other = own('Gerüst').copy()
other.name = 'Zwilling'
scene.collection.objects.link(other)
other.location.y = 4
""",
)

RELOADED = (
    """
library().reload()
""",
    """
own('Gerüst').location.x = 6
own('Leib').modifiers['Glatt'].levels = 4
""",
)

CLEARED = (
    """
own('Sonne').override_library.reset()
scene.collection.objects.unlink(own('Zwilling'))
D.objects.remove(own('Zwilling'))
D.objects.remove(own('Mütze'))
""",
    """
D.materials.remove(D.materials['Haut, grün'])
if bpy.app.version >= (4, 0, 0):
    own('Sonne').make_local(clear_liboverride=True)
    assert own('Sonne').override_library is None
    own('Sonne').location.x = 3
""",
    """
own('Sonne').rotation_euler.z = 2
D.collections.remove(D.collections['Figur', None])
for it in [it for it in D.objects if it.override_library and it.library is None]:
    D.objects.remove(it)
""",
)
