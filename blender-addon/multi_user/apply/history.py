"""Blender's undo steps. Main thread only."""

from __future__ import annotations

import bpy
from bpy.app.handlers import persistent

_FEWEST_STEPS = 2  # the least that Blender keeps


def begin_anew() -> None:
    """Forgets all undo steps, so that undo does not lead back to what the file held before."""
    whole_steps.stop()
    settings = bpy.context.preferences.edit
    steps = settings.undo_steps
    settings.undo_steps = _FEWEST_STEPS
    try:
        _push("Join Session", _FEWEST_STEPS + 1)  # Blender drops what is one beyond at the next push
    finally:
        settings.undo_steps = steps


def conclude() -> None:
    """Makes a step of what others did last, as nobody puts their work back after undo any more."""
    _push("Leave Session", 1)


def _push(name: str, times: int) -> None:
    windows = bpy.context.window_manager.windows
    if bpy.app.background or not windows:
        return  # a background Blender keeps no steps
    with bpy.context.temp_override(window=windows[0]):
        for _ in range(times):
            bpy.ops.ed.undo_push(message=name)


class WholeSteps:
    """Makes Blender read undo steps whole, from the first change of others on until there are other steps.

    Blender keeps a datablock in memory as it is where two neighbouring steps tell the same of it. What others
    did since the last step is in none: a datablock that is kept so can refer to one that the step does not
    hold and that is freed, and Blender crashes. Steps of our own would help, but the artist would have to
    undo them one by one. So Blender is told to keep nothing (decision 0014): an option of its preferences,
    which heeds it only while developer extras are shown.

    It is so for every undo and redo from then on, also after the session: a step names datablocks by where they
    were in memory, and of those that were read anew or deleted since, others may lie there now.
    """

    def __init__(self):
        self._before: tuple[bool, bool, bool] | None = None
        self._listening = False

        @persistent
        def before(*_):
            self.begin()

        @persistent
        def after(*_):
            self.end()

        @persistent
        def loaded(*_):
            self.stop()

        handlers = bpy.app.handlers
        self._handlers = [
            (handlers.undo_pre, before),
            (handlers.redo_pre, before),
            (handlers.undo_post, after),
            (handlers.redo_post, after),
            (handlers.load_post, loaded),
        ]

    def from_now_on(self) -> None:
        """Others changed something that is in no step."""
        if not self._listening:
            self._listening = True
            for handlers, function in self._handlers:
                handlers.append(function)

    def stop(self) -> None:
        """There are other steps, or nobody listens any more."""
        if self._listening:
            self._listening = False
            for handlers, function in self._handlers:
                if function in handlers:
                    handlers.remove(function)
        self.end()

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


whole_steps = WholeSteps()  # one, as undo steps are Blender's and outlive a session
