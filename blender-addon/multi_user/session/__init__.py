"""The composition root: one ``Session`` per host or join, stepped by ``tick``. Main thread only; nobody but the
user's side (``ui``, the add-on itself) knows it."""

from .phase import Phase
from .pump import begin, current, keep_stepping, shut_down, tick, watch
from .session import TICK_SECONDS, Session
from .target import Start, Target

__all__ = (
    "TICK_SECONDS",
    "Phase",
    "Session",
    "Start",
    "Target",
    "begin",
    "current",
    "keep_stepping",
    "shut_down",
    "tick",
    "watch",
)
