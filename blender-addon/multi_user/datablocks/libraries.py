"""Libraries and what is linked from them (decision 0018). Main thread only.

A library is a node that holds where its file is. Each datablock that the scene names out of it is a node of the type
"Linked", which says what it is called there; what is in it comes from the file and is nobody's edit. Where the file
is not here, or not to be read before the artist trusts the session, an empty datablock stands in (``missing.py``).
"""

from __future__ import annotations

import os
from typing import Callable

import bpy

from ..core.file_book import FileBook, path_of
from ..core.values import Ref
from . import library_files, missing, registry
from .contract import ALL, Awaits, Reading
from .generic import GenericHandler
from .library_files import HELD, place_of
from .paths import is_file
from .visit import Visit

LINKED = "Linked"
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
    """Replicates where a library's file is and what it holds, with all files that it needs (``disk`` is the one that
    the paths are of), and how many times an artist had it read anew (``loaded``)."""

    def __init__(self):
        super().__init__("libraries", "Library")

    def tree(self, datablock, context):
        path, memory, book = place_of(datablock), context.memory(datablock), context.files.libraries
        is_of_others = library_files.is_of_others(datablock, context.files)
        if HELD not in datablock and not is_of_others and not book.is_in_cache(path):
            context.trust.live(path)
        told, disk = path, book.disk
        if is_of_others:
            told, disk = book.told(path), book.disk_of(path) or memory.get("disk", "")
        elif path.lower().endswith(library_files.ENDING):
            told = book.tell(
                path, library_files.used_by(datablock, context.files), context.id_of(datablock) or b""
            )
        return {"filepath": told, "disk": disk, "loaded": memory.setdefault("loaded", 0)}

    def create(self, type_name, properties, context):
        path, _ = _placed(properties.get("filepath"), properties.get("disk"), b"", context)
        known = next((it for it in bpy.data.libraries if place_of(it) == path), None)
        return known or missing.make_library(os.path.basename(path))

    def assign(self, datablock, tree, context):
        memory = context.memory(datablock)
        anew = is_nowhere = False
        if isinstance(tree.get("disk"), str):
            memory["disk"] = tree["disk"]
        if "filepath" in tree:
            value, before = tree["filepath"], place_of(datablock)
            path, anew = _placed(value, memory.get("disk"), context.id_of(datablock), context)
            if before != path or anew:
                _put(datablock, path, context)
                anew = anew or memory.get(missing.STANDS_IN, False)
            # It was to come, and its owner has none: what is at that path here is another one.
            is_nowhere = isinstance(value, str) and context.files.libraries.is_in_cache(before)
        hold_again(datablock, context)
        if isinstance(tree.get("loaded"), int) and tree["loaded"] != memory.get("loaded"):
            memory["loaded"] = tree["loaded"]
            anew = True
        if not len(datablock.users_id):
            return
        if is_coming(datablock, context):
            memory[missing.STANDS_IN] = True  # what is here is not what the others have
        elif anew and readable(datablock) and not is_nowhere:
            reload(datablock, context)
        elif anew and HELD not in datablock and not readable(datablock):
            context.problem(datablock, _missing(datablock))

    def read_anew(self, datablock):
        """The artist's file, or one that it needs, is another one. What is linked is found anew by whoever watches."""
        if readable(datablock) and len(datablock.users_id):
            datablock.reload()


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
        known = known or load(library, collection, name, context)
        if known is None and collection in missing.NONE_STANDS_IN:
            check_here(library, context)
        return known or missing.link(library, properties, context)

    def delete(self, datablock, context):
        """It goes, unless an object of its library would go with it, which is to stay."""
        users = bpy.data.user_map(subset=[datablock]).get(datablock, ())
        if not any(user.library and getattr(user, "data", None) == datablock for user in users):
            super().delete(datablock, context)


def known_as(library) -> str:
    """The path by which everybody knows a library."""
    return FileBook.known_as(place_of(library))


def is_coming(library, context) -> bool:
    """Whether its file, or one that it needs, is on its way here."""
    return bool(context.files.coming(place_of(library)))


def check_here(library, context) -> None:
    """Raises Awaits while its files are on their way."""
    key = context.files.coming(place_of(library))
    if key:
        raise Awaits(bytes.fromhex(key), "its library is on its way")


def readable(library) -> bool:
    """Whether its file is here and may be read."""
    return HELD not in library and is_file(library.filepath)


def reload(library, context) -> None:
    """Reads the file anew: all that is linked from it is exchanged."""
    try:
        library.reload()
    except RuntimeError as error:
        context.problem(library, f"could not be read anew: {error}")
    library_files.lead_to_files(context)
    context.relink()


def held_libraries() -> list:
    """Those that others named and that are not read yet."""
    return [library for library in bpy.data.libraries if isinstance(library.get(HELD), str)]


def let_go(trust, coming: Callable[[str], str] = lambda path: "") -> list[str]:
    """Reads the held libraries that are allowed now; returns what to tell of those whose file cannot be read, or is not
    here, nor ``coming``. What was linked is found anew by whoever watches."""
    told = []
    for name in [library.name for library in held_libraries()]:
        library = bpy.data.libraries.get(name)  # reading one may make Blender drop another that is empty
        if library is None or not trust.allows(library[HELD]):
            continue
        trust.let_in(library[HELD])
        library.filepath = library[HELD]
        del library[HELD]
        if coming(library.filepath):
            continue
        if not readable(library):
            told.append(f'Library "{name}": {_missing(library)}')
            continue
        try:
            library.reload()
        except RuntimeError as error:
            told.append(f'Library "{name}": could not be read anew: {error}')
    return told


def _missing(library) -> str:
    return f'there is no file "{place_of(library)}" here: what is linked from it is missing'


def _placed(value, disk, user: bytes | None, context) -> tuple[str, bool]:
    """Where the library is here that others told, and whether it is to be read anew; raises ValueError where they told
    none."""
    path = path_of(value) if value else ""
    if not path or "\0" in path or len(path.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise ValueError("the path of the library is none")
    if not path.lower().endswith(library_files.ENDING):
        value = path  # what it is said to hold is no library
    return context.files.libraries.place(
        value,
        disk if isinstance(disk, str) else "",
        user or b"",
        lambda node: context.resolve(node) is not None,
    )


def _put(library, path: str, context) -> None:
    """Tells Blender where the file is, as far as it may be read; whoever opens a file that was saved meanwhile finds
    nothing at the place that it has instead."""
    trust = context.trust
    if trust.allows(path):
        trust.let_in(path)
        if HELD in library:
            del library[HELD]
        if place_of(library) != path:
            library.filepath = path
        return
    if len(library.users_id):
        # Once it is read, what uses it is asked for as a whole.
        context.memory(library)[missing.STANDS_IN] = True
    library[HELD] = path
    library.filepath = os.path.join(bpy.app.tempdir, f"multi_user_held_{context.id_of(library).hex()}.blend")
    trust.changes += 1
    context.problem(None, HELD_TEXT)


def hold_again(library, context) -> None:
    """Others' library, of which the artist takes nothing more since trust was taken back: what was read stays."""
    path, trust = place_of(library), context.trust
    if HELD in library or trust.allows(path):
        return
    is_theirs = trust.was_let_in(path) or context.files.libraries.is_in_cache(path)
    if is_theirs or library_files.is_of_others(library, context.files):
        _put(library, path, context)


def load(library, collection: str, name: str, context):
    """Links a datablock out of the file; None where there is none, which the artist is told."""
    hold_again(library, context)
    path = bpy.path.abspath(library.filepath)
    if is_coming(library, context):
        return None
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
    if library_files.lead_to_files(context):
        context.relink()
    return found[0]
