"""The book's pages about libraries, and where their files lie in the cache, with an agent made of lists."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.core.file_book import ONE, TILES, FileBook  # noqa: E402
from multi_user.core.library_book import LibraryBook  # noqa: E402
from multi_user.core.library_uses import Uses  # noqa: E402
from multi_user.core.mirror import below, tree_of  # noqa: E402
from multi_user.core.values import FileRef  # noqa: E402

RED, GREEN, BLUE = FileRef(b"r" * 32), FileRef(b"g" * 32), FileRef(b"b" * 32)
A, B = b"a" * 16, b"b" * 16
LIB, SUB, WOOD = "/a/lib.blend", "/a/sub/sub.blend", "/b/wood.png"
VALUE = [LIB, [LIB, RED], [SUB, GREEN], [WOOD, BLUE]]


class MirrorTest(unittest.TestCase):
    def test_a_place_for_every_path(self):
        for path, place in {
            "/home/a/x.blend": "home/a/x.blend",
            "C:\\Projekte\\x.blend": "C_/Projekte/x.blend",
            "d:/x/y.blend": "d_/x/y.blend",
            "\\\\host\\share\\x.blend": "host/share/x.blend",
            "/a//b/x.blend": "a/b/x.blend",
            "/Bücher & Co/鈴.blend": "Bücher & Co/鈴.blend",
            "/हिन्दी/x.blend": "हिन्दी/x.blend",
            "/a/CON/nul.blend": "a/_CON/_nul.blend",
            "/.hidden/x.blend": "hidden/x.blend",
            '/a:b/x?*"<>|.blend': "a_b/x______.blend",
            "/a\\b/x.blend": "a_b/x.blend",
            "/tex/wall.<UDIM>.png": "tex/wall.<UDIM>.png",
            "/a/\u202egnp.exe.blend": "a/gnp.exe.blend",
        }.items():
            self.assertEqual(below(path), place)

    def test_none_that_leads_elsewhere(self):
        for path in ("", "/", "/a/../x.blend", "../x.blend", "C:\\a\\..\\x.blend", "/a/./x.blend"):
            with self.assertRaises(ValueError, msg=path):
                below(path)

    def test_long_names_stay_apart(self):
        long, other = ("/" + "ü" * 200 + end + ".blend" for end in "ab")
        self.assertNotEqual(below(long), below(other))
        self.assertLessEqual(len(below(long).encode()), 150)
        self.assertTrue(below(long).endswith(".blend"))

    def test_each_session_and_disk_has_a_tree(self):
        trees = {tree_of(disk, session) for disk in ("x", "y", "../..") for session in ("1", "2")}
        self.assertEqual(len(trees), 6)
        self.assertTrue(all(len(it) == 32 and set(it) <= set("0123456789abcdef") for it in trees))


class Case(unittest.TestCase):
    def setUp(self):
        self.watched, self.wanted = [], []
        FileBook.told.clear()
        LibraryBook.brought.clear()
        self.book = FileBook("/cache", self.watched.extend, self.wanted.extend)
        self.pages = self.book.libraries
        self.pages.session = "s"
        self.root = "/cache/views/" + tree_of("disk", "s")

    def looked(self, path, ref, kind=ONE, name=""):
        names = [[name or os.path.basename(path), ref.digest.hex(), 9]] if ref else []
        return self.book.came({"looked": [{"path": path, "kind": kind, "names": names}]})

    def ready(self, path, at=-1):
        return self.book.came({"ready": [{"key": self.wanted[at][0], "path": path}]})


class OwnLibrariesTest(Case):
    USED = [(SUB, ONE), (WOOD, ONE)]

    def test_told_whole(self):
        self.assertEqual(self.pages.tell(LIB, self.USED, A), [LIB])
        self.book.ask()
        self.assertEqual(self.watched, [[LIB, ONE], [SUB, ONE], [WOOD, ONE]])
        self.looked(LIB, RED)
        self.looked(WOOD, BLUE)
        self.assertEqual(self.pages.tell(LIB, self.USED, A), [LIB], "not all is known")
        self.assertEqual(self.looked(SUB, GREEN).known, {A})
        self.assertEqual(self.pages.tell(LIB, self.USED, A), VALUE)
        more = [*self.USED, ("/b/<UDIM>.png", TILES)]
        self.assertEqual(self.pages.tell(LIB, more, A), VALUE, "as before while more is looked for")
        self.looked("/b/<UDIM>.png", RED, TILES, "1001.png")
        self.assertEqual(
            self.pages.tell(LIB, more, A)[2:], [["/a/sub/sub.blend", GREEN], ["/b/1001.png", RED], VALUE[3]]
        )

    def test_saved_anew(self):
        self.test_told_whole()
        news = self.looked(SUB, RED)
        self.assertEqual((news.known, news.saved), ({A}, {A}))
        self.assertEqual(self.pages.tell(LIB, self.USED, A), [LIB, [LIB, RED], [SUB, RED], [WOOD, BLUE]])

    def test_missing(self):
        self.pages.tell(LIB, self.USED, A)
        for path, ref in ((LIB, None), (SUB, GREEN), (WOOD, BLUE)):
            news = self.looked(path, ref)
        self.assertEqual(self.pages.tell(LIB, self.USED, A), LIB)
        self.pages.tell("/c.blend", [("/gone.png", ONE)], A)
        self.looked("/c.blend", RED)
        news = self.looked("/gone.png", None)
        self.assertEqual(news.missing, ["/gone.png"])
        self.assertEqual(
            self.pages.tell("/c.blend", [("/gone.png", ONE)], A), ["/c.blend", ["/c.blend", RED]]
        )

    def test_mine_stays_where_it_is(self):
        self.test_told_whole()
        self.assertEqual(self.pages.place(VALUE, "other", A), (LIB, False))
        self.assertEqual(self.pages.place([LIB], "other", A), (LIB, False))
        self.assertFalse(self.book.is_others(LIB))
        path, _ = self.pages.place([LIB, [LIB, GREEN]], "disk", A)
        self.assertEqual(path, self.root + LIB, "another one of that name")


class NeededTest(Case):
    """What an own library leads to, and what is told of it."""

    OLD = "/cache/views/old/a/lib.blend"

    def test_by_others(self):
        used = {LIB: {SUB}, SUB: {LIB, "/c.blend"}, "/d.blend": {"/e.blend"}}
        self.assertEqual(self.pages.needed(LIB, used), {LIB, SUB, "/c.blend"})

    def test_none_of_a_peer(self):
        """Nor what a peer's library names, be it in the cache or where its owner has it."""
        theirs, _ = self.pages.place([LIB, [LIB, RED], [SUB, GREEN]], "disk", A)
        self.book.ask()
        self.ready(LIB)
        mine = "/mine.blend"
        used = {mine: {theirs, LIB, SUB, "/c.blend"}, LIB: {"/etc/x.blend"}, theirs: {"/etc/y.blend"}}
        self.assertEqual(self.pages.needed(mine, used), {mine, "/c.blend"})

    def test_of_an_earlier_session(self):
        """It came into the cache with all that is its own."""
        inside = "/cache/views/old/a/sub.blend"
        used = {"/mine.blend": {self.OLD}, self.OLD: {inside, "/home/b/x.blend", "/cache/views/../x.blend"}}
        self.assertEqual(self.pages.needed("/mine.blend", used), {"/mine.blend", self.OLD, inside})
        self.assertEqual(self.pages.needed(self.OLD, used), {self.OLD, inside})
        self.assertTrue(self.pages.may_name("/mine.blend", WOOD))
        self.assertTrue(self.pages.may_name(self.OLD, "/cache/views/old/wood.png"))
        for path in (WOOD, "/cache/views/../../home/b/x.png", "/cache/views"):
            self.assertFalse(self.pages.may_name(self.OLD, path), path)

    def test_own(self):
        self.assertFalse(self.book.is_own(LIB))
        self.pages.tell(LIB, [], A)
        self.assertTrue(self.book.is_own(LIB))


class UsesTest(unittest.TestCase):
    """Looking which library uses which takes a while."""

    def setUp(self):
        self.now, self.took, self.looks = 0.0, 0.0, 0
        self.uses = Uses(self.look, lambda: self.now)

    def look(self):
        self.looks += 1
        self.now += self.took
        return {LIB: {SUB}}

    def looked(self, libraries=2):
        self.assertEqual(self.uses.among(libraries), {LIB: {SUB}})
        return self.looks

    def test_once_for_many(self):
        self.assertEqual([self.looked() for _ in range(3)], [1, 1, 1])
        self.now = 1.0
        self.assertEqual(self.looked(), 2)

    def test_slow_ones_last_longer(self):
        self.took = 0.25
        self.looked()
        self.now = 12.5
        self.assertEqual(self.looked(), 1)
        self.now = 12.75
        self.assertEqual(self.looked(), 2)

    def test_something_changed(self):
        self.assertEqual([self.looked(2), self.looked(3)], [1, 2])
        self.uses.forget()
        self.assertEqual(self.looked(3), 3)


class OthersLibrariesTest(Case):
    def test_mirrored(self):
        path, fresh = self.pages.place([LIB], "disk", A)
        self.assertEqual((path, fresh), (self.root + LIB, False))
        self.assertEqual(self.pages.place(VALUE, "disk", A), (path, False))
        self.assertTrue(self.book.coming(path))
        self.book.ask()
        key, told, files, tree = self.wanted[0]
        self.assertEqual((told, "/cache/views/" + tree), (LIB, self.root))
        self.assertEqual(files[2], ["b/wood.png", BLUE.digest.hex(), WOOD])
        news = self.ready(path)
        self.assertEqual((news.here, news.keys[0]), ({A}, key))
        self.assertEqual(self.book.coming(path), "")
        self.assertEqual(self.pages.place(VALUE, "disk", A), (path, True))
        self.assertEqual(self.pages.place(VALUE, "disk", A), (path, False))
        self.assertEqual(self.pages.told(path), VALUE)
        self.assertEqual(FileBook.known_as(path), LIB)
        self.assertEqual(self.watched, [])
        self.assertTrue(self.pages.is_in_cache(path))

    def test_saved_anew_comes_to_the_same_place(self):
        self.test_mirrored()
        newer = [LIB, [LIB, GREEN], *VALUE[2:]]
        path, fresh = self.pages.place(newer, "disk", A)
        self.assertEqual((path, fresh), (self.root + LIB, False))
        self.assertTrue(self.book.coming(path) and self.book.busy)
        self.book.ask()
        self.assertEqual([it[0] for it in self.wanted], [self.wanted[0][0]] * 2)
        self.ready(path)
        self.assertEqual(self.pages.place(newer, "disk", A), (path, True))

    def test_what_came_along_is_others_too(self):
        self.test_mirrored()
        sub = self.root + SUB
        self.assertTrue(self.book.is_others(sub))
        self.assertEqual(self.pages.told(sub)[:2], [SUB, [SUB, GREEN]])
        self.assertEqual(self.pages.disk_of(sub), "disk")
        self.assertEqual(self.pages.place([SUB, [SUB, GREEN]], "disk", B)[0], sub)

    def test_what_came_along_and_was_saved_anew(self):
        """Whoever uses it then tells what is there, also in a session of the same Blender that has it so."""
        self.test_mirrored()
        self.pages.place([LIB, [LIB, RED], [SUB, BLUE]], "disk", A)
        self.assertEqual(self.pages.told(self.root + SUB)[1], [SUB, GREEN], "what is here")
        self.book.ask()
        self.ready(self.root + LIB)
        anew = [SUB, [SUB, BLUE], [LIB, RED]]
        self.assertEqual(self.pages.told(self.root + SUB), anew)
        self.assertEqual(FileBook.known_as(self.root + SUB), SUB)
        self.assertEqual(FileBook("/cache").libraries.told(self.root + SUB), anew)
        FileBook("/elsewhere")
        self.assertEqual(LibraryBook.brought, {})

    def test_many_came_along(self):
        """What is kept of each is no list of all others."""
        files = [[LIB, RED], *([f"/a/{number}.blend", GREEN] for number in range(9_000))]
        self.pages.place([LIB, *files], "disk", A)
        self.book.ask()
        self.ready(self.root + LIB)
        self.assertEqual(
            {id(it) for it in LibraryBook.brought.values()}, {id(FileBook.told[self.root + LIB])}
        )
        self.assertEqual(len(self.pages.told(self.root + "/a/5.blend")), 9_002)

    def test_where_a_librarys_paths_lead(self):
        self.test_mirrored()
        lib = self.root + LIB
        self.assertEqual(self.pages.here(lib, WOOD), self.root + WOOD)
        self.assertEqual(self.pages.here(lib, self.root + WOOD), self.root + WOOD)
        self.assertEqual(self.pages.here(lib, SUB), self.root + SUB)
        self.assertEqual(self.pages.here(lib, "/b/<UDIM>.png", True), self.root + "/b/<UDIM>.png")
        for path in ("/home/b/letter.png", "/a/../etc/x.png", "", "relative.png"):
            self.assertEqual(self.pages.here(lib, path), "", path)
        self.assertEqual(self.pages.here("/own/lib.blend", WOOD), "")
        self.pages.place([SUB, [SUB, GREEN]], "disk", B)
        self.book.ask()
        self.ready(SUB)
        self.assertEqual(self.pages.here(lib, SUB), SUB, "the one that is linked by itself")

    def test_at_the_same_place_here(self):
        self.pages.place(VALUE, "disk", A)
        self.book.ask()
        self.ready(LIB)
        self.assertEqual(self.pages.place(VALUE, "disk", A), (LIB, True))
        self.assertTrue(self.book.is_others(LIB) and self.book.is_others(SUB))
        self.book.ask()
        self.assertEqual(self.watched, [], "what others name is not watched")

    def test_the_place_of_another(self):
        """A node that says another content for the disk and path of one that lives is refused; the first one stays."""
        self.test_mirrored()
        other, bare, here = [LIB, [LIB, GREEN]], [LIB], {A, B}
        for user in (b"", B):  # when it is made, and when it is changed
            with self.assertRaises(ValueError):
                self.pages.place(other, "disk", user, here.__contains__)
        self.assertEqual(self.pages.place(VALUE, "disk", B, here.__contains__)[0], self.root + LIB)
        self.assertEqual(self.pages.place(bare, "disk", B, here.__contains__)[0], self.root + LIB)
        self.assertEqual(self.pages.told(self.root + LIB), VALUE)
        self.assertFalse(self.book.busy)
        self.assertEqual(self.pages.place(other, "disk", A, here.__contains__)[0], self.root + LIB)
        self.assertTrue(self.book.busy)

    def test_the_place_of_one_that_left(self):
        other = [LIB, [LIB, GREEN]]
        self.pages.place(VALUE, "disk", A)
        self.assertEqual(self.pages.place(other, "disk", B, {B}.__contains__)[0], self.root + LIB, "gone")
        with self.assertRaises(ValueError):
            self.pages.place(VALUE, "disk", A)
        self.pages.place("/elsewhere.blend", "disk", B)
        self.assertEqual(self.pages.place(VALUE, "disk", A)[0], self.root + LIB, "moved")

    def test_made_up(self):
        for value in (
            ["/a/../x.blend", ["/a/../x.blend", RED]],
            [LIB, [LIB, RED], ["..", RED]],
            ["/" + "x/" * 490 + "y.blend"],
            [LIB, [SUB, RED], [LIB, GREEN]],
        ):
            with self.assertRaises(ValueError):
                self.pages.place(value, "disk", A)
        path, _ = self.pages.place(VALUE, "../" * 999, A)
        self.assertTrue(os.path.normpath(path) == path and path.startswith("/cache/views/"))

    def test_without_a_cache(self):
        book = FileBook("")
        self.assertEqual(book.libraries.tell(LIB, [], A), LIB)
        self.assertEqual(book.libraries.place(VALUE, "disk", A), (LIB, False))


if __name__ == "__main__":
    unittest.main()
