"""Attacks on a running server by those who may join: real sockets, a right password, and the worst of intentions.

MULTI_USER_ATTACKS=FILE writes the rows of the table in docs/security.md. Run: python3 test_attacks_inside.py
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
import unittest
import uuid

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness import wire  # noqa: E402
from harness.attacks import PATIENCE_SECONDS, PASSWORD, Attacked, write_table  # noqa: E402
from harness.wire import COMMANDS, PUBLISHER, SUBSCRIBER, TTL, Peer  # noqa: E402

TAKE, RELEASE, GIVE = range(3)


def tearDownModule():
    write_table()


class Rights(Attacked):
    """What an editor may not do."""

    def test_nodes_of_others(self):
        node = self.good.create()
        self.assertEqual(self.good.ask(wire.CHANGE_OWNER, TAKE, [node], None), "")
        editor = self.member()
        self.assertEqual(editor.commit(node, [2, ["x"], 1]), "NOT_OWNER")
        self.assertEqual(editor.commit(node, [1]), "NOT_OWNER")
        self.happened("to change and to delete a node that another one holds", "NOT_OWNER")
        for action, to in ((TAKE, None), (RELEASE, None), (GIVE, editor.id)):
            self.assertEqual(editor.ask(wire.CHANGE_OWNER, action, [node], to), "NOT_OWNER")
        self.assertEqual(self.good.commit(node, [2, ["x"], 1]), "")
        self.happened("to take, release or be given another's node", "NOT_OWNER")

    def test_admins_matters(self):
        editor = self.member()
        self.assertEqual(editor.ask(wire.KICK, self.good.id, "out", True), "NOT_ALLOWED")
        self.assertEqual(editor.ask(wire.KICK, editor.id, "out", False), "NOT_ALLOWED")
        self.assertEqual(editor.ask(wire.INITIALISE, True), "NOT_ALLOWED")
        self.assertEqual(editor.ask(8, 1), "NOT_ALLOWED")  # InitialiseDone
        self.happened("to kick, to ban, and to empty the session, as an editor", "NOT_ALLOWED")
        other = Peer(self.port, "maker", self.address)
        self.assertEqual(other.login(PASSWORD, session="mine"), "NO_SUCH_SESSION")
        other.close()
        self.happened("to make a session, as an editor", "NO_SUCH_SESSION")

    def test_others_names(self):
        editor = self.member()
        with self.assertRaises(ConnectionError):
            error = editor.commit(uuid.uuid4(), [0, "Object", {}], author=self.good.id)
            self.assertEqual(error, "BAD_MESSAGE")
            editor.create()
        self.happened("a commit in another's name", "BAD_MESSAGE, the link is ended")

    def test_forged_counters(self):
        editor = self.member()
        node = editor.create()
        body = wire.pack([editor.id, 1, node, 0, 0, [[1]]])
        editor.push(1, body)  # A counter that was used: a repetition, whatever it holds.
        self.assertEqual(editor.commit(node, [2, ["x"], 1]), "")
        self.happened("another commit under a counter that was used", "passed over, as a repetition")
        editor.push(9, wire.pack([editor.id, 8, node, 0, 0, [[1]]]))
        self.assertEqual(editor.links[PUBLISHER].ended(), "BAD_MESSAGE")
        self.happened("a commit under another counter than announced", "BAD_MESSAGE, the link is ended")

    def test_old_token(self):
        """[LI4] [CH4] What was recorded of a log-in is worth nothing after it."""
        editor = self.member()
        recorded = editor.token
        self.assertEqual(editor.ask(wire.LEAVE), "")
        link = editor.link(PUBLISHER)
        link.send(wire.BIND, recorded)
        self.assertEqual(link.failed(), "NOT_LOGGED_IN")
        stranger = Peer(self.port, "again", self.address)
        stranger.id = editor.id
        self.assertEqual(stranger.login(PASSWORD), "NAME_TAKEN")
        stranger.close()
        self.happened(
            "a recorded token after its holder has left; its identity without the secret",
            "NOT_LOGGED_IN; NAME_TAKEN",
        )

    def test_banned(self):
        """[RI8] Also after the server starts anew, which its own test does."""
        editor = self.member("rude")
        self.assertEqual(self.good.ask(wire.KICK, editor.id, "rude", True), "")
        for change in (
            lambda peer: setattr(peer, "id", uuid.uuid4()),
            lambda peer: setattr(peer, "name", "Rude"),
        ):
            again = Peer(self.port, "rude", self.address)
            again.id, again.secret = editor.id, editor.secret
            change(again)
            self.assertEqual(again.login(PASSWORD), "BANNED")
            again.close()
        self.happened("to come back after a ban under the name, or by the identity", "BANNED")


class Roles(Attacked):
    """[RI9] Viewers, and who would like to be more."""

    OPTIONS = ("--default-role", "viewer")

    def test_viewer(self):
        viewer = self.member()
        self.assertEqual(viewer.role, wire.VIEWER)
        node = self.good.create()
        for steps in ([0, "Object", {}], [1], [2, ["x"], 1]):
            target = uuid.uuid4() if steps[0] == 0 else node
            self.assertEqual(viewer.commit(target, steps), "NOT_ALLOWED")
        for action in (TAKE, RELEASE):
            self.assertEqual(viewer.ask(wire.CHANGE_OWNER, action, [node], None), "NOT_ALLOWED")
        self.happened("to create, change, delete or take a node as a viewer", "NOT_ALLOWED")
        link = viewer.links[PUBLISHER]
        link.send(wire.FILE_OFFER, bytes(32), 10)
        self.assertEqual(wire.ERRORS[link.expect(wire.FILE_FAILED)[2]], "NOT_ALLOWED")
        self.happened("to bring a file as a viewer", "NOT_ALLOWED")

    def test_own_role(self):
        viewer = self.member()
        self.assertEqual(viewer.ask(wire.SET_ROLE, viewer.id, wire.ADMIN), "NOT_ALLOWED")
        self.assertEqual(viewer.ask(wire.SET_ROLE, self.good.id, wire.VIEWER), "NOT_ALLOWED")
        self.assertEqual(self.good.ask(wire.SET_ROLE, viewer.id, wire.EDITOR), "")
        viewer.create()
        self.assertEqual(viewer.ask(wire.SET_ROLE, viewer.id, wire.ADMIN), "NOT_ALLOWED")
        viewer.links[COMMANDS].send(wire.SET_ROLE, 7, viewer.id, 99)
        self.assertEqual(viewer.links[COMMANDS].ended(), "BAD_MESSAGE")
        self.happened(
            "to set one's own role or an admin's; a role that there is not", "NOT_ALLOWED; BAD_MESSAGE"
        )

    def test_taken_back(self):
        """A commit that is on its way when its author is made a viewer."""
        editor = self.member()
        self.assertEqual(self.good.ask(wire.SET_ROLE, editor.id, wire.EDITOR), "")
        node = editor.create()
        self.assertEqual(editor.ask(wire.CHANGE_OWNER, TAKE, [node], None), "")
        self.assertEqual(self.good.ask(wire.SET_ROLE, editor.id, wire.VIEWER), "")
        self.assertEqual(editor.commit(node, [2, ["x"], 1]), "NOT_ALLOWED")
        self.assertEqual(self.good.commit(node, [2, ["x"], 1]), "")
        self.assertEqual(editor.ask(wire.LEAVE), "")
        again = Peer(self.port, editor.name, self.address)
        self.assertEqual(again.login(PASSWORD), "")
        self.assertEqual(again.role, wire.VIEWER)
        again.close()
        self.happened(
            "to edit on after being made a viewer; to leave and come back", "NOT_ALLOWED; a viewer still"
        )


class Content(Attacked):
    """What commits and files hold."""

    def test_bombs(self):
        editor = self.member()
        rows = 1 << 27
        zstd = bytes.fromhex("28b52ffd")
        bombs = {
            "a 512 MB buffer of 20 bytes": [5, "b", ["f4", rows, 1, 1, zstd + bytes(16)]],
            "a buffer of -1 rows": [5, "b", ["f4", -1, 1, 0, b""]],
            "rows x columns beyond 2^63": [5, "b", ["i8", 1 << 40, 1 << 40, 0, b""]],
            "zstd that says another size": [5, "b", ["i1", 1000, 1, 1, zstd + b"\x20\x05" + bytes(8)]],
        }
        before = self.server.process.memory_bytes()
        for what, step in bombs.items():
            with self.subTest(what):
                editor.counter += 1
                editor.push(
                    editor.counter,
                    wire.pack([editor.id, editor.counter, uuid.uuid4(), 0, 7, [[0, "Mesh", {}], step]]),
                )
                self.assertIn(editor.links[PUBLISHER].ended(), ("BAD_MESSAGE", "TOO_LARGE"))
                editor.bind(PUBLISHER)
        self.assertLess(self.server.process.memory_bytes() - before, 200 << 20)
        self.happened(
            f"decompression bombs: {', '.join(bombs)}",
            "BAD_MESSAGE or TOO_LARGE, before any of it is unpacked",
        )

    def test_nesting(self):
        editor = self.member()
        deep: dict = {}
        for _ in range(40):
            deep = {"a": deep}
        editor.counter += 1
        editor.push(
            editor.counter, wire.pack([editor.id, editor.counter, uuid.uuid4(), 0, 0, [[0, "Object", deep]]])
        )
        self.assertEqual(editor.links[PUBLISHER].ended(), "BAD_MESSAGE")
        self.happened("a commit nested 40 deep", "BAD_MESSAGE, the link is ended")

    def test_announced(self):
        editor = self.member()
        before = self.server.process.memory_bytes()
        for _ in range(5):
            editor.links[PUBLISHER].send(wire.PUSH_PART, 1, 1 << 30, 0, bytes(1000))
            editor.bind(PUBLISHER)
        self.assertLess(self.server.process.memory_bytes() - before, 100 << 20)
        editor.links[PUBLISHER].send(wire.PUSH_PART, 1, (1 << 30) + 1, 0, bytes(1000))
        self.assertEqual(editor.links[PUBLISHER].ended(), "TOO_LARGE")
        self.happened(
            "commits announced with 1 GiB of which 1 KB comes; one with more", "no memory is taken; TOO_LARGE"
        )

    def test_presence(self):
        editor = self.member()
        editor.links[TTL].send(wire.PRESENCE, {"x": "y" * (64 << 10)})
        self.assertEqual(editor.links[TTL].ended(), "TOO_LARGE")
        self.happened("a presence of more than 64 KiB", "TOO_LARGE, the link is ended")

    def test_wrong_way(self):
        """[ER3] Messages of the server's own, or of another channel."""
        editor = self.member()
        for channel, message in (
            (PUBLISHER, (wire.ACCEPTED, 1, 1)),
            (TTL, (wire.USER_PRESENCE, self.good.id, {})),
            (COMMANDS, (wire.PUSH_PART, 1, 1, 0, b"x")),
        ):
            editor.links[channel].send(*message)
            self.assertEqual(editor.links[channel].ended(), "BAD_MESSAGE")
        self.happened(
            "messages on the wrong channel, or in the wrong direction", "BAD_MESSAGE, the link is ended"
        )

    def test_files(self):
        editor = self.member()
        publisher = editor.links[PUBLISHER]
        publisher.send(wire.MANIFEST_PART, bytes(32), 1, 0, b"\x90")
        self.assertEqual(publisher.ended(), "BAD_MESSAGE")
        self.happened("a file's manifest that nobody asked for", "BAD_MESSAGE, the link is ended")
        editor.bind(PUBLISHER).links[PUBLISHER].send(wire.CHUNK_PART, bytes(32), 1, 0, b"x")
        self.assertEqual(editor.links[PUBLISHER].ended(), "BAD_MESSAGE")
        self.happened("a chunk that nobody asked for", "BAD_MESSAGE, the link is ended")

    def _offer(self, editor: Peer, manifest: bytes) -> wire.Link:
        name = hashlib.sha256(manifest).digest()
        link = editor.bind(PUBLISHER).links[PUBLISHER]
        link.send(wire.FILE_OFFER, name, 100)
        link.expect(wire.FILE_ASK)
        link.send(wire.MANIFEST_PART, name, len(manifest), 0, manifest)
        return link

    def _is_not_taken(self, link: wire.Link) -> None:
        """No chunk of it is asked for."""
        try:
            answer = link.receive(2)
        except TimeoutError:
            return
        self.assertTrue(answer is None or answer[0] in (wire.FILE_FAILED, wire.FAILED), answer)

    def test_huge_files(self):
        editor = self.member()
        chunk = b"\xc4\x20" + bytes(32) + b"\xce\x00\x10\x00\x01"  # 1 MiB and a byte
        self._is_not_taken(self._offer(editor, b"\x92" + chunk))
        tiny = b"".join(b"\xc4\x20" + os.urandom(32) + b"\x01" for _ in range(1000))
        self._is_not_taken(self._offer(editor, b"\xdc\x07\xd0" + tiny + tiny))
        self.happened(
            "a file of chunks that are too large, or of thousands of one byte",
            "none of it is asked for or kept",
        )

    def test_wrong_chunk(self):
        """[FT3] What comes under a chunk's name is not what the name says."""
        editor = self.member()
        wanted = hashlib.sha256(b"right").digest()
        link = self._offer(editor, b"\x92\xc4\x20" + wanted + b"\x05")
        self.assertEqual(link.expect(wire.CHUNK_ASK)[1], [wanted])
        link.send(wire.CHUNK_PART, wanted, 5, 0, b"wrong")
        self.assertEqual(wire.ERRORS[link.expect(wire.FILE_FAILED)[2]], "NO_SUCH_FILE")
        self.happened("another content under a chunk's hash", "thrown away; its bringer is told")


class Floods(Attacked):
    """Those who say too much, or take nothing."""

    def test_never_reads(self):
        """[CR1] All credit in the world, and not one byte read."""
        writer = self.member("writer")
        for _ in range(24):
            self.assertEqual(
                writer.commit(uuid.uuid4(), [0, "Mesh", {"data": os.urandom(100_000).hex()}]), ""
            )
        reader = self.member()
        before = self.server.process.memory_bytes()
        for _ in range(20):
            link = reader.link(SUBSCRIBER)
            link.send(wire.SUBSCRIBE, reader.token, uuid.UUID(bytes=reader.incarnation), 0, 1 << 40)
            time.sleep(0.1)
        time.sleep(1)
        self.assertLess(self.server.process.memory_bytes() - before, 300 << 20)
        self.happened(
            "to subscribe with a terabyte of credit, 20 times, and read nothing",
            "some MB wait for it at most",
        )

    def test_floods(self):
        """[LM6] As fast as TCP takes it, on each channel."""
        editor = self.member()
        beat, presence = wire.pack([wire.HEARTBEAT, 1, 1]), wire.pack([wire.PRESENCE, {"x": 1}])
        editor.link(SUBSCRIBER).send(wire.SUBSCRIBE, editor.token, uuid.UUID(int=0), 0, 1000)
        commands = wire.pack([wire.CHANGE_OWNER, 1, TAKE, [], None])
        worst = 0.0
        for channel, body in (
            (TTL, beat),
            (TTL, presence),
            (SUBSCRIBER, wire.pack([wire.GRANT, 1])),
            (COMMANDS, commands),
        ):
            link = editor.links[channel].socket
            link.settimeout(0.2)
            burst = wire.frame(body) * 500
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                try:
                    link.sendall(burst)
                except (TimeoutError, OSError):
                    break
            begin = time.monotonic()
            self.good.create()
            worst = max(worst, time.monotonic() - begin)
        self.assertLess(worst, PATIENCE_SECONDS)
        self.happened(
            "heartbeats, presence, grants and requests without end",
            f"read at a pace (TCP slows it); an edit of the good client took {worst * 1000:.0f} ms at most",
        )


if __name__ == "__main__":
    unittest.main()
