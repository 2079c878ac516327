"""F-curves with their modifiers, as actions and drivers have them; keyframes as arrays. Main thread only.

A curve is keyed by ``<data path>[<index>]``. Which curve stands above which in the editors is not told.
Keyframes are rows of 14 32-bit floats, one key a row, so that a key moved in 100,000 is a patch of one row:
time and value, left handle, right handle (two each), back, amplitude, period, and Blender's own numbers for
interpolation, easing, key type, left and right handle type. They are set as they are: nothing is
recalculated.
"""

from __future__ import annotations

import ctypes
import zlib

import bpy
import numpy

from .fields import SET_ERRORS, Field, Missing
from .keyed import KEY_SEPARATOR, MAKERS, Collection, Indexed, Named, unique_keys
from .plan import SPECIAL_FIELDS, plan_of

COLUMNS = 14
MOST_KEYS = 10_000_000
_POINTS = (("co", 0), ("handle_left", 2), ("handle_right", 4))
_FLOATS = (("back", 6), ("amplitude", 7), ("period", 8))
_ENUMS = (
    ("interpolation", 9),
    ("easing", 10),
    ("type", 11),
    ("handle_left_type", 12),
    ("handle_right_type", 13),
)
_CODE = "u1" if bpy.app.version >= (4, 0, 0) else "i1"  # what Blender keeps: ten times as fast as any other
_ONE_BY_ONE = (
    frozenset(("handle_left_type", "handle_right_type")) if bpy.app.version < (4, 0, 0) else frozenset()
)
"""What array access neither gets nor sets in 3.4; taken key by key at 0.3 ms for 1,000."""

for _type, _name in (
    *(("FCurve", name) for name in ("group", "keyframe_points", "sampled_points", "is_valid")),
    *(("FModifier", name) for name in ("is_valid",)),
):
    SPECIAL_FIELDS[_type, _name] = lambda name: None

MAKERS["FModifierEnvelope", "control_points"] = lambda name: Indexed(
    name, lambda c, tree: c.add(frame=tree.get("frame", 0.0))
)


class FCurveModifiers(Indexed):
    """A curve's modifiers by their place; one of another kind is made anew with all that follow."""

    def __init__(self, name: str):
        super().__init__(name, lambda c, tree: c.new(type=tree["type"]), "type")

    def write(self, owner, value, visit):
        kinds = [item.type for item in self.items_of(owner)]
        wanted = [tree.get("type") for tree in value.values()]
        changed = False
        while kinds != wanted[: len(kinds)]:
            self.items_of(owner).remove(self.items_of(owner)[len(kinds) - 1])
            kinds.pop()
            changed = True
        return super().write(owner, value, visit) or changed

    def set_at(self, owner, path, value, visit):
        if len(path) != 2 or path[1] != self.kind:
            super().set_at(owner, path, value, visit)
        elif self._enter(owner, path[0], visit).type != value:
            trees = self.read(owner, visit)
            trees[path[0]] = {**trees[path[0]], self.kind: value}
            self.write(owner, trees, visit)


MAKERS["FCurve", "modifiers"] = FCurveModifiers


def key_of(curve) -> str:
    """The key of a curve among others of different targets."""
    return f"{curve.data_path}[{curve.array_index}]"


def parse_key(key: str) -> tuple[str, int]:
    """Data path and index; ValueError for anything else."""
    path, bracket, index = key.split(KEY_SEPARATOR, 1)[0].rpartition("[")
    if not bracket or not index.endswith("]") or not index[:-1].isdecimal():
        raise ValueError(f"{key} is not the key of an F-curve")
    return path, int(index[:-1])


class FCurves(Collection):
    """The curves of an action (or of one slot in it), each with the name of its group."""

    ordered = False

    def keys(self, owner, visit):
        return unique_keys(map(key_of, self.items_of(owner)))

    def find(self, owner, key, visit):
        if KEY_SEPARATOR in key:
            return super().find(owner, key, visit)
        path, index = parse_key(key)
        return self.items_of(owner).find(path, index=index)

    def make(self, owner, key, tree, visit):
        path, index = parse_key(key)
        group = tree.get("group", "")
        argument = {"group_name" if hasattr(owner, "slot_handle") else "action_group": group} if group else {}
        return self.items_of(owner).new(path, index=index, **argument)

    def drop(self, owner, key, item):
        if item is not None:
            self.items_of(owner).remove(item)

    def read_item(self, item, visit):
        tree = plan_of(item).read(item, visit)
        tree.pop("driver", None)
        tree["group"] = item.group.name if item.group else ""
        if len(item.sampled_points):
            visit.problem(f"{key_of(item)} is baked to samples, which are not replicated: convert it to keys")
        return tree

    def read_in_item(self, item, path, visit):
        if path == ("group",):
            return item.group.name if item.group else ""
        return super().read_in_item(item, path, visit)

    def write_item(self, owner, key, item, tree, visit):
        changed = _set_group(owner, item, tree.get("group", ""))
        return super().write_item(owner, key, item, tree, visit) or changed

    def _put(self, owner, key, tree, visit):
        if not tree.get("group"):
            self._ungroup(owner, key, visit)
        return super()._put(owner, key, tree, visit)

    def _ungroup(self, owner, key, visit) -> None:
        """Makes a curve again that has a group: Blender's Python cannot take it out of that."""
        curve = self.find(owner, key, visit)
        if curve is None or curve.group is None:
            return
        tree = {**self.read_item(curve, visit), "group": ""}
        rows = read_keys(curve)
        self.drop(owner, key, curve)
        curve = self.make(owner, key, tree, visit)
        super().write_item(owner, key, curve, tree, visit)
        write_keys(curve, rows)

    def set_at(self, owner, path, value, visit):
        if len(path) == 2 and path[1] == "group":
            if not value:
                self._ungroup(owner, path[0], visit)
            _set_group(owner, self._enter(owner, path[0], visit), value)
        else:
            super().set_at(owner, path, value, visit)


def _set_group(owner, curve, name: str) -> bool:
    """Puts a curve into the group of this name, making that where there is none."""
    held = curve.group.name if curve.group else ""
    if held == name or not name:
        return False
    curve.group = owner.groups.get(name) or owner.groups.new(name)
    return True


class Groups(Named):
    """Groups of curves: name to colours, lock and mute."""

    def __init__(self, name: str):
        super().__init__(name, lambda collection, key, tree: collection.new(key))

    def arrange(self, owner, keys, visit):
        """Groups cannot change places without their curves; new ones stand where they were made."""


for _name in ("channels", "show_expanded_graph", "use_pin"):
    SPECIAL_FIELDS["ActionGroup", _name] = lambda name: None


class CustomColours(Field):
    """The colours of a group, told only where they are its own."""

    def read(self, owner, visit):
        colours = owner.colors
        return {name: tuple(getattr(colours, name)) for name in ("normal", "select", "active")}

    def write(self, owner, value, visit):
        held = self.read(owner, visit)
        if owner.color_set != "CUSTOM" or held == {name: tuple(colour) for name, colour in value.items()}:
            return False
        for name in held.keys() & value.keys():
            setattr(owner.colors, name, value[name])
        return True

    def read_at(self, owner, path, visit):
        held = self.read(owner, visit)
        if len(path) == 1 and path[0] not in held:
            raise Missing(f"a group has no colour {path[0]}")
        return held[path[0]] if path else held

    def set_at(self, owner, path, value, visit):
        self.write(owner, {path[0]: value} if path else value, visit)


SPECIAL_FIELDS["ActionGroup", "colors"] = CustomColours


def checksum(curve) -> tuple[int, int] | None:
    """What is another one once a key of the curve is (or is selected), in a fraction of the time that reading them
    takes: of Blender's own array of keys. None where they lie in memory in another way."""
    points = curve.keyframe_points
    count = len(points)
    if count < 2:
        return None
    first, last = points[0].as_pointer(), points[count - 1].as_pointer()
    size = points[1].as_pointer() - first
    if size <= 0 or last - first != size * (count - 1):
        return None
    return count, zlib.crc32((ctypes.c_char * (size * count)).from_address(first))


def fill_keys(curve, out: numpy.ndarray) -> None:
    """Reads a curve's keys into a flat array of keys × COLUMNS elements."""
    points = curve.keyframe_points
    rows = out.reshape(-1, COLUMNS)
    pair = numpy.empty(len(rows) * 2, "f4")
    for name, column in _POINTS:
        points.foreach_get(name, pair)
        rows[:, column : column + 2] = pair.reshape(-1, 2)
    single = numpy.empty(len(rows), "f4")
    for name, column in _FLOATS:
        points.foreach_get(name, single)
        rows[:, column] = single
    code = numpy.empty(len(rows), _CODE)
    for name, column in _ENUMS:
        if name in _ONE_BY_ONE:
            numbers = _numbers(name)
            rows[:, column] = [numbers[getattr(point, name)] for point in points]
        else:
            points.foreach_get(name, code)
            rows[:, column] = code


def _numbers(name: str) -> dict[str, int]:
    """An enum of keyframes: identifier to Blender's number."""
    return {item.identifier: item.value for item in bpy.types.Keyframe.bl_rna.properties[name].enum_items}


def _set_one_by_one(points, name: str, codes: numpy.ndarray) -> None:
    identifiers = {number: identifier for identifier, number in _numbers(name).items()}
    for point, code in zip(points, codes.astype("i4").tolist()):
        if code not in identifiers:
            raise ValueError(f"keys have no {name} {code}")
        if getattr(point, name) != identifiers[code]:
            setattr(point, name, identifiers[code])


def read_keys(curve) -> numpy.ndarray:
    """A curve's keys as rows."""
    rows = numpy.empty((len(curve.keyframe_points), COLUMNS), "f4")
    fill_keys(curve, rows.reshape(-1))
    return rows


def write_keys(curve, rows: numpy.ndarray) -> None:
    """Makes a curve's keys equal; ValueError if the rows are no keys."""
    if rows.ndim != 2 or rows.shape[1] != COLUMNS or rows.dtype != numpy.float32 or len(rows) > MOST_KEYS:
        raise ValueError(f"keys are rows of {COLUMNS} f4")
    codes = rows[:, 9:]
    if len(rows) and not ((codes >= 0) & (codes < 128) & (codes == numpy.floor(codes))).all():
        raise ValueError("keys have impossible kinds of interpolation")
    points = curve.keyframe_points
    if len(points) > len(rows):
        points.clear()
    if len(points) < len(rows):
        points.add(len(rows) - len(points))
    if not len(rows):
        return
    for name, column in _ENUMS:
        if name in _ONE_BY_ONE:
            _set_one_by_one(points, name, rows[:, column])
        else:
            points.foreach_set(name, rows[:, column].astype(_CODE))
    for name, column in _POINTS:
        points.foreach_set(name, numpy.ascontiguousarray(rows[:, column : column + 2]).reshape(-1))
    for name, column in _FLOATS:
        points.foreach_set(name, numpy.ascontiguousarray(rows[:, column]))


class RowCurves(FCurves):
    """Curves with few keys, which are told with them: a curve's fields, and ``keys`` as rows where it has any."""

    def read_item(self, item, visit):
        tree = plan_of(item).read(item, visit)
        tree.pop("group", None)
        if len(item.keyframe_points):
            tree["keys"] = self._rows(item)
        return tree

    def write_item(self, owner, key, item, tree, visit):
        changed = Collection.write_item(self, owner, key, item, tree, visit)
        try:
            return _write_rows(item, tree.get("keys", ())) or changed
        except SET_ERRORS as error:
            visit.failed((self.name, key, "keys"), error)
            return changed

    def read_in_item(self, item, path, visit):
        return self._rows(item) if path == ("keys",) else super().read_in_item(item, path, visit)

    def set_in_item(self, item, path, value, visit):
        if path == ("keys",):
            _write_rows(item, value)
        else:
            super().set_in_item(item, path, value, visit)

    def remove_in_item(self, item, path, visit):
        if path == ("keys",):
            _write_rows(item, ())
        else:
            super().remove_in_item(item, path, visit)

    @staticmethod
    def _rows(curve) -> list[tuple]:
        return [tuple(row) for row in read_keys(curve).tolist()]


def _write_rows(curve, rows) -> bool:
    array = numpy.array(rows, "f4").reshape(-1, COLUMNS)
    held = numpy.empty((len(curve.keyframe_points), COLUMNS), "f4")
    fill_keys(curve, held.reshape(-1))
    if held.tobytes() == array.tobytes():
        return False
    write_keys(curve, array)
    return True
