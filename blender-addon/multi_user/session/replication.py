"""What goes to the session by itself and what the artist pushes by hand. Main thread only."""

from __future__ import annotations

from typing import Callable

from ..bridge.client import AgentClient
from ..core.changes import AgentState, Status


class Replication:
    """Stepped while the artist is in the session."""

    def __init__(self, client: AgentClient, by_hand: Callable[[], frozenset[str]]):
        """``by_hand``: the types whose changes wait until they are pushed."""
        self._client = client
        self._by_hand = by_hand
        self._told: frozenset[str] | None = None
        self._seen: Status | None = None  # what waited then was pushed
        self.leaving = False

    def agent_restarted(self) -> None:
        """Another agent is to be told anew: what the one before left waiting does so until then (BR18)."""
        self._told = None
        self._seen = None

    def step(self, status: Status) -> bool:
        """Tells the agent what waits, and pushes it as often as something waits anew while the artist is leaving;
        whether the server has all then, so that they can."""
        wanted = self._by_hand()
        if wanted != self._told:
            self._told = wanted
            self._client.set_auto_push(True, sorted(wanted))
        if not self.leaving or status.state is not AgentState.ONLINE:
            return False
        if status.waiting and status is not self._seen:
            self._seen = status
            self._client.push()
        return status.pending == 0

    def leave_after_push(self) -> None:
        """Everything is to be pushed, as soon as there is a link; ``step`` says when the server has it."""
        self.leaving = True
        self._seen = None

    def stay(self) -> None:
        """The artist does not leave after all; what was pushed is."""
        self.leaving = False
