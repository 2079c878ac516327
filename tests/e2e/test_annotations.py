"""Annotations, drawn and edited as artists do: B holds what A holds after each step, and so does one who joins late.

Blender 4.3 lets Python make no stroke of one: there the artists are told, once. The tests share the Blenders and run in
the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import annotation_edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import messages, wait_equal, wait_settled  # noqa: E402

COUNT = "result = len(note.layers[-1].frames[0].strokes)"
TOLD = "its annotations are not replicated"


class Annotations(turns.Turns):
    """A and B take turns at editing."""

    preamble = annotation_edits.PREAMBLE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drawable = cls.a.value("not (4, 3) <= bpy.app.version[:2] < (5, 0)")

    def steps(self, steps, **options):
        if self.drawable:
            super().steps(steps, **options)

    def test_1_strokes(self):
        self.steps(annotation_edits.STROKES)

    def test_2_how_hard_the_pen_was_pressed(self):
        """Which the walk cannot compare, as newer Blenders show it to nobody."""
        if self.drawable:
            pressed = [self.edit(member, annotation_edits.PEN) for member in (self.a, self.b)]
            self.assertEqual(pressed[0], pressed[1])
            self.assertGreater(len(set(pressed[0])), 4)

    def test_3_layers(self):
        self.steps(annotation_edits.LAYERS)

    def test_4_frames(self):
        self.steps(annotation_edits.FRAMES)

    def test_5_users(self):
        self.steps(annotation_edits.USERS)

    def test_6_two_draw_at_once(self):
        """On the same frame of the same layer: nobody's stroke is lost."""
        if not self.drawable:
            return
        for number in range(4):
            before = self.edit(self.a, COUNT)
            for member, size in ((self.a, 3), (self.b, 4)):
                self.edit(member, f"stroke(note.layers[-1].frames[0], {size}, {number})")
            wait_equal(self.a, self.b, self.place)
            self.assertEqual(self.edit(self.a, COUNT), before + 2)

    def test_7_what_the_artists_are_told(self):
        """Nothing, but where Blender cannot do it: then once, and they keep their own."""
        if self.drawable:
            for member in (self.a, self.b):
                self.assertNotIn("nnotation", messages(member.state()))
            return
        for name in ("Notiz", "Zweite"):
            self.edit(self.a, f"show(scene, NOTES.new({name!r})); scene.frame_end += 1")
            wait_settled([self.a, self.b])
        self.a.until(f"{TOLD!r} in str(__import__('member').state()['messages'])")
        self.assertEqual(messages(self.a.state()).count(TOLD), 1)
        self.assertEqual(self.b.value("len(bpy.data.grease_pencils)"), 0)
        self.edit(self.a, "show(scene, None)")


if __name__ == "__main__":
    unittest.main()
