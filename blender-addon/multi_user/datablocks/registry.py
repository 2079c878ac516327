"""Which handler serves which datablock, in an order in which dependencies come first. Main thread only."""

from __future__ import annotations

import bpy

from . import (
    annotations,
    assets,
    boids,
    bone_collections,
    bones,
    curves_and_ramps,
    files,
    force_fields,
    grease_pencil,
    hair,
    held_scripts,
    keying_sets,
    libraries,
)
from . import (
    lights,
    linestyles,
    masks,
    modifiers,
    node_glance,
    node_links,
    nodes,
    objects,
    optional,
    overrides,
    own_fields,
    particles,
)
from . import (
    point_clouds,
    pose,
    scenes,
    script_nodes,
    strip_glance,
    text_curves,
    texts,
    textures,
    viewer_items,
)
from .generic import GenericHandler

# Imported for what they add to the plans' tables.
TABLES = (
    assets,
    boids,
    bone_collections,
    curves_and_ramps,
    force_fields,
    held_scripts,
    keying_sets,
    modifiers,
    node_glance,
    node_links,
    optional,
    own_fields,
    pose,
)
TABLES += (script_nodes, strip_glance, text_curves, viewer_items)

LOCAL = {
    "screens": "each artist's own windows",
    "window_managers": "each artist's own windows",
    "workspaces": "each artist's own windows",
    "brushes": "each artist's own tools; since 4.3 they come from asset libraries, and no scene leads to them",
    "paint_curves": "strokes of an artist's own brush, which Blender lets nobody but its operators make",
}


def _optional(module: str, name: str, *arguments):
    """A handler from a type's own module; None where this add-on has none."""
    try:
        found = __import__(f"{__package__}.{module}", fromlist=[name])
    except ModuleNotFoundError as error:
        if error.name != f"{__package__}.{module}":
            raise
        return None
    return getattr(found, name)(*arguments)


def _build() -> list:
    built = [
        libraries.LibraryHandler(),
        _optional("image", "ImageHandler"),
        files.SoundHandler(),
        files.ClipHandler(),
        files.FontHandler(),
        files.CacheFileHandler(),
        _optional("action", "ActionHandler"),
        texts.TextHandler(),
        textures.TextureHandler(),
        masks.MaskHandler(),
        GenericHandler("palettes", "Palette"),
        nodes.NodeGroupHandler(),
        GenericHandler("materials", "Material"),
        GenericHandler("worlds", "World"),
        lights.LightHandler(),
        linestyles.LineStyleHandler(),
        particles.ParticleHandler(),
        GenericHandler("cameras", "Camera"),
        GenericHandler("speakers", "Speaker"),
        lights.LightProbeHandler(),
        _optional("mesh", "MeshHandler"),
        bones.ArmatureHandler(),
        objects.CurveHandler(),
        GenericHandler("metaballs", "MetaBall"),
        objects.LatticeHandler(),
        files.VolumeHandler(),
        hair.HairHandler(),
        point_clouds.PointCloudHandler(),
        grease_pencil.GreasePencilHandler(),
        *annotations.handlers(),
        _optional("shape_key", "ShapeKeyHandler"),
        objects.ObjectHandler(),
        scenes.CollectionHandler(),
        scenes.SceneHandler(),
    ]
    return [handler for handler in built if handler is not None and hasattr(bpy.data, handler.collection)]


_handlers: list | None = None
_by_type: dict[str, object] = {}


def handlers() -> list:
    """All handlers; a type's handler comes after those of the types that it usually refers to."""
    global _handlers
    if _handlers is None:
        _handlers = _build()
        for handler in (*_handlers, libraries.LinkedHandler()):
            _by_type.update((type_name, handler) for type_name in handler.types)
    return _handlers


def handler_for_type(type_name: str):
    """The handler of an RNA type by its identifier, or None if it is not replicated."""
    handlers()
    return _by_type.get(type_name)


def handler_for(datablock):
    """The handler of a datablock, or None if its type is not replicated. Embedded datablocks have none."""
    handler = handler_for_type(type_of(datablock))
    return (
        overrides.handler_of(handler) if handler is not None and overrides.is_override(datablock) else handler
    )


def handler_for_tree(type_name: str, tree: dict):
    """The handler of what a tree of this type describes: that of overrides, if it is one."""
    handler = handler_for_type(type_name)
    overrides_it = handler is not None and isinstance(tree.get(overrides.OVERRIDE), dict)
    return overrides.handler_of(handler) if overrides_it else handler


def type_of(datablock) -> str:
    """The type name under which a datablock is replicated."""
    return datablock.bl_rna.identifier if datablock.library is None else libraries.LINKED


def collection_of(datablock) -> str | None:
    """The attribute of ``bpy.data`` that a datablock lives in, be it linked or not; None if nothing of it can be
    replicated."""
    kind = datablock.bl_rna.identifier
    handler = handler_for_type("ShaderNodeTree" if kind == "NodeTree" else kind)  # that of a missing one
    return None if handler is None else handler.collection


def collections() -> list[tuple[str, tuple[str, ...]]]:
    """(attribute of bpy.data, its types), in the handlers' order."""
    return [(handler.collection, handler.types) for handler in handlers()]
