"""Runs inside a Blender and does what a test tells it to: a test tool, never part of the add-on.

    blender -b --factory-startup --python driver.py -- --port-file FILE [--zip multi-user.zip] [--open FILE.blend]

It listens on a free loopback port, writes ``{"port": …, "token": …}`` into the port file when it is ready, and then
takes one connection. A request is a line of JSON ``{"token", "code", "args"}``: the code runs on Blender's main thread
with ``args`` in reach, and what it leaves in ``result`` comes back as ``{"result": …}``, or ``{"error": traceback}``.
When the connection ends, Blender ends.

In a background Blender no timers run: the driver's own loop steps the add-on instead. With a window it is a timer.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import secrets
import select
import socket
import sys
import time
import traceback

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

STEP_SECONDS = 0.004
IDLE_SECONDS = (
    0.02  # from one step to the next while the add-on has nothing to do; its own timer waits longer
)


class Driver:
    """The one connection of a test to this Blender. Main thread only."""

    def __init__(self):
        self._token = secrets.token_hex(16)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._link: socket.socket | None = None
        self._received = b""
        self._names = {"bpy": bpy, "__name__": "driven", "quit_as_user": self._quit_as_user}
        self.ended = False
        self.as_user = False

    def announce(self, path: str) -> None:
        """Writes the port file, in one go so that nobody reads half of it."""
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump({"port": self._listener.getsockname()[1], "token": self._token}, file)
        os.replace(path + ".part", path)

    def _quit_as_user(self) -> None:
        """For the code: Blender ends after the answer, in the way in which it ends for a user."""
        self.ended = self.as_user = True

    def step(self, wait_seconds: float) -> None:
        """Waits for at most so long and carries out what came."""
        waiting = self._link or self._listener
        if not select.select([waiting], [], [], wait_seconds)[0]:
            return
        if self._link is None:
            self._link = self._listener.accept()[0]
            return
        chunk = self._link.recv(1 << 20)
        if not chunk:
            self.ended = True
            return
        self._received += chunk
        while b"\n" in self._received:
            line, self._received = self._received.split(b"\n", 1)
            answer = json.dumps(self._answer(line)) + "\n"
            self._link.setblocking(True)
            self._link.sendall(answer.encode("utf-8"))

    def _answer(self, line: bytes) -> dict:
        try:
            request = json.loads(line)
            if not secrets.compare_digest(request["token"], self._token):
                return {"error": "wrong token"}
            self._names.update(args=request.get("args", {}), result=None)
            exec(compile(request["code"], "<test>", "exec"), self._names)
            json.dumps(self._names["result"])
            return {"result": self._names["result"]}
        except BaseException:  # whatever a test's code does wrong is the test's answer, also a SystemExit
            return {"error": traceback.format_exc()}


def install(zip_path: str) -> str:
    """Installs and enables the add-on as a user would, and returns its module's name."""
    if bpy.app.version >= (4, 2, 0):
        bpy.ops.extensions.package_install_files(
            filepath=zip_path, repo="user_default", enable_on_install=True, overwrite=True
        )
        return "bl_ext.user_default.multi_user"
    bpy.ops.preferences.addon_install(filepath=zip_path, overwrite=True)
    bpy.ops.preferences.addon_enable(module="multi_user")
    return "multi_user"


def addon_session():
    """The add-on's module that steps its session; None while it is not installed."""
    for name in ("bl_ext.user_default.multi_user", "multi_user"):
        module = sys.modules.get(name + ".session")
        if module is not None:
            return module
    return None


def background_loop(driver: Driver) -> None:
    """Steps the driver, Blender's dependency graph and the add-on until the test lets go."""
    pause = STEP_SECONDS
    while not driver.ended:
        driver.step(pause)
        for scene in bpy.data.scenes:
            for layer in scene.view_layers:
                layer.update()
        module = addon_session()
        if module is not None:
            module.tick()
            session = module.current()
            pause = min(session.interval_seconds(), IDLE_SECONDS) if session is not None else STEP_SECONDS


def windowed_timer(driver: Driver):
    """The same as a timer of a Blender with a window, where the add-on's timer runs by itself."""

    def step():
        driver.step(0)
        if driver.ended:
            quit_blender(driver)
        return STEP_SECONDS

    return step


def quit_blender(driver: Driver) -> None:
    """Ends Blender; the agent ends with it because its stdin closes."""
    if not driver.as_user:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    if not bpy.app.background:
        bpy.ops.wm.quit_blender()
    # In the background Blender quits when the script is at its end.


def main() -> None:
    parser = argparse.ArgumentParser(prog="driver.py")
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--zip", default="")
    parser.add_argument("--open", default="")
    options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])
    faulthandler.enable()  # a crash says which line of Python led to it
    bpy.context.preferences.view.show_splash = False
    try:
        if options.open:
            bpy.ops.wm.open_mainfile(filepath=options.open, load_ui=False)
        if options.zip:
            install(options.zip)
    except RuntimeError as error:
        with open(options.port_file, "w", encoding="utf-8") as file:
            json.dump({"error": str(error).strip()}, file)
        os._exit(3)
    driver = Driver()
    driver.announce(options.port_file)
    if bpy.app.background:
        background_loop(driver)
        quit_blender(driver)
    else:
        bpy.app.timers.register(
            windowed_timer(driver),
            first_interval=time.get_clock_info("monotonic").resolution,
            persistent=True,
        )


main()
