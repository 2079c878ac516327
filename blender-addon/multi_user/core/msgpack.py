"""msgpack for property trees and the bridge's envelopes (SPEC VA2, VA3, VA5). Any thread; pure functions.

Written for this project: only what the contract knows, in canonical form, and every input bounded. NumPy
scalars are taken as the numbers they are, without importing NumPy.
"""

from __future__ import annotations

import struct
from typing import Any

from .values import Keyed, Ref

MAX_DEPTH = 32
ENVELOPE_DEPTH = (
    MAX_DEPTH + 8
)  # of the bridge's own maps around trees; bytes occur at these outer levels alone
MAX_KEY_BYTES = 1024
MAX_TEXT_BYTES = 16 * 1024 * 1024
REF_TYPE = 1
KEYED_TYPE = 2

_NAN = b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"
_U16 = struct.Struct(">H")
_U32 = struct.Struct(">I")
_FLOAT = struct.Struct(">d")
_PACK_FLOAT = struct.Struct(">Bd").pack
_PACK_U8 = struct.Struct(">BB").pack
_PACK_U16 = struct.Struct(">BH").pack
_PACK_U32 = struct.Struct(">BI").pack
_PACK_U64 = struct.Struct(">BQ").pack
_PACK_I8 = struct.Struct(">Bb").pack
_PACK_I16 = struct.Struct(">Bh").pack
_PACK_I32 = struct.Struct(">Bi").pack
_PACK_I64 = struct.Struct(">Bq").pack


class MsgpackError(ValueError):
    """The value has no encoding, or the bytes are not a value; the text says what is wrong."""


def encode(value: Any, max_depth: int = MAX_DEPTH) -> bytes:
    """The canonical bytes of a tree. Raises MsgpackError for what the contract does not know."""
    out = bytearray()
    _encode(value, out, max_depth)
    return bytes(out)


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


# --- encoding ---


def _encode(value: Any, out: bytearray, depth: int) -> None:
    encoder = _ENCODERS.get(type(value))
    if encoder is None:
        encoder = _encoder_of(value)
    encoder(value, out, depth)


def _encoder_of(value: Any):
    """The encoder of a value whose very type is not in the table: subclasses and NumPy scalars."""
    for kind, encoder in _ENCODERS.items():
        if isinstance(value, kind):
            return encoder
    item = getattr(value, "item", None)
    if callable(item) and not getattr(value, "shape", ()):
        plain = item()
        if type(plain) in _ENCODERS:
            return lambda _, out, depth: _encode(plain, out, depth)
    raise MsgpackError(f"a {type(value).__name__} is not a value of the protocol")


def _encode_none(value: None, out: bytearray, depth: int) -> None:
    out.append(0xC0)


def _encode_bool(value: bool, out: bytearray, depth: int) -> None:
    out.append(0xC3 if value else 0xC2)


def _encode_int(value: int, out: bytearray, depth: int) -> None:
    if value >= 0:
        if value < 0x80:
            out.append(value)
        elif value < 0x100:
            out += _PACK_U8(0xCC, value)
        elif value < 0x10000:
            out += _PACK_U16(0xCD, value)
        elif value < 0x100000000:
            out += _PACK_U32(0xCE, value)
        elif value < 0x8000000000000000:
            out += _PACK_U64(0xCF, value)
        else:
            raise MsgpackError(f"{value} is beyond 64 bits with sign")
    elif value >= -0x20:
        out.append(value + 0x100)
    elif value >= -0x80:
        out += _PACK_I8(0xD0, value)
    elif value >= -0x8000:
        out += _PACK_I16(0xD1, value)
    elif value >= -0x80000000:
        out += _PACK_I32(0xD2, value)
    elif value >= -0x8000000000000000:
        out += _PACK_I64(0xD3, value)
    else:
        raise MsgpackError(f"{value} is beyond 64 bits with sign")


def _encode_float(value: float, out: bytearray, depth: int) -> None:
    out += _PACK_FLOAT(0xCB, value) if value == value else _NAN


def _encode_str(value: str, out: bytearray, depth: int) -> None:
    try:
        data = value.encode("utf-8")
    except UnicodeEncodeError:
        raise MsgpackError(f"the text {value!a} is not valid Unicode") from None
    size = len(data)
    if size < 32:
        out.append(0xA0 | size)
    elif size < 0x100:
        out += _PACK_U8(0xD9, size)
    elif size < 0x10000:
        out += _PACK_U16(0xDA, size)
    elif size <= MAX_TEXT_BYTES:
        out += _PACK_U32(0xDB, size)
    else:
        raise MsgpackError(f"a text of {size} bytes is beyond the limit of {MAX_TEXT_BYTES}")
    out += data


def _encode_key(key: Any, out: bytearray) -> None:
    if not isinstance(key, str):
        raise MsgpackError(f"a key must be text, not {type(key).__name__}")
    start = len(out)
    _encode_str(key, out, 0)
    if not key or len(out) - start > MAX_KEY_BYTES + 3:
        raise MsgpackError(f"a key has 1 to {MAX_KEY_BYTES} bytes")


def _encode_bytes(value: bytes, out: bytearray, depth: int) -> None:
    _check_envelope(depth)
    size = len(value)
    if size < 0x100:
        out += _PACK_U8(0xC4, size)
    elif size < 0x10000:
        out += _PACK_U16(0xC5, size)
    else:
        out += _PACK_U32(0xC6, size)
    out += value


def _encode_count(count: int, small: int, short: int, out: bytearray) -> None:
    """The head of an array or map of so many entries."""
    if count < 16:
        out.append(small | count)
    elif count < 0x10000:
        out += _PACK_U16(short, count)
    else:
        out += _PACK_U32(short + 1, count)


def _deeper(depth: int) -> int:
    if depth <= 0:
        raise MsgpackError("the value is nested too deep")
    return depth - 1


def _check_envelope(depth: int) -> None:
    if depth <= MAX_DEPTH:
        raise MsgpackError("bytes are not a value of the protocol")


def _encode_list(value: list | tuple, out: bytearray, depth: int) -> None:
    depth = _deeper(depth)
    _encode_count(len(value), 0x90, 0xDC, out)
    for item in value:
        if type(item) is float:
            out += _PACK_FLOAT(0xCB, item) if item == item else _NAN
        else:
            _encode(item, out, depth)


def _encode_dict(value: dict, out: bytearray, depth: int) -> None:
    depth = _deeper(depth)
    _encode_count(len(value), 0x80, 0xDE, out)
    try:
        keys = sorted(value)
        if not all(map(str.isascii, keys)):
            keys.sort(key=_utf16)
    except TypeError:
        raise MsgpackError("keys must be text") from None
    for key in keys:
        _encode_key(key, out)
        _encode(value[key], out, depth)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _encode_ref(value: Ref, out: bytearray, depth: int) -> None:
    out += b"\xd8\x01"
    out += value.uuid


def _encode_keyed(value: Keyed, out: bytearray, depth: int) -> None:
    depth = _deeper(depth)
    inner = bytearray()
    _encode_count(2 * len(value), 0x90, 0xDC, inner)
    for key, item in value.items():
        _encode_key(key, inner)
        _encode(item, inner, depth)
    _encode_ext_head(KEYED_TYPE, len(inner), out)
    out += inner


def _encode_ext_head(kind: int, size: int, out: bytearray) -> None:
    if size in _FIXED_EXT:
        out.append(_FIXED_EXT[size])
    elif size < 0x100:
        out += _PACK_U8(0xC7, size)
    elif size < 0x10000:
        out += _PACK_U16(0xC8, size)
    else:
        out += _PACK_U32(0xC9, size)
    out.append(kind)


_FIXED_EXT = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}

# Keyed before dict and bool before int: subclasses are looked up in this order.
_ENCODERS = {
    type(None): _encode_none,
    bool: _encode_bool,
    int: _encode_int,
    float: _encode_float,
    str: _encode_str,
    bytes: _encode_bytes,
    list: _encode_list,
    tuple: _encode_list,
    Ref: _encode_ref,
    Keyed: _encode_keyed,
    dict: _encode_dict,
}


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
    depth = _deeper(depth)
    if count > end - at:
        raise IndexError
    items = []
    for _ in range(count):
        item, at = _decode(data, at, end, depth)
        items.append(item)
    return items, at


def _decode_map(data: bytes, at: int, end: int, count: int, depth: int) -> tuple[dict, int]:
    depth = _deeper(depth)
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
    _check_envelope(depth)
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
    if kind != KEYED_TYPE:
        raise MsgpackError(f"the extension type {kind} with {size} bytes is not known")
    depth = _deeper(depth)
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
    **{head: _fixed_ext_decoder(size) for size, head in _FIXED_EXT.items()},
}
