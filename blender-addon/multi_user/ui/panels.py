"""The panel in the 3D view's sidebar, tab "Multiuser". Main thread only; drawing changes nothing."""

from __future__ import annotations

import bpy

from .. import preferences, session
from ..session import Phase, Session

_ICONS = {"error": "ERROR", "refused": "LOCKED", "warning": "INFO", "owner": "USER"}
_SHOWN_MESSAGES = 6
_SHOWN_UNREPLICATED = 12


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
        return f"Offline, {status.pending} changes waiting"
    return phase.name


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
        for user in current.status.users:
            row = layout.row(align=True)
            icon = "FAKE_USER_ON" if user.role.upper() == "ADMIN" else "USER"
            row.label(text=user.name if user.online else f"{user.name} (offline)", icon=icon)
            presence = current.presences.get(user.id)
            if presence:
                row.label(text=f"{presence.get('mode', '')}, frame {presence.get('frame', '')}")
            row.label(text=f"{user.ping} ms" if user.ping >= 0 else "")
            if user.id != current.status.client:
                row.operator("multiuser.kick", text="", icon="X").user = user.id
        layout.label(text=f"{current.status.nodes} datablocks, {current.status.pending} changes waiting")
        if phase is Phase.ONLINE:
            layout.operator("multiuser.disconnect", icon="UNLINKED")
        else:
            layout.operator(
                "multiuser.cancel" if phase is not Phase.OFFLINE else "multiuser.disconnect", icon="X"
            )


def _draw_messages(layout, current: Session):
    box = layout.box().column(align=True)
    row = box.row()
    row.label(text="Messages")
    row.operator("multiuser.copy_log", text="", icon="COPYDOWN")
    for message in current.messages.last(_SHOWN_MESSAGES):
        box.label(text=message.text, icon=_ICONS.get(message.kind, "DOT"))
    left_out = current.unreplicated
    if left_out:
        box.label(text=f"Not replicated: {len(left_out)}", icon="INFO")
        for kind, name, reason in left_out[:_SHOWN_UNREPLICATED]:
            box.label(text=f"{kind} {name}: {reason}")


CLASSES = (MULTIUSER_PT_session,)
