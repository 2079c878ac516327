"""Which attributes a geometry has, as a field of its tree; what they hold is in buffers. Main thread only."""

from __future__ import annotations

from ..core.values import Keyed
from . import attributes
from .fields import Field, Missing


class AttributeList(Field):
    """The ordered list of attributes: name to domain and type."""

    def read(self, owner, visit):
        return attributes.read(owner, visit.context)

    def write(self, owner, value, visit):
        if self.read(owner, visit) == value:
            return False
        attributes.reconcile(owner, value, visit.context)
        self.order_at(owner, (), value, visit)
        return True

    def read_at(self, owner, path, visit):
        value = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"there is no attribute {key}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        held = self.read(owner, visit)
        kind = value if len(path) == 1 else {**held.get(path[0], {}), path[1]: value}
        if held.get(path[0]) == kind or not {"domain", "data_type"} <= kind.keys():
            return
        if path[0] in held:
            owner.attributes.remove(owner.attributes[path[0]])
        attributes.add(owner, path[0], kind, visit.context)

    def remove_at(self, owner, path, visit):
        if len(path) == 1 and path[0] in self.read(owner, visit):
            owner.attributes.remove(owner.attributes[path[0]])

    def order_at(self, owner, path, keys, visit):
        attributes.order(owner, list(keys), visit.context)


class UnorderedAttributeList(AttributeList):
    """The same where the order of attributes means nothing, and Blender changes it: by their names."""

    def read(self, owner, visit):
        return Keyed(sorted(super().read(owner, visit).items()))

    def write(self, owner, value, visit):
        return super().write(owner, Keyed(sorted(value.items())), visit)

    def order_at(self, owner, path, keys, visit):
        """They keep the order that Blender gave them."""
