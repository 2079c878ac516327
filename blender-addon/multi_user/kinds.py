"""The kinds of datablocks as the artist knows them, by where they live in ``bpy.data``. Main thread only."""

from __future__ import annotations

import functools

from .datablocks import registry
from .datablocks.libraries import LINKED

LINKED_KIND = "linked"
# The attribute of bpy.data -> what it is called, its icon.
KINDS = {
    "objects": ("Objects", "OBJECT_DATA"),
    "meshes": ("Meshes", "MESH_DATA"),
    "curves": ("Curves", "CURVE_DATA"),
    "metaballs": ("Metaballs", "META_DATA"),
    "armatures": ("Armatures", "ARMATURE_DATA"),
    "lattices": ("Lattices", "LATTICE_DATA"),
    "cameras": ("Cameras", "CAMERA_DATA"),
    "lights": ("Lights", "LIGHT"),
    "lightprobes": ("Light probes", "OUTLINER_DATA_LIGHTPROBE"),
    "speakers": ("Speakers", "SPEAKER"),
    "hair_curves": ("Hair curves", "CURVES_DATA"),
    "pointclouds": ("Point clouds", "POINTCLOUD_DATA"),
    "volumes": ("Volumes", "VOLUME_DATA"),
    "grease_pencils": ("Grease pencils", "GREASEPENCIL"),
    "grease_pencils_v3": ("Grease pencils", "GREASEPENCIL"),
    "annotations": ("Annotations", "GREASEPENCIL"),
    "shape_keys": ("Shape keys", "SHAPEKEY_DATA"),
    "actions": ("Actions", "ACTION"),
    "materials": ("Materials", "MATERIAL"),
    "textures": ("Textures", "TEXTURE"),
    "images": ("Images", "IMAGE_DATA"),
    "node_groups": ("Node groups", "NODETREE"),
    "worlds": ("Worlds", "WORLD"),
    "collections": ("Collections", "OUTLINER_COLLECTION"),
    "scenes": ("Scenes", "SCENE_DATA"),
    "particles": ("Particle settings", "PARTICLES"),
    "linestyles": ("Line styles", "LINE_DATA"),
    "masks": ("Masks", "MOD_MASK"),
    "movieclips": ("Movie clips", "TRACKER"),
    "sounds": ("Sounds", "SOUND"),
    "fonts": ("Fonts", "FONT_DATA"),
    "texts": ("Texts", "TEXT"),
    "palettes": ("Palettes", "COLOR"),
    "cache_files": ("Cache files", "FILE"),
    "libraries": ("Libraries", "LIBRARY_DATA_DIRECT"),
    LINKED_KIND: ("Linked data", "LINKED"),
}


@functools.lru_cache(maxsize=None)
def kind_of(type_name: str) -> str:
    """The kind of a node of this type; empty for one that this Blender does not know."""
    if type_name == LINKED:
        return LINKED_KIND
    handler = registry.handler_for_type(type_name)
    return handler.collection if handler is not None else ""


def icon_of(type_name: str) -> str:
    """The icon of a node of this type."""
    return KINDS.get(kind_of(type_name), ("", "QUESTION"))[1]


@functools.lru_cache(maxsize=None)
def types_of(kind: str) -> frozenset[str]:
    """The types of the nodes of a kind."""
    if kind == LINKED_KIND:
        return frozenset((LINKED,))
    return frozenset(
        name for collection, types in registry.collections() if collection == kind for name in types
    )
