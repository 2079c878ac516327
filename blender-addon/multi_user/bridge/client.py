"""``AgentClient``: what the add-on uses of the agent. Main thread only; every method returns at once.

    client = AgentClient(lambda: start_agent(settings))
    client.start()
    client.connect({"host": …, "port": …, "session": "main", "userName": …, …})
    each tick:
        for item in client.poll(0.001): # the items at the end of core.changes: StatusChanged, Event, Batch, …
            …
        lease = client.lease(bytes)     # None: not there yet, ask again at a later tick
        array, buffer = lease.array("f4", rows, 3)
        source.foreach_get("vector", array)
        client.submit([Capture(…, buffers={"position": buffer})], [lease])
        client.flush()                  # what the tick asked goes out with it
    client.stop()

A ``Batch`` is applied and then handed to ``done``; while two are out, no more are taken, so a slow Blender
is never flooded.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Iterable, Sequence

from ..core.changes import AgentState, Batch, Capture, Status
from .agent_process import AgentProcess
from .keeper import Keeper
from .requests import Request
from .segments import Lease, size_class
from .steps import Steps, let_go, wait_until_gone

SMALLEST_LEASE_BYTES = 1024 * 1024
UNPACK_SECONDS = 0.001


class AgentClient:
    """Starts the agent, makes all calls, and takes what is new, a step at each ``poll`` and ``flush``."""

    def __init__(self, launch: Callable[[], Steps[AgentProcess]]):
        """``launch`` starts an agent, in steps until it is ready, again after each death."""
        self._launch = launch
        self._keeper: Keeper | None = None
        self._leases: dict[int, list[Lease]] = {}
        self._asked: dict[int, Request] = {}

    # --- life ---

    def start(self) -> None:
        """Starts the agent; nothing if it runs already."""
        if self.running():
            return
        self._leases.clear()
        self._asked.clear()
        self._keeper = Keeper(self._launch)

    def stop(self, wait_seconds: float = 0.0, then: Callable[[], None] = lambda: None) -> None:
        """Ends the agent once what was asked is carried out, in steps of ``steps.wind_down``, and calls ``then`` when
        it has ended; the only method that may wait for it, and only if told to."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            then()
            return

        def ending() -> bool:
            keeper.step(0.0)
            if keeper.gone:
                then()
            return not keeper.gone

        keeper.stop()
        let_go(ending)
        if wait_seconds > 0:
            wait_until_gone(wait_seconds)

    def running(self) -> bool:
        """Whether there is an agent, or one is started, or tried again."""
        return self._keeper is not None and self._keeper.living

    @property
    def status(self) -> Status:
        """The newest status; ``poll`` returns it as well, if need be a moment later."""
        if self._keeper is None:
            return Status(AgentState.NOT_RUNNING)
        return self._keeper.status

    @property
    def agent_pid(self) -> int:
        """The agent's process id, 0 while there is none."""
        return self._keeper.agent_pid if self._keeper is not None else 0

    @property
    def asking(self) -> bool:
        """Whether something was asked that is not answered, or changes are announced that are not here."""
        return self._keeper is not None and self._keeper.asking

    def poll(self, unpack_seconds: float = UNPACK_SECONDS) -> list[Any]:
        """Everything that came in since the last call, in order: the items at the end of ``core.changes``. Batches are
        unpacked for so long at most."""
        keeper = self._keeper
        if keeper is None:
            return []
        keeper.step(unpack_seconds)
        return keeper.drain()

    def flush(self) -> None:
        """Sends what was asked since the last ``poll``."""
        if self._keeper is not None:
            self._keeper.send()

    # --- captures ---

    def lease(self, size: int) -> Lease | None:
        """A segment of at least ``size`` bytes to fill, or None if none is free yet; it is asked for, so
        come back later."""
        if self._keeper is None:
            return None
        wanted = size_class(max(size, SMALLEST_LEASE_BYTES))
        self._take_back(wanted)
        free = self._leases.get(wanted)
        if free:
            return free.pop()
        asked = self._asked.get(wanted)
        if asked is None or asked.finished:
            self._asked[wanted] = self._keeper.ask("allocate", wanted)
        return None

    def _take_back(self, wanted: int) -> None:
        """Moves what is ready into the free lists, dropping leases of an agent that is gone."""
        generation = self._keeper.generation
        for lease in self._keeper.ready_leases():
            self._leases.setdefault(lease.capacity, []).append(lease)
        free = self._leases.get(wanted, [])
        self._leases[wanted] = [lease for lease in free if lease.generation == generation]

    def release(self, lease: Lease) -> None:
        """Gives back a lease that is not going to be submitted."""
        if self._keeper is not None:
            self._keeper.recycle(lease)

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

    def set_role(self, user: str, role: str) -> Request:
        """Makes a user VIEWER, EDITOR or ADMIN (BR16)."""
        return self._enqueue("setRole", user, role)

    def presence(self, presence: dict[str, Any]) -> None:
        """Tells the others where this artist is (BR17); only the newest that waits is sent."""
        if self._keeper is not None:
            self._keeper.set_presence(json.dumps(presence))

    # --- files ---

    def watch(self, files: Sequence[Sequence[str]]) -> Request:
        """Files of this artist's that the scene uses, as (path, kind) (BR27)."""
        return self._enqueue("watch", json.dumps(files))

    def want(self, files: Sequence[Sequence[Any]]) -> Request:
        """Files of others that the scene uses, as (key, path, ((name, hex), …)) (BR28)."""
        return self._enqueue("want", json.dumps(files))

    def share_folders(self, folders: Sequence[str]) -> Request:
        """The folders that this artist shares with the others: what they say is there need not be fetched (BR33)."""
        return self._enqueue("shareFolders", json.dumps(list(folders)))

    def cancel_files(self) -> Request:
        """Stops all files that are on their way (BR30)."""
        return self._enqueue("cancelFiles")

    def resume_files(self) -> Request:
        """Goes on with them (BR30)."""
        return self._enqueue("resumeFiles")

    def limit_upload(self, bytes_per_second: int) -> Request:
        """How many bytes of files may go out in a second, 0 for any number (BR30)."""
        return self._enqueue("limitUpload", int(bytes_per_second))

    def set_auto_push(self, on: bool, by_hand: Iterable[str] = ()) -> Request:
        """Whether commits go to the server by themselves, but for those to nodes of some types (BR18)."""
        return self._enqueue("setAutoPush", bool(on), ",".join(by_hand))

    def push(self, uuids: Sequence[bytes] | None = None) -> Request:
        """Sends the commits that wait, or those of these nodes (BR18)."""
        if uuids is None:
            return self._enqueue("push")
        return self._enqueue("pushNodes", ",".join(_text(uuid) for uuid in uuids))

    def repository(self, since: int, most: int) -> Request:
        """The rows of the list of all nodes that changed since a number; the value is a dict (BR32)."""
        return self._enqueue("repository", int(since), int(most))

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
        if self._keeper is None:
            request = Request(method, arguments)
            request.fail("The agent is not running.", lost=True)
            return request
        return self._keeper.ask(method, *arguments)


def _text(uuid: bytes) -> str:
    """A UUID in its usual notation."""
    digits = uuid.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
