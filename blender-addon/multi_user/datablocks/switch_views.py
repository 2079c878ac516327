"""The compositor's Switch View nodes, which have an input for each view of a scene: that in which they were made. Main
thread only.

Blender says of which scene nowhere in its Python (and before Blender 4 the inputs are any scene's), so it is read from
Blender's memory. A node is made once its scene is here, and is that scene's ever after.
"""

from __future__ import annotations

import ctypes
from contextlib import nullcontext
from typing import Any, ContextManager

import bpy

from ..core.values import Ref
from . import dna
from .fields import Field, Omitted
from .plan import EXTRA_FIELDS
from .visit import Visit

TYPE = "CompositorNodeSwitchView"
_SCENE = "scene"


class ViewsOf(Field):
    """The scene whose views are the inputs."""

    def read(self, owner, visit):
        scene = _scene_of(owner)
        found = None if scene is None else visit.ref(scene)
        if found is None:
            raise Omitted
        return found

    def write(self, owner, value, visit):
        scene = _scene_of(owner)
        if not isinstance(value, Ref) or scene is None or visit.context.id_of(scene) != value.uuid:
            visit.failed(self.name, ValueError("a node stays with the scene in which it was made"))
        return False


def made_in(tree: dict[str, Any], visit: Visit) -> ContextManager | None:
    """Where a node is to be made; None while the scene that it needs is not here."""
    wanted = tree.get(_SCENE) if tree.get("bl_idname") == TYPE else None
    if not isinstance(wanted, Ref):
        return nullcontext()
    scene = visit.context.resolve(wanted.uuid)
    if scene is None:
        visit.awaits(wanted.uuid)
        return None
    if not isinstance(scene, bpy.types.Scene):  # Blender takes whatever it is given for one
        raise ValueError("a node has the views of a scene")
    return bpy.context.temp_override(scene=scene)


def _scene_of(node):
    offset = dna.structs("bNode")["bNode"].offsets["id"]
    address = ctypes.c_void_p.from_address(node.as_pointer() + offset).value
    return next((scene for scene in bpy.data.scenes if scene.as_pointer() == address), None)


EXTRA_FIELDS[TYPE] = [ViewsOf(_SCENE)]
