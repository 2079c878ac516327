"""All nodes as the repository panel lists them: rows, their order, and which of them pass a filter. Knows no Blender.

The order is worked out here and not told to Blender, which needs the square of the number of rows to put them in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node (BR32). ``owner`` and ``author`` are user UUIDs as text, empty for nobody; ``changed`` is in seconds
    since 1970, 0 if it is not known; ``refused`` says why the artist's last edit was."""

    id: bytes
    type: str
    name: str
    owner: str = ""
    state: str = "UP"
    waiting: int = 0
    author: str = ""
    changed: float = 0.0
    refused: str = ""

    @staticmethod
    def from_list(fields: list[Any]) -> NodeRow:
        """The row that the agent's JSON says."""
        uuid, kind, name, owner, state, waiting, author, millis, refused = fields
        identity = bytes.fromhex(uuid.replace("-", ""))
        return NodeRow(
            identity, kind, name, owner or "", state, waiting, author or "", millis / 1000, refused
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are shown: those whose name has this in it, of these types, owned by this user, in this state; what is
    empty lets all through."""

    name: str = ""
    types: frozenset[str] = frozenset()
    owner: str = ""
    state: str = ""


class NodeList:
    """``version`` is another number after each change; order and filter are worked out once after it."""

    def __init__(self):
        self.version = 0
        self.clear()

    def clear(self) -> None:
        """Takes all out."""
        self.version += 1
        self._rows: dict[bytes, NodeRow] = {}
        self._names: dict[bytes, str] = {}  # as they are searched
        self._keys: dict[bytes, str] = {}  # by which they are ordered
        self._order: list[bytes] = []  # of all rows and of those that are gone
        self._gone: set[bytes] = set()
        self._in_order = True
        self._ordered: list[NodeRow] = []
        self._ordered_at = self.version
        self._shown: tuple[tuple[int, int, Filter], list[int]] | None = None
        self._place: tuple[tuple[int, bytes], int] = ((-1, b""), -1)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, uuid: bytes) -> NodeRow | None:
        """The row of a node."""
        return self._rows.get(uuid)

    def put(self, row: NodeRow) -> None:
        """Adds a row or exchanges it."""
        self.version += 1
        if row.id in self._gone:
            self._gone.remove(row.id)
        elif row.id not in self._rows:
            self._order.append(row.id)
        self._rows[row.id] = row
        self._names[row.id] = name = row.name.casefold()
        key = f"{name}\0{row.type}"
        if self._keys.get(row.id) != key:
            self._keys[row.id] = key
            self._in_order = False

    def remove(self, uuid: bytes) -> None:
        """Takes a row out, if it is there."""
        if self._rows.pop(uuid, None) is not None:
            self.version += 1
            del self._keys[uuid], self._names[uuid]
            self._gone.add(uuid)

    def ordered(self) -> list[NodeRow]:
        """All rows by name."""
        if self._ordered_at != self.version:
            if self._gone:
                self._order = [uuid for uuid in self._order if uuid not in self._gone]
                self._gone.clear()
            if not self._in_order:
                self._order.sort(key=self._keys.__getitem__)  # quick, as it is nearly in order already
                self._in_order = True
            self._ordered = [self._rows[uuid] for uuid in self._order]
            self._ordered_at = self.version
        return self._ordered

    def place(self, uuid: bytes) -> int:
        """Where a node's row is among the ordered, -1 if there is none."""
        known = (self.version, uuid)
        if self._place[0] != known:
            self.ordered()
            self._place = (known, self._order.index(uuid) if uuid in self._rows else -1)
        return self._place[1]

    def flags(self, wanted: Filter, flag: int) -> list[int]:
        """For each of the ordered rows ``flag`` if it is to be shown, else 0."""
        known = (self.version, flag, wanted)
        if self._shown is None or self._shown[0] != known:
            self._shown = (known, self._passing(wanted, flag))
        return self._shown[1]

    def shown(self, wanted: Filter) -> list[NodeRow]:
        """The ordered rows that pass."""
        return [row for row, flag in zip(self.ordered(), self.flags(wanted, 1)) if flag]

    def _passing(self, wanted: Filter, flag: int) -> list[int]:
        rows = self.ordered()
        flags = [flag] * len(rows)
        if wanted.name:
            name, names = wanted.name.casefold(), self._names
            flags = [flag if name in names[uuid] else 0 for uuid in self._order]
        if wanted.types:
            types = wanted.types
            flags = [one if row.type in types else 0 for one, row in zip(flags, rows)]
        if wanted.owner:
            flags = [one if row.owner == wanted.owner else 0 for one, row in zip(flags, rows)]
        if wanted.state:
            flags = [one if row.state == wanted.state else 0 for one, row in zip(flags, rows)]
        return flags
