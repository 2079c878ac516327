"""Annotations, of which Blender reports nothing: neither a stroke nor that a scene got one. Main thread only."""

from __future__ import annotations

from typing import Any, Hashable

import bpy

from ..datablocks import annotations
from .identity import native_key


class Unreported:
    """They, and scenes that show others than before, take every second turn of the sweep: there are few of them, and
    artists wait for each other's strokes."""

    def __init__(self):
        self._shown: dict[Hashable, Hashable | None] = {}
        self._turn = 0

    def take_turn(self) -> Any | None:
        """What to look at now; None: it is the turn of all others."""
        self._turn += 1
        if self._turn % 2:
            return None
        for scene in bpy.data.scenes:
            note = getattr(scene, annotations.USER)
            shown = None if note is None else native_key(note)
            if self._shown.get(native_key(scene)) != shown:
                self._shown[native_key(scene)] = shown
                return scene
        notes = list(annotations.all_here())
        return notes[self._turn // 2 % len(notes)] if notes else None
