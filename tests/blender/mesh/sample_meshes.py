"""Makes unusual meshes for the round-trip test. Runs in Blender; uses nothing of the add-on."""

import random

import bpy
import numpy

VERSION = bpy.app.version
TYPES = ("FLOAT", "INT", "FLOAT_VECTOR", "FLOAT_COLOR", "BYTE_COLOR", "STRING", "BOOLEAN", "FLOAT2", "INT8")
TYPES += ("INT16_2D", "INT32_2D", "QUATERNION", "FLOAT4X4", "FLOAT4")
PROPERTIES = {"FLOAT_VECTOR": ("vector", 3), "FLOAT2": ("vector", 2), "FLOAT4": ("vector", 4)}
PROPERTIES |= {"FLOAT_COLOR": ("color", 4), "BYTE_COLOR": ("color_srgb", 4), "INT32_2D": ("value", 2)}
PROPERTIES |= {"INT16_2D": ("value", 2), "QUATERNION": ("value", 4), "FLOAT4X4": ("value", 16)}


def available_types() -> list[str]:
    known = {item.identifier for item in bpy.types.Attribute.bl_rna.properties["data_type"].enum_items}
    return [name for name in TYPES if name in known]


def grid(name: str, size: int):
    """A bent grid with an object, ngons, loose edges and vertices."""
    vertices = [(x, y, ((x * 7 + y * 3) % 5) / 10) for y in range(size) for x in range(size)]
    faces = [
        (y * size + x, y * size + x + 1, (y + 1) * size + x + 1, (y + 1) * size + x)
        for y in range(size - 1)
        for x in range(size - 1)
    ]
    corner = len(vertices)
    vertices += [
        (-1, 0, 0),
        (-2, 1, 0),
        (-2, 2, 0),
        (-1, 3, 0),
        (-0.5, 1.5, 0),
        (9, 9, 9),
        (10, 9, 9),
        (11, 11, 11),
    ]
    faces.append(tuple(range(corner, corner + 5)))
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [(corner + 5, corner + 6)], faces[::-1])
    user = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(user)
    return mesh, user


def fill_attribute(attribute, dice) -> None:
    count, kind = len(attribute.data), attribute.data_type
    if kind == "STRING":
        texts = ["", "a", "häß", "x" * 200]
        for index, item in enumerate(attribute.data):
            text = texts[index % len(texts)]
            item.value = text if VERSION < (4, 0, 0) else text.encode() + b"\xff"
        return
    prop, width = PROPERTIES.get(kind, ("value", 1))
    values = dice.random(count * width)
    if kind in ("INT", "INT32_2D"):
        attribute.data.foreach_set(prop, (values * 2**32 - 2**31).astype("i4"))
    elif kind == "INT16_2D":
        attribute.data.foreach_set(prop, (values * 2**16 - 2**15).astype("i2"))
    elif kind == "INT8":
        attribute.data.foreach_set(prop, (values * 256 - 128).astype("i4"))
    elif kind == "BOOLEAN":
        attribute.data.foreach_set(prop, values > 0.5)
    elif kind == "BYTE_COLOR":
        attribute.data.foreach_set(prop, (numpy.floor(values * 256) / 255).astype("f4"))
    else:
        attribute.data.foreach_set(prop, (values * 200 - 100).astype("f4"))


def every_attribute() -> None:
    """One attribute of each type on each domain."""
    mesh, _ = grid("Attributes", 6)
    dice = numpy.random.default_rng(1)
    names = []
    for kind in available_types():
        for domain in ("POINT", "EDGE", "FACE", "CORNER"):
            names.append(mesh.attributes.new(f"{kind} on.{domain}", kind, domain).name)
    for name in names:
        fill_attribute(mesh.attributes[name], dice)
    colors = mesh.color_attributes
    colors.active_color_index = 2
    colors.render_color_index = 3


def flags() -> None:
    """Sharp, smooth, seam, crease, bevel weight, hidden, freestyle, materials; and per-artist selection."""
    mesh, user = grid("Flags", 7)
    random.seed(2)
    for edge in mesh.edges:
        edge.use_seam = random.random() > 0.7
        edge.use_edge_sharp = random.random() > 0.7
        edge.hide = random.random() > 0.9
        if hasattr(edge, "use_freestyle_mark"):
            edge.use_freestyle_mark = random.random() > 0.5
    for face in mesh.polygons:
        face.use_smooth = random.random() > 0.5
        face.material_index = random.randrange(3)
        face.hide = random.random() > 0.9
        if hasattr(face, "use_freestyle_mark"):
            face.use_freestyle_mark = random.random() > 0.5
    mesh.vertices[3].hide = True
    if VERSION < (4, 0, 0):
        for edge in mesh.edges:
            edge.crease, edge.bevel_weight = random.random(), random.random()
        for vertex in mesh.vertices:
            vertex.bevel_weight = random.random()
    else:
        for name, domain in (
            ("crease_edge", "EDGE"),
            ("bevel_weight_edge", "EDGE"),
            ("bevel_weight_vert", "POINT"),
        ):
            fill_attribute(mesh.attributes.new(name, "FLOAT", domain), numpy.random.default_rng(3))
    for name in ("Red", "", "Blue"):
        mesh.materials.append(bpy.data.materials.new(name) if name else None)
    mesh["studio"] = {"shot": 12, "tags": [1, 2, 3]}
    mesh.use_auto_texspace = False
    mesh.texspace_location = (1, 2, 3)
    mesh.remesh_voxel_size = 0.25
    user.modifiers.new("Skin", "SKIN")
    for index, skin in enumerate(mesh.skin_vertices[0].data):
        skin.radius = (index / 7, index / 3)
        skin.use_root = index % 5 == 0
        skin.use_loose = index % 3 == 0


def maps() -> None:
    """Three UV maps, pins, choices of active and rendered ones."""
    mesh, _ = grid("Maps", 5)
    dice = numpy.random.default_rng(4)
    for name in ("UVMap", "Light map", "Third.001"):
        layer = mesh.uv_layers.new(name=name, do_init=False)
        layer.data.foreach_set("uv", dice.random(len(mesh.loops) * 2).astype("f4"))
    if VERSION < (5, 0, 0):
        mesh.uv_layers["Light map"].data[3].pin_uv = True
    else:
        mesh.attributes.new(".pn.Light map", "BOOLEAN", "CORNER").data[3].value = True
    mesh.uv_layers.active_index = 1
    mesh.uv_layers["Third.001"].active_render = True


def weights() -> None:
    """Vertex groups in an order of their own, with vertices in none, one and several, and zero weights."""
    mesh, user = grid("Weights", 8)
    random.seed(5)
    names = ["hip", "leg.L", "leg.R", "zero"]
    for name in names:
        user.vertex_groups.new(name=name)
    for vertex in mesh.vertices:
        for name in random.sample(names, vertex.index % 4):
            user.vertex_groups[name].add((vertex.index,), 0 if name == "zero" else random.random(), "REPLACE")
    user.vertex_groups["leg.R"].lock_weight = True
    other = bpy.data.objects.new("Weights, other user", mesh)
    bpy.context.scene.collection.objects.link(other)


def normals() -> None:
    """Custom split normals, with sharp edges."""
    mesh, _ = grid("Normals", 6)
    for face in mesh.polygons:
        face.use_smooth = True
    if VERSION < (4, 1, 0):
        mesh.use_auto_smooth = True
        mesh.auto_smooth_angle = 1.2
    mesh.edges[4].use_edge_sharp = True
    dice = numpy.random.default_rng(6)
    vectors = dice.random((len(mesh.loops), 3)) - (0.5, 0.5, -0.5)
    mesh.normals_split_custom_set((vectors / numpy.linalg.norm(vectors, axis=1)[:, None]).tolist())


def smooth_normals() -> None:
    """Custom split normals without any sharp edge."""
    mesh, _ = grid("Smooth normals", 5)
    for face in mesh.polygons:
        face.use_smooth = True
    if VERSION < (4, 1, 0):
        mesh.use_auto_smooth = True
        mesh.auto_smooth_angle = 3.1
    mesh.normals_split_custom_set_from_vertices([(0.6, 0, 0.8)] * len(mesh.vertices))


def bare() -> None:
    """Meshes without anything, with vertices only, and without a user."""
    bpy.data.meshes.new("Nothing").use_fake_user = True
    points = bpy.data.meshes.new("Points only")
    points.from_pydata([(1, 2, 3), (4, 5, 6)], [], [])
    points.use_fake_user = True
    lines = bpy.data.meshes.new("Lines only")
    lines.from_pydata([(1, 2, 3), (4, 5, 6), (7, 8, 9)], [(2, 0), (1, 2)], [])
    lines.use_fake_user = True


def build() -> None:
    """All of them in the open file."""
    for make in (every_attribute, flags, maps, weights, normals, smooth_normals, bare):
        make()
