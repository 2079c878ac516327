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
from harness import turns  # noqa: E402
from harness.member import wait_equal  # noqa: E402

AFTERWARDS = grease_pencil_edits.AFTERWARDS
OPACITY = "bpy.data.objects['Blatt'].data.layers['Film'].opacity"


class GreasePencil(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = grease_pencil_edits.PREAMBLE, grease_pencil_edits.AFTERWARDS

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


if __name__ == "__main__":
    unittest.main()
