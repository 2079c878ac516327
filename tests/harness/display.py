"""A display of its own for a Blender with a window: an Xvfb that ends with the test, with keys, mouse and pictures."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
import zlib
from contextlib import contextmanager

import numpy

from harness.processes import Workplace, wait_until

WIDTH, HEIGHT = 1280, 800
_XWD_HEADER = struct.Struct(">25I")


class Display:
    """An Xvfb. ``environment`` is what a Blender on it needs. One Blender each: there is no window manager."""

    def __init__(self, place: Workplace, name: str, height: int = HEIGHT):
        """``height`` in pixels. Raises FileNotFoundError, saying what to install, where there is no Xvfb or xdotool."""
        for tool, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
            if shutil.which(tool) is None:
                raise FileNotFoundError(f"there is no {tool}: install {package}")
        self._folder = os.path.dirname(place.path(f"screen-{name}", ""))
        size = f"{WIDTH}x{height}x24"
        options = ["-displayfd", "1", "-screen", "0", size, "-fbdir", self._folder, "-nolisten", "tcp"]
        options.append("-r")  # no key repeats itself where a busy machine is late to let go of it
        process = place.start(f"Xvfb-{name}", ["Xvfb", *options])
        wait_until(lambda: any(line.strip().isdigit() for line in process.lines), "Xvfb to be ready", 20)
        number = next(line.strip() for line in process.lines if line.strip().isdigit())
        self.environment = {"DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1"}

    def press(self, *keys: str) -> None:
        """Presses keys one after the other, named as X names them: ``g``, ``Return``, ``ctrl+z``."""
        self._xdotool("key", "--delay", "60", *keys)

    def press_over(self, x: int, y: int, key: str, hover_seconds: float) -> None:
        """Presses a key with the mouse held still over a place; from the top left in pixels."""
        moves = ["mousemove", str(x - 1), str(y), "mousemove", str(x), str(y)]
        wait = ["sleep", str(hover_seconds)]
        self._xdotool(*moves, *wait, "key", "--delay", "10", key, *wait)

    def focus(self) -> None:
        """Makes Blender's window the active one, which is a window manager's work otherwise."""
        self._xdotool("search", "--onlyvisible", "--class", "Blender", "windowfocus")

    def point(self, x: int, y: int) -> None:
        """Moves the mouse; from the top left in pixels. Twice, as Blender takes no notice of a first one alone."""
        self._xdotool("mousemove", str(x - 1), str(y))
        self._xdotool("mousemove", str(x), str(y))

    def stroke(self, points: list[tuple[int, int]], button: int = 1) -> None:
        """Moves with a mouse button held (1 left, 2 middle, 3 right); from the top left in pixels."""
        with self.pressed(points[0], button):
            for x, y in points[1:]:
                self._xdotool("mousemove", str(x), str(y))
                time.sleep(0.02)

    @contextmanager
    def pressed(self, place: tuple[int, int], button: int = 1):
        """Holds a mouse button (1 left, 2 middle, 3 right), pressed at a place; from the top left in pixels."""
        self.point(*place)
        self._xdotool("mousedown", str(button))
        try:
            yield
        finally:
            self._xdotool("mouseup", str(button))

    def wheel_down(self, times: int, modifier: str) -> None:
        """Turns the wheel with a key held."""
        self._xdotool("keydown", modifier, "click", "--repeat", str(times), "5", "keyup", modifier)

    def screenshot(self, path: str) -> None:
        """Saves what is on the screen as a PNG. Blender's own operator takes a black one outside of an event."""
        write_png(path, self.picture())

    def picture(self) -> numpy.ndarray:
        """What is on the screen, as rows × columns × RGB."""
        return pixels(os.path.join(self._folder, "Xvfb_screen0"))

    def _xdotool(self, *arguments: str) -> None:
        variables = {**os.environ, **self.environment}
        subprocess.run(["xdotool", *arguments], env=variables, check=True, capture_output=True, timeout=30)


def pixels(xwd: str) -> numpy.ndarray:
    """The picture in an X window dump of 32 bits a pixel, as rows × columns × RGB."""
    with open(xwd, "rb") as file:
        data = file.read()
    header = _XWD_HEADER.unpack_from(data)
    header_bytes, width, height, row_bytes, colours = (header[i] for i in (0, 4, 5, 12, 19))
    rows = numpy.frombuffer(data, numpy.uint8, height * row_bytes, header_bytes + colours * 12)
    return rows.reshape(height, row_bytes)[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1]


def write_png(path: str, picture: numpy.ndarray) -> None:
    """Writes rows × columns × RGB."""
    height, width, _ = picture.shape
    lines = numpy.zeros((height, 1 + width * 3), numpy.uint8)
    lines[:, 1:] = picture.reshape(height, width * 3)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(lines.tobytes(), 6)),
            (b"IEND", b""),
        ):
            file.write(struct.pack(">I", len(body)) + kind + body)
            file.write(struct.pack(">I", zlib.crc32(kind + body)))
