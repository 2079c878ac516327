"""A scene that holds something of all that Blender knows, with unusual values, goes through the whole path: opened from
a file and shared, and made by a script amid the session."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import samples, turns  # noqa: E402
from harness.member import wait_equal  # noqa: E402


class Samples(turns.Turns):
    """What all tests share. All trust each other: what is held is compared elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for member in (cls.a, cls.b):
            member.trust()

    def welcome(self, late):
        late.trust()

    def wait_all(self):
        """B holds what A holds, and nobody was told of trouble."""
        wait_equal(self.a, self.b, self.place, 60)
        self.assertEqual([self.troubles(member) for member in (self.a, self.b)], [[], []])


class Opened(Samples):
    """A opens the scene and shares it."""

    @classmethod
    def prepare(cls):
        cls.a.run(samples.OPENED, path=cls.place.path("samples.blend"))

    def test_a_shared(self):
        self.wait_all()


class Made(Samples):
    """A makes it where B looks on."""

    @classmethod
    def prepare(cls):
        cls.a.run(samples.EMPTY)

    def test_a_made(self):
        self.a.run(samples.BUILD)
        self.wait_all()

    def test_b_comes_to_rest(self):
        """Whatever Blender finds of it anew, neither tells the other for good."""
        self.a.run("for it in bpy.data.user_map(): it.update_tag()\nbpy.context.view_layer.update()")
        self.come_to_rest()
        self.wait_all()


del Samples

if __name__ == "__main__":
    unittest.main()
