"""Node trees: nodes, their sockets' values, zones; groups and the trees embedded in materials and others.

Main thread only. Nodes are keyed by name, which is unique in a tree. Sockets are keyed by identifier; those of
a group by the
group's shared identifier (node_interface.py); those of a node whose sockets follow from a list of items (a
repeat zone, a menu
switch) by index, since Blender numbers these on its own in every tree.
"""

from __future__ import annotations

from typing import Any

import bpy

from . import switch_views
from .fields import SET_ERRORS, Embedded, Field, Missing, Omitted
from .generic import GenericHandler
from .keyed import Indexed, Named, name_of
from .node_interface import shared_names
from .plan import plan_of, special

GROUP_ENDS = ("NodeGroupInput", "NodeGroupOutput")
EXTENSION = "__extend__"  # the empty socket that makes a new one when something is connected to it
QUIET = ("hide", "pin_gizmo", "hide_value", "show_expanded")  # told only where they are set


class NodeGroupHandler(GenericHandler):
    """Geometry, shader, compositor and texture node groups."""

    TYPES = ("GeometryNodeTree", "ShaderNodeTree", "CompositorNodeTree", "TextureNodeTree")

    def __init__(self):
        super().__init__("node_groups", *self.TYPES)

    def create(self, type_name, properties, context):
        return bpy.data.node_groups.new(properties.get("name", "NodeGroup"), type_name)


class EmbeddedTree(Embedded):
    """The tree inside a material, world, light or scene. Written last: nodes show sockets for view layers and
    the like."""

    rank = 10

    def write(self, owner, value, visit):
        if value is not None and getattr(owner, self.name) is None:
            owner.use_nodes = True  # makes the tree; its own value is set again by the second pass
        return super().write(owner, value, visit)


def node_items_field(prop) -> Field | None:
    """The field for a node's own list of items, if the property is one; else None."""
    functions = prop.srna.functions if prop.srna is not None else {}
    if "new" not in functions or "remove" not in functions:
        return None
    return NodeItems(prop.identifier, [parameter.identifier for parameter in functions["new"].parameters])


class NodeItems(Indexed):
    """A node's list of items, by index; a node's sockets follow from it.

    A menu socket names one of its switch's items. Which item was renamed, moved or removed a part cannot tell,
    so such a part
    is refused and the whole comes instead.
    """

    rank = 1
    NAMED_ELSEWHERE = ("enum_items",)

    def set_at(self, owner, path, value, visit):
        item = self.find(owner, path[0], visit) if len(path) == 2 and path[1] == "name" else None
        if item is not None and self.name in self.NAMED_ELSEWHERE and item.name != value:
            raise Missing("a menu's items changed")
        super().set_at(owner, path, value, visit)

    def remove_at(self, owner, path, visit):
        if len(path) == 1 and self.name in self.NAMED_ELSEWHERE:
            raise Missing("a menu's items changed")
        super().remove_at(owner, path, visit)

    def __init__(self, name: str, parameters: list[str]):
        super().__init__(name, self._make)
        self._parameters = [name for name in parameters if name in ("socket_type", "name")]

    def _make(self, collection, tree):
        defaults = {"socket_type": "FLOAT", "name": "Item"}
        return collection.new(*(tree.get(name, defaults[name]) for name in self._parameters))


class Sockets(Field):
    """The values of a node's inputs or outputs."""

    rank = 3

    def read(self, owner, visit):
        tree = {}
        for key, socket in self._sockets(owner):
            values = self._read_one(socket, visit)
            if values:
                tree[key] = values
        if not tree:
            raise Omitted
        return tree

    @staticmethod
    def _read_one(socket, visit) -> dict[str, Any]:
        values = plan_of(socket).read(socket, visit)
        for name in QUIET:
            if values.get(name) is False:
                del values[name]
        return values

    def _sockets(self, owner) -> list[tuple[str, Any]]:
        sockets = getattr(owner, self.name)
        keys = socket_keys(owner, sockets)
        return [
            (EXTENSION if socket.identifier == EXTENSION else key, socket)
            for key, socket in zip(keys, sockets)
        ]

    def _find(self, owner, key: str):
        for held, socket in self._sockets(owner):
            if held == key:
                return socket
        raise Missing(f"{self.name} has no {key}")

    def write(self, owner, value, visit):
        changed = False
        held = dict(self._sockets(owner))
        for key, values in value.items():
            if key not in held:
                visit.failed((self.name, key), ValueError("there is no such socket"))
        for key, socket in held.items():
            visit.succeeded((self.name, key))
            changed |= self._write_one(key, socket, value.get(key, {}), visit)
        return changed

    def _write_one(self, key, socket, values, visit) -> bool:
        plan = plan_of(socket)
        quiet = {name: False for name in QUIET if name in plan.fields}
        visit.path += (self.name, key)
        try:
            return plan.write(socket, quiet | values, visit)
        finally:
            del visit.path[-2:]

    def absent(self, owner, visit):
        self.write(owner, {}, visit)

    def read_at(self, owner, path, visit):
        if not path:
            return self.read(owner, visit)
        socket = self._find(owner, path[0])
        if len(path) > 1:
            return plan_of(socket).read_at(socket, path[1:], visit)
        return self._read_one(socket, visit)

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        socket = self._find(owner, path[0])
        if len(path) == 1:
            self._write_one(path[0], socket, value, visit)
            return
        visit.path += (self.name, path[0])
        try:
            plan_of(socket).set_at(socket, path[1:], value, visit)
        finally:
            del visit.path[-2:]

    def remove_at(self, owner, path, visit):
        if len(path) == 2 and path[1] in QUIET:
            self.set_at(owner, path, False, visit)
        elif len(path) == 1:
            try:
                self._write_one(path[0], self._find(owner, path[0]), {}, visit)
            except Missing:  # it went with what made it
                return


special("Node", "inputs")(Sockets)
special("Node", "outputs")(Sockets)


def socket_keys(node, sockets) -> list[str]:
    """The keys of a node's inputs or outputs."""
    kind = node.bl_idname
    if kind in GROUP_ENDS:
        names = shared_names(node.id_data)
    elif kind.endswith("NodeGroup") and getattr(node, "node_tree", None) is not None:
        names = shared_names(node.node_tree)
    elif has_items(node):
        return [str(index) for index in range(len(sockets))]
    else:
        return [socket.identifier for socket in sockets]
    return [names.get(socket.identifier, socket.identifier) for socket in sockets]


def has_items(node) -> bool:
    """Whether a node's sockets follow from a list of items, its own or its zone's."""
    return "paired_output" in (fields := plan_of(node).fields) or any(
        type(f) is NodeItems for f in fields.values()
    )


@special("Node", "parent")
class NodeParent(Field):
    """The frame around a node, by name. Set before the location, which is relative to it."""

    rank = -1

    def read(self, owner, visit):
        parent = owner.parent
        return None if parent is None else parent.name

    def write(self, owner, value, visit):
        if self.read(owner, visit) == value:
            return False
        parent = None if value is None else owner.id_data.nodes.get(value)
        if value is not None and parent is None:
            visit.failed(self.name, ValueError(f"there is no node {value}"))
            return True
        visit.succeeded(self.name)
        owner.parent = parent
        return True


@special("Node", "paired_output")
class PairedOutput(Field):
    """The node that ends the zone which this node begins, by name."""

    rank = 0

    def read(self, owner, visit):
        output = owner.paired_output
        return None if output is None else output.name

    def write(self, owner, value, visit):
        if value is None or self.read(owner, visit) == value:
            return False
        output = owner.id_data.nodes.get(value)
        if output is None or not owner.pair_with_output(output):
            visit.failed(self.name, ValueError(f"the zone cannot end at {value}"))
        else:
            visit.succeeded(self.name)
        return True


@special("NodeTree", "nodes")
class Nodes(Named):
    """Nodes by name, each with its ``bl_idname``."""

    rank = 4
    ordered = False

    def __init__(self, name: str):
        super().__init__(name, lambda nodes, _key, tree: nodes.new(tree["bl_idname"]), "bl_idname")

    def write(self, owner, value, visit):
        changed = False
        for key in self.keys(owner, visit):
            item = self.find(owner, key, visit)
            if key not in value or not self.fits(item, value[key]):
                owner.nodes.remove(item)
                changed = True
        for key, tree in value.items():
            if self.find(owner, key, visit) is None:
                changed |= self._make_bare(owner, key, tree, visit)
        for key in _outer_first(value):
            item = self.find(owner, key, visit)
            if item is not None:
                changed |= self.write_item(owner, key, item, value[key], visit)
        return changed

    def write_item(self, owner, key, item, tree, visit):
        changed = super().write_item(owner, key, item, tree, visit)
        _keep_name(item, name_of(key))
        return changed

    def set_in_item(self, item, path, value, visit):
        name = item.name
        super().set_in_item(item, path, value, visit)
        _keep_name(item, name)

    def make(self, owner, key, tree, visit):
        place = switch_views.made_in(tree, visit)
        if place is None:
            return None
        with place:
            return super().make(owner, key, tree, visit)

    def _make_bare(self, owner, key, tree, visit) -> bool:
        try:
            self.make(owner, key, tree, visit)
        except SET_ERRORS as error:
            visit.failed((self.name, key), error)
            return False
        visit.succeeded((self.name, key))
        return True


def _keep_name(node, name: str) -> None:
    """Gives a node its name back: choosing a view layer names a node after that."""
    if node.name != name:
        node.name = name


def _outer_first(nodes: dict[str, dict]) -> list[str]:
    """Frames before what they hold, since locations count from the frame; beginnings of zones last, for their
    sockets follow."""

    def depth(key: str) -> tuple[bool, int]:
        zone = nodes[key].get("paired_output") is not None
        steps, parent = 0, nodes[key].get("parent")
        while parent in nodes and steps < len(nodes):
            steps, parent = steps + 1, nodes[parent].get("parent")
        return zone, steps

    return sorted(nodes, key=depth)
