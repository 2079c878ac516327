"""Which datablock is which node: UUIDs stamped on datablocks, and the map between them. Main thread only.

What is linked from a library has no stamp: its file may hold another one. Its UUID follows from the library and its
name, so that it is the same wherever it is linked; so does that of a library from its path, at first.

The UUID stands on the datablock itself, in a hidden property of ``bpy.types.ID``. There it survives saving,
renaming and most of undo, and costs one property read. It is not trusted alone, because Blender copies it: a
duplicate carries the stamp of its original, and an undo step from before the stamp has none. So the map also
remembers Blender's own name for the datablock (``native.key``, which undo keeps), and that wins over the
stamp.

References to datablocks are kept only as the Python objects that Blender itself invalidates when it frees the
datablock; any access to a freed one raises ReferenceError, which is what ``alive`` asks for. After undo and
file load nothing old is touched: ``revalidate`` builds the map anew from ``bpy.data``.
"""

from __future__ import annotations

import uuid as uuids
from typing import Any, Hashable, Iterable

import bpy

from ..datablocks import libraries, overrides
from . import native

PROPERTY = "multi_user_uuid"
_LIBRARIES = uuids.UUID("2c1b7d1e-6d0c-4f0b-9a53-8f5e3f1c7b90")  # the namespace of their paths


def register() -> None:
    """Adds the stamp to all datablocks."""
    setattr(
        bpy.types.ID,
        PROPERTY,
        bpy.props.StringProperty(
            name="Multi-User UUID",
            description="Names this datablock in a shared session",
            options={"HIDDEN"},
            override={"LIBRARY_OVERRIDABLE"},  # or Blender would forget it where it makes overrides anew
        ),
    )


def unregister() -> None:
    """Removes the stamp's definition; values stay in the file and mean nothing without the add-on."""
    delattr(bpy.types.ID, PROPERTY)


native_key = native.key


def alive(datablock) -> bool:
    """Whether a datablock that was seen before still exists."""
    try:
        native_key(datablock)
    except ReferenceError:
        return False
    return True


class Identities:
    """The map of one session. UUIDs are 16 bytes, big-endian."""

    def __init__(self):
        self._datablocks: dict[bytes, Any] = {}
        self._by_key: dict[Hashable, bytes] = {}
        self._ignored: set[Hashable] = set()
        self._linked: set[bytes] = set()
        self._rebound = 0

    def __len__(self) -> int:
        return len(self._datablocks)

    def uuids(self) -> list[bytes]:
        """All known UUIDs, those of datablocks that were freed and not forgotten yet among them."""
        return list(self._datablocks)

    def find(self, datablock) -> bytes | None:
        """The UUID of a datablock that is known already; stamps nothing."""
        uuid = self._by_key.get(native_key(datablock))
        if uuid is None:
            return None
        known = self._datablocks.get(uuid)
        if known is None or known == datablock:
            return None if known is None else uuid
        # An address may have been used again for another datablock. One that turned into another kind is unequal to
        # what Python held of it, and still the same.
        if not alive(known) or known.as_pointer() != datablock.as_pointer():
            return None
        self._datablocks[uuid] = datablock
        return uuid

    def find_all(self, datablocks: list) -> list[bytes | None]:
        """``find`` for many at once. Where Blender's own names are never used again, they alone tell."""
        if not native.unique():
            return [self.find(datablock) for datablock in datablocks]
        known = self._datablocks
        uuids = map(self._by_key.get, native.keys(datablocks))
        return [uuid if uuid in known else None for uuid in uuids]

    def names(self, datablocks: list) -> tuple[int, list[Hashable]]:
        """Blender's own names for them, and how often any got another UUID so far: while that is the same, the same
        name stands for the same UUID. Where Blender uses names again, no two are the same."""
        names = native.keys(datablocks) if native.unique() else [object() for _ in datablocks]
        return self._rebound, names

    def identify(self, datablock) -> bytes:
        """The UUID of a datablock; if it has none yet, or a duplicate's, it gets one now. The library of one that is
        linked has to be known before."""
        uuid = self.find(datablock)
        if uuid is not None:
            return uuid
        uuid = self.claim(datablock)
        if uuid is None or self.resolve(uuid) not in (None, datablock):
            uuid = uuids.uuid4().bytes
        self.bind(uuid, datablock)
        return uuid

    def claim(self, datablock) -> bytes | None:
        """The UUID that a datablock says is its own; None if it says none."""
        if datablock.library is not None:
            library = self.find(datablock.library)
            return None if library is None else _uuid_in(library, datablock)
        stamp = _stamp_of(datablock)
        if stamp is None and isinstance(datablock, bpy.types.Library):
            return uuids.uuid5(_LIBRARIES, libraries.known_as(datablock)).bytes
        if overrides.is_override(datablock):
            return self._claim_of_override(datablock.override_library, stamp)
        return stamp

    def _claim_of_override(self, override, stamp: bytes | None) -> bytes | None:
        """A stamp that stands in the library as well is not its own. Each Blender makes what a library has more since
        it was read anew, in the hierarchies that are overridden: that has the same UUID everywhere."""
        root, reference = override.hierarchy_root, override.reference
        if reference is None or (stamp is not None and stamp != _stamp_of(reference)):
            return stamp
        within = self.find(root) if root is not None else None
        library = self.find(reference.library) if reference.library is not None else None
        if within is None or library is None:
            return None
        return uuids.uuid5(uuids.UUID(bytes=within), _uuid_in(library, reference).hex()).bytes

    def lost_links(self) -> set[bytes]:
        """The linked datablocks, overrides of such, and libraries that Blender freed, because they are removed or a
        library was read anew."""
        self._linked = {uuid for uuid in self._linked if uuid in self._datablocks}
        return {uuid for uuid in self._linked if not alive(self._datablocks[uuid])}

    def bind(self, uuid: bytes, datablock) -> None:
        """Says that this datablock is this node, and stamps it unless it is linked."""
        stamp = uuid.hex()
        if _follows_a_library(datablock):
            self._linked.add(uuid)
        if datablock.library is None and getattr(datablock, PROPERTY) != stamp:
            setattr(datablock, PROPERTY, stamp)
        self._datablocks[uuid] = datablock
        key = native_key(datablock)
        if self._by_key.get(key, uuid) != uuid:
            self._rebound += 1
        self._by_key[key] = uuid

    def ignore(self, datablock) -> None:
        """This datablock is the session's own makeshift and no part of what is shared."""
        self._ignored.add(native_key(datablock))

    def heed(self, datablock) -> None:
        """Takes ``ignore`` back."""
        self._ignored.discard(native_key(datablock))

    def ignored(self, datablock) -> bool:
        """Whether ``ignore`` was said of it."""
        return bool(self._ignored) and native_key(datablock) in self._ignored

    def resolve(self, uuid: bytes) -> Any | None:
        """The living datablock with this UUID, or None."""
        datablock = self._datablocks.get(uuid)
        return datablock if datablock is not None and alive(datablock) else None

    def known(self, uuid: bytes) -> bool:
        """Whether this node had a datablock here, be it alive or not."""
        return uuid in self._datablocks

    def forget(self, uuid: bytes) -> None:
        """The node is no more. Blender's name for it stays known, so that undo brings it back under its
        UUID."""
        self._datablocks.pop(uuid, None)

    def revalidate(self, datablocks: Iterable[Any]) -> list[bytes]:
        """Builds the map anew from what Blender holds now, after undo, redo or file load; returns the UUIDs
        that are gone.

        Touches no datablock that was known before. A datablock whose native key is known gets that UUID back;
        else its stamp counts, unless another datablock has it; else it is new and is not entered here.
        """
        before = set(self._datablocks)
        self._datablocks = {}
        unsure = []
        for datablock in datablocks:
            uuid = self._by_key.get(native_key(datablock))
            stamp = self.claim(datablock)
            if uuid is None or uuid in self._datablocks or not (native.unique() or stamp in (None, uuid)):
                unsure.append((datablock, stamp))
            else:
                self.bind(uuid, datablock)
        for datablock, stamp in unsure:
            if stamp in before and stamp not in self._datablocks:
                self.bind(stamp, datablock)
        return [uuid for uuid in before if uuid not in self._datablocks]


def _follows_a_library(datablock) -> bool:
    linked = datablock.library is not None or datablock.override_library is not None
    return linked or isinstance(datablock, bpy.types.Library)


def _uuid_in(library: bytes, datablock) -> bytes:
    """The UUID of what is linked from the library with this UUID."""
    kind = datablock.bl_rna
    while kind.base is not None and kind.base.identifier != "ID":
        kind = kind.base
    return uuids.uuid5(uuids.UUID(bytes=library), f"{kind.identifier}/{datablock.name}").bytes


def _stamp_of(datablock) -> bytes | None:
    """The UUID that stands on a datablock, None if there is none or it is no UUID."""
    text = getattr(datablock, PROPERTY, "")
    if len(text) != 32:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
