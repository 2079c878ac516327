"""Empty datablocks in place of linked ones whose library is not here. Main thread only.

Python cannot make a linked datablock. So a small file with an empty one of that kind and name is written into a
temporary folder and linked; then the library is told its real path. When the artist reloads the library Blender puts
the real ones in their place.

A node group's sockets are told along with it, and an object's kind: a group node without sockets would lose its links,
and a pointer that wants an armature takes no other object.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any
from uuid import uuid4

import bpy

from ..core.values import Keyed, Ref
from .files import PIXEL
from .objects import CurveHandler, ObjectHandler
from .plan import plan_of
from .visit import Visit

STANDS_IN = "stands_in"  # in a library's memory: whether any of its datablocks here are empty ones
NONE_STANDS_IN = ("scenes", "cache_files", "fonts")  # Python cannot make empty ones
_INTERFACE = "interface"
_TREES = {
    "ShaderNodeGroup": "ShaderNodeTree",
    "GeometryNodeGroup": "GeometryNodeTree",
    "CompositorNodeGroup": "CompositorNodeTree",
    "TextureNodeGroup": "TextureNodeTree",
}
_SOCKETS = ("Float", "Int", "Bool", "Vector", "Color", "String", "Shader", "Object", "Image", "Geometry")
_SOCKETS += ("Collection", "Texture", "Material", "Rotation", "Menu", "Matrix")


def description(datablock, visit: Visit) -> dict[str, Any]:
    """What making an empty one of its kind needs."""
    kind = datablock.bl_rna.identifier
    if isinstance(datablock, bpy.types.Object):
        return {"kind": kind, "type": datablock.type}
    if not isinstance(datablock, bpy.types.NodeTree):
        return {"kind": kind}
    nodes = _group_nodes(datablock) if kind == "NodeTree" else []  # Blender's own place for a missing one
    if nodes:
        return {"kind": _TREES.get(nodes[0].bl_idname, kind), "sockets": _sockets_of(nodes[0])}
    return {"kind": kind, "sockets": _plain(plan_of(datablock).fields[_INTERFACE].read(datablock, visit))}


def make_library(name: str):
    """A library of which nothing is linked yet, at a place where there is no file."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "empty.blend")
        made = bpy.data.palettes.new("empty")
        named = made.name
        bpy.data.libraries.write(file, {made})
        bpy.data.batch_remove([made])
        linked = _link(file, "palettes", named)
    library = linked.library
    bpy.data.batch_remove([linked])
    library.name = name
    return library


def link(library, tree: dict[str, Any], context):
    """An empty datablock as the tree describes it, linked from the library; raises ValueError where Blender cannot make
    one."""
    collection, name = tree["collection"], tree["datablock"]
    context.memory(library)[STANDS_IN] = True
    place = library.filepath
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "empty.blend")
        _write(file, tree, context)
        library.filepath = file
        try:
            found = _link(file, collection, name)
        finally:
            library.filepath = place
    if found is None:
        raise ValueError("its library is missing, and nothing can stand in for it")
    return found


def _write(file: str, tree: dict[str, Any], context) -> None:
    """Writes a file with an empty datablock of that name, which one of this file lends it for so long. Data of its own
    (``bpy.data.temp_data``) is no way: Python keeps hold of what was freed there, and Blender ends by that.
    """
    items, name = getattr(bpy.data, tree["collection"]), tree["datablock"]
    holder, made = items.get((name, None)), None
    try:
        if holder is not None:
            holder.name = uuid4().hex
        made = _make(items, tree)
        if isinstance(made, bpy.types.NodeTree) and isinstance(tree.get("sockets"), dict):
            plan_of(made).write(made, {_INTERFACE: tree["sockets"]}, Visit(made, context))
        if made.name != name:
            raise ValueError("its library is missing, and this Blender cannot take its name")
        bpy.data.libraries.write(file, {made})
    finally:
        if made is not None:
            data = made.data if isinstance(made, bpy.types.Object) else None
            bpy.data.batch_remove([it for it in (made, data) if it is not None])
        if holder is not None:
            holder.name = name


def _link(file: str, collection: str, name: str):
    with bpy.data.libraries.load(file, link=True) as (_there, here):
        setattr(here, collection, [name])
    found = getattr(here, collection)
    return found[0] if found else None


def _make(items, tree: dict[str, Any]):
    collection, name, kind = tree["collection"], tree["datablock"], tree.get("kind")
    if collection == "objects":
        make = ObjectHandler.MAKERS.get(tree.get("type"))
        # Its data is linked along with it, and must not take the name of what is to come.
        return items.new(name, make(uuid4().hex) if make is not None else None)
    if collection == "node_groups":
        return items.new(name, kind if kind in _TREES.values() else "ShaderNodeTree")
    if collection in ("lights", "textures", "lightprobes"):
        return items.new(name, _enum_of(items, collection, kind))
    if collection == "curves":
        return items.new(name, CurveHandler.KINDS.get(kind, "CURVE"))
    if collection == "images":
        return items.new(name, 1, 1)
    if collection in ("sounds", "movieclips"):
        return _of_a_file(items, collection, name)
    if collection in NONE_STANDS_IN:
        raise ValueError(f"its library is missing, and Blender cannot make {collection} to stand in")
    return items.new(name)


def _enum_of(items, collection: str, kind) -> str:
    """Which ``type`` makes this RNA type: "SunLight" is made by "SUN"."""
    base = {"lights": "Light", "textures": "Texture", "lightprobes": "LightProbe"}[collection]
    types = [it.identifier for it in items.bl_rna.functions["new"].parameters["type"].enum_items]
    by_kind = {it.replace("_", "").lower(): it for it in types}
    return by_kind.get(str(kind).replace(base, "").lower(), types[0])


def _of_a_file(items, collection: str, name: str):
    if collection == "movieclips":
        with tempfile.TemporaryDirectory() as folder:
            pixel = os.path.join(folder, "missing.bmp")
            with open(pixel, "wb") as file:
                file.write(PIXEL)
            made = items.load(pixel)
    else:
        made = items.load("missing.wav")
    made.name = name
    return made


def _plain(value: Any) -> Any:
    """A tree without what a socket holds of other datablocks."""
    if isinstance(value, dict):
        return type(value)((key, _plain(it)) for key, it in value.items() if not isinstance(it, Ref))
    return value


def _group_nodes(tree) -> list:
    """The nodes of this file that use a node group."""
    found = []
    for user in bpy.data.user_map(subset=[tree]).get(tree, ()):
        holder = user if isinstance(user, bpy.types.NodeTree) else getattr(user, "node_tree", None)
        nodes = holder.nodes if holder is not None else ()
        found += [node for node in nodes if getattr(node, "node_tree", None) == tree]
    return found


def _sockets_of(node) -> dict[str, Any]:
    """The interface of a group as a node shows it that was saved when its library was there."""
    layered = hasattr(bpy.types, "NodeTreeInterface")
    items = Keyed()
    for side, sockets in (("OUTPUT", node.outputs), ("INPUT", node.inputs)):
        for socket in sockets:
            if socket.bl_idname == "NodeSocketVirtual":
                continue
            kind = _kind_of(socket.bl_idname) if layered else {"socket_type": socket.bl_idname}
            items[socket.identifier] = {"name": socket.name, "in_out": side, **kind}
            if layered:
                items[socket.identifier].update(item_type="SOCKET", parent=None)
    return {"items_tree": items} if layered else items


def _kind_of(idname: str) -> dict[str, str]:
    """ "NodeSocketFloatTimeAbsolute" is a float of the subtype "TIME_ABSOLUTE"."""
    rest = idname.removeprefix("NodeSocket")
    base = next((it for it in _SOCKETS if rest.startswith(it)), rest)
    words = "".join(("_" if it.isupper() else "") + it for it in rest[len(base) :]).strip("_").upper()
    kind = {"socket_type": f"NodeSocket{base}"}
    return {**kind, "subtype": words} if words and words != "X_Y_Z" else kind
