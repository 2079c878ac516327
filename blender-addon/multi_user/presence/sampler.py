"""What others see of this artist: view, mode, frame, scene, selection (SPEC PR1). Main thread only.

At most 20 times a second and only when something changed; looking costs a few microseconds and never walks
the scene: the selection is looked at no more than twice a second, and not where too much is selected.
"""

from __future__ import annotations

import time
from typing import Any, Callable

import bpy

_SHORTEST_SECONDS = 0.05
_SELECTION_SECONDS = 0.5
_MOST_SELECTED = 256


class PresenceSampler:
    """Samples when it is due."""

    def __init__(
        self,
        find: Callable[[Any], bytes | None],
        follows: Callable[[], dict[str, str]] = dict,
        clock: Callable[[], float] = time.monotonic,
    ):
        """``find`` gives the UUID of a known datablock, ``follows`` the fields that say whom this artist follows."""
        self._find = find
        self._follows = follows
        self._clock = clock
        self._due = 0.0
        self._selection_due = 0.0
        self._selection: list[str] = []
        self.last: dict[str, Any] | None = None  # what was told

    def sample(self) -> dict[str, Any] | None:
        """The presence if it is another one than last time, else None."""
        now = self._clock()
        if now < self._due:
            return None
        self._due = now + _SHORTEST_SECONDS
        presence = self._look(now)
        if presence == self.last:
            return None
        self.last = presence
        return presence

    def _look(self, now: float) -> dict[str, Any]:
        window, space = _shown_view()
        scene = window.scene if window is not None else bpy.context.scene
        layer = window.view_layer if window is not None else bpy.context.view_layer
        active = layer.objects.active
        if now >= self._selection_due:
            self._selection_due = now + _SELECTION_SECONDS
            self._selection = self._selected(layer)
        uuid = self._find(scene)
        return {
            "scene": uuid.hex() if uuid else "",
            "frame": scene.frame_current,
            "mode": active.mode if active is not None else "OBJECT",
            "view": _view(space),
            "selection": self._selection,
            **self._follows(),
        }

    def _selected(self, layer) -> list[str]:
        selected = layer.objects.selected
        if len(selected) > _MOST_SELECTED:
            return self._selection
        uuids = (self._find(it) for it in selected)
        return [uuid.hex() for uuid in uuids if uuid]


def _shown_view() -> tuple[Any, Any]:
    """The first 3D view that is shown, as (window, region data)."""
    windows = bpy.context.window_manager.windows
    for window in windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                return window, area.spaces.active.region_3d
    return (windows[0] if len(windows) else None), None


def _view(region_data) -> dict[str, Any] | None:
    """Where a view stands: the matrix from view to world, row by row, its distance and kind; None without a
    3D view."""
    if region_data is None:
        return None
    matrix = region_data.view_matrix.inverted_safe()
    return {
        "matrix": [round(value, 5) for row in matrix for value in row],
        "distance": round(region_data.view_distance, 4),
        "kind": region_data.view_perspective,
    }
