"""Every type of datablock, edited as artists do: B holds what A holds after each step, and so does one who joins late.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import type_edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import messages, wait_settled  # noqa: E402


class Types(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = type_edits.PREAMBLE, type_edits.AFTERWARDS

    def test_textures(self):
        self.steps(type_edits.TEXTURES)

    def test_texts(self):
        self.steps(type_edits.TEXTS)

    def test_scripts_of_others_do_not_run(self):
        """A text that its author has Blender run is not run by anybody else's, who is told so; nor by its author's once
        others changed it, before trust. What its author set stays."""
        self.a.run("t = bpy.data.texts.new('Skript'); t.from_string('import bpy'); t.use_module = True")
        self.b.until("'Skript' in bpy.data.texts and len(bpy.data.texts['Skript'].lines[0].body) > 0")
        wait_settled([self.a, self.b])
        self.assertFalse(self.b.value("bpy.data.texts['Skript'].use_module"))
        self.assertIn("until you trust the session", messages(self.b.state()))
        self.b.run("bpy.data.texts['Skript'].write('#')")
        self.a.until("'#' in bpy.data.texts['Skript'].as_string()")
        self.assertFalse(self.a.value("bpy.data.texts['Skript'].use_module"))
        self.a.trust()
        self.assertTrue(self.a.value("bpy.data.texts['Skript'].use_module"))
        self.a.run("bpy.ops.multiuser.distrust()")
        wait_settled([self.a, self.b])
        self.assertFalse(self.b.value("bpy.data.texts['Skript'].use_module"))
        self.a.run("bpy.data.texts.remove(bpy.data.texts['Skript'])")
        self.b.until("'Skript' not in bpy.data.texts")

    def test_assets(self):
        self.steps(type_edits.ASSETS)

    def test_nodes(self):
        self.steps(type_edits.NODES)

    def test_palettes(self):
        self.steps(type_edits.PALETTES)

    def test_masks(self):
        self.steps(type_edits.MASKS)

    def test_line_styles(self):
        self.steps(type_edits.LINE_STYLES)

    def test_particles(self):
        self.steps(type_edits.PARTICLES)


if __name__ == "__main__":
    unittest.main()
