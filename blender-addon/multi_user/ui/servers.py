"""The list of servers: what stands in it, and what is done with it. Main thread only; drawing changes nothing."""

import socket
from dataclasses import replace

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from .. import preferences, servers, session
from ..core import invite
from ..passwords import LONGEST
from ..saving import touched
from ..servers import Server, asking
from .current import possible, running

_ICONS = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items
_GREEN, _RED, _GREY = (
    next(name for name in names if name in _ICONS)
    for names in (
        ("STRIP_COLOR_04", "SEQUENCE_COLOR_04"),
        ("STRIP_COLOR_01", "SEQUENCE_COLOR_01"),
        ("STRIP_COLOR_09", "SEQUENCE_COLOR_09"),
    )
)
_SOMEWHERE = "192.0.2.1"  # for documentation (RFC 5737): nothing is sent there


def state_of(server: Server) -> tuple[str, str, bool]:
    """How a server stands, as (text, icon, whether a password is needed)."""
    if asking.waits_for(server):
        return "asking", _GREY, False
    answer = asking.answer(server)
    if answer is None:
        return "", _GREY, False
    if not answer.online:
        return "offline", _RED, False
    held = answer.session(server.session)
    locked = any(it.get("passwordNeeded") is True for it in ([held] if held else answer.sessions))
    return f"{answer.ping} ms", _GREEN, locked


def details_of(server: Server) -> str:
    """A sentence about a server, empty if nothing is known."""
    answer = asking.answer(server)
    if answer is None:
        return asking.problem
    if not answer.online:
        return answer.problem
    held = answer.session(server.session)
    if held is None:
        return f'There is no session "{server.session}" yet: an admin who connects makes it.'
    users, state = held.get("users"), held.get("state")
    people = (
        "nobody is in it" if not users else "one user is in it" if users == 1 else f"{users} users are in it"
    )
    if state == "LOBBY":
        return f'Session "{server.session}" is not open yet; {people}.'
    release = held.get("blenderVersion")
    return f'Session "{server.session}" is open{f" for Blender {release}" if release else ""}; {people}.'


class MULTIUSER_UL_servers(bpy.types.UIList):
    """The servers that the artist joins"""

    def draw_item(self, _context, layout, _data, item, _icon, _active_data, _active_name, _index):
        """Name, state as colour and word, lock and ping."""
        text, icon, locked = state_of(item)
        row = layout.row(align=True)
        row.label(text=item.name, icon=icon)
        state = row.row(align=True)
        state.alignment = "RIGHT"
        if locked:
            state.label(text="", icon="LOCKED")
        state.label(text=text)


class MULTIUSER_OT_refresh_servers(bpy.types.Operator):
    """Ask all servers of the list whether they are there"""

    bl_idname = "multiuser.refresh_servers"
    bl_label = "Refresh Servers"

    @classmethod
    def poll(cls, _context):
        """Unless they are being asked."""
        return possible(cls, not asking.under_way, "They are being asked")

    def execute(self, _context):
        """Begins to ask; the answers come by themselves."""
        servers.ensure_first(preferences.get())
        asking.begin(preferences.get())
        session.keep_stepping()
        return {"FINISHED"}


_FIELDS = (
    "name",
    "host",
    "port",
    "session",
    "encrypted",
    "fingerprint",
    "server_password",
    "admin_password",
)


class _Edits:
    """The fields of a server in a dialog."""

    name: StringProperty(name="Name", description="How it stands in the list", maxlen=64)
    host: StringProperty(name="Address", description="Name or address of the server", maxlen=253)
    port: IntProperty(
        name="Port",
        description="First of the server's ports",
        default=invite.DEFAULT_PORT,
        min=1,
        max=invite.LAST_BASE_PORT,
    )
    session: StringProperty(name="Session", description="Name of the session on the server", default="main")
    encrypted: BoolProperty(
        name="Encrypted",
        description="Off only for a server that was started with --plain, on a network that you trust",
        default=True,
    )
    fingerprint: StringProperty(
        name="Fingerprint",
        description="Of the server's certificate, as an invite or the host says: no other one is taken. Without it the "
        "first one counts, and is remembered",
        maxlen=100,
    )
    server_password: StringProperty(
        name="Server Password",
        description="What the server asks everybody for, if it does. Kept until Blender is closed",
        subtype="PASSWORD",
        maxlen=LONGEST,
        options={"SKIP_SAVE"},
    )
    admin_password: StringProperty(
        name="Admin Password",
        description="Makes you an admin, who opens the session and may remove users. Kept until Blender is closed",
        subtype="PASSWORD",
        maxlen=LONGEST,
        options={"SKIP_SAVE"},
    )

    def draw(self, _context):
        """The fields, and what would be replaced."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in _FIELDS:
            if name != "fingerprint" or self.encrypted:
                layout.prop(self, name)
        if not self.encrypted:
            layout.label(
                text="Whoever can listen to the network reads all of it, passwords too.", icon="ERROR"
            )
        if self._replaces():
            layout.label(text=f'This replaces the server "{self.name.strip()}" of the list.', icon="ERROR")

    def _replaces(self) -> bool:
        return self.name.strip() in preferences.get().servers

    def checked(self) -> invite.Invite:
        """What was entered. Raises ValueError with what to do."""
        if not self.name.strip():
            raise ValueError("Give the server a name.")
        host = self.host.strip().strip("[]")
        if not invite.host_is_possible(host):
            raise ValueError("Enter the server's address: a name such as example.org, or numbers.")
        wanted = invite.Invite(
            host,
            self.port,
            self.session.strip() or "main",
            self.server_password,
            not self.encrypted,
            invite.fingerprint_of(self.fingerprint) if self.encrypted else "",
        )
        invite.read(wanted.text())
        return wanted


class MULTIUSER_OT_add_server(_Edits, bpy.types.Operator):
    """Put a server into the list"""

    bl_idname = "multiuser.add_server"
    bl_label = "Add Server"

    def invoke(self, context, _event):
        """Asks for its address."""
        return context.window_manager.invoke_props_dialog(self, width=380)

    def execute(self, _context):
        """Adds it, in place of one with the same name."""
        settings = preferences.get()
        servers.ensure_first(settings)
        try:
            wanted = self.checked()
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        servers.add(settings, self.name.strip(), wanted, self.admin_password)
        touched()
        return {"FINISHED"}


class _NeedsServer:
    """For operators on the chosen server."""

    @classmethod
    def poll(cls, _context):
        return possible(cls, servers.chosen(preferences.get()) is not None, "Choose a server first")


class MULTIUSER_OT_edit_server(_NeedsServer, _Edits, bpy.types.Operator):
    """Change the chosen server"""

    bl_idname = "multiuser.edit_server"
    bl_label = "Edit Server"

    def invoke(self, context, _event):
        """Shows what it is now."""
        server = servers.chosen(preferences.get())
        for name in _FIELDS:
            setattr(self, name, getattr(server, name))
        return context.window_manager.invoke_props_dialog(self, width=380)

    def _replaces(self) -> bool:
        settings = preferences.get()
        return settings.servers.find(self.name.strip()) not in (-1, settings.server_index)

    def execute(self, _context):
        """Changes it; another one with the same name goes."""
        settings = preferences.get()
        try:
            wanted = self.checked()
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if self._replaces():
            settings.servers.remove(settings.server_index)
        else:
            servers.chosen(settings).name = self.name.strip()
        servers.add(settings, self.name.strip(), wanted, self.admin_password)
        touched()
        return {"FINISHED"}


class MULTIUSER_OT_remove_server(_NeedsServer, bpy.types.Operator):
    """Take the chosen server off the list"""

    bl_idname = "multiuser.remove_server"
    bl_label = "Remove Server"

    def invoke(self, context, event):
        """Asks first."""
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, _context):
        """Removes it."""
        settings = preferences.get()
        settings.servers.remove(settings.server_index)
        settings.server_index = max(0, min(settings.server_index, len(settings.servers) - 1))
        touched()
        return {"FINISHED"}


class MULTIUSER_OT_forget_certificate(_NeedsServer, bpy.types.Operator):
    """Take another certificate of the chosen server next time, as its host says that it changed"""

    bl_idname = "multiuser.forget_certificate"
    bl_label = "Forget Certificate"

    def invoke(self, context, _event):
        """Says first what it means."""
        return context.window_manager.invoke_props_dialog(self, width=480)

    def draw(self, _context):
        """What it means."""
        column = self.layout.column()
        server = servers.chosen(preferences.get())
        column.label(
            text=f"The next certificate that {server.host} shows will be taken as the right one.",
            icon="ERROR",
        )
        column.label(text="Do this only if its host told you that the certificate changed.", icon="BLANK1")

    def execute(self, _context):
        """Begins to forget it; then the servers are asked anew."""
        settings = preferences.get()
        server = servers.chosen(settings)
        if not server.host.strip() or not server.encrypted:
            self.report({"ERROR"}, "This server has no certificate: it has no address, or does not encrypt.")
            return {"CANCELLED"}
        asking.forget(settings, server)
        session.keep_stepping()
        touched()
        return {"FINISHED"}


class MULTIUSER_OT_copy_invite(bpy.types.Operator):
    """Copy a line with which others join: paste it to them, and they paste it into Blender. It holds the server's
    password, but not the admin's, and by which certificate they know that it is this server"""

    bl_idname = "multiuser.copy_invite"
    bl_label = "Copy Invite"

    @classmethod
    def poll(cls, _context):
        """Within a session."""
        return possible(cls, running() is not None, "There is no session")

    def execute(self, context):
        """Puts it on the clipboard."""
        here = session.current()
        target = here.target
        host = _own_address() if _is_here(target.host) else target.host
        fingerprint = here.fingerprint or here.status.fingerprint
        line = invite.Invite(
            host, here.port, target.session, target.server_password, target.plain, fingerprint
        ).text()
        context.window_manager.clipboard = line
        self.report({"INFO"}, f"The invite to {host} is on the clipboard")
        return {"FINISHED"}


def _is_here(host: str) -> bool:
    """Whether an address leads to this computer itself, which helps nobody else."""
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _own_address() -> str:
    """This computer's address in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_SOMEWHERE, 9))  # chooses the way out, and sends nothing
            return probe.getsockname()[0]
        except OSError:  # no network
            return "127.0.0.1"


class MULTIUSER_OT_paste_invite(bpy.types.Operator):
    """Put the session of an invite into the list, from the clipboard"""

    bl_idname = "multiuser.paste_invite"
    bl_label = "Paste Invite"

    text: StringProperty(
        name="Invite", description="A line that begins with multiuser://", options={"SKIP_SAVE"}
    )
    connect: BoolProperty(
        name="Connect at Once", description="Join the session right away", options={"SKIP_SAVE"}
    )

    def invoke(self, context, _event):
        """Takes what is on the clipboard, and shows it before anything is done."""
        held = context.window_manager.clipboard.strip()
        self.text = held if held.lower().startswith(f"{invite.SCHEME}:") else ""
        return context.window_manager.invoke_props_dialog(self, width=420)

    def execute(self, _context):
        """Reads it, and adds or changes the server."""
        settings = preferences.get()
        servers.ensure_first(settings)
        try:
            read = invite.read(self.text)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        name = servers.name_for(settings, read)
        before = settings.servers.get(name)
        if before is not None and not read.password:
            read = replace(read, password=before.server_password)
        if before is not None and not (read.fingerprint or read.plain):
            read = replace(read, fingerprint=before.fingerprint)
        servers.add(settings, name, read, before.admin_password if before is not None else "")
        touched()
        if self.connect:
            try:
                bpy.ops.multiuser.connect("INVOKE_DEFAULT")
            except RuntimeError as error:  # it was refused, and said why
                self.report({"ERROR"}, str(error).strip())
            return {"FINISHED"}
        self.report({"INFO"}, f'"{name}" is in the list: press Connect')
        return {"FINISHED"}


def draw_servers(layout, settings) -> None:
    """The list with its buttons."""
    row = layout.row()
    row.template_list(
        "MULTIUSER_UL_servers", "", settings, "servers", settings, "server_index", rows=4, maxrows=8
    )
    buttons = row.column(align=True)
    buttons.operator("multiuser.add_server", text="", icon="ADD")
    buttons.operator("multiuser.remove_server", text="", icon="REMOVE")
    buttons.operator("multiuser.edit_server", text="", icon="GREASEPENCIL")
    buttons.separator()
    buttons.operator("multiuser.refresh_servers", text="", icon="FILE_REFRESH")
    buttons.operator("multiuser.paste_invite", text="", icon="PASTEDOWN")
    buttons.operator("multiuser.forget_certificate", text="", icon="UNLOCKED")


CLASSES = (
    MULTIUSER_UL_servers,
    MULTIUSER_OT_refresh_servers,
    MULTIUSER_OT_add_server,
    MULTIUSER_OT_edit_server,
    MULTIUSER_OT_remove_server,
    MULTIUSER_OT_forget_certificate,
    MULTIUSER_OT_copy_invite,
    MULTIUSER_OT_paste_invite,
)
