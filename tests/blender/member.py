"""What a test asks of the add-on inside a driven Blender: join, leave, how it stands. Main thread.

It goes through the operators that an artist uses, and reads what the panels show.
"""

from __future__ import annotations

import sys

import bpy

NAMES = ("bl_ext.user_default.multi_user", "multi_user")


def session_module():
    """The add-on's module that holds the current session."""
    for name in NAMES:
        if name + ".session" in sys.modules:
            return sys.modules[name + ".session"]
    raise RuntimeError("the add-on is not switched on")


def preferences():
    """The add-on's settings."""
    addons = bpy.context.preferences.addons
    return next(addons[name].preferences for name in NAMES if name in addons)


def join(
    port: int, user: str, admin: str = "", password: str = "", initialise: str = "WAIT", session: str = "main"
) -> None:
    """Presses Connect."""
    bpy.ops.multiuser.connect(
        host="127.0.0.1",
        port=port,
        user_name=user,
        admin_password=admin,
        server_password=password,
        initialise=initialise,
        session=session,
        keep_backup=False,
    )


def host(port: int, user: str) -> None:
    """Presses Host: a server beside this Blender, and its scenes for everybody."""
    bpy.ops.multiuser.host(start="SCENES", port=port, user_name=user)


def leave() -> None:
    """Presses Disconnect."""
    bpy.ops.multiuser.disconnect()


def state() -> dict:
    """How the session stands, as plain data."""
    session = session_module().current()
    if session is None:
        return {"phase": "NONE", "settled": False, "messages": [], "error": ""}
    status = session.status
    error = session.messages.last_error()
    return {
        "phase": session.phase.name,
        "settled": session.settled,
        "messages": [[one.kind, one.text] for one in session.messages],
        "error": error.text if error is not None else "",
        "agent_pid": session.client.agent_pid,
        "server_pid": session.server.pid if session.server is not None else 0,
        "sequence": status.sequence,
        "pending": status.pending,
        "sent": status.bytes_sent,
        "received": status.bytes_received,
        "nodes": status.nodes,
        "users": [user.name for user in status.users if user.online],
        "unreplicated": [list(one) for one in session.unreplicated],
    }


def panel_status() -> str:
    """What the panel's header says."""
    panels = sys.modules[session_module().__name__.rpartition(".")[0] + ".ui.panels"]
    return panels.status_text(session_module().current())


def agent_state() -> str:
    """The agent's tie to the server (BR10)."""
    return session_module().current().status.state.name


def settled() -> list | bool:
    """Whether nothing is under way here; then the number that the session has reached."""
    now = state()
    return [now["sequence"]] if now["settled"] else False
