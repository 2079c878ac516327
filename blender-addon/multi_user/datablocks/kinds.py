"""Datablocks that can turn into another kind, which for some is part of their RNA type. Main thread only."""

from __future__ import annotations

import bpy

from .generic import GenericHandler


class KindHandler(GenericHandler):
    """``type`` turns one kind into another. What Python holds of a datablock goes on showing the properties of the
    kind that it was, so it is looked up anew at every use."""

    def __init__(self, collection: str, first: str, *types: str):
        """``first``: the kind of which one is made where the tree names none."""
        super().__init__(collection, *types)
        self._first = first

    def current(self, datablock):
        """The same datablock, with the properties of the kind that it is now."""
        return getattr(bpy.data, self.collection)[datablock.name, None]

    def read(self, datablock, context, hints=frozenset(("ALL",))):
        return super().read(self.current(datablock), context, hints)

    def read_paths(self, datablock, context, paths):
        return super().read_paths(self.current(datablock), context, paths)

    def create(self, type_name, properties, context):
        name, kind = properties.get("name", type_name), properties.get("type", self._first)
        return getattr(bpy.data, self.collection).new(name, kind)

    def prepare(self, datablock, properties, context):
        kind = properties.get("type", datablock.type)
        if datablock.type != kind:
            datablock.type = kind
        return self.current(datablock)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        super().write_part(self.current(datablock), ops, buffers, gone, structure, context)


def refuse_other_kind(handler: GenericHandler, datablock, ops: list, context) -> None:
    """Raises ValueError if operations make a datablock what it cannot turn into: the whole of it is needed then."""
    for operation, path, *rest in ops:
        is_set = operation == "set" and len(path) == 1
        if is_set and handler.is_other_kind(datablock, {path[0]: rest[0]}, context):
            raise ValueError("it is of another kind now: only the whole can help")
