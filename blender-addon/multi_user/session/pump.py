"""The one current session of this Blender, and the timer that steps it. Main thread only.

A background Blender has no timers: whoever drives it calls ``tick``.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator

import bpy

from ..bridge import steps
from ..presence import overlay
from .session import TICK_SECONDS, Session

_REDRAW_SECONDS = 0.1
_WIND_DOWN_SECONDS = 0.02
_GOODBYE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class _Holder:
    session: Session | None = None
    pump: Any = None
    watch: Callable[[Session], None] | None = None


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


def watch(look: Callable[[Session], None] | None) -> None:
    """Has this called with the current session after each step of the timer, for the last time when it has ended."""
    _holder.watch = look


def keep_stepping() -> None:
    """Something was let go of while there may be no session: the timer goes on with it. In the background it is
    ``tick`` that does."""
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
        session.end()
    steps.wait_until_gone(_GOODBYE_SECONDS)
    if session is not None and session.server is not None:
        session.server.stop()  # if the agent's goodbye takes longer: nobody would stop it afterwards
        steps.wait_until_gone(_GOODBYE_SECONDS)
    pump, _holder.pump = _holder.pump, None
    if pump is not None and bpy.app.timers.is_registered(pump):
        bpy.app.timers.unregister(pump)


def _start_pump() -> None:
    if _holder.pump is not None and bpy.app.timers.is_registered(_holder.pump):
        return

    shown = _Shown()

    def pump() -> float | None:
        session = _holder.session
        running = session is not None and not session.ended
        winding_down = steps.wind_down()
        with _failures_told(session):
            if running:
                session.tick()
            if session is not None and _holder.watch is not None:
                _holder.watch(session)
        with _failures_told(session):
            if running:
                shown.redraw_if_needed(session)
                overlay.redraw_if_needed(session.company)
            else:
                shown.redraw_without(last=not winding_down)
        if running:
            return session.interval_seconds()
        return _WIND_DOWN_SECONDS if winding_down else None

    _holder.pump = pump
    bpy.app.timers.register(pump, first_interval=0.0, persistent=True)


@contextmanager
def _failures_told(session: Session | None) -> Iterator[None]:
    """An error must not end the timer, as it would if it came out of it: what one step cannot do the next may."""
    try:
        yield
    except Exception as error:
        text = f"Internal error: {type(error).__name__}: {error}"
        if session is not None:
            session.messages.add("error", text)
        else:
            _log.error(text)


class _Shown:
    """What the 3D views show of the session; they are drawn again at once for news, and seldom for figures. Those that
    stand in the sidebar alone do not have the scene drawn again: that may take long."""

    def __init__(self):
        self._news: tuple = ()
        self._progress: tuple = ()
        self._figures: tuple = ()
        self._due = 0.0

    def redraw_without(self, last: bool) -> None:
        """There is no session to compare with; what winds down may have news. ``last``: it is done."""
        now = time.monotonic()
        if last or now >= self._due:
            self._due = now + _REDRAW_SECONDS
            _redraw(*(() if last else ("UI",)))

    def redraw_if_needed(self, session: Session) -> None:
        """Compares with what was shown last."""
        now = time.monotonic()
        news = (session.phase, session.messages.count, session.trusting.held, session.files.stopped)
        if news == self._news and now < self._due:
            return
        status = session.status
        progress = (status.done, status.total, status.pending, session.to_capture)
        figures = (
            status,
            session.presences,
            session.files.transfers,
            session.sampler.last,
            session.repository.version,
        )
        if news == self._news and progress == self._progress and figures == self._figures:
            return
        self._due = now + _REDRAW_SECONDS
        if news == self._news and progress == self._progress:
            _redraw("UI")
        else:
            _redraw()
        self._news, self._progress, self._figures = news, progress, figures


def _redraw(*kinds: str) -> None:
    """Has regions of these types of the 3D views drawn again; all if none are named."""
    for window in bpy.context.window_manager.windows:
        overlay.redraw_regions(window, *kinds)
