"""The artist's list of servers, and what each answered when it was asked last. Main thread only."""

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from .bridge import probe
from .bridge.agent_process import bundled_jar
from .bridge.java import JavaNotFound
from .bridge.probe import Answer
from .bridge.steps import Steps, let_go
from .core.invite import LAST_BASE_PORT, Invite
from .passwords import new_key, password_property

FIRST = (("Localhost", "localhost"), ("Internet", ""))
_LONGEST_NAME = 64


class Server(bpy.types.PropertyGroup):
    """A server that the artist joins: its ``name`` is how it stands in the list"""

    key: StringProperty()
    host: StringProperty(name="Address", description="Name or address of the server", maxlen=253)
    port: IntProperty(
        name="Port", description="First of the server's ports", default=5555, min=1, max=LAST_BASE_PORT
    )
    session: StringProperty(
        name="Session", description="Name of the session on the server", default="main", maxlen=64
    )
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
    server_password: password_property("Server Password", "What the server asks everybody for, if it does")
    admin_password: password_property(
        "Admin Password", "Makes you an admin, who opens the session and may remove users"
    )

    @property
    def invite(self) -> Invite:
        """What an invite would say of it."""
        return Invite(
            self.host.strip(),
            self.port,
            self.session.strip() or "main",
            self.server_password,
            not self.encrypted,
            self.fingerprint if self.encrypted else "",
        )

    @property
    def address(self) -> str:
        """As it is asked for; empty while there is none."""
        return self.invite.address if self.host.strip() else ""


class Asking:
    """What servers answered, and the question that is under way."""

    def __init__(self):
        self._answers: dict[str, Answer] = {}
        self._waiting: set[str] = set()
        self.problem = ""
        self.shown = 0  # rises with everything that the list has to show anew

    @property
    def under_way(self) -> bool:
        """Whether answers are waited for."""
        return bool(self._waiting)

    def waits_for(self, server: Server) -> bool:
        """Whether this server was asked and has not answered yet."""
        return server.address in self._waiting

    def answer(self, server: Server) -> Answer | None:
        """What it answered last, None if it was not asked."""
        return self._answers.get(server.address)

    def begin(self, settings) -> None:
        """Asks all servers of the list; returns at once. Nothing while a question is under way."""
        named = (server.address for server in settings.servers)
        addresses = list(dict.fromkeys(address for address in named if address))[: probe.MOST_AT_ONCE]
        if self._waiting or not addresses:
            return
        self.problem, self._waiting = "", set(addresses)
        self._answers = {}
        java = bpy.path.abspath(settings.java) if settings.java else ""
        steps = probe.ask(bundled_jar(), java, addresses, settings.ping_timeout_millis, self._tell)
        let_go(lambda: self._step(steps))

    def _tell(self, answer: Answer) -> None:
        self._waiting.discard(answer.address)
        self._answers[answer.address] = answer
        self.shown += 1

    def _step(self, steps: Steps[None]) -> bool:
        ended = True
        try:
            next(steps)
            ended = False
        except StopIteration:
            for address in self._waiting:  # such as a name that nobody looks up in time
                self._answers[address] = Answer(address, False, problem=f"{address} does not answer.")
        except (JavaNotFound, OSError) as error:
            self.problem = str(error)
        finally:
            if ended:
                self._waiting.clear()
                self.shown += 1
        return not ended

    def forget(self, settings, server: Server) -> None:
        """The next certificate of this server counts as the first; then the servers are asked anew. Returns at once."""
        server.fingerprint = ""
        java = bpy.path.abspath(settings.java) if settings.java else ""
        steps = probe.forget(bundled_jar(), java, server.address)
        let_go(lambda: self._step_forgetting(steps, settings))

    def _step_forgetting(self, steps: Steps[None], settings) -> bool:
        try:
            next(steps)
            return True
        except StopIteration:
            self.begin(settings)
        except (JavaNotFound, OSError) as error:
            self.problem, self._answers = str(error), {}
        self.shown += 1
        return False


asking = Asking()


def ensure_first(settings) -> None:
    """A new list has a server on this computer, and one to fill in."""
    if settings.had_servers:
        return
    settings.had_servers = True
    for name, host in FIRST:
        add(settings, name, Invite(host))
    settings.server_index = 0


def add(settings, name: str, invite: Invite, admin_password: str = "") -> Server:
    """Puts a server into the list, in place of one with the same name, and chooses it."""
    index = settings.servers.find(name)
    if index < 0:
        server = settings.servers.add()
        index = len(settings.servers) - 1
    else:
        server = settings.servers[index]
    server.key = new_key()
    server.name, server.host, server.port, server.session = name, invite.host, invite.port, invite.session
    server.encrypted, server.fingerprint = not invite.plain, invite.fingerprint
    server.server_password, server.admin_password = invite.password, admin_password
    settings.server_index = index
    return server


def chosen(settings) -> Server | None:
    """The server that is chosen in the list."""
    servers = settings.servers
    return servers[settings.server_index] if 0 <= settings.server_index < len(servers) else None


def name_for(settings, invite: Invite) -> str:
    """What an invited session is called in the list: the same as before if it stands there."""
    for server in settings.servers:
        if (server.host, server.port, server.session) == (invite.host, invite.port, invite.session):
            return server.name
    name = invite.host if invite.session == "main" else f"{invite.host} {invite.session}"
    base = name = name[: _LONGEST_NAME - 8]
    for number in range(2, len(settings.servers) + 3):
        if name not in settings.servers:
            break
        name = f"{base} ({number})"
    return name
