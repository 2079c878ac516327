"""Blender's undo steps. Main thread only."""

from __future__ import annotations

import bpy

_FEWEST_STEPS = 2  # the least that Blender keeps


def begin_anew() -> None:
    """Forgets all undo steps, so that undo does not lead back to what the file held before."""
    settings = bpy.context.preferences.edit
    steps = settings.undo_steps
    settings.undo_steps = _FEWEST_STEPS
    try:
        _push("Join Session", _FEWEST_STEPS + 1)  # Blender drops what is one beyond at the next push
    finally:
        settings.undo_steps = steps


def conclude() -> None:
    """Makes a step of what others did last, as nobody looks after undo any more (``WholeSteps``)."""
    _push("Leave Session", 1)


def _push(name: str, times: int) -> None:
    windows = bpy.context.window_manager.windows
    if bpy.app.background or not windows:
        return  # a background Blender keeps no steps
    with bpy.context.temp_override(window=windows[0]):
        for _ in range(times):
            bpy.ops.ed.undo_push(message=name)


class WholeSteps:
    """Makes Blender read an undo step whole, between ``begin`` and ``end``.

    Blender keeps a datablock in memory as it is where two neighbouring steps tell the same of it. What others
    did since the last step is in none: a datablock that is kept so can refer to one that the step does not
    hold and that is freed, and Blender crashes. Steps of our own would help, but the artist would have to
    undo them one by one. So Blender is told to keep nothing (decision 0014): an option of its preferences,
    which heeds it only while developer extras are shown.
    """

    def __init__(self):
        self._before: tuple[bool, bool, bool] | None = None

    def begin(self) -> None:
        """An undo or redo comes."""
        preferences = bpy.context.preferences
        view, experimental = preferences.view, preferences.experimental
        if self._before is None:
            self._before = (
                preferences.is_dirty,
                view.show_developer_ui,
                experimental.use_undo_legacy,
            )
        view.show_developer_ui = experimental.use_undo_legacy = True

    def end(self) -> None:
        """Puts the artist's preferences back; nothing without a ``begin``."""
        if self._before is None:
            return
        before, self._before = self._before, None
        preferences = bpy.context.preferences
        preferences.is_dirty, preferences.view.show_developer_ui = before[:2]
        preferences.experimental.use_undo_legacy = before[2]
        preferences.is_dirty = before[0]
