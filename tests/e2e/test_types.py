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
from harness.member import ADMIN, Member, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"


class Types(unittest.TestCase):
    """A and B take turns at editing."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-types")
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
            author.run(type_edits.PREAMBLE + step + type_edits.AFTERWARDS)
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

    def test_palettes(self):
        self.steps(type_edits.PALETTES)

    def test_masks(self):
        self.steps(type_edits.MASKS)

    def test_line_styles(self):
        self.steps(type_edits.LINE_STYLES)

    def test_particles(self):
        self.steps(type_edits.PARTICLES)

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
