"""A Blender of its own for a test, driven over a loopback socket (see blender/driver.py)."""

from __future__ import annotations

import json
import os
import shlex
import socket
import time

from harness.display import Display
from harness.processes import Process, Workplace, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DRIVER = os.path.join(ROOT, "tests", "blender", "driver.py")
_DRAWN_SECONDS = 1.0  # windows are drawn by software
ZIP = os.path.join(ROOT, "dist", "multi-user.zip")


class BlenderError(AssertionError):
    """Code in a Blender raised; the text is its traceback."""


class Blender:
    """One Blender process with private settings, in the background unless it has a display.

    Its methods run code on its main thread and wait for the result.
    """

    def __init__(
        self,
        place: Workplace,
        name: str,
        command: str,
        open_file: str = "",
        display: Display | None = None,
        addon: bool = True,
        environment: dict[str, str] | None = None,
        own_settings: bool = False,
    ):
        """``own_settings``: with what an earlier Blender of this name left, and leaving its own, instead of Blender's
        factory settings."""
        self.name = name
        self._place = place
        home = place.path(name, "resources", "")
        port_file = place.path(name, f"port.{os.urandom(4).hex()}.json")
        arguments = [
            *([] if own_settings else ["--factory-startup"]),
            "--python-exit-code",
            "4",
            "--python",
            DRIVER,
            "--",
            "--port-file",
            port_file,
        ]
        if addon:
            arguments += ["--zip", ZIP]
        if open_file:
            arguments += ["--open", os.path.abspath(open_file)]
        variables = {
            # Debian's Blender looks for its Python along PATH: the system's own comes first, whatever runs the tests.
            "PATH": os.pathsep.join([os.defpath, os.environ.get("PATH", "")]),
            "BLENDER_USER_RESOURCES": home,
            "BLENDER_USER_CONFIG": os.path.join(home, "config"),
            "BLENDER_USER_SCRIPTS": os.path.join(home, "scripts"),
            "BLENDER_USER_DATAFILES": os.path.join(home, "datafiles"),
            "BLENDER_USER_EXTENSIONS": os.path.join(home, "extensions"),
            **(display.environment if display else {}),
            **(environment or {}),
        }
        for folder in ("config", "scripts", "scripts/addons", "datafiles", "extensions"):
            os.makedirs(os.path.join(home, folder), exist_ok=True)
        background = [] if display else ["-b"]
        self.process: Process = place.start(name, [*shlex.split(command), *background, *arguments], variables)
        ready = wait_until(lambda: self._ready(port_file), f"Blender {name} to be ready", 90)
        if "error" in ready:
            raise BlenderError(ready["error"])
        self._token = ready["token"]
        self._link = socket.create_connection(("127.0.0.1", ready["port"]))
        self._answers = self._link.makefile("r", encoding="utf-8")

    def _ready(self, port_file: str) -> dict | None:
        if os.path.exists(port_file):
            with open(port_file, encoding="utf-8") as file:
                return json.load(file)
        if not self.process.running:
            raise BlenderError(f"Blender {self.name} ended while it started:\n{self.process.tail()}")
        return None

    def run(self, code: str, timeout_seconds: float = 120.0, **args):
        """Runs code with ``args`` in reach and returns what it left in ``result``."""
        self._link.settimeout(timeout_seconds)
        request = json.dumps({"token": self._token, "code": code, "args": args}) + "\n"
        try:
            self._link.sendall(request.encode("utf-8"))
            line = self._answers.readline()
        except TimeoutError as error:
            raise BlenderError(f"Blender {self.name} did not answer within {timeout_seconds:g} s") from error
        except OSError as error:
            raise BlenderError(f"Blender {self.name} is gone: {error}\n{self.process.tail()}") from error
        if not line:
            raise BlenderError(f"Blender {self.name} is gone:\n{self.process.tail()}")
        answer = json.loads(line)
        if "error" in answer:
            raise BlenderError(f"in Blender {self.name}:\n{answer['error']}")
        return answer["result"]

    def value(self, expression: str, **args):
        """The value of a Python expression."""
        return self.run(f"result = {expression}", **args)

    def until(self, expression: str, what: str = "", timeout_seconds: float = 30.0, **args):
        """Waits until an expression is true in this Blender."""
        text = what or f"{expression} in Blender {self.name}"
        return wait_until(lambda: self.value(expression, **args), text, timeout_seconds)

    def until_code(self, code: str, what: str, timeout_seconds: float = 30.0, **args):
        """Waits until code leaves something true in ``result``."""
        return wait_until(lambda: self.run(code, **args), what, timeout_seconds, 0.01)

    def show_tab(self, display: Display) -> None:
        """Opens the sidebar on the add-on's tab, as far as needed with the mouse."""
        self.run("import view\nview.open_sidebar()")
        wait_until(lambda: self.run("import view\nresult = view.region('UI')[3] > 50"), "the sidebar to open")
        time.sleep(_DRAWN_SECONDS)  # a tab is there once its panels were drawn
        if not self.run("import view\nresult = view.open_tab()"):
            display.point(*self.run("import view\nresult = view.sidebar_tabs()"))
            display.wheel_down(12, "ctrl")

    def dump(self, prefix: str) -> dict:
        """Writes the independent walk's dump; returns its summary."""
        return self.run("import walk\nresult = walk.dump(args['prefix'])", prefix=prefix, timeout_seconds=600)

    def quit(self) -> None:
        """Quits Blender as a user does; returns before it ended."""
        self.run("quit_as_user()")

    def close(self) -> None:
        """Lets Blender end."""
        self._answers.close()
        self._link.close()
        self.process.wait(20)
