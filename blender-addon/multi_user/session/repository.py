"""The list of all nodes, kept as the agent's: what the repository panel shows, and what it can do. Main thread only.

Nothing is asked or written while nothing shows the panel. That it is shown is known by its being drawn: so where
there is news and it was not drawn lately, the sidebar is drawn again, once a second at most, and if the panel is in
it, it says so.
"""

from __future__ import annotations

import time
from collections import deque
from functools import partial
from typing import Any, Callable

import bpy

from ..bridge.client import AgentClient
from ..bridge.requests import Request
from ..core.budget import Budget
from ..core.node_list import NodeList, NodeRow

_SHOWN_SECONDS = 2.0  # after it was drawn last
_WAKE_SECONDS = 1.0
_ASK_SECONDS = 0.1
_PAGE_ROWS = 500


class RepositoryMirror:
    """Stepped with the session. The collection that Blender draws has as many items as there are rows, and the first
    shows the first of the ordered ones; ``chosen`` are the nodes whose box is checked, ``active`` was clicked last.
    """

    def __init__(self, client: AgentClient, clock: Callable[[], float] = time.monotonic):
        self._client = client
        self._clock = clock
        self.nodes = NodeList()
        self.chosen: set[bytes] = set()
        self.active = b""
        self._wakes = 0
        self._drawn_at = -_SHOWN_SECONDS
        self._wake_at = 0.0
        self._ask_at = 0.0
        self._stale = True
        self._since = 0
        self._asked: Request | None = None
        self._coming: deque[Callable[[], None]] = deque()

    @property
    def version(self) -> int:
        """Another number where the panel is to be drawn again."""
        return self.nodes.version + self._wakes

    @property
    def in_step(self) -> bool:
        """Whether all that was told is in the list, as far as one knows."""
        return not (self._stale or self._asked or self._coming) and len(items()) == len(self.nodes)

    def drawn(self) -> None:
        """Somebody looks at the list."""
        self._drawn_at = self._clock()

    def stale(self) -> None:
        """The agent has something new."""
        self._stale = True

    def restart(self) -> None:
        """Another agent, which counts anew: all is to be told anew."""
        self._stale = True
        self._since = 0
        self._asked = None
        self._coming.clear()
        self.nodes.clear()

    def step(self, budget: Budget) -> bool:
        """Asks for what is new, and takes over what came as long as there is time; whether there was something."""
        now = self._clock()
        if now - self._drawn_at > _SHOWN_SECONDS:
            if self._stale and now >= self._wake_at:
                self._wake_at = now + _WAKE_SECONDS
                self._wakes += 1
            return False
        self._take_answer()
        while self._coming and budget.left():
            self._coming.popleft()()
        resized = self._resize(budget)
        if self._stale and not (self._asked or self._coming) and now >= self._ask_at:
            self._ask_at = now + _ASK_SECONDS
            self._stale = False
            self._asked = self._client.repository(self._since, _PAGE_ROWS)
        return bool(self._asked or self._coming or resized)

    def _resize(self, budget: Budget) -> bool:
        """Gives Blender's collection as many items as there are rows; whether it had not."""
        shown, wanted = items(), len(self.nodes)
        count = before = len(shown)
        while count < wanted and budget.left():
            shown.add().name = str(count)
            count += 1
        if wanted == 0 and count:
            shown.clear()
        while count > wanted > 0 and budget.left():
            count -= 1
            shown.remove(count)
        if before != wanted:
            self._wakes += 1
        return before != wanted

    def _take_answer(self) -> None:
        asked = self._asked
        if asked is None or not asked.finished:
            return
        self._asked = None
        if asked.error is not None:
            self._stale = not asked.lost  # a lost one is asked again when another agent is there
            return
        page = asked.value
        self._since = page["upTo"]
        if page["more"]:
            self._stale = True
            self._ask_at = 0.0
        self._coming += [partial(self._put, fields) for fields in page["rows"]]
        self._coming += [partial(self._remove, uuid) for uuid in page["gone"]]

    def _put(self, fields: list[Any]) -> None:
        self.nodes.put(NodeRow.from_list(fields))

    def _remove(self, text: str) -> None:
        uuid = bytes.fromhex(text.replace("-", ""))
        self.nodes.remove(uuid)
        self.chosen.discard(uuid)


def items():
    """The collection that Blender draws."""
    return bpy.context.window_manager.multiuser_repository.rows
