"""What a datablock type's module promises to capture and apply. Main thread only: everything here touches bpy.

Capture asks ``Handler.read`` for a ``Reading`` and hands it to the agent; apply calls ``create``, ``write_whole`` and
``write_part`` with what the agent handed back. Trees are plain Python: dict (fields), core.values.Keyed
(ordered, keyed), list or tuple (items), core.values.Ref (another datablock), core.values.FileRef (a file's content),
bool, int, float, str, None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Iterator, Protocol

import numpy

from ..core.file_book import FileBook
from ..core.own_values import OwnValues
from ..core.trust import Trust

ALL = "ALL"  # hints: what kind of change the depsgraph told of
TRANSFORM = "TRANSFORM"
GEOMETRY = "GEOMETRY"
SHADING = "SHADING"
OTHER = "OTHER"  # it did not say which kind: a name, a relation, a node tree


class Awaits(ValueError):
    """A datablock cannot be made before another one is here."""

    def __init__(self, uuid: bytes, text: str):
        super().__init__(text)
        self.uuid = uuid


class Changed(ValueError):
    """A datablock is another one than when its reading was begun: it is to be read anew."""


@dataclass(frozen=True)
class BufferSource:
    """One dense array of a datablock, not read yet.

    ``fill`` gets a flat, writable NumPy array of ``rows * columns`` elements of ``dtype`` (often a view on
    shared memory) and
    fills all of it. dtype is one of b1 i1 u1 i2 u2 i4 f4 i8 f8.

    ``seldom``: slow to read, and changed by hardly anything but an operator in edit mode. It is left out where a
    big datablock was merely reported as changed, and read whenever ALL is asked for or the signature is another.

    ``steps``: as ``fill``, but bit by bit; between two steps Blender goes on. Both raise Changed.
    """

    name: str
    dtype: str
    rows: int
    columns: int
    fill: Callable[[numpy.ndarray], None]
    seldom: bool = False
    steps: Callable[[numpy.ndarray], Iterator[None]] | None = None


@dataclass
class Reading:
    """What a datablock holds now, its buffers still to be read.

    ``partial``: only the top-level keys in ``properties`` were read, the rest of the tree is untouched by this
    reading, but for ``paths``, values at places below the top level, and ``removed``, such places that are gone.
    ``unsure``: more may have changed than was read; who has the time looks at the datablock's ``parts``.

    ``signature`` changes whenever row counts or the set of buffers change: a capture spread over several ticks
    starts anew then. ``topology`` names the buffers whose change makes the other buffers' rows mean something else; if
    any of these has to be sent, all buffers are sent with it.
    """

    properties: dict[str, Any] | None
    buffers: list[BufferSource] = field(default_factory=list)
    partial: bool = False
    topology: tuple[str, ...] = ()
    signature: tuple = ()
    paths: list[tuple[tuple[str, ...], Any]] = field(default_factory=list)
    removed: list[tuple[str, ...]] = field(default_factory=list)
    unsure: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self.partial and not (self.properties or self.paths or self.removed or self.buffers)

    def tree(self) -> dict[str, Any] | None:
        """All that was read as one tree; None if no properties were."""
        if not self.paths:
            return self.properties
        tree = dict(self.properties or {})
        for path, value in self.paths:
            below = tree
            for name in path[:-1]:
                below = below.setdefault(name, {})
            below[path[-1]] = value
        return tree


class Context(Protocol):
    """What a handler may ask of the session. ``trust`` says which Python of others may run here, ``files`` where the
    scene's files are, ``own`` what the artist keeps to themselves."""

    trust: Trust
    files: FileBook
    own: OwnValues

    def id_of(self, datablock) -> bytes | None:
        """The UUID of a replicated datablock (stamped now if it has none yet); None if its type is not replicated."""

    def ids_of(self, datablocks: list) -> list[bytes | None]:
        """The UUIDs of those that have one already, None for the others; stamps nothing."""

    def resolve(self, uuid: bytes):
        """The datablock with this UUID, or None if it is not here."""

    def names_of(self, datablocks: list) -> tuple[int, list]:
        """Blender's own names for them; the same name stands for the same UUID while the number is the same."""

    def memory(self, datablock) -> dict:
        """What its handler remembers of a datablock from one reading to the next."""

    def awaits(self, node: bytes, uuid: bytes) -> None:
        """A node refers to another one that is not here yet: what could not be set is set when that is."""

    def stand_in(self, datablock, uuid: bytes) -> None:
        """This datablock was made in place of the one with this UUID, which is not here yet. It counts as that one,
        which takes its place as soon as it is here."""

    def foresee(self, datablock, uuid: bytes) -> None:
        """This datablock came along with another one; it counts as the one with this UUID, and is that from then on
        when its node comes."""

    def foreseen(self, uuid: bytes):
        """The datablock that was made for this node before it came, None if there is none; it is the node's now."""

    def applies(self, author: bytes | None) -> None:
        """Changes of this user are being applied; None if nobody knows whose."""

    def again(self, datablock, patient: bool) -> bool:
        """Something could not be set: it is tried once more a little later, and whenever others changed more of the
        datablock. ``patient``: others' changes that come with this one make it possible, so for a while. False if that
        was tried for long enough."""

    def relink(self) -> None:
        """A library was read anew: Blender exchanged what is linked from it."""

    def problem(self, datablock, text: str) -> None:
        """Tells the user that something of a datablock (None: of the session) could not be replicated; nothing is
        dropped silently."""


Consequences = Callable[[], list[tuple[Any, Reading]]]


class Handler(Protocol):
    """One datablock type (or several that share everything)."""

    collection: str  # the attribute of bpy.data, such as "meshes"
    types: tuple[str, ...]  # the RNA identifiers, such as ("PointLight", "SunLight")
    glances: bool  # whether read can do with the hint OTHER; else that counts as ALL

    def read(self, datablock, context: Context, hints: frozenset[str]) -> Reading:
        """Reads the tree now and names the buffers. With hints other than ALL it may read less (``partial``)."""

    def parts(self, datablock, context: Context) -> list:
        """What to read with ``read_part``, one after the other, to have looked at all of a datablock that is dear to
        read; empty where ``read`` does so at once."""

    def read_part(self, datablock, context: Context, part) -> Reading:
        """Reads one of the parts, or all if the datablock is another one by now."""

    def consequences(self, datablock, context: Context) -> Consequences:
        """Asked before the datablock is written; what is returned says afterwards what Blender did to others by that,
        which is nobody's edit."""

    def read_paths(
        self, datablock, context: Context, paths: Iterable[tuple[str, ...]]
    ) -> list[tuple[tuple[str, ...], Any]]:
        """Reads back just these paths, as (path, value); a path that does not exist is left out."""

    def create(self, type_name: str, properties: dict, context: Context):
        """Makes an empty datablock of this type and returns it; properties say what its making needs (name,
        kind, …). Raises Awaits where another datablock has to come before."""

    def delete(self, datablock, context: Context) -> None:
        """Removes the datablock from the file."""

    def write_whole(
        self, datablock, properties: dict, buffers: dict[str, numpy.ndarray], context: Context
    ) -> None:
        """Makes the datablock equal to this tree and these buffers, removing what is not in them."""

    def write_part(
        self,
        datablock,
        ops: list,
        buffers: dict[str, numpy.ndarray],
        gone: list[str],
        structure: bool,
        context: Context,
    ) -> None:
        """Carries out ``["set", path, value]``, ``["remove", path]``, ``["order", path, keys]`` in order, then
        writes buffers.

        Arrays are shaped (rows, columns) and valid during the call only. With ``structure`` the topology
        changed and all
        buffers are given. Raises ValueError where a part cannot be applied: the session then asks for the whole.
        """
