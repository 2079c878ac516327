"""The active item of a list, which is what Blender's operators work on. Main thread only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator


@contextmanager
def activated(items, owner, name: str, index: int | None = None) -> Iterator[None]:
    """The item at ``index``, if any, is the active one meanwhile; then that which was it before is so again. ``name``
    is the property of ``owner`` that says which; it may say that none is."""
    before = getattr(owner, name)
    chosen = items[before] if 0 <= before < len(items) else None
    if index is not None:
        setattr(owner, name, index)
    try:
        yield
    finally:
        now = list(items)
        if chosen in now:
            before = now.index(chosen)
        elif chosen is not None:
            before = max(0, min(before, len(now) - 1))
        setattr(owner, name, before)
