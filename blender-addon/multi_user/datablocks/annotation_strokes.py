"""What is drawn on one frame of an annotation, as part of the tree. Main thread only.

Artists annotate at the same time, on the same layer. So strokes are no rows of an array, of which whoever writes last
decides: each stands for itself, under a key that follows from what it looks like. Two that are drawn at once are two
keys; a stroke that is changed is one that goes and another that comes. It is a text: the bytes of its arrays' rows.
"""

from __future__ import annotations

import base64
import hashlib

import numpy

from ..core.values import Keyed
from . import gp_layers
from .fields import Field, Missing, Omitted
from .gp_strokes import POINTS, STROKES
from .keyed import name_of, unique_keys

if gp_layers.LEGACY:
    from . import gp_strokes as drawn
else:
    from . import annotation_points as drawn

_KEY_BYTES = 8
_ITEM_BYTES = 4  # all arrays are of numbers of that size


class Strokes(Field):
    """A frame's strokes in the order in which they were drawn: what one looks like -> the stroke."""

    def read(self, owner, visit):
        if not _is_annotated(owner):
            raise Omitted
        return _held(owner)

    def same(self, owner, value):
        return _held(owner) == value

    def assign(self, owner, value):
        strokes = [_decoded(key, text) for key, text in value.items()]
        drawn.write(owner, _joined(strokes))

    def read_at(self, owner, path, visit):
        value = _held(owner)
        if not path:
            return value
        if len(path) > 1 or path[0] not in value:
            raise Missing(f"there is no stroke {path[0]}")
        return value[path[0]]

    def set_at(self, owner, path, value, visit):
        if len(path) > 1:
            raise Missing("a stroke cannot be entered")
        if path:
            value = Keyed({**_held(owner), path[0]: value})
        self.write(owner, value, visit)

    def remove_at(self, owner, path, visit):
        gone = _held(owner) if not path else path[:1]
        kept = ((key, text) for key, text in _held(owner).items() if key not in gone)
        self.write(owner, Keyed(kept), visit)

    def order_at(self, owner, path, keys, visit):
        if path:
            raise Missing("a stroke has no order")
        held = _held(owner)
        first = {key: held[key] for key in keys if key in held}
        self.write(owner, Keyed({**first, **held}), visit)


def _is_annotated(frame) -> bool:
    return not gp_layers.LEGACY or gp_layers.is_annotation(frame.id_data)


def _held(frame) -> Keyed:
    if not _is_annotated(frame):
        raise Missing("only strokes of annotations are part of the tree")
    strokes = _split(drawn.read(frame))
    keys = unique_keys(map(_key, strokes))
    return Keyed(zip(keys, (base64.b64encode(one).decode() for one in strokes)))


def _key(stroke: bytes) -> str:
    return hashlib.blake2b(stroke, digest_size=_KEY_BYTES).hexdigest()


def _decoded(key: str, text) -> bytes:
    """The bytes of a stroke; ValueError where it is none, or another one than its key says."""
    stroke = base64.b64decode(text, validate=True)
    if name_of(key) != _key(stroke):
        raise ValueError("a stroke looks otherwise than its key says")
    return stroke


def _settings() -> list[tuple[str, int, int]]:
    """(array, first column, end) of what is said once for each stroke; its length says how many points it has."""
    names = (name for name in drawn.LAYOUTS if name not in (POINTS, "weights"))
    return [(name, 1 if name == STROKES else 0, drawn.LAYOUTS[name][1]) for name in names]


def _split(arrays: dict[str, numpy.ndarray]) -> list[bytes]:
    """Each stroke's settings and then its points."""
    found, at = [], 0
    for place, size in enumerate(arrays[STROKES][:, 0].tolist()):
        head = b"".join(arrays[name][place, first:end].tobytes() for name, first, end in _settings())
        found.append(head + arrays[POINTS][at : at + size].tobytes())
        at += size
    return found


def _joined(strokes: list[bytes]) -> dict[str, numpy.ndarray]:
    """The arrays of these strokes; ValueError where one of them has another length than any stroke."""
    width = drawn.LAYOUTS[POINTS][1] * _ITEM_BYTES
    head = sum(end - first for _, first, end in _settings()) * _ITEM_BYTES
    if any(len(one) < head or (len(one) - head) % width for one in strokes):
        raise ValueError("a stroke has half a point")
    arrays = {POINTS: _rows(b"".join(one[head:] for one in strokes), POINTS)}
    at = 0
    for name, first, end in _settings():
        size = (end - first) * _ITEM_BYTES
        parts = [one[at : at + size] for one in strokes]
        if first:
            parts = [
                numpy.int32((len(one) - head) // width).tobytes() + it for one, it in zip(strokes, parts)
            ]
        arrays[name] = _rows(b"".join(parts), name)
        at += size
    return arrays


def _rows(held: bytes, name: str) -> numpy.ndarray:
    dtype, columns = drawn.LAYOUTS[name]
    return numpy.frombuffer(bytearray(held), dtype).reshape(-1, columns)
