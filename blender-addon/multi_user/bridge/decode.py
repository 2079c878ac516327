"""Turns a batch of the agent into ``core.changes.Change``s (bridge.md, "Change"), in steps. Main
thread only."""

from __future__ import annotations

import mmap
from typing import Any

from ..core import msgpack
from ..core.changes import Change, ChangeKind
from . import segments
from .steps import Steps


def decode_changes(memory: mmap.mmap, offset: int, length: int) -> Steps[list[Change]]:
    """The changes at this place of a segment, a step each, their buffers as read-only arrays on it.

    Raises ValueError (MsgpackError among it) where the bytes are not what the contract says.
    """
    with memoryview(memory) as view:
        data = bytes(view[offset : offset + length])
    changes = []
    for item in msgpack.decode_items(data, msgpack.ENVELOPE_DEPTH):
        changes.append(_change(item, memory))
        yield
    return changes


def _change(fields: Any, memory: mmap.mmap) -> Change:
    if not isinstance(fields, dict):
        raise ValueError("a change must be a map")
    try:
        return Change(
            id=fields["id"],
            type=fields["type"],
            kind=ChangeKind(fields["kind"]),
            properties=fields.get("properties"),
            ops=fields.get("ops") or [],
            buffers={name: _array(memory, *it) for name, it in (fields.get("buffers") or {}).items()},
            gone_buffers=fields.get("goneBuffers") or [],
            structure=bool(fields.get("structure")),
            author=fields.get("author"),
            owner=fields.get("owner"),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a change is malformed: {error!r}") from error


def _array(memory: mmap.mmap, dtype: str, rows: int, columns: int, offset: int) -> Any:
    array = segments.array_on(memory, dtype, rows, columns, offset)
    if segments.numpy is None:
        return array.toreadonly()
    array.flags.writeable = False
    return array
