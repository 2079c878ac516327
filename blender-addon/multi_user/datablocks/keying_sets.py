"""Keying sets of a scene: what animators key together. Main thread only.

Which of them is the active one is each artist's own.
"""

from __future__ import annotations

import bpy

from ..core.values import Ref
from .active import activated
from .keyed import MAKERS, Collection, Indexed, name_of, unique_keys

MOST_PATHS = 10_000  # what others may have this Blender make in one set


class KeyingSets(Collection):
    """By the name that Blender keeps unique; the one that is shown is a property like others."""

    def keys(self, owner, visit):
        return unique_keys(one.bl_idname for one in self.items_of(owner))

    def make(self, owner, key, tree, visit):
        sets = self.items_of(owner)
        with activated(sets, sets, "active_index"):
            made = sets.new(idname=name_of(key), name=tree.get("bl_label", name_of(key)))
        made.bl_idname = name_of(key)
        return made

    def drop(self, owner, key, item):
        sets = self.items_of(owner)
        with activated(sets, sets, "active_index", list(sets).index(item)):
            with bpy.context.temp_override(scene=owner):
                bpy.ops.anim.keying_set_remove()

    def arrange(self, owner, keys, visit):
        """They stay in the order in which they were made, which means nothing."""


KeyingSets.ordered = False


class Paths(Indexed):
    """What a keying set holds. Blender makes one for something that is there alone, so it is the scene at first."""

    def __init__(self, name: str):
        super().__init__(name, lambda paths, tree: None)

    def make(self, owner, key, tree, visit):
        paths = self.items_of(owner)
        if not key.isdecimal() or int(key) >= MOST_PATHS:
            raise ValueError(f"{key} is no index")
        ref = tree.get("id")
        if isinstance(ref, Ref) and visit.context.resolve(ref.uuid) is None:
            visit.awaits(ref.uuid)
        while len(paths) <= int(key):
            paths.add(owner.id_data, f"\u00b7{len(paths)}")
        return paths[int(key)]


MAKERS["Scene", "keying_sets"] = KeyingSets
MAKERS["KeyingSet", "paths"] = Paths
