"""Bone collections of an armature (since Blender 4), and which bones are in them. Main thread only.

They are told as one list by name, with the name of the collection that each is in: names are unique in an armature.
"""

from __future__ import annotations

import bpy

from .fields import Field
from .keyed import Named
from .plan import special

NESTED = "collections_all" in bpy.types.Armature.bl_rna.properties  # since Blender 4.1
ALL = "collections_all" if NESTED else "collections"


class BoneCollections(Named):
    """All bone collections of an armature, in the order of Blender's list."""

    rank = 0

    def __init__(self, name: str):
        super().__init__(name, None)

    def make(self, owner, key, tree, visit):
        return owner.collections.new(key)

    def drop(self, owner, key, item):
        owner.collections.remove(item)

    def write(self, owner, value, visit):
        for key, tree in value.items():  # so that each finds what it is in
            if self.find(owner, key, visit) is None:
                owner.collections.new(key)
        return super().write(owner, value, visit)

    def arrange(self, owner, keys, visit):
        if not NESTED:
            return
        places: dict[str, int] = {}
        for key in keys:
            item = self.find(owner, key, visit)
            if item is not None:
                parent = item.parent.name if item.parent else ""
                place = places[parent] = places.get(parent, -1) + 1
                if item.child_number != place:
                    item.child_number = place


if hasattr(bpy.types, "BoneCollection"):
    special("Armature", ALL)(BoneCollections)


@special("BoneCollection", "parent")
class ParentCollection(Field):
    """The collection that a bone collection is in, by its name; empty for none."""

    rank = -1

    def read(self, owner, visit):
        return owner.parent.name if owner.parent else ""

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        owner.parent = owner.id_data.collections_all[value] if value else None


@special("Bone", "collections")
class Membership(Field):
    """The bone collections that a bone is in, by name, sorted."""

    def read(self, owner, visit):
        return sorted(collection.name for collection in owner.collections)

    def same(self, owner, value):
        return self.read(owner, None) == sorted(value)

    def assign(self, owner, value):
        collections = getattr(owner.id_data, ALL)
        held, wanted = set(self.read(owner, None)), set(value)
        for name in held - wanted:
            collections[name].unassign(owner)
        for name in sorted(wanted - held):
            collections[name].assign(owner)
