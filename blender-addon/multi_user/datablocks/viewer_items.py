"""What a viewer node of geometry nodes shows. Main thread only.

Blender frees an item that goes by itself as soon as nothing is linked to it, so that is set once the links are made.
"""

from __future__ import annotations

from .fields import Field
from .plan import special
from .visit import Visit


class Removals:
    """The items of one node group that are to go by themselves: (node, index of the item)."""

    def __init__(self):
        self.items: set[tuple[str, int]] = set()

    def finish(self, visit: Visit) -> None:
        """From the last item on, for one that is not linked goes now."""
        for node_name, index in sorted(self.items, reverse=True):
            items = getattr(visit.root.nodes.get(node_name), "viewer_items", ())
            if index < len(items):
                items[index].auto_remove = True


@special("NodeGeometryViewerItem", "auto_remove")
class AutoRemove(Field):
    """Whether an item goes when its link does."""

    def write(self, owner, value, visit):
        if value is not True or owner.auto_remove:
            return super().write(owner, value, visit)
        _nodes, node_name, _items, index = visit.path[-4:]
        visit.ending(Removals).items.add((node_name, int(index)))
        return True
