"""What is linked from libraries, edited as artists do: B holds what A holds after each step, and so does one who joins
late, whose Blender does not find the file at first.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import shutil
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import library_edits as edits  # noqa: E402
import trust_edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import NO_PLACE, Member, differences, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import wait_until  # noqa: E402

GROUP = "bpy.data.materials['Gemischt'].node_tree"
KEPT = f"""
tree = {GROUP}
result = [[it.from_node.name, it.from_socket.name, it.to_node.name, it.to_socket.name] for it in tree.links]
result += [[it.name, getattr(it, 'default_value', None)] for it in tree.nodes['Gruppe'].inputs]
"""
LINKED = """
result = sorted([type(it).__name__, it.name, os.path.basename(it.library.filepath)]
                for it in bpy.data.user_map() if it.library)
"""


class Libraries(turns.LibraryTurns):
    """A and B take turns; C makes the libraries, and joins late."""

    command = turns.COMMAND + " --enable-autoexec"
    preamble, afterwards = edits.PREAMBLE, edits.AFTERWARDS

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.marks = cls.place.path("marks")
        os.makedirs(cls.marks)
        cls.haus = os.path.join(cls.folder, "haus.blend")
        cls.write("haus.blend", 2, ["Breite", "Höhe"])
        cls.write("andere.blend", 5, ["Breite"])
        shutil.copy(os.path.join(cls.folder, "andere.blend"), os.path.join(cls.folder, "umgezogen.blend"))
        cls.c.run(edits.CHAIN, haus=cls.haus, path=os.path.join(cls.folder, "kette.blend"))

    @classmethod
    def write(cls, name: str, size: int, sockets: list[str], expression: str = "") -> None:
        """Makes a library."""
        path = os.path.join(cls.folder, name)
        cls.c.run(edits.WRITE, path=path, size=size, sockets=sockets, expression=expression)

    @staticmethod
    def troubles(member: Member) -> list[str]:
        return turns.Turns.troubles(member) + [
            text for kind, text in member.state()["messages"] if kind == "refused"
        ]

    def ran(self, member: Member) -> bool:
        """Whether the library's driver ran in this Blender since it was asked last."""
        mark = os.path.join(self.marks, str(member.value("__import__('os').getpid()")))
        found = os.path.exists(mark)
        if found:
            os.remove(mark)
        return found

    def test_a_links(self):
        self.steps(edits.LINKS)
        names = self.b.run("import os\n" + LINKED)
        boxes = [one[2] for one in names if one[:2] == ["Object", "Kiste"]]
        self.assertEqual(boxes, ["andere.blend", "haus.blend"])

    def test_b_reload(self):
        """The library was changed by somebody; an artist has it read anew, or from another place."""
        expression = trust_edits.LEAVES_A_FILE.format(folder=self.marks, value=1)
        self.write("haus.blend", 3, ["Breite", "Höhe", "Tiefe"], expression)
        self.steps(edits.RELOADED)
        self.assertEqual(self.b.value("bpy.data.objects['Kiste', args['path']]['size']", path=self.haus), 3)

    def test_c_nothing_runs_untrusted(self):
        """One who joins and does not trust the session gets empty ones; what is in the library comes with trust."""
        self.c.run("bpy.ops.wm.read_homefile(use_empty=True)")
        self.ran(self.c)
        self.c.join(self.server.port)
        self.c.wait_phase("ONLINE")
        wait_settled([self.a, self.c])
        self.c.run("bpy.context.scene.frame_set(2)")
        self.assertTrue(self.ran(self.a))
        self.assertFalse(self.ran(self.c))
        self.assertEqual(
            self.c.value(
                "[it.filepath for it in bpy.data.libraries if it.filepath == args['path']]", path=self.haus
            ),
            [],
        )
        self.assertIn("until you trust the session", messages(self.c.state()))
        before = self.a.run(KEPT)
        self.c.trust()
        wait_equal(self.a, self.c, self.place)
        self.assertEqual(self.a.run(KEPT), before)
        self.assertTrue(self.ran(self.c))
        self.c.leave()

    def same_but_for_what_is_missing(self) -> None:
        """A, which read the library before, and C hold the same, but for what follows from contents that C lacks: a
        linked mesh's material slots, and what a constraint makes of its target's place."""

        def unexpected():
            wait_settled([self.a, self.c])
            follows = ("Object/Gitter.material_slots", "Object/Schaut.matrix_")
            return [it for it in differences(self.a, self.c, self.place) if not it.startswith(follows)]

        try:
            wait_until(lambda: not unexpected(), "A and C to hold the same", 30)
        except AssertionError as error:
            self.fail(f"{error}\n{unexpected()[:20]}\n{messages(self.c.state())}")

    def test_d_missing_file(self):
        """One whose Blender has no such file, nor a place for others' ones, keeps every reference, garbles nothing, and
        gets the rest by reloading."""
        os.rename(self.haus, self.haus + ".away")
        self.c.run(NO_PLACE)
        try:
            self.c.join(self.server.port)
            self.c.wait_phase("ONLINE")
            self.c.trust()
            self.same_but_for_what_is_missing()
            told = [text for _, text in self.c.state()["messages"] if self.haus in text]
            self.assertEqual(len(told), 1, told)
            before = self.a.run(KEPT)
            self.c.run(
                "bpy.data.objects['Instanz'].location.x = 6; bpy.data.objects['Gitter'].location.x = 1"
            )
            self.c.run(f"{GROUP}.nodes['Gruppe'].location.x = 30")
            self.a.until("bpy.data.objects['Instanz'].location.x == 6")
            self.a.until(f"{GROUP}.nodes['Gruppe'].location.x == 30")
            self.same_but_for_what_is_missing()
            self.assertEqual(self.a.run(KEPT), before)
            self.assertEqual(self.a.value("len(bpy.data.objects['Gitter'].material_slots)"), 1)
        finally:
            os.rename(self.haus + ".away", self.haus)
        self.edit(self.c, "library(HAUS).reload()")
        wait_equal(self.a, self.c, self.place)
        self.assertEqual(self.a.run(KEPT), before)

    def test_e_removed(self):
        self.steps(edits.REMOVED)

    def test_zz_late_join(self):
        """One who was there meanwhile holds the same."""
        wait_equal(self.a, self.c, self.place)


if __name__ == "__main__":
    unittest.main()
