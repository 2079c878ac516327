"""The artist's settings, and the folders that the add-on uses. Main thread only."""

import getpass
import os
import random
import time

import bpy
from bpy.props import EnumProperty, FloatVectorProperty, IntProperty, StringProperty

from .bridge.agent_process import AgentSettings, bundled_jar
from .bridge.server_process import ServerSettings


def _user_name() -> str:
    """The name of the account, as a first suggestion."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        return "Artist"


class TrustedSession(bpy.types.PropertyGroup):
    """A session that the artist trusts; its ``name`` says at which address, and which one (SPEC SE3)"""


class MultiUserPreferences(bpy.types.AddonPreferences):
    """Settings of the add-on; passwords live until Blender is closed and are never saved."""

    bl_idname = __package__

    user_name: StringProperty(
        name="Name", description="How the others see you", default=_user_name(), maxlen=64
    )
    colour: FloatVectorProperty(
        name="Colour",
        description="In which the others see your view and selection",
        subtype="COLOR",
        size=3,
        min=0.0,
        max=1.0,
        default=(random.uniform(0.2, 1), random.uniform(0.2, 1), random.uniform(0.2, 1)),
    )
    host: StringProperty(name="Address", description="Name or address of the server", default="localhost")
    port: IntProperty(
        name="Port", description="First of the server's ports", default=5555, min=1024, max=65532
    )
    session_name: StringProperty(
        name="Session", description="Name of the session on the server", default="main"
    )
    server_password: StringProperty(
        name="Server password",
        description="What the server asks everybody for; empty if it does not",
        subtype="PASSWORD",
        options={"SKIP_SAVE"},
    )
    admin_password: StringProperty(
        name="Admin password",
        description="Makes you an admin, who opens the session and may remove users",
        subtype="PASSWORD",
        options={"SKIP_SAVE"},
    )
    start: EnumProperty(
        name="Start from",
        items=(
            ("SCENES", "Current scenes", "Share the scenes of this file"),
            ("EMPTY", "Empty scene", "Start from nothing; this file is emptied"),
        ),
    )
    timeout_millis: IntProperty(
        name="Timeout",
        description="After so many milliseconds of silence somebody counts as gone",
        default=60_000,
        min=1_000,
        max=3_600_000,
    )
    java: StringProperty(
        name="Java", description="Java 17 or later, if it is not found by itself", subtype="FILE_PATH"
    )
    cache_folder: StringProperty(
        name="Cache folder",
        description="For the agent's state, logs and files; empty for the default",
        subtype="DIR_PATH",
    )
    log_level: EnumProperty(
        name="Log level",
        items=[
            (name, name.capitalize(), f"Log {name.lower()} and worse")
            for name in ("ERROR", "WARN", "INFO", "DEBUG")
        ],
        default="INFO",
    )
    follow_selection: bpy.props.BoolProperty(
        name="Selecting takes the rights",
        description="What you select is yours alone until you deselect it; otherwise only what you lock",
        default=True,
    )
    live_edit: bpy.props.BoolProperty(
        name="Live edit mode",
        description="The others see what you do in edit and sculpt mode while you do it, not when you leave the"
        " mode. What they do to the same datablock still waits until you leave it",
        default=False,
    )
    show_presence: bpy.props.BoolProperty(
        name="Show others", description="Draw the others' names and viewpoints in the 3D view", default=True
    )

    trusted_sessions: bpy.props.CollectionProperty(type=TrustedSession)

    def draw(self, _context):
        """The preferences' own page."""
        layout = self.layout
        layout.use_property_split = True
        for name in (
            "user_name",
            "colour",
            "timeout_millis",
            "java",
            "cache_folder",
            "log_level",
            "follow_selection",
            "live_edit",
            "show_presence",
        ):
            layout.prop(self, name)
        if self.trusted_sessions:
            layout.label(text="Sessions whose Python runs here:", icon="SCRIPT")
        for index, trusted in enumerate(self.trusted_sessions):
            row = layout.row()
            row.label(text=trusted.name)
            row.operator("multiuser.forget_trust", text="", icon="X").index = index


def get() -> MultiUserPreferences:
    """The settings of this Blender."""
    return bpy.context.preferences.addons[__package__].preferences


def trusts(name: str) -> bool:
    """Whether the artist decided to trust the session with this name."""
    return name in get().trusted_sessions


def remember_trust(name: str) -> None:
    """The artist trusts this session, also when it is joined again."""
    if not trusts(name):
        get().trusted_sessions.add().name = name
        bpy.context.preferences.is_dirty = True  # so that Blender saves it


def forget_trust(name: str) -> None:
    """The artist does not trust this session any more."""
    index = get().trusted_sessions.find(name)
    if index >= 0:
        get().trusted_sessions.remove(index)
        bpy.context.preferences.is_dirty = True


def colour_number(colour) -> int:
    """A colour as 0xRRGGBB."""
    red, green, blue = (round(max(0.0, min(1.0, it)) * 255) for it in colour)
    return red << 16 | green << 8 | blue


def cache_folder(preferences) -> str:
    """The folder for state, logs and files; made if it is not there."""
    folder = bpy.path.abspath(preferences.cache_folder) if preferences.cache_folder else _default_folder()
    os.makedirs(folder, exist_ok=True)
    return folder


def _default_folder() -> str:
    if hasattr(bpy.utils, "extension_path_user") and __package__.startswith("bl_ext."):
        return bpy.utils.extension_path_user(__package__, path="cache", create=True)
    return os.path.join(bpy.utils.user_resource("DATAFILES"), "multi_user")


def agent_settings(preferences) -> AgentSettings:
    """How to start the agent, with a state folder of its own: each join is a new member (SPEC ID2)."""
    folder = cache_folder(preferences)
    state = os.path.join(folder, "state", f"{os.getpid()}-{time.time_ns():x}")
    return AgentSettings(
        jar=bundled_jar(),
        state_folder=state,
        java=bpy.path.abspath(preferences.java) if preferences.java else "",
        log_path=os.path.join(folder, "logs", f"agent-{os.getpid()}.log"),
        level=preferences.log_level,
    )


def server_settings(preferences, port: int, admin_password: str, server_password: str) -> ServerSettings:
    """How to start a server beside this Blender. Each hosting is a new one, with a data folder of its own."""
    folder = cache_folder(preferences)
    return ServerSettings(
        jar=bundled_jar(),
        data_folder=os.path.join(folder, "server", f"{os.getpid()}-{time.time_ns():x}"),
        port=port,
        admin_password=admin_password,
        server_password=server_password,
        java=bpy.path.abspath(preferences.java) if preferences.java else "",
        log_path=os.path.join(folder, "logs", f"server-{os.getpid()}.log"),
        timeout_millis=preferences.timeout_millis,
    )


def register():
    """Adds the settings to Blender's preferences."""
    bpy.utils.register_class(TrustedSession)
    bpy.utils.register_class(MultiUserPreferences)


def unregister():
    """Takes them out."""
    bpy.utils.unregister_class(MultiUserPreferences)
    bpy.utils.unregister_class(TrustedSession)
