"""What linked datablocks name files by: datablocks that stand for one, modifiers, strips, nodes. Main thread only."""

from __future__ import annotations

import os
from typing import Any, Iterator, NamedTuple

import bpy

from ..core.file_book import ONE, Own
from .paths import Place, absolute

_DATABLOCKS = ("images", "sounds", "fonts", "movieclips", "volumes", "cache_files")
_WITH_TREES = ("materials", "worlds", "lights", "linestyles", "textures", "scenes")
_ALL_STRIPS = ("strips_all", "sequences_all")  # since Blender 4.4, and before


class Name(NamedTuple):
    """A property of a linked struct that holds a path; ``folder``: that of the pictures of a strip."""

    owner: Any
    property: str
    folder: bool = False

    @property
    def library(self):
        """The library that the path stands in."""
        return self.owner.id_data.library

    @property
    def kind(self) -> str:
        """Whether it stands for one file or for several that are called alike."""
        return ONE if self.folder else Place(self.property).kind_of(self.owner)

    def path(self) -> str:
        """The path, or that of the strip's first picture."""
        return self._members()[0] if self.folder else self._held()

    def files(self) -> list[Own]:
        """All that it stands for: absolute paths with their kinds, none that is packed."""
        if getattr(self.owner, "packed_file", None) is not None:
            return []
        paths = self._members() if self.folder else [self._held()]
        return [(path, self.kind) for path in paths if os.path.isabs(path)]

    def lead(self, path: str) -> None:
        """Has it lead there, until Blender reads the library anew."""
        setattr(self.owner, self.property, os.path.join(os.path.dirname(path), "") if self.folder else path)
        if not isinstance(self.owner, bpy.types.ID):
            self.owner.id_data.update_tag()

    def _held(self) -> str:
        return absolute(getattr(self.owner, self.property), self.owner.id_data)

    def _members(self) -> list[str]:
        folder = self._held()
        return [os.path.join(folder, element.filename) for element in self.owner.elements]


def all_names() -> Iterator[Name]:
    """Everything linked that names a file."""
    for collection in _DATABLOCKS:
        for datablock in _linked(collection):
            if datablock.filepath:
                yield Name(datablock, "filepath")
    for thing in _linked("objects"):
        for modifier in thing.modifiers:
            if modifier.type == "MESH_CACHE" and modifier.filepath:
                yield Name(modifier, "filepath")
    for scene in _linked("scenes"):
        yield from _of_strips(scene.sequence_editor)
    for tree in _trees():
        for node in tree.nodes:
            yield from _of_node(node)


def how_many() -> tuple[int, ...]:
    """How much there is in which a name could stand: another number where something was linked."""
    return tuple(
        len(getattr(bpy.data, name)) for name in (*_DATABLOCKS, "objects", "node_groups", *_WITH_TREES)
    )


def _linked(collection: str) -> Iterator[Any]:
    return (datablock for datablock in getattr(bpy.data, collection) if datablock.library is not None)


def _trees() -> Iterator[Any]:
    yield from _linked("node_groups")
    for collection in _WITH_TREES:
        for datablock in _linked(collection):
            tree = getattr(datablock, "node_tree", None)
            if tree is not None:
                yield tree


def _of_strips(editor) -> Iterator[Name]:
    strips = next((getattr(editor, name) for name in _ALL_STRIPS if hasattr(editor, name)), ())
    for strip in strips:
        if strip.type == "MOVIE" and strip.filepath:
            yield Name(strip, "filepath")
        elif strip.type == "IMAGE" and strip.elements:
            yield Name(strip, "directory", folder=True)


def _of_node(node) -> Iterator[Name]:
    if node.bl_idname == "ShaderNodeTexIES" and node.filepath:
        yield Name(node, "filepath")
    for socket in node.inputs:
        if socket.bl_idname == "NodeSocketStringFilePath" and socket.default_value:
            yield Name(socket, "default_value")
