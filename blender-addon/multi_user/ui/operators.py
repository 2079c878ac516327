"""What the artist can do: ``bpy.ops.multiuser.*``. Main thread only."""

import secrets
from dataclasses import replace

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from .. import backup, hosts, preferences, servers, session
from ..core import invite
from ..hosting import HostedServer
from ..passwords import LONGEST
from ..replication_settings import by_hand, own
from ..saving import touched
from ..session import Phase, Session, Start, Target
from .current import editing, possible, running
from .replication import AsksWhatWaits


def _is_admin() -> bool:
    current = running()
    return current is not None and current.status.is_admin


class _NeedsNone:
    """For operators that start a session."""

    @classmethod
    def poll(cls, _context):
        return possible(cls, running() is None, "A session is running: disconnect first")

    def target(self, where: invite.Invite, admin: str) -> Target:
        """A session to join, as the preferences say."""
        settings = preferences.get()
        return Target(
            host=where.host,
            port=where.port,
            user_name=(self.user_name or settings.user_name).strip(),
            colour=preferences.colour_number(settings.colour),
            session=where.session,
            server_password=where.password,
            admin_password=admin,
            timeout_millis=settings.timeout_millis,
            follow_selection=settings.follow_selection,
            plain=where.plain,
            fingerprint=where.fingerprint,
        )

    def begin(
        self, target: Target, start: Start, server: HostedServer | None = None, kept: str = ""
    ) -> set[str]:
        """Starts a session, or says why that is not possible. ``kept``: where the open file was saved, if it was."""
        if not target.user_name:
            self.report({"ERROR"}, "Enter a name first: the others need to know who you are.")
            return {"CANCELLED"}
        settings = preferences.get()
        try:
            agent = preferences.agent_settings(settings)
            begun = Session.with_agent(
                agent,
                target,
                start,
                server=server,
                live_edit=lambda: preferences.get().live_edit,
                trusts=preferences.trusts,
                upload_limit=lambda: preferences.get().upload_kilobytes * 1024,
                shared_folders=lambda: preferences.shared_folders(preferences.get()),
                keep=backup.write if self.keep_backup else lambda: "",
                by_hand=lambda: by_hand(preferences.get().replication),
                own=lambda: own(preferences.get().replication),
            )
            session.begin(begun)
            problem = preferences.files_problem(settings)
            if problem:
                begun.messages.add("warning", problem)
        except (RuntimeError, OSError) as error:
            if server is not None:
                server.stop()
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class MULTIUSER_OT_set_up(bpy.types.Operator):
    """Keep name and colour; both can be changed in the settings later"""

    bl_idname = "multiuser.set_up"
    bl_label = "Continue"

    @classmethod
    def poll(cls, _context):
        """With a name."""
        named = bool(preferences.get().user_name.strip())
        return possible(cls, named, "Enter a name first: the others need to know who you are")

    def execute(self, _context):
        """Has them saved, also if they are what was suggested."""
        settings = preferences.get()
        settings.user_name = settings.user_name.strip()
        settings.colour = settings.colour[:]
        settings.is_set_up = True
        servers.ensure_first(settings)
        touched()
        return {"FINISHED"}


class MULTIUSER_OT_host(_NeedsNone, bpy.types.Operator):
    """Start a server beside this Blender and open a session on it"""

    bl_idname = "multiuser.host"
    bl_label = "Host"

    start: EnumProperty(
        name="Start From",
        items=(
            ("SCENES", "Current Scenes", ""),
            ("EMPTY", "Empty Scene", ""),
            ("SAVED", "Saved Session", ""),
        ),
        options={"SKIP_SAVE"},
    )
    port: IntProperty(
        name="Port",
        description="The server's port, without encryption the first of four; 0 for that of the preferences",
        options={"SKIP_SAVE"},
    )
    saved: StringProperty(
        name="Saved Session", description="The data folder of the server that kept it", options={"SKIP_SAVE"}
    )
    user_name: StringProperty(options={"SKIP_SAVE"})
    session: StringProperty(options={"SKIP_SAVE"})
    admin_password: StringProperty(subtype="PASSWORD", maxlen=LONGEST, options={"SKIP_SAVE"})
    server_password: StringProperty(subtype="PASSWORD", maxlen=LONGEST, options={"SKIP_SAVE"})
    keep_backup: BoolProperty(name="Keep a Backup", default=True, options={"SKIP_SAVE"})

    def invoke(self, context, _event):
        """Takes the preferences' start; asks before it empties or replaces the file."""
        hosting = preferences.get().hosting
        self.start = hosting.start
        if self.start == "SAVED":
            self.saved = hosting.saved_folder or hosting.saved
        if self.start != "SCENES":
            return context.window_manager.invoke_props_dialog(self)
        return self.execute(context)

    def draw(self, _context):
        """The question before the file is emptied or replaced."""
        text = "This empties the open file."
        if self.start == "SAVED":
            when = next((it[1] for it in hosts.saved_items() if it[0] == self.saved), "")
            text = f"The session of {when} replaces the open file."
        self.layout.label(text=text, icon="ERROR")
        self.layout.prop(self, "keep_backup")

    def execute(self, _context):
        """Starts the server; the rest follows by itself."""
        settings = preferences.get()
        if self.start == "SAVED" and not self.saved:
            self.report({"ERROR"}, "No session was hosted here so far: start from the scenes of this file.")
            return {"CANCELLED"}
        admin = self.admin_password or settings.hosting.admin_password or secrets.token_urlsafe(18)
        password = self.server_password or settings.hosting.server_password
        port = self.port or settings.hosting.port
        saved = self.saved if self.start == "SAVED" else ""
        try:
            plain = not settings.hosting.encrypted
            server = HostedServer(preferences.server_settings(settings, port, admin, password, saved, plain))
        except OSError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start = Start.WAIT if saved else Start[self.start]
        here = invite.Invite("127.0.0.1", port, self.session or "main", password, plain)
        target = self.target(here, admin)
        return self.begin(target, start, server)


class MULTIUSER_OT_connect(_NeedsNone, bpy.types.Operator):
    """Join the chosen server's session; its scene replaces the open one"""

    bl_idname = "multiuser.connect"
    bl_label = "Connect"

    host: StringProperty(options={"SKIP_SAVE"})
    port: IntProperty(options={"SKIP_SAVE"})
    user_name: StringProperty(options={"SKIP_SAVE"})
    session: StringProperty(options={"SKIP_SAVE"})
    encrypted: BoolProperty(default=True, options={"SKIP_SAVE"})
    fingerprint: StringProperty(options={"SKIP_SAVE"})
    admin_password: StringProperty(subtype="PASSWORD", options={"SKIP_SAVE"})
    server_password: StringProperty(subtype="PASSWORD", options={"SKIP_SAVE"})
    initialise: EnumProperty(
        name="Open It",
        description="What an admin does with a session that is not open yet",
        items=(
            ("WAIT", "By Hand", "Wait until an admin opens it"),
            ("SCENES", "From Current Scenes", "Open it with the scenes of this file"),
            ("EMPTY", "Empty", "Open it with nothing in it"),
        ),
        options={"SKIP_SAVE"},
    )
    keep_backup: BoolProperty(
        name="Keep a Backup",
        description="Save the open file's unsaved work beside the cache before it is replaced",
        default=True,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context):
        """With a server to connect to."""
        server = servers.chosen(preferences.get())
        addressed = server is None or bool(server.host.strip()) or bpy.app.background
        return super().poll(context) and possible(
            cls, addressed, "This server has no address yet: edit it first"
        )

    def invoke(self, context, _event):
        """Asks first where unsaved work is about to be replaced."""
        if bpy.data.is_dirty:
            return context.window_manager.invoke_props_dialog(self)
        return self.execute(context)

    def draw(self, _context):
        """The question about unsaved work."""
        self.layout.label(
            text="The session's scene replaces the open one, which has unsaved changes.", icon="ERROR"
        )
        self.layout.prop(self, "keep_backup")

    def execute(self, _context):
        """Starts the agent; the rest follows by itself."""
        settings = preferences.get()
        server = None if self.host else servers.chosen(settings)
        if not self.host and server is None:
            self.report({"ERROR"}, "Choose a server first, or paste an invite.")
            return {"CANCELLED"}
        listed = server.invite if server is not None else self._given()
        where = replace(
            listed,
            port=self.port or listed.port,
            session=self.session or listed.session,
            password=self.server_password or listed.password,
        )
        admin = self.admin_password or (server.admin_password if server is not None else "")
        return self.begin(self.target(where, admin), Start[self.initialise])

    def _given(self) -> invite.Invite:
        return invite.Invite(self.host, plain=not self.encrypted, fingerprint=self.fingerprint)


class _NeedsOne:
    """For operators within a session."""

    @classmethod
    def poll(cls, _context):
        return possible(cls, running() is not None, "There is no session")


class MULTIUSER_OT_disconnect(_NeedsOne, AsksWhatWaits, bpy.types.Operator):
    """Leave the session; the scene stays as it is"""

    bl_idname = "multiuser.disconnect"
    bl_label = "Disconnect"

    def execute(self, _context):
        """Leaves."""
        self.leave(running(), "You left the session.")
        return {"FINISHED"}


class MULTIUSER_OT_cancel(_NeedsOne, bpy.types.Operator):
    """Stop joining"""

    bl_idname = "multiuser.cancel"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, context):
        """Only while it is on its way in."""
        current = running()
        return current is not None and current.phase is not Phase.ONLINE

    def execute(self, _context):
        """Gives up."""
        running().end("Joining was cancelled.")
        return {"FINISHED"}


class MULTIUSER_OT_initialise(_NeedsOne, bpy.types.Operator):
    """Open the session for everybody"""

    bl_idname = "multiuser.initialise"
    bl_label = "Open the Session"

    start: EnumProperty(
        items=(
            ("SCENES", "From Current Scenes", "Share the scenes of this file"),
            ("EMPTY", "Empty", "Start from nothing; this file is emptied"),
        )
    )

    @classmethod
    def poll(cls, _context):
        """An admin in the lobby can."""
        current = running()
        waits = current is not None and current.phase is Phase.LOBBY
        return possible(cls, waits, "There is no session that waits to be opened") and possible(
            cls, _is_admin(), "Only an admin can open the session"
        )

    def invoke(self, context, event):
        """Asks before it empties the file."""
        if self.start == "EMPTY":
            return context.window_manager.invoke_confirm(self, event)
        return self.execute(context)

    def execute(self, _context):
        """Opens it."""
        running().initialise(Start[self.start])
        return {"FINISHED"}


class _NeedsSelection:
    """For operators on the selected objects of a session."""

    @classmethod
    def poll(cls, context):
        return possible(cls, editing() is not None, "There is no session") and possible(
            cls, bool(context.selected_objects), "Select objects first"
        )


class MULTIUSER_OT_lock(_NeedsSelection, bpy.types.Operator):
    """Keep the selected objects and their data to yourself until you unlock them"""

    bl_idname = "multiuser.lock"
    bl_label = "Lock"

    def execute(self, context):
        """Asks the server for them."""
        running().holdings.lock(context.selected_objects)
        return {"FINISHED"}


class MULTIUSER_OT_unlock(_NeedsSelection, bpy.types.Operator):
    """Let everybody edit the selected objects and their data again; an admin can unlock anybody's"""

    bl_idname = "multiuser.unlock"
    bl_label = "Unlock"

    def execute(self, context):
        """Asks the server for it."""
        running().holdings.unlock(context.selected_objects)
        return {"FINISHED"}


def other_users(_self, _context) -> list[tuple[str, str, str]]:
    """The other users of the session, as items of an enum."""
    current = running()
    if current is None:
        return []
    users = [it for it in current.status.users if it.id != current.status.client]
    other_users.kept = [(it.id, it.name, "") for it in users]  # Blender keeps no reference to the texts
    return other_users.kept


class MULTIUSER_OT_hand_over(_NeedsSelection, bpy.types.Operator):
    """Make another user the owner of the selected objects and their data"""

    bl_idname = "multiuser.hand_over"
    bl_label = "Hand Over"

    user: EnumProperty(name="To", items=other_users)

    def execute(self, context):
        """Asks the server for it."""
        running().holdings.hand_over(context.selected_objects, self.user)
        return {"FINISHED"}


class MULTIUSER_OT_take_over(_NeedsOne, bpy.types.Operator):
    """As an admin, take the active object and its data from whoever holds it"""

    bl_idname = "multiuser.take_over"
    bl_label = "Take Over"

    @classmethod
    def poll(cls, context):
        """Admins alone; the server checks it again."""
        admin = possible(cls, _is_admin(), "Only an admin can take what others hold")
        return admin and context.object is not None

    def execute(self, context):
        """Asks the server for it."""
        running().holdings.lock([context.object])
        return {"FINISHED"}


class MULTIUSER_OT_kick(_NeedsOne, bpy.types.Operator):
    """Remove this user from the session"""

    bl_idname = "multiuser.kick"
    bl_label = "Remove User"

    user: StringProperty(options={"SKIP_SAVE", "HIDDEN"})
    reason: StringProperty(name="Reason", default="Removed by an admin", options={"SKIP_SAVE"})
    ban: BoolProperty(
        name="Ban", description="This user may not come back to this session", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, _context):
        """Admins alone; the server checks it again."""
        return possible(cls, _is_admin(), "Only an admin can remove users")

    def invoke(self, context, _event):
        """Asks for the reason."""
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, _context):
        """Who goes, and why."""
        current = running()  # it may end while the question is open
        users = current.status.users if current is not None else ()
        name = next((it.name for it in users if it.id == self.user), "")
        self.layout.label(text=f"{name[:64]} is removed from the session.", icon="ERROR")
        self.layout.prop(self, "reason")
        self.layout.prop(self, "ban")

    def execute(self, _context):
        """Asks the server for it."""
        running().client.kick(self.user, self.reason, self.ban)
        return {"FINISHED"}


CLASSES = (
    MULTIUSER_OT_set_up,
    MULTIUSER_OT_host,
    MULTIUSER_OT_connect,
    MULTIUSER_OT_disconnect,
    MULTIUSER_OT_cancel,
    MULTIUSER_OT_initialise,
    MULTIUSER_OT_lock,
    MULTIUSER_OT_unlock,
    MULTIUSER_OT_hand_over,
    MULTIUSER_OT_take_over,
    MULTIUSER_OT_kick,
)
