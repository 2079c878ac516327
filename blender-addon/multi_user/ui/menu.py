"""The Multi-User menu, in the 3D view's View menu: so Blender's search (F3) reaches every action, and each can be
given a key. Main thread only."""

import bpy

from ..presence.told import shown_name
from .current import running
from .users import others

_WITHOUT = (
    "multiuser.connect",
    "multiuser.host",
    "multiuser.refresh_servers",
    "multiuser.add_server",
    "multiuser.edit_server",
    "multiuser.remove_server",
    "multiuser.forget_certificate",
    "multiuser.paste_invite",
)
_WITHIN = (
    "multiuser.copy_invite",
    "multiuser.lock",
    "multiuser.unlock",
    "multiuser.take_over",
    "multiuser.push_all",
    "multiuser.stay",
    "multiuser.unsnap",
    "multiuser.trust",
    "multiuser.distrust",
    "multiuser.stop_files",
    "multiuser.resume_files",
    "multiuser.disconnect",
    "multiuser.cancel",
)
_ON_ROWS = (
    "multiuser.repository_push",
    "multiuser.repository_pull",
    "multiuser.repository_reset",
    "multiuser.repository_lock",
    "multiuser.repository_unlock",
    "multiuser.repository_select",
    "multiuser.repository_delete",
)
_ON_USERS = ("multiuser.snap_view", "multiuser.snap_time", "multiuser.kick")
_MOST_USERS = 50
_ALWAYS = (
    "multiuser.show_log",
    "multiuser.copy_log",
    "multiuser.cache_size",
    "multiuser.clear_cache",
    "multiuser.release_held",
)


class MULTIUSER_MT_repository(bpy.types.Menu):
    """What can be done to the datablocks that are chosen in the repository panel"""

    bl_idname = "MULTIUSER_MT_repository"
    bl_label = "Repository"

    def draw(self, _context):
        """As the panel's buttons."""
        self.layout.operator("multiuser.repository_choose", text="Choose All Shown").choose = True
        self.layout.operator("multiuser.repository_choose", text="Choose None").choose = False
        for name in _ON_ROWS:
            self.layout.operator(name)
        self.layout.operator_menu_enum("multiuser.repository_hand_over", "user")


class MULTIUSER_MT_users(bpy.types.Menu):
    """Follow and remove the others in the session, and say what they may do"""

    bl_idname = "MULTIUSER_MT_users"
    bl_label = "Users"

    def draw(self, _context):
        """Each action for each user, so that a search for either finds it."""
        current = running()
        for user in others(current)[:_MOST_USERS] if current is not None else ():
            for name in _ON_USERS:
                label = getattr(bpy.ops.multiuser, name.partition(".")[2]).get_rna_type().name
                self.layout.operator(name, text=f"{label}: {shown_name(user.name)}").user = user.id
            text = f"Set Role: {shown_name(user.name)}"
            self.layout.operator_menu_enum("multiuser.set_role", "role", text=text).user = user.id


class MULTIUSER_MT_all(bpy.types.Menu):
    """Everything that Multi-User does"""

    bl_idname = "MULTIUSER_MT_all"
    bl_label = "Multi-User"

    def draw(self, _context):
        """What can be done now; what cannot says why in its tooltip."""
        current = running()
        for name in _WITHIN if current is not None else _WITHOUT:
            self.layout.operator(name)
        if current is not None:
            self.layout.operator_menu_enum("multiuser.initialise", "start")
            self.layout.operator_menu_enum("multiuser.hand_over", "user")
            self.layout.menu(MULTIUSER_MT_users.bl_idname)
            self.layout.menu(MULTIUSER_MT_repository.bl_idname)
        self.layout.separator()
        for name in _ALWAYS:
            self.layout.operator(name)


def _draw(menu, _context) -> None:
    menu.layout.separator()
    menu.layout.menu(MULTIUSER_MT_all.bl_idname)


def register() -> None:
    """Puts it into the View menu."""
    bpy.types.VIEW3D_MT_view.append(_draw)


def unregister() -> None:
    """Takes it out."""
    bpy.types.VIEW3D_MT_view.remove(_draw)


CLASSES = (MULTIUSER_MT_repository, MULTIUSER_MT_users, MULTIUSER_MT_all)
