"""Where the fields of Blender's own structs lie in memory, by name. Main thread only.

Every .blend file describes the structs of the Blender that wrote it, for those that read it later (the block "SDNA").
So this Blender writes an empty one and its description is read: it is true of this build, whatever its release.
"""

from __future__ import annotations

import functools
import os
import re
import struct
import tempfile
from typing import NamedTuple

import bpy


class Struct(NamedTuple):
    """The bytes that a struct takes, and where in it each field begins."""

    size: int
    offsets: dict[str, int]


_POINTER_BYTES = struct.calcsize("P")
_MARK = b"SDNANAME"


class _Reader:
    """Walks through a description; numbers are little-endian as on all machines that Blender runs on."""

    def __init__(self, data: bytes, at: int):
        self._data = data
        self._at = at

    def expect(self, mark: bytes) -> None:
        if self._data[self._at : self._at + len(mark)] != mark:
            raise ValueError(f"no {mark.decode()} in the description of Blender's structs")
        self._at += len(mark)

    def numbers(self, count: int, code: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{count}{code}", self._data, self._at)
        self._at += struct.calcsize(f"<{count}{code}")
        return found

    def names(self, mark: bytes) -> list[str]:
        self.expect(mark)
        (count,) = self.numbers(1, "i")
        *found, _ = self._data[self._at :].split(b"\0", count)
        self._at += sum(map(len, found)) + count
        self.align()
        return [name.decode("utf-8", "replace") for name in found]

    def align(self) -> None:
        self._at += -self._at % 4


def _own_description() -> bytes:
    """An empty .blend file as this Blender writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "empty.blend")
        bpy.data.libraries.write(path, set())
        with open(path, "rb") as file:
            return file.read()


def parse(data: bytes, wanted: frozenset[str]) -> dict[str, Struct]:
    """The wanted structs by name. Raises ValueError where this is no such description."""
    at = data.rfind(_MARK)
    if at < 0:
        raise ValueError("a .blend file without a description of its structs")
    reader = _Reader(data[at:], 0)
    reader.expect(b"SDNA")
    fields, types = reader.names(b"NAME"), reader.names(b"TYPE")
    reader.expect(b"TLEN")
    sizes = reader.numbers(len(types), "H")
    reader.align()
    reader.expect(b"STRC")
    found = {}
    for _ in range(*reader.numbers(1, "i")):
        kind, count = reader.numbers(2, "h")
        members = reader.numbers(2 * count, "h")
        if types[kind] in wanted:
            found[types[kind]] = Struct(sizes[kind], _offsets(members, fields, sizes))
    return found


def _offsets(members: tuple[int, ...], fields: list[str], sizes: tuple[int, ...]) -> dict[str, int]:
    """``members``: type and name of one field after the other; structs are written without gaps."""
    found, offset = {}, 0
    for kind, name in zip(members[::2], members[1::2]):
        declared = fields[name]
        found[re.match(r"\w*", declared.lstrip("(*")).group()] = offset
        size = _POINTER_BYTES if declared.startswith(("*", "(*")) else sizes[kind]
        for length in re.findall(r"\[(\d+)\]", declared):
            size *= int(length)
        offset += size
    return found


@functools.cache
def structs(*wanted: str) -> dict[str, Struct]:
    """The wanted structs of this Blender by name. Asked for the first time, it takes some 10 ms."""
    return parse(_own_description(), frozenset(wanted))
