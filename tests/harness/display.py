"""A display for Blenders with windows: the user's own, or an Xvfb that ends with the test."""

from __future__ import annotations

import os
import shutil

from harness.processes import Workplace, wait_until


class Display:
    """``environment`` is what a windowed Blender needs. Does nothing unless ``wanted``."""

    def __init__(self, place: Workplace, wanted: bool):
        self.environment: dict[str, str] = {}
        if not wanted or os.environ.get("DISPLAY"):
            return
        if shutil.which("Xvfb") is None:
            raise FileNotFoundError("there is no display and no Xvfb: install xvfb")
        process = place.start(
            "Xvfb", ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        )
        wait_until(lambda: any(line.strip().isdigit() for line in process.lines), "Xvfb to be ready", 20)
        number = next(line.strip() for line in process.lines if line.strip().isdigit())
        self.environment = {"DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1"}

    def __enter__(self) -> Display:
        return self

    def __exit__(self, *_) -> None:
        """The workplace ends the Xvfb."""
