"""How a host tells its server passwords: plain and by hashes, by options and environment.

Run: python3 test_passwords.py
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import unittest
import unittest.mock

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.attacks import hashed  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server, jar  # noqa: E402
from harness.wire import ADMIN, EDITOR, Peer  # noqa: E402

SECRET = "pass wörd"


def serve(*options: str, **environment: str) -> subprocess.CompletedProcess:
    """What ``serve`` says that does not come to serving."""
    return subprocess.run(
        ["java", "-jar", jar(), "serve", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def rest(terminal: int) -> bytes:
    """All that still comes."""
    shown = b""
    while True:
        try:
            more = os.read(terminal, 1 << 10)
        except OSError:
            return shown  # Linux tells the end of a terminal so
        if not more:
            return shown
        shown += more


class Passwords(unittest.TestCase):
    """[LI2] decision 0032"""

    def login(self, port: int, password: str = "", admin: str = "") -> tuple[str, int]:
        """The error, or the role."""
        peer = Peer(port, "somebody", "127.0.7.1" if password or admin else "127.0.7.2")
        try:
            return peer.login(password, admin), peer.role
        finally:
            peer.close()

    def test_hashes_in_the_environment(self):
        with Workplace() as place, unittest.mock.patch.dict(
            os.environ,
            {"ADMIN_PASSWORD_HASH": hashed(SECRET), "SERVER_PASSWORD_HASH": hashed("open").replace(":", "$")},
        ):
            server = Server(place)
            self.assertEqual(self.login(server.port, admin=SECRET), ("", ADMIN))
            self.assertEqual(self.login(server.port, "open"), ("", EDITOR))
            self.assertEqual(self.login(server.port)[0], "WRONG_PASSWORD")
            server.stop()
            written = [os.path.join(folder, it) for folder, _, its in os.walk(server.data) for it in its]
            self.assertTrue(written)
            for path in written:
                with open(path, "rb") as file:
                    self.assertNotIn(SECRET.encode(), file.read(), path)
            self.assertNotIn(SECRET, "\n".join(server.process.lines))

    def test_plain_as_ever(self):
        with Workplace() as place:
            server = Server(place, "-pwd", SECRET, "-spwd", "open")
            self.assertEqual(self.login(server.port, admin=SECRET), ("", ADMIN))
            self.assertEqual(self.login(server.port, "open"), ("", EDITOR))

    def test_what_is_no_hash(self):
        for options in (("--admin-password-hash", "secret"), ("--server-password-hash", "$argon2id$v=19")):
            told = serve(*options)
            self.assertEqual(told.returncode, 2)
            self.assertIn("--hash-password", told.stderr)
            self.assertNotIn("secret", told.stderr)

    def test_given_twice(self):
        told = serve("--admin-password", "a", "--admin-password-hash", hashed("a"))
        self.assertEqual(told.returncode, 2)
        self.assertIn("given twice", told.stderr)

    def test_nothing_to_hash(self):
        told = serve("--hash-password")
        self.assertEqual(told.returncode, 1)
        self.assertIn("1 to 1024 characters", told.stderr)

    def test_limits_that_cannot_be(self):
        for options in (("--max-users", "0"), ("--max-commit-mib", "2000"), ("--default-role", "admin")):
            told = serve(*options)
            self.assertEqual(told.returncode, 2, options)
            self.assertIn(options[0], told.stderr)

    def test_asked_for_on_a_terminal(self):
        """It is not shown there, and asked for twice."""
        for second, code in ((SECRET, 0), ("another one", 1)):
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp(
                    "java", ["java", "-Dfile.encoding=UTF-8", "-jar", jar(), "serve", "--hash-password"]
                )
            shown = b""
            for question, answer in ((b"Password: ", SECRET), (b"Again: ", second)):
                while not shown.endswith(question):
                    shown += os.read(terminal, 1)
                os.write(terminal, (answer + "\n").encode())
            shown += rest(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), code)
            self.assertNotIn(SECRET.encode(), shown)
            self.assertEqual(b"argon2id:v=19:" in shown, code == 0)


if __name__ == "__main__":
    unittest.main()
