"""Grease pencil, edited as artists do: B holds what A holds after each step, and so does one who joins late.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import grease_pencil_edits  # noqa: E402
from harness.member import ADMIN, Member, messages, wait_equal  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
AFTERWARDS = grease_pencil_edits.AFTERWARDS
OPACITY = "bpy.data.objects['Blatt'].data.layers['Film'].opacity"


class GreasePencil(unittest.TestCase):
    """A and B take turns at editing."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-pencil")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run("import demo\ndemo.build()")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    def steps(self, steps: tuple[str, ...]):
        """Carries out one step after the other, every third one in B; both hold the same after each."""
        told = [self.troubles(member) for member in (self.a, self.b)]
        for number, step in enumerate(steps):
            author, other = (self.b, self.a) if number % 3 == 2 else (self.a, self.b)
            author.run(grease_pencil_edits.PREAMBLE + step + AFTERWARDS)
            try:
                wait_equal(author, other, self.place)
            except AssertionError as error:
                self.fail(
                    f"after step {number} in {author.name}: {step.strip()}\n{error}\n{messages(author.state())}"
                )
        self.assertEqual([self.troubles(member) for member in (self.a, self.b)], told)

    def troubles(self, member: Member) -> list[str]:
        """What the artist was told that could not be done."""
        return [text for _, text in member.state()["messages"] if "could not" in text]

    def test_1_drawing(self):
        self.steps(grease_pencil_edits.DRAWING)

    def test_2_layers(self):
        self.steps(grease_pencil_edits.LAYERS)

    def test_3_frames(self):
        self.steps(grease_pencil_edits.FRAMES)

    def test_4_operators(self):
        self.steps(grease_pencil_edits.OPERATORS)

    def test_5_modifiers(self):
        self.steps(grease_pencil_edits.MODIFIERS)

    def test_6_draw_mode(self):
        """What is drawn comes when draw mode is left, and what others draw meanwhile comes then, too."""
        mode = grease_pencil_edits.PREAMBLE + grease_pencil_edits.MODE
        draw = grease_pencil_edits.PREAMBLE + "stroke(data.layers['Film'], 1, %d, 9)" + AFTERWARDS
        self.a.run(mode, paint=True)
        self.a.run(draw % 6)
        self.b.run(grease_pencil_edits.PREAMBLE + "data.layers['Film'].opacity = 0.4" + AFTERWARDS)
        self.b.until(f"{OPACITY} < 0.5")
        self.assertGreater(self.a.value(OPACITY), 0.5)
        self.a.run(mode, paint=False)
        wait_equal(self.a, self.b, self.place)
        self.assertLess(self.a.value(OPACITY), 0.5)

    def test_zz_late_join(self):
        """One who joins late holds the same."""
        late = Member(self.place, "C", COMMAND)
        try:
            late.join(self.server.port)
            late.wait_phase("ONLINE")
            wait_equal(self.a, late, self.place)
        finally:
            late.process.stop()


if __name__ == "__main__":
    unittest.main()
