"""Who is in the session: rows in the panel, and the operators to follow them. Main thread only."""

from __future__ import annotations

import bpy
from bpy.props import EnumProperty, StringProperty

from ..presence.overlay import scene_name
from ..presence.told import Told, read, shown_name
from ..session import Session
from .current import editing, possible, running

_SHOWN_USERS = 50
_ROLES = (
    ("VIEWER", "Viewer", "Sees everything and edits nothing", "HIDE_OFF", 0),
    ("EDITOR", "Editor", "Edits what nobody else holds", "USER", 1),
    ("ADMIN", "Admin", "Takes what others hold, sets roles and removes users besides", "FAKE_USER_ON", 2),
)
_ROLE_ICONS = {role: icon for role, _name, _text, icon, _number in _ROLES}
_ROLE_NAMES = {"VIEWER": "Viewer", "ADMIN": "Admin"}  # an editor needs no mention

_keys: list[tuple] = []


def others(current: Session) -> list:
    """The other users who are there, by name."""
    return [it for it in by_name(current) if it.online and it.id != current.status.client]


def by_name(current: Session) -> list:
    """All users; who is offline last."""
    return sorted(current.status.users, key=lambda it: (not it.online, it.name.casefold(), it.id))


def draw_users(column, current: Session) -> None:
    """The users; in a narrow sidebar a few lines each, so that nothing is cut off: who, what they do, where."""
    users = by_name(current)
    for user in users[:_SHOWN_USERS]:
        _draw_user(column, current, user)
    if len(users) > _SHOWN_USERS:
        column.label(text=f"and {len(users) - _SHOWN_USERS} more", icon="BLANK1")


def _draw_user(column, current: Session, user) -> None:
    own = user.id == current.status.client
    row = column.row(align=True)
    icon = _ROLE_ICONS.get(user.role, "USER")
    name = shown_name(user.name)
    row.label(text=f"{name} (you)" if own else name, icon=icon)
    ping = row.row()
    ping.alignment, ping.active = "RIGHT", False
    ping.label(text=f"{user.ping} ms" if user.online and user.ping >= 0 else "")
    admin = current.status.is_admin
    if not own:
        _draw_buttons(row, current, user, admin)
    details = _details(current, user, own) or [""]
    for number, text in enumerate(details, 1):
        line = column.row(align=True)
        told = line.row()
        told.active = False
        told.label(text=text, icon="BLANK1")
        if admin and not own and number == len(details):  # above it the name would be cut off
            menu = line.operator_menu_enum("multiuser.set_role", "role", text="", icon=icon)
            menu.user = user.id


def _draw_buttons(row, current: Session, user, admin: bool) -> None:
    row.separator()
    if user.online and current.editing:
        following = current.following
        for name, icon, followed in (
            ("multiuser.snap_view", "CAMERA_DATA", following.view.user),
            ("multiuser.snap_time", "TIME", following.time.user),
        ):
            row.operator(name, text="", icon=icon, depress=followed == user.id).user = user.id
    if admin:
        row.operator("multiuser.kick", text="", icon="X", emboss=False).user = user.id


def _details(current: Session, user, own: bool) -> list[str]:
    """What a user does, and where."""
    role = _ROLE_NAMES.get(user.role, "")
    if not user.online:
        return [f"{role}, offline" if role else "Offline"]
    if own:
        told = read(current.sampler.last)
    else:
        person = current.company.people.get(user.id)
        told = person.told if person is not None else Told()
    does = [role, told.mode, f"frame {told.frame}" if told.frame is not None else ""]
    where = []
    if told.scene is not None:
        where.append(scene_name(told.scene, current.replica.identities.resolve))
    if told.pose is not None:
        where.append(", ".join(f"{value:.1f}" for value in told.pose.eye))
    lines = (", ".join(it for it in does if it), " · ".join(where))
    return [line for line in lines if line]


class _Follows:
    """For operators that follow a user."""

    @classmethod
    def poll(cls, _context):
        return possible(cls, editing() is not None, "There is no session")


class MULTIUSER_OT_snap_view(_Follows, bpy.types.Operator):
    """Follow this user's viewpoint, also into other scenes, until you press again, press Esc or navigate"""

    bl_idname = "multiuser.snap_view"
    bl_label = "Snap View"

    user: StringProperty(options={"SKIP_SAVE", "HIDDEN"})

    def execute(self, context):
        """Begins or ends it in the 3D view where it was pressed."""
        if context.area is None or context.area.type != "VIEW_3D":
            self.report({"ERROR"}, "Press this in a 3D view.")
            return {"CANCELLED"}
        editing().following.toggle_view(self.user, context.window, context.area)
        return {"FINISHED"}


class MULTIUSER_OT_snap_time(_Follows, bpy.types.Operator):
    """Follow this user's current frame until you press again, press Esc or change the frame"""

    bl_idname = "multiuser.snap_time"
    bl_label = "Snap Time"

    user: StringProperty(options={"SKIP_SAVE", "HIDDEN"})

    def execute(self, context):
        """Begins or ends it in the window where it was pressed."""
        editing().following.toggle_time(self.user, context.window)
        return {"FINISHED"}


class MULTIUSER_OT_set_role(bpy.types.Operator):
    """Choose what this user may do in the session"""

    bl_idname = "multiuser.set_role"
    bl_label = "Set Role"

    user: StringProperty(options={"SKIP_SAVE", "HIDDEN"})
    role: EnumProperty(name="Role", items=_ROLES, default="EDITOR", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, _context):
        """Admins alone; the server checks it again."""
        current = running()
        admin = current is not None and current.status.is_admin
        return possible(cls, admin, "Only an admin can set roles")

    def execute(self, _context):
        """Asks the server for it."""
        running().client.set_role(self.user, self.role)
        return {"FINISHED"}


class MULTIUSER_OT_unsnap(bpy.types.Operator):
    """No longer follow another user's view and frame"""

    bl_idname = "multiuser.unsnap"
    bl_label = "Stop Following"

    @classmethod
    def poll(cls, _context):
        """While somebody is followed; otherwise its key means what it always does."""
        current = editing()
        return current is not None and current.following.active

    def execute(self, _context):
        """Ends both."""
        editing().following.end()
        return {"FINISHED"}


def register_keys() -> None:
    """Esc ends following; in the 3D view alone."""
    added = bpy.context.window_manager.keyconfigs.addon
    if added is not None:  # in the background there may be none
        keymap = added.keymaps.new(name="3D View", space_type="VIEW_3D")
        _keys.append((keymap, keymap.keymap_items.new("multiuser.unsnap", "ESC", "PRESS")))


def unregister_keys() -> None:
    """Takes it back."""
    while _keys:
        keymap, item = _keys.pop()
        keymap.keymap_items.remove(item)


CLASSES = (MULTIUSER_OT_snap_view, MULTIUSER_OT_snap_time, MULTIUSER_OT_unsnap, MULTIUSER_OT_set_role)
