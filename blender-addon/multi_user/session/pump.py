"""The one current session of this Blender, and the timer that steps it. Main thread only.

A background Blender has no timers: whoever drives it calls ``tick``.
"""

from __future__ import annotations

import time
from typing import Any

import bpy

from ..bridge import steps
from .session import TICK_SECONDS, Session

_REDRAW_SECONDS = 0.1
_WIND_DOWN_SECONDS = 0.02


class _Holder:
    session: Session | None = None
    pump: Any = None


_holder = _Holder()


def current() -> Session | None:
    """The session of this Blender, also one that ended and was not replaced; None if there was none."""
    return _holder.session


def begin(session: Session) -> None:
    """Makes it the current session and starts it. Raises RuntimeError while another one runs."""
    running = _holder.session
    if running is not None and not running.ended:
        raise RuntimeError("A session is running already: disconnect first.")
    _holder.session = session
    session.begin()
    if not bpy.app.background:
        _start_pump()


def tick(budget_seconds: float = TICK_SECONDS) -> bool:
    """One slice of the current session's work, and of what is left of earlier ones; whether there was any."""
    session = _holder.session
    steps.wind_down()
    return session is not None and session.tick(budget_seconds)


def shut_down() -> None:
    """Ends the session and the timer, because the add-on is switched off or Blender quits."""
    session, _holder.session = _holder.session, None
    if session is not None:
        session.end(wait_seconds=1.0)
    pump, _holder.pump = _holder.pump, None
    if pump is not None and bpy.app.timers.is_registered(pump):
        bpy.app.timers.unregister(pump)


def _start_pump() -> None:
    if _holder.pump is not None and bpy.app.timers.is_registered(_holder.pump):
        return

    shown = _Shown()

    def pump() -> float | None:
        session = _holder.session
        winding_down = steps.wind_down()
        if session is None or session.ended:
            _redraw()
            return _WIND_DOWN_SECONDS if winding_down else None
        try:
            session.tick()
        except Exception as error:  # the pump must not die: what one tick cannot do the next may
            session.messages.add("error", f"Internal error: {type(error).__name__}: {error}")
        shown.redraw_if_needed(session)
        return session.interval_seconds()

    _holder.pump = pump
    bpy.app.timers.register(pump, first_interval=0.0, persistent=True)


class _Shown:
    """What the 3D views show of the session; they are drawn again at once for news, and seldom for figures."""

    def __init__(self):
        self._news: tuple = ()
        self._figures: tuple = ()
        self._due = 0.0

    def redraw_if_needed(self, session: Session) -> None:
        """Compares with what was shown last."""
        now = time.monotonic()
        news = (session.phase, session.messages.count, session.trusting.held)
        if news == self._news and now < self._due:
            return
        figures = (session.status, session.presences)
        if news != self._news or figures != self._figures:
            self._news, self._figures = news, figures
            self._due = now + _REDRAW_SECONDS
            _redraw()


def _redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
