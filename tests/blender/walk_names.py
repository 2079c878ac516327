"""How the independent walk names things: types, datablocks, structs, and what a reference says. Main thread of a
Blender."""

from __future__ import annotations

import functools
import hashlib
import os

import bpy

TYPES = (
    "Scene",
    "Collection",
    "Object",
    "Mesh",
    "Key",
    "Armature",
    "Material",
    "World",
    "NodeTree",
    "Light",
    "Camera",
    "Image",
    "Action",
    "Texture",
    "Text",
    "Palette",
    "Mask",
    "FreestyleLineStyle",
    "ParticleSettings",
    "Curves",
    "PointCloud",
    "Volume",
    "GreasePencilv3" if hasattr(bpy.data, "grease_pencils_v3") else "GreasePencil",
    "Annotation",
    "Sound",
    "MovieClip",
    "VectorFont",
    "CacheFile",
    "Speaker",
)
BUILT_IN_FONT = "VectorFont/<builtin>"  # every Blender has it, under whatever name


def input_names(struct) -> dict[str, str]:
    """The inputs of a geometry nodes modifier: Blender's own number of each -> its place and name."""
    group = getattr(struct, "node_group", None) if isinstance(struct, bpy.types.NodesModifier) else None
    if group is None:
        return {}
    items = group.interface.items_tree if hasattr(group, "interface") else group.inputs
    result = {}
    for index, item in enumerate(items):
        if getattr(item, "item_type", "SOCKET") != "SOCKET":
            continue
        for suffix in ("", "_use_attribute", "_attribute_name"):
            result[item.identifier + suffix] = f"{index} {item.name}{suffix}"
    return result


def identity(struct) -> tuple[int, str]:
    """What tells one struct from another; the type is in it because a first member shares its owner's address."""
    return struct.as_pointer(), struct.bl_rna.identifier


def type_chain(rna) -> tuple[str, ...]:
    """The RNA identifiers of a type and its bases."""
    chain = []
    while rna is not None:
        chain.append(rna.identifier)
        rna = rna.base
    return tuple(chain)


def key_of(datablock) -> str:
    """How a dump names a datablock."""
    if isinstance(datablock, bpy.types.VectorFont) and datablock.filepath == "<builtin>":
        return BUILT_IN_FONT
    library = f" [{library_file(datablock.library)}]" if datablock.library else ""
    kind = datablock.bl_rna
    while kind.base is not None and kind.base.identifier != "ID":
        kind = kind.base
    return f"{kind.identifier}/{datablock.name}{library}"


def library_file(library) -> str:
    """What tells a library from others: what is in its file, or where that would be."""
    path = os.path.normpath(bpy.path.abspath(library.filepath))
    try:
        stamp = os.stat(path)
    except OSError:
        return path
    return f"{os.path.basename(path)} {_contents(path, stamp.st_size, stamp.st_mtime_ns)[:12]}"


@functools.lru_cache(maxsize=64)
def _contents(path: str, _size: int, _time: int) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def reference(datablock) -> dict:
    """A leaf that names a datablock; of a type that the walk does not cover, the type alone is known."""
    key = key_of(datablock)
    return {"$ref": key} if key.split("/")[0] in TYPES else {"$other": key.split("/")[0]}


def local_path(struct) -> str | None:
    """Where Blender says that a struct stands in its datablock, None if it cannot say."""
    if isinstance(struct, bpy.types.NodeSocket):
        return f'nodes["{struct.node.name}"].{socket_place(struct)}'
    if struct.bl_rna.identifier == "GPencilLayerMask":
        return None  # Blender 3.4 looks for it in the active layer, and ends where there is none
    try:
        return struct.path_from_id()
    except (AttributeError, TypeError, ValueError):
        return None


def socket_place(socket) -> str:
    """A node's socket by its place: Blender numbers identifiers anew wherever a socket is made."""
    side = "outputs" if socket.is_output else "inputs"
    pointers = [one.as_pointer() for one in getattr(socket.node, side)]
    return f"{side}[{pointers.index(socket.as_pointer())}] {socket.name}"


def local_name(struct, unique: bool = False) -> str:
    """A name of a struct within its collection; with ``unique`` an empty text where it has none."""
    if isinstance(struct, bpy.types.FCurve):
        return f"{struct.data_path}[{struct.array_index}]"
    if isinstance(struct, bpy.types.NodeSocket):
        return socket_place(struct)
    if isinstance(struct, bpy.types.ShaderNodeOutputAOV):  # before Blender 4.5 its name is the AOV's
        return local_path(struct)
    if isinstance(struct, bpy.types.IDOverrideLibraryProperty):
        return struct.rna_path
    if isinstance(struct, bpy.types.IDOverrideLibraryPropertyOperation):
        return f"{struct.operation} {struct.subitem_reference_name}"
    if hasattr(struct, "item_type") and hasattr(struct, "position"):  # of a node group's interface
        return f"{struct.index} {struct.name}"
    if struct.bl_rna.identifier == "ActionChannelbag" and struct.slot is not None:
        return struct.slot.identifier
    socket = struct.bl_rna.identifier.startswith(("NodeSocket", "NodeTreeInterface"))
    for name in ("name",) if socket else ("identifier", "name", "info"):
        value = getattr(struct, name, None)
        if isinstance(value, str) and value:
            return value
    return "" if unique else (local_path(struct) or struct.bl_rna.identifier)
