"""Plans: for each RNA type, once, which properties are replicated and how. Main thread only.

The generic serialiser. ``plan_of(struct)`` is a dictionary look-up after the first time; reading a struct is one
``attrgetter`` call for all its plain values and one call for each other field. Plans hold names, never RNA.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Callable, Iterable

from . import custom_properties
from .exclusions import reason, reasons
from .fields import Enum, Field, Flags, Matrix, Missing, Omitted, Pointer, Struct, Transform, Vector
from .visit import Visit

FIRST = (
    "name",
    "type",
    "data",
    "link",
    "parent",
    "engine",
    "use_nodes",
    "node_tree",
    "node_group",
    "image",
    "bl_idname",
    "rotation_mode",
    "mode",
    "media_type",
    "data_type",
    "input_type",
    "file_format",
)
KIND_ORDER = ("ENUM", "BOOLEAN", "INT", "FLOAT", "STRING", "POINTER", "COLLECTION")

# What the plain rules do not know: (type, property) or ("*", property) -> field factory; and by what a pointer
# points to.
SPECIAL_FIELDS: dict[tuple[str, str], Callable[[str], Field | None]] = {}
SPECIAL_POINTERS: dict[str, Callable[[str], Field | None]] = {}
FINISHERS: dict[
    str, Callable[[Any], None]
] = {}  # type -> what to call after something in a struct of it was set
EXTRA_FIELDS: dict[str, list[Field]] = {}  # type -> fields that are no RNA properties

_plans: dict[type, "Plan"] = {}


def special(type_name: str, property_name: str):
    """Decorator: this field class serves this property, of the type and of all that inherit from it."""

    def register(factory):
        SPECIAL_FIELDS[type_name, property_name] = factory
        return factory

    return register


def plan_of(struct) -> Plan:
    """The plan for a struct's RNA type."""
    plan = _plans.get(type(struct))
    if plan is None:
        plan = _plans[type(struct)] = Plan(struct)
    return plan


def type_names(rna) -> list[str]:
    """An RNA type's identifier and those of its bases, itself first."""
    names = []
    while rna is not None:
        names.append(rna.identifier)
        rna = rna.base
    return names


class Plan:
    """How structs of one RNA type are read and written. ``fields`` are in the order to write them."""

    def __init__(self, struct):
        rna = struct.bl_rna
        names = type_names(rna)
        self.type_name = rna.identifier
        properties = list(rna.properties)
        fields = _fields(names, properties)
        ranked = [(_rank(prop, field), field) for prop, field in zip(properties, fields) if field]
        ordered = [field for _, field in sorted(ranked, key=lambda pair: pair[0])]
        for name in names:
            ordered += EXTRA_FIELDS.get(name, ())
        hidden = any((name, custom_properties.NAME) in SPECIAL_FIELDS for name in names)
        if not hidden and custom_properties.supported(struct):
            known = frozenset(prop.identifier for prop in properties)
            ordered.append(custom_properties.CustomProperties(known))
        self.fields: dict[str, Field] = {field.name: field for field in ordered}
        self.finish = next((FINISHERS[name] for name in names if name in FINISHERS), None)
        self._plain = tuple(field.name for field in ordered if type(field) in (Field, Enum))
        self._rest = tuple(field for field in ordered if type(field) not in (Field, Enum))
        self._get_plain = attrgetter(*self._plain) if len(self._plain) > 1 else None

    def read(self, struct, visit: Visit, only: frozenset[str] | None = None) -> dict[str, Any]:
        """The struct as a tree; with ``only``, just these fields."""
        tree: dict[str, Any] = {}
        if only is None and self._get_plain:
            tree.update(zip(self._plain, self._get_plain(struct)))
            rest: Iterable[Field] = self._rest
        else:
            rest = (
                self.fields.values()
                if only is None
                else [self.fields[name] for name in only if name in self.fields]
            )
        for field in rest:
            try:
                tree[field.name] = field.read(struct, visit)
            except Omitted:
                pass
        return tree

    def write(self, struct, tree: dict[str, Any], visit: Visit) -> bool:
        """Makes the struct equal to the tree; fields that it does not name stay. Tells whether it set anything.

        A second pass sets again what another property's setter changed or what could not be set yet.
        """
        changed = self._pass(struct, tree, visit, absent=True)
        if changed:
            self._pass(struct, tree, visit, absent=False)
            if self.finish:
                self.finish(struct)
        return changed

    def _pass(self, struct, tree, visit, absent: bool) -> bool:
        changed = False
        for name, field in self.fields.items():
            if name in tree:
                changed |= bool(field.write(struct, tree[name], visit))
            elif absent:
                field.absent(struct, visit)
        return changed

    def _find(self, path: tuple[str, ...]) -> Field:
        field = self.fields.get(path[0])
        if field is None:
            raise Missing(f"{self.type_name} has no {path[0]}")
        return field

    def read_at(self, struct, path: tuple[str, ...], visit: Visit) -> Any:
        """The value at a path; raises Missing."""
        try:
            return self._find(path).read_at(struct, path[1:], visit)
        except Omitted:
            raise Missing(f"{path[0]} has nothing to tell") from None

    def set_at(self, struct, path: tuple[str, ...], value: Any, visit: Visit) -> None:
        """Sets the value at a path; raises Missing."""
        self._find(path).set_at(struct, path[1:], value, visit)
        if self.finish:
            self.finish(struct)

    def remove_at(self, struct, path: tuple[str, ...], visit: Visit) -> None:
        """Removes what stands at a path; raises Missing."""
        self._find(path).remove_at(struct, path[1:], visit)
        if self.finish:
            self.finish(struct)

    def order_at(self, struct, path: tuple[str, ...], keys: Iterable[str], visit: Visit) -> None:
        """Brings the keyed list at a path into this order; raises Missing."""
        self._find(path).order_at(struct, path[1:], keys, visit)
        if self.finish:
            self.finish(struct)


def _fields(names: list[str], properties: list) -> list[Field | None]:
    """The field of each property, None for those that are not replicated."""
    from .keyed import MAKERS
    from .nodes import node_items_field

    factories: dict[str, Callable[[str], Field | None]] = {}
    for type_name in ("*", *reversed(names)):
        for table in (MAKERS, SPECIAL_FIELDS):
            factories.update((name, make) for (owner, name), make in table.items() if owner == type_name)
    left_alone, is_node = reasons(names), "Node" in names
    fields: list[Field | None] = []
    for prop in properties:
        name = prop.identifier
        if name in factories:
            fields.append(factories[name](name))
        elif reason(name, left_alone) or getattr(prop, "is_deprecated", False):
            fields.append(None)
        elif is_node and prop.type == "COLLECTION":
            fields.append(node_items_field(prop) or field_for(prop))
        else:
            fields.append(field_for(prop))
    return fields


def _rank(prop, field: Field) -> tuple[int, int]:
    name = prop.identifier
    if field.rank is not None:
        return (-1 if field.rank < 0 else len(FIRST) + 2 + field.rank, 0)
    if name in FIRST:
        return (FIRST.index(name), 0)
    if prop.type == "POINTER" and is_datablock(prop.fixed_type):
        return (len(FIRST), 0)
    return (len(FIRST) + 1, KIND_ORDER.index(prop.type))


def is_datablock(rna) -> bool:
    """Whether an RNA type is a datablock's."""
    return "ID" in type_names(rna)


def field_for(prop) -> Field | None:
    """The field for a property by the plain rules; None if it is not replicated."""
    name, kind = prop.identifier, prop.type
    if kind == "POINTER":
        return _pointer_field(prop)
    if kind == "COLLECTION":
        from .keyed import collection_field

        return collection_field(prop)
    if prop.is_readonly:
        return None
    if kind == "ENUM":
        return Flags(name) if prop.is_enum_flag else Enum(name)
    if kind in ("BOOLEAN", "INT", "FLOAT") and prop.is_array:
        dimensions = sum(1 for size in prop.array_dimensions if size)
        if dimensions == 1:
            return Vector(name)
        return Transform(name) if prop.subtype == "MATRIX" else Matrix(name)
    return Field(name)


def _pointer_field(prop) -> Field | None:
    target = prop.fixed_type
    for type_name in type_names(target):
        if type_name in SPECIAL_POINTERS:
            return SPECIAL_POINTERS[type_name](prop.identifier)
    if is_datablock(target):
        if prop.is_readonly and target.identifier == "NodeTree":
            from .nodes import EmbeddedTree

            return EmbeddedTree(prop.identifier)
        return None if prop.is_readonly else Pointer(prop.identifier)
    # A writable pointer to something that is no datablock chooses one of its siblings: a type's own module knows which.
    writable_struct = "PropertyGroup" in type_names(target)
    return Struct(prop.identifier) if prop.is_readonly or writable_struct else None
