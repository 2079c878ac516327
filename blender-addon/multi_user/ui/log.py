"""The session's log: all that was told, to read and to copy. Main thread only."""

import textwrap
import time

import bpy
from bpy.props import EnumProperty, IntProperty

from .. import session
from .current import possible

_LINES = 24
_COLUMNS = 100
_KINDS = {
    "USERS": ("joined", "left", "owner"),
    "REFUSED": ("refused",),
    "PROBLEMS": ("warning", "error"),
}
ICONS = {"error": "ERROR", "refused": "LOCKED", "warning": "INFO", "owner": "USER"}


class _NeedsLog:
    """For operators on what was told."""

    @classmethod
    def poll(cls, _context):
        return possible(cls, session.current() is not None, "There was no session yet")


class MULTIUSER_OT_show_log(_NeedsLog, bpy.types.Operator):
    """Show what the session said: who came and went, what was refused, files, and errors"""

    bl_idname = "multiuser.show_log"
    bl_label = "Show Messages"

    kind: EnumProperty(
        name="Show",
        items=(
            ("ALL", "All", "Everything that was told"),
            ("USERS", "Users", "Who came, went, and owns what"),
            ("REFUSED", "Refused Edits", "What others own and was put back"),
            ("PROBLEMS", "Problems", "Warnings and errors"),
        ),
    )
    page: IntProperty(name="Page", description="1 is the newest", default=1, min=1, options={"SKIP_SAVE"})

    def invoke(self, context, _event):
        """Shows it."""
        return context.window_manager.invoke_popup(self, width=640)

    def draw(self, _context):
        """A page of lines, the newest last."""
        layout = self.layout
        row = layout.row()
        row.prop(self, "kind", expand=True)
        lines = _lines(self.kind)
        pages = max(1, -(-len(lines) // _LINES))
        row = layout.row(align=True)
        row.prop(self, "page")
        row.label(text=f"of {pages}")
        row.operator("multiuser.copy_log", text="", icon="COPYDOWN")
        end = len(lines) - (min(self.page, pages) - 1) * _LINES
        column = layout.column(align=True)
        for text, icon in lines[max(0, end - _LINES) : end]:
            column.label(text=text, icon=icon)
        if not lines:
            column.label(text="Nothing was told so far.", icon="BLANK1")

    def execute(self, _context):
        """It was read."""
        return {"FINISHED"}


def _lines(kind: str) -> list[tuple[str, str]]:
    """The log in lines that fit, as (text, icon)."""
    wanted = _KINDS.get(kind)
    found = []
    for message in session.current().messages:
        if wanted is None or message.kind in wanted:
            when = time.strftime("%H:%M:%S", time.localtime(message.time))
            for number, line in enumerate(textwrap.wrap(message.text, _COLUMNS) or [""]):
                text = f"{when}  {line}" if number == 0 else f"        {line}"
                found.append((text, "BLANK1" if number else ICONS.get(message.kind, "DOT")))
    return found


class MULTIUSER_OT_copy_log(_NeedsLog, bpy.types.Operator):
    """Copy what the session said, to paste it elsewhere"""

    bl_idname = "multiuser.copy_log"
    bl_label = "Copy Messages"

    def execute(self, context):
        """Puts the messages on the clipboard."""
        context.window_manager.clipboard = session.current().messages.text()
        self.report({"INFO"}, "The messages are on the clipboard")
        return {"FINISHED"}


CLASSES = (MULTIUSER_OT_show_log, MULTIUSER_OT_copy_log)
