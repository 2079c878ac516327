"""How one RNA property is read and written: scalars, vectors, flags, references, structs. Main thread only.

A field knows its property's name and nothing of the struct that owns it, which is handed in at every call: no
RNA is kept.
``path`` is always what lies below the field; the empty path is the field itself.
"""

from __future__ import annotations

from typing import Any, Iterable

import mathutils

from ..core.values import Ref
from .visit import Visit

SET_ERRORS = (TypeError, ValueError, AttributeError, RuntimeError, OverflowError, KeyError, IndexError)


class Missing(ValueError):
    """A path leads to something that is not there."""


class Omitted(Exception):
    """The value cannot be told now; the field is left out of the tree and so untouched elsewhere."""


class Field:
    """A leaf: read, compared and set as one value."""

    rank: int | None = None  # negative: written first; others: after all without one, in this order

    def __init__(self, name: str):
        self.name = name

    def read(self, owner, visit: Visit) -> Any:
        """The value as plain Python; raises Omitted where there is none to tell."""
        return getattr(owner, self.name)

    def write(self, owner, value: Any, visit: Visit) -> bool:
        """Makes the property hold the value where it does not yet; tells whether it set anything."""
        try:
            if self.same(owner, value):
                visit.succeeded(self.name)
                return False
            self.assign(owner, value)
        except SET_ERRORS as error:
            visit.failed(self.name, error)
            return True
        visit.succeeded(self.name)
        return True

    def same(self, owner, value: Any) -> bool:
        return getattr(owner, self.name) == value

    def assign(self, owner, value: Any) -> None:
        setattr(owner, self.name, value)

    def absent(self, owner, visit: Visit) -> None:
        """The whole tree does not name this field. A property cannot be taken away, so nothing happens."""

    def read_at(self, owner, path: tuple[str, ...], visit: Visit) -> Any:
        """The value at a path; raises Missing."""
        if path:
            raise Missing(f"{self.name} has no {path[0]}")
        return self.read(owner, visit)

    def set_at(self, owner, path: tuple[str, ...], value: Any, visit: Visit) -> None:
        """Sets the value at a path; raises Missing."""
        if path:
            raise Missing(f"{self.name} cannot be entered")
        self.write(owner, value, visit)

    def remove_at(self, owner, path: tuple[str, ...], visit: Visit) -> None:
        """Removes what stands at a path. A property cannot be taken away, so nothing happens to the field itself."""
        if path:
            raise Missing(f"{self.name} cannot be entered")

    def order_at(self, owner, path: tuple[str, ...], keys: Iterable[str], visit: Visit) -> None:
        """Brings the keyed list at a path into this order; raises Missing."""
        raise Missing(f"{self.name} has no order")


class Enum(Field):
    """An enum; empty where Blender's own value is not among its items at present."""

    def write(self, owner, value, visit):
        if value == "":
            return False
        return super().write(owner, value, visit)


class Flags(Field):
    """An enum that holds a set; as a sorted list."""

    def read(self, owner, visit):
        return sorted(getattr(owner, self.name))

    def same(self, owner, value):
        return getattr(owner, self.name) == set(value)

    def assign(self, owner, value):
        setattr(owner, self.name, set(value))


class Kind(Field):
    """What a datablock is, such as an object's type: told so that it can be made, and fixed from then on."""

    def write(self, owner, value, visit):
        held = getattr(owner, self.name)
        if held != value:
            visit.failed(self.name, ValueError(f"it is a {held} here and a {value} elsewhere"))
        return False


class Vector(Field):
    """A vector, colour or other array of one dimension."""

    def read(self, owner, visit):
        return tuple(getattr(owner, self.name))

    def same(self, owner, value):
        return tuple(getattr(owner, self.name)) == tuple(value)


class Matrix(Field):
    """An array of two or three dimensions, row by row."""

    def read(self, owner, visit):
        return rows_of(getattr(owner, self.name))

    def same(self, owner, value):
        return self.read(owner, None) == rows_of(value)


class Transform(Matrix):
    """A matrix in the mathematical sense. RNA takes plain sequences column by column, so a Matrix is assigned."""

    def assign(self, owner, value):
        setattr(owner, self.name, mathutils.Matrix(value))


def rows_of(array) -> tuple:
    """A nested array as nested tuples."""
    return tuple(rows_of(row) if hasattr(row, "__len__") else row for row in array)


class Pointer(Field):
    """A pointer to another datablock, as a reference."""

    def read(self, owner, visit):
        target = getattr(owner, self.name)
        if target is None:
            return None
        found = visit.ref(target)
        if found is None:
            visit.unreplicated(owner, self.name, target)
            raise Omitted
        return found

    def write(self, owner, value, visit):
        target = None
        if value is not None:
            if not isinstance(value, Ref):
                visit.failed(self.name, TypeError("a reference is needed"))
                return False
            target = visit.context.resolve(value.uuid)
            if target is None:
                visit.awaits(value.uuid)
                held = getattr(owner, self.name)
                if held is not None and visit.context.id_of(held) == value.uuid:
                    return False  # it stands in until then
        return super().write(owner, target, visit)


class WholeTree(Field):
    """A tree that is read and written whole, whatever part of it an edit is about."""

    def absent(self, owner, visit):
        self.write(owner, {}, visit)

    def read_at(self, owner, path, visit):
        value = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"{self.name} has no {'/'.join(path)}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        if path:
            tree = inner = self.read(owner, visit)
            for key in path[:-1]:
                inner = self._within(inner.setdefault(key, {}), key)
            inner[path[-1]] = value
            value = tree
        self.write(owner, value, visit)

    def remove_at(self, owner, path, visit):
        tree = self.read(owner, visit) if path else {}
        inner = tree
        for key in path[:-1]:
            inner = self._within(inner.get(key, {}), key)
        if path:
            inner.pop(path[-1], None)
        self.write(owner, tree, visit)

    def _within(self, value, key):
        if not isinstance(value, dict):
            raise Missing(f"{self.name} has nothing below {key}")
        return value


class Struct(Field):
    """A struct that belongs to its owner; fields of its own."""

    def read(self, owner, visit):
        target = getattr(owner, self.name)
        if target is None:
            return None
        from .plan import plan_of

        return plan_of(target).read(target, visit)

    def write(self, owner, value, visit):
        if value is None:
            return False
        from .plan import plan_of

        target = getattr(owner, self.name)
        if target is None:
            visit.failed(self.name, ValueError("there is nothing to hold the values"))
            return False
        visit.succeeded(self.name)
        visit.path.append(self.name)
        try:
            return plan_of(target).write(target, value, visit)
        finally:
            visit.path.pop()

    def _enter(self, owner):
        """The struct and its plan; raises Missing."""
        from .plan import plan_of

        target = getattr(owner, self.name)
        if target is None:
            raise Missing(f"{self.name} is empty")
        return plan_of(target), target

    def read_at(self, owner, path, visit):
        if not path:
            return self.read(owner, visit)
        plan, target = self._enter(owner)
        return plan.read_at(target, path, visit)

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        plan, target = self._enter(owner)
        visit.path.append(self.name)
        try:
            plan.set_at(target, path, value, visit)
        finally:
            visit.path.pop()

    def remove_at(self, owner, path, visit):
        if path:
            plan, target = self._enter(owner)
            plan.remove_at(target, path, visit)

    def order_at(self, owner, path, keys, visit):
        if not path:
            raise Missing(f"{self.name} has no order")
        plan, target = self._enter(owner)
        plan.order_at(target, path, keys, visit)


class Embedded(Struct):
    """A datablock that is embedded in its owner, such as a scene's collection. Its name is Blender's own matter."""

    LEFT_OUT = ("name", "use_fake_user")

    def read(self, owner, visit):
        tree = super().read(owner, visit)
        if tree is not None:
            for name in self.LEFT_OUT:
                tree.pop(name, None)
        return tree
