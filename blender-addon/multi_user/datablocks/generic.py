"""The handler that serves every datablock type by its plan alone; types with needs of their own inherit from it.

Main thread only.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable

import bpy

from . import parts
from .contract import ALL, Consequences, Reading
from .fields import Missing
from .plan import Plan, plan_of
from .visit import Visit


class GenericHandler:
    """Reads and writes datablocks of ``types`` by their plans, and makes them by
    ``bpy.data.<collection>.new(name)``."""

    def __init__(self, collection: str, *types: str):
        self.collection = collection
        self.types = types

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the whole tree, or glances at one with long lists that was read before."""
        visit, memory = Visit(datablock, context), context.memory(datablock)
        if ALL not in hints:
            reading = self.glance(datablock, visit, hints, memory)
            if reading is not None:
                return reading
        self.check(datablock, visit)
        parts.remember(datablock, visit, memory)
        return Reading(plan_of(datablock).read(datablock, visit))

    def glance(self, datablock, visit: Visit, hints: frozenset[str], memory: dict) -> Reading | None:
        """Reads what these hints most likely stand for; None: all is to be read."""
        return parts.glance(datablock, visit, memory)

    def parts(self, datablock, context) -> list[parts.Part]:
        """What to read one after the other to have looked at all; empty where ``read`` does so at once."""
        if not self.glances:
            return []
        return parts.parts(datablock, Visit(datablock, context))

    def read_part(self, datablock, context, part: parts.Part) -> Reading:
        """Reads one of the parts."""
        reading = parts.read_part(datablock, part, Visit(datablock, context), context.memory(datablock))
        return self.read(datablock, context) if reading is None else reading

    @property
    def glances(self) -> bool:
        """Whether ``read`` may be content with less than all without being told what changed."""
        return type(self).read is GenericHandler.read

    def check(self, datablock, visit: Visit) -> None:
        """Tells the user of what this datablock holds and is not replicated."""

    def consequences(self, datablock, context) -> Consequences:
        """What says, once this datablock is written, what that did to others."""
        return list

    def read_paths(
        self, datablock, context, paths: Iterable[tuple[str, ...]]
    ) -> list[tuple[tuple[str, ...], object]]:
        """Reads back these paths; those that do not exist are left out."""
        visit = Visit(datablock, context)
        plan = plan_of(datablock)
        found = []
        for path in paths:
            try:
                found.append((tuple(path), plan.read_at(datablock, tuple(path), visit)))
            except Missing:
                pass
        return found

    def create(self, type_name: str, properties: dict, context):
        """Makes an empty datablock."""
        return getattr(bpy.data, self.collection).new(name=properties.get("name", type_name))

    def delete(self, datablock, context) -> None:
        """Removes the datablock, whoever uses it."""
        bpy.data.batch_remove([datablock])

    def is_other_kind(self, datablock, properties: dict, context) -> bool:
        """Whether this is to be what Python cannot turn the datablock into: another one takes its place."""
        return False

    def succeed(self, former) -> Callable[[Any], None]:
        """Notes what another datablock that takes the place of this one is to take over; returns what does that, once
        others use that one instead."""
        return lambda datablock: None

    def prepare(self, datablock, properties: dict, context):
        """Changes the datablock's kind where the tree has another one; returns the datablock to write to from
        then on."""
        return datablock

    def write_whole(self, datablock, properties: dict, buffers: dict, context) -> None:
        """Makes the datablock equal to the tree and the buffers."""
        datablock = self.prepare(datablock, properties, context)
        visit = Visit(datablock, context)
        plan_of(datablock).write(datablock, properties, visit)
        self.write_buffers(datablock, buffers, [], True, visit)
        visit.report()

    def write_part(
        self, datablock, ops: list, buffers: dict, gone: list[str], structure: bool, context
    ) -> None:
        """Carries out the operations, then writes the buffers; raises ValueError where that is not possible."""
        for operation, path, *rest in ops:
            if operation == "set" and len(path) == 1:
                datablock = self.prepare(datablock, {path[0]: rest[0]}, context)
        visit = Visit(datablock, context)
        carry_out(plan_of(datablock), datablock, ops, visit)
        parts.applied(datablock, ops, visit, context.memory(datablock))
        if buffers or gone or structure:
            self.write_buffers(datablock, buffers, gone, structure, visit)
        visit.report()

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Writes dense arrays; types without any have nothing to do."""


def carry_out(plan: Plan, struct, ops: list, visit: Visit) -> None:
    """Carries out operations on a struct; raises Missing (a ValueError) where a place is not there.

    Sets are carried out twice: one may need what a later one makes, and setters change other properties.
    """
    removes, sets, orders = ([op for op in ops if op[0] == kind] for kind in ("remove", "set", "order"))
    if len(removes) + len(sets) + len(orders) != len(ops):
        raise ValueError("unknown operation")
    for _, path in removes:
        plan.remove_at(struct, tuple(path), visit)
    for last in (False, True) if len(sets) > 1 else (True,):
        for _, path, value in sets:
            try:
                plan.set_at(struct, tuple(path), value, visit)
            except Missing:
                if last:
                    raise
    for _, path, keys in orders:
        plan.order_at(struct, tuple(path), keys, visit)
