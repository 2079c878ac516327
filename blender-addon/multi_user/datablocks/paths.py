"""Where files are: paths as every artist's Blender can use them. Main thread only.

What is at a path, and where others' files are here, is the session's ``core.file_book.FileBook``.
"""

from __future__ import annotations

import os

import bpy

from ..core.file_book import ONE, SEQUENCE, TILES, path_of
from .fields import SET_ERRORS, Field
from .plan import SPECIAL_FIELDS
from .visit import Visit

# What is at a path goes to the others if it ends like what Blender reads there: a scene that somebody made for it
# gets nobody's keys and letters.
ENDINGS = frozenset(
    (
        *(*bpy.path.extensions_image, *bpy.path.extensions_movie, *bpy.path.extensions_audio),
        *(".ttf", ".ttc", ".otf", ".otc", ".pfb", ".pfm", ".woff", ".woff2"),
        *(".vdb", ".abc", ".usd", ".usda", ".usdc", ".usdz", ".mdd", ".pc2", ".ies"),
        *(".obj", ".ply", ".stl"),  # and no tables and texts, though nodes import these: they may be letters
    )
)


class Place(Field):
    """The path of a file, told with what the file holds."""

    def read(self, owner, visit):
        held = getattr(owner, self.name)
        path = absolute(held, owner.id_data)
        if visit is None or not self.travels(owner, path, visit):
            return path
        if visit.context.files.is_told(held):
            return held
        return visit.context.files.tell(path, self.kind_of(owner), user_of(visit))

    def travels(self, owner, path: str, visit: Visit) -> bool:
        """Whether the others get what is at the path."""
        if not path or path.startswith("//") or getattr(owner, "packed_file", None) is not None:
            return False
        if may_travel(path):
            return True
        visit.problem(
            f'the file "{path}" is not replicated: its name does not end like one that Blender reads'
        )
        return False

    def kind_of(self, owner) -> str:
        """Whether it stands for one file or for several."""
        source = getattr(owner, "source", "")
        if source == "TILED":
            return TILES
        is_sequence = source == "SEQUENCE" or getattr(owner, "is_sequence", False)
        return SEQUENCE if is_sequence else ONE

    def place(self, owner, value, visit) -> tuple[str, bool]:
        """Where it is here, and whether Blender is to read it anew."""
        return visit.context.files.place(value, user_of(visit), self.kind_of(owner))

    def write(self, owner, value, visit):
        try:
            if getattr(owner, self.name) == value:
                return False  # a text: what is there is not known to anybody
            path, fresh = self.place(owner, value, visit)
            if not fresh and absolute(getattr(owner, self.name), owner.id_data) == path:
                visit.succeeded(self.name)
                return False
            self.assign(owner, path)
            held = absolute(getattr(owner, self.name), owner.id_data)
            if held != path:
                visit.context.files.stands_for(held, value)
        except SET_ERRORS as error:
            visit.failed(self.name, error)
            return True
        visit.succeeded(self.name)
        return True


class FirstPlace(Place):
    """A path that other properties follow from: it is set before them."""

    rank = -1


class Several(Field):
    """What decides whether a path stands for one file or for several. Files that others add so are not looked at."""

    def write(self, owner, value, visit):
        held = getattr(owner, self.name)
        changed = super().write(owner, value, visit)
        if getattr(owner, self.name) != held:
            path = absolute(getattr(owner, "filepath_raw", "") or owner.filepath, owner.id_data)
            visit.context.files.refuse(path, Place(self.name).kind_of(owner))
        return changed


class FolderPlace(Place):
    """The folder of the pictures of an image strip."""

    def read(self, owner, visit):
        folder = absolute(owner.directory, owner.id_data)
        if visit is not None and visit.context.files.is_told(owner.directory):
            return owner.directory
        names = [element.filename for element in owner.elements]
        if visit is None or folder.startswith("//") or not all(map(may_travel, names)):
            return folder
        members = [(name, os.path.join(folder, name)) for name in names]
        return visit.context.files.tell_set(folder, members, user_of(visit))

    def place(self, owner, value, visit):
        return visit.context.files.place(value, user_of(visit), folder=True)


for _type, _name in (("Image", "source"), ("Volume", "is_sequence"), ("CacheFile", "is_sequence")):
    SPECIAL_FIELDS[_type, _name] = Several


def user_of(visit: Visit) -> bytes:
    """The node that is read or written."""
    return visit.context.id_of(visit.root) or b""


def may_travel(path: str) -> bool:
    """Whether what is at a path may go to the others."""
    return os.path.splitext(path)[1].lower() in ENDINGS


def here(value, context) -> str:
    """Where a file is here that the others told, to make a datablock of it; raises ValueError where they told none."""
    return context.files.place(value, b"")[0]


def told(value) -> str:
    """The path that a file has for its owner; raises ValueError."""
    return path_of(value)


def absolute(path: str, datablock) -> str:
    """The path without "//", as far as it is known what that stands for."""
    if not path.startswith("//") or not (bpy.data.filepath or datablock.library):
        return path
    return os.path.normpath(bpy.path.abspath(path, library=datablock.library))


def is_file(path: str, datablock=None) -> bool:
    """Whether an ordinary file is there: none of those that keep whoever reads them waiting."""
    library = datablock.library if datablock is not None else None
    return bool(path) and os.path.isfile(bpy.path.abspath(path, library=library))
