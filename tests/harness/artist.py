"""A member whose home is its working folder: one path, below ``/proc/self/cwd``, is another disk for each of them."""

from __future__ import annotations

import os

from harness.display import Display
from harness.member import Member
from harness.processes import Workplace

COMMAND = os.environ.get("BLENDER") or "blender"


class Artist(Member):
    """A Blender and its agent with a disk of their own, or that of another one with this name. ``preamble`` goes before
    all code of ``do``; ``options`` are Blender's."""

    preamble = ""

    def __init__(
        self,
        place: Workplace,
        name: str,
        display: Display | None = None,
        disk: str = "",
        options: str = "",
    ):
        self.disk = place.path("disks", disk or name, "")
        os.makedirs(self.disk, exist_ok=True)
        command = f"env -C {self.disk} {COMMAND} {options}"
        super().__init__(place, name, command, display=display, environment={"HOME": self.disk})

    def do(self, code: str, **args):
        """Runs code behind the preamble."""
        return self.run(self.preamble + code, **args)
