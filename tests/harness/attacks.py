"""What attacks on a running server have in common: a good client that must go on, and the table of what happened."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
import unittest

from harness.processes import Workplace
from harness.server import Server, jar
from harness.wire import Peer

PASSWORD = "open sesame"
ADMIN_PASSWORD = "an admin's own"
PATIENCE_SECONDS = 10.0  # on the busiest machine; for an edit of the good client while it is attacked

_origins = itertools.count()
TABLE: list[tuple[str, str, str]] = []


def hashed(password: str) -> str:
    """The line that ``serve --hash-password`` makes."""
    command = ["java", "-jar", jar(), "serve", "--hash-password"]
    return subprocess.run(
        command, input=password + "\n", capture_output=True, text=True, timeout=60, check=True
    ).stdout.strip()


def another_address() -> str:
    """An address of this computer's that nobody attacked from yet: what one did is not held against the next."""
    number = next(_origins)
    return f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


class Attacked(unittest.TestCase):
    """Every test is an attack on one server. Behind each of them a good client edits, and its edit must arrive.

    A test tells by ``happened`` what came of it, for the table in docs/security.md.
    """

    OPTIONS: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-attacks")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, *cls.options())
        cls.port = cls.server.port
        cls.good = Peer(cls.port, "good")
        cls.addClassCleanup(cls.good.close)
        assert cls.good.login(admin=ADMIN_PASSWORD) == ""
        cls.good.bind()
        assert cls.good.ask(7, True) == ""  # Initialise, empty
        cls.nodes = 0

    @classmethod
    def options(cls) -> tuple[str, ...]:
        """Told by their hashes, as an admin's should be."""
        hashes = ("--admin-password-hash", hashed(ADMIN_PASSWORD), "--server-password-hash", hashed(PASSWORD))
        return hashes + cls.OPTIONS

    def setUp(self):
        self.address = another_address()

    def tearDown(self):
        """[ER4] The server runs, the good client's edit is taken, and nothing of its is gone."""
        self.assertTrue(self.server.process.running, self.server.process.tail())
        begin = time.monotonic()
        self.good.create()
        self.assertLess(time.monotonic() - begin, PATIENCE_SECONDS)

    def happened(self, tried: str, what: str) -> None:
        """A row of the table."""
        TABLE.append((tried, what, f"`{self.id().split('.', 1)[-1].replace('__main__.', '')}`"))

    def stranger(self) -> Peer:
        """Somebody who may know no password."""
        peer = Peer(self.port, "stranger", self.address)
        self.addCleanup(peer.close)
        return peer

    def member(self, name: str = "") -> Peer:
        """Somebody who knows the server's password, and no more."""
        peer = Peer(self.port, name or self._testMethodName[:40], self.address)
        self.assertEqual(peer.login(PASSWORD), "")
        self.addCleanup(peer.close)
        return peer.bind()


def write_table() -> None:
    """Writes the table where MULTI_USER_ATTACKS says, one row for each attack."""
    path = os.environ.get("MULTI_USER_ATTACKS")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"| {tried} | {what} | {test} |\n" for tried, what, test in TABLE)
