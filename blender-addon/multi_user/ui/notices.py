"""What the artist has to know now: why a session ended, in a dialog; what was refused or went wrong, in Blender's own
banner. Everything stands in the session's messages as well. Main thread only."""

import textwrap

import bpy
from bpy.props import EnumProperty, StringProperty

from .. import session

_BANNER = {"refused": "WARNING", "warning": "WARNING", "error": "ERROR"}
_COLUMNS = 60
_LONGEST = 1000
_BANNER_SECONDS = 0.05


def _left_behind() -> bool:
    """Whether the session ended while the artist was in it."""
    current = session.current()
    return current is not None and current.was_inside


class MULTIUSER_OT_explain(bpy.types.Operator):
    """Say why the session ended"""

    bl_idname = "multiuser.explain"
    bl_label = "The Session Ended"
    bl_options = {"INTERNAL"}

    text: StringProperty(options={"SKIP_SAVE"})

    def invoke(self, context, _event):
        """Shows it."""
        options = {}
        if bpy.app.version >= (4, 1, 0):
            options["title"] = self.bl_label if _left_behind() else "The Session Could Not Be Joined"
        return context.window_manager.invoke_props_dialog(self, width=420, **options)

    def draw(self, _context):
        """The reason, in as many lines as it takes."""
        column = self.layout.column(align=True)
        for number, line in enumerate(textwrap.wrap(self.text[:_LONGEST], _COLUMNS)):
            column.label(text=line, icon="BLANK1" if number else "ERROR")
        if _left_behind():
            column.separator()
            column.label(text="The scene stays as it is: you can go on with it and save it.", icon="BLANK1")

    def execute(self, _context):
        """It was read."""
        return {"FINISHED"}


class MULTIUSER_OT_report(bpy.types.Operator):
    """Tell something in Blender's status bar"""

    bl_idname = "multiuser.report"
    bl_label = "Report"
    bl_options = {"INTERNAL"}

    kind: EnumProperty(items=[(it, it.capitalize(), "") for it in ("INFO", "WARNING", "ERROR")])
    text: StringProperty(options={"SKIP_SAVE"})

    def invoke(self, context, _event):
        """Waits for the next event: what is reported while Python calls stays with Python."""
        self._timer = context.window_manager.event_timer_add(_BANNER_SECONDS, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        """Tells it when its time has come; all else is left to whom it is meant for."""
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        context.window_manager.event_timer_remove(self._timer)
        self.report({self.kind}, self.text[:_LONGEST])
        return {"FINISHED", "PASS_THROUGH"}


class Notices:
    """Looks at the session after each step of the timer."""

    def __init__(self):
        self._session = None
        self._count = 0
        self._told = False

    def look(self, current) -> None:
        """Tells what is new."""
        if current is not self._session:
            self._session, self._count, self._told = current, 0, False
        if current.ended and not self._told:
            self._told = True
            self._count = current.messages.count
            if current.failure:
                _ask(bpy.ops.multiuser.explain, text=current.failure)
        elif current.messages.count != self._count:
            self._tell_newest(current)

    def _tell_newest(self, current) -> None:
        new = current.messages.last(current.messages.count - self._count)
        self._count = current.messages.count
        urgent = [it for it in new if it.kind in _BANNER]
        if urgent and current.editing:
            _ask(bpy.ops.multiuser.report, kind=_BANNER[urgent[-1].kind], text=urgent[-1].text)


def _ask(operator, **options) -> None:
    """Invokes an operator from the timer, which has no window of its own."""
    windows = bpy.context.window_manager.windows
    window = next(iter(windows), None)
    if window is None:
        return  # nobody looks
    areas = [it for it in window.screen.areas if it.type == "VIEW_3D"] or list(window.screen.areas)
    region = next((it for it in areas[0].regions if it.type == "WINDOW"), None)
    with bpy.context.temp_override(window=window, area=areas[0], region=region):
        operator("INVOKE_DEFAULT", **options)


CLASSES = (MULTIUSER_OT_explain, MULTIUSER_OT_report)
