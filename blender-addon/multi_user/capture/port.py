"""What capture needs of the agent's client: the narrow port that ``bridge.client.AgentClient`` fulfils. Main
thread only."""

from __future__ import annotations

from typing import Any, Iterable, Protocol, Sequence

from ..core.changes import Capture, CaptureBuffer


class Request(Protocol):
    """A call on its way. ``lost``: it failed because its agent is gone."""

    finished: bool
    error: str | None
    lost: bool


class Lease(Protocol):
    """Shared memory lent for filling."""

    def room(self) -> int:
        """The bytes still free."""

    def array(self, dtype: str, rows: int, columns: int) -> tuple[Any, CaptureBuffer]:
        """A flat, writable array and its name for a capture."""


class AgentPort(Protocol):
    """Where captures go."""

    def lease(self, size: int) -> Lease | None:
        """Shared memory of at least ``size`` bytes, or None if there is none yet: ask again at a later
        tick."""

    def release(self, lease: Lease) -> None:
        """Gives back a lease that is not submitted."""

    def submit(self, captures: Sequence[Capture], leases: Iterable[Lease] = ()) -> Request:
        """Hands captures over with the leases their arrays lie in."""
