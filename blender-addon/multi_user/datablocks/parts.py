"""Long lists within a datablock's tree, read in parts: a rig's bones, hundreds of drivers or nodes. Main thread only.

Blender tells that a datablock changed, not what of it. Where reading all of it would be felt, ``glance`` reads what the
artist most likely works on, and what was added to the lists or taken from them; ``parts`` and ``read_part`` serve who
looks at all of it bit by bit afterwards.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable, NamedTuple

from ..core.values import Ref
from .contract import Reading
from .fields import Embedded
from .keyed import Collection
from .members import Members
from .plan import plan_of
from .visit import Visit

Path = tuple[str, ...]

# Where such lists stand, and how long they are at the least: a pose is glanced at whenever it is played back.
_PLACES: dict[Path, int] = {
    ("animation_data", "drivers"): 40,
    ("pose", "bones"): 1,
    ("bones",): 40,
    ("nodes",): 40,
    ("node_tree", "nodes"): 40,
    ("sequence_editor", "sequences_all"): 20,
    ("sequence_editor", "strips_all"): 20,
    ("objects",): 100,
    ("collection", "objects"): 100,
}
_ITEMS = 10  # of a part: they are read within a few milliseconds
KEYS = "keys"  # in what is remembered of a datablock: path of a list -> its keys


class LongList(NamedTuple):
    """A keyed list that is too long to be read for each edit. ``owner`` is the struct that holds it."""

    path: Path
    owner: Any
    field: Collection | Members
    keys: list[str]

    @property
    def bare(self) -> bool:
        """Whether its keys say all there is about it."""
        return isinstance(self.field, Members)


class Part(NamedTuple):
    """Some items of the list at ``path``; with an empty path all that stands beside the lists."""

    path: Path
    keys: tuple[str, ...]


class Likely(NamedTuple):
    """What of a list the artist most likely changed: items, and places below the datablock with their values.

    ``sure``: there is nothing else.
    """

    keys: Iterable[str] = ()
    paths: Iterable[tuple[Path, Any]] = ()
    sure: bool = False


BESIDE = Part((), ())
# By path: what is likely, from the list, the visit, and what is remembered of the datablock.
LIKELY: dict[Path, Callable[[LongList, Visit, dict], Likely]] = {}


def long_lists(datablock, visit: Visit) -> list[LongList]:
    """The long lists that a datablock holds now."""
    found = []
    for path, least in _PLACES.items():
        owner, plan = datablock, plan_of(datablock)
        for name in path[:-1]:
            owner = getattr(owner, name, None) if name in plan.fields else None
            plan = plan_of(owner) if owner is not None else None
        field = plan.fields.get(path[-1]) if plan is not None else None
        if not isinstance(field, (Collection, Members)) or getattr(owner, "use_tweak_mode", False):
            continue
        if len(field.items_of(owner)) >= least:
            found.append(LongList(path, owner, field, list(field.keys(owner, visit))))
    return found


def parts(datablock, visit: Visit) -> list[Part]:
    """What to read one after the other; empty where the datablock is read at once."""
    lists = long_lists(datablock, visit)
    chunks = [
        Part(it.path, tuple(it.keys[at : at + _ITEMS]))
        for it in lists
        if not it.bare
        for at in range(0, len(it.keys), _ITEMS)
    ]
    return [BESIDE, *chunks] if lists else []


def concerned(seen: Iterable[Part | None], paths: Iterable[Path]) -> list[Part | None]:
    """Those of the parts (None: all that is read at once) with which something is read that stands at these places."""
    paths, touched = list(paths), {}
    found: list[Part | None] = []
    for part in seen:
        if part is not None and part.path not in touched:
            touched[part.path] = _touched(part.path, paths)
        if part is None or part == BESIDE:
            found.append(part)
        elif touched[part.path] is None or not touched[part.path].isdisjoint(part.keys):
            found.append(part)
    return found


def _touched(place: Path, paths: list[Path]) -> set[str] | None:
    """The keys of the list at a place under which these paths lead; None for all."""
    keys, depth = set(), len(place)
    for path in paths:
        if len(path) > depth and path[:depth] == place:
            keys.add(path[depth])
        elif path == place[: len(path)]:
            return None
    return keys


def remember(datablock, visit: Visit, memory: dict) -> None:
    """All of the datablock is about to be read."""
    memory.pop(KEYS, None)
    lists = long_lists(datablock, visit)
    if lists:
        memory[KEYS] = {it.path: it.keys for it in lists}
    for it in lists:
        if it.path in LIKELY:
            LIKELY[it.path](it, visit, memory)


def read_part(datablock, part: Part, visit: Visit, memory: dict) -> Reading | None:
    """Reads one part; None if the datablock is another one by now, so that it has to be read at once."""
    lists = long_lists(datablock, visit)
    if not _fits(lists, memory):
        return None
    reading = Reading({}, partial=True)
    if part == BESIDE:
        _read_beside(datablock, lists, visit, reading)
        _read_keys(lists, visit, memory, reading)
        return reading
    for it in lists:
        if it.path == part.path:
            _read_items(it, part.keys, visit, reading)
    return reading


def glance(datablock, visit: Visit, memory: dict, fields: frozenset[str] | None = None) -> Reading | None:
    """Reads what was most likely changed; with ``fields``, only these of the datablock's own. None if it has no long
    list, or was never read."""
    if KEYS not in memory:
        return None
    lists = long_lists(datablock, visit)
    if not _fits(lists, memory):
        return None
    plan = plan_of(datablock)
    beside = _beside(plan, lists)
    reading = Reading({}, partial=True)
    _read_own(plan, datablock, beside if fields is None else beside & fields, visit, reading)
    for it in lists:
        if it.bare:
            _read_around(plan, it, visit, reading)
    _read_keys([it for it in lists if it.bare], visit, memory, reading)
    if _read_keys([it for it in lists if not it.bare], visit, memory, reading):
        _read_beside(datablock, lists, visit, reading)
    looks = [LIKELY[it.path](it, visit, memory) for it in lists if it.path in LIKELY]
    for it, likely in zip((it for it in lists if it.path in LIKELY), looks):
        _read_items(it, likely.keys, visit, reading)
        reading.paths += likely.paths
    reading.unsure = not all(it.bare for it in lists) and not any(likely.sure for likely in looks)
    return reading


def follow(datablock, visit: Visit, memory: dict) -> Reading | None:
    """What came into the lists and went from them without being edited, with what they belong to for one; from now on
    it counts as read. None where all is to be read."""
    lists = long_lists(datablock, visit)
    if not _fits(lists, memory):
        return None
    reading = Reading({}, partial=True)
    _read_keys(lists, visit, memory, reading)
    return reading


def applied(datablock, ops: Iterable, visit: Visit, memory: dict) -> None:
    """Operations of others were carried out: what they did to the lists is known, so it is not this artist's doing, and
    what the artist does about it is."""
    known = memory.get(KEYS, {})
    for operation, path, *_ in ops:
        for place in known:
            if operation == "order" or place[: len(path)] != tuple(path[: len(place)]):
                continue
            if len(path) <= len(place):  # the list was set, or what holds it
                held = {it.path: it.keys for it in long_lists(datablock, visit)}
                known[place] = held.get(place, known[place])
            elif len(path) == len(place) + 1:
                known[place] = _with(known[place], path[-1], operation == "set")


def _with(keys: list[str], key: str, there: bool) -> list[str]:
    if there:
        return keys if key in keys else [*keys, key]
    return [it for it in keys if it != key]


def _fits(lists: list[LongList], memory: dict) -> bool:
    """Whether these are the lists that were there last, in an order that needs no telling."""
    known = memory.get(KEYS, {})
    if {it.path for it in lists} != known.keys():
        return False
    for it in lists:
        before = known[it.path]
        if it.field.ordered and it.keys != before:
            return False
    return True


def _beside(plan, lists: list[LongList]) -> frozenset[str]:
    return plan.fields.keys() - {it.path[0] for it in lists}


def _read_beside(datablock, lists: list[LongList], visit: Visit, reading: Reading) -> None:
    """Reads all but the lists' items."""
    plan = plan_of(datablock)
    _read_own(plan, datablock, _beside(plan, lists), visit, reading)
    for it in lists:
        _read_around(plan, it, visit, reading)


def _read_around(plan, it: LongList, visit: Visit, reading: Reading) -> None:
    """Reads what stands beside a list in a struct within the datablock."""
    if len(it.path) > 1:
        root = it.path[0]
        beside = plan_of(it.owner).fields.keys() - {it.path[-1]}
        if isinstance(plan.fields[root], Embedded):
            beside -= set(Embedded.LEFT_OUT)
        values = plan_of(it.owner).read(it.owner, visit, frozenset(beside))
        reading.paths += [((root, name), value) for name, value in values.items()]
        reading.removed += [(root, name) for name in _not_there(beside, values)]


def _read_own(plan, datablock, names: frozenset[str], visit: Visit, reading: Reading) -> None:
    """Reads some of the datablock's own fields; those with nothing to tell are named as gone, as in a whole tree."""
    reading.properties = plan.read(datablock, visit, names)
    reading.removed += [(name,) for name in _not_there(names, reading.properties)]


def _not_there(names: Iterable[str], values: dict[str, Any]) -> list[str]:
    """What is not there. Animation data may only be hidden for now, while one of its strips is edited."""
    return [name for name in names if name not in values and name != "animation_data"]


def _read_keys(lists: list[LongList], visit: Visit, memory: dict, reading: Reading) -> bool:
    """Reads what came into the lists, and notes what went; whether anything did: it may only have got another name, and
    what stands beside the lists names it."""
    went = False
    for it in lists:
        before = memory[KEYS][it.path]
        if it.keys == before:
            continue
        came, gone = _differences(before, it.keys)
        reading.removed += [(*it.path, key) for key in gone]
        _read_items(it, came, visit, reading)
        memory[KEYS][it.path] = it.keys
        went = went or bool(gone)
    return went


def _differences(before: list[str], now: list[str]) -> tuple[list[str], list[str]]:
    """What came and what went, in order."""
    if now[: len(before)] == before:
        return now[len(before) :], []
    held, there = set(before), set(now)
    return [key for key in now if key not in held], [key for key in before if key not in there]


def _read_items(it: LongList, keys: Iterable[str], visit: Visit, reading: Reading) -> None:
    for key in keys:
        if it.bare:
            reading.paths.append(((*it.path, key), Ref(bytes.fromhex(key))))
            continue
        item = it.field.find(it.owner, key, visit)
        if item is not None:
            reading.paths.append(((*it.path, key), it.field.read_at(it.owner, (key,), visit)))
