"""From trees to canonical msgpack (SPEC VA2, VA3). Pure functions."""

from __future__ import annotations

import struct
from typing import Any

from ..values import FileRef, Keyed, Ref
from .limits import (
    FILE_TYPE,
    FIXED_EXT,
    KEYED_TYPE,
    MAX_DEPTH,
    MAX_KEY_BYTES,
    MAX_TEXT_BYTES,
    MsgpackError,
    check_envelope,
    deeper,
)

_NAN = b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"
_MOST_KEYS = 50_000
_keys: dict[str, bytes] = {}
_PACK_FLOAT = struct.Struct(">Bd").pack
_PACK_U8 = struct.Struct(">BB").pack
_PACK_U16 = struct.Struct(">BH").pack
_PACK_U32 = struct.Struct(">BI").pack
_PACK_U64 = struct.Struct(">BQ").pack
_PACK_I8 = struct.Struct(">Bb").pack
_PACK_I16 = struct.Struct(">Bh").pack
_PACK_I32 = struct.Struct(">Bi").pack
_PACK_I64 = struct.Struct(">Bq").pack


def encode(value: Any, max_depth: int = MAX_DEPTH) -> bytes:
    """The canonical bytes of a tree. Raises MsgpackError for what the contract does not know."""
    out = bytearray()
    _encode(value, out, max_depth)
    return bytes(out)


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


def _encode_key(key: Any) -> bytes:
    """A key's bytes. Keys come again and again: names of properties, members of collections."""
    data = _keys.get(key)
    if data is None:
        if not isinstance(key, str):
            raise MsgpackError(f"a key must be text, not {type(key).__name__}")
        encoded = bytearray()
        _encode_str(key, encoded, 0)
        if not key or len(encoded) > MAX_KEY_BYTES + 3:
            raise MsgpackError(f"a key has 1 to {MAX_KEY_BYTES} bytes")
        if len(_keys) >= _MOST_KEYS:
            _keys.clear()
        data = _keys[key] = bytes(encoded)
    return data


def _encode_bytes(value: bytes, out: bytearray, depth: int) -> None:
    check_envelope(depth)
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


def _encode_list(value: list | tuple, out: bytearray, depth: int) -> None:
    depth = deeper(depth)
    _encode_count(len(value), 0x90, 0xDC, out)
    for item in value:
        if type(item) is float:
            out += _PACK_FLOAT(0xCB, item) if item == item else _NAN
        else:
            _encode(item, out, depth)


def _encode_dict(value: dict, out: bytearray, depth: int) -> None:
    depth = deeper(depth)
    _encode_count(len(value), 0x80, 0xDE, out)
    try:
        keys = sorted(value)
        if not all(map(str.isascii, keys)):
            keys.sort(key=_utf16)
    except TypeError:
        raise MsgpackError("keys must be text") from None
    for key in keys:
        out += _encode_key(key)
        _encode(value[key], out, depth)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _encode_ref(value: Ref, out: bytearray, depth: int) -> None:
    out += b"\xd8\x01"
    out += value.uuid


def _encode_file(value: FileRef, out: bytearray, depth: int) -> None:
    _encode_ext_head(FILE_TYPE, len(value.digest), out)
    out += value.digest


def _encode_keyed(value: Keyed, out: bytearray, depth: int) -> None:
    depth = deeper(depth)
    inner = bytearray()
    _encode_count(2 * len(value), 0x90, 0xDC, inner)
    for key, item in value.items():
        inner += _encode_key(key)
        _encode(item, inner, depth)
    _encode_ext_head(KEYED_TYPE, len(inner), out)
    out += inner


def _encode_ext_head(kind: int, size: int, out: bytearray) -> None:
    if size in FIXED_EXT:
        out.append(FIXED_EXT[size])
    elif size < 0x100:
        out += _PACK_U8(0xC7, size)
    elif size < 0x10000:
        out += _PACK_U16(0xC8, size)
    else:
        out += _PACK_U32(0xC9, size)
    out.append(kind)


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
    FileRef: _encode_file,
    Keyed: _encode_keyed,
    dict: _encode_dict,
}
