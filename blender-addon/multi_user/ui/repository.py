"""The repository panel: every datablock of the session, whose it is and where it stands. Main thread only; drawing
changes nothing."""

import time

import bpy
from bpy.app.handlers import persistent
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..core.node_list import Filter, NodeRow
from ..kinds import KINDS, icon_of, kind_of, types_of
from ..session import Session
from .current import editing
from .wrapping import draw_wrapped

# A node's state (BR32) -> what it is called, icon, what it means.
STATES = {
    "UP": ("Up", "CHECKMARK", "The session and this Blender hold the same"),
    "COMMITTED": ("To push", "TIME", "Your changes wait until you push them"),
    "ADDED": ("Added", "ADD", "It is new here, and the server does not have it yet"),
    "PUSHED": ("Pushed", "EXPORT", "Your changes are on their way to the server"),
    "FETCHED": ("Fetched", "IMPORT", "Others' changes came, and this Blender does not show them yet"),
    "REFUSED": ("Refused", "ERROR", "Your last change was refused, and put back"),
}
_WIDE_PIXELS = 420  # from here on a row says who changed it last, too
_ROWS = 8
_DAY_SECONDS = 24 * 60 * 60


def _row(current: Session, place: int) -> NodeRow | None:
    """The row at this place of the list."""
    rows = current.repository.nodes.ordered()
    return rows[place] if 0 <= place < len(rows) else None


def _chosen(item) -> bool:
    current = editing()
    row = _row(current, int(item.name)) if current is not None else None
    return row is not None and row.id in current.repository.chosen


def _choose(item, value: bool) -> None:
    current = editing()
    row = _row(current, int(item.name)) if current is not None else None
    if row is not None:
        change = current.repository.chosen.add if value else current.repository.chosen.discard
        change(row.id)


def _active(_settings) -> int:
    current = editing()
    return -1 if current is None else current.repository.nodes.place(current.repository.active)


def _activate(_settings, place: int) -> None:
    current = editing()
    row = _row(current, place) if current is not None else None
    if row is not None:
        current.repository.active = row.id


class MultiUserRepositoryItem(bpy.types.PropertyGroup):
    """One line of the list; its ``name`` is its place, by which all else is looked up"""

    chosen: BoolProperty(
        name="Choose", description="The buttons below are for all chosen datablocks", get=_chosen, set=_choose
    )


def _kind_items() -> list[tuple]:
    kinds = [(key, name, "", icon, number) for number, (key, (name, icon)) in enumerate(KINDS.items(), 1)]
    return [("ALL", "All types", "", "FILTER", 0), *kinds]


def _state_items() -> list[tuple]:
    states = [
        (key, name, text, icon, number) for number, (key, (name, icon, text)) in enumerate(STATES.items(), 1)
    ]
    return [("ALL", "All states", "", "FILTER", 0), *states]


class MultiUserRepository(bpy.types.PropertyGroup):
    """What the panel shows; not saved with the file"""

    rows: CollectionProperty(type=MultiUserRepositoryItem, options={"SKIP_SAVE"})
    active: IntProperty(
        name="Active", description="The datablock that the buttons are for", get=_active, set=_activate
    )
    search: StringProperty(
        name="Name",
        description="Only datablocks with this in their name",
        options={"TEXTEDIT_UPDATE", "SKIP_SAVE"},
    )
    kind: EnumProperty(name="Type", items=_kind_items(), options={"SKIP_SAVE"})
    state: EnumProperty(name="State", items=_state_items(), options={"SKIP_SAVE"})
    mine: BoolProperty(name="Mine", description="Only datablocks that you own", options={"SKIP_SAVE"})

    def filter(self, me: str) -> Filter:
        """What is to be shown; ``me`` is this user's UUID as text."""
        return Filter(
            name=self.search.strip(),
            types=frozenset() if self.kind == "ALL" else types_of(self.kind),
            owner=me if self.mine else "",
            state="" if self.state == "ALL" else self.state,
        )


def settings() -> MultiUserRepository:
    """The panel's rows and filters."""
    return bpy.context.window_manager.multiuser_repository


def shown_rows(current: Session) -> list[NodeRow]:
    """The rows that pass the filters, as they are ordered."""
    return current.repository.nodes.shown(settings().filter(current.status.client))


def active_row(current: Session) -> NodeRow | None:
    """The row that was clicked last."""
    return current.repository.nodes.find(current.repository.active)


class MULTIUSER_UL_repository(bpy.types.UIList):
    """Every datablock of the session"""

    def filter_items(self, _context, data, property_name):
        """All rows in one go, worked out once after each change and not at each redraw. They are in order already."""
        current, count = editing(), len(getattr(data, property_name))
        if current is None:
            return [0] * count, []
        flags = current.repository.nodes.flags(data.filter(current.status.client), self.bitflag_filter_item)
        if len(flags) != count:  # lines are about to be added or taken away
            flags = flags[:count] + [0] * (count - len(flags))
        return flags, []

    def draw_item(self, context, layout, _data, item, _icon, _active, _active_property, index=0):
        """One row: the box, what it is, whose, and where it stands."""
        current = editing()
        row = _row(current, index) if current is not None else None
        if row is None:
            return
        names = current.user_name_by_id
        wide = context.region.width / context.preferences.system.ui_scale > _WIDE_PIXELS
        owner = owner_text(current, row.owner, names) if row.owner else ""
        state, icon, _ = STATES[row.state]
        line = layout.row(align=True)
        line.prop(item, "chosen", text="")
        split = line.split(factor=0.38 if wide else 0.55, align=True)
        split.label(text=row.name or "(no name)", icon=icon_of(row.type))
        if wide:
            rest = split.split(factor=0.6, align=True)
            split = rest.row(align=True).split(factor=0.35, align=True)
            rest.label(text=_written_text(row, names))
            split.label(text=owner)
        elif row.state == "UP" and owner:
            state = owner  # there is room for one of them, and the icon tells the state as well
        split = split.row(align=True)
        split.alert = row.state == "REFUSED"
        split.label(text=state, icon=icon)

    def draw_filter(self, _context, layout):
        """How many rows there are: the filters themselves stand above the list."""
        current = editing()
        if current is not None:
            nodes = current.repository.nodes
            count = sum(nodes.flags(settings().filter(current.status.client), 1))
            layout.label(text=f"{count:,} of {len(nodes):,} datablocks")


def owner_text(current: Session, owner: str, names: dict[str, str]) -> str:
    """Who owns something."""
    return "you" if owner == current.status.client else names.get(owner, "left")


def _written_text(row: NodeRow, names: dict[str, str]) -> str:
    """Who changed it last, and when; empty where that was before this artist joined."""
    if not row.changed:
        return ""
    form = "%H:%M:%S" if time.time() - row.changed < _DAY_SECONDS else "%d.%m. %H:%M"
    return f"{names.get(row.author, 'somebody')} {time.strftime(form, time.localtime(row.changed))}"


class MULTIUSER_PT_repository(bpy.types.Panel):
    """Every datablock of the session"""

    bl_idname = "MULTIUSER_PT_repository"
    bl_label = "Repository"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Multiuser"
    bl_parent_id = "MULTIUSER_PT_session"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, _context):
        """In a session."""
        return editing() is not None

    def draw(self, _context):
        """Filters, list, buttons, and what there is to say of the active row."""
        current = editing()
        current.repository.drawn()
        layout, shown = self.layout, settings()
        column = layout.column(align=True)
        row = column.split(factor=0.75, align=True)
        row.prop(shown, "search", text="", icon="VIEWZOOM")
        row.prop(shown, "mine", toggle=True)
        row = column.row(align=True)
        row.prop(shown, "kind", text="")
        row.prop(shown, "state", text="")
        layout.template_list(
            "MULTIUSER_UL_repository", "", shown, "rows", shown, "active", rows=_ROWS, maxrows=_ROWS
        )
        _draw_buttons(layout.column(align=True), current)
        active = active_row(current)
        if active is not None:
            _draw_details(layout.box().column(align=True), current, active)


def _draw_buttons(column, current: Session) -> None:
    count = len(current.repository.chosen)
    column.label(text=f"With {count:,} chosen:" if count else "With the active one:")
    row = column.row(align=True)
    row.operator("multiuser.repository_choose", text="All Shown", icon="CHECKBOX_HLT").choose = True
    row.operator("multiuser.repository_choose", text="None", icon="CHECKBOX_DEHLT").choose = False
    for names in (
        (("push", "EXPORT"), ("pull", "IMPORT"), ("reset", "LOOP_BACK")),
        (("lock", "LOCKED"), ("unlock", "UNLOCKED"), ("select", "RESTRICT_SELECT_OFF")),
    ):
        row = column.row(align=True)
        for name, icon in names:
            row.operator(f"multiuser.repository_{name}", icon=icon)
    row = column.row(align=True)
    row.operator_menu_enum("multiuser.repository_hand_over", "user", icon="FORWARD")
    row.operator("multiuser.repository_delete", icon="TRASH")


def _draw_details(column, current: Session, row: NodeRow) -> None:
    names = current.user_name_by_id
    kind = KINDS.get(kind_of(row.type), ("Unknown here",))[0]
    state, icon, meaning = STATES[row.state]
    column.label(text=row.name or "(no name)", icon=icon_of(row.type))
    draw_wrapped(column, f"{kind}: {row.type}", "BLANK1")
    draw_wrapped(column, f"{state}: {meaning}", icon)
    if row.waiting:
        draw_wrapped(column, f"{row.waiting} of your changes wait", "BLANK1")
    whose = f"Owned by {owner_text(current, row.owner, names)}" if row.owner else "Free for everybody"
    draw_wrapped(column, whose, "LOCKED" if row.owner else "UNLOCKED")
    written = _written_text(row, names)
    draw_wrapped(
        column, f"Changed by {written}" if written else "Not changed since you joined", "GREASEPENCIL"
    )
    if row.refused:
        draw_wrapped(column, f"Your last change was refused: {row.refused}", "ERROR")


@persistent
def _leave_out_of_file(*_) -> None:
    """Before a file is saved: the rows are the session's, and come anew by themselves."""
    settings().rows.clear()


def register() -> None:
    """Beside the classes."""
    bpy.types.WindowManager.multiuser_repository = PointerProperty(type=MultiUserRepository)
    bpy.app.handlers.save_pre.append(_leave_out_of_file)


def unregister() -> None:
    """Takes that back."""
    bpy.app.handlers.save_pre.remove(_leave_out_of_file)
    del bpy.types.WindowManager.multiuser_repository


CLASSES = (MultiUserRepositoryItem, MultiUserRepository, MULTIUSER_UL_repository, MULTIUSER_PT_repository)
