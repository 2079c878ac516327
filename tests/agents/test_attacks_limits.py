"""The limits of a running server, each by its option of ``serve``: at the limit it is taken, one beyond it is refused.

MULTI_USER_ATTACKS=FILE writes the rows of the table in docs/security.md. Run: python3 test_attacks_limits.py
"""

from __future__ import annotations

import hashlib
import os
import select
import struct
import sys
import time
import unittest
import uuid

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness import wire  # noqa: E402
from harness.attacks import ADMIN_PASSWORD, PASSWORD, Attacked, write_table  # noqa: E402
from harness.wire import PUBLISHER, Peer  # noqa: E402


def tearDownModule():
    write_table()


def taken(link: wire.Link) -> int:
    """The bytes that come until nothing comes for a second."""
    total = 0
    try:
        while True:
            total += sum(len(field) for field in link.receive(1) if isinstance(field, (bytes, str)))
    except TimeoutError:
        return total


class Limits(Attacked):
    """[LM] At the limit that the host set it is taken, one beyond it is refused. Each by its option of ``serve``."""

    OPTIONS = (
        *("--max-users", "3", "--max-sessions", "2", "--max-commit-mib", "1", "--max-session-mib", "3"),
        *("--max-pending-mib", "1"),
        *("--max-files-mib", "1", "--max-connections-per-address", "8", "--new-connections-per-address", "2"),
    )

    def test_1_connections(self):
        links = [wire.connect(self.port, self.address) for _ in range(9)]
        time.sleep(0.5)
        readable = select.select(links, [], [], 1)[0]
        self.assertEqual([link.recv(1) for link in readable], [b""])
        for link in links:
            link.close()
        self.happened("9 connections where 8 are allowed", "8 are held, one is ended at once")

    def test_2_new_connections(self):
        served, begin = 0, time.monotonic()
        for _ in range(30):
            link = wire.connect(self.port, self.address)
            try:
                wire.encrypted(link, ["multiuser-ttl"]).close()
                served += 1
            except (OSError, ValueError):
                link.close()
        took = time.monotonic() - begin
        self.assertGreaterEqual(served, 16)
        self.assertLessEqual(served, 16 + 2 * took + 1)
        time.sleep(1.1)
        wire.encrypted(wire.connect(self.port, self.address), ["multiuser-ttl"]).close()
        self.happened(
            "30 handshakes of TLS at once where 2 a second are allowed",
            f"{served} are carried out; one a second later is",
        )

    def test_3_users(self):
        second, third = self.member("second"), self.member("third")
        fourth = Peer(self.port, "fourth", "127.9.9.9")
        self.assertEqual(fourth.login(PASSWORD), "SESSION_FULL")
        fourth.close()
        for peer in (second, third):
            self.assertEqual(peer.ask(wire.LEAVE), "")
        self.happened("a fourth user where 3 are allowed", "SESSION_FULL")

    def test_4_sessions(self):
        for session, answer in (("second", ""), ("third", "NOT_ALLOWED")):
            admin = Peer(self.port, "admin", self.address)
            self.assertEqual(admin.login(admin=ADMIN_PASSWORD, session=session), answer)
            admin.close()
        self.assertFalse(os.path.exists(os.path.join(self.server.data, "third.session")))
        self.happened("an admin's third session where 2 are allowed", "NOT_ALLOWED, nothing is made")

    def test_5_commit(self):
        editor = self.member()
        link = editor.links[PUBLISHER]
        total = (1 << 20) + 1
        editor.counter += 1
        for at in range(0, total, 64 << 10):
            link.send(wire.PUSH_PART, editor.counter, total, at, bytes(min(64 << 10, total - at)))
        answer = link.expect(wire.REFUSED)
        self.assertEqual((answer[1], wire.ERRORS[answer[2]]), (editor.counter, "TOO_LARGE"))
        editor.create()  # the link stays, and the next one is taken
        editor.ask(wire.LEAVE)
        self.happened(
            "an edit of 1 MiB and a byte where 1 MiB is allowed", "TOO_LARGE; the next one is taken"
        )

    def test_6_files(self):
        editor = self.member()
        contents = [os.urandom(900_000) for _ in range(2)]
        answers = []
        for content in contents:
            chunk = hashlib.sha256(content).digest()
            manifest = b"\x92\xc4\x20" + chunk + b"\xce" + struct.pack(">I", len(content))
            name = hashlib.sha256(manifest).digest()
            link = editor.links[PUBLISHER]
            link.send(wire.FILE_OFFER, name, len(content))
            link.expect(wire.FILE_ASK)
            link.send(wire.MANIFEST_PART, name, len(manifest), 0, manifest)
            link.expect(wire.CHUNK_ASK)
            for at in range(0, len(content), 64 << 10):
                link.send(wire.CHUNK_PART, chunk, len(content), at, content[at : at + (64 << 10)])
            answer = link.expect(wire.FILE_KEPT, wire.FILE_FAILED)
            answers.append("" if answer[0] == wire.FILE_KEPT else wire.ERRORS[answer[2]])
        self.assertEqual(answers, ["", "CACHE_FULL"])
        editor.ask(wire.LEAVE)
        self.happened(
            "files of 1.8 MB where a session may keep 1 MiB", "the first is kept, the second is CACHE_FULL"
        )

    def test_7_pending(self):
        """[LM9]"""
        editor, deaf = self.member(), self.member("deaf")
        content = os.urandom(50_000).hex()
        nodes = [uuid.uuid4() for _ in range(20)]
        for node in nodes:
            self.assertEqual(editor.commit(node, [0, "Mesh", {"data": content}]), "")
        link = deaf.link(wire.SUBSCRIBER)
        link.send(wire.SUBSCRIBE, deaf.token, uuid.UUID(int=0), 0, 1 << 40)
        sent = taken(link)
        self.assertTrue(900_000 < sent < (1 << 20) + 110_000, sent)
        link.send(wire.GRANT, 1 << 40)
        self.assertGreater(taken(link), 500_000)
        for node in nodes:
            self.assertEqual(editor.commit(node, [1]), "")
        for peer in (editor, deaf):
            self.assertEqual(peer.ask(wire.LEAVE), "")
        self.happened(
            "to grant credit for a terabyte and to take nothing, where 1 MiB may wait",
            "that much is sent, and no more until it asks again",
        )

    def test_8_ban_survives(self):
        """[RI8] [DU1] A ban is kept with the session."""
        editor = self.member("rude")
        self.assertEqual(self.good.ask(wire.KICK, editor.id, "rude", True), "")
        self.good.close()
        self.server.restart()
        self.assertEqual(self.good.login(admin=ADMIN_PASSWORD), "")
        self.good.bind()
        again = Peer(self.port, "rude", "127.9.9.8")
        self.assertEqual(again.login(PASSWORD), "BANNED")
        again.close()
        self.happened("to come back after a ban when the server was started anew", "BANNED")

    def test_9_disk(self):
        """[LM8] Last, for then nothing more is taken but deleting."""
        writer = self.member("writer")
        nodes, answer = [], ""
        while not answer and len(nodes) < 100:
            nodes.append(uuid.uuid4())
            answer = writer.commit(nodes[-1], [0, "Mesh", {"data": os.urandom(50_000).hex()}])
        self.assertEqual(answer, "TOO_LARGE")
        self.assertEqual(writer.commit(nodes[0], [1]), "")
        for node in nodes[1:4]:
            self.assertEqual(writer.commit(node, [1]), "")
        deadline = time.monotonic() + 20
        while writer.commit(uuid.uuid4(), [0, "Mesh", {}]) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertLess(time.monotonic(), deadline, "room comes back")
        writer.ask(wire.LEAVE)
        self.assertEqual(self.good.commit(nodes[5], [1]), "")
        self.happened(
            f"to fill the disk with edits where a session may take 3 MiB: {len(nodes) * 100} KB",
            "TOO_LARGE; deleting is taken and makes room, nobody's link ends",
        )

    def tearDown(self):
        if "disk" not in self.id():
            super().tearDown()


if __name__ == "__main__":
    unittest.main()
