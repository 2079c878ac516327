"""The composition root: one ``Session`` per host or join, stepped by ``tick``. Main thread only.

In a Blender with a window one timer calls ``tick``; a background Blender has no timers, whoever drives it
calls it. The module's holder keeps the current session; nothing else is global.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

import bpy

from .apply import clearing
from .apply.applier import Applier
from .apply.flush import flush
from .bridge.agent_process import AgentSettings, start_agent
from .bridge.client import AgentClient
from .capture import held, identity, scope
from .capture.capturer import Capturer
from .capture.census import Census
from .capture.dirty import DirtySet
from .capture.observer import Observer
from .capture.outbox import Outbox
from .capture.sweep import Sweep
from .context import SessionContext
from .core.budget import Budget
from .core.changes import (
    AgentLost,
    AgentStarted,
    AgentState,
    Batch,
    Change,
    Event,
    PresencesChanged,
    RequestFailed,
    StatusChanged,
)
from .datablocks import registry
from .datablocks.contract import ALL
from .hosting import HostedServer
from .messages import Messages
from .presence.sampler import PresenceSampler

TICK_SECONDS = 0.004
BUSY_INTERVAL_SECONDS = 0.008
IDLE_INTERVAL_SECONDS = 0.05
_STAY_BUSY_SECONDS = 1.0
_COUNT_EVERY_SECONDS = 0.02
_REDRAW_SECONDS = 0.1


class Phase(Enum):
    """Where a session stands, as the artist sees it."""

    STARTING = "Starting"
    CONNECTING = "Connecting"
    LOBBY = "Lobby"
    INITIALISING = "Initialising"
    SYNCING = "Syncing"
    ONLINE = "Online"
    OFFLINE = "Offline"  # the link is lost, the session goes on and comes back by itself
    ENDED = "Ended"


_PHASES = {
    AgentState.NOT_RUNNING: Phase.STARTING,
    AgentState.STARTING: Phase.STARTING,
    AgentState.OFFLINE: Phase.CONNECTING,
    AgentState.CONNECTING: Phase.CONNECTING,
    AgentState.LOGGING_IN: Phase.CONNECTING,
    AgentState.LOBBY: Phase.LOBBY,
    AgentState.INITIALISING: Phase.INITIALISING,
    AgentState.SYNCING: Phase.SYNCING,
    AgentState.ONLINE: Phase.ONLINE,
    AgentState.RECONNECTING: Phase.OFFLINE,
    AgentState.ENDED: Phase.ENDED,
}


class Start(Enum):
    """What a session shall begin with if this artist is the admin who opens it."""

    WAIT = "wait"  # somebody opens it by hand
    SCENES = "scenes"
    EMPTY = "empty"


@dataclass(frozen=True)
class Target:
    """Which session to join as whom. ``colour`` is 0xRRGGBB."""

    host: str
    port: int
    user_name: str
    colour: int = 0x4080FF
    session: str = "main"
    server_password: str = ""
    admin_password: str = ""
    timeout_millis: int = 60_000

    def options(self) -> dict[str, Any]:
        """As the bridge wants it (BR9)."""
        return {
            "host": self.host,
            "port": self.port,
            "session": self.session,
            "userName": self.user_name,
            "colour": self.colour,
            "serverPassword": self.server_password,
            "adminPassword": self.admin_password,
            "blenderVersion": f"{bpy.app.version[0]}.{bpy.app.version[1]}",
            "timeoutMillis": self.timeout_millis,
        }


class Session:
    """One membership in a shared session, from the operator that began it to its end."""

    def __init__(
        self,
        agent: AgentSettings,
        target: Target,
        start: Start = Start.WAIT,
        server: HostedServer | None = None,
    ):
        """``server``: the server that this Blender hosts; the session connects to it once it listens."""
        self.target = target
        self.messages = Messages()
        self.server = server
        self.presences: dict[str, dict[str, Any]] = {}
        self.unreplicated: list[tuple[str, str, str]] = []
        self.client = AgentClient(lambda: start_agent(agent))
        self.status = self.client.status
        self.ended = False
        self.live_edit = False
        self._start = start
        self._asked_to_connect = False
        self._asked_to_initialise = False
        self._initialising = False
        self._entered = False  # the scene is that of the session
        self._makeshift: Any = None
        self._recheck = False
        self._last_work = time.monotonic()
        self._next_count = 0.0
        self._compose()

    def _compose(self) -> None:
        self.identities = identity.Identities()
        self.dirty = DirtySet()
        self.context = SessionContext(self.identities, self._came, self._problem)
        self.outbox = Outbox(self.client, self._capture_again, self._capture_refused)
        self.capturer = Capturer(self.identities, self.dirty, self.client, self.outbox, self.context)
        self.census = Census(self.identities, self._came, self._gone)
        self.sweep = Sweep(self.identities, self.capturer.look)
        self.observer = Observer(
            self.identities, self.dirty, self._came, self._suspect, self._history, self._load
        )
        self.applier = Applier(self.client, self, self.context, self._change_failed)
        self.sampler = PresenceSampler(self.identities.find)

    # --- life ---

    def begin(self) -> None:
        """Starts the agent, and connects as soon as that is possible."""
        self.observer.start()
        self.client.start()

    def end(self, text: str = "", wait_seconds: float = 0.0) -> None:
        """Leaves; the scene stays as it is. Nothing if it ended already."""
        if self.ended:
            return
        self.ended = True
        self.observer.listening = False
        self.observer.stop()
        self.client.disconnect()
        self.client.stop(wait_seconds)
        if self.server is not None:
            self.server.stop()
        if text:
            self.messages.add("info", text)

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        if self.ended:
            return Phase.ENDED
        phase = _PHASES[self.status.state]
        if phase is Phase.ONLINE and not self._entered:
            return Phase.INITIALISING if self._initialising else Phase.SYNCING
        return phase

    @property
    def editing(self) -> bool:
        """Whether what the artist does is the session's."""
        return self._entered and not self.ended

    @property
    def settled(self) -> bool:
        """Whether nothing is under way: all is captured, applied and acknowledged."""
        return (
            self.phase is Phase.ONLINE
            and not self.dirty
            and not self.capturer.busy
            and not self.outbox.busy
            and not self.applier.busy
            and self.status.pending == 0
        )

    @property
    def user_name_by_id(self) -> dict[str, str]:
        """The names of the session's users by their UUID as text."""
        return {user.id: user.name for user in self.status.users}

    # --- the pump ---

    def tick(self, budget_seconds: float = TICK_SECONDS) -> bool:
        """One slice of everything; whether there was work."""
        if self.ended:
            return False
        budget = Budget(budget_seconds)
        worked = self._take_news()
        if self.ended:
            return True
        self._connect_when_ready()
        self.outbox.settle()
        if self._recheck:
            self._check_everything()
        worked |= self.applier.step(budget)
        if self._makeshift is not None:
            self._show_when_there()
        if self.observer.listening:
            worked |= self._capture(budget)
        if self._initialising:
            self._finish_initialising()
        if self._entered:
            presence = self.sampler.sample()
            if presence is not None:
                self.client.presence(presence)
        if worked:
            self._last_work = time.monotonic()
        return worked

    def interval_seconds(self) -> float:
        """When the next tick is due."""
        busy = time.monotonic() - self._last_work < _STAY_BUSY_SECONDS
        return BUSY_INTERVAL_SECONDS if busy else IDLE_INTERVAL_SECONDS

    def _capture(self, budget: Budget) -> bool:
        if self.census.suspicious:
            self.census.check_all()
        if self.capturer.busy or self.dirty:
            return self.capturer.step(budget)
        self.outbox.flush()
        now = time.monotonic()
        if now >= self._next_count:
            self._next_count = now + _COUNT_EVERY_SECONDS
            self.census.check_next()
        if not self._initialising:
            self.sweep.step()
        return False

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
        self.client.connect({**self.target.options(), "port": port})

    # --- what the agent tells ---

    def _take_news(self) -> bool:
        items = self.client.poll()
        for item in items:
            if isinstance(item, Batch):
                self.applier.put(item)
            elif isinstance(item, StatusChanged):
                self.status = item.status
                self._status_changed()
            elif isinstance(item, Event):
                self._event(item)
            elif isinstance(item, PresencesChanged):
                self.presences = item.presences
            elif isinstance(item, AgentStarted):
                if item.restarted:
                    self._agent_restarted()
            elif isinstance(item, AgentLost):
                self._agent_lost(item)
            elif isinstance(item, RequestFailed) and item.method not in ("submit", "done", "allocate"):
                self.messages.add("error", f"{item.method}: {item.text}")
        return bool(items)

    def _status_changed(self) -> None:
        state = self.status.state
        if state is AgentState.LOBBY:
            self._in_lobby()
        elif state is AgentState.INITIALISING and self._asked_to_initialise and not self._initialising:
            self._begin_initialising()
        elif (
            state in (AgentState.SYNCING, AgentState.ONLINE) and not self._entered and not self._initialising
        ):
            self._replace_scene()
        elif state is AgentState.ENDED:
            reason = self.status.reason
            self._fail(reason.text if reason is not None else "The session ended.")
        elif state is AgentState.OFFLINE and self._asked_to_connect and self.status.reason is not None:
            self._fail(self.status.reason.text)

    def _event(self, event: Event) -> None:
        text = event.text
        if event.owner:
            owner = self.user_name_by_id.get(event.owner, "somebody who left")
            if owner not in text:
                text = f"{text} It belongs to {owner}."
        datablock = self.identities.resolve(event.node) if event.node else None
        if datablock is not None and datablock.name not in text:
            text = f"{datablock.name}: {text}"
        self.messages.add(event.kind, text)

    def _agent_lost(self, lost: AgentLost) -> None:
        self.applier.forget()
        self.outbox.forget()
        if lost.final:
            self._fail(lost.text or "The agent ended.")
        else:
            self.messages.add("warning", f"The agent is started again: {lost.text}")

    def _agent_restarted(self) -> None:
        """Everything is handed over anew, so that nothing edited meanwhile is missed (BR5)."""
        self.applier.forget()
        self.outbox.forget()
        self.capturer.forget_all()
        if self.observer.listening:
            self._mark_all(doubtful=False)

    def _fail(self, text: str) -> None:
        self.messages.add("error", text)
        self.end()

    # --- entering ---

    def initialise(self, start: Start) -> None:
        """An admin opens the session from this Blender's scenes, or empty."""
        self._asked_to_initialise = True
        self._start = start
        self.client.initialise(start is Start.EMPTY)

    def _in_lobby(self) -> None:
        if self._start is not Start.WAIT and not self._asked_to_initialise:
            self.initialise(self._start)
        elif not self._asked_to_initialise:
            self.messages.add("info", "The session is not open yet: an admin has to initialise it.")

    def _begin_initialising(self) -> None:
        self._initialising = True
        self.unreplicated = scope.unreplicated()
        for kind, name, reason in self.unreplicated:
            self.messages.add("warning", f'{kind} "{name}" is not replicated: {reason}.')
        self._listen()
        self._mark_all(doubtful=False)

    def _finish_initialising(self) -> None:
        if self.status.state is AgentState.ONLINE:
            self._initialising = False
            self._entered = True
            self.messages.add("info", f"The session is open with {self.capturer.handed_over} datablocks.")
        elif self._asked_to_initialise and not (self.dirty or self.capturer.busy or self.outbox.busy):
            self._asked_to_initialise = False
            self.client.initialise_done()

    def _replace_scene(self) -> None:
        if self._makeshift is None:
            self.observer.listening = False
            self._makeshift = clearing.empty_file(scope.collections())
            self.identities.ignore(self._makeshift)

    def _show_when_there(self) -> None:
        """Shows the session's scene as soon as there is one; in an empty session the makeshift scene becomes
        it."""
        if self.status.state is not AgentState.ONLINE or self.applier.busy:
            return
        makeshift = self._makeshift
        scene = next(
            (it for it in bpy.data.scenes if it != makeshift and self.identities.find(it) is not None), None
        )
        if scene is not None:
            self._makeshift = None
            clearing.show(scene, makeshift)
            self._enter()
        elif self.status.nodes == 0:
            self._makeshift = None
            self.identities.heed(makeshift)
            clearing.adopt(makeshift)
            self._enter()
            self._came(makeshift)

    def _enter(self) -> None:
        flush()
        self._listen()
        self._entered = True
        self.messages.add("info", f"Joined with {len(self.identities)} datablocks.")

    def _listen(self) -> None:
        self.census.take()
        self.observer.listening = True

    # --- what Blender tells ---

    def _mark_all(self, doubtful: bool) -> None:
        for datablock in scope.all_datablocks():
            if not self.identities.ignored(datablock):
                self.identities.identify(datablock)
                self.observer.mark(datablock, {ALL}, doubtful)

    def _came(self, datablock) -> None:
        """A datablock that was not known yet."""
        self.identities.identify(datablock)
        self.census.adjust(scope.collection_of(datablock), 1)
        self.observer.mark(datablock, {ALL})

    def _gone(self, uuid: bytes) -> None:
        self.identities.forget(uuid)
        self.capturer.deleted(uuid)

    def _suspect(self) -> None:
        self.census.suspicious = True

    def _history(self) -> None:
        """Undo or redo exchanged datablocks: the map is made anew at once, what they hold is checked by the
        next ticks."""
        if not self.editing:
            return
        self.dirty.clear()
        self._recheck = True

    def _check_everything(self) -> None:
        self._recheck = False
        self.capturer.forget_jobs()
        for uuid in self.identities.revalidate(scope.all_datablocks()):
            self._gone(uuid)
        self.census.take()
        self._mark_all(doubtful=True)

    def _load(self) -> None:
        self.end("Another file was opened, so the session was left.")

    # --- trouble ---

    def _problem(self, about: str, text: str) -> None:
        self.messages.add("warning", f"{about}: {text}" if about else text)

    def _capture_again(self, uuid: bytes) -> None:
        datablock = self.identities.resolve(uuid)
        if datablock is not None:
            self.observer.mark(datablock, {ALL})

    def _capture_refused(self, uuid: bytes, text: str) -> None:
        self.context.problem(self.identities.resolve(uuid), f"could not be handed over: {text}")

    def _change_failed(self, change: Change, text: str) -> None:
        datablock = self.identities.resolve(change.id)
        name = (
            datablock.name
            if datablock is not None
            else (change.properties or {}).get("name", change.id.hex())
        )
        self.messages.add("error", f'{change.type} "{name}" {text}')

    # --- apply's book about Blender (apply.port.Replica) ---

    def resolve(self, uuid: bytes) -> Any | None:
        """The datablock of a node."""
        return self.identities.resolve(uuid)

    def bind(self, uuid: bytes, datablock) -> None:
        """This datablock was made for this node."""
        self.identities.bind(uuid, datablock)
        self.capturer.adopt(uuid, registry.type_of(datablock))
        self.census.adjust(scope.collection_of(datablock), 1)

    def forget(self, uuid: bytes) -> None:
        """This node's datablock is about to be removed."""
        datablock = self.identities.resolve(uuid)
        if datablock is not None:
            self.census.adjust(scope.collection_of(datablock), -1)
        self.identities.forget(uuid)
        self.capturer.deleted_by_others(uuid)

    def settle(self, datablock) -> bool:
        """Captures what the artist changed of a datablock; False if that is not possible yet."""
        return not self.observer.listening or self.capturer.capture_now(datablock)

    def held(self, datablock) -> bool:
        """Whether the artist works on it in a mode of its own."""
        return held.is_held(datablock)

    def clean(self, datablock) -> None:
        """What was just written to a datablock is not the artist's doing."""
        self.dirty.discard(identity.native_key(datablock))

    @contextmanager
    def muted(self):
        """Reports of Blender meanwhile are not the artist's."""
        with self.observer.muted():
            yield

    def arrived(self, uuid: bytes, datablock) -> list[Exception]:
        """Fills references that waited for a datablock."""
        return self.context.arrived(uuid, datablock)


# --- the one current session ---


class _Holder:
    session: Session | None = None
    pump: Any = None


_holder = _Holder()


def current() -> Session | None:
    """The session of this Blender, also one that ended and was not replaced; None if there was none."""
    return _holder.session


def begin(session: Session) -> None:
    """Makes it the current session and starts it. Raises RuntimeError while another one runs."""
    running = _holder.session
    if running is not None and not running.ended:
        raise RuntimeError("A session is running already: disconnect first.")
    _holder.session = session
    session.begin()
    if not bpy.app.background:
        _start_pump()


def tick(budget_seconds: float = TICK_SECONDS) -> bool:
    """One slice of the current session's work; whether there was any."""
    session = _holder.session
    return session is not None and session.tick(budget_seconds)


def shut_down() -> None:
    """Ends the session and the timer, because the add-on is switched off or Blender quits."""
    session, _holder.session = _holder.session, None
    if session is not None:
        session.end(wait_seconds=1.0)
    pump, _holder.pump = _holder.pump, None
    if pump is not None and bpy.app.timers.is_registered(pump):
        bpy.app.timers.unregister(pump)


def _start_pump() -> None:
    if _holder.pump is not None and bpy.app.timers.is_registered(_holder.pump):
        return

    shown = _Shown()

    def pump() -> float | None:
        session = _holder.session
        if session is None or session.ended:
            _redraw()
            return None
        try:
            session.tick()
        except Exception as error:  # the pump must not die: what one tick cannot do the next may
            session.messages.add("error", f"Internal error: {type(error).__name__}: {error}")
        shown.redraw_if_needed(session)
        return session.interval_seconds()

    _holder.pump = pump
    bpy.app.timers.register(pump, first_interval=0.0, persistent=True)


class _Shown:
    """What the 3D views show of the session; they are drawn again at once for news, and seldom for figures."""

    def __init__(self):
        self._news: tuple = ()
        self._figures: tuple = ()
        self._due = 0.0

    def redraw_if_needed(self, session: Session) -> None:
        """Compares with what was shown last."""
        now = time.monotonic()
        news = (session.phase, session.messages.count)
        if news == self._news and now < self._due:
            return
        figures = (session.status, session.presences)
        if news != self._news or figures != self._figures:
            self._news, self._figures = news, figures
            self._due = now + _REDRAW_SECONDS
            _redraw()


def _redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
