"""Which datablocks are part of a session. Main thread only.

A datablock is replicated if its type has a handler, and it is not embedded in another
one (a material's node tree, a scene's master collection: they belong to their owner). Of what is linked from libraries
that is which datablock is used: those that come with it are not part of it. What is left out for
another reason than being Blender's own interface is told to the user by ``Unreplicated``.
"""

from __future__ import annotations

from typing import Any, Iterator

import bpy

from ..datablocks import annotations, files, registry

# Belongs to one artist's Blender, not to the scene.
INTERFACE_COLLECTIONS = frozenset({*registry.LOCAL, "libraries", "all_ids"})
_VIEWER_IMAGES = frozenset({"RENDER_RESULT", "COMPOSITING"})


def collections() -> list[str]:
    """The attributes of ``bpy.data`` that hold replicated datablocks."""
    return [name for name, _ in registry.collections()]


def ranks() -> dict[str, int]:
    """Collection -> its place in an order in which what others refer to comes first."""
    return {name: place for place, name in enumerate(collections())}


def collection_of(datablock) -> str:
    """The attribute of ``bpy.data`` that a replicated datablock lives in."""
    return registry.collection_of(datablock)


def all_datablocks() -> Iterator[Any]:
    """Every datablock that Blender holds and that can be replicated."""
    for name in collections():
        for datablock in getattr(bpy.data, name):
            if refusal(datablock) is None:
                yield datablock


def refusal(datablock) -> str | None:
    """Why a datablock is not replicated, None if it is. Embedded ones are refused with ``EMBEDDED``."""
    if datablock.is_embedded_data:
        return EMBEDDED
    if datablock.library is not None:
        return None if linkable(datablock) else UNLINKABLE
    if registry.handler_for(datablock) is None:
        return ANNOTATION if annotations.is_annotation(datablock) else UNSUPPORTED
    if isinstance(datablock, bpy.types.Image) and datablock.type in _VIEWER_IMAGES:
        return VIEWER
    if files.is_built_in(datablock):
        return BUILT_IN
    return None


UNLINKABLE = "a part of what is linked, which cannot be linked by itself"
EMBEDDED = "part of another datablock"
UNSUPPORTED = "this type is not replicated yet"
ANNOTATION = "an annotation, of which is told where one is used"
VIEWER = "a picture that Blender makes itself"
BUILT_IN = "the font that every Blender has"
_SILENT = frozenset({EMBEDDED, VIEWER, BUILT_IN, UNLINKABLE, ANNOTATION})


def linkable(datablock) -> bool:
    """Whether a linked datablock can be linked by its name."""
    return registry.collection_of(datablock) is not None and not isinstance(datablock, bpy.types.Key)


def follows(datablock) -> bool:
    """Whether it is there because of another one that is linked: part of the session only if something refers to it."""
    if isinstance(datablock, bpy.types.Library):
        return True
    return datablock.library is not None and datablock.is_library_indirect


def owner_of(datablock) -> Any | None:
    """The replicated datablock that an embedded one (or a shape key without handler) belongs to, None if it
    is not found."""
    if isinstance(datablock, bpy.types.Key):
        return datablock.user
    if isinstance(datablock, bpy.types.Collection):
        return next((scene for scene in bpy.data.scenes if scene.collection == datablock), None)
    for name in ("materials", "worlds", "lights", "scenes", "linestyles", "textures"):
        for owner in getattr(bpy.data, name):
            if getattr(owner, "node_tree", None) == datablock:
                return owner
    return None


def unreplicated() -> list[tuple[str, str, str]]:
    """What the scene holds and the session does not, as (type, name, reason)."""
    found = []
    for member in bpy.types.BlendData.bl_rna.properties:
        if member.type != "COLLECTION" or member.identifier in INTERFACE_COLLECTIONS:
            continue
        for datablock in getattr(bpy.data, member.identifier):
            reason = refusal(datablock)
            if reason is not None and reason not in _SILENT:
                found.append((datablock.bl_rna.name, datablock.name, reason))
    return found
