"""The links between a node tree's nodes. Main thread only.

An input with many links has them in an order, which each link tells as a number of its own. Links come to the end of
it, so it is brought about when all links of a change are there.
"""

from __future__ import annotations

from typing import Any

import bpy

from .fields import SET_ERRORS, Field, Missing
from .nodes import socket_keys
from .plan import special
from .visit import Visit

SEPARATOR = "\x1f"
LAST = 1 << 20  # a place behind all links of an input


class Orders:
    """The places that links of one datablock are to have among those of their inputs."""

    def __init__(self):
        self.wanted: list[tuple[Links, Any, str, int]] = []

    def finish(self, visit: Visit) -> None:
        """Brings them about, tree by tree."""
        trees: dict[int, tuple[Links, Any, dict[str, int]]] = {}
        for field, owner, key, order in self.wanted:
            trees.setdefault(owner.as_pointer(), (field, owner, {}))[2][key] = order
        for field, owner, orders in trees.values():
            tree = field.read(owner, visit)
            for key in orders.keys() & tree.keys():
                tree[key]["order"] = orders[key]
            field.write(owner, tree, visit)


@special("NodeTree", "links")
class Links(Field):
    """Links by their two ends: key -> {from: (node, socket), to: (node, socket), muted, order in an input with
    many links}."""

    rank = 5

    def read(self, owner, visit):
        return {key: tree for key, tree, _ in self._links(owner)}

    def _links(self, owner) -> list[tuple[str, dict[str, Any], Any]]:
        names: dict[str, tuple[dict, dict]] = {}
        found = []
        for link in owner.links:
            begin, end = link.from_socket, link.to_socket
            source = self._end(link.from_node, begin, 1, names)
            target = self._end(link.to_node, end, 0, names)
            tree: dict[str, Any] = {"from": source, "to": target}
            if link.is_muted:
                tree["muted"] = True
            found.append((SEPARATOR.join((*source, *target)), tree, link))
        _number(found)
        return found

    @staticmethod
    def _end(node, socket, side: int, names: dict) -> tuple[str, str]:
        name = node.name
        if name not in names:
            names[name] = tuple(
                {socket.as_pointer(): key for key, socket in zip(socket_keys(node, sockets), sockets)}
                for sockets in (node.inputs, node.outputs)
            )
        return name, names[name][side].get(socket.as_pointer(), socket.identifier)

    def write(self, owner, value, visit):
        changed = False
        links = self._links(owner)
        resorted = _resorted({key: tree for key, tree, _ in links}, value)
        held: set[str] = set()
        for key, _, link in links:
            if key not in value or key in held or tuple(value[key]["to"]) in resorted:
                owner.links.remove(link)
                changed = True
                continue
            held.add(key)
            if link.is_muted != value[key].get("muted", False):
                link.is_muted = value[key].get("muted", False)
                changed = True
        for key in sorted(value, key=lambda key: _order(value[key])):
            if key not in held:
                changed |= self._connect(owner, key, value[key], visit)
        return changed

    def _connect(self, owner, key: str, tree: dict[str, Any], visit: Visit) -> bool:
        place = (self.name, key)
        try:
            begin = _socket(owner, tree["from"], "outputs")
            end = _socket(owner, tree["to"], "inputs")
            made = owner.links.new(begin, end)
            made.is_muted = tree.get("muted", False)
        except (*SET_ERRORS, Missing) as error:
            visit.failed(place, error)
            return True
        visit.succeeded(place)
        return True

    def _change(self, owner, visit, change) -> None:
        tree = self.read(owner, visit)
        change(tree)
        self.write(owner, tree, visit)

    def read_at(self, owner, path, visit):
        value: Any = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"there is no link {key}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        if len(path) == 1 and not isinstance(value, dict):
            raise Missing("it is no link")
        order = value.get("order") if len(path) == 1 else value if path[1] == "order" else None
        if order is not None:
            visit.ending(Orders).wanted.append((self, owner, path[0], order))
        if len(path) == 1:
            self._change(owner, visit, lambda tree: tree.__setitem__(path[0], {**value, "order": LAST}))
        elif order is None:
            self._change(owner, visit, lambda tree: tree.get(path[0], {}).__setitem__(path[1], value))

    def remove_at(self, owner, path, visit):
        if len(path) == 1:
            self._change(owner, visit, lambda tree: tree.pop(path[0], None))
        elif len(path) == 2:
            self._change(owner, visit, lambda tree: tree.get(path[0], {}).pop(path[1], None))


def _number(links: list[tuple[str, dict[str, Any], Any]]) -> None:
    """Numbers the links of each input with many links in their order. Blender's own numbers have gaps where a link
    went, and then come twice; of two with one number it takes the later link to be the first."""
    if "multi_input_sort_id" not in bpy.types.NodeLink.bl_rna.properties:
        return
    ends: dict[tuple, list[tuple[int, int]]] = {}
    for index, (_, tree, link) in enumerate(links):
        if link.to_socket.is_multi_input:
            ends.setdefault(tree["to"], []).append((link.multi_input_sort_id, -index))
    for places in ends.values():
        for order, (_, index) in enumerate(sorted(places)):
            links[-index][1]["order"] = order


def _order(tree: dict[str, Any]) -> int:
    """The place of a link among those of its input; raises ValueError where it is no number."""
    order = tree.get("order", 0)
    if not isinstance(order, int):
        raise ValueError(f"{order!r} is no place of a link")
    return order


def _resorted(held: dict[str, dict], wanted: dict[str, dict]) -> list:
    """The inputs with many links whose links stand in another order than wanted: all of these are to be made anew, for
    a new link comes last."""

    def orders(links: dict[str, dict]) -> dict:
        found: dict[tuple, list[str]] = {}
        for key in sorted(links, key=lambda key: _order(links[key])):
            if "order" in links[key]:
                found.setdefault(tuple(links[key]["to"]), []).append(key)
        return found

    now = orders({key: tree for key, tree in held.items() if key in wanted})
    then = orders(wanted)
    return [end for end, keys in now.items() if then.get(end, [])[: len(keys)] != keys]


def _socket(tree, end, side: str):
    node_name, key = end
    node = tree.nodes.get(node_name)
    if node is None:
        raise Missing(f"there is no node {node_name}")
    sockets = getattr(node, side)
    for held, socket in zip(socket_keys(node, sockets), sockets):
        if held == key:
            return socket
    raise Missing(f"node {node_name} has no socket {key}")
