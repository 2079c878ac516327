"""The shell of a server: on a terminal, from a pipe, and without standard input. Run: python3 test_shell.py"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import SERVER_FLAGS, jar  # noqa: E402

ROWS, COLUMNS = 40, 160
PROMPT = "multi-user> "
IDLE_SECONDS = 4
MOST_CPU_SECONDS = 0.4  # of those: a loop that spins would take all


def command(place: Workplace, *options: str) -> list[str]:
    """A server that speaks in clear on a free port."""
    folder = place.path("data", "")
    told = ["--plain", "--bind", "127.0.0.1", "--port", "0", "--admin-password", ADMIN, "--data", folder]
    return ["java", *SERVER_FLAGS, "-jar", jar(), "serve", *told, *options]


class Screen:
    """A server on a pseudo-terminal, and what it wrote there."""

    def __init__(self, words: list[str]):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self._bytes = b""
        self.child = subprocess.Popen(
            words,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                self._bytes += os.read(self.master, 65536)
            except OSError:
                return  # closed

    @property
    def text(self) -> str:
        return self._bytes.decode("utf-8", "replace")

    def keys(self, text: str) -> None:
        os.write(self.master, text.encode())

    def shows(self, wanted: str, since: int = 0) -> None:
        wait_until(
            lambda: wanted in self.text[since:], f"{wanted!r} on the screen:\n{self.text[since:]!r}", 20
        )

    def says(self, line: str, wanted: str) -> None:
        """Types a line and waits for what is to come of it."""
        since = len(self.text)
        self.keys(line + "\r")
        self.shows(wanted, since)

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        os.close(self.master)
        os.close(self.slave)


class ShellTest(unittest.TestCase):
    def setUp(self):
        self.place = Workplace()
        self.addCleanup(self.place.close)

    def screen(self) -> tuple[Screen, dict]:
        screen = Screen(command(self.place))
        self.addCleanup(screen.close)
        screen.shows(PROMPT)
        self.assertTrue(screen.text.index('{"ready"') < screen.text.index(PROMPT))
        ready = next(line for line in screen.text.splitlines() if line.startswith("{"))
        return screen, json.loads(ready)

    def join(self, name: str, port: int) -> RunningScript:
        """Somebody who comes in and stays."""
        here = {"user": name, "plain": True}
        steps = [
            {"connect": {**here, "state": "LOBBY"}},
            {"initialise": {"user": name, "empty": True}},
            {"wait": {"user": name, "state": "ONLINE"}},
            "in",
            {"pause": {"millis": 60000}},
        ]
        script = RunningScript(self.place, "someone", port, steps)
        script.reached("in")
        return script

    def test_terminal(self):
        """A prompt that log lines leave alone, completion, history, names with spaces, and the way out."""
        screen, ready = self.screen()
        since = len(screen.text)
        self.join("Ann Lee", ready["port"])
        screen.shows('event=login user="Ann Lee"', since)
        after = screen.text[screen.text.rindex("event=login") :]
        wait_until(lambda: PROMPT in screen.text[-400:], "the prompt after a log line")
        self.assertIn("\n", after)
        screen.says("users", "Ann Lee")
        screen.says("sess\t", "datablocks, edit")
        since = len(screen.text)
        screen.keys("\x1bOA\r")  # the line before, as xterm says "up" to who asked for keypad keys
        screen.shows("datablocks, edit", since)
        screen.says("help kick", "--reason")
        screen.says('kick "Nobody Here"', "there is no user Nobody Here")
        screen.says("kick @/etc/hostname", "there is no user @/etc/hostname")  # no file is read
        screen.says("kick -- -Ann", "there is no user -Ann")
        screen.says('kick "Ann Lee" --reason Lunch', "Ann Lee is kicked from main")
        screen.keys("\x04")
        self.assertEqual(screen.child.wait(20), 0)
        for flags in (
            0,
            1,
            3,
        ):  # input, output, local; of the control flags JLine forgets the speed, which here is none
            self.assertEqual(termios.tcgetattr(screen.slave)[flags], screen.modes[flags], "as it was")

    def test_interrupt(self):
        """Ctrl+C ends it in order, with something half typed too."""
        screen, _ = self.screen()
        screen.keys("hel")
        screen.keys("\x03")
        self.assertEqual(screen.child.wait(20), 0)
        screen.shows("event=server.stopped")

    def start(self, stdin, **more) -> subprocess.Popen:
        log = open(self.place.path("stderr"), "w", encoding="utf-8")
        self.addCleanup(log.close)
        child = subprocess.Popen(
            command(self.place), stdin=stdin, stdout=subprocess.PIPE, stderr=log, text=True, **more
        )
        self.addCleanup(child.stdout.close)
        self.addCleanup(lambda: child.poll() is None and child.kill())
        return child

    def log(self) -> str:
        with open(self.place.path("stderr"), encoding="utf-8") as file:
            return file.read()

    def test_pipe(self):
        """Commands come from a pipe, answers go to stdout behind the ready line; its end ends nothing."""
        child = self.start(subprocess.PIPE)
        self.assertTrue(child.stdout.readline().startswith('{"ready"'))
        wait_until(lambda: "session.opened" in self.log(), "the session to be opened")
        child.stdin.write("sessions\nno-such\nsave\n")
        child.stdin.close()
        said = [child.stdout.readline() for _ in range(3)]
        self.assertIn("main", said[0])
        self.assertIn("there is no command no-such", said[1])
        self.assertIn("main is saved", said[2])
        self.assertNotIn("\x1b", "".join(said))
        time.sleep(1)
        self.assertIsNone(child.poll())
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(20), 0)

    def test_exit(self):
        """`exit` ends it with exit code 0."""
        child = self.start(subprocess.PIPE)
        child.stdout.readline()
        child.stdin.write("exit\n")
        child.stdin.flush()
        self.assertEqual(child.wait(20), 0)
        child.stdin.close()

    def test_nothing(self):
        """With /dev/null for standard input it serves, and does not spin."""
        self.serves_calmly(self.start(subprocess.DEVNULL))

    def test_closed(self):
        """With standard input closed its number is that of a file of Java's own, which holds no commands."""
        child = self.start(None, preexec_fn=lambda: os.close(0))
        self.serves_calmly(child)
        self.assertEqual(child.stdout.read(), "")

    def serves_calmly(self, child: subprocess.Popen) -> None:
        self.assertTrue(child.stdout.readline().startswith('{"ready"'))
        for _ in range(5):  # Java may still be compiling what started
            before = self.cpu_seconds(child.pid)
            time.sleep(IDLE_SECONDS)
            self.assertIsNone(child.poll())
            used = self.cpu_seconds(child.pid) - before
            if used < MOST_CPU_SECONDS:
                break
        print(f"{used:.2f} s of processor in {IDLE_SECONDS} s without input")
        self.assertLess(used, MOST_CPU_SECONDS)
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(20), 0)

    def cpu_seconds(self, pid: int) -> float:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    unittest.main()
