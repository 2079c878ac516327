"""Shape keys: a datablock of their own (type Key) that belongs to a mesh, curve or lattice. Main thread only.

Their own node, because drivers refer to it and it has animation of its own; its ``user`` says whose it is.
Positions of each block are a buffer ``key.<name>``. Besides them a mesh keeps its positions apart (usually
equal to the first block), which are replicated as they are. When the topology changes, the mesh comes first
and the blocks follow in the Key's change; until then Blender ignores blocks of another size.

Blender adds and removes blocks through objects alone; where no object uses the data, one is made for the time
being. It cannot move them from Python outside the interface, nor resize one: such blocks are made again,
which is why animation data is put back afterwards (Blender drops the drivers of a block that goes).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Iterator

import bpy
import numpy

from ..core.values import Ref
from .contract import ALL, Awaits, BufferSource, Changed, Reading
from .fields import Field, Missing
from .generic import GenericHandler
from .keyed import MAKERS, Named, name_of, unique_keys
from .memory import Layout, Rows
from .plan import SPECIAL_FIELDS, plan_of, special
from .users import borrowed_object
from .visit import Visit

PREFIX = "key."
_POINTS = Layout(12, 0, "f4", 3)  # 5 to 11 ms for a million points; foreach_get takes 74 to 180 ms
POINT_COLUMNS = 3
CURVE_COLUMNS = 11  # position, left and right handle (nothing for points without), radius, tilt

for _type, _name in (("Key", "reference_key"), ("ShapeKey", "data"), ("ShapeKey", "points")):
    SPECIAL_FIELDS[_type, _name] = lambda name: None


class KeyUser(Field):
    """The datablock whose shape keys these are; it cannot change."""

    def read(self, owner, visit):
        return visit.ref(owner.user)

    def write(self, owner, value, visit):
        return False


SPECIAL_FIELDS["Key", "user"] = KeyUser


@special("ShapeKey", "relative_key")
class RelativeKey(Field):
    """The block that this one is relative to, by name."""

    def read(self, owner, visit):
        return owner.relative_key.name if owner.relative_key else ""

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        block = owner.id_data.key_blocks.get(name_of(value))
        if block is None:
            raise ValueError(f"there is no shape key {value}")
        owner.relative_key = block


class KeyBlocks(Named):
    """Shape keys by name; the first is the one that relative ones start from."""

    def __init__(self, name: str):
        super().__init__(name, lambda collection, key, tree: None)

    def make(self, owner, key, tree, visit):
        return _add_block(owner, name_of(key))

    def drop(self, owner, key, item):
        if item is None:
            return
        if len(owner.key_blocks) == 1:
            raise ValueError("the last shape key only goes with all of them")
        _remove_block(owner, item)

    def write(self, owner, value, visit):
        """New ones first: Blender frees the whole datablock with its last block."""
        if not value:
            raise ValueError("shape keys without any block cannot be")
        changed = False
        for key, tree in value.items():
            changed |= self._put(owner, key, tree, visit)
        for key in reversed(self.keys(owner, visit)):
            if key not in value:
                changed |= self._drop(owner, key, visit)
        if self.keys(owner, visit) != list(value):
            self.arrange(owner, list(value), visit)
            changed = True
        return changed

    def arrange(self, owner, keys, visit):
        held = self.keys(owner, visit)
        wanted = [key for key in keys if key in held]
        same = next((i for i, (a, b) in enumerate(zip(held, wanted)) if a != b), len(wanted))
        _remake(owner, wanted[same:], self, visit)


MAKERS["Key", "key_blocks"] = KeyBlocks


def _add_block(shape_keys, name: str, fitting: bool = False):
    """Adds a block; ``fitting``: as large as the geometry is now. Of a curve or lattice Blender else makes one as large
    as the first one is."""
    with borrowed_object(shape_keys.user) as user:
        active, pinned = user.active_shape_key_index, user.show_only_shape_key
        block = user.shape_key_add(
            name=name, from_mix=fitting and not isinstance(shape_keys.user, bpy.types.Mesh)
        )
        user.active_shape_key_index, user.show_only_shape_key = active, pinned
    if block.name != name:
        block.name = name
    return block


def _remove_block(shape_keys, block) -> None:
    """Removes a block. Blender would put the mesh into the shape of the new first one: its positions stay."""
    data = shape_keys.user
    positions = None
    if isinstance(data, bpy.types.Mesh) and block == shape_keys.reference_key:
        positions = numpy.empty(len(data.vertices) * 3, "f4")
        data.vertices.foreach_get("co", positions)
    with borrowed_object(data) as user:
        user.shape_key_remove(block)
    if positions is not None:
        data.vertices.foreach_set("co", positions)


@contextmanager
def _unmoved(data, visit: Visit) -> Iterator[None]:
    """A curve's or lattice's points stay where they are, into which Blender puts the shape of a new first block."""
    field = plan_of(data).fields.get("splines") or plan_of(data).fields.get("points")
    held = field.read(data, visit) if field is not None else None
    try:
        yield
    finally:
        if field is not None:
            field.write(data, held, visit)


def _remake(shape_keys, keys: list[str], blocks: KeyBlocks, visit: Visit) -> None:
    """Makes these blocks again behind the others, in this order, with what they held."""
    if not keys:
        return
    animation = plan_of(shape_keys).fields["animation_data"]
    animated = animation.read(shape_keys, visit)
    trees = blocks.read(shape_keys, visit)
    with _unmoved(shape_keys.user, visit):
        for key in keys:
            old = blocks.find(shape_keys, key, visit)
            array = _read_block(old)
            made = _add_block(shape_keys, f"{old.name} remade", fitting=True)
            if len(made.data) == len(array):
                _write_block(made, array)
            _remove_block(shape_keys, blocks.find(shape_keys, key, visit))
            shape_keys.key_blocks[-1].name = name_of(key)
    for key, tree in trees.items():
        blocks.write_item(shape_keys, key, blocks.find(shape_keys, key, visit), tree, visit)
    animation.write(shape_keys, animated, visit)


def _columns(shape_keys) -> int:
    return CURVE_COLUMNS if isinstance(shape_keys.user, bpy.types.Curve) else POINT_COLUMNS


def _points(block):
    """The elements in the form that is fastest to get at."""
    return block.points if hasattr(block, "points") and len(block.points) else block.data


def _fill(block, out: numpy.ndarray) -> None:
    if not isinstance(block.id_data.user, bpy.types.Curve):
        _rows(lambda: block).fill(out)
        return
    rows = out.reshape(-1, CURVE_COLUMNS)
    rows[:] = 0
    for row, point in zip(rows, block.data):
        row[:3] = point.co
        if hasattr(point, "handle_left"):
            row[3:6], row[6:9] = point.handle_left, point.handle_right
        row[9], row[10] = point.radius, point.tilt


def _rows(block: Callable[[], Any]) -> Rows:
    return Rows(
        lambda: _points(block()), _POINTS, lambda point: point.co, lambda it, out: it.foreach_get("co", out)
    )


def _read_block(block) -> numpy.ndarray:
    array = numpy.empty((len(block.data), _columns(block.id_data)), "f4")
    _fill(block, array.reshape(-1))
    return array


def _write_block(block, array: numpy.ndarray) -> None:
    if not isinstance(block.id_data.user, bpy.types.Curve):
        if len(array):
            _points(block).foreach_set("co", numpy.ascontiguousarray(array).reshape(-1))
        return
    for row, point in zip(array.tolist(), block.data):
        point.co = row[:3]
        if hasattr(point, "handle_left"):
            point.handle_left, point.handle_right = row[3:6], row[6:9]
        point.radius, point.tilt = row[9], row[10]


class ShapeKeyHandler(GenericHandler):
    """Replicates shape keys."""

    def __init__(self):
        super().__init__("shape_keys", "Key")

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree and names a buffer for each block."""
        reading = super().read(datablock, context, hints)
        keys = unique_keys(block.name for block in datablock.key_blocks)
        reading.buffers = [_source(datablock, index, key) for index, key in enumerate(keys)]
        reading.signature = tuple((source.name, source.rows) for source in reading.buffers)
        return reading

    def check(self, datablock, visit: Visit) -> None:
        super().check(datablock, visit)
        if not datablock.use_relative:
            visit.problem("the frames of absolute shape keys are not replicated")

    def create(self, type_name: str, properties: dict, context):
        """The shape keys of ``user``, made with their first block; Awaits where that datablock is not here."""
        ref = properties.get("user")
        data = context.resolve(ref.uuid) if isinstance(ref, Ref) else None
        if data is None and isinstance(ref, Ref):
            raise Awaits(ref.uuid, "the datablock that these shape keys belong to is not here")
        if not hasattr(data, "shape_keys"):
            raise ValueError("the datablock that these shape keys belong to is not here")
        if data.shape_keys is None:
            first = next(iter(properties.get("key_blocks") or {"Basis": None}))
            with borrowed_object(data) as user:
                user.shape_key_add(name=name_of(first), from_mix=False)
        return data.shape_keys

    def delete(self, datablock, context) -> None:
        """Takes all shape keys away. A mesh keeps its positions."""
        data = datablock.user
        positions = None
        if isinstance(data, bpy.types.Mesh):
            positions = numpy.empty(len(data.vertices) * 3, "f4")
            data.vertices.foreach_get("co", positions)
        with borrowed_object(data) as user:
            user.shape_key_clear()
        if positions is not None:
            data.vertices.foreach_set("co", positions)
            data.update()

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Writes positions; ValueError where they do not fit what the shape keys belong to (yet)."""
        blocks = plan_of(datablock).fields["key_blocks"]
        wrong = [name for name, array in buffers.items() if not _fits(datablock, name, array, blocks, visit)]
        if wrong:
            keys = blocks.keys(datablock, visit)
            _remake(datablock, keys, blocks, visit)
            wrong = [name for name in wrong if not _fits(datablock, name, buffers[name], blocks, visit)]
        if wrong:
            raise ValueError(f"{wrong[0]} does not fit the topology")
        for name, array in buffers.items():
            _write_block(blocks.find(datablock, name[len(PREFIX) :], visit), array)
        if buffers:
            datablock.user.update_tag()


def _fits(shape_keys, name: str, array: numpy.ndarray, blocks: KeyBlocks, visit: Visit) -> bool:
    block = blocks.find(shape_keys, name[len(PREFIX) :], visit) if name.startswith(PREFIX) else None
    if block is None:
        raise Missing(f"there is no shape key for {name}")
    return array.dtype == numpy.float32 and array.shape == (len(block.data), _columns(shape_keys))


def _source(shape_keys, index: int, key: str) -> BufferSource:
    """A block's positions. The block is found anew when it is read: Blender may have freed it by then."""
    columns, block = _columns(shape_keys), shape_keys.key_blocks[index]
    name, count = block.name, len(block.data)

    def found():
        blocks = shape_keys.key_blocks
        if index >= len(blocks) or blocks[index].name != name or len(blocks[index].data) != count:
            raise Changed(f"shape key {name} changed while it was read")
        return blocks[index]

    steps = _rows(found).steps if columns == POINT_COLUMNS else None
    return BufferSource(PREFIX + key, "f4", count, columns, lambda out: _fill(found(), out), steps=steps)
