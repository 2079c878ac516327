"""One of each type of datablock: how to make it, what to change of it. Code that runs inside a Blender.

``NAME`` is what the datablock is called in all of them; what it needs to be seen hangs on objects of that name too.
"""

from __future__ import annotations

PREAMBLE = """
import bpy
D, C = bpy.data, bpy.context
NAME = 'every'
def shown(data, name):
    made = D.objects.new(name, data)
    C.scene.collection.objects.link(made)
    return made
def pencils():
    return D.grease_pencils_v3 if hasattr(D, 'grease_pencils_v3') else D.grease_pencils
def notes():
    return getattr(D, 'annotations', D.grease_pencils)
def noted(name):
    if hasattr(D, 'annotations'):
        return D.annotations.new(name)
    window = C.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
    with C.temp_override(window=window, area=area):
        bpy.ops.gpencil.annotation_add()
    made, C.scene.grease_pencil = C.scene.grease_pencil, None
    made.name = name
    return made
"""
AFTERWARDS = "\nC.view_layer.update()\n"
KEEP = "; made.use_fake_user = True"

# Type as it is called in the docs -> (collection of bpy.data, name of the datablock, make, change).
TYPES: dict[str, tuple[str, str, str, str]] = {
    "Action": (
        "actions",
        "every action",
        "thing = shown(None, 'every action'); thing.keyframe_insert('location', frame=1)\n"
        "thing.animation_data.action.name = 'every action'",
        "C.scene.frame_set(9); thing = D.objects['every action']\n"
        "thing.location.x = 3; thing.keyframe_insert('location', frame=9)",
    ),
    "Annotation": (
        "notes()",
        "every note",
        "made = noted('every note'); made.layers.new('ink').frames.new(1).strokes.new().points.add(count=3)"
        + KEEP,
        "note = notes()['every note']; note.layers['ink'].thickness = 7\n"
        "note.layers['ink'].frames[0].strokes[0].points[1].co = 1, 2, 3",
    ),
    "Armature, pose": (
        "armatures",
        "every armature",
        "rig = shown(D.armatures.new('every armature'), 'every armature')\n"
        "C.view_layer.objects.active = rig; bpy.ops.object.mode_set(mode='EDIT')\n"
        "bone = rig.data.edit_bones.new('bone'); bone.tail = 0, 0, 1\nbpy.ops.object.mode_set(mode='OBJECT')",
        "rig = D.objects['every armature']; rig.data.display_type = 'STICK'\n"
        "rig.pose.bones['bone'].location.x = 2",
    ),
    "Camera": (
        "cameras",
        "every camera",
        "shown(D.cameras.new('every camera'), 'every camera')",
        "D.cameras['every camera'].lens = 77",
    ),
    "Collection": (
        "collections",
        "every collection",
        "made = D.collections.new('every collection'); C.scene.collection.children.link(made)\n"
        "made.objects.link(D.objects.new('every member', None))",
        "D.collections['every collection'].color_tag = 'COLOR_03'",
    ),
    "Curve": (
        "curves",
        "every curve",
        "curve = D.curves.new('every curve', 'CURVE'); curve.splines.new('BEZIER').bezier_points.add(2)\n"
        "shown(curve, 'every curve')",
        "D.curves['every curve'].splines[0].bezier_points[1].co = 1, 2, 3",
    ),
    "Surface": (
        "curves",
        "every surface",
        "curve = D.curves.new('every surface', 'SURFACE'); curve.splines.new('NURBS').points.add(3)\n"
        "shown(curve, 'every surface')",
        "D.curves['every surface'].splines[0].points[1].co = 1, 2, 3, 1",
    ),
    "Text object": (
        "curves",
        "every words",
        "words = D.curves.new('every words', 'FONT'); words.body = 'eins'; shown(words, 'every words')",
        "D.curves['every words'].body = 'zwei'",
    ),
    "Grease pencil": (
        "pencils()",
        "every pencil",
        "data = pencils().new('every pencil'); layer = data.layers.new('ink'); frame = layer.frames.new(1)\n"
        "if hasattr(frame, 'drawing'):\n    frame.drawing.add_strokes([3])\n"
        "else:\n    frame.strokes.new().points.add(3)\n"
        "shown(data, 'every pencil')",
        "layer = pencils()['every pencil'].layers['ink']; layer.opacity = 0.5\n"
        "pencils()['every pencil'].update_tag()",
    ),
    "Hair curves": (
        "hair_curves",
        "every hair",
        "data = D.hair_curves.new('every hair'); shown(data, 'every hair')\n"
        "if hasattr(data, 'add_curves'):\n    data.add_curves([3, 4])\n",
        "data = D.hair_curves['every hair']; data.update_tag(); data['tag'] = 2\n"
        "if len(data.points):\n    data.points[1].position = 1, 2, 3",
    ),
    "Image": (
        "images",
        "every image",
        "made = D.images.new('every image', 4, 4); made.generated_type = 'UV_GRID'" + KEEP,
        "D.images['every image'].generated_color = 1, 0.5, 0, 1",
    ),
    "Lattice": (
        "lattices",
        "every lattice",
        "shown(D.lattices.new('every lattice'), 'every lattice')",
        "D.lattices['every lattice'].points_u = 4",
    ),
    "Light": (
        "lights",
        "every light",
        "shown(D.lights.new('every light', 'SPOT'), 'every light')",
        "D.lights['every light'].energy = 5",
    ),
    "Light probe": (
        "lightprobes",
        "every probe",
        "kind = D.lightprobes.bl_rna.functions['new'].parameters['type'].enum_items[0].identifier\n"
        "shown(D.lightprobes.new('every probe', kind), 'every probe')",
        "D.lightprobes['every probe'].influence_distance = 4",
    ),
    "Line style": (
        "linestyles",
        "every line",
        "made = D.linestyles.new('every line')" + KEEP,
        "D.linestyles['every line'].thickness = 9",
    ),
    "Mask": (
        "masks",
        "every mask",
        "made = D.masks.new('every mask'); made.layers.new(name='a').splines.new().points.add(3)" + KEEP,
        "D.masks['every mask'].layers['a'].alpha = 0.5",
    ),
    "Material": (
        "materials",
        "every material",
        "made = D.materials.new('every material'); made.use_nodes = True" + KEEP,
        "D.materials['every material'].node_tree.nodes.new('ShaderNodeMath').inputs[0].default_value = 3",
    ),
    "Mesh": (
        "meshes",
        "every mesh",
        "mesh = D.meshes.new('every mesh'); mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])\n"
        "shown(mesh, 'every mesh')",
        "D.meshes['every mesh'].vertices[0].co = 1, 2, 3; D.meshes['every mesh'].update()",
    ),
    "Metaball": (
        "metaballs",
        "every ball",
        "ball = D.metaballs.new('every ball'); ball.elements.new(); shown(ball, 'every ball')",
        "D.metaballs['every ball'].elements[0].radius = 3",
    ),
    "Movie clip": (
        "movieclips",
        "every clip",
        "made = D.movieclips.load(MOVIE); made.name = 'every clip'" + KEEP,
        "D.movieclips['every clip'].frame_offset = 3",
    ),
    "Node group": (
        "node_groups",
        "every group",
        "made = D.node_groups.new('every group', 'GeometryNodeTree')" + KEEP,
        "D.node_groups['every group'].nodes.new('NodeGroupInput')",
    ),
    "Object": (
        "objects",
        "every object",
        "shown(None, 'every object')",
        "D.objects['every object'].scale = 1, 2, 3\n"
        "D.objects['every object'].constraints.new('LIMIT_SCALE').max_x = 2",
    ),
    "Palette": (
        "palettes",
        "every palette",
        "made = D.palettes.new('every palette'); made.colors.new().color = 1, 0, 0" + KEEP,
        "D.palettes['every palette'].colors.new().color = 0, 1, 0",
    ),
    "Particle settings": (
        "particles",
        "every particles",
        "made = D.particles.new('every particles')" + KEEP,
        "D.particles['every particles'].count = 77",
    ),
    "Point cloud": (
        "pointclouds",
        "every points",
        "data = D.pointclouds.new('every points'); shown(data, 'every points')\n"
        "if hasattr(data, 'resize'):\n    data.resize(4)",
        "data = D.pointclouds['every points']; data.update_tag(); data['tag'] = 2\n"
        "if len(data.points):\n    data.attributes['position'].data[1].vector = 1, 2, 3",
    ),
    "Scene, view layer, compositor, sequencer": (
        "scenes",
        "every scene",
        "made = D.scenes.new('every scene')",
        "made = D.scenes['every scene']; made.frame_end = 77; made.view_layers.new('second')\n"
        "editor = made.sequence_editor_create()\n"
        "strips = editor.strips if hasattr(editor, 'strips') else editor.sequences\n"
        "length = 'length' if bpy.app.version >= (5, 0, 0) else 'frame_end'\n"
        "strips.new_effect(name='colour', type='COLOR', channel=1, frame_start=1, **{length: 20})",
    ),
    "Shape keys": (
        "shape_keys",
        "every keys",
        "mesh = D.meshes.new('every keyed'); mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])\n"
        "thing = shown(mesh, 'every keyed'); thing.shape_key_add(name='Basis'); thing.shape_key_add(name='up')\n"
        "mesh.shape_keys.name = 'every keys'",
        "keys = D.shape_keys['every keys'].key_blocks; keys['up'].data[0].co = 0, 0, 2; keys['up'].value = 0.5\n"
        "D.shape_keys['every keys'].update_tag()",
    ),
    "Sound": (
        "sounds",
        "every sound",
        "made = D.sounds.load(SOUND); made.name = 'every sound'" + KEEP,
        "D.sounds['every sound'].use_memory_cache = True",
    ),
    "Speaker": (
        "speakers",
        "every speaker",
        "shown(D.speakers.new('every speaker'), 'every speaker')",
        "D.speakers['every speaker'].volume = 0.25",
    ),
    "Text": (
        "texts",
        "every text",
        "D.texts.new('every text').from_string('a')",
        "D.texts['every text'].from_string('b\\nc')",
    ),
    "Texture": (
        "textures",
        "every texture",
        "made = D.textures.new('every texture', 'CLOUDS')" + KEEP,
        "D.textures['every texture'].noise_scale = 0.75",
    ),
    "Vector font": (
        "fonts",
        "Bfont Regular",
        "shown(D.curves.new('every letters', 'FONT'), 'every letters')",
        "D.curves['every letters'].body = 'x'",
    ),
    "Volume": (
        "volumes",
        "every volume",
        "shown(D.volumes.new('every volume'), 'every volume')",
        "D.volumes['every volume'].frame_offset = 3",
    ),
    "World": (
        "worlds",
        "every world",
        "made = D.worlds.new('every world')" + KEEP,
        "D.worlds['every world'].color = 1, 0.5, 0.25",
    ),
}
# What cannot go: Blender's own.
STAY = ("Vector font",)
GONE = {
    "Shape keys": "D.objects['every keyed'].shape_key_clear()",
    "Scene, view layer, compositor, sequencer": "D.scenes.remove(D.scenes['every scene'])",
}
REMOVE = "{collection}.remove({collection}[{name!r}])"
# Shape keys are copied along with what they belong to.
DUPLICATE = """
held = {collection}[{name!r}]
if isinstance(held, bpy.types.Key):
    twin = held.user.copy()
    twin.shape_keys.name = {name!r} + ' twin'
else:
    twin = held.copy()
twin.name = {name!r} + ' twin'
twin.use_fake_user = True
"""
RENAME = "{collection}[{name!r} + ' twin'].name = {name!r} + ' of another name'"
