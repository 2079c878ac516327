"""Hair curves, point clouds and volumes, edited as artists do: B holds what A holds after each step, and so does one
who joins late.

What Python of a Blender cannot make is not shared there, and its artist is told. The tests share the Blenders and
run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import hair_edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import messages, wait_equal, wait_settled  # noqa: E402
from type_edits import AFTERWARDS, PREAMBLE  # noqa: E402

CURVES_SINCE, POINTS_SINCE = (4, 3), (5, 0)  # the first releases here whose Python can make them
MOST_BYTES = 2_000  # for one point among 100,000
MOST_BYTES_STROKE = 10_000  # for 300 points: 3.6 KB of coordinates, and where they stand


class Hair(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = PREAMBLE, AFTERWARDS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = tuple(cls.a.value("list(bpy.app.version[:2])"))
        cls.has_curves, cls.has_points = (
            cls.a.value(f"{name} in bpy.types.{kind}.bl_rna.functions")
            for name, kind in (("'add_curves'", "Curves"), ("'resize'", "PointCloud"))
        )

    def sent_by(self, code: str) -> int:
        """The bytes that A's agent sends for an edit."""
        wait_settled([self.a, self.b])
        before = self.a.state()["sent"]
        self.edit(self.a, code)
        wait_equal(self.a, self.b, self.place)
        return self.a.state()["sent"] - before

    def test_settings(self):
        self.steps(hair_edits.SETTINGS)

    def test_curves(self):
        if not self.has_curves:  # nothing to try: see what such a Blender tells
            self.assertLess(self.release, CURVES_SINCE)
            return
        self.steps(hair_edits.CURVES)

    def test_points(self):
        if not self.has_points:  # nothing to try
            self.assertLess(self.release, POINTS_SINCE)
            return
        self.steps(hair_edits.POINTS)

    def test_what_cannot_be_made_is_told(self):
        """Before 4.3 nobody can be given curves: who has some is told, and the others' stay empty."""
        if self.has_curves:
            self.assertGreaterEqual(self.release, CURVES_SINCE)
            return
        self.edit(self.a, "bpy.ops.object.curves_random_add(); bpy.context.object.data.name = 'Zufall'")
        self.b.until("'Zufall' in bpy.data.hair_curves")
        wait_settled([self.a, self.b])
        self.assertIn("its curves are not replicated", messages(self.a.state()))
        self.edit(self.a, "D.hair_curves.remove(D.hair_curves['Zufall'])")
        self.b.until("'Zufall' not in bpy.data.hair_curves")

    def test_y_one_point_of_many_curves(self):
        """[BR20] One point, and a stroke, cost what they are and not what the hair is."""
        if not self.has_curves:  # nothing to try: see what such a Blender tells
            self.assertLess(self.release, CURVES_SINCE)
            return
        self.edit(self.a, hair_edits.MANY_CURVES, curves=10_000)
        self.b.until("'Viele' in bpy.data.hair_curves")
        wait_equal(self.a, self.b, self.place)
        self.assertLess(self.sent_by(hair_edits.ONE_CURVE_POINT), MOST_BYTES)
        self.assertLess(self.sent_by(hair_edits.STROKE), MOST_BYTES_STROKE)

    def test_y_one_point_of_many(self):
        """[BR20] The same in a point cloud."""
        if not self.has_points:  # nothing to try
            self.assertLess(self.release, POINTS_SINCE)
            return
        self.edit(self.a, hair_edits.MANY_POINTS, points=100_000)
        self.b.until("'Viele' in bpy.data.pointclouds")
        wait_equal(self.a, self.b, self.place)
        self.assertLess(self.sent_by(hair_edits.ONE_POINT), MOST_BYTES)


if __name__ == "__main__":
    unittest.main()
