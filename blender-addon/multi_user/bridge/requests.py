"""What the main thread asks of the worker. A request is made on the main thread and settled on the
worker's."""

from __future__ import annotations

import threading
from typing import Any


class Request:
    """A call on its way. The main thread looks at ``finished``; it never waits.

    A request that failed has a text in ``error`` and also comes out of ``AgentClient.poll`` as RequestFailed.
    With ``lost`` its agent is gone, which may have carried it out or not; ``poll`` tells of that as well, if need be
    a moment later.
    """

    __slots__ = ("method", "arguments", "value", "error", "lost", "_settled")

    def __init__(self, method: str, arguments: tuple):
        self.method = method
        self.arguments = arguments
        self.value: Any = None
        self.error: str | None = None
        self.lost = False
        self._settled = threading.Event()

    @property
    def finished(self) -> bool:
        """Whether ``value`` or ``error`` is there."""
        return self._settled.is_set()

    def succeed(self, value: Any) -> None:
        """Worker thread: the call returned this."""
        self.arguments = ()
        self.value = value
        self._settled.set()

    def fail(self, text: str, lost: bool = False) -> None:
        """Worker thread: the call failed; ``lost``: because its agent is gone."""
        self.arguments = ()
        self.lost = lost
        self.error = text
        self._settled.set()

    def wait(self, timeout_seconds: float) -> bool:
        """For tests and scripts without a window: waits until finished, and says whether it is."""
        return self._settled.wait(timeout_seconds)
