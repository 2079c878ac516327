"""Trusting a session: operators, and the part of the panel that lists what is held. Main thread only."""

import bpy
from bpy.props import BoolProperty, IntProperty

from .. import preferences
from ..core.trust import Trust
from ..datablocks import trusting
from ..session import Session
from .current import possible, running
from .wrapping import draw_wrapped

_SHOWN_HELD = 6
_MEANING = (
    "Everybody in this session can then run any Python in your Blender,",
    "with all that you may do on this computer: read, change and delete files.",
    "Do it only if you know and trust all of them.",
)
_FILE_MEANING = (
    "The members of an earlier session can then run this in your Blender,",
    "with all that you may do on this computer: read, change and delete files.",
)
_AUTO_RUN_IS_OFF = (
    "Auto Run Python Scripts is off in the preferences (Save & Load):",
    "Blender itself keeps the drivers from running until you turn it on.",
)


def _entered() -> Session | None:
    """The session that can be trusted: the server said which one it is."""
    current = running()
    return current if current is not None and current.trusting.name else None


def _ask(operator, context, confirm: str) -> set[str]:
    """Shows the operator's question; where Blender can, Return alone does not say yes."""
    options = {"confirm_text": confirm, "cancel_default": True} if bpy.app.version >= (4, 2, 0) else {}
    return context.window_manager.invoke_props_dialog(operator, width=440, **options)


def _draw_lines(column, lines: tuple[str, ...], icon: str) -> None:
    for number, line in enumerate(lines):
        column.label(text=line, icon="BLANK1" if number else icon)


class MULTIUSER_OT_trust(bpy.types.Operator):
    """Let Python that the others sent run in this Blender: drivers, shader scripts, texts that are registered"""

    bl_idname = "multiuser.trust"
    bl_label = "Trust This Session"

    remember: BoolProperty(
        name="Remember for this session",
        description="Also when you join it again; the preferences list it, and you can take it back there",
        default=True,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, _context):
        """In a session that is not trusted yet."""
        current = _entered()
        untrusted = current is not None and not current.trusting.trusted
        return possible(cls, untrusted, "There is no session, or you trust it already")

    def invoke(self, context, _event):
        """Says first what it means."""
        return _ask(self, context, "Trust")

    def draw(self, context):
        """What it means."""
        column = self.layout.column(align=True)
        _draw_lines(column, _MEANING, "ERROR")
        current = _entered()
        if current is not None:  # it may end while the question is open
            column.separator()
            column.label(text=f"Held until now: {len(current.trusting.held)}", icon="BLANK1")
        if not context.preferences.filepaths.use_scripts_auto_execute:
            column.separator()
            _draw_lines(column, _AUTO_RUN_IS_OFF, "INFO")
        self.layout.prop(self, "remember")

    def execute(self, _context):
        """Trusts it."""
        decision = _entered().trusting
        if self.remember:
            preferences.remember_trust(decision.name)
        decision.decide(True)
        return {"FINISHED"}


class MULTIUSER_OT_distrust(bpy.types.Operator):
    """Hold the Python that the others sent, and forget that this session was trusted"""

    bl_idname = "multiuser.distrust"
    bl_label = "Stop Trusting This Session"

    @classmethod
    def poll(cls, _context):
        """In a session that is trusted."""
        current = _entered()
        trusted = current is not None and current.trusting.trusted
        return possible(cls, trusted, "There is no session that you trust")

    def execute(self, _context):
        """Takes it back."""
        decision = _entered().trusting
        preferences.forget_trust(decision.name)
        decision.decide(False)
        return {"FINISHED"}


class MULTIUSER_OT_forget_trust(bpy.types.Operator):
    """Do not trust this session any more when you join it again"""

    bl_idname = "multiuser.forget_trust"
    bl_label = "Forget a Trusted Session"

    index: IntProperty(options={"SKIP_SAVE"})

    def execute(self, _context):
        """Takes it off the list; a session that goes on is not trusted from now on, too."""
        trusted = preferences.get().trusted_sessions
        if not 0 <= self.index < len(trusted):
            return {"CANCELLED"}
        name = trusted[self.index].name
        preferences.forget_trust(name)
        current = _entered()
        if current is not None and current.trusting.name == name:
            current.trusting.decide(False)
        return {"FINISHED"}


class MULTIUSER_OT_release_held(bpy.types.Operator):
    """Outside of a session: let the Python run that is still held in the open file from an earlier one"""

    bl_idname = "multiuser.release_held"
    bl_label = "Run Held Python of This File"

    @classmethod
    def poll(cls, _context):
        """Only without a session: within one it is the session that is trusted."""
        return possible(cls, _entered() is None, "There is a session: trust that")

    def invoke(self, context, _event):
        """Says first what it means."""
        return _ask(self, context, "Run")

    def draw(self, _context):
        """What it means."""
        column = self.layout.column(align=True)
        _draw_lines(column, _FILE_MEANING, "ERROR")
        for one in trusting.held_here()[:_SHOWN_HELD]:
            column.label(text=f"{one.datablock}, {one.place}: {one.code}", icon="DOT")

    def execute(self, _context):
        """Lets all of it go."""
        count = len(trusting.held_here())
        for text in trusting.let_all_go(Trust(trusted=True)):
            self.report({"WARNING"}, text)
        self.report({"INFO"}, f"{count} held before are live now")
        return {"FINISHED"}


def draw_trust(layout, current: Session) -> None:
    """What is held and the way to let it go."""
    decision = current.trusting
    if decision.trusted:
        row = layout.row(align=True)
        row.label(text="You trust this session", icon="SCRIPT")
        row.operator("multiuser.distrust", text="", icon="X")
        return
    if not decision.held:
        return
    box = layout.box().column(align=True)
    count = len(decision.held)
    box.label(text=f"Python of others, held: {count}", icon="SCRIPT")
    for one in decision.held[:_SHOWN_HELD]:
        draw_wrapped(box, f"{one.datablock}, {one.place}", "DOT")
        row = box.row()
        row.active = False
        row.label(text=f"{one.author}: {one.code}" if one.author else one.code, icon="BLANK1")
    if count > _SHOWN_HELD:
        box.label(text=f"and {count - _SHOWN_HELD} more", icon="BLANK1")
    box.separator()
    box.operator("multiuser.trust", icon="UNLOCKED")


CLASSES = (
    MULTIUSER_OT_trust,
    MULTIUSER_OT_distrust,
    MULTIUSER_OT_forget_trust,
    MULTIUSER_OT_release_held,
)
