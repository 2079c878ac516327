"""The panel in the 3D view's sidebar, tab "Multiuser". Main thread only; drawing changes nothing."""

from __future__ import annotations

import bpy

from .. import preferences, session
from ..session import Phase, Session
from .files import draw_files
from .forms import draw_join, draw_welcome
from .log import ICONS
from .replication import draw_waiting
from .trust import draw_trust
from .users import draw_users
from .wrapping import draw_wrapped

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
        settings = preferences.get()
        if not settings.is_set_up:
            draw_welcome(self.layout, settings)
        else:
            draw_join(self.layout, settings)

    def _draw_session(self, current: Session):
        layout = self.layout
        phase = current.phase
        if phase is Phase.LOBBY:
            layout.label(text="The session is not open yet.", icon="TIME")
            if current.status.is_admin:
                layout.operator_menu_enum("multiuser.initialise", "start")
            else:
                layout.label(text="An admin opens it.", icon="BLANK1")
        _draw_progress(layout, current)
        if current.status.users:
            draw_users(layout.box().column(align=True), current)
        if current.status.nodes:
            layout.label(text=f"{current.status.nodes} datablocks", icon="OUTLINER")
        if current.editing:
            _draw_rights(layout.column(align=True), current, bpy.context.object)
            draw_trust(layout, current)
        draw_files(layout, current)
        draw_waiting(layout, current)
        pending = current.status.pending - current.status.waiting
        if pending:
            layout.label(text=_waiting(pending), icon="TIME")
        if phase in (Phase.ONLINE, Phase.LOBBY, Phase.INITIALISING, Phase.OFFLINE):
            layout.operator("multiuser.copy_invite", icon="COPYDOWN")
        if current.editing or phase in (Phase.ONLINE, Phase.OFFLINE):
            layout.operator("multiuser.disconnect", icon="UNLINKED")
        else:
            layout.operator("multiuser.cancel", icon="X")


def _draw_progress(layout, current: Session) -> None:
    """How much of the session's scene is here, where Blender has a bar for it (4.0); the heading says it in numbers."""
    status = current.status
    if current.phase is Phase.SYNCING and status.total and hasattr(layout, "progress"):
        layout.progress(factor=min(status.done / status.total, 1.0), text=f"{status.done} of {status.total}")


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
    elif current.status.is_admin:
        row.operator("multiuser.take_over", icon="USER")


def _draw_messages(layout, current: Session):
    box = layout.box().column(align=True)
    row = box.row()
    row.label(text="Messages")
    row.operator("multiuser.show_log", text="", icon="TEXT")
    row.operator("multiuser.copy_log", text="", icon="COPYDOWN")
    for message in current.messages.last(_SHOWN_MESSAGES):
        draw_wrapped(box, message.text, ICONS.get(message.kind, "DOT"))
    left_out = current.unreplicated
    if left_out:
        box.separator()
        box.label(text=f"Not replicated: {len(left_out)}", icon="INFO")
        for kind, name, reason in left_out[:_SHOWN_UNREPLICATED]:
            draw_wrapped(box, f"{kind} {name}: {reason}", "BLANK1")
        if len(left_out) > _SHOWN_UNREPLICATED:
            box.label(text=f"and {len(left_out) - _SHOWN_UNREPLICATED} more", icon="BLANK1")


CLASSES = (MULTIUSER_PT_session,)
