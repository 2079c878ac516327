"""What goes to the session by itself: settings, their panel, and what waits to be pushed by hand. Main thread only."""

import bpy
from bpy.props import EnumProperty

from .. import preferences, session
from ..kinds import KINDS, types_of
from ..replication_settings import push_name
from ..session import Session
from .current import editing, possible, running


def waiting_text(count: int) -> str:
    """How many changes wait for the artist."""
    return "1 change waits to be pushed" if count == 1 else f"{count:,} changes wait to be pushed"


def draw_waiting(layout, current: Session) -> None:
    """What waits to be pushed by hand, and the way to push it; whether the artist leaves then."""
    waiting = current.status.waiting
    if current.replication.leaving:
        column = layout.column(align=True)
        column.label(text="Leaving once all is pushed", icon="EXPORT")
        column.operator("multiuser.stay", icon="LOOP_BACK")
        return
    if waiting:
        column = layout.column(align=True)
        column.label(text=waiting_text(waiting), icon="TIME")
        column.operator("multiuser.push_all", icon="EXPORT")


class MULTIUSER_OT_push_all(bpy.types.Operator):
    """Push all your changes that wait"""

    bl_idname = "multiuser.push_all"
    bl_label = "Push All"

    @classmethod
    def poll(cls, _context):
        """Where something waits."""
        current = editing()
        return possible(cls, current is not None and current.status.waiting > 0, "Nothing waits to be pushed")

    def execute(self, _context):
        """Asks the agent for it."""
        session.current().client.push()
        return {"FINISHED"}


class MULTIUSER_OT_stay(bpy.types.Operator):
    """Do not leave the session after all"""

    bl_idname = "multiuser.stay"
    bl_label = "Stay"

    @classmethod
    def poll(cls, _context):
        """While what waits is pushed before leaving."""
        current = running()
        return current is not None and current.replication.leaving

    def execute(self, _context):
        """Goes on."""
        session.current().replication.stay()
        return {"FINISHED"}


class AsksWhatWaits:
    """For the operator that leaves: what was never pushed the others do not get."""

    waiting: EnumProperty(
        name="They",
        items=(
            (
                "PUSH",
                "Are pushed first",
                "You leave as soon as the server has them, which takes a link to it",
            ),
            ("DROP", "Stay here alone", "The others do not get them"),
        ),
        default="DROP",
        options={"SKIP_SAVE"},
    )

    def invoke(self, context, _event):
        """Asks where something waits."""
        current = session.current()
        if current is None or not current.status.waiting:
            return self.execute(context)
        self.waiting = "DROP" if current.replication.leaving else "PUSH"
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, _context):
        """The question."""
        current = session.current()
        if current is not None:
            self.layout.label(text=waiting_text(current.status.waiting), icon="ERROR")
        self.layout.prop(self, "waiting", expand=True)

    def leave(self, current: Session, text: str) -> None:
        """Leaves now, or once all is pushed."""
        if self.waiting == "PUSH" and current.status.waiting and current.editing:
            current.replication.leave_after_push()
        else:
            current.end(text)


class MULTIUSER_PT_replication(bpy.types.Panel):
    """What of your work goes to the others, and when"""

    bl_idname = "MULTIUSER_PT_replication"
    bl_label = "Replication"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Multiuser"
    bl_parent_id = "MULTIUSER_PT_session"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, _context):
        """Once the artist said who they are."""
        return preferences.get().is_set_up

    def draw(self, _context):
        """The flags, and the types whose changes go by themselves."""
        layout, settings = self.layout, preferences.get()
        layout.prop(settings, "live_edit")
        layout.label(text="Shared with everybody:")
        shared = layout.column(align=True)
        shared.prop(settings.replication, "render_settings", icon="SCENE")
        shared.prop(settings.replication, "active_camera", icon="CAMERA_DATA")
        layout.label(text="Pushed automatically:")
        grid = layout.grid_flow(row_major=True, columns=0, even_columns=True, align=True)
        for kind in shown_kinds():
            grid.prop(settings.replication, push_name(kind), icon=KINDS[kind][1])


def shown_kinds() -> list[str]:
    """The kinds that this Blender has."""
    return [kind for kind in KINDS if types_of(kind)]


CLASSES = (MULTIUSER_OT_push_all, MULTIUSER_OT_stay, MULTIUSER_PT_replication)
