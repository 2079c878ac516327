"""The attackers of `./multi-user bench flood`: a process of its own. Arguments: which flood, port, seconds.

Prints "begun" once it is under way, and every second what it did.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import wire  # noqa: E402
from harness.wire import COMMANDS, TTL, Peer  # noqa: E402

PASSWORD = "everybody knows"
CONNECTIONS = 1000
ADDRESSES = 50
THREADS = 50

_did: dict[str, int] = {}
_lock = threading.Lock()


def did(what: str, count: int = 1) -> None:
    """Counts."""
    with _lock:
        _did[what] = _did.get(what, 0) + count


def address(number: int) -> str:
    """One of the attackers' addresses."""
    return f"127.66.0.{1 + number % ADDRESSES}"


def _again(number: int, port: int, attack) -> None:
    """Does it again and again, whatever the server does about it."""
    while True:
        try:
            attack(port, address(number))
        except (OSError, ConnectionError, TimeoutError, ValueError, IndexError):
            did("failed")


def _everywhere(port: int, attack) -> None:
    for number in range(THREADS):
        threading.Thread(target=_again, args=(number, port, attack), daemon=True).start()


def idle(port: int) -> None:
    """1,000 connections that say nothing; those that are ended are opened anew."""

    def hold(number: int) -> None:
        link = wire.connect(port, address(number))
        did("connections")
        link.settimeout(30)
        while link.recv(100):
            continue
        link.close()

    def holder(first: int) -> None:
        while True:
            try:
                hold(first)
            except OSError:
                did("failed")
                time.sleep(0.2)

    threading.stack_size(256 << 10)
    for number in range(CONNECTIONS):
        threading.Thread(target=holder, args=(number,), daemon=True).start()


def handshakes(port: int) -> None:
    """Handshakes of TLS as fast as the server agrees to them, and nothing behind them."""

    def attack(where: int, source: str) -> None:
        wire.encrypted(wire.connect(where, source), ["multiuser-ttl"]).close()
        did("handshakes")

    _everywhere(port, attack)


def half_handshakes(port: int) -> None:
    """A first word of TLS each, which costs the server the dearest part, and the connection is dropped."""
    hello = _client_hello()

    def attack(where: int, source: str) -> None:
        with wire.connect(where, source) as link:
            link.sendall(hello)
            did("hellos")
            link.settimeout(1)
            link.recv(100)

    _everywhere(port, attack)


def _client_hello() -> bytes:
    """What Python's own TLS says at first."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["multiuser-ttl"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("nobody answered, and yet it is agreed")


def garbage(port: int) -> None:
    """Random bytes on new connections."""

    def attack(where: int, source: str) -> None:
        with wire.connect(where, source) as link:
            link.sendall(os.urandom(4096))
            did("connections")
            link.settimeout(1)
            while link.recv(4096):
                continue

    _everywhere(port, attack)


def guesses(port: int) -> None:
    """Passwords, a new link for each few."""

    def attack(where: int, source: str) -> None:
        peer = Peer(where, f"guesser {threading.get_ident()}", source)
        try:
            for _ in range(10):
                peer.login(admin=os.urandom(8).hex())
                did("guesses")
        finally:
            peer.close()

    _everywhere(port, attack)


def member(port: int) -> None:
    """Members who say presence, heartbeats and requests as fast as TCP takes them."""
    for number in range(8):
        peer = Peer(port, f"member {number}", address(number))
        refused = peer.login(PASSWORD)
        if refused:
            raise AssertionError(refused)
        peer.bind()
        for channel, message in (
            (TTL, [wire.PRESENCE, {"x": 1}]),
            (COMMANDS, [wire.CHANGE_OWNER, 1, 0, [], None]),
        ):
            link = peer.links[channel].socket
            link.setblocking(True)
            burst = wire.frame(wire.pack(message)) * 200
            threading.Thread(target=_pour, args=(link, burst), daemon=True).start()
            threading.Thread(target=_drain, args=(link,), daemon=True).start()


def _pour(link: socket.socket, burst: bytes) -> None:
    try:
        while True:
            link.sendall(burst)
            did("messages", 200)
    except OSError:
        did("failed")


def _drain(link: socket.socket) -> None:
    try:
        while link.recv(1 << 16):
            continue
    except (OSError, ValueError):
        did("failed")


FLOODS = {
    "idle connections": idle,
    "handshakes": handshakes,
    "half handshakes": half_handshakes,
    "garbage": garbage,
    "guesses": guesses,
    "members": member,
}


def main() -> None:
    """Attacks for so long."""
    kind, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    FLOODS[kind](port)
    time.sleep(1)
    print("begun", flush=True)
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        time.sleep(1)
        with _lock:
            told = ", ".join(f"{count} {what}" for what, count in _did.items())
        print(f"did {told} in {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
