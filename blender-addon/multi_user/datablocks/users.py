"""Objects that use a datablock, for what only objects offer (vertex groups, shape keys). Main thread only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import bpy

_last_seen: dict[
    int, str
] = {}  # pointer of a datablock -> name of the object that used it; checked at every use
_MANY = 100_000


def object_using(data):
    """An object whose data this is, or None. Looks at every object the first time and when that user is gone."""
    if data.users == 0:
        return None
    key = data.as_pointer()
    held = bpy.data.objects.get(_last_seen.get(key, ""))
    if held is not None and held.data == data:
        return held
    for candidate in bpy.data.objects:
        if candidate.data == data:
            if len(_last_seen) > _MANY:
                _last_seen.clear()
            _last_seen[key] = candidate.name
            return candidate
    return None


@contextmanager
def borrowed_object(data) -> Iterator:
    """An object whose data this is: an existing one, or one made for the time being that is in no scene."""
    existing = object_using(data)
    if existing is not None and existing.library is None:
        yield existing
        return
    made = bpy.data.objects.new("multi_user_temporary", data)
    try:
        yield made
    finally:
        bpy.data.objects.remove(made)
