"""How a session is entered: its admin hands this file's scenes over, everybody else gets the session's scene in
place of the open one. Main thread only."""

from __future__ import annotations

import time
from enum import Enum, auto
from typing import Any, Callable

import bpy

from ..apply import clearing, history
from ..apply.flush import flush
from ..bridge.client import AgentClient
from ..capture import scope
from ..core.changes import AgentState, Status
from ..messages import Messages
from .replica import Replica
from .target import Start


class Stage(Enum):
    """How far one got; the arrows are the only ways on.

    OUTSIDE → ASKED → HANDING_OVER → HANDED_OVER → INSIDE for the admin who opens a session with scenes;
    OUTSIDE (or ASKED, for an empty session) → REPLACING → AWAITING → INSIDE for everybody else.
    """

    OUTSIDE = auto()
    ASKED = auto()  # to open the session
    HANDING_OVER = auto()  # this file's scenes
    HANDED_OVER = auto()  # all of them; the server was told
    REPLACING = auto()  # the open file, as soon as the artist's hands are off it
    AWAITING = auto()  # the session's scene, with a makeshift one open meanwhile
    INSIDE = auto()


# Other add-ons have operators that run for as long as Blender does.
_LONGEST_GRAB_SECONDS = 10.0
_LOGGED_IN = (AgentState.LOBBY, AgentState.INITIALISING, AgentState.SYNCING, AgentState.ONLINE)
_OPENING = (Stage.HANDING_OVER, Stage.HANDED_OVER)


class NotKept(Exception):
    """The open file could not be saved, so it was not replaced; the text says why."""


class Entry:
    """Stepped with what the agent's status says."""

    def __init__(
        self,
        client: AgentClient,
        replica: Replica,
        messages: Messages,
        start: Start,
        keep: Callable[[], str] = lambda: "",
        clock: Callable[[], float] = time.monotonic,
    ):
        """``start``: what to do if the session is not open yet. ``keep`` saves what is open here before it is replaced,
        and returns where, if it had to be; it raises OSError or RuntimeError."""
        self._client = client
        self._replica = replica
        self._messages = messages
        self._start = start
        self._keep = keep
        self._clock = clock
        self._waits_until: float | None = None
        self._makeshift: Any = None
        self._interrupted = False  # the agent died while the session was being opened
        self._told_to_wait = False
        self.stage = Stage.OUTSIDE
        self.unreplicated: list[tuple[str, str, str]] = []

    @property
    def inside(self) -> bool:
        """Whether the scene is that of the session."""
        return self.stage is Stage.INSIDE

    @property
    def replacing(self) -> bool:
        """Whether the open file is still to be replaced: nothing of the session comes into it before."""
        return self.stage is Stage.REPLACING

    @property
    def opening(self) -> bool:
        """Whether this file's scenes are handed over."""
        return self.stage in _OPENING

    def initialise(self, start: Start) -> None:
        """An admin opens the session from this Blender's scenes, or empty."""
        self.stage = Stage.ASKED
        self._start = start
        self._client.initialise(start is Start.EMPTY)

    def agent_restarted(self) -> None:
        """Another agent took over: an opening that is under way goes on once that one is in (BR5)."""
        self._interrupted = self.stage is Stage.ASKED or self.opening

    def status_changed(self, status: Status) -> None:
        """The agent's status is another one. Raises NotKept."""
        state = status.state
        if self._interrupted and state in _LOGGED_IN:
            self._resume(state)
        elif state is AgentState.LOBBY:
            self._in_lobby()
        elif state is AgentState.INITIALISING and self.stage is Stage.ASKED:
            self._open()
        elif state in (AgentState.SYNCING, AgentState.ONLINE):
            if self.stage in (Stage.OUTSIDE, Stage.ASKED):
                self.stage = Stage.REPLACING
        if self.stage is Stage.REPLACING:
            self._replace_when_hands_are_off()

    def step(self, status: Status, applying: bool) -> None:
        """Goes on as far as it can; ``applying``: changes wait to be carried out. Raises NotKept."""
        if self.stage is Stage.REPLACING:
            self._replace_when_hands_are_off()
        if self.stage is Stage.AWAITING:
            self._show_when_there(status, applying)
        elif self.opening:
            self._finish(status)

    # --- opening ---

    def _in_lobby(self) -> None:
        if self.stage is not Stage.OUTSIDE:
            return
        if self._start is not Start.WAIT:
            self.initialise(self._start)
        elif not self._told_to_wait:
            self._told_to_wait = True
            self._messages.add("info", "The session is not open yet: an admin has to open it.")

    def _open(self) -> None:
        self.stage = Stage.HANDING_OVER
        told, self.unreplicated = self.unreplicated, scope.unreplicated()
        for kind, name, reason in self.unreplicated:
            if (kind, name, reason) not in told:
                self._messages.add("warning", f'{kind} "{name}" is not replicated: {reason}.')
        self._replica.listen()
        self._replica.mark_all()

    def _resume(self, state: AgentState) -> None:
        """Goes on with the opening where the server stands."""
        self._interrupted = False
        if state is AgentState.LOBBY:
            self.initialise(self._start)
        elif state is AgentState.INITIALISING:
            self._client.initialise(False)
            self._open()
        elif self.stage is Stage.ASKED:
            self.stage = Stage.REPLACING

    def _finish(self, status: Status) -> None:
        if status.state is AgentState.ONLINE:
            self.stage = Stage.INSIDE
            history.begin_anew()
            count = self._replica.capturer.handed_over
            self._messages.add("info", f"The session is open with {count} datablocks.")
        elif status.state is not AgentState.INITIALISING:
            return  # the link is lost, or the agent is another one and not in yet
        elif self.stage is Stage.HANDING_OVER and not self._replica.busy:
            self.stage = Stage.HANDED_OVER
            self._client.initialise_done()

    # --- joining ---

    def _replace_when_hands_are_off(self) -> None:
        now = self._clock()
        if self._waits_until is None:
            self._waits_until = now + _LONGEST_GRAB_SECONDS
        if not _hands_on() or now > self._waits_until:
            self._waits_until = None
            self._await_scene()

    def _await_scene(self) -> None:
        try:
            kept = self._keep()
        except (OSError, RuntimeError) as error:
            raise NotKept(f"What is open here could not be saved, so it was not replaced: {error}") from error
        if kept:
            self._messages.add("info", f"What was open here is kept in {kept}")
        self.stage = Stage.AWAITING
        self._replica.look_away()
        self._makeshift = clearing.empty_file(scope.collections())
        self._replica.identities.ignore(self._makeshift)

    def _show_when_there(self, status: Status, applying: bool) -> None:
        """Shows the session's scene as soon as there is one; in an empty session the makeshift scene becomes
        it."""
        if status.state is not AgentState.ONLINE or applying:
            return
        makeshift, identities = self._makeshift, self._replica.identities
        known = (it for it in bpy.data.scenes if it != makeshift and identities.find(it) is not None)
        scene = next(known, None)
        if scene is not None:
            clearing.show(scene, makeshift)
            self._enter()
        elif status.nodes == 0:
            identities.heed(makeshift)
            clearing.adopt(makeshift)
            self._enter()
            self._replica.came(makeshift)

    def _enter(self) -> None:
        self._makeshift = None
        flush()
        history.begin_anew()
        self._replica.listen()
        self.stage = Stage.INSIDE
        self._messages.add("info", f"Joined with {len(self._replica)} datablocks.")


def _hands_on() -> bool:
    """Whether the artist is in the midst of something like a grab, which holds on to the scene (Blender tells it from
    4.2 on)."""
    windows = bpy.context.window_manager.windows
    return any(len(getattr(window, "modal_operators", ())) > 0 for window in windows)
