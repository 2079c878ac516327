"""Collects captures of a tick, hands them over together, and sees to those that the agent refused. Main
thread only."""

from __future__ import annotations

from collections import deque
from typing import Callable, Iterable

from ..core.changes import Capture, CaptureKind
from .buffers import LeasePot
from .port import AgentPort, Lease, Request

_MOST_CAPTURES = 256


class Outbox:
    """Captures in the order in which they were read."""

    def __init__(
        self, agent: AgentPort, again: Callable[[bytes], None], refused: Callable[[bytes, str], None]
    ):
        """``again``: capture this node anew, because it stood beside a malformed one; ``refused``: the agent
        does not take it."""
        self._agent = agent
        self._again = again
        self._refused = refused
        self._captures: list[Capture] = []
        self._sent: deque[tuple[Request, list[Capture]]] = deque()
        self._alone: set[bytes] = set()
        self.pot = LeasePot(agent.lease)

    @property
    def busy(self) -> bool:
        """Whether something is not taken by the agent yet."""
        return bool(self._captures or self._sent)

    def add(self, capture: Capture) -> None:
        """Puts a capture in; it is handed over by ``flush``."""
        if capture.id in self._alone:
            self.flush()
            self._captures.append(capture)
            self.flush()
            return
        self._captures.append(capture)
        if len(self._captures) >= _MOST_CAPTURES:
            self.flush()

    def flush(self, leases: Iterable[Lease] = ()) -> None:
        """Hands over what is in it, with the pot's leases and these."""
        leases = [*self.pot.take(), *leases]
        if not self._captures:
            for lease in leases:
                self._agent.release(lease)
            return
        captures, self._captures = self._captures, []
        self._sent.append((self._agent.submit(captures, leases), captures))

    def settle(self) -> None:
        """Looks at what came of the hand-overs."""
        while self._sent and self._sent[0][0].finished:
            request, captures = self._sent.popleft()
            uuids = [capture.id for capture in captures]
            if request.error is None:
                self._alone.difference_update(uuids)
            elif len(captures) == 1:
                self._alone.discard(uuids[0])
                self._refused(uuids[0], request.error)
            else:
                # The agent took none of them; which one it meant shows when each comes alone.
                self._alone.update(uuids)
                for capture in captures:
                    if capture.kind is CaptureKind.DELETE:
                        self.add(capture)
                    else:
                        self._again(capture.id)

    def forget(self) -> None:
        """The agent died: what was under way is captured anew anyway, but for what is gone from Blender."""
        under_way = [capture for _, captures in self._sent for capture in captures] + self._captures
        self._captures = [capture for capture in under_way if capture.kind is CaptureKind.DELETE]
        self._sent.clear()
        self.pot.take()
