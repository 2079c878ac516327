"""The sockets and panels that a node group offers to the outside. Main thread only.

Blender numbers an interface's sockets itself, and nobody can choose the number. A socket is therefore known in
the session by
its *shared* identifier: the one it had where it was made. Where Blender gave it another one here, the tree carries the
translation in a custom property of the add-on's own. Everything that names a group's sockets goes through
``shared_names``.
"""

from __future__ import annotations

from typing import Any

from ..core.values import Keyed
from .fields import SET_ERRORS, Missing
from .keyed import Collection, name_of, unique_keys
from .plan import plan_of, special

TRANSLATION = "multi_user_sockets"
PANEL = "panel:"  # panels have no identifier in every release: they are keyed by name
MOST_NUMBERS = 512  # how many numbers may be used up to get the wanted one


def shared_names(tree) -> dict[str, str]:
    """Local identifier -> shared identifier, for the sockets where these differ."""
    held = tree.get(TRANSLATION)
    return {} if held is None else held.to_dict()


def local_names(tree) -> dict[str, str]:
    """Shared identifier -> local identifier, for the sockets where these differ."""
    return {shared: local for local, shared in shared_names(tree).items()}


def note_name(tree, local: str, shared: str) -> None:
    """Remembers under which name the session knows a socket."""
    names = shared_names(tree)
    if names.get(local, local) == shared:
        return
    if local == shared:
        names.pop(local, None)
    else:
        names[local] = shared
    tree[TRANSLATION] = names


def _socket_keys(tree, identifiers: list[str]) -> list[str]:
    """Shared identifiers for local ones; one that is taken by another socket gets a fresh name, which is remembered."""
    names = shared_names(tree)
    if not names:
        return identifiers
    taken = {names[local] for local in identifiers if local in names}
    keys = []
    for local in identifiers:
        shared = names.get(local, local)
        if local not in names and shared in taken:
            number = 2
            while f"{local}~{number}" in taken:
                number += 1
            shared = f"{local}~{number}"
            note_name(tree, local, shared)
            taken.add(shared)
        keys.append(shared)
    return keys


@special("NodeTreeInterface", "items_tree")
class InterfaceItems(Collection):
    """Sockets and panels since Blender 4.0, in the order in which they are shown; ``parent`` is the key of
    their panel."""

    rank = 1

    def keys(self, owner, visit):
        items = list(owner.items_tree)
        sockets = _socket_keys(
            owner.id_data, [item.identifier for item in items if item.item_type == "SOCKET"]
        )
        panels = unique_keys(PANEL + item.name for item in items if item.item_type == "PANEL")
        rest = {"SOCKET": iter(sockets), "PANEL": iter(panels)}
        return [next(rest[item.item_type]) for item in items]

    def read(self, owner, visit):
        items = list(owner.items_tree)
        keys = self.keys(owner, visit)
        parents = {item.index: key for item, key in zip(items, keys) if item.item_type == "PANEL"}
        tree = Keyed()
        for item, key in zip(items, keys):
            tree[key] = self._read(item, parents, visit)
        return tree

    def _read(self, item, parents: dict[int, str], visit) -> dict[str, Any]:
        tree = plan_of(item).read(item, visit)
        tree["item_type"] = item.item_type
        if item.item_type == "SOCKET":
            tree["in_out"] = item.in_out
        elif hasattr(item, "persistent_uid"):
            tree["number"] = item.persistent_uid
        tree["parent"] = parents.get(item.parent.index) if item.parent is not None else None
        return tree

    def read_at(self, owner, path, visit):
        value: Any = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"the interface has no {key}")
            value = value[key]
        return value

    def fits(self, item, tree):
        return item.item_type == tree["item_type"] and (
            item.item_type == "PANEL" or item.in_out == tree.get("in_out", item.in_out)
        )

    def make(self, owner, key, tree, visit):
        if tree["item_type"] == "PANEL":
            name = name_of(key)[len(PANEL) :]
            return _numbered(tree.get("number"), lambda: owner.new_panel(name), owner.remove)
        kinds = {
            "name": tree["name"],
            "in_out": tree["in_out"],
            "socket_type": tree["socket_type"],
        }
        made = _numbered(_number(key), lambda: owner.new_socket(**kinds), owner.remove)
        note_name(owner.id_data, made.identifier, key)
        return made

    def drop(self, owner, key, item):
        if item is not None:
            owner.remove(item)

    def write_item(self, owner, key, item, tree, visit):
        kind = tree.get("socket_type")
        if kind is not None and item.item_type == "SOCKET" and item.socket_type != kind:
            try:
                item.socket_type = kind
            except SET_ERRORS as error:
                visit.failed((self.name, key), error)
            item = self.find(owner, key, visit)
        return super().write_item(owner, key, item, tree, visit)

    def write(self, owner, value, visit):
        _make_by_number(self, owner, value, visit)
        changed = super().write(owner, value, visit)
        return self._place(owner, value, visit) or changed

    def arrange(self, owner, keys, visit):
        held = self.read(owner, visit)
        self._place(owner, {key: held[key] for key in keys}, visit)

    def _place(self, owner, value, visit) -> bool:
        """Brings every item below its panel and to its place there."""
        changed = False
        counts: dict[str | None, int] = {}
        for key, tree in value.items():
            item = self.find(owner, key, visit)
            parent = tree.get("parent")
            place = counts.get(parent, 0)
            counts[parent] = place + 1
            panel = None if parent is None else self.find(owner, parent, visit)
            if item is None or (parent is not None and panel is None):
                continue
            held = self._parent_key(owner, item, visit)
            if held != parent:
                root = panel if panel is not None else _root(owner)
                owner.move_to_parent(item, root, place)
                changed = True
            elif item.position != place:
                owner.move(item, place + 1 if place > item.position else place)
                changed = True
        return changed

    def _parent_key(self, owner, item, visit) -> str | None:
        if item.parent is None or item.parent.index < 0:
            return None
        return self.keys(owner, visit)[item.parent.index]

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        tree = self.read(owner, visit)
        if len(path) == 1:
            tree[path[0]] = value
        elif len(path) == 2 and path[0] in tree:
            tree[path[0]][path[1]] = value
        else:
            raise Missing(f"the interface has no {path[0]}")
        self._put(owner, path[0], tree[path[0]], visit)
        if len(path) == 1 or path[1] == "parent":
            self._place(owner, tree, visit)


def _root(owner):
    """The panel that holds what is in no other panel."""
    for item in owner.items_tree:
        if item.parent is not None and item.parent.index < 0:
            return item.parent
    raise ValueError("the interface has no root")


def _number(name: str) -> int | None:
    """The number in a socket's identifier."""
    digits = name.rpartition("_")[2]
    return int(digits) if digits.isdecimal() else None


def _made_number(item) -> int | None:
    return (
        item.persistent_uid if hasattr(item, "persistent_uid") else _number(getattr(item, "identifier", ""))
    )


def _numbered(wanted: int | None, make, remove):
    """Makes an item, and again until Blender has numbered it as wanted, as long as that can happen."""
    made = make()
    for _ in range(MOST_NUMBERS):
        number = _made_number(made)
        if wanted is None or number is None or not 0 < wanted - number <= MOST_NUMBERS:
            break
        remove(made)
        made = make()
    return made


def _make_by_number(field: Collection, owner, value: dict, visit) -> None:
    """Makes what is missing in the order of its numbers, since Blender only counts upwards."""
    held = set(field.keys(owner, visit))
    missing = [key for key in value if key not in held]
    for key in sorted(missing, key=lambda key: value[key].get("number", _number(key) or 0)):
        try:
            field.make(owner, key, value[key], visit)
        except SET_ERRORS as error:
            visit.failed((field.name, key), error)


class LegacyInterface(Collection):
    """A group's inputs and outputs before Blender 4.0, which are numbered together."""

    rank = 1

    def items_of(self, owner):
        return [*owner.inputs, *owner.outputs]

    def keys(self, owner, visit):
        return _socket_keys(owner, [item.identifier for item in self.items_of(owner)])

    def read_item(self, item, visit):
        tree = plan_of(item).read(item, visit)
        tree["socket_type"], tree["in_out"] = item.bl_socket_idname, "OUTPUT" if item.is_output else "INPUT"
        return tree

    def fits(self, item, tree):
        return item.bl_socket_idname == tree.get("socket_type", item.bl_socket_idname)

    def _side(self, owner, is_output: bool):
        return owner.outputs if is_output else owner.inputs

    def make(self, owner, key, tree, visit):
        sockets = self._side(owner, tree["in_out"] == "OUTPUT")
        made = _numbered(_number(key), lambda: sockets.new(tree["socket_type"], tree["name"]), sockets.remove)
        note_name(owner, made.identifier, key)
        return made

    def write(self, owner, value, visit):
        _make_by_number(self, owner, value, visit)
        return super().write(owner, value, visit)

    def drop(self, owner, key, item):
        if item is not None:
            self._side(owner, item.is_output).remove(item)

    def arrange(self, owner, keys, visit):
        for is_output in (False, True):
            sockets = self._side(owner, is_output)
            held = dict(zip(self.keys(owner, visit), self.items_of(owner)))
            wanted = [key for key in keys if key in held and held[key].is_output == is_output]
            for index, key in enumerate(wanted):
                names = _socket_keys(owner, [item.identifier for item in sockets])
                if key in names and names.index(key) != index:
                    sockets.move(names.index(key), index)


special("NodeTree", "inputs")(lambda _name: LegacyInterface("interface"))
special("NodeTree", "outputs")(lambda _name: None)
