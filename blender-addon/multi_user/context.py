"""What the datablock handlers may ask of the session: identities, references that come later, problems. Main
thread only."""

from __future__ import annotations

from typing import Any, Callable, Hashable
from uuid import UUID

import bpy

from .capture import scope
from .capture.identity import Identities, alive, native_key
from .core.again import Again
from .core.file_book import FileBook
from .core.own_values import OwnValues
from .core.trust import Trust


class SessionContext:
    """The ``datablocks.contract.Context`` of one session."""

    def __init__(
        self,
        identities: Identities,
        on_found: Callable[[Any], None],
        on_problem: Callable[[str, str], None],
        relink: Callable[[], None] = lambda: None,
        files: FileBook | None = None,
    ):
        """``on_found`` gets a datablock that a reference led to and that the session did not know;
        ``on_problem`` gets what it is about and a sentence, each pair once; ``relink``: see there."""
        self.relink = relink
        self._identities = identities
        self._on_found = on_found
        self._on_problem = on_problem
        self._waiting: dict[bytes, dict[bytes, None]] = {}  # what is not here -> the nodes that refer to it
        self._to_complete: dict[bytes, None] = {}
        self._stand_ins: dict[bytes, list[Any]] = {}
        self._stands_for: dict[Hashable, bytes] = {}
        self._foreseen: dict[bytes, Any] = {}
        self._memories: dict[bytes, dict] = {}
        self._told: set[tuple[str, str]] = set()
        self.retries = Again()
        self.broken: set[
            bytes
        ] = set()  # could not be made as was asked: what Blender holds of them is nobody's edit
        self.trust = Trust()
        self.files = files or FileBook("")
        self.own = OwnValues()
        self.user_names: dict[str, str] = {}  # by the users' UUIDs as text

    def applies(self, author: bytes | None) -> None:
        """Changes of this user are being applied; None if nobody knows whose."""
        self.trust.author = self.user_names.get(str(UUID(bytes=author)), "") if author else ""

    @property
    def waiting(self) -> int:
        """How many nodes are referred to and not here yet."""
        return len(self._waiting)

    def id_of(self, datablock) -> bytes | None:
        """The UUID of a replicated datablock; None if it is not replicated."""
        uuid = self._identities.find(datablock)
        if uuid is not None:
            return uuid
        if self._stands_for and native_key(datablock) in self._stands_for:
            return self._stands_for[native_key(datablock)]
        if scope.refusal(datablock) is not None or self._identities.ignored(datablock):
            return None
        self._on_found(datablock)
        return self._identities.identify(datablock)

    def ids_of(self, datablocks: list) -> list[bytes | None]:
        """The UUIDs of those that are known, None for the others."""
        return self._identities.find_all(datablocks)

    def names_of(self, datablocks: list) -> tuple[int, list]:
        """Blender's own names for them; the same name stands for the same UUID while the number is the same."""
        return self._identities.names(datablocks)

    def memory(self, datablock) -> dict:
        """What its handler remembers of a datablock from one reading to the next."""
        uuid = self._identities.find(datablock)
        return {} if uuid is None else self._memories.setdefault(uuid, {})

    def forget(self, uuid: bytes) -> None:
        """This datablock is gone, and with it what was remembered."""
        self._memories.pop(uuid, None)
        self.retries.forget(uuid)
        self.broken.discard(uuid)

    def resolve(self, uuid: bytes):
        """The datablock with this UUID, or None."""
        return self._identities.resolve(uuid)

    def awaits(self, node: bytes, uuid: bytes) -> None:
        """A node refers to one that is not here yet."""
        self._waiting.setdefault(uuid, {})[node] = None

    def stand_in(self, datablock, uuid: bytes) -> None:
        """This datablock was made in place of one that is not here yet; it goes when that one comes."""
        self._identities.ignore(datablock)
        self._stand_ins.setdefault(uuid, []).append(datablock)
        self._stands_for[native_key(datablock)] = uuid

    def foresee(self, datablock, uuid: bytes) -> None:
        """This datablock came along with another one; it counts as the one with this UUID, and is that from then on
        when its node comes."""
        self._identities.ignore(datablock)
        self._foreseen[uuid] = datablock
        self._stands_for[native_key(datablock)] = uuid

    def foreseen(self, uuid: bytes):
        """The datablock that was made for this node before it came, None if there is none; it is the node's now."""
        datablock = self._foreseen.pop(uuid, None)
        if datablock is None or not alive(datablock):
            return None
        del self._stands_for[native_key(datablock)]
        self._identities.heed(datablock)
        return datablock

    def arrived(self, uuid: bytes, datablock) -> None:
        """A node is here: it takes the place of what stood in for it, and those that waited for it can be completed."""
        self._to_complete.update(self._waiting.pop(uuid, {}))
        for stand_in in self._stand_ins.pop(uuid, ()):
            if alive(stand_in):
                del self._stands_for[native_key(stand_in)]
                self._identities.heed(stand_in)
                stand_in.user_remap(datablock)
                bpy.data.batch_remove([stand_in])

    @property
    def incomplete(self) -> bool:
        """Whether there are nodes that can be completed."""
        return bool(self._to_complete)

    def take_incomplete(self) -> list[bytes]:
        """The nodes whose references are here by now: what could not be set of them is to be asked for (BR26)."""
        found, self._to_complete = list(self._to_complete), {}
        return found

    def again(self, datablock, patient: bool) -> bool:
        """Has it completed a little later; False if that was tried for long enough."""
        uuid = self._identities.find(datablock)
        return uuid is not None and self.retries.note(uuid, patient)

    def problem(self, datablock, text: str) -> None:
        """Tells the user, once for each datablock and text."""
        try:
            name = f'{datablock.bl_rna.name} "{datablock.name}"' if datablock is not None else ""
        except ReferenceError:
            name = "A removed datablock"
        if (name, text) not in self._told:
            self._told.add((name, text))
            self._on_problem(name, text)
