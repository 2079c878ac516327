"""One datablock of each type is made, changed and removed by an artist: a teammate sees it, and so does one who joins.

With MULTI_USER_TABLE set to a file the outcome is written there as JSON, for the table in docs/types.md.
"""

from __future__ import annotations

import json
import os
import sys
import unittest
import wave

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import every_type  # noqa: E402
from every_type import TYPES  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import Member, differences, wait_settled  # noqa: E402
from harness.processes import wait_until  # noqa: E402

ASPECTS = ("create", "live edit", "duplicate", "rename", "join", "delete")
PICTURE = """
picture = bpy.data.images.new('temporary', 4, 4)
picture.filepath_raw, picture.file_format = args['path'], 'PNG'
picture.save()
bpy.data.images.remove(picture)
"""
HELD = """
result = {}
for type_name, (collection, name) in args['types'].items():
    result[type_name] = name in eval(collection) if available(collection) else None
"""
HELPERS = """
def available(collection):
    if collection == 'notes()':  # Blender 4.3 lets Python make no stroke of one
        return bpy.app.version < (4, 3) or hasattr(bpy.data, 'annotations')
    return collection == 'pencils()' or hasattr(bpy.data, collection.split('.')[1])
"""


def collection_of(type_name: str) -> str:
    """The collection as an expression."""
    collection = TYPES[type_name][0]
    return collection if collection.endswith(")") else f"D.{collection}"


class EveryType(turns.Pair):
    """A makes, B looks, C joins late. Each aspect is tried for all types at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outcome: dict[str, dict[str, str]] = {}
        cls.addClassCleanup(cls.write)
        held = cls.held(cls.a)
        cls.types = [name for name in TYPES if held[name] is not None]
        cls.release = cls.a.value("bpy.app.version_string")

    @classmethod
    def prepare(cls):
        cls.sound, cls.movie = cls.place.path("tone.wav"), cls.place.path("film.png")
        with wave.open(cls.sound, "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(1600))
        cls.a.run(PICTURE, path=cls.movie)
        cls.a.run("bpy.ops.wm.read_homefile(use_empty=True)")

    @classmethod
    def write(cls):
        path = os.environ.get("MULTI_USER_TABLE")
        if path:
            told = sorted({text for kind, text in cls.told if kind == "warning"})
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"release": cls.release, "outcome": cls.outcome, "told": told}, file, indent=1)

    told: list = []

    @classmethod
    def held(cls, member: Member) -> dict[str, bool | None]:
        """Which of the datablocks a Blender has; None where it does not know the type."""
        wanted = {name: (collection_of(name), TYPES[name][1]) for name in TYPES}
        return member.run(every_type.PREAMBLE + HELPERS + HELD, types=wanted)

    def carry_out(self, type_name: str, code: str) -> None:
        """Runs code in A as an artist's step."""
        media = f"SOUND, MOVIE = {self.sound!r}, {self.movie!r}\n"
        try:
            self.a.run(every_type.PREAMBLE + media + code + every_type.AFTERWARDS)
        except RuntimeError as error:
            self.fail(f"{type_name}: {error}")

    def check(self, aspect: str, other: Member, there: bool) -> None:
        """Waits until the other Blender holds what A holds, and judges type by type."""

        def missing() -> dict[str, str]:
            wait_settled([self.a, other], 90)
            held = self.held(other)
            found = {
                name: "absent" if there else "still there" for name in self.judged if held[name] != there
            }
            if not found:
                for line in differences(self.a, other, self.place):
                    owner = next((name for name in self.judged if f"/{TYPES[name][1]}" in line), "other")
                    found.setdefault(owner, line)
            return found

        own = aspect in ("duplicate", "rename", "delete")
        self.judged = [name for name in self.types if not (own and name in every_type.STAY)]
        try:
            wait_until(lambda: not missing(), "both to hold the same", 30)
            found = {}
        except AssertionError:
            found = missing()
        for name in self.judged:
            self.outcome.setdefault(name, {})[aspect] = found.get(name, "yes")
        type(self).told = type(self).told + self.a.state()["messages"] + other.state()["messages"]
        self.assertEqual(found, {})

    def test_1_create(self):
        for name in self.types:
            with self.subTest(name):
                self.carry_out(name, TYPES[name][2])
        self.check("create", self.b, True)

    def test_2_live_edit(self):
        for name in self.types:
            with self.subTest(name):
                self.carry_out(name, TYPES[name][3])
        self.check("live edit", self.b, True)

    def test_3_duplicate(self):
        """Each is copied, and the copy changed in name alone: two datablocks that are the same and apart."""
        self.each(every_type.DUPLICATE)
        self.check("duplicate", self.b, True)

    def test_4_rename(self):
        self.each(every_type.RENAME)
        self.check("rename", self.b, True)

    def each(self, code: str, own: dict[str, str] | None = None):
        """Carries out code for the datablock of each type that is not Blender's own, the last one first; ``own``: other
        code for some types."""
        for name in reversed(self.types):
            if name not in every_type.STAY:
                with self.subTest(name):
                    general = code.format(collection=collection_of(name), name=TYPES[name][1])
                    self.carry_out(name, (own or {}).get(name, general))

    def test_5_join(self):
        c = Member(self.place, "C", self.command)
        c.join(self.server.port)
        c.wait_phase("ONLINE")
        self.check("join", c, True)
        c.leave()

    def test_6_delete(self):
        self.each(every_type.REMOVE, every_type.GONE)
        self.check("delete", self.b, False)


if __name__ == "__main__":
    unittest.main()
