"""The values of property trees that Python has no type of its own for (SPEC VA1). Any thread.

A tree is made of dict (fields), Keyed, list or tuple (items), Ref, FileRef, bool, int, float, str and None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another datablock: the 16 bytes of its UUID, big-endian (SPEC ID1, VA4)."""

    uuid: bytes

    def __post_init__(self):
        if type(self.uuid) is not bytes or len(self.uuid) != 16:
            raise ValueError("a reference holds the 16 bytes of a UUID")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file by its content, which nobody may have: the 32 bytes that name it (SPEC FI1, VA6)."""

    digest: bytes

    def __post_init__(self):
        if type(self.digest) is not bytes or len(self.digest) != 32:
            raise ValueError("a file is named by 32 bytes")


class Keyed(dict):
    """Named items whose order means something, such as a modifier stack; equal only with equal order."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and dict.__eq__(self, other) and list(self) == list(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        return f"Keyed({dict.__repr__(self)})"


def same(left: Any, right: Any) -> bool:
    """Whether two trees are the same value on the wire: unlike ``==``, ``1``, ``1.0`` and ``True`` differ,
    all NaNs are equal, and lists equal tuples."""
    if isinstance(left, (list, tuple)):
        return (
            isinstance(right, (list, tuple))
            and len(left) == len(right)
            and all(same(one, other) for one, other in zip(left, right))
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, Keyed) and list(left) != list(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if type(left) is float:
        if left != left or right != right:
            return left != left and right != right
        return left == right and str(left) == str(right)
    return left == right
