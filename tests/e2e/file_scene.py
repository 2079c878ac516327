"""What test_files runs in Blenders: making files and using them.

Each Blender has a disk of its own: its home and working folder, which all of them reach as ``/proc/self/cwd``. So one
path names other files in each of them, or none.
"""

DISK = "/proc/self/cwd/"

PREAMBLE = """
import bpy, hashlib, math, os, struct, wave
DISK = '/proc/self/cwd/'

def paint(path, red, green, blue, size=16):
    # A picture of one colour, with a little noise so that no two are alike.
    picture = bpy.data.images.new('temporary', size, size)
    noise = [(i * 2654435761 % 256) / 255 for i in range(size * size)]
    picture.pixels.foreach_set([v for i in range(size * size) for v in (red, green, blue * noise[i] + 0, 1)])
    picture.filepath_raw, picture.file_format = DISK + path, 'PNG'
    os.makedirs(os.path.dirname(DISK + path), exist_ok=True)
    picture.save()
    bpy.data.images.remove(picture)

def tone(path, hertz):
    os.makedirs(os.path.dirname(DISK + path), exist_ok=True)
    with wave.open(DISK + path, 'wb') as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(8000)
        file.writeframes(b''.join(
            struct.pack('<h', int(9000 * math.sin(i * hertz / 8000 * 6.2832))) for i in range(4000)))

# A triangle as a file that a node imports.
def stl(path):
    os.makedirs(os.path.dirname(DISK + path), exist_ok=True)
    corners = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
    with open(DISK + path, 'wb') as file:
        file.write(bytes(80) + struct.pack('<I', 1) + struct.pack('<12fH', 0, 0, 1, *sum(corners, ()), 0))

def importing(name, kind, path):
    # A node group that imports a file, and an object that shows it.
    group = bpy.data.node_groups.new(name, 'GeometryNodeTree')
    group.interface.new_socket('Geometry', in_out='OUTPUT', socket_type='NodeSocketGeometry')
    made = group.nodes.new(kind)
    made.name, made.inputs[0].default_value = 'Import', DISK + path
    group.links.new(made.outputs[0], group.nodes.new('NodeGroupOutput').inputs[0])
    thing = bpy.data.objects.new(name, bpy.data.meshes.new(name))
    thing.modifiers.new('import', 'NODES').node_group = group
    bpy.context.scene.collection.objects.link(thing)

def imported(name):
    # What is at the path of the first socket of such a group, and how many points the object shows.
    path = bpy.data.node_groups[name].nodes['Import'].inputs[0].default_value
    thing = bpy.data.objects[name].evaluated_get(bpy.context.evaluated_depsgraph_get())
    return [contents(path) if os.path.isfile(path) else None, len(thing.data.vertices)]

def colour(name):
    # The first pixel as Blender shows it, in bytes; None while there is nothing to show.
    image = bpy.data.images[name]
    if not len(image.pixels):
        return None
    return [round(v * 255) for v in image.pixels[:3]]

def contents(path):
    with open(bpy.path.abspath(path), 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()

"""

OWN_FILES = """
paint('tex/wood.png', 1, 0, 0)
bpy.data.images.load(DISK + 'tex/wood.png').name = 'A wood'
for tile in (1001, 1002, 1011):
    paint(f'tex/wall.{tile}.png', 0, (tile - 1000) / 20, 0)
image = bpy.data.images.load(DISK + 'tex/wall.1001.png')
image.name, image.source, image.filepath = 'wall', 'TILED', DISK + 'tex/wall.<UDIM>.png'
for tile in (1002, 1011):
    image.tiles.new(tile)
for frame in range(1, 6):
    paint(f'seq/shot_{frame:04}.png', 0, 0, frame / 6)
image = bpy.data.images.load(DISK + 'seq/shot_0001.png')
image.name, image.source = 'shot', 'SEQUENCE'
clip = bpy.data.movieclips.load(DISK + 'seq/shot_0001.png')
clip.name = 'clip'
tone('snd/Glöckchen 鈴.wav', 440)
bpy.data.sounds.load(DISK + 'snd/Glöckchen 鈴.wav').name = 'bell'
bpy.data.images.load(DISK + 'tex/wood.png').name = 'same file'
paint('tex/copy of wood.png', 1, 0, 0)
bpy.data.images.load(DISK + 'tex/copy of wood.png').name = 'same content'
import shutil
os.makedirs(DISK + 'fonts', exist_ok=True)
shutil.copy(args['font'], DISK + 'fonts/Schrift.ttf')
curve = bpy.data.curves.new('Text', 'FONT')
curve.font, curve.body = bpy.data.fonts.load(DISK + 'fonts/Schrift.ttf'), 'Grüße'
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Text', curve))
for image in bpy.data.images:
    image.use_fake_user = True
for image in (*bpy.data.sounds, *bpy.data.movieclips):
    image.use_fake_user = True
"""

# Where each datablock's files are here, by what is in them.
HELD = """
def of(path):
    folder, leaf = os.path.split(bpy.path.abspath(path))
    found = {}
    import re
    pattern = re.compile(re.sub('<UDIM>', '[0-9]{4}', leaf) if '<UDIM>' in leaf else re.escape(leaf))
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if pattern.fullmatch(name):
            found[name] = contents(os.path.join(folder, name))
    return found

def frames(path):
    folder, leaf = os.path.split(bpy.path.abspath(path))
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(contents(os.path.join(folder, it)) for it in names if not it.startswith('.made'))  # one on its way

bpy.context.view_layer.update()
result = {
    'images': {it.name: of(it.filepath_raw) for it in bpy.data.images if it.source in ('FILE', 'TILED')},
    'sounds': {it.name: of(it.filepath) for it in bpy.data.sounds},
    'font': contents(bpy.data.curves['Text'].font.filepath),
    'shot': frames(bpy.data.images['shot'].filepath_raw),
    'clip': [frames(bpy.data.movieclips['clip'].filepath), bpy.data.movieclips['clip'].frame_duration],
}
"""
