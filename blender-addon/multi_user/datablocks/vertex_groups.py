"""Vertex groups of meshes: the names as part of the mesh's tree, the weights as one buffer. Main thread only.

Names and weights lie in the mesh (objects that share it share them), though Blender shows them through
objects. Rows of ``vert.deform`` are (vertex, group, weight as the bits of a 32-bit float), vertex by vertex
in the order that Blender holds them: a single array, so names of groups aside nothing of the weights can be
half applied.

``weights.py`` reads them. Writing compares and then touches only the vertices that differ, at 2.5 ms for 1,000 of them.
"""

from __future__ import annotations

from typing import Iterator

import numpy

from ..core.values import Keyed
from .contract import BufferSource
from .fields import Field, Missing
from .users import borrowed_object
from .weights import count_weights, read_weights, weights_in_steps

BUFFER = "vert.deform"
_WEIGHED = ("OBJECT", "WEIGHT_PAINT")  # in other modes weights are read when the mode is left


class VertexGroups(Field):
    """The ordered list of groups: name to ``lock_weight``."""

    def read(self, owner, visit):
        with borrowed_object(owner) as user:
            return Keyed((group.name, {"lock_weight": group.lock_weight}) for group in user.vertex_groups)

    def write(self, owner, value, visit):
        with borrowed_object(owner) as user:
            held = Keyed((group.name, {"lock_weight": group.lock_weight}) for group in user.vertex_groups)
            if held == value:
                return False
            _write_names(user.vertex_groups, value)
        return True

    def read_at(self, owner, path, visit):
        value = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"there is no vertex group {key}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        with borrowed_object(owner) as user:
            if not path:
                _write_names(user.vertex_groups, value)
            elif len(path) == 1:
                group = user.vertex_groups.get(path[0]) or user.vertex_groups.new(name=path[0])
                group.lock_weight = bool(value["lock_weight"])
            elif len(path) == 2 and path[1] == "lock_weight" and path[0] in user.vertex_groups:
                user.vertex_groups[path[0]].lock_weight = bool(value)
            else:
                raise Missing(f"there is no vertex group {path[0]}")

    def remove_at(self, owner, path, visit):
        """Removes a group with its weights; of the whole list nothing: the other side could not tell names."""
        if len(path) != 1:
            return
        with borrowed_object(owner) as user:
            group = user.vertex_groups.get(path[0])
            if group is not None:
                user.vertex_groups.remove(group)

    def order_at(self, owner, path, keys, visit):
        with borrowed_object(owner) as user:
            locks = {group.name: group.lock_weight for group in user.vertex_groups}
            names = [name for name in keys if name in locks] + [
                name for name in locks if name not in set(keys)
            ]
            _write_names(user.vertex_groups, {name: {"lock_weight": locks[name]} for name in names})


def _write_names(groups, wanted: dict) -> None:
    """Makes the names equal in order. Names that only moved change places; their weights come as a buffer."""
    names = list(wanted)
    for group in [group for group in groups if group.name not in wanted]:
        groups.remove(group)
    for name in names:
        if name not in groups:
            groups.new(name=name)
    if [group.name for group in groups] != names:
        for index, group in enumerate(groups):
            group.name = f"\x01{index}"
        for group, name in zip(groups, names):
            group.name = name
    for name in names:
        if groups[name].lock_weight != bool(wanted[name]["lock_weight"]):
            groups[name].lock_weight = bool(wanted[name]["lock_weight"])


def has_groups(mesh) -> bool:
    """Whether the mesh has vertex groups; without, it has no weights."""
    with borrowed_object(mesh) as user:
        return len(user.vertex_groups) > 0


def source(mesh, shape) -> BufferSource | None:
    """The weights, from ``shape``, which is the mesh or a copy of it; None for a mesh without vertex groups.

    Their number is part of how it is described, so weights that came or went are noticed without reading any.
    """
    with borrowed_object(mesh) as user:
        if not len(user.vertex_groups):
            return None
        seldom = user.mode not in _WEIGHED

    def fill(out: numpy.ndarray) -> None:
        out[:] = read_weights(shape).reshape(-1)

    def steps(out: numpy.ndarray) -> Iterator[None]:
        return weights_in_steps(shape, out)

    return BufferSource(BUFFER, "i4", count_weights(shape), 3, fill, seldom, steps)


def write_weights(mesh, wanted: numpy.ndarray, emptied: bool = False) -> None:
    """Makes the weights equal; ValueError where the array cannot be weights of this mesh.

    ``emptied`` says that its geometry was just made, so that it has none yet.
    """
    _check(mesh, wanted)
    held = numpy.empty((0, 3), "i4") if emptied else read_weights(mesh)
    if numpy.array_equal(held, wanted):
        return
    changed = _changed_vertices(held, wanted, len(mesh.vertices))
    with borrowed_object(mesh) as user:
        groups = user.vertex_groups
        needed = int(wanted[:, 1].max(initial=-1)) + 1
        for _ in range(len(groups), needed):
            groups.new()
        _clear(groups, held[changed[held[:, 0]]])
        rows = wanted[changed[wanted[:, 0]]]
        add = [group.add for group in groups]
        weights = rows[:, 2].copy().view("f4").tolist()
        for (vertex, group), weight in zip(rows[:, :2].tolist(), weights):
            add[group]((vertex,), weight, "REPLACE")
    mesh.update()


def _clear(groups, rows: numpy.ndarray) -> None:
    """Takes these rows' vertices out of their groups."""
    for index in numpy.unique(rows[:, 1]).tolist():
        if index < len(groups):
            groups[index].remove(rows[rows[:, 1] == index, 0].tolist())


def _changed_vertices(held: numpy.ndarray, wanted: numpy.ndarray, count: int) -> numpy.ndarray:
    """For each vertex whether its rows differ."""
    changed = numpy.bincount(held[:, 0], minlength=count) != numpy.bincount(wanted[:, 0], minlength=count)
    left, right = (
        held[~changed[held[:, 0]]],
        wanted[~changed[wanted[:, 0]]],
    )  # the same vertices with as many rows
    changed[left[(left != right).any(axis=1), 0]] = True
    return changed


def _check(mesh, array: numpy.ndarray) -> None:
    if array.ndim != 2 or array.shape[1] != 3 or array.dtype != numpy.int32:
        raise ValueError("weights are rows of vertex, group and weight")
    if not len(array):
        return
    vertices = array[:, 0]
    if vertices.min() < 0 or vertices.max() >= len(mesh.vertices) or (numpy.diff(vertices) < 0).any():
        raise ValueError("weights name vertices that the mesh does not have")
    if array[:, 1].min() < 0 or array[:, 1].max() >= 0x4000:
        raise ValueError("weights name an impossible vertex group")
