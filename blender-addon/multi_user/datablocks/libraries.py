"""Libraries and what is linked from them (decision 0018). Main thread only.

A library is a node that holds where its file is. Each datablock that the scene names out of it is a node of the type
"Linked", which says what it is called there; what is in it comes from the file and is nobody's edit. Where the file
is not here, or not to be read before the artist trusts the session, an empty datablock stands in (``missing.py``).
"""

from __future__ import annotations

import os

import bpy

from ..core.values import Ref
from . import missing, registry
from .contract import ALL, Awaits, Reading
from .generic import GenericHandler
from .paths import absolute, is_file
from .visit import Visit

LINKED = "Linked"
HELD = "multi_user_file"  # on a library: the path of a file that is not to be read yet
HELD_TEXT = "Others linked a library. It is not read here until you trust the session: see the panel."
_MOST_BYTES = 1000  # of a path; Blender holds 1,023


class _SmallTree(GenericHandler):
    """A datablock of which but a few values travel, all read at once."""

    def tree(self, datablock, context) -> dict:
        """The values."""
        raise NotImplementedError

    def read(self, datablock, context, hints=frozenset((ALL,))):
        return Reading(self.tree(datablock, context))

    def read_paths(self, datablock, context, paths):
        tree = self.tree(datablock, context)
        return [(tuple(path), tree[path[0]]) for path in paths if len(path) == 1 and path[0] in tree]

    def assign(self, datablock, tree: dict, context) -> None:
        """Makes the datablock follow these values."""

    def write_whole(self, datablock, properties, buffers, context):
        self.assign(datablock, properties, context)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        self.assign(datablock, {op[1][0]: op[2] for op in ops if op[0] == "set" and len(op[1]) == 1}, context)


class LibraryHandler(_SmallTree):
    """Replicates where a library's file is, and how many times an artist had it read anew (``loaded``)."""

    def __init__(self):
        super().__init__("libraries", "Library")

    def tree(self, datablock, context):
        if HELD not in datablock:
            context.trust.live(place_of(datablock))
        return {"filepath": place_of(datablock), "loaded": context.memory(datablock).setdefault("loaded", 0)}

    def create(self, type_name, properties, context):
        path = _checked_path(properties.get("filepath"))
        known = next((it for it in bpy.data.libraries if place_of(it) == path), None)
        return known or missing.make_library(os.path.basename(path))

    def assign(self, datablock, tree, context):
        memory = context.memory(datablock)
        anew = False
        if "filepath" in tree and place_of(datablock) != (path := _checked_path(tree["filepath"])):
            _put(datablock, path, context)
            anew = memory.get(missing.STANDS_IN, False)
        if isinstance(tree.get("loaded"), int) and tree["loaded"] != memory.get("loaded"):
            memory["loaded"] = tree["loaded"]
            anew = True
        if anew and len(datablock.users_id) and readable(datablock):
            reload(datablock, context)
        elif anew and len(datablock.users_id) and HELD not in datablock:
            context.problem(datablock, _missing(datablock))


class LinkedHandler(_SmallTree):
    """Replicates which datablock of which library is used."""

    def __init__(self):
        super().__init__("", LINKED)

    def tree(self, datablock, context):
        visit = Visit(datablock, context)
        tree = {
            "library": visit.ref(datablock.library),
            "collection": registry.collection_of(datablock),
            "datablock": datablock.name,
        }
        return {**tree, **missing.description(datablock, visit)}

    def create(self, type_name, properties, context):
        ref, collection, name = (properties.get(key) for key in ("library", "collection", "datablock"))
        if (
            not isinstance(ref, Ref)
            or not isinstance(collection, str)
            or not isinstance(name, str)
            or not name
        ):
            raise ValueError("it does not say what is linked")
        library = context.resolve(ref.uuid)
        if library is None:
            raise Awaits(ref.uuid, "its library is not here")
        if not isinstance(library, bpy.types.Library) or collection not in dict(registry.collections()):
            raise ValueError("it is not of a library")
        known = getattr(bpy.data, collection).get((name, library.filepath))
        return known or load(library, collection, name, context) or missing.link(library, properties, context)

    def delete(self, datablock, context):
        """It goes, unless an object of its library would go with it, which is to stay."""
        users = bpy.data.user_map(subset=[datablock]).get(datablock, ())
        if not any(user.library and getattr(user, "data", None) == datablock for user in users):
            super().delete(datablock, context)


def place_of(library) -> str:
    """The path of a library's file, be it read or held."""
    held = library.get(HELD)
    return held if isinstance(held, str) else absolute(library.filepath, library)


def readable(library) -> bool:
    """Whether its file is here and may be read."""
    return HELD not in library and is_file(library.filepath)


def reload(library, context) -> None:
    """Reads the file anew: all that is linked from it is exchanged."""
    try:
        library.reload()
    except RuntimeError as error:
        context.problem(library, f"could not be read anew: {error}")
    context.relink()


def held_libraries() -> list:
    """Those that others named and that are not read yet."""
    return [library for library in bpy.data.libraries if isinstance(library.get(HELD), str)]


def let_go(trust) -> list[str]:
    """Reads the held libraries that are allowed now; returns what to tell of those whose file is not here. What was
    linked is found anew by whoever watches."""
    told = []
    for name in [library.name for library in held_libraries()]:
        library = bpy.data.libraries.get(name)  # reading one may make Blender drop another that is empty
        if library is None or not trust.allows(library[HELD]):
            continue
        trust.let_in(library[HELD])
        library.filepath = library[HELD]
        del library[HELD]
        if readable(library):
            library.reload()
        else:
            told.append(f'Library "{name}": {_missing(library)}')
    return told


def _missing(library) -> str:
    return f'there is no file "{place_of(library)}" here: what is linked from it is missing'


def _checked_path(path) -> str:
    if not isinstance(path, str) or not path or "\0" in path or len(path.encode()) > _MOST_BYTES:
        raise ValueError("the path of the library is none")
    return path


def _put(library, path: str, context) -> None:
    """Tells Blender where the file is, as far as it may be read; whoever opens a file that was saved meanwhile finds
    nothing at the place that it has instead."""
    trust = context.trust
    if trust.allows(path):
        trust.let_in(path)
        if HELD in library:
            del library[HELD]
        library.filepath = path
        return
    library[HELD] = path
    library.filepath = os.path.join(bpy.app.tempdir, f"multi_user_held_{context.id_of(library).hex()}.blend")
    trust.changes += 1
    context.problem(None, HELD_TEXT)


def load(library, collection: str, name: str, context):
    """Links a datablock out of the file; None where there is none, which the artist is told."""
    path = bpy.path.abspath(library.filepath)
    if not readable(library):
        if HELD not in library:
            context.problem(library, _missing(library))
        return None
    try:
        with bpy.data.libraries.load(path, link=True) as (there, here):
            if name in getattr(there, collection, ()):
                setattr(here, collection, [name])
    except (OSError, ValueError, RuntimeError) as error:
        context.problem(library, f"cannot be read: {error}")
        return None
    found = getattr(here, collection)
    if not found or found[0] is None:
        context.problem(library, f'has no "{name}" among its {collection} here')
        return None
    return found[0]
