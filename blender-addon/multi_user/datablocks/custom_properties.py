"""Custom properties (IDProperties): what artists and scripts attach to data. Main thread only.

As fields: name -> {"value": …, "ui": …}. Values are scalars, text, items, references or, for groups, {"group": {…}}.
"""

from __future__ import annotations

from typing import Any

import bpy

from ..core.values import Ref
from .fields import SET_ERRORS, Field, Missing, Omitted
from .visit import Visit

NAME = "custom_properties"
OWN_PREFIX = "multi_user"  # the session's own stamps
HIDDEN = frozenset({"_RNA_UI", "cycles", "cycles_visibility"})


def supported(struct) -> bool:
    """Whether structs of this kind can hold custom properties."""
    try:
        struct.keys()
    except (TypeError, AttributeError):
        return False
    return True


class CustomProperties(Field):
    """All custom properties of a struct. ``known`` are its RNA properties, which share the namespace before
    Blender 5."""

    def __init__(self, known: frozenset[str]):
        super().__init__(NAME)
        self._hidden = known | HIDDEN

    def _names(self, owner) -> list[str]:
        return [name for name in owner.keys() if name not in self._hidden and not name.startswith(OWN_PREFIX)]

    def read(self, owner, visit):
        names = self._names(owner)
        if not names:
            raise Omitted
        return {name: self._read_one(owner, name, visit) for name in names if name}

    def _read_one(self, owner, name, visit) -> dict[str, Any]:
        entry = {"value": to_tree(owner[name], name, visit)}
        ui = _ui_of(owner, name)
        if ui:
            entry["ui"] = ui
        return entry

    def write(self, owner, value, visit):
        changed = False
        for name in self._names(owner):
            if name not in value:
                del owner[name]
                changed = True
        for name, entry in value.items():
            changed |= self._write_one(owner, name, entry, visit)
        return changed

    def _write_one(self, owner, name, entry, visit) -> bool:
        if name in self._hidden or name.startswith(OWN_PREFIX):
            return False
        if name in owner.keys() and self._read_one(owner, name, visit) == entry:
            return False
        place = (NAME, name)
        try:
            value = entry["value"]
            if isinstance(value, Ref) and visit.context.resolve(value.uuid) is None:
                visit.awaits(value.uuid)
            elif value is None:
                _empty(owner, name)
            else:
                owner[name] = from_tree(value, visit)
            ui = entry.get("ui")
            if ui:
                owner.id_properties_ui(name).update(**ui)
        except SET_ERRORS as error:
            visit.failed(place, error)
            return False
        visit.succeeded(place)
        return True

    def absent(self, owner, visit):
        self.write(owner, {}, visit)

    def read_at(self, owner, path, visit):
        if not path:
            return self.read(owner, visit)
        if path[0] not in self._names(owner):
            raise Missing(f"there is no custom property {path[0]}")
        value = self._read_one(owner, path[0], visit)
        for key in path[1:]:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"custom property {path[0]} has no {key}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        entry = value
        if len(path) > 1:
            entry = self.read_at(owner, path[:1], visit)
            inner = entry
            for key in path[1:-1]:
                inner = inner.setdefault(key, {})
            inner[path[-1]] = value
        self._write_one(owner, path[0], entry, visit)

    def remove_at(self, owner, path, visit):
        if not path:
            self.write(owner, {}, visit)
        elif len(path) == 1:
            if path[0] in self._names(owner):
                del owner[path[0]]
        else:
            entry = self.read_at(owner, path[:1], visit)
            inner = entry
            for key in path[1:-1]:
                inner = inner.get(key, {})
            inner.pop(path[-1], None)
            if "value" in entry:
                self._write_one(owner, path[0], entry, visit)


def to_tree(value: Any, name: str, visit: Visit) -> Any:
    """A custom property's value as a tree."""
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    if hasattr(value, "bl_rna"):
        found = visit.ref(value)
        if found is None:
            visit.problem(f'custom property "{name}" names "{value.name}", whose type is not replicated')
        return found
    if hasattr(value, "to_list"):
        return tuple(value.to_list())
    if hasattr(value, "items"):
        return {"group": {key: to_tree(inner, key, visit) for key, inner in value.items() if key}}
    if isinstance(value, (list, tuple)):
        return tuple(to_tree(inner, name, visit) for inner in value)
    if hasattr(value, "__iter__") and not isinstance(value, (bytes, bytearray)):
        return tuple(value)
    visit.problem(f'custom property "{name}" holds {type(value).__name__}, which is not replicated')
    return None


def from_tree(value: Any, visit: Visit) -> Any:
    """What to assign to a custom property."""
    if isinstance(value, Ref):
        return visit.context.resolve(value.uuid)
    if isinstance(value, dict):
        return {key: from_tree(inner, visit) for key, inner in value.get("group", {}).items()}
    if isinstance(value, (list, tuple)):
        return [from_tree(inner, visit) for inner in value]
    if value is None:
        raise ValueError("a custom property cannot be empty")
    return value


def _empty(owner, name: str) -> None:
    """Has a custom property refer to nothing. Blender does not let that be set: it is so once what the property
    referred to is removed."""
    made = bpy.data.palettes.new("multi_user_temporary")
    owner[name] = made
    bpy.data.palettes.remove(made)


def _ui_of(owner, name: str) -> dict[str, Any]:
    """How the property is shown (limits, default, description); empty where Blender keeps nothing of the kind."""
    try:
        ui = owner.id_properties_ui(name).as_dict()
    except (TypeError, KeyError, AttributeError):
        return {}
    return {
        key: tuple(value) if isinstance(value, (list, tuple)) else value
        for key, value in ui.items()
        if _plain(value)
    }


def _plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(isinstance(inner, (bool, int, float, str)) for inner in value)
    return isinstance(value, (bool, int, float, str))
