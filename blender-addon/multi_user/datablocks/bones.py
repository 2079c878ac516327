"""Bones of an armature, by name. Main thread only.

Where a bone stands (``Shape``) can be changed in edit mode alone: ``reshape`` enters it in a scene made for the time
being, so no mode, selection or active object of the artist changes. All other values are set on the bone itself.

The order of bones means nothing, and none is kept.
"""

from __future__ import annotations

import ctypes
import struct
from contextlib import contextmanager
from typing import Any, Iterable, Iterator, NamedTuple

import bpy

from . import parts
from .columns import Columns, choices, numbers
from .fields import Field, Missing
from .generic import GenericHandler
from .keyed import Collection
from .plan import plan_of, special
from .visit import NotYet, Visit

_SCAN_BYTES = 400  # a bone in memory is longer than that in every release, and has its roll before
_REST = struct.Struct("=6f")
_ROLL = struct.Struct("=3f")  # the roll, and what follows it: the envelope's distance and weight
_MATRIX_BYTES = 64
_offsets: list[int] = []  # of a bone's rest position, once found


class Shape(NamedTuple):
    """Where a bone stands, in the armature's space (Blender units, radians)."""

    parent: str
    use_connect: bool
    head: tuple[float, ...]
    tail: tuple[float, ...]
    roll: float

    @classmethod
    def of(cls, tree: dict[str, Any]) -> Shape:
        """From a bone's tree; raises ValueError where something is missing."""
        try:
            head, tail = tuple(tree["head"]), tuple(tree["tail"])
            return cls(tree["parent"], bool(tree["use_connect"]), head, tail, tree["roll"])
        except KeyError as error:
            raise ValueError(f"a bone without {error}") from None


def shape_of(bone) -> Shape:
    """The shape of a bone of an armature that is not in edit mode."""
    head, tail = tuple(bone.head_local), tuple(bone.tail_local)
    parent = bone.parent
    return Shape(parent.name if parent else "", bone.use_connect, head, tail, _roll(bone, head, tail))


def _roll(bone, head: tuple, tail: tuple) -> float:
    """The roll exactly, which only edit bones show in RNA and which a matrix gives to some bits less.

    It is read from memory: behind the rest position and matrix, and before the envelope's distance and weight,
    all of which RNA knows. Where they do not stand so, the roll is that of the matrix.
    """
    address = bone.as_pointer()
    rest = _REST.pack(*head, *tail)
    if not _offsets:
        columns = [value for column in bone.matrix_local.transposed() for value in column]
        _offsets.append(ctypes.string_at(address, _SCAN_BYTES).find(rest + struct.pack("=16f", *columns)))
    offset = _offsets[0]
    if offset >= 0:
        memory = ctypes.string_at(address + offset, _REST.size + _MATRIX_BYTES + _ROLL.size)
        roll, distance, weight = _ROLL.unpack_from(memory, _REST.size + _MATRIX_BYTES)
        if memory.startswith(rest) and (distance, weight) == (bone.envelope_distance, bone.envelope_weight):
            return roll
    return bone.AxisRollFromMatrix(bone.matrix_local.to_3x3())[1]


@contextmanager
def _edit_bones(armature) -> Iterator:
    """The armature's edit bones, in edit mode of an object in a scene that nobody sees."""
    if armature.is_editmode:
        raise ValueError("it is in edit mode here")
    scene = bpy.data.scenes.new("multi_user_temporary")
    made = bpy.data.objects.new("multi_user_temporary", armature)
    try:
        scene.collection.objects.link(made)
        layer = scene.view_layers[0]
        layer.objects.active = made
        with bpy.context.temp_override(
            scene=scene, view_layer=layer, object=made, active_object=made, edit_object=None
        ):
            bpy.ops.object.mode_set(mode="EDIT")
            try:
                yield armature.edit_bones
            finally:
                bpy.ops.object.mode_set(mode="OBJECT")
    finally:
        bpy.data.objects.remove(made)
        bpy.data.scenes.remove(scene)


def shapes_in(armature) -> dict[str, Shape]:
    """All bones' shapes by name."""
    return {bone.name: shape_of(bone) for bone in armature.bones}


def reshape(armature, held: dict[str, Shape], wanted: dict[str, Shape]) -> bool:
    """Makes, removes and moves bones, from the shapes that are held to those that are wanted; whether there was
    anything to do."""
    changed = {name: shape for name, shape in wanted.items() if held.get(name) != shape}
    gone = [name for name in held if name not in wanted]
    if not changed and not gone:
        return False
    with _edit_bones(armature) as bones:
        for name in gone:
            bones.remove(bones[name])
        edited = [(bones.get(name) or bones.new(name), shape) for name, shape in changed.items()]
        for bone, _ in edited:
            bone.parent = None  # those that change places are never each other's parent meanwhile
        for bone, shape in edited:
            bone.use_connect = False
            bone.parent = bones.get(shape.parent)
            bone.head, bone.tail, bone.roll = shape.head, shape.tail, shape.roll
        for bone, shape in edited:  # a connected bone takes its parent's end, which stands now
            bone.use_connect = shape.use_connect
    return True


def shapes_after(held: dict[str, Shape], ops: Iterable) -> dict[str, Shape]:
    """The shapes that operations on paths below the bones ask for. Bones that are not there are left out."""
    shapes = dict(held)
    for operation, path, *rest in sorted(ops, key=lambda op: op[0] != "remove"):
        if operation == "remove" and len(path) == 1:
            shapes.pop(path[0], None)
        elif operation == "set" and not path:
            shapes = {name: Shape.of(tree) for name, tree in rest[0].items()}
        elif operation == "set" and len(path) == 1:
            shapes[path[0]] = Shape.of(rest[0])
        elif operation == "set" and path[0] in shapes and path[1] in Shape._fields:
            tree = {**shapes[path[0]]._asdict(), path[1]: rest[0]}
            shapes[path[0]] = Shape.of(tree)
    return shapes


@special("Armature", "bones")
class Bones(Collection):
    """Bones by name: their shape, and the values of their plan."""

    ordered = False
    rank = 1  # after the collections that they are in

    def keys(self, owner, visit):
        return owner.bones.keys()

    def find(self, owner, key, visit):
        return owner.bones.get(key)

    def make(self, owner, key, tree, visit):
        raise ValueError("Blender does not make this bone")

    def read_item(self, item, visit):
        return {**plan_of(item).read(item, visit), **shape_of(item)._asdict()}

    def read_in_item(self, item, path, visit):
        if path[0] in Shape._fields and len(path) == 1:
            return getattr(shape_of(item), path[0])
        return super().read_in_item(item, path, visit)

    def write(self, owner, value, visit):
        held = shapes_in(owner)
        changed = reshape(owner, held, shapes_after(held, [["set", (), value]]))
        for key, tree in value.items():
            changed |= self._put(owner, key, tree, visit)
        return changed

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        if len(path) > 1 and self.find(owner, path[0], visit) is None:
            raise Missing(f"there is no bone {path[0]}")
        if len(path) == 1 or path[1] in Shape._fields:
            self._reshape_one(owner, path, value)
        if len(path) == 1 or path[1] not in Shape._fields:
            super().set_at(owner, path, value, visit)

    def _reshape_one(self, owner, path, value) -> None:
        bone = owner.bones.get(path[0])
        held = {path[0]: shape_of(bone)} if bone else {}
        reshape(owner, held, shapes_after(held, [["set", path, value]]))

    def remove_at(self, owner, path, visit):
        if len(path) == 1:
            bone = owner.bones.get(path[0])
            if bone is not None:
                reshape(owner, {path[0]: shape_of(bone)}, {})
        else:
            super().remove_at(owner, path, visit)


@special("Bone", "bbone_custom_handle_start")
@special("Bone", "bbone_custom_handle_end")
class BoneByName(Field):
    """Another bone of the armature, by its name; empty for none."""

    def items_of(self, owner):
        """Where it is looked up."""
        return owner.id_data.bones

    def read(self, owner, visit):
        found = getattr(owner, self.name)
        return found.name if found is not None else ""

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        found = self.items_of(owner).get(value) if value else None
        if value and found is None:
            # What was made along with it may be told later: the parts are read one after the other.
            raise NotYet(f'there is no "{value}"')
        setattr(owner, self.name, found)


def fit(thing) -> None:
    """Makes an object's pose fit its armature, which Blender puts off otherwise."""
    if thing.pose is None or len(thing.pose.bones) != len(thing.data.bones):
        thing.data = thing.data


class ArmatureHandler(GenericHandler):
    """Armatures with their bones and bone collections."""

    def __init__(self):
        super().__init__("armatures", "Armature")

    def consequences(self, datablock, context):
        """Bones come and go in the poses of the armature's objects. How they are posed, who made them tells."""

        def followed():
            found = []
            for thing in bpy.data.objects:
                if thing.data == datablock:
                    fit(thing)
                    reading = parts.follow(thing, Visit(thing, context), context.memory(thing))
                    if reading is not None and not reading.is_empty:
                        found.append((thing, reading))
            return found

        return followed

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        """As every datablock's; the bones that it makes, removes and moves are so at once, in one edit mode."""
        below = [[op[0], tuple(op[1][1:]), *op[2:]] for op in ops if op[1][0] == "bones"]
        if any(len(path) < 2 or path[1] in Shape._fields for _, path, *_ in below):
            held = shapes_in(datablock)
            reshape(datablock, held, shapes_after(held, below))
        super().write_part(datablock, ops, buffers, gone, structure, context)


def _likely(bones: parts.LongList, visit, memory: dict) -> parts.Likely:
    """The active bone, and those of which numbers and choices changed, or what they belong to. Blender reports the
    armature whenever one of its objects is posed, so that nothing changed is the rule."""
    items = bones.owner.bones
    names = (*plan_of(items[0]).fields, "head_local", "tail_local")
    asked = choices(bpy.types.Bone.bl_rna, names)
    asked["parent"] = lambda bone: bone.parent.name if bone.parent else ""
    if "collections" in bpy.types.Bone.bl_rna.properties:
        asked["collections"] = lambda bone: "/".join(sorted(it.name for it in bone.collections))
    now = Columns.of(items, numbers(bpy.types.Bone.bl_rna, names), asked)
    changed = now.changed(memory.get("bones"))
    memory["bones"] = now
    keys = {items[index].name for index in changed or ()}
    if items.active is not None:
        keys.add(items.active.name)
    return parts.Likely(keys, sure=changed is not None)


parts.LIKELY["bones",] = _likely
