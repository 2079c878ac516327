"""The independent walk: writes everything that a Blender's data holds into a dump that compare.py can compare.

Main thread of a Blender. It goes over every RNA property by Blender's own description of its types and knows nothing of
the add-on's serialiser. ``dump(prefix)`` writes ``prefix.json`` (trees by "Type/name") and ``prefix.bin`` (arrays).

A leaf of a tree is a JSON value; ``{"$ref": text}`` names another datablock or struct; ``{"$array": …}`` one in
the binary file; ``{"$path": …}`` a file; ``{"$named": …, "$order": …}`` a collection whose items have unique names.
"""

from __future__ import annotations

import collections
import json
import os

import bpy
import exclusions
from walk_names import BUILT_IN_FONT, key_of, library_file
from walk_tree import Walker
from walk_values import Arrays

COLLECTIONS = (
    "scenes",
    "collections",
    "objects",
    "meshes",
    "shape_keys",
    "armatures",
    "materials",
    "worlds",
    "node_groups",
    "lights",
    "cameras",
    "images",
    "actions",
    "textures",
    "texts",
    "palettes",
    "masks",
    "linestyles",
    "particles",
    "hair_curves",
    "pointclouds",
    "volumes",
    "grease_pencils_v3" if hasattr(bpy.data, "grease_pencils_v3") else "grease_pencils",
    *(("annotations",) if hasattr(bpy.data, "annotations") else ()),
    "sounds",
    "movieclips",
    "fonts",
    "cache_files",
    "speakers",
)
TOOLS = (
    "Brush",
    "PaintCurve",
    "WindowManager",
    "WorkSpace",
    "Screen",
)  # each artist's own: not followed
RENDERED_IMAGES = ("RENDER_RESULT", "COMPOSITING")


def picked_up() -> collections.Counter:
    """The images that the scenes' painting tools show or paint on, and how often: each artist's own, as brushes
    are."""
    tools = [scene.tool_settings.image_paint for scene in bpy.data.scenes]
    images = [
        getattr(tool, name) for tool in tools if tool for name in ("canvas", "clone_image", "stencil_image")
    ]
    return collections.Counter(image for image in images if image is not None)


def held() -> set:
    """Everything that the file holds: what scenes and fake users lead to. The rest is not saved."""
    users = bpy.data.user_map()
    tools = picked_up()
    uses: dict = {}
    for used, holders in users.items():
        for holder in holders:
            if holder.bl_rna.identifier in TOOLS:
                continue
            if used in tools and used.users <= tools[used] + used.use_fake_user:
                continue
            uses.setdefault(holder, []).append(used)
    reached = {one for one in users if isinstance(one, bpy.types.Scene) or one.use_fake_user}
    waiting = list(reached)
    while waiting:
        for used in uses.get(waiting.pop(), ()):
            if used not in reached:
                reached.add(used)
                waiting.append(used)
    return reached


def datablocks():
    """Everything that the walk covers."""
    reached = held()
    for name in COLLECTIONS:
        for datablock in getattr(bpy.data, name):
            rendered = isinstance(datablock, bpy.types.Image) and datablock.type in RENDERED_IMAGES
            if datablock in reached and not (rendered or key_of(datablock) == BUILT_IN_FONT):
                yield datablock


def others() -> dict[str, int]:
    """How many used datablocks there are of the types that the walk does not cover."""
    reached = held()
    result = {}
    for prop in bpy.data.bl_rna.properties:
        quiet = prop.identifier in COLLECTIONS or prop.identifier in exclusions.DATABLOCKS
        if prop.type == "COLLECTION" and not quiet:
            count = sum(1 for one in getattr(bpy.data, prop.identifier) if one in reached)
            if count:
                result[prop.identifier] = count
    return result


def is_missing(datablock) -> bool:
    """Whether its library is not there: what stands in its place has nothing of its own but the name, and what comes
    along with it is nothing."""
    return datablock.library is not None and not os.path.isfile(library_file(datablock.library))


def left_out() -> dict[str, int]:
    """How many brushes that the file keeps are left out. Windows and the like are not counted."""
    kept = sum(brush.use_fake_user or brush.asset_data is not None for brush in bpy.data.brushes)
    return {f"brushes: {exclusions.DATABLOCKS['brushes']}": kept} if kept else {}


def evaluate() -> None:
    """Lets Blender bring everything that follows from the data up to date."""
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            layer.update()
    for mesh in bpy.data.meshes:
        mesh.update()
    for datablock in datablocks():
        if datablock.library is None and datablock.override_library is not None:
            datablock.override_library.operations_update()


def dump(prefix: str, only: list | None = None) -> dict:
    """Writes the dump and returns a summary: how many datablocks of each type, and what could not be read.

    With ``only`` it walks these datablocks alone, as they are, without an update of what follows from the data. The
    dump counts what it leaves out, by reason.
    """
    if only is None:
        evaluate()
    arrays = Arrays(prefix + ".bin")
    problems: list[str] = []
    excluded: collections.Counter = collections.Counter()
    trees: dict = {}
    try:
        for datablock in only if only is not None else datablocks():
            if not is_missing(datablock):
                trees[key_of(datablock)] = Walker(datablock, arrays, problems, excluded).tree()
            elif not datablock.is_library_indirect:
                trees[key_of(datablock)] = {}
    finally:
        arrays.close()
    content = {"blender": bpy.app.version_string, "datablocks": trees, "problems": problems}
    content |= {"excluded": excluded, "left out": left_out()}
    with open(prefix + ".json", "w", encoding="utf-8") as file:
        json.dump(content, file)
    counts: dict[str, int] = {}
    for key in trees:
        counts[key.split("/")[0]] = counts.get(key.split("/")[0], 0) + 1
    return {"counts": counts, "others": others(), "problems": problems}
