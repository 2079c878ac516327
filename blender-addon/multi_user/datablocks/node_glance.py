"""What of a big node tree is read for each edit. Main thread only."""

from __future__ import annotations

from . import parts
from .plan import plan_of
from .visit import Visit

MOST_SELECTED = 8  # nodes that are read for each edit


def _likely(nodes: parts.LongList, visit: Visit, memory: dict) -> parts.Likely:
    """What of a big tree was most likely edited: the active node, a few selected ones, and links if there are others
    than before."""
    tree = nodes.owner
    selected = [node.name for node in tree.nodes if node.select]
    keys = dict.fromkeys(selected if len(selected) <= MOST_SELECTED else ())
    if tree.nodes.active is not None:
        keys[tree.nodes.active.name] = None
    links = [(it.from_socket.as_pointer(), it.to_socket.as_pointer(), it.is_muted) for it in tree.links]
    known, memory["links"] = memory.get("links"), links
    if links == known:
        return parts.Likely(keys)
    place = (*nodes.path[:-1], "links")
    return parts.Likely(keys, [(place, plan_of(tree).read_at(tree, ("links",), visit))])


parts.LIKELY["nodes",] = parts.LIKELY["node_tree", "nodes"] = _likely
