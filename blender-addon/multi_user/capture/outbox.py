"""Collects captures of a tick, hands them over together, and sees to those that the agent refused. Main
thread only."""

from __future__ import annotations

from collections import deque
from typing import Callable

from ..core.changes import Capture, CaptureKind
from .buffers import LeasePot
from .port import AgentPort, Lease, Request

_MOST_CAPTURES = 256


class Outbox:
    """Captures in the order in which they were read, each handed over together with the memory that its arrays lie
    in: that is filled anew as soon as the agent has taken what it came with."""

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
        self._in_step = False
        self._early: list[Capture] = []  # taken by an agent, and another one would not know of it
        self._deleted: set[bytes] = set()  # of those that are sent or early: looking for one costs no search
        self._rewound: set[bytes] = set()
        self._pot = LeasePot(agent.lease)

    @property
    def busy(self) -> bool:
        """Whether something is not taken by the agent yet."""
        return bool(self._captures or self._sent)

    def lease(self, uuid: bytes, size: int) -> Lease | None:
        """Memory for the arrays of this node's capture, which must be the next that is put in; None if there is
        none yet."""
        if uuid in self._alone:
            self.flush()  # what stands in it must not share memory with that capture
        return self._pot.get(size)

    def add(self, capture: Capture, own: Lease | None = None) -> None:
        """Puts a capture in; it is handed over by ``flush``. Its arrays lie in what ``lease`` gave last, or in its
        ``own`` lease."""
        alone = capture.id in self._alone
        if alone and self._captures:
            self.flush()
        if capture.kind is not CaptureKind.DELETE:
            self.came_back(capture.id)
        if own is not None:
            self._pot.put(own)
        self._captures.append(capture)
        if alone or len(self._captures) >= _MOST_CAPTURES:
            self.flush()

    def flush(self) -> None:
        """Hands over what is in it."""
        leases = self._pot.take()
        if not self._captures:
            for lease in leases:
                self._agent.release(lease)
            return
        captures, self._captures = self._captures, []
        self._deleted.update(it.id for it in captures if it.kind is CaptureKind.DELETE)
        self._sent.append((self._agent.submit(captures, leases), list(captures)))

    def settle(self) -> None:
        """Looks at what came of the hand-overs. What was lost with its agent stays until ``forget``, which is called
        as soon as the agent's death is told: it was not refused, and another agent is handed everything anyway.
        """
        while self._sent and self._sent[0][0].finished and not self._sent[0][0].lost:
            request, captures = self._sent.popleft()
            uuids = [capture.id for capture in captures]
            if request.error is None:
                self._alone.difference_update(uuids)
                self._early += [it for it in captures if self._is_early(it)]
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
        if not self._sent and not self._early:
            self._deleted.clear()

    def in_step(self) -> None:
        """The agent knows the session: what it took is committed, and what it takes is so at once."""
        self._in_step = True
        self._early = [it for it in self._early if self._is_early(it)]

    def came_back(self, uuid: bytes) -> None:
        """The node is in Blender: nobody is to be told any more that it is gone."""
        if uuid not in self._deleted:
            return
        self._deleted.discard(uuid)
        for captures in (self._early, *(captures for _, captures in self._sent)):
            captures[:] = [it for it in captures if it.id != uuid or it.kind is not CaptureKind.DELETE]

    def _is_early(self, capture: Capture) -> bool:
        """Whether no commit says so. What undo took away from others is to come back, which none says ever."""
        gone = capture.kind is CaptureKind.DELETE
        return gone and capture.rewound if self._in_step else gone or capture.rewound

    def forget(self) -> None:
        """The agent died: what was under way or not committed is captured anew anyway, but for what is gone from
        Blender."""
        sent = [capture for _, captures in self._sent for capture in captures]
        under_way = self._early + sent + self._captures
        self._captures = [capture for capture in under_way if capture.kind is CaptureKind.DELETE]
        self._rewound |= {capture.id for capture in under_way if capture.rewound}
        self._in_step = False
        self._early = []
        self._deleted.clear()
        self._sent.clear()
        self._pot.take()

    def take_rewound(self) -> set[bytes]:
        """What undo or redo exchanged while no agent could commit it: it is to be captured as that again."""
        rewound, self._rewound = self._rewound, set()
        return rewound
