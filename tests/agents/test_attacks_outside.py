"""Attacks on a running server by whoever can reach its port: real sockets, no log-in or a wrong one.

MULTI_USER_ATTACKS=FILE writes the rows of the table in docs/security.md. Run: python3 test_attacks_outside.py
"""

from __future__ import annotations

import os
import random
import select
import socket
import ssl
import struct
import sys
import time
import unittest
import uuid
from contextlib import closing

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness import wire  # noqa: E402
from harness.attacks import ADMIN_PASSWORD, PATIENCE_SECONDS, Attacked  # noqa: E402
from harness.attacks import another_address, write_table  # noqa: E402
from harness.wire import CHANNELS, COMMANDS, GREETING, PUBLISHER, Peer  # noqa: E402
from harness.wire import connect, encrypted, frame  # noqa: E402

HALF_OPEN_SECONDS = 10


def tearDownModule():
    write_table()


def ended(link: socket.socket, within_seconds: float) -> bool:
    """Whether the server ends a connection in time, whatever it says before."""
    link.settimeout(within_seconds)
    deadline = time.monotonic() + within_seconds
    try:
        while time.monotonic() < deadline:
            if not link.recv(1 << 16):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


class Gate(Attacked):
    """What is no link of ours never reaches ZeroMQ."""

    OPTIONS = ("--new-connections", "1000")  # a thousand at once are one of the attacks

    def test_garbage(self):
        noise = random.Random(1)
        for _ in range(20):
            link = connect(self.port, self.address)
            link.sendall(noise.randbytes(4096))
            self.assertTrue(ended(link, 5))
        self.happened("random bytes in place of TLS, 20 times", "each connection is ended at once")

    def test_not_encrypted(self):
        link = connect(self.port, self.address)
        link.sendall(GREETING + wire.ready())
        self.assertTrue(ended(link, 5))
        self.happened("ZMTP in clear to the encrypted port", "the connection is ended")

    def test_old_tls(self):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            link = encrypted(connect(self.port, self.address), ["multiuser-ttl"], ssl.TLSVersion.TLSv1_2)
            link.recv(1)
        self.happened("TLS 1.2", "the handshake fails")

    def test_wrong_alpn(self):
        for names in ([], ["h2"], ["multiuser-everything"]):
            try:
                link = encrypted(connect(self.port, self.address), names)
                link.sendall(GREETING)
                self.assertTrue(ended(link, 5))
            except (ssl.SSLError, ConnectionError):
                continue
        self.happened(
            "no channel or another protocol while encryption is agreed (ALPN)", "the connection is ended"
        )

    def test_broken_frames(self):
        frames = {
            "length -1": struct.pack(">Bq", 2, -1),
            "2 GB": struct.pack(">Bq", 2, 1 << 31),
            "1 MiB and a byte": struct.pack(">Bq", 2, (1 << 20) + 1),
            "several frames": frame(b"x", 1) + frame(b"y"),
            "reserved bits": frame(b"x", 0x80),
            "an unknown command": frame(b"\x04EVIL", 4),
            "a command of length -1": struct.pack(">Bq", 6, -1),
            "READY twice": wire.ready(),
        }
        for channel in CHANNELS:
            for what, data in frames.items():
                with self.subTest(channel=channel, frame=what):
                    link = encrypted(connect(self.port, self.address), [f"multiuser-{channel}"])
                    link.sendall(GREETING + wire.ready() + data)
                    self.assertTrue(ended(link, 5))
        self.happened(
            f"on each channel: {', '.join(frames)}", "the link is ended before ZeroMQ sees any of it"
        )

    def test_other_sockets(self):
        for kind in (b"ROUTER", b"SUB", b"REQ", b""):
            link = encrypted(connect(self.port, self.address), ["multiuser-commands"])
            link.sendall(GREETING + wire.ready(kind))
            self.assertTrue(ended(link, 5))
        self.happened("to be a ZeroMQ socket of another kind", "the link is ended")

    def test_half_open(self):
        """[CH5] Whoever does not get on with it, or gets on with it byte by byte."""
        begin = time.monotonic()
        silent = connect(self.port, self.address)
        half_hello = connect(self.port, self.address)
        half_hello.sendall(bytes.fromhex("160301020001000"[:14]))
        agreed = encrypted(connect(self.port, self.address), ["multiuser-ttl"])
        greeted = encrypted(connect(self.port, self.address), ["multiuser-publisher"])
        greeted.sendall(GREETING[:20])
        loris = encrypted(connect(self.port, self.address), ["multiuser-commands"])
        sent = 0
        while time.monotonic() - begin < HALF_OPEN_SECONDS + 2:
            try:
                loris.sendall(GREETING[sent % 64 : sent % 64 + 1])
                sent += 1
            except OSError:
                break
            if select.select([loris], [], [], 1)[0] and ended(loris, 0.1):
                break
        for link in (silent, half_hello, agreed, greeted, loris):
            self.assertTrue(ended(link, 3))
        self.assertLess(time.monotonic() - begin, HALF_OPEN_SECONDS + 20)  # a busy machine may be late
        self.happened("to connect and say nothing; half a TLS hello, then nothing", "ended after 10 s")
        self.happened("encryption agreed, and half a greeting or none", "ended after 10 s")
        self.happened("a greeting at one byte a second (slow loris)", f"ended after {sent} bytes, 10 s")

    def test_thousand(self):
        """[LM4] A thousand idle connections from 25 addresses: others still get in."""
        links = []
        for _ in range(25):
            address = another_address()
            links += [connect(self.port, address) for _ in range(40)]
        begin = time.monotonic()
        newcomer = Peer(self.port, "newcomer", self.address)
        self.assertEqual(newcomer.login(admin=ADMIN_PASSWORD), "")
        took = time.monotonic() - begin
        newcomer.close()
        for link in links:
            self.assertTrue(ended(link, HALF_OPEN_SECONDS + 5))
        self.happened(
            "1,000 idle connections from 25 addresses",
            f"a newcomer gets in meanwhile, in {took * 1000:.0f} ms; all are ended after 10 s",
        )


class Messages(Attacked):
    """What comes before a log-in."""

    def test_no_message(self):
        bodies = {
            "a truncated message": wire.pack([1, 3, 1, "x"])[:-1],
            "bytes left over": wire.pack([1, 3, 1, "x"]) + b"\0",
            "100,000 nested lists": b"\x91" * 100_000,
            "a map said to have 4 billion entries": b"\xdf\xff\xff\xff\xff",
            "a text said to have 4 GB": b"\x92\x01\xdb\xff\xff\xff\xff",
            "an unknown number": wire.pack([99, 1]),
            "too few fields": wire.pack([1]),
            "an ext that nobody knows": b"\x92\x01\xd4\x7f\0",
            "half a surrogate pair": wire.pack([1, 3, 1, "\ud800"]),
            "nothing": b"",
        }
        for channel in CHANNELS:
            for what, body in bodies.items():
                with self.subTest(channel=channel, message=what):
                    with closing(wire.Link(self.port, channel, self.address)) as link:
                        link.send_body(body)
                        self.assertEqual(link.ended(), "BAD_MESSAGE")
        self.happened(
            f"on each channel: {', '.join(bodies)}", "BAD_MESSAGE, the link is ended; no memory is taken"
        )

    def test_servers_own(self):
        """[CH3] What only a server says."""
        link = self.stranger().link(COMMANDS)
        link.send(wire.HELLO, 3, 1, "x")
        link.expect(wire.WELCOME)
        link.send(wire.LOGGED_IN, 1, uuid.uuid4(), bytes(32), bytes(32), 2, uuid.uuid4(), 2, 1000)
        self.assertEqual(link.failed(), "NOT_LOGGED_IN")
        link.send(wire.USERS, [])
        self.assertEqual(link.failed(), "NOT_LOGGED_IN")
        self.happened("to tell the server that one is logged in, as an admin", "NOT_LOGGED_IN")

    def test_before_login(self):
        peer = self.stranger()
        link = peer.link(COMMANDS)
        link.send(wire.HELLO, 3, 1, "x")
        link.expect(wire.WELCOME)
        for request in ((7, 1, True), (wire.KICK, 1, self.good.id, "", True), (wire.LEAVE, 1)):
            link.send(*request)
            self.assertEqual(link.failed(), "NOT_LOGGED_IN")
        peer.link(PUBLISHER).send(wire.PUSH_PART, 1, 3, 0, b"abc")
        self.assertEqual(peer.links[PUBLISHER].failed(), "NOT_LOGGED_IN")
        self.happened("requests, and a commit, without a log-in", "NOT_LOGGED_IN")

    def test_forged_tokens(self):
        """[CH4] Guesses at a token: 2^256 of them are to be tried, 64 a link."""
        link = self.stranger().link(PUBLISHER)
        for _ in range(80):
            try:
                link.send(wire.BIND, os.urandom(32))
            except OSError:
                break
        self.assertEqual(link.ended(), "TOO_FAST")
        self.happened(
            "to guess the token of somebody's log-in", "NOT_LOGGED_IN 64 times, then the link is ended"
        )

    def test_versions(self):
        link = self.stranger().link(COMMANDS)
        link.send(wire.HELLO, 99, 0, "x" * 4096)
        self.assertEqual(link.ended(), "WRONG_VERSION")
        self.happened("another major version of the protocol", "WRONG_VERSION")


class LogIn(Attacked):
    """Guesses and made-up names."""

    def test_guessing(self):
        """[LI3] How many passwords one address may try in 5 seconds, on as many links as it likes."""
        right = self.stranger()
        right.link(COMMANDS).send(wire.HELLO, 3, 1, "x")
        right.links[COMMANDS].expect(wire.WELCOME)
        judged = 0
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            peer = self.stranger()
            try:
                answer = peer.login(admin=f"guess {judged}")
            except OSError:  # too many new connections in a second [LM4]
                answer = "TOO_FAST"
            self.assertIn(answer, ("WRONG_PASSWORD", "TOO_FAST"))
            judged += answer == "WRONG_PASSWORD"
            peer.close()
        self.assertLess(judged, 7)
        self.assertEqual(right.login(admin=ADMIN_PASSWORD), "TOO_FAST")
        self.happened(
            "guess after guess at the admin's password for 5 s, from one address",
            f"{judged} are looked at, the others are TOO_FAST or not even let in; the right one has to wait as well",
        )

    def test_guessing_at_once(self):
        """[LI3] From 60 addresses at once, where only the hash is known: it costs one core, and nobody waits."""
        peers = []
        for number in range(60):
            peer = Peer(self.port, f"guesser {number}", another_address())
            link = peer.link(COMMANDS)
            link.send(wire.HELLO, 3, 1, "x")
            link.expect(wire.WELCOME)
            peers.append(peer)
        for peer in peers:
            peer.links[COMMANDS].send(
                wire.LOGIN, 1, "main", peer.id, b"", peer.name, 0, "guess", "", "", False
            )
        begin = time.monotonic()
        self.good.create()
        took = time.monotonic() - begin
        answers = [peer.links[COMMANDS].failed(60) for peer in peers]
        self.assertEqual(set(answers), {"WRONG_PASSWORD"})
        for peer in peers:
            peer.close()
        self.assertLess(took, PATIENCE_SECONDS)
        self.happened(
            "guesses from 60 addresses at once, where only the hash is known",
            f"judged one by one in {time.monotonic() - begin:.1f} s;"
            f" an edit of the good client took {took * 1000:.0f} ms",
        )

    def test_made_up_names(self):
        for name in ("\u202egood", "good\u200b", "go\u2066od", "a\nb", "", "x" * 65, "go\u00a0od"):
            peer = Peer(self.port, name, self.address)
            self.assertEqual(peer.login(admin=ADMIN_PASSWORD), "BAD_NAME", repr(name))
            peer.close()
        self.happened("names that hide, turn or break text, or are too long", "BAD_NAME")

    def test_names_of_others(self):
        for take_over in (False, True):
            peer = Peer(self.port, "good", self.address)
            self.assertEqual(peer.login(admin=ADMIN_PASSWORD, take_over=take_over), "NAME_TAKEN")
            peer.id = self.good.id
            self.assertEqual(peer.login(admin=ADMIN_PASSWORD, take_over=take_over), "NAME_TAKEN")
            peer.close()
        self.happened("the name, or the identity, of somebody who is there", "NAME_TAKEN, with take-over too")

    def test_sessions_that_lead_elsewhere(self):
        for session in ("../../etc/passwd", "a/b", "a\0b", ".", "x" * 65, "con:"):
            peer = self.stranger()
            self.assertEqual(peer.login(admin=ADMIN_PASSWORD, session=session), "BAD_NAME")
            peer.close()
        self.assertEqual(sorted(os.listdir(os.path.dirname(self.server.data.rstrip("/")))), ["data"])
        self.happened("session names that lead out of the data folder", "BAD_NAME")


if __name__ == "__main__":
    unittest.main()
