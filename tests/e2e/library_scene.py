"""What test_library_files runs in Blenders: libraries that need other files, and what is linked from them."""

from __future__ import annotations

from file_scene import PREAMBLE as FILES

PREAMBLE = (
    FILES
    + """
D = bpy.data

def empty():
    bpy.ops.wm.read_homefile(use_empty=True)

def save(path):
    os.makedirs(os.path.dirname(DISK + path), exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=DISK + path)

def link(path, relative=False, **names):
    with D.libraries.load(path if path.startswith('/') else DISK + path, link=True, relative=relative) as (there, here):
        for collection, name in names.items():
            setattr(here, collection, [name])
    return [getattr(here, collection)[0] for collection in names][0]

def shown(name, data=None):
    made = D.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    return made

def instance(name, collection):
    made = shown(name)
    made.instance_type, made.instance_collection = 'COLLECTION', collection
    return made

def collected(name, *objects):
    made = D.collections.new(name)
    for one in objects:
        made.objects.link(one)
    bpy.context.scene.collection.children.link(made)

def library(leaf):
    return next(it for it in D.libraries if os.path.basename(it.filepath) == leaf)

def picture(material, image):
    material.use_nodes = True
    material.node_tree.nodes.new('ShaderNodeTexImage').image = image

def box(name, size, *images):
    mesh = D.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (size, 0, 0), (0, size, 0)], [], [(0, 1, 2)])
    for image in images:
        material = D.materials.new(image.name)
        picture(material, image)
        mesh.materials.append(material)
    return D.objects.new(name, mesh)

"""
)

# Beside it and far from it are what it needs; the names are such as artists have.
INNER = """
size, at = args['size'], args.get('at', 'Bücher & Co/inner')
empty()
paint(f'{at}/textures/grain.png', 1, 0, 0)
paint('abs/stone.png', 0, 1, 0)
for tile in (1001, 1002):
    paint(f'{at}/textures/wall.{tile}.png', 0, (tile - 1000) / 4, 0)
tone(f'{at}/snd/bell.wav', 440)
save(f'{at}/inner.blend')
grain = D.images.load(DISK + f'{at}/textures/grain.png')
grain.name, grain.filepath = 'grain', '//textures/grain.png'
stone = D.images.load(DISK + 'abs/stone.png')
stone.name = 'stone'
wall = D.images.load(DISK + f'{at}/textures/wall.1001.png')
wall.name, wall.source, wall.filepath = 'wall', 'TILED', '//textures/wall.<UDIM>.png'
wall.tiles.new(1002)
speaker = D.speakers.new('bell')
speaker.sound = D.sounds.load(DISK + f'{at}/snd/bell.wav')
speaker.sound.filepath = '//snd/bell.wav'
inner = box('Inner', size, grain, stone, wall)
inner['size'] = size
if args.get('expression'):
    inner.driver_add('location', 0).driver.expression = args['expression']
collected('Inner', inner, D.objects.new('Bell', speaker))
save(f'{at}/inner.blend')
"""

# A library that uses the inner one by a relative path, and has a font; one that names it by an absolute path.
OUTER = """
import shutil
empty()
save('lib/outer.blend')
os.makedirs(DISK + 'lib/fonts', exist_ok=True)
shutil.copy(args['font'], DISK + 'lib/fonts/Schrift 鈴.ttf')
curve = D.curves.new('Text', 'FONT')
curve.body, curve.font = 'Grüße', D.fonts.load(DISK + 'lib/fonts/Schrift 鈴.ttf')
curve.font.filepath = '//fonts/Schrift 鈴.ttf'
collected('Outer', D.objects.new('Text', curve), link('Bücher & Co/inner/inner.blend', relative=True, objects='Inner'))
save('lib/outer.blend')
empty()
collected('Far', link('Bücher & Co/inner/inner.blend', objects='Inner'))
save('lib/far.blend')
"""

# A library whose modifiers, nodes and strips name files, by relative and absolute paths.
NAMING = """
def deformed(path):
    os.makedirs(os.path.dirname(DISK + path), exist_ok=True)
    with open(DISK + path, 'wb') as file:  # three points in one frame
        file.write(b'POINTCACHE2\\0' + struct.pack('<iiffi', 1, 3, 0, 1, 1) + struct.pack('<9f', *range(9)))
empty()
save('names/naming.blend')
deformed('names/cache/move.pc2')
stl('far/part.stl')
for frame in (1, 2):
    paint(f'names/shots/shot_{frame}.png', 0, 0, frame / 2)
with open(DISK + 'far/lamp.ies', 'w') as file:
    file.write('IESNA:LM-63-1995\\nTILT=NONE\\n1 1000 1 2 1 1 1 0 0 0 1 1 100 0 90 0 1000 0')
thing = box('Deformed', 1)
modifier = thing.modifiers.new('cache', 'MESH_CACHE')
modifier.cache_format, modifier.filepath = 'PC2', '//cache/move.pc2'
collected('Naming', thing)
material = D.materials.new('lamp')
material.use_nodes = True
node = material.node_tree.nodes.new('ShaderNodeTexIES')
node.mode, node.filepath = 'EXTERNAL', DISK + 'far/lamp.ies'
thing.data.materials.append(material)
if hasattr(bpy.types, 'GeometryNodeImportSTL'):
    importing('Part', 'GeometryNodeImportSTL', 'far/part.stl')
    D.collections['Naming'].objects.link(D.objects['Part'])
scene = bpy.context.scene
scene.name = 'Cut'
editor = scene.sequence_editor_create()
strips = editor.strips if hasattr(editor, 'strips') else editor.sequences
strip = strips.new_image('pictures', DISK + 'names/shots/shot_1.png', 1, 1)
strip.elements.append('shot_2.png')
strip.directory = '//shots/'
far = strips.new_image('far', DISK + 'names/shots/shot_2.png', 2, 1)
far.directory = DISK + 'names/shots/'
save('names/naming.blend')
"""

# What is at the paths that linked modifiers, nodes and strips name, and what Blender makes of it.
NAMED = """
def held(path, it):
    path = bpy.path.abspath(path, library=it.id_data.library)
    return contents(path) if os.path.isfile(path) else None
found = {}
for thing in D.objects:
    for modifier in thing.modifiers if thing.library else ():
        if modifier.type == 'MESH_CACHE':
            found['cache'] = held(modifier.filepath, modifier)
            shape = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
            found['moved'] = [list(it.co) for it in shape.vertices]
        else:
            shape = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
            found['imported'] = len(shape.vertices)
for material in D.materials:
    for node in material.node_tree.nodes if material.library and material.node_tree else ():
        if node.type == 'TEX_IES':
            found['lamp'] = held(node.filepath, node)
for group in D.node_groups:
    for node in group.nodes if group.library else ():
        if node.bl_idname == 'GeometryNodeImportSTL':
            found['part'] = held(node.inputs[0].default_value, node)
for scene in D.scenes:
    editor = scene.sequence_editor if scene.library else None
    for strip in getattr(editor, 'strips_all', getattr(editor, 'sequences_all', ())):
        found[strip.name] = [held(os.path.join(strip.directory, it.filename), strip) for it in strip.elements]
result = found
"""

# A library of two meshes that do not need each other.
TWO = """
empty()
for name in args['names']:
    box(name, 1).data.use_fake_user = True
bpy.ops.wm.save_as_mainfile(filepath=args['path'] if args['path'].startswith('/') else DISK + args['path'])
"""

# What is linked and used: of which kind and file, and whether it is the real one.
LINKED = """
def real(it):
    if isinstance(it, bpy.types.Object):
        return it.get('size', it.type)
    return len(it.vertices) if isinstance(it, bpy.types.Mesh) else None
result = sorted([type(it).__name__, it.name, os.path.basename(it.library.filepath), real(it)]
                for it in D.user_map() if it.library and it.users and not isinstance(it, bpy.types.Key))
"""

# What the files of linked datablocks hold here.
FILES_OF_LINKED = """
def of(it):
    path = bpy.path.abspath(it.filepath, library=it.library)
    if getattr(it, 'source', '') == 'TILED':
        return [contents(path.replace('<UDIM>', str(tile.number))) for tile in it.tiles]
    return contents(path) if os.path.isfile(path) else None
result = {it.name: of(it) for them in (D.images, D.sounds, D.fonts, D.libraries) for it in them
          if isinstance(it, bpy.types.Library) or it.library}
"""
