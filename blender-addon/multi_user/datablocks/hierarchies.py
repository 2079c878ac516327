"""Hierarchies of library overrides: a collection, or a rig, that is overridden with all that belongs to it. Main thread
only.

Blender says which hierarchy an override belongs to where it makes the hierarchy, and nowhere else. So it is made here
in one go as it was there, and what it consists of is taken one by one as its nodes come.
"""

from __future__ import annotations

from typing import Any, Iterator

import bpy

from ..core.values import Ref
from . import registry
from .visit import Visit


def overrides_of(root) -> Iterator[Any]:
    """The other overrides of a hierarchy."""
    for name, _ in registry.collections():
        for datablock in getattr(bpy.data, name):
            override = datablock.override_library if datablock.library is None else None
            if override is not None and datablock != root and override.hierarchy_root == root:
                yield datablock


def twins_of(root) -> dict[Any, Any]:
    """What is linked -> its override in this hierarchy. Where one was duplicated it is that which others of the
    hierarchy use."""
    if root is None:
        return {}
    twins = {root.override_library.reference: [root]}
    for it in overrides_of(root):
        twins.setdefault(it.override_library.reference, []).append(it)
    doubled = [it for them in twins.values() if len(them) > 1 for it in them]
    users = bpy.data.user_map(subset=doubled) if doubled else {}
    within = {it for them in twins.values() for it in them}
    return {
        reference: them[0] if len(them) == 1 else max(them, key=lambda it: len(users.get(it, set()) & within))
        for reference, them in twins.items()
    }


def members_of(root, visit: Visit) -> dict[str, Ref]:
    """The UUIDs of what else was overridden with the root of a hierarchy, in hex -> what each overrides."""
    twins = twins_of(root).items()
    return {visit.ref(it).uuid.hex(): visit.ref(reference) for reference, it in twins if it != root}


def make_hierarchy(reference, members: dict[str, Ref], context):
    """Overrides a linked datablock with all that belongs to it, and returns the root. What is no member goes again;
    each of the others is its node when that comes."""
    scene = bpy.data.scenes.new("multi_user_temporary")  # Blender shows there what it makes
    try:
        root = reference.override_hierarchy_create(scene, scene.view_layers[0])
    finally:
        bpy.data.scenes.remove(scene)
    if root is None:
        raise ValueError(f'Blender cannot override "{reference.name}"')
    wanted = {ref.uuid: bytes.fromhex(key) for key, ref in members.items() if isinstance(ref, Ref)}
    doomed = []
    for made in overrides_of(root):
        uuid = wanted.get(context.id_of(made.override_library.reference))
        if uuid is None or context.resolve(uuid) is not None:
            doomed.append(made)
        else:
            context.foresee(made, uuid)
    bpy.data.batch_remove(doomed)
    return root
