"""Files of the scene, between Blenders that have a disk each: what one has comes to the others, and is what it was.

The tests of a class share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import glob
import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

from file_scene import DISK, HELD, OWN_FILES, PREAMBLE  # noqa: E402
from harness import artist  # noqa: E402
from harness.member import ADMIN, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.server import Server  # noqa: E402


# What is on its way up, in bytes.
TRANSFERS = "import member\nresult = member.session_module().current().files.transfers.up[1]"


class Artist(artist.Artist):
    """One who has the helpers of file_scene."""

    preamble = PREAMBLE

    def colour(self, image: str):
        """The colour of an image as this Blender shows it."""
        return self.do("result = colour(args['image'])", image=image)


def font() -> str:
    """A font that the machine has. Raises AssertionError where there is none."""
    found = sorted(glob.glob("/usr/share/fonts/**/*.ttf", recursive=True))
    assert found, "install fonts-dejavu-core"
    return found[0]


class Disks(unittest.TestCase):
    """A's files reach B, who has none of them but other ones at the same paths."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-files")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a, cls.b = Artist(cls.place, "A"), Artist(cls.place, "B")
        cls.a.do("bpy.ops.wm.read_homefile(use_empty=True)\n" + OWN_FILES, font=font())
        cls.b.do("paint('tex/wood.png', 0, 1, 0)\npaint('tex/secret.png', 0, 1, 1)")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    def told(self, member: Artist) -> str:
        """What the add-on told this artist."""
        return messages(member.state())

    def until_colour(self, member: Artist, image: str, wanted: list[int]):
        """Waits until an image is shown in a colour; its blue is not looked at."""
        wait_until(
            lambda: (member.colour(image) or [])[:2] == wanted[:2],
            f"{image} to be {wanted} in {member.name}",
            30,
        )

    def test_a_what_a_has_is_in_b(self):
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.do(HELD), self.a.do(HELD))
        wait_equal(self.a, self.b, self.place)
        self.assertEqual(self.b.colour("A wood"), self.a.colour("A wood"))
        path = self.b.value("bpy.data.images['A wood'].filepath_raw")
        self.assertNotIn(DISK, path)
        self.assertTrue(path.endswith("/wood.png"), path)
        self.assertNotIn("no file", self.told(self.a) + self.told(self.b))

    def test_b_two_files_at_one_path(self):
        code = "bpy.data.images.load(DISK + 'tex/wood.png').name = 'B wood'\n"
        self.b.do(code + "bpy.data.images['B wood'].use_fake_user = True")
        wait_equal(self.a, self.b, self.place)
        for member in (self.a, self.b):
            self.until_colour(member, "A wood", [255, 0])
            self.until_colour(member, "B wood", [0, 255])
        self.assertEqual(self.a.value("bpy.data.images['A wood'].filepath_raw"), DISK + "tex/wood.png")
        self.assertEqual(self.b.value("bpy.data.images['B wood'].filepath_raw"), DISK + "tex/wood.png")

    def test_c_saved_again_by_another_program(self):
        self.a.do(
            "paint('tex/other.png', 0.2, 0.4, 0)\nos.replace(DISK + 'tex/other.png', DISK + 'tex/wood.png')"
        )
        for member in (self.a, self.b):
            self.until_colour(member, "A wood", [51, 102])
        self.until_colour(self.b, "same file", [51, 102])
        self.until_colour(self.b, "same content", [255, 0])
        self.until_colour(self.a, "B wood", [0, 255])
        wait_equal(self.a, self.b, self.place)

    def test_d_saved_over_by_b(self):
        self.b.do(
            "image = bpy.data.images['same content']\n"
            "image.pixels.foreach_set([1, 1, 0, 1] * (len(image.pixels) // 4))\nimage.update()\nimage.save()"
        )
        self.until_colour(self.a, "same content", [255, 255])
        wait_equal(self.a, self.b, self.place)
        self.until_colour(self.b, "same content", [255, 255])
        self.assertEqual(self.a.do("result = contents(DISK + 'tex/copy of wood.png')"), self.original())

    def original(self) -> str:
        """What A's own copy held at the beginning: nobody writes to another's disk."""
        return self.a.do("paint('again.png', 1, 0, 0)\nresult = contents(DISK + 'again.png')")

    def test_e_missing_is_missing_and_nobody_elses(self):
        self.a.do(
            "image = bpy.data.images.new('gone', 1, 1)\n"
            "image.source, image.filepath_raw = 'FILE', DISK + 'tex/secret.png'\n"
            "image.use_fake_user = True"
        )
        self.b.until("'gone' in bpy.data.images and bpy.data.images['gone'].filepath_raw")
        wait_until(lambda: "secret.png" in self.told(self.a), "A to be told that its file is missing")
        wait_settled([self.a, self.b])
        self.assertEqual(self.told(self.a).count("secret.png"), 1)
        self.assertEqual(self.a.value("bpy.data.images['gone'].filepath_raw"), DISK + "tex/secret.png")
        self.assertIsNone(self.a.colour("gone"), "B has such a file, and A does not get it")
        self.b.do("bpy.data.images.remove(bpy.data.images['gone'])")
        wait_equal(self.a, self.b, self.place)

    def test_f_a_new_frame_of_a_sequence(self):
        self.a.do("paint('seq/shot_0006.png', 1, 1, 1)")
        wait_until(lambda: len(self.b.do(HELD)["shot"]) == 6, "the new frame to be in B", 30)
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.do(HELD)["shot"], self.a.do(HELD)["shot"])

    def test_g_another_path(self):
        self.b.do(
            "paint('new/stone.png', 0.6, 0.2, 0)\nbpy.data.images['A wood'].filepath = DISK + 'new/stone.png'"
        )
        self.until_colour(self.a, "A wood", [153, 51])
        wait_equal(self.a, self.b, self.place)

    def test_h_strips(self):
        self.a.do(
            "scene = bpy.context.scene\neditor = scene.sequence_editor_create()\n"
            "strips = editor.strips if hasattr(editor, 'strips') else editor.sequences\n"
            "strip = strips.new_image('pictures', DISK + 'seq/shot_0001.png', 1, 1)\n"
            "strip.elements.append('shot_0002.png')\n"
            "strips.new_sound('ring', DISK + 'snd/Glöckchen 鈴.wav', 2, 5)"
        )
        wait_equal(self.a, self.b, self.place)
        code = (
            "editor = bpy.context.scene.sequence_editor\nstrip = editor.{}['pictures']\n"
            "result = [contents(os.path.join(bpy.path.abspath(strip.directory), it.filename)) for it in strip.elements]"
        )
        name = "strips_all" if self.a.value("hasattr(bpy.types, 'Strip')") else "sequences_all"
        self.assertEqual(self.b.do(code.format(name)), self.a.do(code.format(name)))

    def test_h_what_nodes_import(self):
        """Files that sockets of nodes name: one comes; what may be letters does not, and its owner is told. No nodes
        import files before 4.3."""
        if not self.a.value("hasattr(bpy.types, 'GeometryNodeImportSTL')"):
            self.assertLess(self.a.value("list(bpy.app.version)"), [4, 3])
            return
        self.a.do("stl('parts/part.stl')\nimporting('Part', 'GeometryNodeImportSTL', 'parts/part.stl')")
        held = self.a.do("result = imported('Part')")
        self.assertEqual(held[1], 3)
        self.b.until("'Part' in bpy.data.objects and bpy.data.objects['Part'].modifiers[:] != []")
        wait_until(lambda: self.b.do("result = imported('Part')") == held, "the imported part in B", 30)
        path = self.b.value("bpy.data.node_groups['Part'].nodes['Import'].inputs[0].default_value")
        self.assertFalse(path.startswith(DISK), path)
        wait_equal(self.a, self.b, self.place)
        self.a.do("bpy.data.node_groups['Part'].nodes['Import'].inputs[0].default_value = ''")
        self.b.until("not bpy.data.node_groups['Part'].nodes['Import'].inputs[0].default_value")
        if self.a.value("hasattr(bpy.types, 'GeometryNodeImportText')"):
            self.a.do("open(DISK + 'parts/letter.txt', 'w').write('dear')")
            self.a.do("importing('Letter', 'GeometryNodeImportText', 'parts/letter.txt')")
            self.b.until("'Letter' in bpy.data.objects and bpy.data.objects['Letter'].modifiers[:] != []")
            wait_settled([self.a, self.b])
            self.assertIsNone(self.b.do("result = imported('Letter')[0]"))
            self.assertIn("letter.txt", self.told(self.a))
            self.a.do(
                "bpy.data.objects.remove(bpy.data.objects['Letter'])\n"
                "bpy.data.node_groups.remove(bpy.data.node_groups['Letter'])"
            )
            wait_equal(self.a, self.b, self.place)

    def test_i_join_late(self):
        c = Artist(self.place, "C")
        self.addCleanup(c.close)
        c.join(self.server.port)
        c.wait_phase("ONLINE")
        wait_settled([self.a, self.b, c])
        wait_equal(self.a, c, self.place)
        held = c.do(HELD)
        self.assertEqual(held, self.a.do(HELD))
        self.until_colour(c, "B wood", [0, 255])

    def test_j_no_letters(self):
        """A scene that names what is no picture, sound or the like gives it to nobody."""
        with open(os.path.join(self.a.disk, "letter.txt"), "w") as file:
            file.write("Dear Ben")
        sent = self.a.state()["sent"]
        self.a.do(
            "image = bpy.data.images.new('letter', 1, 1)\n"
            "image.source, image.filepath_raw = 'FILE', DISK + 'letter.txt'\nimage.use_fake_user = True"
        )
        self.b.until("'letter' in bpy.data.images and bpy.data.images['letter'].filepath_raw")
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.value("bpy.data.images['letter'].filepath_raw"), DISK + "letter.txt")
        self.assertIn("letter.txt", self.told(self.a))
        self.assertEqual(self.a.run(TRANSFERS), 0)
        self.assertLess(self.a.state()["sent"] - sent, 20_000)


if __name__ == "__main__":
    unittest.main()
