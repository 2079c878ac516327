"""Freestyle: line styles, and the line sets of a view layer that use them. Main thread only."""

from __future__ import annotations

from .generic import GenericHandler
from .keyed import MAKERS, Named
from .plan import SPECIAL_FIELDS
from .stand_ins import NeverEmpty, replace_made


class LineStyleHandler(GenericHandler):
    """Replicates line styles with their modifiers, textures and nodes."""

    def __init__(self):
        super().__init__("linestyles", "FreestyleLineStyle")


class LineSets(Named):
    """Line sets by name. Blender makes a line style along with each."""

    def __init__(self, name: str):
        super().__init__(name, lambda sets, key, tree: sets.new(name=key))

    def make(self, owner, key, tree, visit):
        item = super().make(owner, key, tree, visit)
        visit.path += (self.name, key)
        try:
            replace_made(item, "linestyle", tree.get("linestyle"), visit)
        finally:
            del visit.path[-2:]
        return item


MAKERS["FreestyleSettings", "linesets"] = LineSets
SPECIAL_FIELDS["FreestyleLineSet", "linestyle"] = NeverEmpty
