"""What both directions of the encoding keep to (SPEC VA2, VA5)."""

from __future__ import annotations

MAX_DEPTH = 32
ENVELOPE_DEPTH = MAX_DEPTH + 8
"""Of the bridge's own maps around trees; bytes occur at these outer levels alone."""
MAX_KEY_BYTES = 1024
MAX_TEXT_BYTES = 16 * 1024 * 1024
REF_TYPE = 1
KEYED_TYPE = 2
FILE_TYPE = 3
FIXED_EXT = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}
"""The head of an extension by its size, where it has a head of its own."""


class MsgpackError(ValueError):
    """The value has no encoding, or the bytes are not a value; the text says what is wrong."""


def deeper(depth: int) -> int:
    """The depth left within a value that nests. Raises MsgpackError where there is none."""
    if depth <= 0:
        raise MsgpackError("the value is nested too deep")
    return depth - 1


def check_envelope(depth: int) -> None:
    """Raises MsgpackError where bytes may not stand."""
    if depth <= MAX_DEPTH:
        raise MsgpackError("bytes are not a value of the protocol")
