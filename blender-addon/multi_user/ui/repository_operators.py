"""What can be done to the datablocks of the repository panel: to those that are chosen, else to the active one. Main
thread only."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..core.node_list import NodeRow
from ..datablocks import registry
from ..session import Session
from .current import editing, possible
from .operators import other_users
from .repository import active_row, shown_rows

_NAMED = 3  # so many are named in a question


def _targets(nodes: str) -> list[NodeRow]:
    """The rows an operator is for; ``nodes`` are UUIDs with commas between, where a script names them."""
    current = editing()
    if current is None:  # it ended while a question was open
        return []
    book = current.repository
    if nodes:
        named = [bytes.fromhex(one.replace("-", "")) for one in nodes.split(",")]
        return [book.nodes.find(uuid) or NodeRow(uuid, "", "") for uuid in named]
    if book.chosen:
        return [row for row in book.nodes.ordered() if row.id in book.chosen]
    active = active_row(current)
    return [active] if active is not None else []


def _names(rows: list[NodeRow]) -> str:
    names = ", ".join(row.name for row in rows[:_NAMED])
    return names if len(rows) <= _NAMED else f"{names} and {len(rows) - _NAMED:,} more"


class _OnRows:
    """For operators on rows."""

    nodes: StringProperty(options={"SKIP_SAVE", "HIDDEN"})

    @classmethod
    def poll(cls, _context):
        """In a session."""
        return possible(cls, editing() is not None, "There is no session")

    def rows(self) -> list[NodeRow]:
        """What it is for; says so where that is nothing."""
        rows = _targets(self.nodes)
        if not rows:
            self.report({"WARNING"}, "Click a datablock in the list, or check some, first.")
        return rows


class MULTIUSER_OT_repository_choose(_OnRows, bpy.types.Operator):
    """Choose all datablocks that the list shows, or none"""

    bl_idname = "multiuser.repository_choose"
    bl_label = "Choose"

    choose: BoolProperty(default=True, options={"SKIP_SAVE"})

    def execute(self, _context):
        """Chooses them."""
        current = editing()
        if self.choose:
            current.repository.chosen.update(row.id for row in shown_rows(current))
        else:
            current.repository.chosen.clear()
        return {"FINISHED"}


class MULTIUSER_OT_repository_push(_OnRows, bpy.types.Operator):
    """Push the changes to these datablocks that wait, and what is new and they refer to"""

    bl_idname = "multiuser.repository_push"
    bl_label = "Push"

    def execute(self, _context):
        """Asks the agent for it."""
        rows = self.rows()
        if not rows:
            return {"CANCELLED"}
        editing().client.push([row.id for row in rows])
        return {"FINISHED"}


class MULTIUSER_OT_repository_pull(_OnRows, bpy.types.Operator):
    """Have this Blender show the session's version of these datablocks again, with your changes that wait"""

    bl_idname = "multiuser.repository_pull"
    bl_label = "Pull"

    def execute(self, _context):
        """Asks the agent for it."""
        rows = self.rows()
        for row in rows:
            editing().client.whole(row.id)
        return {"FINISHED"} if rows else {"CANCELLED"}


class _Asks(_OnRows):
    """For those that first say what they do, and do it once that is confirmed."""

    meaning: tuple[str, ...] = ()

    def invoke(self, context, _event):
        """Asks."""
        if not self.rows():
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(self, width=420)

    def draw(self, _context):
        """What it means."""
        column = self.layout.column(align=True)
        column.label(text=_names(_targets(self.nodes)), icon="ERROR")
        for line in self.meaning:
            column.label(text=line, icon="BLANK1")


class MULTIUSER_OT_repository_reset(_Asks, bpy.types.Operator):
    """Drop your changes to these datablocks that were not pushed, and show the server's version"""

    bl_idname = "multiuser.repository_reset"
    bl_label = "Reset"
    meaning = ("Your changes that were not pushed are dropped.", "What the server has takes their place.")

    def execute(self, _context):
        """Asks the agent for it."""
        rows = self.rows()
        for row in rows:
            editing().client.reset(row.id)
        return {"FINISHED"} if rows else {"CANCELLED"}


class MULTIUSER_OT_repository_lock(_OnRows, bpy.types.Operator):
    """Keep these datablocks to yourself until you unlock them; an admin can take anybody's"""

    bl_idname = "multiuser.repository_lock"
    bl_label = "Lock"

    def execute(self, _context):
        """Asks the server for it."""
        rows = self.rows()
        editing().holdings.lock_nodes({row.id for row in rows})
        return {"FINISHED"} if rows else {"CANCELLED"}


class MULTIUSER_OT_repository_unlock(_OnRows, bpy.types.Operator):
    """Let everybody edit these datablocks again; an admin can unlock anybody's"""

    bl_idname = "multiuser.repository_unlock"
    bl_label = "Unlock"

    def execute(self, _context):
        """Asks the server for it."""
        rows = self.rows()
        editing().holdings.unlock_nodes({row.id for row in rows})
        return {"FINISHED"} if rows else {"CANCELLED"}


class MULTIUSER_OT_repository_hand_over(_OnRows, bpy.types.Operator):
    """Make another user the owner of these datablocks"""

    bl_idname = "multiuser.repository_hand_over"
    bl_label = "Hand Over"

    user: EnumProperty(name="To", items=other_users)

    def execute(self, _context):
        """Asks the server for it; what waits to be pushed could not be pushed any more."""
        rows = self.rows()
        ready = {row.id for row in rows if not row.waiting}
        if len(ready) < len(rows):
            self.report(
                {"WARNING"}, f"{len(rows) - len(ready)} stay yours: push or reset their changes first."
            )
        editing().holdings.hand_over_nodes(ready, self.user)
        return {"FINISHED"} if ready else {"CANCELLED"}


class MULTIUSER_OT_repository_delete(_Asks, bpy.types.Operator):
    """Delete these datablocks from the session and from everybody's Blender"""

    bl_idname = "multiuser.repository_delete"
    bl_label = "Delete"
    bl_options = {"REGISTER", "UNDO"}
    meaning = (
        "They are deleted from the session: from your Blender and",
        "from everybody's. Undo brings them back.",
    )

    def execute(self, _context):
        """Deletes them here; the others follow as after any deletion."""
        rows = self.rows()
        found, kept = _deletable(editing(), rows)
        if kept:
            self.report({"WARNING"}, f"Not deleted: {'; '.join(kept[:_NAMED])}")
        if not found:
            return {"CANCELLED"}
        bpy.data.batch_remove(found)
        return {"FINISHED"}


def _deletable(current: Session, rows: list[NodeRow]) -> tuple[list[Any], list[str]]:
    """The datablocks of these rows that may be deleted, and why the others may not."""
    found, kept = [], []
    admin = current.status.is_admin
    scenes = len(bpy.data.scenes)
    for row in rows:
        datablock = current.replica.resolve(row.id)
        owner = row.owner or current.holdings.owners.get(row.id) or current.status.client
        collection = datablock is not None and getattr(
            bpy.data, registry.collection_of(datablock) or "", None
        )
        if datablock is None:
            kept.append(f"{row.name} is not in this Blender")
        elif owner != current.status.client and not admin:
            kept.append(f"{row.name} is held by {current.user_name_by_id.get(owner, 'somebody else')}")
        elif not hasattr(collection, "remove"):
            kept.append(f"{row.name} goes with what uses it")
        elif isinstance(datablock, bpy.types.Scene) and scenes == 1:
            kept.append(f"{row.name} is the last scene")
        else:
            scenes -= isinstance(datablock, bpy.types.Scene)
            found.append(datablock)
    return found, kept


class MULTIUSER_OT_repository_select(_OnRows, bpy.types.Operator):
    """Select the objects that these datablocks are, or that use them, in the 3D view"""

    bl_idname = "multiuser.repository_select"
    bl_label = "Select"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context):
        """Selects them, and nothing else."""
        rows = self.rows()
        found = [editing().replica.resolve(row.id) for row in rows]
        things = _objects({it for it in found if it is not None}, context.view_layer)
        if not things:
            self.report({"WARNING"}, "No object that is shown here uses them.")
            return {"CANCELLED"}
        for thing in context.view_layer.objects.selected[:]:
            thing.select_set(False)
        for thing in things:
            thing.select_set(True)
        context.view_layer.objects.active = things[0]
        return {"FINISHED"}


def _objects(datablocks: set, view_layer) -> list[bpy.types.Object]:
    """The visible objects that are among these, or use one of them."""
    return [
        thing
        for thing in view_layer.objects
        if thing.visible_get(view_layer=view_layer)
        and (
            thing in datablocks
            or thing.data in datablocks
            or any(slot.material in datablocks for slot in thing.material_slots)
        )
    ]


CLASSES = (
    MULTIUSER_OT_repository_choose,
    MULTIUSER_OT_repository_push,
    MULTIUSER_OT_repository_pull,
    MULTIUSER_OT_repository_reset,
    MULTIUSER_OT_repository_lock,
    MULTIUSER_OT_repository_unlock,
    MULTIUSER_OT_repository_hand_over,
    MULTIUSER_OT_repository_delete,
    MULTIUSER_OT_repository_select,
)
