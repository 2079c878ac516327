"""Linked libraries travel with their files, between Blenders that have a disk each.

The tests of a class share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import library_scene as scene  # noqa: E402
import trust_edits  # noqa: E402
from file_scene import DISK  # noqa: E402
from harness import artist  # noqa: E402
from harness.member import ADMIN, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.server import Server  # noqa: E402
from test_files import font  # noqa: E402

FILES = "import member\nfiles = member.session_module().current().files\n"


class Artist(artist.Artist):
    """One who has the helpers of library_scene."""

    preamble = scene.PREAMBLE

    def colour(self, image: str):
        """The colour of a linked image as this Blender shows it; None while there is none."""
        return self.do(
            "found = [it for it in D.images if it.name == args['image']]\n"
            "result = [round(v * 255) for v in found[0].pixels[:2]] if found and len(found[0].pixels) else None",
            image=image,
        )


class Libraries(unittest.TestCase):
    """A's libraries reach B, who has none of them."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-library-files")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.marks = cls.place.path("marks", "")
        cls.maker = Artist(cls.place, "Maker", disk="A")
        cls.a, cls.b = (Artist(cls.place, name, options="--enable-autoexec") for name in "AB")
        cls.write_inner(2, trust_edits.LEAVES_A_FILE.format(folder=cls.marks, value=1))
        cls.maker.do(scene.OUTER, font=font())
        cls.a.do("empty()\ninstance('Outer', link('lib/outer.blend', collections='Outer'))")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    @classmethod
    def write_inner(cls, size: int, expression: str = "", **where) -> None:
        """Another Blender at A's disk saves the inner library."""
        cls.maker.do(scene.INNER, size=size, expression=expression, **where)

    def told(self, member: Artist) -> str:
        """What the add-on told this artist."""
        return messages(member.state())

    def until_instanced(self, name: str) -> None:
        """Waits until B has an object that instances a collection."""
        code = (
            "it = D.objects.get(args['name'])\nresult = [it is not None, bool(it and it.instance_collection)]"
        )
        seen = []

        def is_there():
            seen[:] = self.b.do(code, name=name)
            return all(seen)

        try:
            wait_until(is_there, f"B to have {name}", 30)
        except AssertionError as error:
            self.fail(f"{error}\n{seen}\nA: {self.told(self.a)}\nB: {self.told(self.b)}\n{self.b.state()}")

    def assert_same_files(self, member: Artist) -> None:
        """Everything that is linked is there as A has it, and so are its files."""
        wait_equal(self.a, member, self.place)
        self.assertEqual(member.do(scene.LINKED), self.a.do(scene.LINKED))
        self.assertEqual(member.do(scene.FILES_OF_LINKED), self.a.do(scene.FILES_OF_LINKED))
        found = member.value("[bpy.path.abspath(it.filepath) for it in bpy.data.libraries]")
        self.assertEqual([path for path in found if path.startswith(DISK)], [])
        self.assertNotIn("no file", self.told(self.a) + self.told(member))
        self.assertNotIn("error", self.told(self.a) + self.told(member))

    def ran(self, member: Artist) -> bool:
        """Whether the library's driver ran in this Blender, which has Auto Run on."""
        return os.path.exists(os.path.join(self.marks, str(member.value("__import__('os').getpid()"))))

    def vertices(self, member: Artist) -> list:
        """The linked meshes of the libraries that have two, and how many vertices each has in this Blender."""
        return member.do(
            "result = sorted([it.name, len(it.vertices)] for it in D.meshes if it.name in ('P1', 'P2', 'Q1', 'Q2'))"
        )

    def test_a_untrusted_then_trusted(self):
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.value("bpy.data.objects['Outer'].instance_collection.name"), "Outer")
        self.assertEqual(self.b.value("len(bpy.data.objects['Outer'].instance_collection.objects)"), 0)
        self.b.do("bpy.context.scene.frame_set(2)")
        self.assertFalse(self.ran(self.b))
        self.b.trust()
        self.assert_same_files(self.b)
        self.b.do("bpy.context.scene.frame_set(3)")
        self.assertTrue(self.ran(self.b))
        self.assertEqual(self.b.colour("grain"), [255, 0])
        self.assertEqual(self.b.colour("stone"), [0, 255])

    def test_b_linked_later_and_absolute(self):
        """What is still to come has stand-ins, and comes by itself; a library that names another by a whole path."""
        self.b.do(FILES + "files.stop()")
        self.a.do("instance('Far', link('lib/far.blend', collections='Far'))")
        self.until_instanced("Far")
        self.assertEqual(self.b.value("len(bpy.data.objects['Far'].instance_collection.objects)"), 0)
        self.b.do(FILES + "files.resume()")
        self.assert_same_files(self.b)

    def test_c_linked_directly_too(self):
        self.a.do("shown('Direct', link('Bücher & Co/inner/inner.blend', meshes='Inner'))")
        self.a.do(
            "it = link('Bücher & Co/inner/inner.blend', objects='Bell')\nbpy.context.scene.collection.objects.link(it)"
        )
        self.assert_same_files(self.b)
        self.assertEqual(self.b.value("len(bpy.data.libraries)"), 3)

    def test_d_saved_anew(self):
        self.write_inner(3)
        for member in (self.a, self.b):
            member.until(
                "any(it.name == 'Inner' and it.library and it['size'] == 3 for it in bpy.data.objects)"
            )
        self.assert_same_files(self.b)
        self.maker.do("paint('abs/stone.png', 1, 1, 0)")
        for member in (self.a, self.b):
            wait_until(lambda: member.colour("stone") == [255, 255], f"the picture in {member.name}", 30)
        self.assert_same_files(self.b)

    def test_e_b_uses_what_came_along(self):
        self.b.do("shown('Of B', D.meshes['Inner', library('inner.blend').filepath])")
        self.b.do("D.objects['Of B'].data = D.meshes['Inner', library('inner.blend').filepath]")
        self.a.until("'Of B' in bpy.data.objects and bpy.data.objects['Of B'].data is not None")
        self.assert_same_files(self.b)

    def test_f_join_late(self):
        c = Artist(self.place, "C")
        self.addCleanup(c.close)
        c.join(self.server.port)
        c.wait_phase("ONLINE")
        c.trust()
        self.assert_same_files(c)
        self.assertEqual(c.colour("stone"), [255, 255])

    def test_g_missing(self):
        self.maker.do("empty()\ncollected('Gone', box('Gone', 1))\nsave('lib/gone.blend')")
        self.a.do(
            "it = link('lib/gone.blend', collections='Gone')\nos.remove(DISK + 'lib/gone.blend')\ninstance('Gone', it)"
        )
        self.until_instanced("Gone")
        wait_until(lambda: "gone.blend" in self.told(self.a), "A to be told that its library is missing")
        wait_settled([self.a, self.b])
        for member in (self.a, self.b):
            about = [line for line in self.told(member).splitlines() if "gone.blend" in line]
            self.assertEqual(len(about), 1, about)
            self.assertNotIn("error", self.told(member))
        self.assertEqual(
            self.b.value("[it.filepath for it in bpy.data.libraries if 'gone' in it.filepath]"),
            [DISK + "lib/gone.blend"],
        )
        self.a.do("D.objects.remove(D.objects['Gone'])")
        wait_settled([self.a, self.b])

    def test_g_named_by_what_is_linked(self):
        """Files that modifiers, nodes and strips of a library name, which no datablock stands for."""
        self.maker.do(scene.NAMING)
        self.a.do("instance('Naming', link('names/naming.blend', collections='Naming'))")
        self.a.do("bpy.context.scene['cut'] = link('names/naming.blend', scenes='Cut')")
        wanted = self.a.do(scene.NAMED)
        self.assertEqual({name for name, held in wanted.items() if not held}, set())
        self.assertTrue({"cache", "lamp", "pictures", "far"} <= set(wanted), wanted)
        wait_until(lambda: self.b.do(scene.NAMED) == wanted, "B to have all that is named", 40)
        wait_equal(self.a, self.b, self.place)
        self.assertNotIn("error", self.told(self.a) + self.told(self.b))

    def test_h_nobody_elses(self):
        """B has a file where A has none: A does not get it."""
        os.makedirs(os.path.join(self.b.disk, "lib"), exist_ok=True)
        self.b.do("D.libraries.write(DISK + 'lib/secret.blend', {D.worlds.new('w')})")
        self.maker.do("empty()\ncollected('Secret', box('Secret', 1))\nsave('lib/secret.blend')")
        self.a.do(
            "it = link('lib/secret.blend', collections='Secret')\nos.remove(DISK + 'lib/secret.blend')\n"
            "instance('Secret', it)"
        )
        self.until_instanced("Secret")
        wait_settled([self.a, self.b])
        self.assertEqual(
            self.b.do(FILES + "result = [own[0] for own in files.book._own if 'secret' in own[0]]"), []
        )
        self.assertEqual(self.b.do(FILES + "result = files.transfers.up[1]"), 0)

    def test_i_at_the_same_place(self):
        """A library that B has as well, at the same path and with the same content: that one is used."""
        shared = self.place.path("shared", "")
        path = os.path.join(shared, "both.blend")
        self.maker.do(
            "empty()\ncollected('Both', box('Both', 4))\nD.libraries.write(args['path'], {D.collections['Both']})",
            path=path,
        )
        self.a.do("instance('Both', link(args['path'], collections='Both'))", path=path)
        self.b.until("any(it.name == 'Both' and it.library for it in bpy.data.objects)")
        wait_settled([self.a, self.b])
        self.assertIn(path, self.b.value("[it.filepath for it in bpy.data.libraries]"))

    def test_j_trust_taken_back(self):
        """No more is taken of a library that was read, be it in the cache or at its owner's path; what was stays."""
        shared = os.path.join(self.place.path("shared", ""), "two.blend")
        self.maker.do(scene.TWO, names=["P1", "P2"], path="lib/two.blend")
        self.maker.do(scene.TWO, names=["Q1", "Q2"], path=shared)
        self.a.do("shown('P1', link('lib/two.blend', meshes='P1'))")
        self.a.do("shown('Q1', link(args['path'], meshes='Q1'))", path=shared)
        wait_until(lambda: self.vertices(self.b) == [["P1", 3], ["Q1", 3]], "B to read the libraries")
        self.assertIn(shared, self.b.value("[it.filepath for it in bpy.data.libraries]"))
        self.b.run("bpy.ops.multiuser.distrust()")
        self.a.do("shown('P2', link('lib/two.blend', meshes='P2'))")
        self.a.do("shown('Q2', link(args['path'], meshes='Q2'))", path=shared)
        self.a.do(
            "made = next(it for it in D.meshes if it.name == 'P1').override_create(remap_local_usages=False)\n"
            "made.name = 'Over'\nshown('Over', made)"
        )
        self.b.until("'P2' in bpy.data.objects and 'Q2' in bpy.data.objects and 'Over' in bpy.data.objects")
        wait_settled([self.a, self.b])
        self.assertEqual(self.vertices(self.b), [["P1", 3], ["P2", 0], ["Q1", 3], ["Q2", 0]])
        self.assertFalse(self.b.value("'Over' in bpy.data.meshes"))
        self.b.until_code(
            trust_edits.HELD + "result = sum('two.blend' in it[2] for it in result) == 2",
            "the panel to list both",
        )
        self.b.trust()
        wait_until(lambda: self.vertices(self.b) == self.vertices(self.a), "B to read the libraries anew")
        self.assertEqual(self.vertices(self.b), [["P1", 3], ["P2", 3], ["Q1", 3], ["Q2", 3]])
        self.b.until("'Over' in bpy.data.meshes and bpy.data.objects['Over'].data == bpy.data.meshes['Over']")
        wait_settled([self.a, self.b])
        self.assertNotIn("error", self.told(self.a) + self.told(self.b))

    def test_k_unreadable(self):
        """What is said to be a library, and Blender refuses to read, keeps nothing else from being read."""
        self.b.run("bpy.ops.multiuser.distrust()")
        self.b.do("open(DISK + 'notes.txt', 'w').write('no library')")
        self.maker.do(scene.TWO, names=["P1", "P2"], path="lib/a_broken.blend")
        self.maker.do(scene.TWO, names=["Q1", "Q2"], path="lib/z_whole.blend")
        self.a.do(
            "shown('Broken', link('lib/a_broken.blend', meshes='P1'))\n"
            "library('a_broken.blend').filepath = DISK + 'notes.txt'\n"
            "shown('Whole', link('lib/z_whole.blend', meshes='Q1'))"
        )
        self.b.until("'Broken' in bpy.data.objects and 'Whole' in bpy.data.objects")
        wait_settled([self.a, self.b])
        self.b.trust()
        self.b.until("len(bpy.data.objects['Whole'].data.vertices) == 3")
        self.assertIn('notes.txt": could not be read anew', self.told(self.b))
        self.assertEqual(self.b.value("len(bpy.data.objects['Broken'].data.vertices)"), 0)

    def test_l_came_along_at_its_owners_path(self):
        """B uses what a library at its owner's path brought along: that does not make it one of B's own."""
        outer, inner = (
            os.path.join(self.place.path("shared", ""), name) for name in ("out.blend", "in.blend")
        )
        self.maker.do(scene.TWO, names=["P1", "Q1"], path=inner)
        self.maker.do(
            "empty()\ncollected('Out', shown('R', link(args['inner'], meshes='P1')))\n"
            "D.libraries.write(args['outer'], {D.collections['Out']})",
            inner=inner,
            outer=outer,
        )
        self.a.do("instance('Out', link(args['path'], collections='Out'))", path=outer)
        self.b.until("('P1', args['path']) in bpy.data.meshes", path=inner)
        self.b.do("shown('Mine', D.meshes['P1', args['path']])", path=inner)
        self.a.until("'Mine' in bpy.data.objects")
        wait_settled([self.a, self.b])
        self.b.run("bpy.ops.multiuser.distrust()")
        self.a.do("shown('More', link(args['path'], meshes='Q1'))", path=inner)
        self.b.until("'More' in bpy.data.objects")
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.value("len(bpy.data.objects['Mine'].data.vertices)"), 3)
        self.assertEqual(self.b.value("len(bpy.data.objects['More'].data.vertices)"), 0)
        self.b.trust()
        self.b.until("len(bpy.data.objects['More'].data.vertices) == 3")


if __name__ == "__main__":
    unittest.main()
