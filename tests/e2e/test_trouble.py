"""Bad input and missing things: each gives a clear message, and nothing else stops."""

from __future__ import annotations

import os
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402
from harness.server import Server, jar  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
LONG_FRAME = 0x02


def encrypted(link: socket.socket, channel: str) -> ssl.SSLSocket:
    """Agrees on encryption with whoever is there (SPEC CH7)."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols([channel])
    return context.wrap_socket(link)


class OneMember(unittest.TestCase):
    """A Blender in trouble. It must say what is wrong, and go on."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-trouble")
        cls.addClassCleanup(cls.place.close)
        options = ("--admin-password", ADMIN, "--server-password", "the right one")
        cls.server = Server(cls.place, *options)
        cls.member = Member(cls.place, "M", COMMAND)

    def fails(self, port: int, *words: str, **options) -> str:
        """Joins in vain; the message must hold these words."""
        self.member.join(port, **options)
        text = self.member.wait_phase("ENDED", 60)["error"]
        for word in words:
            self.assertIn(word.lower(), text.lower())
        return text

    def test_1_wrong_password(self):
        self.fails(self.server.port, "password", password="a wrong one")

    def test_2_no_server(self):
        self.fails(free_base_port(), "server")

    def test_3_no_java(self):
        self.member.run("import member\nmember.preferences().java = '/nowhere/java'")
        try:
            self.fails(self.server.port, "Java", password="the right one")
        finally:
            self.member.run("import member\nmember.preferences().java = ''")

    def test_4_broken_frames_on_every_channel(self):
        """[CH5] [CH7] The gate ends broken links; a member in the session does not notice."""
        time.sleep(9)  # after wrong passwords the server lets this address wait (LI3)
        self.member.join(self.server.port, admin=ADMIN, initialise="SCENES", password="the right one")
        self.member.wait_phase("ONLINE")
        noise = random.Random(7)
        frames = {
            "random bytes": noise.randbytes(4096),
            "a frame of length -1": GREETING + struct.pack(">Bq", LONG_FRAME, -1),
            "a frame of 2 GB": GREETING + struct.pack(">Bq", LONG_FRAME, 1 << 31),
            "a command of length -1": GREETING + struct.pack(">Bq", LONG_FRAME | 4, -1),
            "a greeting alone": GREETING,
            "half a greeting": GREETING[:11],
            "nothing": b"",
        }
        open_links = []
        for channel in ("", "commands", "subscriber", "publisher", "ttl"):
            for what, data in frames.items():
                with self.subTest(channel=channel or "not encrypted", sent=what):
                    link = socket.create_connection(("127.0.0.1", self.server.port), 5)
                    if channel:
                        link = encrypted(link, f"multiuser-{channel}")
                    open_links.append(link)
                    link.sendall(data)
        self.assertTrue(self.server.process.running)
        self.member.run("bpy.data.objects[0].location.x = 5\nbpy.context.view_layer.update()")
        wait_settled([self.member], 20)
        self.assertEqual(self.member.state()["phase"], "ONLINE")
        for link in open_links:
            link.close()
        wait_settled([self.member], 20)
        self.assertTrue(self.server.process.running)


class Launched(unittest.TestCase):
    """What the programs say on the command line."""

    def run_jar(self, *arguments: str) -> subprocess.CompletedProcess:
        command = ["java", "-jar", jar(), *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )

    def test_port_in_use(self):
        with Workplace() as place:
            server = Server(place)
            result = self.run_jar(
                "serve", "--bind", "127.0.0.1", "--port", str(server.port), "--data", place.path("other", "")
            )
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("in use", (result.stdout + result.stderr).lower())
            self.assertTrue(server.process.running)

    def test_unreadable_blend(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (
                ("text.blend", b"no Blender file"),
                ("cut.blend", b"BLENDER-v304" + bytes(500)),
            ):
                path = os.path.join(folder, name)
                with open(path, "wb") as file:
                    file.write(content)
                with self.subTest(name):
                    result = self.run_try(path)
                    self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
                    self.assertIn(name, result.stdout)

    def test_missing_blend(self):
        result = self.run_try("/nowhere/scene.blend")
        self.assertEqual(result.returncode, 2)
        self.assertIn("There is no file /nowhere/scene.blend", result.stdout)

    def test_missing_blend_of_the_launcher(self):
        """Relative to where the user stands, and before anything is built or installed."""
        with tempfile.TemporaryDirectory() as folder:
            command = [os.path.join(os.path.dirname(TESTS), "multi-user"), "try", "missing.blend"]
            result = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
            )
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("there is no file missing.blend", result.stderr)

    def test_edit_script(self):
        """What the script does in A comes to B; one that fails is named, with its line."""
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy.blend")
            script = os.path.join(folder, "edit.py")
            for text, code in (
                ("import bpy\nbpy.data.objects['Ball'].location.x = 3", 0),
                ("raise ValueError('mine')", 2),
            ):
                with open(script, "w", encoding="utf-8") as file:
                    file.write(text)
                with self.subTest(text):
                    result = self.run_try("--no-pictures", "--edit", script, "--save-copy", copy)
                    self.assertEqual(result.returncode, code, result.stdout + result.stderr)
                    self.assertTrue(os.path.isfile(copy))
            self.assertIn('edit.py", line 1', result.stdout)
            self.assertIn("ValueError: mine", result.stdout)

    def run_try(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, os.path.join(TESTS, "try", "main.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


if __name__ == "__main__":
    unittest.main()
