"""What passes between the session and the bridge: plain data, no behaviour beyond its encoding.

Names and meanings are those of docs/bridge.md. Neither side changes an instance after it was handed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Path = tuple[str, ...]


class CaptureKind(str, Enum):
    """What a capture claims (bridge.md, "Capture")."""

    FULL = "full"  # properties is the whole tree
    PART = "part"  # only what is named is meant
    BASE = "base"  # read back after applying: what Blender holds, never a commit
    CONSEQUENCE = "consequence"  # what Blender did to it as another one was applied (BR25)
    DISPLACED = "displaced"  # its name, in properties, was needed for another one (BR24)
    DELETE = "delete"


class ChangeKind(str, Enum):
    """What a change asks for (bridge.md, "Change")."""

    NEW = "new"
    WHOLE = "whole"
    PART = "part"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class CaptureBuffer:
    """A dense array in shared memory, in the agent's segment ``segment`` at byte ``offset``."""

    dtype: str
    rows: int
    columns: int
    segment: int
    offset: int


@dataclass(slots=True)
class Capture:
    """What Blender holds of one datablock, for ``AgentClient.submit`` (BR12)."""

    id: bytes
    type: str
    kind: CaptureKind
    properties: dict[str, Any] | None = None
    paths: list[tuple[Path, Any]] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)
    buffers: dict[str, CaptureBuffer] = field(default_factory=dict)
    all_buffers: bool = False
    structure: bool = False
    topology: tuple[str, ...] = ()
    kept: list[Path] = field(default_factory=list)  # set by an animation or driver here: no edit
    rewound: bool = False  # undo or redo made it so: others' work in it is no edit (BR23)

    def to_map(self) -> dict[str, Any]:
        """The msgpack map of the contract; what has its default value is left out."""
        fields: dict[str, Any] = {"id": self.id, "type": self.type, "kind": self.kind.value}
        if self.properties is not None:
            fields["properties"] = self.properties
        if self.paths:
            fields["paths"] = [[list(path), value] for path, value in self.paths]
        if self.removed:
            fields["removed"] = [list(path) for path in self.removed]
        if self.buffers:
            fields["buffers"] = {
                name: [it.dtype, it.rows, it.columns, it.segment, it.offset]
                for name, it in self.buffers.items()
            }
        if self.all_buffers:
            fields["allBuffers"] = True
        if self.structure:
            fields["structure"] = True
        if self.topology:
            fields["topology"] = list(self.topology)
        if self.kept:
            fields["kept"] = [list(path) for path in self.kept]
        if self.rewound:
            fields["rewound"] = True
        return fields


@dataclass(slots=True)
class Change:
    """What Blender shall do to one datablock. Arrays are shaped (rows, columns), read-only, and valid
    until the batch is done."""

    id: bytes
    type: str
    kind: ChangeKind
    properties: dict[str, Any] | None = None
    ops: list[list] = field(
        default_factory=list
    )  # ["set", path, value] | ["remove", path] | ["order", path, keys]
    buffers: dict[str, Any] = field(default_factory=dict)  # name -> numpy.ndarray
    gone_buffers: list[str] = field(default_factory=list)
    structure: bool = False
    author: bytes | None = None
    owner: bytes | None = None


class AgentState(str, Enum):
    """The agent's tie to the server (BR10); NOT_RUNNING and STARTING are the add-on's own."""

    NOT_RUNNING = "NOT_RUNNING"
    STARTING = "STARTING"
    OFFLINE = "OFFLINE"
    CONNECTING = "CONNECTING"
    LOGGING_IN = "LOGGING_IN"
    LOBBY = "LOBBY"
    INITIALISING = "INITIALISING"
    SYNCING = "SYNCING"
    ONLINE = "ONLINE"
    RECONNECTING = "RECONNECTING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a session ended or a request failed: a code of SPEC's ErrorCode and a sentence for the user."""

    code: str
    text: str


ROLES = {
    "VIEWER": "You are a viewer from now on: you see everything, and what you change is put back.",
    "EDITOR": "You are an editor: what you change reaches everybody.",
    "ADMIN": "You are an admin: you can take what others hold, set roles and remove users.",
}


def role_change(before: str, now: str) -> str:
    """What an artist is told whose role (empty: not known) became another one during the session, or nothing."""
    return ROLES.get(now, "") if before and now != before else ""


@dataclass(frozen=True, slots=True)
class User:
    """A user of the session. ``colour`` is 0xRRGGBB; ``ping`` milliseconds or -1."""

    id: str
    name: str
    role: str
    colour: int
    online: bool
    ping: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the agent stands (BR10). ``client`` is this artist's user UUID as text, ``incarnation`` which session it is
    (SPEC SE3), ``fingerprint`` by which certificate the server is known, if it is."""

    state: AgentState
    done: int = 0
    total: int = 0
    reason: Reason | None = None
    client: str = ""
    role: str = ""
    session: str = ""
    incarnation: str = ""
    fingerprint: str = ""
    users: tuple[User, ...] = ()
    pending: int = 0
    waiting: int = 0  # those of the pending that the artist pushes by hand
    sequence: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    nodes: int = 0

    @property
    def is_admin(self) -> bool:
        """Whether this artist may do what admins may."""
        return self.role == "ADMIN"

    @staticmethod
    def from_map(fields: dict[str, Any]) -> Status:
        """The status that the agent's JSON says; unknown fields are ignored."""
        reason = fields.get("reason")
        return Status(
            state=AgentState(fields["state"]),
            done=fields.get("done", 0),
            total=fields.get("total", 0),
            reason=Reason(str(reason.get("code", "")), str(reason.get("text", ""))) if reason else None,
            client=fields.get("client") or "",
            role=fields.get("role") or "",
            session=fields.get("session") or "",
            incarnation=fields.get("incarnation") or "",
            fingerprint=fields.get("fingerprint", ""),
            users=tuple(
                User(it["id"], it["name"], it["role"], it["colour"], it["online"], it["ping"])
                for it in fields.get("users", ())
            ),
            pending=fields.get("pending", 0),
            waiting=fields.get("waiting", 0),
            sequence=fields.get("sequence", 0),
            bytes_sent=fields.get("bytesSent", 0),
            bytes_received=fields.get("bytesReceived", 0),
            nodes=fields.get("nodes", 0),
        )


# --- what AgentClient.poll() returns ---


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The agent's status is another one."""

    status: Status


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell the user or the session (BR11): kind is refused, joined, left, info, warning,
    error or owner."""

    kind: str
    text: str = ""
    node: bytes | None = None
    code: str = ""
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class PresencesChanged:
    """Where the others are, by user UUID as text (BR17); replaces what was told before."""

    presences: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FilesNews:
    """What the agent found out about files (BR29), as it says it."""

    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Transfer:
    """One file on its way (BR31). ``total`` bytes are 0 while they are not known; ``state`` is WAITING, MOVING or
    FAILED, which ``problem`` explains."""

    name: str
    up: bool
    done: int
    total: int
    state: str
    problem: str


@dataclass(frozen=True, slots=True)
class Transfers:
    """How far all files are that are not there yet (BR31): bytes done and in all, and how many files, up to the session
    and down from it; ``moving`` are some of them."""

    up: tuple[int, int, int] = (0, 0, 0)
    down: tuple[int, int, int] = (0, 0, 0)
    moving: tuple[Transfer, ...] = ()

    @staticmethod
    def from_map(fields: dict[str, Any]) -> Transfers:
        """The transfers that the agent's JSON says."""
        up, down = (tuple(fields[it][key] for key in ("done", "total", "files")) for it in ("up", "down"))
        moving = (
            Transfer(*(it[key] for key in ("name", "up", "done", "total", "state", "problem")))
            for it in fields["moving"]
        )
        return Transfers(up, down, tuple(moving))


@dataclass(frozen=True, slots=True)
class TransfersChanged:
    """The files are further than before."""

    transfers: Transfers


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """The list of all nodes is another one (BR32)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes for Blender in the order to apply; hand it to ``AgentClient.done`` afterwards, also when
    some failed."""

    number: int
    changes: list[Change]
    bytes: int
    generation: int


@dataclass(frozen=True, slots=True)
class AgentStarted:
    """An agent is ready. ``restarted``: it replaces one that died; hand every datablock over anew, kind
    full (BR5)."""

    pid: int
    version: str
    restarted: bool


@dataclass(frozen=True, slots=True)
class AgentLost:
    """The agent died or does not start. ``final``: no further try is made until ``AgentClient.start`` is
    called again."""

    text: str
    final: bool


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """A request was refused or could not be made; ``method`` is the facade's method. ``lost``: because the
    agent died or is not there."""

    method: str
    text: str
    lost: bool = False
