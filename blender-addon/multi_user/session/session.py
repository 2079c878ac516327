"""``Session``: puts the parts of one membership together and steps them. Main thread only."""

from __future__ import annotations

import time
from typing import Any, Callable

import bpy

from ..apply import history
from ..apply.applier import Applier
from ..bridge.agent_process import AgentSettings, start_agent
from ..bridge.client import AgentClient
from ..core.budget import Budget
from ..core.changes import (
    AgentLost,
    AgentStarted,
    AgentState,
    Batch,
    Event,
    FilesNews,
    PresencesChanged,
    RequestFailed,
    RowsChanged,
    StatusChanged,
    TransfersChanged,
    role_change,
)
from ..core.file_book import FileBook
from ..datablocks import own_fields
from ..hosting import HostedServer
from ..messages import Messages
from ..presence.company import Company
from ..presence.follow import Following
from ..presence.sampler import PresenceSampler
from .entry import Entry, NotKept
from .files import SceneFiles
from .holdings import Holdings
from .phase import PHASES, Phase
from .replica import Replica
from .replication import Replication
from .repository import RepositoryMirror
from .target import Start, Target
from .trusting import Trusting

TICK_SECONDS = 0.004
ENTRY_SECONDS = 0.1  # a tick's work until the artist is in the session: there is nothing to edit before
BUSY_INTERVAL_SECONDS = 0.008
IDLE_INTERVAL_SECONDS = 0.05
_STAY_BUSY_SECONDS = 1.0
_MOST_WHILE_ENTERING = 4096  # changes in a tick; as few ticks as may be, as windows are drawn after each
_UNPACK_SHARE = 0.75  # of a tick's work, of what came from the agent
_UNPACK_SHARE_WHILE_APPLYING = 0.25
_SETTLED_BY_THEIR_CALLERS = ("submit", "done", "allocate")
_DONE_AGAIN = ("initialise", "initialiseDone")  # with the agent that takes over


class Session:
    """One membership in a shared session, from the operator that began it to its end."""

    def __init__(
        self,
        client: AgentClient,
        target: Target,
        start: Start = Start.WAIT,
        server: HostedServer | None = None,
        live_edit: Callable[[], bool] = lambda: False,
        trusts: Callable[[str], bool] = lambda name: False,
        files_folder: str = "",
        upload_limit: Callable[[], int] = lambda: 0,
        shared_folders: Callable[[], tuple[str, ...]] = tuple,
        keep: Callable[[], str] = lambda: "",
        by_hand: Callable[[], frozenset[str]] = frozenset,
        own: Callable[[], frozenset[str]] = frozenset,
    ):
        """``client`` is the session's own from now on; ``server``: the server that this Blender hosts; the
        session connects to it once it listens. ``live_edit``: whether what the artist does in edit mode is
        shown to the others before the mode is left. ``trusts``: whether the artist decided before to trust the
        session with this name. ``files_folder``: where the agent keeps others' files;
        ``upload_limit``: bytes of files that may go out in a second, 0 for any number; ``shared_folders``: those that
        the artist shares with the others, by absolute paths. ``keep``: see ``Entry``.
        ``by_hand``: the types whose changes wait until they are pushed; ``own``: what the artist keeps to themselves
        (core.own_values)."""
        self.target = target
        self.messages = Messages()
        self.server = server
        self.presences: dict[str, dict[str, Any]] = {}
        self.client = client
        self.status = client.status
        self.ended = False
        self.was_inside = False  # when it ended
        self.failure = ""  # why it ended, where the artist did not end it
        self._asked_to_connect = False
        self._last_work = time.monotonic()
        book = FileBook(files_folder, client.watch, client.want)
        self.replica = Replica(
            client, self.messages, self._history, self._load, lambda: self.trusting.rewound(), live_edit, book
        )
        self.files = SceneFiles(book, self.replica, client, self.messages, upload_limit, shared_folders)
        self.trusting = Trusting(
            self.replica.context.trust, target, self.messages, trusts, coming=book.coming
        )
        self.entry = Entry(client, self.replica, self.messages, start, keep)
        self.applier = Applier(client, self.replica, self.replica.context, self.replica.change_failed)
        identities = self.replica.identities
        self.company = Company()
        self.following = Following(
            self.company, identities.find, identities.resolve, lambda text: self.messages.add("info", text)
        )
        self.sampler = PresenceSampler(identities.find, self.following.told)
        follow = target.follow_selection and not bpy.app.background  # nobody selects in the background
        self.repository = RepositoryMirror(client)
        self.replication = Replication(client, by_hand)
        self._own = own
        self.replica.context.own.flags = own()
        self.holdings = Holdings(client, self.replica.identities.find, self.messages, follow)

    @staticmethod
    def with_agent(agent: AgentSettings, target: Target, start: Start, **options: Any) -> Session:
        """A session whose agent is a process that is started like this; ``options`` as above."""
        client = AgentClient(lambda: start_agent(agent))
        return Session(client, target, start, files_folder=agent.files_folder, **options)

    # --- life ---

    def begin(self) -> None:
        """Starts the agent, and connects as soon as that is possible."""
        self.replica.start()
        self.client.start()

    def initialise(self, start: Start) -> None:
        """An admin opens the session from this Blender's scenes, or empty."""
        self.entry.initialise(start)

    def end(self, text: str = "", wait_seconds: float = 0.0, file_stays: bool = True) -> None:
        """Leaves; the scene stays as it is. Nothing if it ended already. ``file_stays``: False if Blender is about
        to open another one."""
        if self.ended:
            return
        self.was_inside = self.editing
        if self.editing and file_stays:
            history.conclude()
        self.ended = True
        self.replica.stop()
        self.client.disconnect()
        # The server last: it has to hear that the artist left, or it keeps the name for them.
        self.client.stop(wait_seconds, then=self.server.stop if self.server is not None else lambda: None)
        if text:
            self.messages.add("info", text)

    # --- how it stands ---

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        if self.ended:
            return Phase.ENDED
        phase = PHASES[self.status.state]
        if phase is Phase.ONLINE and not self.entry.inside:
            return Phase.INITIALISING if self.entry.opening else Phase.SYNCING
        return phase

    @property
    def port(self) -> int:
        """The server's port; without encryption the first of four."""
        hosted = self.server.port if self.server is not None else 0
        return hosted or self.target.port

    @property
    def fingerprint(self) -> str:
        """Of the server's certificate, as it is known beforehand; empty if it is not."""
        return self.server.fingerprint if self.server is not None else self.target.fingerprint

    @property
    def editing(self) -> bool:
        """Whether what the artist does is the session's."""
        return self.entry.inside and not self.ended

    @property
    def settled(self) -> bool:
        """Whether nothing is under way: all is captured, applied and acknowledged, and the others' files are here."""
        calm = not (self.applier.busy or self.replica.sweep.owes or self.files.busy or self.client.asking)
        return calm and self.phase is Phase.ONLINE and self._acknowledged

    @property
    def _acknowledged(self) -> bool:
        """Whether all that the artist did is at the server, as far as Blender told. What the agent made of the last
        captures is known as soon as it took them, but may not have come out of ``poll`` yet."""
        newest = self.client.status is self.status
        return newest and self.status.pending == self.status.waiting and not self.replica.busy

    @property
    def to_capture(self) -> int:
        """How many datablocks wait to be captured."""
        return len(self.replica.dirty)

    @property
    def unreplicated(self) -> list[tuple[str, str, str]]:
        """What of the opened scenes is left out, as (kind, name, reason)."""
        return self.entry.unreplicated

    @property
    def user_name_by_id(self) -> dict[str, str]:
        """The names of the session's users by their UUID as text."""
        return {user.id: user.name for user in self.status.users}

    # --- the tick ---

    def tick(self, budget_seconds: float = TICK_SECONDS) -> bool:
        """One slice of everything; whether there was work."""
        if self.ended:
            return False
        seconds = budget_seconds if self.entry.inside else max(budget_seconds, ENTRY_SECONDS)
        budget = Budget(seconds)
        share = _UNPACK_SHARE_WHILE_APPLYING if self.applier.busy else _UNPACK_SHARE
        worked = self._take_news(seconds * share)
        if self.ended:
            return True
        self._connect_when_ready()
        self.replica.outbox.settle()
        self.replica.recheck()
        if not self.entry.replacing:
            applied = self.applier.step(budget, *(() if self.entry.inside else (_MOST_WHILE_ENTERING,)))
            if applied and self.entry.inside:
                history.whole_steps.from_now_on()
            worked |= applied
        self._enter(lambda: self.entry.step(self.status, self.applier.busy))
        if self.ended:
            return True
        # Before anything is captured: what waits by hand from now on is told first.
        leaving = self.entry.inside and self.replication.step(self.status)
        if self.entry.inside:
            own_fields.switch(self._own(), self.replica.context)
        if self.replica.listening:
            worked |= self.replica.capture(budget, idle_looks=not self.entry.opening)
        if self.entry.inside:
            self.trusting.step()
            if self.status.state is AgentState.ONLINE:
                viewer = self.status.role == "VIEWER"
                self.holdings.step(self.status.client, self.user_name_by_id, self._acknowledged, viewer)
            self.company.take(self.status, self.presences)
            self.following.step(self.status.state is AgentState.ONLINE)
            if leaving and self._acknowledged:
                self.end("You left the session; what waited was pushed.")
                return True
            presence = self.sampler.sample()
            if presence is not None:
                self.client.presence(presence)
        self.files.step()
        worked |= self.repository.step(budget)
        self.client.flush()
        if worked:
            self._last_work = time.monotonic()
        return worked

    def interval_seconds(self) -> float:
        """When the next tick is due."""
        busy = time.monotonic() - self._last_work < _STAY_BUSY_SECONDS
        return BUSY_INTERVAL_SECONDS if busy else IDLE_INTERVAL_SECONDS

    def _connect_when_ready(self) -> None:
        if self._asked_to_connect:
            if self.server is not None and not self.server.alive:
                self._fail("The server that this Blender hosted ended. See its log in the cache folder.")
            return
        port = self.target.port
        if self.server is not None:
            if self.server.error or not self.server.alive:
                self._fail(self.server.error or "The server ended before it was ready.")
                return
            port = self.server.port
            if port == 0:
                return
        self._asked_to_connect = True
        self.client.connect({**self.target.options(), "port": port, "fingerprint": self.fingerprint})

    # --- what the agent tells ---

    def _take_news(self, unpack_seconds: float) -> bool:
        items = self.client.poll(unpack_seconds)
        for item in items:
            if isinstance(item, Batch):
                self.applier.put(item)
            elif isinstance(item, StatusChanged):
                if item.status.state is AgentState.ONLINE and self.status.state is not AgentState.ONLINE:
                    self.holdings.stale(anew=True)
                    self.replica.outbox.in_step()
                self._tell_role(self.status.role, item.status.role)
                self.status = item.status
                self._status_changed()
            elif isinstance(item, Event):
                self._event(item)
            elif isinstance(item, PresencesChanged):
                self.presences = item.presences
            elif isinstance(item, RowsChanged):
                self.repository.stale()
            elif isinstance(item, FilesNews):
                self.files.news(item)
            elif isinstance(item, TransfersChanged):
                self.files.transfers = item.transfers
            elif isinstance(item, AgentStarted):
                if item.restarted:
                    self.applier.forget()
                    self.holdings.stale()
                    self.replica.agent_restarted()
                    self.files.agent_restarted()
                    self.replication.agent_restarted()
                    self.repository.restart()
                    self.entry.agent_restarted()
            elif isinstance(item, AgentLost):
                self._agent_lost(item)
            elif isinstance(item, RequestFailed):
                self._request_failed(item)
        return bool(items)

    def _status_changed(self) -> None:
        status = self.status
        self.replica.context.user_names = self.user_name_by_id
        self.files.status_changed(status)
        self.trusting.status_changed(status)
        if status.state is AgentState.ENDED:
            self._fail(status.reason.text if status.reason is not None else "The session ended.")
        elif status.state is AgentState.OFFLINE:
            if self._asked_to_connect and status.reason is not None:
                self._fail(status.reason.text)
        else:
            self._enter(lambda: self.entry.status_changed(status))

    def _tell_role(self, before: str, now: str) -> None:
        text = role_change(before, now)
        if text:
            self.messages.add("warning" if now == "VIEWER" else "info", text)

    def _enter(self, step: Callable[[], None]) -> None:
        """Goes a step on the way in; the session ends where what is open cannot be kept."""
        try:
            step()
        except NotKept as error:
            self._fail(str(error))

    def _event(self, event: Event) -> None:
        if event.kind == "owner":
            self.holdings.stale()
            return
        text = event.text
        if event.owner:
            text = f"{text} It belongs to {self.user_name_by_id.get(event.owner, 'somebody who left')}."
        datablock = self.replica.resolve(event.node) if event.node else None
        if datablock is not None:
            text = f"{datablock.name}: {text}"
        self.messages.add(event.kind, text)

    def _request_failed(self, failed: RequestFailed) -> None:
        again = failed.lost and failed.method in _DONE_AGAIN
        if failed.method not in _SETTLED_BY_THEIR_CALLERS and not again:
            self.messages.add("error", f"{failed.method}: {failed.text}")

    def _agent_lost(self, lost: AgentLost) -> None:
        self.applier.forget()
        self.replica.agent_lost()
        if lost.final:
            self._fail(lost.text or "The agent ended.")
        else:
            self.messages.add("warning", f"The agent is started again: {lost.text}")

    def _fail(self, text: str) -> None:
        self.messages.add("error", text)
        self.failure = text
        self.end()

    # --- what Blender tells ---

    def _history(self, done: bool) -> None:
        if not self.editing:
            return
        if done:
            self.replica.rewound()
        else:
            self.replica.about_to_rewind()

    def _load(self) -> None:
        self.end(
            "Another file was opened, so you left the session. It goes on for the others.", file_stays=False
        )
