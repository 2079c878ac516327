"""Library overrides: datablocks of this file that follow a linked one but for what an artist changed (decision 0019).
Main thread only.

What travels is what Blender itself saves: the datablock that it follows, its place in a hierarchy, and the properties
that are overridden with their values, by Blender's path to each. The rest comes from the library's file.
"""

from __future__ import annotations

from typing import Any, Iterable
from uuid import UUID, uuid5

from ..core.values import Keyed, Ref
from . import animated, libraries, missing, registry
from .contract import ALL, Awaits, Reading
from .custom_properties import OWN_PREFIX
from .fields import Missing
from .generic import GenericHandler, carry_out
from .hierarchies import make_hierarchy, members_of, twins_of
from .plan import plan_of
from .visit import NotYet, Visit

OVERRIDE = "override"  # the key by which a tree says that it is one of an override
VALUES = "values"
_WAS = "was_override"
_INSERTED = ("INSERT_AFTER", "INSERT_BEFORE")
_WHOLE_VALUE = 1 << 30  # no index of an array
_LONGEST_PATH = 1000
_MOST_PATHS = 100_000
_OWN = ("name", "use_fake_user")  # never the library's
_FLAGS = ("is_system_override", "is_in_hierarchy")

_handlers: dict[int, "OverrideHandler"] = {}


def is_override(datablock) -> bool:
    """Whether it belongs to this file and follows a linked one."""
    return datablock.library is None and datablock.override_library is not None


def handler_of(base) -> "OverrideHandler":
    """The handler for overrides of what another handler serves."""
    found = _handlers.get(id(base))
    if found is None:
        found = _handlers[id(base)] = OverrideHandler(base)
    return found


def cleared(datablock, context) -> bool:
    """Whether it was an override when it was read last, and is none now: all of it is this file's own then."""
    return not is_override(datablock) and context.memory(datablock).pop(_WAS, False)


def awaited(library: bytes) -> bytes:
    """What overrides wait for while the file of the library with this UUID is not here."""
    return uuid5(UUID(bytes=library), "its file").bytes


class _Within(Visit):
    """Reads what a linked datablock holds as one that follows it would: what has an override of its own in the same
    hierarchy stands for that."""

    def __init__(self, root, context):
        super().__init__(root, context)
        self._twins = twins_of(root.override_library.hierarchy_root)

    def ref(self, datablock):
        return super().ref(self._twins.get(datablock, datablock))

    def refs(self, datablocks):
        return [self.ref(datablock) for datablock in datablocks]


class OverrideHandler(GenericHandler):
    """Replicates the overrides of one kind of datablock."""

    def __init__(self, base):
        super().__init__(base.collection, *base.types)

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Has Blender note what is overridden, as it does when a file is saved, and reads that."""
        datablock.override_library.operations_update()
        context.memory(datablock)[_WAS] = True
        return Reading(_tree(datablock, context))

    def parts(self, datablock, context):
        return []

    def read_paths(self, datablock, context, paths: Iterable[tuple[str, ...]]):
        tree, found = _tree(datablock, context), []
        for path in paths:
            try:
                found.append((tuple(path), _at(tree, path)))
            except KeyError:  # it is left out
                pass
        return found

    def create(self, type_name: str, properties: dict, context):
        """Makes an override of what the tree names; Awaits where that, or the hierarchy, is not here."""
        told = properties[OVERRIDE]
        ref, root = told.get("reference"), told.get("root")
        if not isinstance(ref, Ref):
            raise ValueError("it does not say what it overrides")
        reference = context.resolve(ref.uuid)
        if reference is None:
            raise Awaits(ref.uuid, "what it overrides is not here")
        if reference.library is None or registry.collection_of(reference) != self.collection:
            raise ValueError("it overrides nothing that is linked")
        _check_file(reference.library, properties, context)
        if isinstance(root, Ref):
            if context.resolve(root.uuid) is None:
                raise Awaits(root.uuid, "the hierarchy that it is part of is not here")
            twin = twins_of(context.resolve(root.uuid)).get(reference)
            if twin is None:
                raise NotYet("its hierarchy has no such thing here: the library's file is another one")
            return twin.copy()
        reference = _direct(reference, context)
        members = told.get("members")
        if isinstance(members, dict) and members:
            return make_hierarchy(reference, members, context)
        made = reference.override_create(remap_local_usages=False)
        if made is None:
            raise ValueError(f'Blender cannot override "{reference.name}"')
        return made

    def delete(self, datablock, context):
        """Removes it alone: Blender 3.4 crashes where a hierarchy's root goes at once with only some of the rest."""
        super().delete(datablock, context)

    def is_other_kind(self, datablock, properties, context):
        ref = properties[OVERRIDE].get("reference")
        held = datablock.override_library
        return held is None or not isinstance(ref, Ref) or held.reference is None

    def write_whole(self, datablock, properties, buffers, context):
        values = _checked(properties.get(VALUES, {}))
        visit, override = Visit(datablock, context), datablock.override_library
        plan = plan_of(datablock)
        for name in _OWN:
            if name in properties:
                plan.set_at(datablock, (name,), properties[name], visit)
        for name in _FLAGS:
            if name in properties[OVERRIDE]:
                setattr(override, name, bool(properties[OVERRIDE][name]))
        _reset(datablock, values, context)
        for last in (False, True):  # one may need what another one makes
            _assign(datablock, values, visit, last)
        override.operations_update()
        _note(datablock, values)
        context.memory(datablock)[_WAS] = True
        visit.report()

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        plain = [op for op in ops if op[1][0] not in (OVERRIDE, VALUES)]
        if any(op[1][0] not in _OWN for op in plain):
            raise ValueError("it is no override any more: only the whole can help")
        if plain:
            visit = Visit(datablock, context)
            carry_out(plan_of(datablock), datablock, plain, visit)
            visit.report()
        rest = [op for op in ops if op[1][0] in (OVERRIDE, VALUES)]
        if rest:
            tree = _tree(datablock, context)
            for op in rest:
                _carry_out(tree, op)
            self.write_whole(datablock, tree, {}, context)


def _check_file(library, properties, context) -> None:
    """Raises Awaits while the library is not read here: an override of an empty datablock would have no place for what
    is overridden."""
    libraries.check_here(library, context)
    libraries.hold_again(library, context)
    if libraries.readable(library) and not context.memory(library).get(missing.STANDS_IN):
        return
    if libraries.HELD not in library:
        name = properties.get("name")
        context.problem(library, f'"{name}" is an override of what is missing here: it comes with the file')
    raise Awaits(awaited(context.id_of(library)), "its library is not here")


def _direct(reference, context):
    """Blender overrides only what is linked by name, and not because of another one."""
    if not reference.is_library_indirect:
        return reference
    collection = registry.collection_of(reference)
    return libraries.load(reference.library, collection, reference.name, context) or reference


def _tree(datablock, context) -> dict[str, Any]:
    override, visit = datablock.override_library, Visit(datablock, context)
    if override.reference is None:
        raise ValueError("what it overrides is gone")
    root = override.hierarchy_root
    within = root is not None and root != datablock
    told = {
        "reference": visit.ref(override.reference),
        "root": visit.ref(root) if within else None,
        "members": members_of(datablock, visit) if override.is_in_hierarchy and not within else {},
    }
    told.update((name, getattr(override, name)) for name in _FLAGS)
    return {
        "name": datablock.name,
        "use_fake_user": datablock.use_fake_user,
        OVERRIDE: told,
        VALUES: _values(datablock, context),
    }


def _values(datablock, context) -> dict[str, Any]:
    """What is overridden: Blender's path to it -> {"value": …}, {"items": …} for what is added to a list, or nothing
    where the value follows from animation or is none that is shared."""
    properties = [prop for prop in datablock.override_library.properties if not _is_own(prop.rna_path)]
    if not properties:
        return {}
    tree = plan_of(datablock).read(datablock, Visit(datablock, context))
    moving = animated.driven_paths(datablock, tree) + animated.keyed_paths(datablock, tree)
    values = {}
    for prop in properties:
        place = animated.tree_path(datablock, tree, prop.rna_path, _WHOLE_VALUE)
        inserted = _inserted(prop)
        if place is None or any(path[: len(place)] == place for path in moving):
            values[prop.rna_path] = {}
        elif inserted:
            held = _at(tree, place)
            items = Keyed()
            for name, after in inserted.items():
                if name in held:
                    items[name] = {"after": after, "item": held[name]}
            values[prop.rna_path] = {"items": items}
        else:
            values[prop.rna_path] = {"value": _at(tree, place)}
    return values


def _inserted(prop) -> dict[str, str]:
    """What is added to a list: the item's name -> that of the one before it."""
    return {
        operation.subitem_local_name: operation.subitem_reference_name
        for operation in prop.operations
        if operation.operation in _INSERTED
    }


def _is_own(rna_path: str) -> bool:
    """Whether it is the session's stamp."""
    return rna_path.lstrip('["').startswith(OWN_PREFIX)


def _at(tree: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(tree, dict):
            raise KeyError(key)
        tree = tree[key]
    return tree


def _checked(values: Any) -> dict[str, dict]:
    """What is overridden, as others tell it; raises ValueError."""
    if not isinstance(values, dict) or len(values) > _MOST_PATHS:
        raise ValueError("what is overridden is none")
    for path, entry in values.items():
        if len(path) > _LONGEST_PATH or "\0" in path or not isinstance(entry, dict):
            raise ValueError("what is overridden is none")
        items = entry.get("items", {})
        if not isinstance(items, dict) or not all(
            isinstance(it, dict) and "item" in it for it in items.values()
        ):
            raise ValueError("what is added is none")
    return {path: entry for path, entry in values.items() if not _is_own(path)}


def _reset(datablock, wanted: dict[str, dict], context) -> None:
    """What is overridden here and not to be is as in the library again."""
    properties = datablock.override_library.properties
    doomed = [it.rna_path for it in properties if it.rna_path not in wanted and not _is_own(it.rna_path)]
    if not doomed:
        return
    visit, plan = _Within(datablock, context), plan_of(datablock)
    reference = datablock.override_library.reference
    tree, theirs = plan.read(datablock, visit), plan_of(reference).read(reference, visit)
    for path in doomed:
        prop = next(it for it in properties if it.rna_path == path)
        inserted = _inserted(prop)
        properties.remove(prop)
        place = animated.tree_path(datablock, tree, path, _WHOLE_VALUE)
        if place is None:
            continue
        for name in inserted:
            plan.remove_at(datablock, (*place, name), visit)
        try:
            if not inserted:
                plan.set_at(datablock, place, _at(theirs, place), visit)
        except KeyError:  # the library has none, so there is nothing to hold here
            plan.remove_at(datablock, place, visit)
        except RuntimeError as error:
            visit.failed(path, NotYet(str(error)))
    visit.report()


def _assign(datablock, values: dict[str, dict], visit: Visit, last: bool) -> None:
    plan = plan_of(datablock)
    tree = plan.read(datablock, visit)
    for path, entry in values.items():
        if not entry:
            continue
        place = animated.tree_path(datablock, tree, path, _WHOLE_VALUE)
        if place is None:
            if last:
                visit.failed(path, ValueError("there is no such thing here"))
            continue
        try:
            if "items" in entry:
                _insert(datablock, place, entry["items"], visit)
            elif "value" in entry:
                plan.set_at(datablock, place, entry["value"], visit)
        except Missing as error:
            if last:
                visit.failed(path, error)
        except RuntimeError as error:  # what is in an overridden collection, before what goes from it is gone
            if last:
                visit.failed(path, NotYet(str(error)))


def _insert(datablock, place: tuple[str, ...], items: dict, visit: Visit) -> None:
    """Adds these to a list, each behind the one that is named, and takes away what else was added to it here."""
    plan = plan_of(datablock)
    for prop in datablock.override_library.properties:
        if animated.tree_path(datablock, _shape(place), prop.rna_path, _WHOLE_VALUE) == place:
            for name in _inserted(prop).keys() - items.keys():
                plan.remove_at(datablock, (*place, name), visit)
    for name, told in items.items():
        plan.set_at(datablock, (*place, name), told["item"], visit)
    held = list(plan.read_at(datablock, place, visit))
    order = [name for name in held if name not in items]
    for name, told in items.items():
        order.insert(order.index(told["after"]) + 1 if told.get("after") in order else 0, name)
    if order != held:
        plan.order_at(datablock, place, order, visit)


def _shape(place: tuple[str, ...]) -> dict:
    """A tree that holds this place and nothing else."""
    tree: dict = {}
    for key in reversed(place):
        tree = {key: tree}
    return tree


def _note(datablock, values: dict[str, dict]) -> None:
    """Marks as overridden what Blender did not by itself: a value that is the library's own."""
    properties = datablock.override_library.properties
    held = {prop.rna_path for prop in properties}
    for path, entry in values.items():
        if path in held or "items" in entry:
            continue
        if _is_part(datablock, path):
            properties.add(rna_path=path).operations.add(operation="REPLACE")


def _is_part(datablock, path: str) -> bool:
    """Whether a path leads to something of this datablock, and not to nothing or on to another one."""
    try:
        found = datablock.path_resolve(path, False)
    except ValueError:
        return False
    holder = getattr(getattr(found, "data", found), "id_data", None)
    return holder is not None and holder in (datablock, getattr(datablock, "shape_keys", None))


def _carry_out(tree: dict, op: list) -> None:
    """One operation on a tree; raises ValueError where there is no such place."""
    kind, path, *rest = op
    if path == [OVERRIDE] or path == (OVERRIDE,):
        raise ValueError("it is another one now: only the whole can help")
    try:
        above = _at(tree, tuple(path[:-1]))
        if kind == "set":
            above[path[-1]] = rest[0]
        elif kind == "remove":
            above.pop(path[-1], None)
        elif kind == "order":
            held = above[path[-1]]
            order = [*(key for key in rest[0] if key in held), *(key for key in held if key not in rest[0])]
            above[path[-1]] = Keyed((key, held[key]) for key in order)
        else:
            raise ValueError("unknown operation")
    except (KeyError, TypeError, AttributeError) as error:
        raise Missing(f"there is no {path[-1]}: {error}") from None
