"""Datablocks whose geometry is nothing but attributes: hair curves and point clouds. Main thread only.

One buffer, the ``structure``, says how many elements there are and how they belong together; the others' rows follow
from it. What a change from elsewhere brings is checked as a whole before any of it is written.
"""

from __future__ import annotations

import numpy

from . import attributes
from .attribute_list import AttributeList
from .contract import ALL, BufferSource, Reading
from .fields import Omitted
from .generic import GenericHandler
from .plan import plan_of
from .visit import Visit

POSITION = "point.position"
LARGEST_COUNT = 1 << 28


class GeometryHandler(GenericHandler):
    """What such types have in common; a type says how its elements are counted and made.

    ``makeable``: whether this Blender lets Python make elements. Where it does not nothing of the geometry is shared,
    and the artist is told.
    """

    structure: str
    topology: tuple[str, ...]
    elements: str  # what the artist calls them
    makeable: bool

    def structure_source(self, datablock) -> BufferSource:
        """The structure, not read yet."""
        raise NotImplementedError

    def rows(self, structure: numpy.ndarray) -> dict[str, int]:
        """How many elements each domain has by this structure; ValueError if it cannot be one."""
        raise NotImplementedError

    def has_structure(self, datablock, buffers: dict) -> bool:
        """Whether the datablock has the topology already that these buffers tell of."""
        raise NotImplementedError

    def restructure(self, datablock, buffers: dict) -> None:
        """Gives the datablock the topology that these buffers tell of; what its attributes hold is open."""
        raise NotImplementedError

    def check_values(self, name: str, array: numpy.ndarray) -> None:
        """ValueError where Blender would not bear these values of an attribute."""

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree and names all buffers, positions first."""
        reading = super().read(datablock, context, hints)
        if self.makeable:
            reading.buffers = self.sources(datablock, context)
            present = {it.name for it in reading.buffers}
            reading.topology = tuple(name for name in self.topology if name in present)
            reading.signature = tuple((it.name, it.rows, it.columns) for it in reading.buffers)
        return reading

    def sources(self, datablock, context) -> list[BufferSource]:
        """All buffers, not read yet."""

        def fill_positions(out: numpy.ndarray) -> None:
            if len(out):
                _positions(datablock).foreach_get("vector", out)

        points = BufferSource(POSITION, "f4", len(_positions(datablock)), 3, fill_positions)
        return [points, self.structure_source(datablock), *attributes.sources(datablock)]

    def check(self, datablock, visit: Visit) -> None:
        super().check(datablock, visit)
        if not self.makeable and len(datablock.points):
            visit.problem(f"its {self.elements} are not replicated: this Blender's Python cannot make any")

    def write_whole(self, datablock, properties: dict, buffers: dict, context) -> None:
        """Makes it equal; ValueError where buffers contradict each other."""
        if self.makeable:
            self._check(buffers)
            if not self.has_structure(datablock, buffers):
                self.restructure(datablock, buffers)
        super().write_whole(datablock, properties, buffers, context)

    def write_part(
        self, datablock, ops: list, buffers: dict, gone: list[str], structure: bool, context
    ) -> None:
        """Carries out the operations, then writes the buffers; ValueError where only the whole can help."""
        if not structure:
            if any(name in self.topology for name in buffers):
                raise ValueError("the topology changed without the rest")
            super().write_part(datablock, ops, buffers, gone, structure, context)
            return
        self._check(buffers)
        super().write_part(datablock, ops, {}, [], False, context)
        visit = Visit(datablock, context)
        if not self.has_structure(datablock, buffers):
            field = plan_of(datablock).fields["attributes"]
            listed = field.read(datablock, visit)
            self.restructure(datablock, buffers)
            field.write(datablock, listed, visit)
        self.write_buffers(datablock, buffers, gone, structure, visit)
        visit.report()

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Writes all arrays but the topology, which is there already."""
        for name, array in buffers.items():
            if name == POSITION:
                _write_positions(datablock, array)
            elif name not in self.topology:
                self.check_values(name, array)
                attributes.write(datablock, name, array, visit.context)
        datablock.update_tag()

    def _check(self, buffers: dict) -> None:
        structure = buffers.get(self.structure)
        if structure is None or POSITION not in buffers:
            raise ValueError(f"{self.elements} come with their number and their positions")
        rows = self.rows(structure)
        for name, array in buffers.items():
            if name == self.structure:
                continue
            domain, kind = ("POINT", "FLOAT_VECTOR") if name == POSITION else attributes.parse_name(name)[:2]
            if len(array) != rows.get(domain):
                raise ValueError(f"{name} has {len(array)} rows, not {rows.get(domain)}")
            attributes.check_form(name, kind, array)
            self.check_values(name, array)


def _positions(datablock):
    attribute = datablock.attributes.get("position")
    return () if attribute is None else attribute.data  # without points there may be no attribute either


def _write_positions(datablock, array: numpy.ndarray) -> None:
    points = _positions(datablock)
    attributes.check_form(POSITION, "FLOAT_VECTOR", array)
    if len(array) != len(points):
        raise ValueError(f"there are {len(points)} positions")
    if len(array):
        points.foreach_set("vector", numpy.ascontiguousarray(array).reshape(-1))


class GeometryAttributes(AttributeList):
    """The attributes by name: their order means nothing, and Blender changes it."""

    def __init__(self, name: str, makeable: bool):
        super().__init__(name)
        self._makeable = makeable

    def read(self, owner, visit):
        if not self._makeable:
            raise Omitted
        held = super().read(owner, visit)
        return type(held)(sorted(held.items()))

    def write(self, owner, value, visit):
        return super().write(owner, type(value)(sorted(value.items())), visit)

    def order_at(self, owner, path, keys, visit):
        """They keep the order that Blender gave them."""
