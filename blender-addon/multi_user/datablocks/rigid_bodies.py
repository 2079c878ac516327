"""Rigid bodies: the world of a scene, the bodies and constraints of objects. Main thread only.

Blender gives an object its body, or constraint, as soon as it is put into the collection that a scene's world names,
with values of its own. Neither goes when the object leaves the collection. The world's collections tell who takes part;
each object tells its own body, and gets it in a world that exists for as long as that takes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import bpy

from .contract import Consequences, Reading
from .optional import RemovableStruct
from .plan import plan_of, special
from .visit import Visit

_TEMPORARY = "multi_user_temporary"
PARTS = {
    "rigid_body": "collection",
    "rigid_body_constraint": "constraints",
}  # of an object: what of a world makes it


@special("Scene", "rigidbody_world")
class World(RemovableStruct):
    """The rigid body world of a scene; a scene without one does not tell it."""

    def make(self, owner):
        with bpy.context.temp_override(scene=owner):
            bpy.ops.rigidbody.world_add()

    def clear(self, owner):
        with bpy.context.temp_override(scene=owner):
            bpy.ops.rigidbody.world_remove()


@contextmanager
def _temporary_world() -> Iterator:
    """A world in a scene that nobody sees."""
    scene, members = bpy.data.scenes.new(_TEMPORARY), bpy.data.collections.new(_TEMPORARY)
    try:
        with bpy.context.temp_override(scene=scene):
            bpy.ops.rigidbody.world_add()
        yield scene.rigidbody_world, members
    finally:
        bpy.data.scenes.remove(scene)
        bpy.data.collections.remove(members)


def _scene_of(owner) -> bpy.types.Scene:
    """The scene whose world simulates this object, as far as there is one: it is to let go of it."""
    for scene in bpy.data.scenes:
        members = scene.rigidbody_world.collection if scene.rigidbody_world is not None else None
        if members is not None and members in owner.users_collection:
            return scene
    return bpy.context.scene


class Part(RemovableStruct):
    """What an object is to the rigid body worlds; an object that is nothing to them does not tell it."""

    def make(self, owner):
        with _temporary_world() as (world, members):
            setattr(world, PARTS[self.name], members)
            members.objects.link(owner)
            members.objects.unlink(owner)


@special("Object", "rigid_body")
class Body(Part):
    """What falls or is fallen upon. Blender gives one to meshes alone."""

    def clear(self, owner):
        with bpy.context.temp_override(scene=_scene_of(owner), object=owner, active_object=owner):
            bpy.ops.rigidbody.object_remove()


@special("Object", "rigid_body_constraint")
class Constraint(Part):
    """What ties two bodies."""

    def clear(self, owner):
        """In a scene of its own for so long: Blender takes it from the active object of a view layer alone."""
        scene = bpy.data.scenes.new(_TEMPORARY)
        try:
            scene.collection.objects.link(owner)
            layer = scene.view_layers[0]
            layer.objects.active = owner
            with bpy.context.temp_override(scene=scene, view_layer=layer, object=owner, active_object=owner):
                bpy.ops.rigidbody.constraint_remove()
        finally:
            bpy.data.scenes.remove(scene)


def given(datablock, context) -> Consequences:
    """What Blender gives to objects as this scene or collection is written, because a world names the collection."""
    had = {(name, member.as_pointer()) for name, member in _members(datablock)}

    def new() -> list[tuple[bpy.types.ID, Reading]]:
        return [
            (member, _reading(member, name, context))
            for name, member in _members(datablock)
            if (name, member.as_pointer()) not in had
        ]

    return new


def _members(datablock) -> Iterator[tuple[str, bpy.types.Object]]:
    """Who takes part in which way in the worlds of which this scene or collection is one or a part."""
    for scene in bpy.data.scenes:
        for name, collection in PARTS.items() if scene.rigidbody_world is not None else ():
            members = getattr(scene.rigidbody_world, collection)
            if members is not None and datablock in (scene, members):
                yield from ((name, it) for it in members.objects if getattr(it, name) is not None)


def _reading(member, name: str, context) -> Reading:
    """What an object is to the worlds, and nothing else of it."""
    part = getattr(member, name)
    tree = plan_of(part).read(part, Visit(member, context))
    return Reading(None, partial=True, paths=[((name,), tree)])


def check(scene, visit: Visit) -> None:
    """Tells what of a scene's world is not replicated."""
    if scene.rigidbody_world is not None and scene.rigidbody_world.point_cache.is_baked:
        visit.problem("what its rigid body world has baked is not replicated: bake it again")
