"""Library overrides, edited as artists do: B holds what A holds after each step, and so does one who joins late, whose
Blender does not find the library at first.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import override_edits as edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import NO_PLACE, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import wait_until  # noqa: E402

# What A knows to be in a file of its own.
KNOWN = """
import member
known = member.session_module().current().files.book._own
result = str(known.get((args['path'], 'one')))
"""


class Overrides(turns.LibraryTurns):
    """A and B take turns; C makes the library, and joins late."""

    preamble, afterwards = edits.PREAMBLE, edits.AFTERWARDS

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.figure = os.path.join(cls.folder, "figur.blend")
        cls.c.run(edits.WRITE, path=cls.figure, size=2, more=[])

    def test_a_single(self):
        self.steps(edits.SINGLE)

    def test_b_figure(self):
        self.steps(edits.FIGURE)

    def test_c_reload(self):
        """The library was changed by somebody, who gave the figure more: what is overridden stays, the rest follows."""
        before = self.a.run(KNOWN, path=self.figure)
        self.c.run(edits.WRITE, path=self.figure, size=3, more=["Feder"])
        self.steps(edits.RELOADED)
        wait_until(
            lambda: self.a.run(KNOWN, path=self.figure) != before, "A to tell the others of the new file"
        )
        wait_equal(self.a, self.b, self.place)
        self.assertEqual(
            self.b.value("[it.library is None for it in bpy.data.objects if it.name == 'Feder']"),
            [True, False],
        )

    def test_d_missing_file(self):
        """One whose Blender has no such file, nor a place for those of others, lacks the overrides, takes none from
        others, and gets all with it."""
        os.rename(self.figure, self.figure + ".away")
        self.c.run("bpy.ops.wm.read_homefile(use_empty=True)")
        self.c.run(NO_PLACE)
        try:
            self.c.join(self.server.port)
            self.c.wait_phase("ONLINE")
            self.c.trust()
            wait_settled([self.a, self.b, self.c])
            self.assertIn("is missing", messages(self.c.state()))
            self.c.run("bpy.context.scene.collection.objects.link(bpy.data.objects.new('Dazu', None))")
            self.a.until("'Dazu' in bpy.context.scene.collection.objects")
            self.edit(self.a, "own('Gerüst').location.x = 7")
            wait_equal(self.a, self.b, self.place)
            self.assertEqual(self.a.value("'Figur' in bpy.context.scene.collection.children"), True)
        finally:
            os.rename(self.figure + ".away", self.figure)
        self.edit(self.c, "library().reload()")
        wait_equal(self.a, self.c, self.place)
        wait_equal(self.a, self.b, self.place)

    def test_e_cleared(self):
        self.steps(edits.CLEARED)

    def test_zz_late_join(self):
        """One who was there meanwhile holds the same."""
        wait_equal(self.a, self.c, self.place)


if __name__ == "__main__":
    unittest.main()
