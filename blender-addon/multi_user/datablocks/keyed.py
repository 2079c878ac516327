"""RNA collections: keyed by their items' unique names, or by index where items have none. Main thread only.

``MAKERS`` says how an item is made; a collection that Blender cannot add to through RNA is fixed: only its
items' values
are replicated.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable

from ..core.values import Keyed
from .fields import SET_ERRORS, Field, Missing
from .members import Members, References
from .visit import Visit

KEY_SEPARATOR = "\x1f"  # between a name and its number, where names are empty or not unique


def unique_keys(names: Iterable[str]) -> list[str]:
    """Keys for items with these names: the names themselves, numbered where one is empty or comes again."""
    keys: list[str] = []
    taken: set[str] = set()
    for name in names:
        key, number = name, 1
        while not key or key in taken:
            number += 1
            key = f"{name}{KEY_SEPARATOR}{number}"
        taken.add(key)
        keys.append(key)
    return keys


def name_of(key: str) -> str:
    """The item's name that a key stands for."""
    return key.split(KEY_SEPARATOR, 1)[0]


class Collection(Field):
    """What all keyed collections share: items are structs with fields of their own, found by key."""

    ordered = True  # whether the items' order means something
    kind: str | None = None  # a read-only property that tells the item's kind and is needed to make one

    def __init__(self, name: str):
        super().__init__(name)

    def items_of(self, owner):
        """The RNA collection."""
        return getattr(owner, self.name)

    def keys(self, owner, visit: Visit) -> list[str]:
        """The items' keys, in order."""
        raise NotImplementedError

    def find(self, owner, key: str, visit: Visit):
        """The item with this key, or None."""
        for held, item in zip(self.keys(owner, visit), self.items_of(owner)):
            if held == key:
                return item
        return None

    def make(self, owner, key: str, tree: dict[str, Any], visit: Visit):
        """Makes an item at the end and returns it."""
        raise ValueError(f"{self.name} cannot be added to")

    def drop(self, owner, key: str, item) -> None:
        """Removes an item."""
        raise ValueError(f"{self.name} cannot be taken from")

    def arrange(self, owner, keys: list[str], visit: Visit) -> None:
        """Brings the items into this order."""

    def fits(self, item, tree: dict[str, Any]) -> bool:
        """Whether an item can be made equal to the tree; otherwise it is made anew."""
        return self.kind is None or self.kind not in tree or getattr(item, self.kind) == tree[self.kind]

    def read_item(self, item, visit: Visit) -> dict[str, Any]:
        """One item as a tree."""
        from .plan import plan_of

        tree = plan_of(item).read(item, visit)
        if self.kind:
            tree[self.kind] = getattr(item, self.kind)
        return tree

    def write_item(self, owner, key: str, item, tree: dict[str, Any], visit: Visit) -> bool:
        """Makes one item equal to the tree."""
        from .plan import plan_of

        visit.path += (self.name, key)
        try:
            return plan_of(item).write(item, tree, visit)
        finally:
            del visit.path[-2:]

    def read(self, owner, visit):
        tree = Keyed() if self.ordered else {}
        for key, item in zip(self.keys(owner, visit), self.items_of(owner)):
            tree[key] = self.read_item(item, visit)
        return tree

    def write(self, owner, value, visit):
        changed = False
        for key in reversed(self.keys(owner, visit)):
            if key not in value:
                changed |= self._drop(owner, key, visit)
        for key, tree in value.items():
            changed |= self._put(owner, key, tree, visit)
        wanted = list(value)
        if isinstance(value, Keyed) and self.keys(owner, visit) != wanted:
            self.arrange(owner, wanted, visit)
            changed = True
        return changed

    def _drop(self, owner, key: str, visit: Visit) -> bool:
        try:
            self.drop(owner, key, self.find(owner, key, visit))
        except SET_ERRORS as error:
            visit.failed((self.name, key), error)
            return False
        visit.succeeded((self.name, key))
        return True

    def _put(self, owner, key: str, tree: dict[str, Any], visit: Visit) -> bool:
        item = self.find(owner, key, visit)
        made = False
        try:
            if item is not None and not self.fits(item, tree):
                self.drop(owner, key, item)
                item = None
            if item is None:
                item = self.make(owner, key, tree, visit)
                made = True
        except SET_ERRORS as error:
            visit.failed((self.name, key), error)
            return made
        visit.succeeded((self.name, key))
        if item is None:  # it comes later
            return made
        return self.write_item(owner, key, item, tree, visit) or made

    def _enter(self, owner, key: str, visit: Visit):
        item = self.find(owner, key, visit)
        if item is None:
            raise Missing(f"{self.name} has no {key}")
        return item

    def read_at(self, owner, path, visit):
        if not path:
            return self.read(owner, visit)
        item = self._enter(owner, path[0], visit)
        if len(path) == 1:
            return self.read_item(item, visit)
        if len(path) == 2 and path[1] == self.kind:
            return getattr(item, self.kind)
        return self.read_in_item(item, path[1:], visit)

    def read_in_item(self, item, path, visit):
        from .plan import plan_of

        return plan_of(item).read_at(item, path, visit)

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
        elif len(path) == 1:
            self._put(owner, path[0], value, visit)
        else:
            item = self._enter(owner, path[0], visit)
            if len(path) == 2 and path[1] == self.kind:
                tree = self.read_item(item, visit)
                tree[self.kind] = value
                self._put(owner, path[0], tree, visit)
                return
            visit.path += (self.name, path[0])
            try:
                self.set_in_item(item, path[1:], value, visit)
            finally:
                del visit.path[-2:]

    def set_in_item(self, item, path, value, visit):
        from .plan import plan_of

        plan_of(item).set_at(item, path, value, visit)

    def remove_at(self, owner, path, visit):
        if not path:
            self.write(owner, Keyed(), visit)
        elif len(path) == 1:
            item = self.find(owner, path[0], visit)
            if item is not None:
                self.drop(owner, path[0], item)
        else:
            self.remove_in_item(self._enter(owner, path[0], visit), path[1:], visit)

    def remove_in_item(self, item, path, visit):
        from .plan import plan_of

        plan_of(item).remove_at(item, path, visit)

    def order_at(self, owner, path, keys, visit):
        if not path:
            held = self.keys(owner, visit)
            first = [key for key in keys if key in held]
            named = set(first)
            self.arrange(owner, first + [key for key in held if key not in named], visit)
        else:
            self.order_in_item(self._enter(owner, path[0], visit), path[1:], keys, visit)

    def order_in_item(self, item, path, keys, visit):
        from .plan import plan_of

        if not path:
            raise Missing(f"an item of {self.name} has no order")
        plan_of(item).order_at(item, path, keys, visit)


class Named(Collection):
    """Keyed by name. ``new(collection, name, tree)`` makes an item."""

    def __init__(self, name: str, new: Callable[[Any, str, dict], Any], kind: str | None = None):
        super().__init__(name)
        self._new = new
        self.kind = kind

    def keys(self, owner, visit):
        return unique_keys(item.name for item in self.items_of(owner))

    def find(self, owner, key, visit):
        if KEY_SEPARATOR in key:
            return super().find(owner, key, visit)
        index = self.items_of(owner).find(key)
        return None if index < 0 else self.items_of(owner)[index]

    def read_item(self, item, visit):
        tree = super().read_item(item, visit)
        tree.pop("name", None)
        return tree

    def make(self, owner, key, tree, visit):
        item = self._new(self.items_of(owner), name_of(key), tree)
        if item.name != name_of(key):
            item.name = name_of(key)
        return item

    def drop(self, owner, key, item):
        self.items_of(owner).remove(item)

    def arrange(self, owner, keys, visit):
        collection = self.items_of(owner)
        if hasattr(collection, "move"):
            for index, key in enumerate(keys):
                held = self.keys(owner, visit)
                if key in held and held.index(key) != index:
                    collection.move(held.index(key), index)
            return
        trees = self.read(owner, visit)
        first_wrong = next(
            (i for i, (a, b) in enumerate(zip(self.keys(owner, visit), keys)) if a != b), len(keys)
        )
        for key in keys[first_wrong:]:
            if key in trees:
                self.drop(owner, key, self.find(owner, key, visit))
                self._put(owner, key, trees[key], visit)


class Indexed(Collection):
    """Keyed by index, for items without names of their own. ``new(collection, tree)`` makes one at the end;
    none: fixed."""

    def __init__(self, name: str, new: Callable[[Any, dict], Any] | None = None, kind: str | None = None):
        super().__init__(name)
        self._new = new
        self.kind = kind

    def keys(self, owner, visit):
        return [str(index) for index in range(len(self.items_of(owner)))]

    def find(self, owner, key, visit):
        collection = self.items_of(owner)
        return collection[int(key)] if key.isdecimal() and int(key) < len(collection) else None

    def make(self, owner, key, tree, visit):
        collection = self.items_of(owner)
        if self._new is None:
            return super().make(owner, key, tree, visit)
        item = None
        while len(collection) <= _index(key):
            item = self._new(collection, tree)
        return item if item is not None else collection[_index(key)]

    def drop(self, owner, key, item):
        if self._new is not None:
            self.items_of(owner).remove(item)

    def fits(self, item, tree):
        return True


def _index(key: str) -> int:
    if not key.isdecimal() or int(key) > 100_000:
        raise ValueError(f"{key} is no index")
    return int(key)


def _named(kind: str | None = None, **arguments):
    """Items made by ``new(name=…)``."""
    return lambda name: Named(name, lambda c, key, tree: c.new(name=key, **arguments), kind)


def _typed(argument: str = "type"):
    """Items made by ``new(name=…, type=…)``."""
    return lambda name: Named(name, lambda c, key, tree: c.new(name=key, **{argument: tree["type"]}), "type")


def _counted(**arguments):
    """Items made by ``new()``."""
    return lambda name: Indexed(name, lambda c, tree: c.new(**arguments))


def _new_constraint(collection, key, tree):
    made = collection.new(type=tree["type"])
    made.name = key
    return made


def _add_named(collection, key, tree):
    made = collection.add()
    made.name = key
    return made


MAKERS: dict[tuple[str, str], Callable[[str], Field | None]] = {
    ("Object", "shader_effects"): _typed(),
    ("Object", "constraints"): lambda name: Named(name, _new_constraint, "type"),
    ("PoseBone", "constraints"): lambda name: Named(name, _new_constraint, "type"),
    ("ArmatureConstraint", "targets"): _counted(),
    ("Scene", "timeline_markers"): _named(),
    ("RenderSettings", "views"): _named(),
    ("ViewLayer", "aovs"): lambda name: Named(name, _add_named),
    ("ViewLayer", "lightgroups"): lambda name: Named(name, _add_named),
    ("FreestyleLineStyle", "color_modifiers"): _typed(),
    ("FreestyleLineStyle", "alpha_modifiers"): _typed(),
    ("FreestyleLineStyle", "thickness_modifiers"): _typed(),
    ("FreestyleLineStyle", "geometry_modifiers"): _typed(),
    ("Palette", "colors"): _counted(),
    ("Mask", "layers"): _named(),
    ("MaskLayer", "splines"): _counted(),
    ("Camera", "background_images"): _counted(),
    ("MetaBall", "elements"): lambda name: Indexed(
        name, lambda c, tree: c.new(type=tree.get("type", "BALL"))
    ),
    ("Collection", "objects"): Members,
    ("Collection", "children"): lambda name: Members(name, ordered=True),
}


def collection_field(prop) -> Field | None:
    """The field for a collection by the plain rules: materials as references, structs by index and fixed."""
    from .plan import is_datablock

    if is_datablock(prop.fixed_type):
        if prop.srna is not None and prop.srna.identifier == "IDMaterials":
            return References(prop.identifier)
        return None
    if "PropertyGroup" in _bases(prop.fixed_type):
        return Indexed(prop.identifier, lambda c, tree: c.add())
    return Indexed(prop.identifier)


def _bases(rna) -> list[str]:
    from .plan import type_names

    return type_names(rna)
