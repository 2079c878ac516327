"""A peer that says to the server whatever a test wants: sockets, TLS, ZMTP and msgpack, by Python alone.

It shares no code with agent or add-on, and checks nothing of what it sends.
"""

from __future__ import annotations

import functools
import select
import socket
import ssl
import struct
import time
import uuid

CHANNELS = ("commands", "subscriber", "publisher", "ttl")
COMMANDS, SUBSCRIBER, PUBLISHER, TTL = CHANNELS
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
MAJOR, MINOR = 3, 2

ERRORS = (
    "INTERNAL BAD_MESSAGE TOO_LARGE WRONG_VERSION WRONG_PASSWORD NAME_TAKEN BAD_NAME NO_SUCH_SESSION SESSION_FULL"
    " WRONG_BLENDER NOT_LOGGED_IN BANNED NOT_ALLOWED NOT_OWNER NOT_ACTIVE NO_SUCH_NODE NODE_EXISTS STALE_STRUCTURE"
    " NO_SUCH_USER KICKED TIMED_OUT SERVER_STOPPING STORE_FAILED TOO_FAST NO_SUCH_FILE CACHE_FULL"
).split()

# Numbers of messages (SPEC ME2).
HELLO, WELCOME, LOGIN, LOGGED_IN, DONE, FAILED, INITIALISE, CHANGE_OWNER, KICK, LEAVE = (
    *range(1, 8),
    *range(9, 12),
)
SUBSCRIBE, GRANT, CAUGHT_UP, BIND, PUSH_PART, ACCEPTED, REFUSED = 20, 21, 27, 30, 31, 32, 33
USERS, SET_ROLE, HEARTBEAT, HEARTBEAT_REPLY, PRESENCE, USER_PRESENCE = 13, 16, 40, 41, 42, 43
VIEWER, EDITOR, ADMIN = range(3)  # roles
FILE_OFFER, FILE_ASK, MANIFEST_PART, CHUNK_ASK, CHUNK_PART, FILE_KEPT, FILE_FAILED = range(50, 57)


def pack(value) -> bytes:
    """msgpack of what messages and commits are made of; bytes become bin, tuples (type, bytes) an ext."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if 0 <= value < 128:
            return struct.pack(">B", value)
        return struct.pack(">BQ", 0xCF, value) if value >= 0 else struct.pack(">Bq", 0xD3, value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xCB, value)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return struct.pack(">BI", 0xDB, len(data)) + data
    if isinstance(value, (bytes, bytearray)):
        return struct.pack(">BI", 0xC6, len(value)) + bytes(value)
    if isinstance(value, uuid.UUID):
        return pack(value.bytes)
    if isinstance(value, list):
        return struct.pack(">BI", 0xDD, len(value)) + b"".join(map(pack, value))
    if isinstance(value, dict):
        return struct.pack(">BI", 0xDF, len(value)) + b"".join(pack(k) + pack(v) for k, v in value.items())
    raise TypeError(type(value))


class _Unpacker:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, form: str):
        return struct.unpack(">" + form, self.take(struct.calcsize(">" + form)))[0]

    def value(self):
        head = self.take(1)[0]
        if head < 0x80 or head >= 0xE0:
            return head if head < 0x80 else head - 256
        if head < 0x90:
            return {self.value(): self.value() for _ in range(head & 15)}
        if head < 0xA0:
            return [self.value() for _ in range(head & 15)]
        if head < 0xC0:
            return self.take(head & 31).decode()
        return self._long(head)

    def _long(self, head: int):
        plain = {0xC0: None, 0xC2: False, 0xC3: True}
        if head in plain:
            return plain[head]
        numbers = dict(zip((0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF, 0xD0, 0xD1, 0xD2, 0xD3), "fdBHIQbhiq"))
        if head in numbers:
            return self.number(numbers[head])
        if head in (0xC4, 0xC5, 0xC6):
            return self.take(self.number("BHI"[head - 0xC4]))
        if head in (0xD9, 0xDA, 0xDB):
            return self.take(self.number("BHI"[head - 0xD9])).decode()
        if head in (0xDC, 0xDD):
            return [self.value() for _ in range(self.number("HI"[head - 0xDC]))]
        if head in (0xDE, 0xDF):
            return {self.value(): self.value() for _ in range(self.number("HI"[head - 0xDE]))}
        if head in (0xC7, 0xC8, 0xC9):
            return self.take(1 + self.number("BHI"[head - 0xC7]))
        return self.take(1 + (1 << (head - 0xD4)))  # fixext


def unpack(data: bytes):
    return _Unpacker(data).value()


def connect(port: int, source: str = "127.0.0.1", timeout_seconds: float = 10) -> socket.socket:
    """A connection from an address of this computer's own, so that the server tells attackers from others."""
    return socket.create_connection(("127.0.0.1", port), timeout_seconds, (source, 0))


def encrypted(
    link: socket.socket, alpn: list[str], version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> ssl.SSLSocket:
    """Agrees on encryption; takes whatever certificate."""
    return _context(tuple(alpn), version).wrap_socket(link)


@functools.cache
def _context(alpn: tuple[str, ...], version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def frame(body: bytes, flags: int = 0) -> bytes:
    """A frame of ZMTP."""
    if len(body) < 256:
        return struct.pack(">BB", flags, len(body)) + body
    return struct.pack(">BQ", flags | 2, len(body)) + body


def ready(socket_type: bytes = b"DEALER") -> bytes:
    """The command that ends ZMTP's handshake."""
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(socket_type)) + socket_type
    return frame(body + b"\x08Identity" + bytes(4), 4)


class Link:
    """One channel's link. ``receive`` gives None once the server has ended it."""

    def __init__(self, port: int, channel: str, source: str = "127.0.0.1"):
        self.socket = encrypted(connect(port, source), [f"multiuser-{channel}"])
        self._buffer = b""
        self.socket.sendall(GREETING + ready())
        greeting = self._exactly(64, time.monotonic() + 10)
        if greeting is None:
            raise ConnectionError("the server ended the link before its greeting")

    def send(self, *message) -> None:
        """A message: its number and fields."""
        self.send_body(pack(list(message)))

    def send_body(self, body: bytes) -> None:
        self.socket.sendall(frame(body))

    def _exactly(self, count: int, deadline: float) -> bytes | None:
        while len(self._buffer) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the server said nothing")
            if not self.socket.pending() and not select.select([self.socket], [], [], left)[0]:
                continue
            try:
                data = self.socket.recv(1 << 16)
            except (ConnectionError, ssl.SSLError):
                data = b""
            if not data:
                return None
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def receive(self, timeout_seconds: float = 10) -> list | None:
        """The next message, or None if the link ended; raises TimeoutError."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            head = self._exactly(2, deadline)
            if head is None:
                return None
            length = head[1]
            if head[0] & 2:
                more = self._exactly(7, deadline)
                if more is None:
                    return None
                length = struct.unpack(">Q", head[1:] + more)[0]
            body = self._exactly(length, deadline)
            if body is None:
                return None
            if not head[0] & 4:
                return unpack(body)

    def expect(self, *numbers: int, timeout_seconds: float = 10) -> list:
        """The next message of one of these kinds, passing over others."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            message = self.receive(max(0.01, deadline - time.monotonic()))
            if message is None:
                raise ConnectionError("the server ended the link")
            if message[0] in numbers:
                return message

    def failed(self, timeout_seconds: float = 10) -> str:
        """The name of the error that the server answers with."""
        return ERRORS[self.expect(FAILED, timeout_seconds=timeout_seconds)[2]]

    def ended(self, timeout_seconds: float = 5) -> str:
        """Waits for the link's end; returns the last error that was told, or nothing."""
        told = ""
        deadline = time.monotonic() + timeout_seconds
        while True:
            message = self.receive(max(0.01, deadline - time.monotonic()))
            if message is None:
                return told
            if message[0] == FAILED:
                told = ERRORS[message[2]]

    def close(self) -> None:
        self.socket.close()


class Peer:
    """Somebody with an identity, who may log in."""

    def __init__(self, port: int, name: str, source: str = "127.0.0.1"):
        self.port, self.name, self.source = port, name, source
        self.id = uuid.uuid4()
        self.secret = b""
        self.token = b""
        self.incarnation = b""
        self.role = -1
        self.counter = 0
        self.links: dict[str, Link] = {}

    def link(self, channel: str) -> Link:
        """A link that nothing was said on yet."""
        if channel in self.links:
            self.links[channel].close()
        self.links[channel] = Link(self.port, channel, self.source)
        return self.links[channel]

    def login(
        self, password: str = "", admin: str = "", session: str = "main", take_over: bool = False
    ) -> str:
        """Logs in; returns the name of the error, empty if it went well."""
        if COMMANDS not in self.links:
            link = self.link(COMMANDS)
            link.send(HELLO, MAJOR, MINOR, "wire")
            link.expect(WELCOME)
        link = self.links[COMMANDS]
        link.send(LOGIN, 1, session, self.id, self.secret, self.name, 0, password, admin, "", take_over)
        answer = link.expect(LOGGED_IN, FAILED)
        if answer[0] == FAILED:
            return ERRORS[answer[2]]
        self.token, self.secret, self.role, self.incarnation = answer[3:7]
        return ""

    def bind(self, *channels: str) -> Peer:
        """Binds Publisher, TTL or both, by this log-in's token."""
        for channel in channels or (PUBLISHER, TTL):
            self.link(channel).send(BIND, self.token)
        return self

    def ask(self, number: int, *fields) -> str:
        """A request on Commands; the name of the error, or empty if it is done."""
        self.links[COMMANDS].send(number, 7, *fields)
        answer = self.links[COMMANDS].expect(DONE, FAILED)
        return ERRORS[answer[2]] if answer[0] == FAILED else ""

    def commit(
        self, node: uuid.UUID, *steps: list, author: uuid.UUID | None = None, timeout_seconds=10
    ) -> str:
        """Pushes a commit and waits: the name of the error, or empty if it was accepted."""
        self.counter += 1
        body = pack([author or self.id, self.counter, node, 0, 0, list(steps)])
        self.push(self.counter, body)
        answer = self.links[PUBLISHER].expect(ACCEPTED, REFUSED, FAILED, timeout_seconds=timeout_seconds)
        return "" if answer[0] == ACCEPTED else ERRORS[answer[2]]

    def push(self, counter: int, body: bytes) -> None:
        """Sends a commit's bytes, as one part."""
        self.links[PUBLISHER].send(PUSH_PART, counter, len(body), 0, body)

    def create(self, name: str = "") -> uuid.UUID:
        """Makes a node."""
        node = uuid.uuid4()
        refused = self.commit(node, [0, "Object", {"name": name} if name else {}])
        if refused:
            raise AssertionError(refused)
        return node

    def close(self) -> None:
        for link in self.links.values():
            link.close()
        self.links.clear()
