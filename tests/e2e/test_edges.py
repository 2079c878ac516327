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
from harness.member import ADMIN, Member, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402
from type_edits import AFTERWARDS, PREAMBLE  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MANY = int(os.environ.get("MULTI_USER_MANY", "1000"))  # objects; docs/benchmarks.md has 3,000


class Edges(unittest.TestCase):
    """A and B take turns at editing."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-edges")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run("import demo\ndemo.build()")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    def edit(self, member: Member, code: str, **options):
        return member.run(PREAMBLE + code + AFTERWARDS, **options)

    def steps(self, steps: tuple[str, ...]):
        """Carries out one step after the other, every third one in B; both hold the same after each."""
        told = [self.troubles(member) for member in (self.a, self.b)]
        for number, step in enumerate(steps):
            author, other = (self.b, self.a) if number % 3 == 2 else (self.a, self.b)
            self.edit(author, step)
            try:
                wait_equal(author, other, self.place)
            except AssertionError as error:
                self.fail(
                    f"after step {number} in {author.name}: {step.strip()}\n{error}\n"
                    f"{author.name}: {messages(author.state())}\n{other.name}: {messages(other.state())}"
                )
        self.assertEqual([self.troubles(member) for member in (self.a, self.b)], told)

    def troubles(self, member: Member) -> list[str]:
        """What the artist was told that could not be done."""
        return [text for _, text in member.state()["messages"] if "could not" in text]

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
