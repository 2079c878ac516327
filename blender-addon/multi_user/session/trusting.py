"""Whether this artist trusts the session, and what is held until then. Main thread only."""

from __future__ import annotations

import time
from typing import Callable

from ..core.changes import Status
from ..core.trust import Trust
from ..datablocks import trusting
from ..messages import Messages
from .target import Target

_LOOK_AGAIN_SECONDS = 1.0  # it goes through all datablocks


class Trusting:
    """Stepped with the session. ``held`` is what the panel lists; it is looked for anew only after something was held
    or let go."""

    def __init__(
        self,
        trust: Trust,
        target: Target,
        messages: Messages,
        remembered: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
        coming: Callable[[str], str] = lambda path: "",
    ):
        """``remembered``: whether the artist decided, in an earlier session of this Blender, to trust the one with this
        name. ``coming``: whether the file at a path is on its way here."""
        self._trust = trust
        self._target = target
        self._messages = messages
        self._remembered = remembered
        self._clock = clock
        self._coming = coming
        self._looked_at = -1
        self._due = 0.0
        self.name = ""
        self.held: list[trusting.Held] = []

    @property
    def trusted(self) -> bool:
        """Whether Python of others may run here."""
        return self._trust.trusted

    def status_changed(self, status: Status) -> None:
        """A session that was opened anew is another one, which the artist has not decided about."""
        if not status.incarnation:
            return
        name = f"{self._target.host}:{self._target.port}/{status.session} {status.incarnation}"
        if name != self.name:
            self.name = name
            self.decide(self._remembered(name))

    def decide(self, trusted: bool) -> None:
        """Trusts the session, or no longer: lets go what is held, or holds again what was."""
        if trusted == self._trust.trusted:
            return
        self._trust.trusted = trusted
        if trusted:
            for text in trusting.let_all_go(self._trust, self._coming):
                self._messages.add("warning", text)
            self._messages.add("info", "You trust this session: Python of the others runs here.")
        else:
            trusting.hold_all(self._trust)
            self._messages.add(
                "info", "You do not trust this session any more: Python of the others is held."
            )

    def rewound(self) -> None:
        """Undo or redo may have brought back what was let in and is not trusted any more, and what was held before."""
        if self._trust.trusted:
            trusting.let_all_go(self._trust, self._coming)
        elif self._trust.let_in_any:
            trusting.hold_all(self._trust)
        self._trust.changes += 1

    def step(self) -> None:
        """Looks for what is held, some time after that changed."""
        if self._looked_at == self._trust.changes or self._clock() < self._due:
            return
        self._due = self._clock() + _LOOK_AGAIN_SECONDS
        self._looked_at = self._trust.changes
        self.held = trusting.held_here()
