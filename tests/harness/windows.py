"""Tests with two Blenders that have windows, each on a display of its own."""

from __future__ import annotations

import shutil
import unittest

from harness.display import Display
from harness.member import Member, messages
from harness.turns import Pair

MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class WindowPair(Pair):
    """A pair with windows; the mouse rests in each 3D view."""

    @classmethod
    def setUpClass(cls):
        cls.displays: dict[str, Display] = {}
        super().setUpClass()
        for member in (cls.a, cls.b):
            cls.displays[member.name].point(*member.run("import view\nresult = view.view_middle()"))

    @classmethod
    def start(cls, name: str) -> Member:
        cls.displays[name] = Display(cls.place, name)
        return Member(cls.place, name, cls.command, display=cls.displays[name])

    def tearDown(self):
        """Says what a failed test leaves no other trace of."""
        for member in (self.a, self.b):
            if any("Traceback" in line for line in member.process.lines):
                print(member.process.tail())
            failed = getattr(self._outcome, "errors", None) or getattr(self._outcome.result, "failures", [])
            if failed and any(error for _, error in failed) and member.process.running:
                print(f"messages of {member.name}:\n{messages(member.state())}")
