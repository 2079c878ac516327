"""Blender's own tools, used as artists do: B holds what A holds after each step, and so does one who joins late.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import modelling_edits  # noqa: E402
from harness import turns  # noqa: E402


class Modelling(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = modelling_edits.PREAMBLE, modelling_edits.AFTERWARDS

    @classmethod
    def prepare(cls):
        cls.a.run("bpy.ops.wm.read_homefile(use_factory_startup=True)")

    def test_meshes(self):
        self.steps(modelling_edits.MESHES)

    def test_slots(self):
        self.steps(modelling_edits.SLOTS)

    def test_shared(self):
        self.steps(modelling_edits.SHARED)

    def test_shapes(self):
        self.steps(modelling_edits.SHAPES)

    def test_types(self):
        self.steps(modelling_edits.OTHERS)


if __name__ == "__main__":
    unittest.main()
