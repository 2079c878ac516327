"""The packaged server runs where no Java is installed. Run: python3 test_package.py"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Process, Workplace, wait_until  # noqa: E402
from harness.scripts import run_script, write_script  # noqa: E402
from harness.server import ROOT, jar  # noqa: E402

PACKAGING = os.path.join(ROOT, "java-agent", "packaging")
SCRIPTS = [os.path.join(PACKAGING, name) for name in ("assemble", "bin/multi-user", "bin/healthy")]


def done(*command: str, **more) -> str:
    """Runs a command; raises AssertionError with what it said if it fails."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)
    if result.returncode != 0:
        raise AssertionError(f"{command[0]}: {result.stdout}{result.stderr}")
    return result.stdout + result.stderr


class ThePackage(unittest.TestCase):
    """Assembled once, then started with a PATH in which there is no Java."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-package")
        cls.addClassCleanup(cls.place.close)
        cls.folder = os.path.join(cls.place.folder, "with a blank", "multi-user")
        os.makedirs(os.path.dirname(cls.folder))
        done(SCRIPTS[0], jar(), cls.folder)
        cls.bare = os.path.dirname(cls.place.path("bare", "x"))
        for tool in ("dirname", "readlink", "grep"):
            os.symlink(shutil.which(tool), os.path.join(cls.bare, tool))

    def start(self, *arguments: str) -> Process:
        environment = {"PATH": self.bare, "METRICS_PORT": ""}
        return self.place.start(
            "server", [os.path.join(self.folder, "bin", "multi-user"), *arguments], environment
        )

    def serve(self, *options: str) -> tuple[Process, dict]:
        data = self.place.path("data", self.id(), "x")
        server = self.start(
            "serve", "--port", "0", "--bind", "127.0.0.1", "--data", os.path.dirname(data), *options
        )

        def ready():
            self.assertTrue(server.running, server.tail())
            return next((json.loads(line) for line in server.lines if line.startswith("{")), None)

        return server, wait_until(ready, "the server to be ready")

    def test_it_serves_and_ends_in_order(self):
        server, ready = self.serve("--admin-password", ADMIN)
        path = write_script(
            self.place,
            {"connect": {"user": "ada", "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"wait": {"user": "ada", "state": "ONLINE"}},
            {"add": {"user": "ada", "name": "Mesh", "bytes": 1_000_000}},  # also zstd's and SQLite's own code
            {"wait": {"user": "ada", "pending": 0}},
            {"connect": {"user": "ben", "state": "ONLINE"}},
            {"wait": {"user": "ben", "nodes": 1}},
        )
        code, _, text = run_script(self.place, path, ready["port"])
        self.assertEqual(0, code, text)
        os.kill(server.pid, signal.SIGTERM)  # what systemd and Docker send; the script must not stand between
        self.assertEqual(0, server.wait(30), server.tail())
        self.assertIn("event=server.stopped", server.tail())

    def test_the_agent_is_in_it(self):
        _, ready = self.serve()
        ping = self.start("agent", "ping", f"127.0.0.1:{ready['port']}")
        self.assertEqual(0, ping.wait(), ping.tail())

    def test_it_says_what_is_missing(self):
        broken = os.path.join(self.place.folder, "broken")
        os.makedirs(os.path.join(broken, "bin"))
        shutil.copy(os.path.join(self.folder, "bin", "multi-user"), os.path.join(broken, "bin"))
        run = self.place.start(
            "broken", [os.path.join(broken, "bin", "multi-user"), "serve"], {"PATH": self.bare}
        )
        self.assertEqual(1, run.wait())
        self.assertIn("install Java 17 or later", run.tail())

    def test_it_can_be_started_by_a_link_to_it(self):
        link = os.path.join(self.place.folder, "serve it")
        os.symlink(os.path.join(self.folder, "bin", "multi-user"), link)
        run = self.place.start("link", [link, "--version"], {"PATH": self.bare})
        self.assertEqual(0, run.wait(), run.tail())

    def test_the_unit_is_one_that_systemd_understands_and_holds_tight(self):
        with open(os.path.join(PACKAGING, "multi-user.service"), encoding="utf-8") as file:
            unit = file.read()
        here = self.place.path("unit", "multi-user.service")
        with open(here, "w", encoding="utf-8") as file:
            file.write(unit.replace("/opt/multi-user/bin/multi-user", shutil.which("true")))
        self.assertEqual("", done("systemd-analyze", "verify", "--man=no", here))
        judged = done("systemd-analyze", "security", "--offline=yes", "--no-pager", here)
        exposure = float(re.search(r"exposure level for \S+: ([0-9.]+)", judged).group(1))
        self.assertLess(
            exposure, 2.0, judged
        )  # of 10; Java needs the network and memory that it writes and runs


class TheScripts(unittest.TestCase):
    def test_no_shell_trap_in_them(self):
        done("shellcheck", *SCRIPTS)

    def test_what_the_files_say_of_options_is_so(self):
        """Every option in the properties, and every variable in the example for Docker, is one of serve's."""
        text = done("java", "-jar", jar(), "serve", "--help")
        with open(os.path.join(PACKAGING, "server.properties"), encoding="utf-8") as file:
            options = re.findall(r"^([a-z-]+)=", file.read(), re.M)
        with open(os.path.join(PACKAGING, ".env.example"), encoding="utf-8") as file:
            variables = re.findall(r"^([A-Z_]+)=", file.read(), re.M)
        self.assertTrue(options and variables)
        for option in options:
            self.assertRegex(text, rf"--{option}\b")
        for variable in set(variables) - {"MEMORY"}:  # that is Docker's
            self.assertRegex(re.sub(r"\s+", " ", text), rf"\[env {variable}\]")


if __name__ == "__main__":
    unittest.main()
