"""The session as operators and panels ask for it, and what a button says that cannot be pressed. Main thread only."""

from __future__ import annotations

from .. import session
from ..session import Session


def running() -> Session | None:
    """The current session unless it ended."""
    current = session.current()
    return current if current is not None and not current.ended else None


def editing() -> Session | None:
    """The session that the artist is in, or was until the link was lost."""
    current = session.current()
    return current if current is not None and current.editing else None


def possible(operator, can: bool, otherwise: str) -> bool:
    """What an operator's poll answers: whether it can be pressed. ``otherwise``: what its tooltip says if not."""
    if not can:
        operator.poll_message_set(otherwise)
    return can
