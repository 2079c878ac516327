"""Keeps an agent: starts it, carries out what is asked of it, takes what is new, and starts another when it dies
(BR5). Main thread only, in steps."""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import Any, Callable

from ..core.changes import (
    AgentLost,
    AgentStarted,
    AgentState,
    RequestFailed,
    Status,
    StatusChanged,
)
from .agent_process import AgentProcess
from .child import StartFailed
from .connection import Arrival, Connection, Outdated
from .gateway import AgentGone
from .java import JavaNotFound
from .requests import Request
from .segments import Lease
from .steps import Steps

_log = logging.getLogger(__name__)

ALIVE_CHECK_SECONDS = 0.25
RESTART_DELAYS_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0)  # after the last one it is given up
STEADY_SECONDS = 60.0  # an agent that lived so long makes the delays begin anew
LEAVE_SECONDS = 5.0  # for what was asked before the stop


class Keeper:
    """Takes steps until ``stop`` and what was asked before it is carried out."""

    def __init__(
        self, launch: Callable[[], Steps[AgentProcess]], clock: Callable[[], float] = time.monotonic
    ):
        self._launch = launch
        self._clock = clock
        self._requests: deque[Request] = deque()
        self._under_way: list[Request] = []
        self._items: deque = deque()
        self._ready_leases: list[Lease] = []
        self._presence: str | None = None
        self._stopping = False
        self._connect_options: str | None = None
        self._connection: Connection | None = None
        self._process: AgentProcess | None = None
        self._until_seconds = 0.0
        self._life: Steps[None] | None = self._live()
        self.generation = 0
        self.agent_pid = 0
        self.status = Status(AgentState.STARTING)

    @property
    def living(self) -> bool:
        """Whether there is an agent, or one is started, or tried again."""
        return self._life is not None

    @property
    def gone(self) -> bool:
        """Whether it is over, and the last agent's process with it: it told the server that the artist left."""
        return not self.living and (self._process is None or not self._process.child.alive())

    @property
    def asking(self) -> bool:
        """Whether something was asked that is not answered, or changes are announced that are not here."""
        taking = self._connection is not None and self._connection.taking
        return bool(self._requests or self._under_way) or taking

    def step(self, budget_seconds: float) -> bool:
        """What there is to do now, unpacking what came for so long at most; returns ``living``."""
        if self._life is not None:
            self._until_seconds = self._clock() + budget_seconds
            try:
                next(self._life)
            except StopIteration:
                self._life = None
                self._fail_all("The agent is not running.")
        return self.living

    def send(self) -> None:
        """Sends what was asked since the last step; what goes wrong shows at the next one."""
        if self._connection is not None:
            try:
                self._call_all(self._connection)
                self._connection.send()
            except AgentGone as error:
                _log.info("sending failed: %s", error)

    def ask(self, method: str, *arguments: Any) -> Request:
        """Queues a call; it fails if there is no agent any more."""
        request = Request(method, arguments)
        if self.living:
            self._requests.append(request)
        else:
            self._fail(request, "The agent is not running.", lost=True)
        return request

    def set_presence(self, text: str) -> None:
        """Replaces the presence that waits to be sent."""
        self._presence = text

    def drain(self) -> list[Any]:
        """Everything for Blender, in order, as far as it is unpacked."""
        items, ready = self._items, []
        while items:
            item = items[0]
            if isinstance(item, Arrival):
                item = item.batch
                if item is None:
                    break
            items.popleft()
            ready.append(item)
        return ready

    def ready_leases(self) -> list[Lease]:
        """The segments that became free for filling."""
        leases, self._ready_leases = self._ready_leases, []
        return leases

    def recycle(self, lease: Lease) -> None:
        """Takes a lease back."""
        lease.reset()
        if lease.generation == self.generation:
            self._ready_leases.append(lease)

    def stop(self) -> None:
        """Has the steps that follow carry out what is asked by now, and end the agent."""
        self._stopping = True

    # --- the life of agents ---

    def _live(self) -> Steps[None]:
        """Starts agents until told to stop or until they keep failing."""
        failures = 0
        while not self._stopping:
            started = self._clock()
            text, may_retry = yield from self._keep_one()
            if self._stopping:
                break
            if self._clock() - started > STEADY_SECONDS:
                failures = 0
            final = not may_retry or failures >= len(RESTART_DELAYS_SECONDS)
            self._lost(text, final)
            if final:
                break
            yield from self._pause(RESTART_DELAYS_SECONDS[failures])
            failures += 1
        self._set_status(Status(AgentState.NOT_RUNNING))

    def _keep_one(self) -> Steps[tuple[str, bool]]:
        """Starts an agent and serves it to its end; returns why it ended and whether another may be tried."""
        self._set_status(Status(AgentState.STARTING))
        restarted = self.generation > 0
        try:
            process = yield from self._launch()
        except JavaNotFound as error:
            return str(error), False
        except (StartFailed, OSError) as error:
            return str(error), restarted
        self.generation += 1
        self._process = process
        try:
            self._connection = Connection(process, self.generation, self._items.append, self._set_status)
            self.agent_pid = process.child.pid
            if restarted and self._connect_options is not None:
                self._connection.query("connect", [self._connect_options], _joined_again)
            self._items.append(AgentStarted(process.child.pid, process.version, restarted))
            yield from self._serve(self._connection, process)
            return "", False
        except (AgentGone, OSError, ValueError) as error:
            _log.warning("the agent is lost: %s", error)
            return str(error), True
        finally:
            self.agent_pid = 0
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            process.child.leave()

    def _serve(self, connection: Connection, process: AgentProcess) -> Steps[None]:
        """Carries out requests and takes what is new until told to stop; raises AgentGone when the agent died."""
        next_check = 0.0
        leave_at = None
        while True:
            connection.step(self._until_seconds)
            self._call_all(connection)
            connection.send()
            now = self._clock()
            if now >= next_check:
                next_check = now + ALIVE_CHECK_SECONDS
                if not process.child.alive():
                    raise AgentGone("The agent ended unexpectedly.")
                connection.check_heart()
            if self._stopping:
                leave_at = now + LEAVE_SECONDS if leave_at is None else leave_at
                if now > leave_at or not (self._requests or connection.waiting):
                    return
            yield

    def _pause(self, seconds: float) -> Steps[None]:
        end = self._clock() + seconds
        while not self._stopping and self._clock() < end:
            yield

    def _lost(self, text: str, final: bool) -> None:
        self._ready_leases.clear()
        self._items = deque(it for it in self._items if not isinstance(it, Arrival) or it.batch is not None)
        self._fail_all(text)
        self._items.append(AgentLost(text, final))
        self._set_status(Status(AgentState.NOT_RUNNING if final else AgentState.STARTING))

    def _set_status(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            self._items.append(StatusChanged(status))

    # --- calls ---

    def _call_all(self, connection: Connection) -> None:
        while self._requests and not connection.full:
            self._call(connection, self._requests.popleft())
        if self._presence is not None and not self._stopping:
            presence, self._presence = self._presence, None
            connection.query("presence", [presence], self._presence_answered)

    def _call(self, connection: Connection, request: Request) -> None:
        """Begins one call; its answer settles the request."""
        method, arguments = request.method, request.arguments
        self._under_way.append(request)
        if method == "submit":
            self._submit(connection, request, *arguments)
        elif method == "allocate":
            connection.allocate(*arguments, then=lambda lease, refused: self._lent(request, lease, refused))
        elif method == "done":
            connection.done(*arguments, then=lambda _, refused: self._settle(request, None, refused))
        else:
            if method == "connect":
                self._connect_options = arguments[0]
            elif method == "disconnect":
                self._connect_options = None
            connection.query(method, arguments, lambda value, refused: self._settle(request, value, refused))

    def _submit(self, connection: Connection, request: Request, captures: list, leases: list[Lease]) -> None:
        def taken(_: Any, refused: str | None) -> None:
            for lease in leases:
                self.recycle(lease)
            self._settle(request, None, refused)

        try:
            connection.submit(captures, leases, taken)
        except ValueError as error:
            for lease in leases:
                self.recycle(lease)
            self._under_way.remove(request)
            self._fail(request, str(error), lost=isinstance(error, Outdated))

    def _lent(self, request: Request, lease: Lease | None, refused: str | None) -> None:
        if lease is not None:
            self._ready_leases.append(lease)
        self._settle(request, None, refused)

    def _presence_answered(self, _: Any, refused: str | None) -> None:
        if refused is not None:
            self._items.append(RequestFailed("presence", refused))

    def _settle(self, request: Request, value: Any, refused: str | None) -> None:
        self._under_way.remove(request)
        if refused is None:
            request.succeed(value)
        else:
            self._fail(request, refused)

    def _fail(self, request: Request, text: str, lost: bool = False) -> None:
        request.fail(text, lost)
        self._items.append(RequestFailed(request.method, text, lost))

    def _fail_all(self, text: str) -> None:
        """The agent is gone, and with it all that was asked of it."""
        failed = [*self._under_way, *self._requests]
        self._under_way.clear()
        self._requests.clear()
        for request in failed:
            self._fail(request, text, lost=True)


def _joined_again(_: Any, refused: str | None) -> None:
    if refused is not None:
        raise AgentGone(refused)
