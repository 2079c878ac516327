"""The files that a library needs: its own, those of libraries that it uses, and pictures, sounds and the like of both
(``library_names``). Main thread only (decision 0025).

Blender finds them by the paths that stand in the library. Relative ones lead to the right place in the cache as they
are; for absolute ones, which lead to this artist's own disk, the linked datablock gets the path in the cache. Blender
forgets that when it reads the library anew, so it is done after each reading.
"""

from __future__ import annotations

import bpy

from ..core.file_book import ONE, Own
from ..core.library_uses import Uses
from .library_names import all_names, how_many
from .paths import absolute, may_travel

ENDING = ".blend"
HELD = "multi_user_file"  # on a library: the path of a file that is not to be read yet


def place_of(library) -> str:
    """The path of a library's file, be it read or held."""
    held = library.get(HELD)
    return held if isinstance(held, str) else absolute(library.filepath, library)


def used_by(library, files) -> list[tuple[str, str]]:
    """The files that this artist's library needs besides itself, as absolute paths with their kinds."""
    book, place = files.libraries, place_of(library)
    needed = book.needed(place, _uses.among(len(bpy.data.libraries)))
    used = [(path, ONE) for path in needed - {place} if path.lower().endswith(ENDING)]
    for owner, own in _named.among(how_many()):
        if owner in needed and may_travel(own[0]) and book.may_name(owner, own[0]):
            used.append(own)
    return sorted(set(used))


def is_of_others(library, files) -> bool:
    """Whether others told this library, or one that brought it along: it is nothing of this artist's then."""
    while library is not None:
        if files.is_others(place_of(library)):
            return True
        library = library.parent
    return False


def lead_to_files(context) -> bool:
    """Has what is linked from others' libraries use the files that came with these, as far as trust allows; whether a
    library was read anew by that."""
    book = context.files.libraries
    anew = False
    for name in [library.name for library in bpy.data.libraries]:
        library = bpy.data.libraries.get(name)  # reading one may make Blender drop another
        if library is not None and library.parent is not None:
            place = place_of(library)
            here = book.here(place_of(library.parent), place)
            may_read = context.trust.allows(here) and not context.files.is_own(place)
            if here and here != place and may_read:
                library.filepath = here
                anew = True
                try:
                    library.reload()
                except RuntimeError as error:
                    context.problem(library, f"could not be read anew: {error}")
    for name in list(all_names()):
        held = name.path()
        here = book.here(place_of(name.library), held, name.kind != ONE)
        if here and here != held:
            name.lead(here)
    return anew


def _look() -> dict[str, set[str]]:
    """Which library uses which, by their places."""
    used: dict[str, set[str]] = {}
    if len(bpy.data.libraries) == 1:
        return used  # what follows looks through the whole file
    places = {library: place_of(library) for library in bpy.data.libraries}
    for datablock, users in bpy.data.user_map().items():
        if datablock.library is not None:
            for user in users:
                if user.library is not None:
                    used.setdefault(places[user.library], set()).add(places[datablock.library])
    return used


def _look_at_names() -> list[tuple[str, Own]]:
    """Each file that something linked names, with the place of the library in which that stands."""
    return [(place_of(name.library), own) for name in all_names() for own in name.files()]


def forget() -> None:
    """A library was read anew: what is linked is another one."""
    _uses.forget()
    _named.forget()


_uses = Uses(_look)
_named = Uses(_look_at_names)
