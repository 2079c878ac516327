"""Where a session stands, as the artist sees it. Knows no Blender."""

from __future__ import annotations

from enum import Enum

from ..core.changes import AgentState


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


PHASES = {
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
"""The phase that each state of the agent is shown as."""
