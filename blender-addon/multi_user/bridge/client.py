"""``AgentClient``: what the add-on's main thread uses of the agent. Every method here is the main thread's
and returns at once.

    client = AgentClient(lambda: start_agent(settings))
    client.start()
    client.connect({"host": …, "port": …, "session": "main", "userName": …, …})
    each tick:
        for item in client.poll():      # the items at the end of core.changes: StatusChanged, Event, Batch, …
            …
        lease = client.lease(bytes)     # None: not there yet, ask again at a later tick
        array, buffer = lease.array("f4", rows, 3)
        source.foreach_get("vector", array)
        client.submit([Capture(…, buffers={"position": buffer})], [lease])
    client.stop()

A ``Batch`` is applied and then handed to ``done``; while two are out, no more are taken, so a slow Blender
is never flooded.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Callable, Iterable, Sequence

from ..core.changes import AgentState, Batch, Capture, Status
from .agent_process import AgentProcess
from .requests import Request
from .segments import Lease, size_class
from .worker import Worker

SMALLEST_LEASE_BYTES = 1024 * 1024
_SWITCH_SECONDS = 0.0002  # how long the worker may keep Python from the main thread; Python's own is 5 ms


class AgentClient:
    """Owns the worker thread that starts the agent, makes all calls, and takes what is new."""

    def __init__(self, launch: Callable[[], AgentProcess]):
        """``launch`` starts an agent and waits until it is ready; it runs on the worker thread, again
        after each death."""
        self._launch = launch
        self._worker: Worker | None = None
        self._leases: dict[int, list[Lease]] = {}
        self._asked: dict[int, Request] = {}
        self._switch_seconds = 0.0

    # --- life ---

    def start(self) -> None:
        """Starts the worker and with it the agent; nothing if it runs already."""
        if self.running():
            return
        self._leases.clear()
        self._asked.clear()
        self._switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(min(self._switch_seconds, _SWITCH_SECONDS))
        self._worker = Worker(self._launch)
        self._worker.start()

    def stop(self, wait_seconds: float = 0.0) -> None:
        """Ends the agent; the only method that may wait, and only if told to."""
        worker, self._worker = self._worker, None
        if worker is not None:
            sys.setswitchinterval(self._switch_seconds)
            worker.stop()
            if wait_seconds > 0 and worker is not threading.current_thread():
                worker.join(wait_seconds)

    def running(self) -> bool:
        """Whether the worker lives: it has an agent, starts one, or tries again."""
        return self._worker is not None and self._worker.is_alive()

    @property
    def status(self) -> Status:
        """The newest status; ``poll`` returns it as well, if need be a moment later."""
        if self._worker is None:
            return Status(AgentState.NOT_RUNNING)
        return self._worker.status

    @property
    def agent_pid(self) -> int:
        """The agent's process id, 0 while there is none."""
        return self._worker.agent_pid if self._worker is not None else 0

    def poll(self) -> list[Any]:
        """Everything that came in since the last call, in order: the items at the end of ``core.changes``."""
        return self._worker.drain() if self._worker is not None else []

    # --- captures ---

    def lease(self, size: int) -> Lease | None:
        """A segment of at least ``size`` bytes to fill, or None if none is free yet; it is asked for, so
        come back later."""
        if self._worker is None:
            return None
        wanted = size_class(max(size, SMALLEST_LEASE_BYTES))
        self._take_back(wanted)
        free = self._leases.get(wanted)
        if free:
            return free.pop()
        asked = self._asked.get(wanted)
        if asked is None or asked.finished:
            self._asked[wanted] = self._worker.ask("allocate", wanted)
        return None

    def _take_back(self, wanted: int) -> None:
        """Moves what the worker has ready into the free lists, dropping leases of an agent that is gone."""
        generation = self._worker.generation
        for lease in self._worker.ready_leases():
            self._leases.setdefault(lease.capacity, []).append(lease)
        free = self._leases.get(wanted, [])
        self._leases[wanted] = [lease for lease in free if lease.generation == generation]

    def release(self, lease: Lease) -> None:
        """Gives back a lease that is not going to be submitted."""
        if self._worker is not None:
            self._worker.recycle(lease)

    def submit(self, captures: Sequence[Capture], leases: Iterable[Lease] = ()) -> Request:
        """Hands captures over (BR12); the leases their buffers lie in go back by it. Once the request is
        finished, ``status`` tells of the commits that were made of them.

        The captures must not be changed afterwards. If the agent dies before it took them, the request
        fails; after ``AgentStarted(restarted=True)`` everything is to be captured anew anyway.
        """
        return self._enqueue("submit", list(captures), list(leases))

    # --- changes ---

    def done(self, batch: Batch) -> None:
        """The batch is applied; its arrays must not be touched any more (BR14)."""
        self._enqueue("done", batch)

    def whole(self, uuid: bytes) -> Request:
        """Asks for a node's full state among the changes (BR15)."""
        return self._enqueue("whole", _text(uuid))

    def complete(self, uuids: Iterable[bytes]) -> Request:
        """Asks for what Blender holds less of nodes than it was asked to (BR26)."""
        return self._enqueue("complete", ",".join(_text(uuid) for uuid in uuids))

    def reset(self, uuid: bytes) -> Request:
        """Drops this artist's pending commits for a node, then as ``whole`` (BR15)."""
        return self._enqueue("reset", _text(uuid))

    # --- session ---

    def connect(self, options: dict[str, Any]) -> Request:
        """Joins a server (BR9). An agent that is started again after a death joins with the same options
        by itself."""
        return self._enqueue("connect", json.dumps(options))

    def disconnect(self) -> Request:
        """Leaves the server (BR9)."""
        return self._enqueue("disconnect")

    def initialise(self, empty: bool) -> Request:
        """Opens the session from this Blender's scenes, or empty (BR9, SPEC SE3)."""
        return self._enqueue("initialise", bool(empty))

    def initialise_done(self) -> Request:
        """Everything is submitted: the session becomes active (BR9, SPEC SE4)."""
        return self._enqueue("initialiseDone")

    def own(self, action: str, uuids: Iterable[bytes], to_user: str = "") -> Request:
        """TAKE, RELEASE or GIVE nodes (BR16)."""
        return self._enqueue("own", action, ",".join(_text(uuid) for uuid in uuids), to_user)

    def owners(self) -> Request:
        """The owned nodes; the value is a dict of node UUID bytes to user UUID text (BR16)."""
        return self._enqueue("owners")

    def kick(self, user: str, reason: str, ban: bool = False) -> Request:
        """Removes a user, with ``ban`` for good (BR16)."""
        return self._enqueue("kick", user, reason, bool(ban))

    def presence(self, presence: dict[str, Any]) -> None:
        """Tells the others where this artist is (BR17); only the newest that waits is sent."""
        if self._worker is not None:
            self._worker.set_presence(json.dumps(presence))

    def set_auto_push(self, on: bool) -> Request:
        """Whether commits go to the server by themselves (BR18)."""
        return self._enqueue("setAutoPush", bool(on))

    def push(self) -> Request:
        """Sends the commits that wait (BR18)."""
        return self._enqueue("push")

    def cut(self, millis: int) -> Request:
        """For tests: drops the link to the server and keeps it down so long (BR18)."""
        return self._enqueue("cut", int(millis))

    def nodes(self) -> Request:
        """The nodes of the repository; the value is a list of UUID bytes (BR19)."""
        return self._enqueue("nodes")

    def node(self, uuid: bytes) -> Request:
        """What the repository says of a node; the value is a dict (BR19)."""
        return self._enqueue("node", _text(uuid))

    def _enqueue(self, method: str, *arguments: Any) -> Request:
        if self._worker is None:
            request = Request(method, arguments)
            request.fail("The agent is not running.", lost=True)
            return request
        return self._worker.ask(method, *arguments)


def _text(uuid: bytes) -> str:
    """A UUID in its usual notation."""
    digits = uuid.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
