"""The facade of one agent process, with its shared memory (BR8 to BR19). Worker thread only."""

from __future__ import annotations

import json
import uuid
from typing import Any, Callable, Sequence

from ..core import msgpack
from ..core.changes import Batch, Capture, Event, PresencesChanged, Status
from .agent_process import AgentProcess
from .decode import decode_changes
from .gateway import AgentGone, Gateway
from .segments import ControlWords, Lease, Segments, size_class

BATCH_BYTES = 32 * 1024 * 1024
BATCHES_OUT = 2
ENVELOPE_BYTES = 256 * 1024
STILL_CHECKS = 120  # checks of the heart, 0.25 s apart at least, after which an agent counts as hung
_JSON_ANSWERS = ("nodes", "node", "owners")


class Outdated(ValueError):
    """What was captured lies in the memory of an agent before this one."""


class Connection:
    """Calls one agent until it dies. ``emit`` takes items for the main thread."""

    def __init__(self, process: AgentProcess, generation: int, emit: Callable[[Any], None]):
        self._generation = generation
        self._emit = emit
        self._gateway = Gateway(process.port, process.token)
        self._segments = Segments(process.segments)
        self._control = ControlWords(process.segments)
        self._seen = (0, 0, -1, 0)
        self._heart = (-1, 0)
        self._batches: set[int] = set()
        self._more = False
        self._envelope: tuple[int, int] | None = None  # the segment for captures' own bytes: id and size

    def call(self, method: str, *arguments: Any) -> Any:
        """A plain call. Raises CallRefused or AgentGone."""
        return self._gateway.call(method, *arguments)

    def query(self, method: str, arguments: Sequence[Any]) -> Any:
        """A call whose answer is decoded where it is JSON."""
        answer = self._gateway.call(method, *arguments)
        if method not in _JSON_ANSWERS:
            return answer
        value = json.loads(answer)
        if method == "nodes":
            return [uuid.UUID(text).bytes for text in value]
        if method == "owners":
            return {uuid.UUID(text).bytes: owner for text, owner in value.items()}
        return value

    def allocate(self, size: int) -> Lease:
        """A segment for the main thread to fill."""
        segment = self._gateway.call("allocate", size)
        return Lease(segment, self._segments.memory(segment), self._generation)

    def submit(self, captures: Sequence[Capture], leases: Sequence[Lease]) -> None:
        """Encodes captures into the envelope segment and hands them over. Raises Outdated, CallRefused, AgentGone."""
        if any(lease.generation != self._generation for lease in leases):
            raise Outdated("The agent was started again since this was captured.")
        lent = {lease.segment for lease in leases}
        if any(array.segment not in lent for capture in captures for array in capture.buffers.values()):
            raise ValueError("An array does not lie in the memory that was handed over with it.")
        data = msgpack.encode([capture.to_map() for capture in captures], msgpack.ENVELOPE_DEPTH)
        segment = self._envelope_for(len(data))
        self._segments.memory(segment)[: len(data)] = data
        self._gateway.call("submit", segment, 0, len(data))

    def _envelope_for(self, size: int) -> int:
        if self._envelope is None or self._envelope[1] < size:
            if self._envelope is not None:
                self._gateway.call("free", self._envelope[0])
                self._envelope = None
            wanted = size_class(max(size, ENVELOPE_BYTES))
            self._envelope = (self._gateway.call("allocate", wanted), wanted)
        return self._envelope[0]

    def done(self, batch: Batch) -> None:
        """Gives a batch back; one of an earlier agent is nobody's any more."""
        if batch.generation == self._generation and batch.number in self._batches:
            self._batches.remove(batch.number)
            self._gateway.call("done", batch.number)

    def take_news(self, on_status: Callable[[Status], None]) -> None:
        """Reads the counters and fetches what they announce. The status goes to ``on_status`` before any batch is
        emitted: that the session's scene comes is to be known before the first of it is applied."""
        changes, events, state, presence, _ = self._control.read()
        seen, self._seen = self._seen, (changes, events, state, presence)
        if events != seen[1]:
            for fields in json.loads(self._gateway.call("events")):
                self._emit(_event(fields))
        if state != seen[2]:
            on_status(Status.from_map(json.loads(self._gateway.call("status"))))
        if changes != seen[0]:
            self._more = True
        while self._more and len(self._batches) < BATCHES_OUT:
            self._more = self._take()
        if presence != seen[3]:
            self._emit(PresencesChanged(json.loads(self._gateway.call("presences"))))

    def _take(self) -> bool:
        """Takes one batch; returns whether there was one."""
        answer = self._gateway.call("take", BATCH_BYTES)
        if not answer:
            return False
        fields = json.loads(answer)
        number = fields["batch"]
        memory = self._segments.memory(fields["segment"])
        changes = decode_changes(memory, fields["offset"], fields["length"])
        self._batches.add(number)
        self._emit(Batch(number, changes, fields["length"], self._generation))
        return True

    def check_heart(self) -> None:
        """Raises AgentGone if the agent's heart stood still for many checks in a row (BR7, word 4)."""
        heart = self._control.read()[ControlWords.HEART]
        last, still = self._heart
        self._heart = (heart, still + 1 if heart == last else 0)
        if still > STILL_CHECKS:
            raise AgentGone("The agent hangs.")

    def close(self) -> None:
        """Ends the connection; arrays handed out stay valid memory."""
        self._gateway.close()


def _event(fields: dict[str, Any]) -> Event:
    node = fields.get("node")
    return Event(
        kind=fields["kind"],
        text=fields.get("text") or "",
        node=uuid.UUID(node).bytes if node else None,
        code=fields.get("code") or "",
        owner=fields.get("owner"),
    )
