"""The one thread that talks to the agent: starts it, calls it, takes what is new, and starts another when
it dies (BR5)."""

from __future__ import annotations

import logging
import queue
import threading
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
from .connection import Connection, Outdated
from .gateway import AgentGone, CallRefused
from .java import JavaNotFound
from .requests import Request
from .segments import Lease

_log = logging.getLogger(__name__)

ACTIVE_LOOK_SECONDS = 0.005  # how often the counters are read while in a session
IDLE_LOOK_SECONDS = 0.05
ALIVE_CHECK_SECONDS = 0.25
RESTART_DELAYS_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0)  # after the last one it is given up
STEADY_SECONDS = 60.0  # an agent that lived so long makes the delays begin anew
_IDLE_STATES = (AgentState.NOT_RUNNING, AgentState.STARTING, AgentState.OFFLINE, AgentState.ENDED)


class Worker(threading.Thread):
    """Runs until ``stop``. The methods above the line "worker thread" are the main thread's; they take no
    lock for long."""

    def __init__(self, launch: Callable[[], AgentProcess], clock: Callable[[], float] = time.monotonic):
        super().__init__(name="multi-user agent", daemon=True)
        self._launch = launch
        self._clock = clock
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._items: deque = deque()
        self._ready_leases: deque[Lease] = deque()
        self._presence: str | None = None
        self._stopping = False
        self._ended = False
        self._connect_options: str | None = None
        self._connection: Connection | None = None
        self.generation = 0
        self.agent_pid = 0
        self.status = Status(AgentState.STARTING)

    def ask(self, method: str, *arguments: Any) -> Request:
        """Queues a call; it fails if the thread has ended."""
        request = Request(method, arguments)
        self._requests.put(request)
        if self._ended:
            self._fail_waiting("The agent is not running.")
        return request

    def set_presence(self, text: str) -> None:
        """Replaces the presence that waits to be sent."""
        self._presence = text

    def drain(self) -> list[Any]:
        """Everything for the main thread, in order."""
        items = self._items
        return [items.popleft() for _ in range(len(items))]

    def ready_leases(self) -> list[Lease]:
        """The segments that became free for filling."""
        leases = self._ready_leases
        return [leases.popleft() for _ in range(len(leases))]

    def recycle(self, lease: Lease) -> None:
        """Takes a lease back; either thread."""
        lease.reset()
        if lease.generation == self.generation:
            self._ready_leases.append(lease)

    def stop(self) -> None:
        """Ends the agent and the thread soon."""
        self._stopping = True
        self._requests.put(None)

    # --- worker thread ---

    def run(self) -> None:
        """Starts agents until told to stop or until they keep failing."""
        failures = 0
        while not self._stopping:
            started = self._clock()
            text, may_retry = self._run_one_agent()
            if self._stopping:
                break
            if self._clock() - started > STEADY_SECONDS:
                failures = 0
            final = not may_retry or failures >= len(RESTART_DELAYS_SECONDS)
            self._lost(text, final)
            if final:
                break
            self._pause(RESTART_DELAYS_SECONDS[failures])
            failures += 1
        self._ended = True  # before the last look into the queue: what comes later, ``ask`` fails itself
        self._fail_waiting("The agent is not running.")
        self._set_status(Status(AgentState.NOT_RUNNING))

    def _run_one_agent(self) -> tuple[str, bool]:
        """Starts an agent and serves it to its end; returns why it ended and whether another may be tried."""
        self._set_status(Status(AgentState.STARTING))
        try:
            process = self._launch()
        except JavaNotFound as error:
            return str(error), False
        except StartFailed as error:
            return str(error), self.generation > 0
        restarted = self.generation > 0
        self.generation += 1
        try:
            self._connection = Connection(process, self.generation, self._items.append)
            self.agent_pid = process.child.pid
            if restarted and self._connect_options is not None:
                self._connection.call("connect", self._connect_options)
            self._items.append(AgentStarted(process.child.pid, process.version, restarted))
            self._serve(self._connection, process)
            return "", False
        except (AgentGone, CallRefused, OSError, ValueError) as error:
            _log.warning("the agent is lost: %s", error)
            return str(error), True
        finally:
            self.agent_pid = 0
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            process.child.end()

    def _serve(self, connection: Connection, process: AgentProcess) -> None:
        """Answers requests and looks at the counters until told to stop; raises AgentGone when the agent
        died."""
        next_check = 0.0
        while not self._stopping:
            look = IDLE_LOOK_SECONDS if self.status.state in _IDLE_STATES else ACTIVE_LOOK_SECONDS
            try:
                request = self._requests.get(timeout=look)
            except queue.Empty:
                request = None
            self._answer_all(connection, request)
            presence, self._presence = self._presence, None
            if presence is not None:
                self._call_quietly(connection, "presence", presence)
            connection.take_news(self._set_status)
            now = self._clock()
            if now >= next_check:
                next_check = now + ALIVE_CHECK_SECONDS
                if not process.child.alive():
                    raise AgentGone("The agent ended unexpectedly.")
                connection.check_heart()
        self._answer_all(connection, self._next_request())  # the last captures, and that the session is left

    def _answer_all(self, connection: Connection, request: Request | None) -> None:
        while request is not None:
            self._answer(connection, request)
            request = self._next_request()

    def _next_request(self) -> Request | None:
        try:
            return self._requests.get_nowait()
        except queue.Empty:
            return None

    def _answer(self, connection: Connection, request: Request) -> None:
        """Carries out one request; a refusal settles it, a dead agent settles it and goes on upwards."""
        method, arguments = request.method, request.arguments
        try:
            if method == "submit":
                captures, leases = arguments
                try:
                    connection.submit(captures, leases)
                finally:
                    for lease in leases:
                        self.recycle(lease)
                connection.take_news(
                    self._set_status
                )  # first: who sees it taken is to see that it is pending
                request.succeed(None)
            elif method == "allocate":
                lease = connection.allocate(*arguments)
                self._ready_leases.append(lease)
                request.succeed(None)
            elif method == "done":
                request.succeed(connection.done(*arguments))
            else:
                if method == "connect":
                    self._connect_options = arguments[0]
                elif method == "disconnect":
                    self._connect_options = None
                request.succeed(connection.query(method, arguments))
        except Outdated as error:
            self._fail(request, str(error), lost=True)
        except (CallRefused, ValueError) as error:
            self._fail(request, str(error))
        except (AgentGone, OSError) as error:
            self._fail(request, str(error), lost=True)
            raise

    def _call_quietly(self, connection: Connection, method: str, *arguments: Any) -> None:
        """A call nobody waits for; a refusal is told as an item."""
        try:
            connection.call(method, *arguments)
        except CallRefused as error:
            self._items.append(RequestFailed(method, str(error)))

    def _fail(self, request: Request, text: str, lost: bool = False) -> None:
        request.fail(text, lost)
        self._items.append(RequestFailed(request.method, text, lost))

    def _fail_waiting(self, text: str) -> None:
        request = self._next_request()
        while request is not None:
            self._fail(request, text, lost=True)
            request = self._next_request()

    def _lost(self, text: str, final: bool) -> None:
        self._ready_leases.clear()
        self._fail_waiting(text)
        self._items.append(AgentLost(text, final))
        self._set_status(Status(AgentState.NOT_RUNNING if final else AgentState.STARTING))

    def _set_status(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            self._items.append(StatusChanged(status))

    def _pause(self, seconds: float) -> None:
        end = self._clock() + seconds
        while not self._stopping and self._clock() < end:
            time.sleep(0.05)
