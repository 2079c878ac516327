"""The segment through which captures' own bytes go to the agent (BR12). Main thread only, which never waits."""

from __future__ import annotations

from typing import Any

from .gateway import Gateway, Then
from .segments import Segments, size_class
from .steps import finish

ENVELOPE_BYTES = 256 * 1024


class Envelope:
    """Holds what was submitted until the agent took it: its bytes lie one behind the other until none is on its way."""

    def __init__(self, gateway: Gateway, segments: Segments):
        self._gateway = gateway
        self._segments = segments
        self._segment: int | None = None
        self._capacity = 0
        self._filled = 0
        self._under_way = 0
        self._waits: tuple[bytes, Then] | None = None
        self._asked = False

    @property
    def full(self) -> bool:
        """Whether something waits for room; nothing may be submitted then."""
        return self._waits is not None

    def submit(self, data: bytes, then: Then) -> None:
        """Hands these bytes over as soon as there is room."""
        self._waits = (data, then)
        self._go_on()

    def _go_on(self) -> None:
        if self._waits is None:
            return
        data, then = self._waits
        if self._segment is not None and self._filled + len(data) <= self._capacity:
            self._waits = None
            self._hand_over(data, then)
        elif self._under_way == 0 and not self._asked:
            self._enlarge(len(data))

    def _hand_over(self, data: bytes, then: Then) -> None:
        offset = self._filled
        self._filled += len(data)
        self._under_way += 1
        memory = finish(self._segments.memory(self._segment), 0)
        memory[offset : offset + len(data)] = data

        def taken(value: Any, refused: str | None) -> None:
            self._under_way -= 1
            if self._under_way == 0:
                self._filled = 0
            then(value, refused)
            self._go_on()

        self._gateway.call("submit", self._segment, offset, len(data), then=taken)

    def _enlarge(self, size: int) -> None:
        self._asked = True
        if self._segment is not None:
            self._gateway.call("free", self._segment)
            self._segments.forget(self._segment)
            self._segment = None
        wanted = size_class(max(size, ENVELOPE_BYTES))

        def allocated(segment: Any, refused: str | None) -> None:
            self._asked = False
            if refused is None:
                self._segment, self._capacity, self._filled = segment, wanted, 0
                self._go_on()
            elif self._waits is not None:
                then, self._waits = self._waits[1], None
                then(None, refused)

        self._gateway.call("allocate", wanted, then=allocated)
