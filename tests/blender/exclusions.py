"""What the independent walk leaves out. Plain Python, no bpy.

Everything that is named neither here nor in the files beside it whose names begin with ``excluded`` is compared.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

from excluded_in_objects import IN_OBJECTS
from excluded_in_scenes import IN_SCENES
from exclusion_reasons import SELECTION

EXCLUDED: dict[str, str] = {**IN_OBJECTS, **IN_SCENES}

LEFTOVER = "a leftover that nothing uses as the scene is set"


def _is(name: str, value: object) -> Callable[[Any], bool]:
    return lambda struct: getattr(struct, name) == value


def _in_stack(settings) -> bool:
    """Whether cloth settings are those of a modifier of the artist's, and not of hair."""
    return any(
        getattr(it, "settings", None) == settings for it in settings.id_data.modifiers if it.type == "CLOTH"
    )


def _is_kept(cache) -> bool:
    """Whether Blender leaves the frames of a cache alone; it finds those of particles that move by itself."""
    systems = getattr(cache.id_data, "particle_systems", ())
    return not any(it.point_cache == cache and it.settings.type != "HAIR" for it in systems)


def _not_keyed(name: str) -> Callable[[Any], bool]:
    """Whether no curve of an NLA strip sets this, where it plays."""

    def rests(strip) -> bool:
        curve = strip.fcurves.find(name)
        return curve is None or curve.mute or not len(curve.keyframe_points)

    return rests


# Compared only where this says so of the owner: otherwise Blender keeps leftovers that nothing uses.
ONLY_WHERE: dict[str, Callable[[Any], bool]] = {
    # Found by Blender from the geometry, and kept until something asks for it anew: each may show an older figure.
    "Mesh.texspace_location": _is("use_auto_texspace", False),
    "Mesh.texspace_size": _is("use_auto_texspace", False),
    "ColorManagedViewSettings.curve_mapping": _is("use_curve_mapping", True),
    "Action.frame_start": _is("use_frame_range", True),
    "Action.frame_end": _is("use_frame_range", True),
    "Action.frame_range": _is("use_frame_range", True),
    "ParticleSettings.clump_curve": _is("use_clump_curve", True),
    "ParticleSettings.roughness_curve": _is("use_roughness_curve", True),
    "ParticleSettings.twist_curve": _is("use_twist_curve", True),
    "ParticleSettings.boids": _is("physics_type", "BOIDS"),
    "ParticleSettings.fluid": _is("physics_type", "FLUID"),
    "ParticleSystem.cloth": _is("use_hair_dynamics", True),
    # Those of a hair system are the system's and its settings' own, and Blender points to them when it simulates.
    "ClothModifier.point_cache": lambda it: _in_stack(it.settings),
    "ClothSettings.effector_weights": _in_stack,
    "NlaStrip.influence": _not_keyed("influence"),
    "NlaStrip.strip_time": _not_keyed("strip_time"),
    "PointCache.frame_start": _is_kept,
    "PointCache.frame_end": _is_kept,
    "Object.field": lambda it: it.field is not None and it.field.type != "NONE",
    "Object.collision": lambda it: it.collision is not None and it.collision.use,
    "ImageFormatSettings.view_settings": _is("color_management", "OVERRIDE"),
    "ImageFormatSettings.display_settings": _is("color_management", "OVERRIDE"),
    "ImageFormatSettings.linear_colorspace_settings": _is("color_management", "OVERRIDE"),
}

# Found by Blender from other properties, but for objects that no view layer shows: those keep what they had last.
WHERE_SHOWN = frozenset({"Object.matrix_world", "Object.matrix_local"})

UNORDERED: dict[str, str] = {
    "IDOverrideLibrary.properties": "what is overridden is found by its path",
    "IDOverrideLibraryProperty.operations": "they name the items, whose order is compared where they stand",
    "Collection.objects": "the order of objects in a collection means nothing",
    "ActionKeyframeStrip.channelbags": "each belongs to a slot; their order means nothing",
    "ActionChannelbag.fcurves": "each belongs to what it animates; their order means nothing",
    "Action.fcurves": "each belongs to what it animates; their order means nothing",
    "ActionChannelbag.groups": "a group stands where its curves stand",
    "Action.groups": "a group stands where its curves stand",
    "AnimData.drivers": "each belongs to what it drives; their order means nothing",
    "ActionGroup.channels": "each belongs to what it animates; their order means nothing",
    "Armature.bones": "the order of bones means nothing",
    "Bone.children": "the order of bones means nothing",
    "Bone.collections": "in which collections a bone is, has no order",
    "BoneCollection.bones": "the order of bones means nothing",
    "BoneCollection.bones_recursive": "the order of bones means nothing",
    "Pose.bones": "the order of bones means nothing",
    "Pose.bone_groups": "the order of bone groups means nothing",
    "Curves.attributes": "Blender changes their order with the geometry",
    "PointCloud.attributes": "the order of attributes means nothing",
    "GreasePencilDrawing.attributes": "the order of attributes means nothing",
    "GPencilLayer.mask_layers": "the order of masks means nothing",
    "GreasePencilLayer.mask_layers": "the order of masks means nothing",
    "Mesh.attributes": "the order of UV maps and of colours is compared in their own lists",
    "MovieTracking.objects": "what is tracked is found by its name",
    "MovieTrackingObject.tracks": "tracks are found by their names",
    "Object.particle_systems": "Blender keeps them as they were made; their modifiers' order is compared",
    "SequenceEditor.strips": "strips stand where their channel and frame say",
    "SequenceEditor.sequences": "strips stand where their channel and frame say",
    "MetaStrip.strips": "strips stand where their channel and frame say",
    "MetaSequence.sequences": "strips stand where their channel and frame say",
    "NodeTree.links": "the order of links means nothing",
    "NodeTree.nodes": "the order of nodes is that of drawing, and follows the selection",
    "Scene.keying_sets": "each is found by its name",
    "GreasePencil.attributes": "the order of attributes means nothing",
    "GreasePencilv3.attributes": "the order of attributes means nothing",
    "NodesModifier.bakes": "Blender orders them by numbers by chance",
}

# Datablocks that are left out: the collections of bpy.data.
DATABLOCKS: dict[str, str] = {
    "brushes": "each artist's own tools",
    "paint_curves": "strokes of an artist's own brush",
    "screens": "each artist's own windows",
    "workspaces": "each artist's own windows",
    "window_managers": "each artist's own windows",
    "libraries": "where linked data comes from: it is compared itself",
    "all_ids": "another view of all others",
}

ATTRIBUTE_PREFIXES: dict[str, str] = {
    ".select": SELECTION,
    ".vs.": SELECTION,
    ".es.": SELECTION,
    ".uv_select": SELECTION,
    ".a_": "an internal layer of Blender",
}

CUSTOM_PREFIXES: dict[str, str] = {
    "multi_user": "the add-on's own stamp",
    "multiuser": "the add-on's own stamp",
    "_RNA_UI": "an outdated description of custom properties",
    "cycles": "an add-on's group, compared as the property of that name",
}


@functools.lru_cache(maxsize=None)
def reason(type_chain: tuple[str, ...], name: str) -> str | None:
    """Why the property ``name`` of a struct with these RNA types (its own and its bases) is left out, None if not."""
    if name.startswith(("multi_user", "multiuser")):
        return CUSTOM_PREFIXES["multi_user"]
    keys = (f"{identifier}.{name}" for identifier in ("*", *type_chain))
    return next((EXCLUDED[key] for key in keys if key in EXCLUDED), None)


def excluded(type_chain: tuple[str, ...], name: str) -> bool:
    """Whether the property ``name`` of a struct with these RNA types is left out."""
    return reason(type_chain, name) is not None


# Geometry without elements has these arrays or has them not, empty, as it was made.
TOPOLOGY = frozenset({".edge_verts", ".corner_vert", ".corner_edge", "position"})


def attribute_excluded(attribute) -> bool:
    """Whether this attribute is left out."""
    if attribute.name in TOPOLOGY and len(attribute.data) == 0:
        return True
    return attribute.name.startswith(tuple(ATTRIBUTE_PREFIXES))


def custom_excluded(name: str) -> bool:
    """Whether a custom property of this name is left out."""
    return name.startswith(tuple(CUSTOM_PREFIXES))


def unused(struct, type_name: str, name: str) -> bool:
    """Whether a property is a leftover that nothing uses now (ONLY_WHERE, WHERE_SHOWN)."""
    if f"{type_name}.{name}" in WHERE_SHOWN:
        layers = [layer for scene in struct.users_scene for layer in scene.view_layers]
        return not any(struct.visible_get(view_layer=layer) for layer in layers)
    condition = ONLY_WHERE.get(f"{type_name}.{name}")
    return condition is not None and not condition(struct)
