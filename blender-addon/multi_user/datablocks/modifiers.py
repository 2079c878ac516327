"""What a geometry nodes modifier, or a strip's compositor modifier, hands to its group. Main thread only.

The same tree for every release: shared socket identifier -> {"value", "use_attribute" or "type",
"attribute_name"}. Before
Blender 5 the inputs are custom properties of the modifier, named by the socket; since then they are RNA that
Blender makes for
each modifier from its group.
"""

from __future__ import annotations

from typing import Any

from ..core.values import Ref
from .custom_properties import to_tree
from .fields import SET_ERRORS, Field, Missing, Omitted, rows_of
from .keyed import MAKERS, Collection, unique_keys
from .node_interface import local_names, shared_names
from .plan import EXTRA_FIELDS, SPECIAL_FIELDS
from .visit import NotYet, Visit

SUFFIXES = ("use_attribute", "attribute_name")
SIDES = ("inputs", "outputs")


class ModifierInputs(Field):
    """All of a modifier's inputs, and the names of the attributes it writes its outputs to."""

    def read(self, owner, visit):
        group = owner.node_group
        if group is None:
            raise Omitted
        names = shared_names(group)
        tree: dict[str, dict[str, Any]] = {}
        for local, values in _local_values(owner, visit).items():
            tree[names.get(local, local)] = values
        return tree

    def write(self, owner, value, visit):
        group = owner.node_group
        if group is None:
            return False
        names = local_names(group)
        held = _local_values(owner, visit)
        changed = False
        for shared, values in value.items():
            local = names.get(shared, shared)
            if local not in held:
                visit.failed((self.name, shared), ValueError("the node group has no such input here"))
                changed = True
                continue
            visit.succeeded((self.name, shared))
            for part, wanted in values.items():
                if held[local].get(part) != wanted:
                    changed |= self._set(owner, shared, local, part, wanted, visit)
        if changed:
            owner.id_data.update_tag()
        return changed

    def _set(self, owner, shared: str, local: str, part: str, wanted: Any, visit: Visit) -> bool:
        place = (self.name, shared, part)
        try:
            if isinstance(wanted, Ref):
                target = visit.context.resolve(wanted.uuid)
                if target is None:
                    visit.awaits(wanted.uuid)
                    return False
                wanted = target
            _set_local(owner, local, part, wanted)
        except SET_ERRORS as error:
            visit.failed(place, error)
        else:
            visit.succeeded(place)
        return True

    def read_at(self, owner, path, visit):
        value: Any = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"the modifier has no input {key}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        if len(path) == 0:
            self.write(owner, value, visit)
        elif len(path) == 1:
            self.write(owner, {path[0]: value}, visit)
        else:
            self.write(owner, {path[0]: {path[1]: value}}, visit)

    def remove_at(self, owner, path, visit):
        """Inputs go with the group's sockets."""


for _type in ("NodesModifier", "SequencerCompositorModifierData"):
    EXTRA_FIELDS[_type] = [ModifierInputs("node_inputs")]
    for _name in ("properties", "custom_properties"):
        SPECIAL_FIELDS[_type, _name] = lambda name: None


class Bakes(Collection):
    """How the simulations and bake nodes of the group are baked, by their nodes' names: Blender numbers them by chance,
    and makes and removes them with the nodes."""

    ordered = False

    def keys(self, owner, visit):
        return unique_keys(bake.node.name if bake.node is not None else "" for bake in self.items_of(owner))

    def make(self, owner, key, tree, visit):
        raise NotYet("the node group bakes nothing of that name here")

    def drop(self, owner, key, item):
        """They go with the nodes."""


MAKERS["NodesModifier", "bakes"] = Bakes


def _local_values(modifier, visit: Visit) -> dict[str, dict[str, Any]]:
    if hasattr(modifier, "properties"):
        return _rna_values(modifier.properties, visit)
    found: dict[str, dict[str, Any]] = {}
    for key in modifier.keys():
        part = "value"
        local = key
        for suffix in SUFFIXES:
            if key.endswith(f"_{suffix}"):
                local, part = key[: -len(suffix) - 1], suffix
        value = to_tree(modifier[key], key, visit)
        found.setdefault(local, {})[part] = bool(value) if part == "use_attribute" else value
    return found


def _rna_values(properties, visit: Visit) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if properties is None:
        return found
    for side in SIDES:
        struct = getattr(properties, side, None)  # a compositor's have no outputs
        for prop in () if struct is None else struct.bl_rna.properties:
            if prop.type == "POINTER" and prop.identifier != "rna_type":
                found[prop.identifier] = _rna_entry(getattr(struct, prop.identifier), visit)
    return found


def _rna_entry(entry, visit: Visit) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for prop in entry.bl_rna.properties:
        name = prop.identifier
        if name in ("rna_type", "name") or prop.is_readonly:
            continue
        value = getattr(entry, name)
        if hasattr(value, "bl_rna"):
            value = visit.ref(value)
        elif hasattr(value, "__len__") and not isinstance(value, str):
            value = rows_of(value)
        values[name] = value
    return values


def _set_local(modifier, local: str, part: str, value: Any) -> None:
    if hasattr(modifier, "properties"):
        for side in SIDES:
            entry = getattr(getattr(modifier.properties, side, None), local, None)
            if entry is not None and part in entry.bl_rna.properties:
                setattr(entry, part, value)
                return
        raise KeyError(f"{local} has no {part}")
    key = local if part == "value" else f"{local}_{part}"
    held = modifier.get(key)
    if hasattr(held, "to_list") and len(held) == len(value):
        held[:] = value  # a new list would be one of doubles, which the group's inputs are not
    else:
        modifier[key] = value
