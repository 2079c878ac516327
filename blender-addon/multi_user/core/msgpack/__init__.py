"""msgpack for property trees and the bridge's envelopes (SPEC VA2, VA3, VA5). Any thread; pure functions.

Written for this project: only what the contract knows, in canonical form, and every input bounded. NumPy
scalars are taken as the numbers they are, without importing NumPy.
"""

from .decoder import decode, decode_items
from .encoder import encode
from .limits import (
    ENVELOPE_DEPTH,
    FILE_TYPE,
    KEYED_TYPE,
    MAX_DEPTH,
    MAX_KEY_BYTES,
    MAX_TEXT_BYTES,
    REF_TYPE,
    MsgpackError,
)

__all__ = (
    "ENVELOPE_DEPTH",
    "FILE_TYPE",
    "KEYED_TYPE",
    "MAX_DEPTH",
    "MAX_KEY_BYTES",
    "MAX_TEXT_BYTES",
    "REF_TYPE",
    "MsgpackError",
    "decode",
    "decode_items",
    "encode",
)
