"""One walk over one datablock: what reading and writing carry along. Main thread only."""

from __future__ import annotations

from typing import Any

from ..core.values import Ref

BUILT_IN = "<builtin>"  # the "file" of the font that every Blender has
MOST_REFS = 100_000
_refs: dict[bytes, Ref] = {}  # references are values: one for each identity is enough

Place = str | tuple[str, ...]


class NotYet(ValueError):
    """Blender refuses a value because of what is about to change too: a circle while two are exchanged."""


class Visit:
    """Names the datablock that is read or written, the place reached in it, and what went wrong on the way.

    ``path`` leads to the struct that is being written; places are named below it.
    """

    def __init__(self, root, context):
        self.root = root
        self.context = context
        self.path: list[str] = []
        self._failures: dict[tuple[str, ...], Exception] = {}
        self._awaits = False
        self._endings: dict[type, Any] = {}

    def ending(self, kind: type) -> Any:
        """What is done once all else is written: the one ``kind()`` of this visit; its ``finish(visit)`` is called."""
        if kind not in self._endings:
            self._endings[kind] = kind()
        return self._endings[kind]

    def refs(self, datablocks: list) -> list[Ref | None]:
        """``ref`` for many at once, which is several times as fast."""
        found = list(map(_refs.get, self.context.ids_of(datablocks)))
        if None not in found:
            return found
        return [self.ref(datablock) if ref is None else ref for datablock, ref in zip(datablocks, found)]

    def ref(self, datablock) -> Ref | None:
        """The reference to a datablock, None if its type is not replicated."""
        uuid = self.context.id_of(datablock)
        if uuid is None:
            return None
        found = _refs.get(uuid)
        if found is None:
            if len(_refs) >= MOST_REFS:
                _refs.clear()
            found = _refs[uuid] = Ref(uuid)
        return found

    def problem(self, text: str) -> None:
        """Tells the user about something of this datablock that is not replicated."""
        self.context.problem(self.root, text)

    def unreplicated(self, owner, name: str, target) -> None:
        """Tells that a pointer leads to a datablock of a type that is not replicated."""
        what = f'{owner.bl_rna.name} "{name}" uses {target.bl_rna.name} "{target.name}"'
        self.problem(f"{what}, which is not replicated yet")

    def _at(self, place: Place) -> tuple[str, ...]:
        return (*self.path, place) if isinstance(place, str) else (*self.path, *place)

    def failed(self, place: Place, error: Exception) -> None:
        """Notes that a value could not be set here; a later success at the same place takes it back."""
        self._failures[self._at(place)] = error

    def succeeded(self, place: Place) -> None:
        """Takes back what was noted for this place."""
        if self._failures:
            self._failures.pop(self._at(place), None)

    def report(self) -> None:
        """Does what was left to the end, then tells the user of what could not be set."""
        endings, self._endings = self._endings, {}
        for ending in endings.values():
            ending.finish(self)
        failures, self._failures = self._failures, {}
        if self._awaits:
            return  # its absence may be the reason; what failed is set again once it is here
        patient = any(isinstance(error, NotYet) for error in failures.values())
        if failures and self.context.again(self.root, patient):
            return
        groups: dict[tuple, list[str]] = {}
        for path, error in failures.items():
            groups.setdefault((path[:-1], str(error)), []).append(path[-1])
        for (path, text), names in groups.items():
            what = (
                "/".join((*path, names[0])) if len(names) == 1 else f"{'/'.join(path)} ({', '.join(names)})"
            )
            self.problem(f"{what} could not be set: {text}")

    def awaits(self, uuid: bytes) -> None:
        """What is written refers to a datablock that is not here yet: once it is, the agent is asked for what could not
        be set. Others may have changed that by then."""
        self._awaits = True
        self.context.awaits(self.context.id_of(self.root), uuid)
