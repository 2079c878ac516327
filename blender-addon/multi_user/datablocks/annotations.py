"""Annotations: notes drawn on a scene, a node tree or a clip. Main thread only.

Before Blender 4.3 they are grease pencil with a mark. Then they become a type of their own, of which Python cannot make
strokes at first: where that is so nothing of them is replicated.
"""

from __future__ import annotations

from typing import Any, Iterator

import bpy

from . import gp_layers
from .annotation_strokes import Strokes
from .fields import Omitted, Pointer
from .gp_memory import Thickness, annotation_mark, mark_annotation, ruler_mark
from .generic import GenericHandler
from .keyed import MAKERS
from .plan import SPECIAL_POINTERS, special

TYPE = "Annotation" if hasattr(bpy.types, "Annotation") else "GreasePencil"
COLLECTION = "annotations" if TYPE == "Annotation" else "grease_pencils"
OWN_TYPE = not gp_layers.LEGACY  # all of this type are annotations
USER = "annotation" if TYPE == "Annotation" else "grease_pencil"  # what leads to one


def _have_own_handler() -> bool:
    """Whether they are a type of their own, and Python can make strokes."""
    frames = getattr(bpy.types, "AnnotationFrame", None)
    strokes = frames.bl_rna.properties["strokes"].srna if frames is not None else None
    return strokes is not None and "new" in strokes.functions


class AnnotationHandler(GenericHandler):
    """Replicates annotations where they are a type of their own."""

    def __init__(self):
        super().__init__(COLLECTION, TYPE)

    def create(self, type_name, properties, context):
        made = super().create(type_name, properties, context)
        mark_annotation(made)
        return made


def handlers() -> list[AnnotationHandler]:
    """The handler of annotations, where they have one of their own."""
    return [AnnotationHandler()] if _have_own_handler() else []


def is_annotation(datablock) -> bool:
    """Whether a datablock is one."""
    kind = getattr(bpy.types, TYPE)
    return isinstance(datablock, kind) and (OWN_TYPE or gp_layers.is_annotation(datablock))


def all_here() -> Iterator[Any]:
    """All annotations in this Blender."""
    return filter(is_annotation, getattr(bpy.data, COLLECTION))


class NotReplicated(Pointer):
    """What leads to an annotation where Python cannot make any stroke: the artist is told, once."""

    def read(self, owner, visit):
        if getattr(owner, self.name) is not None:
            visit.problem("its annotations are not replicated: Python cannot draw in them in this Blender")
        raise Omitted


class AnnotationLayers(gp_layers.Layers):
    """Layers by name, where Blender cannot move them: those that stand elsewhere are made anew."""

    ordered = True

    def make(self, owner, key, tree, visit):
        layers = owner.layers
        active = layers.active_index
        if len(layers):  # a new one comes to stand behind the active one
            layers.active_index = len(layers) - 1
        try:
            return super().make(owner, key, tree, visit)
        finally:
            layers.active_index = active

    def arrange(self, owner, keys, visit):
        held, trees = self.keys(owner, visit), self.read(owner, visit)
        wanted = [key for key in keys if key in trees]
        first = next((place for place, (a, b) in enumerate(zip(held, wanted)) if a != b), len(wanted))
        active = held[owner.layers.active_index] if held else ""
        for key in wanted[first:]:
            self.drop(owner, key, self.find(owner, key, visit))
            self._put(owner, key, trees[key], visit)
        if active in wanted:
            owner.layers.active_index = wanted.index(active)


if OWN_TYPE and not _have_own_handler():
    SPECIAL_POINTERS[TYPE] = NotReplicated
MAKERS["Annotation", "layers"] = AnnotationLayers
MAKERS["AnnotationLayer", "frames"] = gp_layers.Frames
for _type in ("GPencilFrame", "AnnotationFrame"):
    special(_type, "strokes")(Strokes)
special("GreasePencil", "is_annotation")(annotation_mark)
for _type in ("GPencilLayer", "AnnotationLayer"):
    special(_type, "is_ruler")(ruler_mark)
    special(_type, "thickness")(Thickness)
