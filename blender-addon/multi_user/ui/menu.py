"""The Multi-User menu, in the 3D view's View menu: so Blender's search (F3) reaches every action, and each can be
given a key. Main thread only."""

import bpy

from .. import session

_WITHOUT = (
    "multiuser.connect",
    "multiuser.host",
    "multiuser.refresh_servers",
    "multiuser.add_server",
    "multiuser.edit_server",
    "multiuser.remove_server",
    "multiuser.paste_invite",
)
_WITHIN = (
    "multiuser.copy_invite",
    "multiuser.lock",
    "multiuser.unlock",
    "multiuser.take_over",
    "multiuser.push_all",
    "multiuser.unsnap",
    "multiuser.trust",
    "multiuser.distrust",
    "multiuser.stop_files",
    "multiuser.resume_files",
    "multiuser.disconnect",
    "multiuser.cancel",
)
_ALWAYS = ("multiuser.show_log", "multiuser.copy_log", "multiuser.cache_size", "multiuser.clear_cache")


class MULTIUSER_MT_all(bpy.types.Menu):
    """Everything that Multi-User does"""

    bl_idname = "MULTIUSER_MT_all"
    bl_label = "Multi-User"

    def draw(self, _context):
        """What can be done now; what cannot says why in its tooltip."""
        current = session.current()
        running = current is not None and not current.ended
        for name in _WITHIN if running else _WITHOUT:
            self.layout.operator(name)
        if running:
            self.layout.operator_menu_enum("multiuser.initialise", "start")
            self.layout.operator_menu_enum("multiuser.hand_over", "user")
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


CLASSES = (MULTIUSER_MT_all,)
