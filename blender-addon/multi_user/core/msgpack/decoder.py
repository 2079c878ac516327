"""From msgpack to trees, every input bounded (SPEC VA2, VA5, ME4). Any thread; pure functions."""

from __future__ import annotations

import struct
from typing import Any, Iterator

from ..values import FileRef, Keyed, Ref
from .limits import (
    FILE_TYPE,
    FIXED_EXT,
    KEYED_TYPE,
    MAX_DEPTH,
    MAX_KEY_BYTES,
    MAX_TEXT_BYTES,
    REF_TYPE,
    MsgpackError,
    check_envelope,
    deeper,
)

_U16 = struct.Struct(">H")
_U32 = struct.Struct(">I")
_FLOAT = struct.Struct(">d")
_ARRAY_COUNTS = {0xDC: _U16, 0xDD: _U32}


def decode(data: bytes | bytearray | memoryview, max_depth: int = MAX_DEPTH) -> Any:
    """The tree that these bytes are, all of them. Raises MsgpackError for anything else."""
    data = bytes(data)
    try:
        value, end = _decode(data, 0, len(data), max_depth)
    except (IndexError, struct.error):
        raise MsgpackError("the bytes end in the midst of a value") from None
    if end != len(data):
        raise MsgpackError(f"{len(data) - end} bytes are left over behind the value")
    return value


def decode_items(data: bytes, max_depth: int = MAX_DEPTH) -> Iterator[Any]:
    """The items of the array that these bytes are, one at a time. Raises MsgpackError for anything else, then at the
    latest when the items before were given."""
    end = len(data)
    try:
        count, at = _array_head(data, end)
        depth = deeper(max_depth)
        for _ in range(count):
            item, at = _decode(data, at, end, depth)
            yield item
    except (IndexError, struct.error):
        raise MsgpackError("the bytes end in the midst of a value") from None
    if at != end:
        raise MsgpackError(f"{end - at} bytes are left over behind the value")


def _array_head(data: bytes, end: int) -> tuple[int, int]:
    """How many items an array has, and where they begin."""
    head = data[0]
    if 0x90 <= head < 0xA0:
        return head - 0x90, 1
    if head not in _ARRAY_COUNTS:
        raise MsgpackError("the value is no array")
    return _number(data, 1, end, _ARRAY_COUNTS[head])


# --- decoding: each function takes the bytes, the place, the end and the depth left; gives value and next place ---


def _decode(data: bytes, at: int, end: int, depth: int) -> tuple[Any, int]:
    head = data[at]
    at += 1
    if head == 0xCB:
        if at + 8 > end:
            raise IndexError
        return _FLOAT.unpack_from(data, at)[0], at + 8
    if head < 0x80:
        return head, at
    if head < 0x90:
        return _decode_map(data, at, end, head & 0x0F, depth)
    if head < 0xA0:
        return _decode_array(data, at, end, head & 0x0F, depth)
    if head < 0xC0:
        return _decode_text(data, at, end, head & 0x1F)
    if head >= 0xE0:
        return head - 0x100, at
    decoder = _DECODERS.get(head)
    if decoder is None:
        raise MsgpackError(f"the byte {head:#04x} begins no value of the protocol")
    return decoder(data, at, end, depth)


def _decode_text(data: bytes, at: int, end: int, size: int) -> tuple[str, int]:
    stop = at + size
    if stop > end:
        raise IndexError
    if size > MAX_TEXT_BYTES:
        raise MsgpackError(f"a text of {size} bytes is beyond the limit of {MAX_TEXT_BYTES}")
    try:
        return data[at:stop].decode("utf-8"), stop
    except UnicodeDecodeError:
        raise MsgpackError("a text is not UTF-8") from None


def _decode_key(data: bytes, at: int, end: int) -> tuple[str, int]:
    head = data[at]
    start = at
    if 0xA0 <= head < 0xC0:
        key, at = _decode_text(data, at + 1, end, head & 0x1F)
    elif 0xD9 <= head <= 0xDB:
        key, at = _DECODERS[head](data, at + 1, end, 0)
    else:
        raise MsgpackError("a key must be text")
    if not key or at - start > MAX_KEY_BYTES + 5 or len(key.encode("utf-8")) > MAX_KEY_BYTES:
        raise MsgpackError(f"a key has 1 to {MAX_KEY_BYTES} bytes")
    return key, at


def _decode_array(data: bytes, at: int, end: int, count: int, depth: int) -> tuple[list, int]:
    depth = deeper(depth)
    if count > end - at:
        raise IndexError
    items = []
    for _ in range(count):
        item, at = _decode(data, at, end, depth)
        items.append(item)
    return items, at


def _decode_map(data: bytes, at: int, end: int, count: int, depth: int) -> tuple[dict, int]:
    depth = deeper(depth)
    if 2 * count > end - at:
        raise IndexError
    fields: dict[str, Any] = {}
    return fields, _decode_pairs(data, at, end, count, depth, fields)


def _decode_pairs(data: bytes, at: int, end: int, count: int, depth: int, into: dict) -> int:
    for _ in range(count):
        key, at = _decode_key(data, at, end)
        if key in into:
            raise MsgpackError(f"the key {key!r} comes twice")
        into[key], at = _decode(data, at, end, depth)
    return at


def _decode_bin(data: bytes, at: int, end: int, size: int, depth: int) -> tuple[bytes, int]:
    check_envelope(depth)
    stop = at + size
    if stop > end:
        raise IndexError
    return data[at:stop], stop


def _decode_ext(data: bytes, at: int, end: int, size: int, depth: int) -> tuple[Any, int]:
    kind = data[at]
    at += 1
    stop = at + size
    if stop > end:
        raise IndexError
    if kind == REF_TYPE and size == 16:
        return Ref(data[at:stop]), stop
    if kind == FILE_TYPE and size == 32:
        return FileRef(data[at:stop]), stop
    if kind != KEYED_TYPE:
        raise MsgpackError(f"the extension type {kind} with {size} bytes is not known")
    depth = deeper(depth)
    head = data[at] if size else 0
    if 0x90 <= head < 0xA0:
        count, at = head & 0x0F, at + 1
    elif head == 0xDC:
        count, at = _number(data, at + 1, stop, _U16)
    elif head == 0xDD:
        count, at = _number(data, at + 1, stop, _U32)
    else:
        raise MsgpackError("an ordered map must hold an array")
    if count % 2 or count > stop - at:
        raise MsgpackError("an ordered map must hold pairs")
    keyed = Keyed()
    if _decode_pairs(data, at, stop, count // 2, depth, keyed) != stop:
        raise MsgpackError("bytes are left over in an ordered map")
    return keyed, stop


def _number(data: bytes, at: int, end: int, form: struct.Struct) -> tuple[int, int]:
    stop = at + form.size
    if stop > end:
        raise IndexError
    return form.unpack_from(data, at)[0], stop


def _number_decoder(code: str):
    form = struct.Struct(">" + code)

    def decoder(data: bytes, at: int, end: int, depth: int) -> tuple[int, int]:
        value, at = _number(data, at, end, form)
        if value > 0x7FFFFFFFFFFFFFFF:
            raise MsgpackError(f"{value} is beyond 64 bits with sign")
        return value, at

    return decoder


def _sized_decoder(code: str, body):
    """A decoder of something whose head carries its size or count: ``body(data, at, end, size)``."""
    form = struct.Struct(">" + code)

    def decoder(data: bytes, at: int, end: int, depth: int) -> tuple[Any, int]:
        size, at = _number(data, at, end, form)
        return body(data, at, end, size)

    return decoder


def _nested_decoder(code: str, body):
    """As ``_sized_decoder`` for what nests: ``body(data, at, end, count, depth)``."""
    form = struct.Struct(">" + code)

    def decoder(data: bytes, at: int, end: int, depth: int) -> tuple[Any, int]:
        count, at = _number(data, at, end, form)
        return body(data, at, end, count, depth)

    return decoder


def _fixed_ext_decoder(size: int):
    return lambda data, at, end, depth: _decode_ext(data, at, end, size, depth)


_DECODERS = {
    0xC0: lambda data, at, end, depth: (None, at),
    0xC2: lambda data, at, end, depth: (False, at),
    0xC3: lambda data, at, end, depth: (True, at),
    0xC4: _nested_decoder("B", _decode_bin),
    0xC5: _nested_decoder("H", _decode_bin),
    0xC6: _nested_decoder("I", _decode_bin),
    0xC7: _nested_decoder("B", _decode_ext),
    0xC8: _nested_decoder("H", _decode_ext),
    0xC9: _nested_decoder("I", _decode_ext),
    0xCC: _number_decoder("B"),
    0xCD: _number_decoder("H"),
    0xCE: _number_decoder("I"),
    0xCF: _number_decoder("Q"),
    0xD0: _number_decoder("b"),
    0xD1: _number_decoder("h"),
    0xD2: _number_decoder("i"),
    0xD3: _number_decoder("q"),
    0xD9: _sized_decoder("B", _decode_text),
    0xDA: _sized_decoder("H", _decode_text),
    0xDB: _sized_decoder("I", _decode_text),
    0xDC: _nested_decoder("H", _decode_array),
    0xDD: _nested_decoder("I", _decode_array),
    0xDE: _nested_decoder("H", _decode_map),
    0xDF: _nested_decoder("I", _decode_map),
    **{head: _fixed_ext_decoder(size) for size, head in FIXED_EXT.items()},
}
