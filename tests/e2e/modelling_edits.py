"""What artists do with Blender's own tools, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

PREAMBLE = """
import bpy
D = bpy.data
ops = bpy.ops
scene = bpy.context.scene

def only(*names):
    for thing in bpy.context.view_layer.objects:
        thing.select_set(thing.name in names)
    bpy.context.view_layer.objects.active = D.objects[names[0]]
    return D.objects[names[0]]

def editing(name, *work):
    thing = only(name)
    ops.object.mode_set(mode='EDIT')
    if thing.type == 'MESH':
        ops.mesh.select_all(action='SELECT')
    for one in work:
        one()
    ops.object.mode_set(mode='OBJECT')

def named(name):
    bpy.context.object.name = bpy.context.object.data.name = name
    return bpy.context.object

"""
AFTERWARDS = """
for thing in bpy.context.view_layer.objects:
    thing.select_set(False)
bpy.context.view_layer.update()
"""

MESHES = (
    "ops.mesh.primitive_monkey_add(location=(1, 2, 3)); named('Affe')",
    "editing('Affe', lambda: ops.mesh.subdivide(number_cuts=1))",
    "editing('Affe', ops.uv.smart_project, lambda: ops.mesh.mark_seam(clear=False))",
    "only('Affe'); ops.object.shade_smooth()",
    "editing('Affe', lambda: ops.mesh.extrude_region_move(TRANSFORM_OT_translate={'value': (0, 0, 0.5)}))",
    "editing('Affe', lambda: ops.mesh.merge(type='COLLAPSE')); only('Affe'); ops.object.delete()",
    "ops.mesh.primitive_cube_add(); named('Kiste'); ops.mesh.primitive_cone_add(location=(4, 0, 0)); named('Kegel')",
    "only('Kiste', 'Kegel'); ops.object.join()",
    "editing('Kiste', lambda: ops.mesh.separate(type='LOOSE'))",
    "thing = only('Kiste'); thing.data.remesh_voxel_size = 0.3; ops.object.voxel_remesh()",
    "thing = only('Kiste'); thing.modifiers.new('Fein', 'SUBSURF'); thing.modifiers.new('Fase', 'BEVEL').width = 0.03",
    "only('Kiste'); ops.object.modifier_move_to_index(modifier='Fase', index=0)",
    "only('Kiste'); ops.object.modifier_copy(modifier='Fase')",
    "only('Kiste'); ops.object.modifier_apply(modifier='Fase')",
    "only('Kiste'); ops.object.modifier_remove(modifier='Fein')",
    "editing('Kiste', lambda: ops.mesh.delete(type='ONLY_FACE'))",
    "only('Kiste'); ops.object.origin_set(type='ORIGIN_GEOMETRY'); ops.object.transform_apply()",
)
SLOTS = (
    "ops.mesh.primitive_grid_add(x_subdivisions=4, y_subdivisions=4); named('Feld')",
    """
thing = only('Feld')
for name in ('Rot', 'Blau', 'Grün'):
    ops.object.material_slot_add()
    thing.active_material = D.materials.new(name)
for face in thing.data.polygons:
    face.material_index = face.index % 3
thing.data.update()
""",
    "only('Feld').active_material_index = 2; ops.object.material_slot_move(direction='UP')",
    "slot = only('Feld').material_slots[0]; slot.link = 'OBJECT'; slot.material = D.materials['Grün']",
    "only('Feld').active_material_index = 1; ops.object.material_slot_remove()",
    # An object keeps its own material in a slot that shows its data's, where Python does not see it.
    "only('Feld').material_slots[0].material = None",
    "only('Feld').material_slots[0].link = 'DATA'",
)
SHARED = (
    "ops.mesh.primitive_uv_sphere_add(segments=8, ring_count=6); named('Kugel')",
    "only('Kugel'); ops.object.duplicate(linked=True); bpy.context.object.name = 'Zwilling'",
    "D.objects['Zwilling'].data.vertices[0].co.z += 1; D.objects['Zwilling'].data.update()",
    "only('Zwilling'); ops.object.make_single_user(object=True, obdata=True)",
    "only('Zwilling', 'Kugel'); ops.object.parent_set(type='OBJECT', keep_transform=True)",
    "only('Kugel'); ops.object.parent_clear(type='CLEAR_KEEP_TRANSFORM')",
    "made = D.collections.new('Kiste 7'); scene.collection.children.link(made); made.objects.link(D.objects['Kugel'])",
    """
for held in list(D.objects['Kugel'].users_collection):
    if held.name != 'Kiste 7':
        held.objects.unlink(D.objects['Kugel'])
""",
    "ops.object.collection_instance_add(collection='Kiste 7', location=(0, 0, 5)); bpy.context.object.name = 'Abbild'",
    "only('Abbild'); ops.object.duplicates_make_real()",
    "only('Zwilling'); D.objects['Zwilling'].data = D.objects['Kugel'].data",
    "ops.outliner.orphans_purge(do_recursive=True)",
)
SHAPES = (
    "ops.mesh.primitive_plane_add(); named('Gesicht'); ops.object.shape_key_add(); ops.object.shape_key_add()",
    "key = D.objects['Gesicht'].data.shape_keys.key_blocks[1]; key.data[0].co.z = 2; key.value = 0.5",
    "key = D.meshes['Gesicht'].shape_keys.key_blocks[1]; key.keyframe_insert('value', frame=1); key.name = 'Lachen'",
    """
key = D.objects['Gesicht'].data.shape_keys.key_blocks[1]
key.value = 1
key.keyframe_insert('value', frame=20)
""",
    """
action = D.objects['Gesicht'].data.shape_keys.animation_data.action
curves = action.fcurves if hasattr(action, 'fcurves') else action.layers[0].strips[0].channelbags[0].fcurves
curves[0].keyframe_points[1].co.x = 30
curves[0].keyframe_points[0].interpolation = 'LINEAR'
curves[0].update()
action.update_tag()
""",
    """
only('Gesicht').active_shape_key_index = 1
ops.object.shape_key_add(from_mix=True)
ops.object.shape_key_move(type='UP')
""",
    "only('Gesicht').active_shape_key_index = 1; ops.object.shape_key_remove()",
    "group = D.objects['Gesicht'].vertex_groups.new(name='Mund'); group.add([0, 1], 0.3, 'REPLACE')",
    """
thing = only('Gesicht')
ops.object.mode_set(mode='WEIGHT_PAINT')
ops.object.vertex_group_invert()
ops.object.vertex_group_levels(offset=0.1)
ops.object.mode_set(mode='OBJECT')
""",
    "thing = only('Gesicht'); thing.vertex_groups.new(name='Nase'); ops.object.vertex_group_move(direction='UP')",
    "only('Gesicht'); ops.object.vertex_group_copy(); ops.object.vertex_group_remove(all=False)",
)
OTHERS = (
    "ops.curve.primitive_bezier_curve_add(); named('Bogen')",
    "editing('Bogen', lambda: ops.curve.select_all(action='SELECT'), lambda: ops.curve.subdivide(number_cuts=2))",
    "point = D.curves['Bogen'].splines[0].bezier_points[1]; point.co.z = 2; point.handle_left_type = 'VECTOR'",
    "D.curves['Bogen'].bevel_depth = 0.1; D.curves['Bogen'].splines[0].use_cyclic_u = True",
    "only('Bogen'); ops.object.convert(target='MESH')",
    "ops.object.text_add(); named('Wort').data.body = 'Grüße'",
    "D.curves['Wort'].body = 'Größe'; D.curves['Wort'].extrude = 0.2",
    "made = D.objects.new('Kind', None); scene.collection.objects.link(made); made.parent = D.objects['Wort']",
    "only('Wort'); ops.object.convert(target='MESH')",
    "ops.object.text_add(); named('Zeile').data.body = 'Öl'; D.curves['Zeile'].extrude = 0.1",
    "D.objects['Zeile'].hide_set(True); D.objects['Zeile'].hide_set(False); D.objects['Zeile'].rotation_euler.z = 1",
    "only('Zeile'); ops.object.convert(target='CURVE')",
    "D.curves['Zeile'].bevel_depth = 0.02; D.curves['Zeile'].splines[0].bezier_points[0].co.x += 1",
    "made = D.objects.new('Echo', D.curves['Zeile']); scene.collection.objects.link(made)",
    "ops.object.metaball_add(type='BALL'); named('Tropfen')",
    "e = D.metaballs['Tropfen'].elements.new(type='CUBE'); e.co = (1, 0, 0); e.size_x = 0.4",
    "ops.object.light_add(type='AREA'); named('Fläche').data.size = 3; D.lights['Fläche'].shape = 'DISK'",
    "D.lights['Fläche'].type = 'SPOT'; D.lights['Fläche'].spot_size = 1",
    "ops.object.camera_add(); named('Auge').data.lens = 85; scene.camera = D.objects['Auge']",
    """
world = D.worlds.new('Abend')
world.use_nodes = True
world.node_tree.nodes['Background'].inputs[0].default_value = (0.1, 0, 0.2, 1)
scene.world = world
""",
    """
group = D.node_groups.new('Mischung', 'ShaderNodeTree')
group.nodes.new('ShaderNodeMath').name = 'Rechnung'
material = D.materials.new('Gemischt')
material.use_nodes = True
material.node_tree.nodes.new('ShaderNodeGroup').node_tree = group
material.use_fake_user = True
""",
    "D.node_groups['Mischung'].nodes['Rechnung'].inputs[1].default_value = 0.25",
    "D.node_groups['Mischung'].nodes['Rechnung'].operation = 'POWER'",
    """
tree = D.materials['Gemischt'].node_tree
noise = tree.nodes.new('ShaderNodeTexNoise')
tree.links.new(noise.outputs[0], tree.nodes['Principled BSDF'].inputs['Roughness'])
""",
    "ops.scene.new(type='FULL_COPY'); bpy.context.scene.name = 'Kopie'; bpy.context.window.scene = D.scenes[0]"
    " if bpy.context.window else None",
)
