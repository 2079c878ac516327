"""What apply needs of the session and of the agent's client: narrow ports. Main thread only."""

from __future__ import annotations

from typing import Any, Callable, ContextManager, Iterable, Protocol, Sequence

from ..core.changes import Batch, Capture


class AgentPort(Protocol):
    """Where answers to changes go; ``bridge.client.AgentClient`` fulfils it."""

    def submit(self, captures: Sequence[Capture], leases: Sequence = ()) -> Any:
        """Hands captures over."""

    def done(self, batch: Batch) -> None:
        """A batch is applied."""

    def whole(self, uuid: bytes) -> Any:
        """Asks for a node's full state."""

    def complete(self, uuids: Sequence[bytes]) -> Any:
        """Asks for what Blender holds less of nodes than it was asked to."""


class Replica(Protocol):
    """The session's own book about Blender."""

    def resolve(self, uuid: bytes) -> Any | None:
        """The datablock of a node."""

    def find(self, datablock) -> bytes | None:
        """The node of a datablock, None if it is not known as one (yet)."""

    def bind(self, uuid: bytes, datablock) -> None:
        """This datablock was made for this node."""

    def forget(self, uuid: bytes) -> None:
        """This node's datablock was removed."""

    def keep(self, uuid: bytes, datablock) -> None:
        """Others deleted this node, but Blender cannot be without its datablock."""

    def settle(self, datablock, first: Callable[[], None]) -> bool:
        """Captures what the artist changed of a datablock, and calls ``first`` before: what was read back by then is to
        be handed over, or it would be taken for the artist's doing. False if that is not possible yet."""

    def held(self, datablock) -> bool:
        """Whether the artist works on it in a mode of its own."""

    def clean(self, datablock, paths: Iterable[tuple[str, ...]] | None = None) -> None:
        """What was just written to a datablock, at these places (None: anywhere), is not the artist's doing."""

    def muted(self) -> ContextManager:
        """Reports of Blender meanwhile are not the artist's."""
