"""The panel in the 3D view's sidebar, tab "Multiuser". Main thread only; drawing changes nothing."""

from __future__ import annotations

import textwrap

import bpy

from .. import preferences, session
from ..presence.overlay import mode_text
from ..session import Phase, Session
from .trust import draw_trust

_ICONS = {"error": "ERROR", "refused": "LOCKED", "warning": "INFO", "owner": "USER"}
_SHOWN_MESSAGES = 6
_SHOWN_UNREPLICATED = 12
_CHARACTER_PIXELS = 6.6  # of the panel's font, about
_BESIDE_TEXT_PIXELS = 85  # margins, box, icon and the tabs


def status_text(current: Session | None) -> str:
    """One line about where the session stands."""
    if current is None or current.ended:
        return "Not connected"
    status, phase = current.status, current.phase
    if phase is Phase.SYNCING and status.total:
        return f"SYNCING {status.done}/{status.total}"
    if phase is Phase.INITIALISING and current.to_capture:
        return f"INITIALISING, {current.to_capture} to go"
    if phase is Phase.OFFLINE:
        return f"Offline, {_waiting(status.pending)}" if status.pending else "Offline"
    return phase.name


def _waiting(count: int) -> str:
    """How many edits the server has not acknowledged."""
    return "1 change waiting" if count == 1 else f"{count} changes waiting"


class MULTIUSER_PT_session(bpy.types.Panel):
    """The session: how it stands, who is there, what was said"""

    bl_idname = "MULTIUSER_PT_session"
    bl_label = "Multi-User"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Multiuser"

    def draw_header(self, _context):
        """The status."""
        self.layout.label(text=status_text(session.current()))

    def draw(self, _context):
        """The forms without a session, else its state."""
        current = session.current()
        if current is None or current.ended:
            self._draw_forms()
        else:
            self._draw_session(current)
        if current is not None:
            _draw_messages(self.layout, current)

    def _draw_forms(self):
        layout, settings = self.layout, preferences.get()
        layout.use_property_split = True
        layout.use_property_decorate = False
        who = layout.column()
        who.prop(settings, "user_name")
        who.prop(settings, "colour")
        join = layout.box().column()
        join.label(text="Join", icon="LINKED")
        for name in ("host", "port", "session_name", "server_password", "admin_password"):
            join.prop(settings, name)
        join.operator("multiuser.connect", icon="PLAY")
        host = layout.box().column()
        host.label(text="Host", icon="HOME")
        for name in ("start", "port", "server_password", "admin_password"):
            host.prop(settings, name)
        host.operator("multiuser.host", icon="ADD")

    def _draw_session(self, current: Session):
        layout = self.layout
        phase = current.phase
        if phase is Phase.LOBBY:
            layout.label(text="The session is not open yet.", icon="TIME")
            layout.operator_menu_enum("multiuser.initialise", "start")
        _draw_users(layout.box().column(align=True), current)
        layout.label(text=f"{current.status.nodes} datablocks", icon="OUTLINER")
        if current.editing:
            _draw_rights(layout.column(align=True), current, bpy.context.object)
            draw_trust(layout, current, _draw_wrapped)
        pending = current.status.pending
        if pending:
            layout.label(text=_waiting(pending), icon="TIME")
        if phase is Phase.ONLINE:
            layout.operator("multiuser.disconnect", icon="UNLINKED")
        else:
            layout.operator(
                "multiuser.cancel" if phase is not Phase.OFFLINE else "multiuser.disconnect", icon="X"
            )


def _draw_users(column, current: Session):
    """Two lines a user, so that nothing is cut off in a narrow sidebar: who, and what they do."""
    own = current.status.client
    admin = current.status.role.upper() == "ADMIN"
    for user in current.status.users:
        row = column.row(align=True)
        icon = "FAKE_USER_ON" if user.role.upper() == "ADMIN" else "USER"
        row.label(text=f"{user.name} (you)" if user.id == own else user.name, icon=icon)
        ping = row.row()
        ping.alignment, ping.active = "RIGHT", False
        ping.label(text=f"{user.ping} ms" if user.online and user.ping >= 0 else "")
        if admin and user.id != own:
            row.operator("multiuser.kick", text="", icon="X", emboss=False).user = user.id
        does = [] if user.online else ["Offline"]
        presence = current.presences.get(user.id) if user.online else None
        if presence:
            does += [it for it in (mode_text(presence), _frame_text(presence)) if it]
        if does:
            row = column.row()
            row.active = False
            row.label(text=", ".join(does), icon="BLANK1")


def _draw_rights(column, current: Session, thing) -> None:
    """Whose the active object is, and what can be done about it."""
    if thing is None:
        return
    holdings = current.holdings
    owner = holdings.owner(thing)
    own = owner == current.status.client
    if owner is None:
        text, icon = "Free for everybody", "UNLOCKED"
    elif own:
        locked = current.replica.identities.find(thing) in holdings.locked
        text, icon = ("Locked by you", "LOCKED") if locked else ("Yours while selected", "USER")
    else:
        text, icon = f"Held by {current.user_name_by_id.get(owner, 'somebody who left')}", "LOCKED"
    column.label(text=thing.name, icon=icon)  # two lines: nothing is cut off in a narrow sidebar
    state = column.row()
    state.active = False
    state.label(text=text, icon="BLANK1")
    row = column.row(align=True)
    if owner is None or own:
        row.operator("multiuser.lock", icon="LOCKED")
        row.operator("multiuser.unlock", icon="UNLOCKED")
        if len(current.status.users) > 1:
            row.operator_menu_enum("multiuser.hand_over", "user", text="", icon="FORWARD")
    elif current.status.role.upper() == "ADMIN":
        row.operator("multiuser.take_over", icon="USER")


def _frame_text(presence) -> str:
    frame = presence.get("frame")
    return f"frame {frame}" if isinstance(frame, int) else ""


def _draw_messages(layout, current: Session):
    box = layout.box().column(align=True)
    row = box.row()
    row.label(text="Messages")
    row.operator("multiuser.copy_log", text="", icon="COPYDOWN")
    for message in current.messages.last(_SHOWN_MESSAGES):
        _draw_wrapped(box, message.text, _ICONS.get(message.kind, "DOT"))
    left_out = current.unreplicated
    if left_out:
        box.separator()
        box.label(text=f"Not replicated: {len(left_out)}", icon="INFO")
        for kind, name, reason in left_out[:_SHOWN_UNREPLICATED]:
            _draw_wrapped(box, f"{kind} {name}: {reason}", "BLANK1")
        if len(left_out) > _SHOWN_UNREPLICATED:
            box.label(text=f"and {len(left_out) - _SHOWN_UNREPLICATED} more", icon="BLANK1")


def _draw_wrapped(column, text: str, icon: str):
    """A text in as many lines as the sidebar's width asks for, the icon before the first."""
    scale = bpy.context.preferences.system.ui_scale
    width = max(12, int((bpy.context.region.width / scale - _BESIDE_TEXT_PIXELS) / _CHARACTER_PIXELS))
    for number, line in enumerate(textwrap.wrap(text, width) or [""]):
        row = column.row()
        row.scale_y = 0.8
        row.label(text=line, icon="BLANK1" if number else icon)


CLASSES = (MULTIUSER_PT_session,)
