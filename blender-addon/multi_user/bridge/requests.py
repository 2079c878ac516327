"""What Blender asks of the agent. Main thread only."""

from __future__ import annotations

from typing import Any


class Request:
    """A call on its way: look at ``finished`` at a later tick.

    A request that failed has a text in ``error`` and also comes out of ``AgentClient.poll`` as RequestFailed.
    With ``lost`` its agent is gone, which may have carried it out or not; ``poll`` tells of that as well, if need be
    a moment later.
    """

    __slots__ = ("method", "arguments", "value", "error", "lost", "finished")

    def __init__(self, method: str, arguments: tuple):
        self.method = method
        self.arguments = arguments
        self.value: Any = None
        self.error: str | None = None
        self.lost = False
        self.finished = False

    def succeed(self, value: Any) -> None:
        """The call returned this."""
        self.arguments = ()
        self.value = value
        self.finished = True

    def fail(self, text: str, lost: bool = False) -> None:
        """The call failed; ``lost``: because its agent is gone."""
        self.arguments = ()
        self.lost = lost
        self.error = text
        self.finished = True
