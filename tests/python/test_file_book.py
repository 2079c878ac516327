"""The book of the scene's files: what is told of them, and where others' are, with an agent made of lists."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.core.file_book import ONE, SEQUENCE, FileBook, checked, key_of, safe_leaf  # noqa: E402
from multi_user.core.values import FileRef  # noqa: E402

RED, GREEN = FileRef(b"r" * 32), FileRef(b"g" * 32)
A, B = b"a" * 16, b"b" * 16
WOOD = "/a/wood.png"


class Case(unittest.TestCase):
    def setUp(self):
        self.watched, self.wanted = [], []
        FileBook.told.clear()
        self.book = FileBook("/cache", self.watched.extend, self.wanted.extend)

    def looked(self, path, *names, kind=ONE):
        fields = {"path": path, "kind": kind, "names": [[name, ref.digest.hex(), 9] for name, ref in names]}
        return self.book.came({"looked": [fields]})

    def ready(self, key, path):
        return self.book.came({"ready": [{"key": key, "path": path}]})


class OwnFilesTest(Case):
    def test_known_once_the_agent_looked(self):
        self.assertEqual(self.book.tell(WOOD, ONE, A), [WOOD])
        self.assertTrue(self.book.busy)
        self.book.ask()
        self.assertEqual(self.watched, [[WOOD, ONE]])
        self.assertEqual(self.looked(WOOD, ("wood.png", RED)).known, {A})
        self.assertEqual(self.book.tell(WOOD, ONE, B), [WOOD, ["wood.png", RED]])
        self.assertFalse(self.book.busy)
        self.book.ask()
        self.assertEqual(len(self.watched), 1)

    def test_missing_is_a_path(self):
        self.book.tell(WOOD, ONE, A)
        self.assertEqual(self.looked(WOOD).missing, [WOOD])
        self.assertEqual(self.book.tell(WOOD, ONE, A), WOOD)

    def test_saved_anew(self):
        self.book.tell(WOOD, ONE, A)
        self.looked(WOOD, ("wood.png", RED))
        news = self.looked(WOOD, ("wood.png", GREEN))
        self.assertEqual((news.known, news.saved), ({A}, {A}))
        self.assertEqual(self.looked(WOOD, ("wood.png", GREEN)).known, set())

    def test_own_value_that_comes_back_is_the_own_file(self):
        self.book.tell(WOOD, ONE, A)
        self.assertEqual(self.book.place([WOOD], A), (WOOD, False))
        self.looked(WOOD, ("wood.png", RED))
        self.assertEqual(self.book.place([WOOD, ["wood.png", RED]], A), (WOOD, False))
        self.assertEqual(self.book.place(WOOD, A), (WOOD, False))
        self.assertEqual(self.book.tell(WOOD, ONE, A), [WOOD, ["wood.png", RED]])

    def test_without_a_cache_paths_are_all(self):
        book = FileBook("")
        self.assertEqual(book.tell(WOOD, ONE, A), WOOD)
        self.assertEqual(book.place([WOOD, ["wood.png", RED]], A), (WOOD, False))

    def test_several_files_of_a_path(self):
        members = [("1.png", "/a/1.png"), ("2.png", "/a/2.png")]
        self.assertEqual(self.book.tell_set("/a/", members, A), ["/a/"])
        self.looked("/a/1.png", ("1.png", RED))
        self.assertEqual(self.book.tell_set("/a/", members, A), ["/a/"])
        self.looked("/a/2.png")
        value = self.book.tell_set("/a/", members, A)
        self.assertEqual(value, ["/a/", ["1.png", RED]])
        self.assertNotEqual(self.book.place(value, A, folder=True)[0], "")

    def test_another_agent_is_asked_anew(self):
        self.book.tell(WOOD, ONE, A)
        self.book.place(["/x/y.png", ["y.png", RED]], B)
        self.book.ask()
        self.book.restarted()
        self.book.ask()
        self.assertEqual((len(self.watched), len(self.wanted)), (2, 2))


class OthersFilesTest(Case):
    value = [WOOD, ["wood.png", RED]]

    def test_a_stand_in_until_it_is_here(self):
        path, fresh = self.book.place(self.value, A)
        self.assertEqual((path.startswith("/cache/views/"), fresh), (True, False))
        self.assertEqual(self.book.tell(path, ONE, A), self.value)
        self.book.ask()
        self.assertEqual(self.wanted, [[key_of(self.value, A), WOOD, [["wood.png", RED.digest.hex()]]]])
        self.assertTrue(self.book.busy)
        self.assertEqual(self.book.coming(path), key_of(self.value, A))
        news = self.ready(key_of(self.value, A), path)
        self.assertEqual((news.here, self.book.coming(path)), ({A}, ""))
        self.assertEqual(self.book.place(self.value, A), (path, True))
        self.assertEqual(self.book.place(self.value, A), (path, False))
        self.assertEqual(self.book.tell(path, ONE, A), self.value)

    def test_what_peers_name_is_not_looked_at(self):
        self.book.place("/home/b/letter.png", B)
        self.assertEqual(self.book.tell("/home/b/letter.png", ONE, B), "/home/b/letter.png")
        self.book.place(self.value, A)
        self.ready(key_of(self.value, A), WOOD)  # the same is here, at the same path
        self.assertEqual(self.book.tell(WOOD, ONE, A), self.value)
        self.book.ask()
        self.assertEqual(self.watched, [])

    def test_two_files_at_one_path(self):
        self.book.tell(WOOD, ONE, A)
        self.looked(WOOD, ("wood.png", GREEN))
        path, _ = self.book.place(self.value, B)
        self.assertNotEqual(path, WOOD)
        self.assertEqual(self.book.tell(WOOD, ONE, A), [WOOD, ["wood.png", GREEN]])
        self.assertEqual(self.book.tell(path, ONE, B), self.value)

    def test_saved_over_in_the_cache(self):
        path, _ = self.book.place(self.value, A)
        self.ready(key_of(self.value, A), path)
        news = self.looked(path, ("wood.png", GREEN))
        self.assertEqual(news.known, {A})
        self.assertEqual(self.book.tell(path, ONE, A), [WOOD, ["wood.png", GREEN]])

    def test_a_set_changes_in_its_place(self):
        first = ["/a/1.png", ["1.png", RED], ["2.png", RED]]
        second = [*first, ["3.png", GREEN]]
        path, _ = self.book.place(first, A, SEQUENCE)
        self.book.ask()
        key = key_of(first, A)
        self.assertEqual(key, key_of(second, A))
        self.assertNotEqual(key, key_of(first, B))
        self.ready(key, path)
        self.assertEqual(self.book.place(first, A, SEQUENCE), (path, True))
        self.assertEqual(self.book.place(second, A, SEQUENCE), (path, False))
        self.assertEqual(self.looked(path, ("1.png", GREEN), kind=SEQUENCE).known, set())  # half of it
        self.book.ask()
        self.assertEqual(len(self.wanted), 2)
        self.ready(key, path)
        self.assertEqual(self.book.place(second, A, SEQUENCE), (path, True))

    def test_a_folder(self):
        value = ["/a/", ["1.png", RED], ["2.png", RED]]
        path, _ = self.book.place(value, A, folder=True)
        self.assertTrue(path.endswith("/"))
        self.book.ask()
        self.assertEqual(self.wanted[0][1], "/a/1.png")
        self.ready(self.wanted[0][0], "/a/1.png")
        self.assertEqual(self.book.place(value, A, folder=True), ("/a/", True))

    def test_what_makes_no_sense_is_refused(self):
        for value in (None, 7, [], [7], [""], ["/a\0b"], [WOOD, "x"], [WOOD, ["x", b"r"]], [WOOD, ["", RED]]):
            with self.subTest(value=value), self.assertRaises(ValueError):
                checked(value)

    def test_names_that_would_not_fit_what_the_agent_reads(self):
        """[BR4] One connection would end after the other."""
        for name in ("a\nb", "x" * 2_000_000):
            with self.subTest(name=name[:9]), self.assertRaises(ValueError):
                checked([WOOD, [name, RED]])

    def test_asked_in_pieces(self):
        """[BR28] Ten thousand frames of each of four sequences are more than the agent reads at once."""
        pieces = []
        self.book = FileBook("/cache", self.watched.extend, pieces.append)
        for place in "abcd":
            names = [[f"{'frame' * 5}.{number:05}.png", RED] for number in range(10_000)]
            self.book.place([f"/{place}/frames.png", *names], B)
        self.book.ask()
        self.assertEqual([len(piece) for piece in pieces], [1, 1, 1, 1])
        self.assertEqual(len({key for ((key, _, _),) in pieces}), 4)

    def test_what_others_make_of_an_own_path_stays_here(self):
        self.book.tell(WOOD, ONE, A)
        self.looked(WOOD, ("wood.png", RED))
        self.book.refuse(WOOD, SEQUENCE)
        self.assertEqual(self.book.tell(WOOD, SEQUENCE, A), [WOOD, ["wood.png", RED]])
        self.book.refuse("/a/letter.png")
        self.assertEqual(self.book.tell_set("/a/", [("letter.png", "/a/letter.png")], A), "/a/")
        self.book.refuse(WOOD)  # an own one stays that
        self.assertEqual(self.book.tell(WOOD, ONE, A), [WOOD, ["wood.png", RED]])
        self.book.ask()
        self.assertEqual(self.watched, [[WOOD, ONE]])

    def test_a_path_that_means_another_place_in_each_file(self):
        self.assertFalse(self.book.is_told("//letter.png"))
        self.assertEqual(self.book.place("//letter.png", B), ("//letter.png", False))
        self.assertTrue(self.book.is_told("//letter.png"))
        for path in ("/home/b/letter.png\0x", "/" + "x" * 2000):
            with self.assertRaises(ValueError):
                self.book.place(path, B)
        self.book.stands_for("/home/b/letter.png", "/home/b/../b/letter.png")
        self.assertEqual(self.book.tell("/home/b/letter.png", ONE, B), "/home/b/../b/letter.png")
        self.book.ask()
        self.assertEqual(self.watched, [])

    def test_names_of_any_system(self):
        self.assertEqual(safe_leaf("C:\\pics\\wood.png"), "wood.png")
        self.assertEqual(safe_leaf("/a/wand.<UDIM>.png"), "wand.<UDIM>.png")
        self.assertEqual(safe_leaf("/a/.."), "file")


if __name__ == "__main__":
    unittest.main()
