"""What real files hold and simple tests do not: several scenes and view layers, instances, strange names, numbers that
are none, circles, what is deleted while it is used, thousands at once. B holds what A holds after each step.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import edge_edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import wait_equal, wait_settled  # noqa: E402
from type_edits import AFTERWARDS, PREAMBLE  # noqa: E402

MANY = int(os.environ.get("MULTI_USER_MANY", "1000"))  # objects; docs/benchmarks.md has 3,000


class Edges(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = PREAMBLE, AFTERWARDS

    def test_scenes_and_layers(self):
        self.steps(edge_edits.SCENES)

    def test_names(self):
        self.steps(edge_edits.NAMES)

    def test_numbers(self):
        self.steps(edge_edits.NUMBERS)

    def test_ties(self):
        self.steps(edge_edits.TIES)

    def test_x_many_at_once(self):
        """A thousand objects and more out of a library file in one step."""
        file = self.place.path("many.blend")
        self.edit(self.a, edge_edits.WRITE_LIBRARY, file=file, count=MANY)
        wait_equal(self.a, self.b, self.place)
        begin = time.monotonic()
        self.edit(self.a, edge_edits.APPEND, file=file)
        wait_settled([self.a, self.b], 120)
        took = time.monotonic() - begin
        wait_equal(self.a, self.b, self.place, 60)
        print(f"{MANY} objects appended: in both Blenders after {took:.1f} s", flush=True)
        begin = time.monotonic()
        self.edit(self.b, "D.batch_remove([*D.collections['Geröll'].objects, D.collections['Geröll']])")
        wait_settled([self.a, self.b], 120)
        print(f"{MANY} objects removed: in both Blenders after {time.monotonic() - begin:.1f} s", flush=True)
        wait_equal(self.b, self.a, self.place)


if __name__ == "__main__":
    unittest.main()
