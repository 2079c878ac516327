"""The artist's settings, and the folders that the add-on uses. Main thread only."""

import colorsys
import getpass
import os
import random
import tempfile
import time

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from . import overlay_settings, passwords
from .bridge.agent_process import AgentSettings, bundled_jar
from .bridge.server_process import ServerSettings
from .hosts import Hosting
from .replication_settings import ReplicationSettings
from .saving import kept, touched
from .servers import Server

_OURS = frozenset(("state", "logs", "server", "files", "backups"))  # in the cache folder
_STRAY = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))  # what a system leaves where somebody looks


def _user_name() -> str:
    """The name of the account, as a first suggestion."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        return "Artist"


class TrustedSession(bpy.types.PropertyGroup):
    """A session that the artist trusts; its ``name`` says at which address, and which one (SPEC SE3)"""


class MultiUserPreferences(bpy.types.AddonPreferences):
    """Settings of the add-on"""

    bl_idname = __package__

    user_name: kept(
        StringProperty,
        name="Name",
        description="How the others see you",
        default=_user_name(),
        maxlen=64,
    )
    colour: kept(
        FloatVectorProperty,
        name="Colour",
        description="In which the others see your view and selection",
        subtype="COLOR",
        size=3,
        min=0.0,
        max=1.0,
        default=colorsys.hsv_to_rgb(random.random(), 0.6, 1),  # bright: names are written in it
    )
    is_set_up: kept(BoolProperty, description="Whether the artist said who they are")
    servers: CollectionProperty(type=Server)
    server_index: kept(IntProperty, name="Server", description="The server that Connect leads to")
    had_servers: BoolProperty(description="Whether the list had its first servers")
    hosting: PointerProperty(type=Hosting)
    timeout_millis: IntProperty(
        name="Timeout",
        description="After so many milliseconds of silence somebody counts as gone",
        default=60_000,
        min=1_000,
        max=3_600_000,
    )
    ping_timeout_millis: kept(
        IntProperty,
        name="Ping Timeout",
        description="For how many milliseconds Refresh waits for a server's answer",
        default=3_000,
        min=100,
        max=60_000,
    )
    java: kept(
        StringProperty,
        name="Java",
        description="Java 17 or later, if it is not found by itself",
        subtype="FILE_PATH",
    )
    cache_folder: kept(
        StringProperty,
        name="Cache Folder",
        description="For the agent's state, logs and files; empty for the default",
        subtype="DIR_PATH",
    )
    cache_gigabytes: kept(
        IntProperty,
        name="Cache Size",
        description="How many gigabytes the others' files may take in the cache folder",
        default=100,
        min=1,
        max=100_000,
    )
    shared_folders: kept(
        StringProperty,
        name="Shared Folders",
        description="Folders of a disk that your team shares, separated by semicolons: files that are there already"
        " are not fetched. Who sees what you fetch learns which files are in them. Empty for none",
    )
    upload_kilobytes: kept(
        IntProperty,
        name="Upload Limit",
        description="How many kilobytes of files may go to the session in a second; 0 for no limit. Edits are"
        " never held back by it",
        default=0,
        min=0,
        max=10_000_000,
    )
    log_level: kept(
        EnumProperty,
        name="Log Level",
        items=[
            (name, name.capitalize(), f"Log {name.lower()} and worse")
            for name in ("ERROR", "WARN", "INFO", "DEBUG")
        ],
        default="INFO",
    )
    follow_selection: kept(
        BoolProperty,
        name="Selecting Takes the Rights",
        description="What you select is yours alone until you deselect it; otherwise only what you lock",
        default=True,
    )
    live_edit: kept(
        BoolProperty,
        name="Live Edit Mode",
        description="The others see what you do in edit and sculpt mode while you do it, not when you leave the"
        " mode. What they do to the same datablock still waits until you leave it",
        default=False,
    )
    overlay: PointerProperty(type=overlay_settings.MultiUserOverlaySettings)
    replication: PointerProperty(type=ReplicationSettings)
    trusted_sessions: CollectionProperty(type=TrustedSession)

    def draw(self, _context):
        """The preferences' own page."""
        self.layout.use_property_split = True
        draw_settings(self.layout, self)
        overlay_settings.draw(self.layout.box(), self.overlay)
        if self.trusted_sessions:
            self.layout.label(text="Sessions whose Python runs here:", icon="SCRIPT")
        for index, trusted in enumerate(self.trusted_sessions):
            row = self.layout.row()
            row.label(text=trusted.name)
            row.operator("multiuser.forget_trust", text="", icon="X").index = index


_GROUPS = (
    ("You", ("user_name", "colour")),
    ("Editing", ("follow_selection", "live_edit")),
    ("Connection", ("timeout_millis", "ping_timeout_millis", "upload_kilobytes", "java")),
    ("Cache", ("cache_folder", "cache_gigabytes", "shared_folders")),
    ("Log", ("log_level",)),
)


def draw_settings(layout, settings) -> None:
    """The settings in groups, for the preferences' page and for the panel. Draws, and changes nothing."""
    for heading, names in _GROUPS:
        column = layout.column()
        column.label(text=heading)
        for name in names:
            column.prop(settings, name)
        if heading == "Cache":
            row = column.row()
            row.operator("multiuser.cache_size")
            row.operator("multiuser.clear_cache")


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
        touched()


def forget_trust(name: str) -> None:
    """The artist does not trust this session any more."""
    index = get().trusted_sessions.find(name)
    if index >= 0:
        get().trusted_sessions.remove(index)
        touched()


def colour_number(colour) -> int:
    """A colour as 0xRRGGBB."""
    red, green, blue = (round(max(0.0, min(1.0, it)) * 255) for it in colour)
    return red << 16 | green << 8 | blue


def cache_folder(preferences) -> str:
    """The folder for state, logs and files; made if it is not there. Raises OSError with what to do where it cannot be
    that: it must be empty or ours, since it is cleared."""
    if not preferences.cache_folder:
        folder = _default_folder()
        os.makedirs(folder, exist_ok=True)
        return folder
    folder = bpy.path.abspath(preferences.cache_folder)
    os.makedirs(folder, exist_ok=True)
    others = sorted(set(os.listdir(folder)) - _OURS - _STRAY)
    if others:
        raise OSError(
            f"The cache folder {folder} holds what is not Multi-User's, such as {others[0]}: choose an empty one in the"
            " preferences."
        )
    return folder


def files_folder(preferences) -> str:
    """The folder in it for the others' files, which the agent makes."""
    return os.path.join(cache_folder(preferences), "files")


def shared_folders(preferences) -> tuple[str, ...]:
    """The folders that the artist shares with the others, by absolute paths."""
    folders = (folder.strip() for folder in preferences.shared_folders.split(";"))
    return tuple(os.path.abspath(bpy.path.abspath(folder)) for folder in folders if folder)


def files_problem(preferences) -> str:
    """Why the folder for the others' files cannot be used, and what to do; empty if it can."""
    folder = files_folder(preferences)
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return (
            f"The folder for the others' files, {folder}, cannot be written to ({error.strerror}): pictures, sounds and"
            " movies are replicated by their paths alone. Choose another cache folder in the preferences."
        )


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
        files_folder="" if files_problem(preferences) else files_folder(preferences),
        files_bytes=preferences.cache_gigabytes * (1 << 30),
    )


def server_settings(
    preferences,
    port: int,
    admin_password: str,
    server_password: str,
    data_folder: str = "",
    plain: bool = False,
) -> ServerSettings:
    """How to start a server beside this Blender, with a data folder of its own or that of an earlier one. Its
    certificate is the same for all of them, as it is the same artist whom the others know by it."""
    folder = cache_folder(preferences)
    return ServerSettings(
        jar=bundled_jar(),
        data_folder=data_folder or os.path.join(folder, "server", f"{os.getpid()}-{time.time_ns():x}"),
        port=port,
        admin_password=admin_password,
        server_password=server_password,
        java=bpy.path.abspath(preferences.java) if preferences.java else "",
        log_path=os.path.join(folder, "logs", f"server-{os.getpid()}.log"),
        timeout_millis=preferences.timeout_millis,
        plain=plain,
        certificate=os.path.join(folder, "server", "certificate.pem"),
    )


_CLASSES = (
    TrustedSession,
    Server,
    Hosting,
    overlay_settings.MultiUserOverlaySettings,
    ReplicationSettings,
    MultiUserPreferences,
)


def register():
    """Adds the settings to Blender's preferences."""
    for group in _CLASSES:
        bpy.utils.register_class(group)


def unregister():
    """Takes them out."""
    for group in reversed(_CLASSES):
        bpy.utils.unregister_class(group)
    passwords.forget_all()
