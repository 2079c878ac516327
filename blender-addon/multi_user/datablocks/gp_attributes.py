"""Attributes that artists and scripts give to the layers of grease pencil, since Blender 4.3. Main thread only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

from .attributes import LAYOUTS, STRING
from .fields import SET_ERRORS, WholeTree, rows_of

# Blender keeps these of a layer's properties as attributes.
PROPERTIES = ("tint_color", "radius_offset", "pass_index")
MOST = 1000


def _shown(data_type: str) -> str:
    """The property of an attribute's element that holds its value."""
    return "value" if data_type == STRING else LAYOUTS[data_type].property


def _told(value: Any) -> Any:
    if isinstance(value, bytes):  # texts, since Blender 4
        return value.decode("utf-8", "replace")
    return rows_of(value) if hasattr(value, "__len__") and not isinstance(value, str) else value


def _is_free(name: str) -> bool:
    """Whether an attribute of this name is an artist's own."""
    return name not in PROPERTIES and not name.startswith(".")


class LayerAttributes(WholeTree):
    """Name -> its type, and its value on each layer by the layer's name."""

    def _own(self, owner) -> list:
        return [it for it in owner.attributes if _is_free(it.name) and it.data_type in (*LAYOUTS, STRING)]

    def read(self, owner, visit):
        tree: dict[str, Any] = {}
        for attribute in self._own(owner):
            name = _shown(attribute.data_type)
            values = {
                layer.name: _told(getattr(element, name))
                for layer, element in zip(owner.layers, attribute.data)
            }
            tree[attribute.name] = {"data_type": attribute.data_type, "values": values}
        return tree

    def write(self, owner, value, visit):
        held = self.read(owner, visit)
        changed = False
        for name in held.keys() - value.keys():
            owner.attributes.remove(owner.attributes[name])
            changed = True
        for name, wanted in value.items():
            if held.get(name) == wanted:
                continue
            changed = True
            try:
                self.put(owner, name, wanted)
            except SET_ERRORS as error:
                visit.failed((self.name, name), error)
            else:
                visit.succeeded((self.name, name))
        return changed

    def put(self, owner, name: str, wanted: dict) -> None:
        """Makes one attribute what it is to be; raises one of SET_ERRORS where Blender does not take it."""
        kind, values = wanted["data_type"], wanted["values"]
        shown = _shown(kind)
        if not _is_free(name):
            raise ValueError("Blender keeps that name for itself")
        attribute = owner.attributes.get(name)
        if attribute is not None and attribute.data_type != kind:
            owner.attributes.remove(attribute)
            attribute = None
        if attribute is None:
            if len(owner.attributes) >= MOST:
                raise ValueError("its layers have no place for so many attributes")
            attribute = owner.attributes.new(name, kind, "LAYER")
        for layer, element in zip(owner.layers, attribute.data):
            if layer.name in values and _told(getattr(element, shown)) != values[layer.name]:
                setattr(element, shown, _form(getattr(element, shown), values[layer.name]))

    def remove_at(self, owner, path, visit):
        """A value goes with its layer."""
        if len(path) < 2:
            super().remove_at(owner, path, visit)


@contextmanager
def kept(data):
    """Blender 5.2 empties the texts among the attributes where layers are moved."""
    field = LayerAttributes("attributes")
    before = field.read(data, None)
    try:
        yield
    finally:
        for name, values in before.items():
            field.put(data, name, values)


def _form(held: Any, value: Any) -> Any:
    """A told value in the form that Blender takes."""
    return value.encode() if isinstance(held, bytes) else value
