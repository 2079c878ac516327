"""Where files are: paths as every artist's Blender can use them. Main thread only."""

from __future__ import annotations

import os

import bpy

from .fields import Field


class Place(Field):
    """A path. One that is relative to the .blend file is told as an absolute one, for what "//" stands for is each
    artist's own."""

    def read(self, owner, visit):
        return absolute(getattr(owner, self.name), owner.id_data)

    def same(self, owner, value):
        return self.read(owner, None) == value


class FirstPlace(Place):
    """A path that other properties follow from: it is set before them."""

    rank = -1


def absolute(path: str, datablock) -> str:
    """The path without "//", as far as it is known what that stands for."""
    if not path.startswith("//") or not (bpy.data.filepath or datablock.library):
        return path
    return os.path.normpath(bpy.path.abspath(path, library=datablock.library))


def is_file(path: str, datablock=None) -> bool:
    """Whether an ordinary file is there: none of those that keep whoever reads them waiting."""
    library = datablock.library if datablock is not None else None
    return bool(path) and os.path.isfile(bpy.path.abspath(path, library=library))
