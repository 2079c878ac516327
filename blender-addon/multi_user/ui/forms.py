"""What the panel shows while there is no session: who one is, the servers, hosting, settings. Main thread only; drawing
changes nothing."""

import bpy

from .. import preferences, servers, session
from .servers import details_of, draw_servers
from .wrapping import draw_wrapped


def draw_welcome(layout, settings) -> None:
    """The first start."""
    box = layout.box().column()
    box.use_property_split = True
    box.use_property_decorate = False
    box.label(text="Welcome to Multi-User", icon="COMMUNITY")
    box.prop(settings, "user_name")
    box.prop(settings, "colour")
    row = box.row()
    row.scale_y = 1.3
    row.operator("multiuser.set_up", icon="CHECKMARK")


def draw_join(layout, settings) -> None:
    """The servers, and what is known of the chosen one."""
    draw_servers(layout, settings)
    server = servers.chosen(settings)
    text = details_of(server) if server is not None else ""
    if server is not None and not server.host.strip():
        text = "This server has no address yet: edit it."
    if text:
        draw_wrapped(layout.column(align=True), text, "INFO")
    row = layout.row()
    row.scale_y = 1.3
    row.operator("multiuser.connect", icon="PLAY")


class _Closed:
    """A part of the tab that is folded at first and not there within a session."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Multiuser"
    bl_parent_id = "MULTIUSER_PT_session"
    bl_options = {"DEFAULT_CLOSED"}


class MULTIUSER_PT_host(_Closed, bpy.types.Panel):
    """Share what is open here, without a server elsewhere"""

    bl_idname = "MULTIUSER_PT_host"
    bl_label = "Host"

    @classmethod
    def poll(cls, _context):
        """Without a session, once the artist said who they are."""
        current = session.current()
        return preferences.get().is_set_up and (current is None or current.ended)

    def draw(self, _context):
        """What to start from, and how others get in."""
        layout, hosting = self.layout, preferences.get().hosting
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(hosting, "start")
        if hosting.start == "SAVED":
            layout.prop(hosting, "saved")
        elif hosting.start == "EMPTY":
            layout.label(text="This empties the open file.", icon="ERROR")
        layout.prop(hosting, "port")
        layout.prop(hosting, "encrypted")
        layout.prop(hosting, "server_password")
        layout.prop(hosting, "admin_password")
        row = layout.row()
        row.scale_y = 1.3
        row.operator("multiuser.host", icon="HOME")


class MULTIUSER_PT_settings(_Closed, bpy.types.Panel):
    """Name, colour, cache and all else that is kept in Blender's preferences"""

    bl_idname = "MULTIUSER_PT_settings"
    bl_label = "General Settings"
    bl_order = 100

    @classmethod
    def poll(cls, _context):
        """Once the artist said who they are."""
        return preferences.get().is_set_up

    def draw(self, _context):
        """As on the preferences' own page."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        preferences.draw_settings(self.layout, preferences.get())


CLASSES = (MULTIUSER_PT_host, MULTIUSER_PT_settings)
