"""The facade of one agent process, with its shared memory (BR8 to BR19). Main thread only, which never waits."""

from __future__ import annotations

import json
import time
import uuid
from collections import deque
from typing import Any, Callable, Sequence

from ..core import msgpack
from ..core.changes import (
    Batch,
    Capture,
    Event,
    FilesNews,
    PresencesChanged,
    RowsChanged,
    Status,
    Transfers,
    TransfersChanged,
)
from .agent_process import AgentProcess
from .decode import decode_changes
from .envelope import Envelope
from .gateway import AgentGone, Gateway, Then
from .segments import ControlWords, Lease, Segments
from .steps import Steps

BATCH_BYTES = 32 * 1024 * 1024
BATCHES_OUT = 2
STILL_CHECKS = 120  # checks of the heart, 0.25 s apart at least, after which an agent counts as hung
_JSON_ANSWERS = ("nodes", "node", "owners", "repository")


class Outdated(ValueError):
    """What was captured lies in the memory of an agent before this one."""


class Arrival:
    """The place of a batch among the items for Blender, from when it is taken until it is unpacked."""

    __slots__ = ("batch",)

    def __init__(self):
        self.batch: Batch | None = None


class Connection:
    """Calls one agent until it dies. ``emit`` takes items for Blender in order, ``on_status`` the status.

    ``step`` may raise AgentGone, and ValueError or OSError where what the agent says makes no sense.
    """

    def __init__(
        self,
        process: AgentProcess,
        generation: int,
        emit: Callable[[Any], None],
        on_status: Callable[[Status], None],
    ):
        self._generation = generation
        self._emit = emit
        self._on_status = on_status
        self._gateway = Gateway(process.port, process.token)
        self._segments = Segments(process.segments)
        self._control = ControlWords(process.segments)
        self._envelope = Envelope(self._gateway, self._segments)
        self._seen = (0, 0, -1, 0, 0, 0)
        self._heart = (-1, 0)
        self._batches: set[int] = set()
        self._takes = 0  # on their way
        self._more = False
        self._statuses = 0  # on their way
        self._after_status: list[Callable[[], None]] = []
        self._jobs: deque[Steps[None]] = deque()

    # --- steps ---

    def step(self, until_seconds: float) -> None:
        """Takes answers, looks for news, and unpacks what came until this time of the monotonic clock."""
        self._gateway.receive()
        self._take_news()
        while self._jobs and time.monotonic() < until_seconds:
            try:
                next(self._jobs[0])
            except StopIteration:
                self._jobs.popleft()

    def send(self) -> None:
        """Sends what was asked."""
        self._gateway.send()

    @property
    def full(self) -> bool:
        """Whether captures wait for memory, and with them what is asked later."""
        return self._envelope.full

    @property
    def waiting(self) -> bool:
        """Whether anything was asked that is not answered."""
        return self.full or self._gateway.waiting > 0 or bool(self._jobs)

    @property
    def taking(self) -> bool:
        """Whether changes are announced that are not here."""
        return self._takes > 0 or self._more

    # --- calls ---

    def query(self, method: str, arguments: Sequence[Any], then: Then) -> None:
        """A call whose answer is decoded where it is JSON."""

        def decoded(answer: Any, refused: str | None) -> None:
            if refused is None and method in _JSON_ANSWERS:
                answer = _decoded(method, answer)
            then(answer, refused)

        self._gateway.call(method, *arguments, then=decoded)

    def allocate(self, size: int, then: Then) -> None:
        """A segment to fill; its lease comes when it is ready."""

        def lend(segment: int) -> Steps[None]:
            memory = yield from self._segments.memory(segment)
            then(Lease(segment, memory, self._generation), None)

        def allocated(segment: Any, refused: str | None) -> None:
            if refused is not None:
                then(None, refused)
            else:
                self._jobs.append(lend(segment))

        self._gateway.call("allocate", size, then=allocated)

    def submit(self, captures: Sequence[Capture], leases: Sequence[Lease], then: Then) -> None:
        """Encodes captures and hands them over; ``then`` when they are taken and the status tells so. Raises Outdated,
        ValueError."""
        if any(lease.generation != self._generation for lease in leases):
            raise Outdated("The agent was started again since this was captured.")
        lent = {lease.segment for lease in leases}
        if any(array.segment not in lent for capture in captures for array in capture.buffers.values()):
            raise ValueError("An array does not lie in the memory that was handed over with it.")
        data = msgpack.encode([capture.to_map() for capture in captures], msgpack.ENVELOPE_DEPTH)

        def taken(value: Any, refused: str | None) -> None:
            self._take_news()  # who sees it taken is to see that it is pending
            if self._statuses and refused is None:
                self._after_status.append(lambda: then(None, None))
            else:
                then(None, refused)

        self._envelope.submit(data, taken)

    def done(self, batch: Batch, then: Then) -> None:
        """Gives a batch back; one of an earlier agent is nobody's any more."""
        if batch.generation == self._generation and batch.number in self._batches:
            self._batches.remove(batch.number)
            self._gateway.call("done", batch.number, then=then)
        else:
            then(None, None)

    # --- news ---

    def _take_news(self) -> None:
        """Reads the counters and asks for what they announce, the status before batches: that the session's scene
        comes is to be known before the first of it is applied."""
        changes, events, state, presence, _, files, rows = self._control.read()
        seen, self._seen = self._seen, (changes, events, state, presence, files, rows)
        call = self._gateway.call
        if events != seen[1]:
            call("events", then=_heeding(self._got_events))
        if state != seen[2]:
            self._statuses += 1
            call("status", then=_heeding(self._got_status))
        if changes != seen[0]:
            self._more = True
        while self._more and len(self._batches) + self._takes < BATCHES_OUT:
            self._takes += 1
            call("take", BATCH_BYTES, then=_heeding(lambda answer: self._got_batch(answer, changes)))
        if presence != seen[3]:
            call("presences", then=_heeding(self._got_presences))
        if files != seen[4]:
            call("files", then=_heeding(self._got_files))
            call("transfers", then=_heeding(self._got_transfers))
        if rows != seen[5]:
            self._emit(RowsChanged())

    def _got_files(self, answer: str) -> None:
        fields = json.loads(answer)
        if any(fields.values()):
            self._emit(FilesNews(fields))

    def _got_transfers(self, answer: str) -> None:
        self._emit(TransfersChanged(Transfers.from_map(json.loads(answer))))

    def _got_events(self, answer: str) -> None:
        for fields in json.loads(answer):
            self._emit(_event(fields))

    def _got_presences(self, answer: str) -> None:
        self._emit(PresencesChanged(json.loads(answer)))

    def _got_status(self, answer: str) -> None:
        self._statuses -= 1
        self._on_status(Status.from_map(json.loads(answer)))
        if not self._statuses:
            waiting, self._after_status = self._after_status, []
            for then in waiting:
                then()

    def _got_batch(self, answer: str, asked_at: int) -> None:
        """``asked_at``: the counter of changes when it was asked for; since then there may be more."""
        self._takes -= 1
        if not answer:
            self._more = self._seen[0] != asked_at
            return
        fields = json.loads(answer)
        self._batches.add(fields["batch"])
        arrival = Arrival()
        self._emit(arrival)
        self._jobs.append(self._unpack(fields, arrival))

    def _unpack(self, fields: dict[str, Any], arrival: Arrival) -> Steps[None]:
        memory = yield from self._segments.memory(fields["segment"])
        changes = yield from decode_changes(memory, fields["offset"], fields["length"])
        arrival.batch = Batch(fields["batch"], changes, fields["length"], self._generation)

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


def _heeding(then: Callable[[Any], None]) -> Then:
    """For calls that the facade never refuses."""

    def heed(value: Any, refused: str | None) -> None:
        if refused is not None:
            raise AgentGone(f"The agent refused what it announced: {refused}")
        then(value)

    return heed


def _decoded(method: str, answer: str) -> Any:
    value = json.loads(answer)
    if method == "nodes":
        return [uuid.UUID(text).bytes for text in value]
    if method == "owners":
        return {uuid.UUID(text).bytes: owner for text, owner in value.items()}
    return value


def _event(fields: dict[str, Any]) -> Event:
    node = fields.get("node")
    return Event(
        kind=fields["kind"],
        text=fields.get("text") or "",
        node=uuid.UUID(node).bytes if node else None,
        code=fields.get("code") or "",
        owner=fields.get("owner"),
    )
