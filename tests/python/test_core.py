"""The rest of core, and the parts of bridge that need no agent."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.bridge import child, java, segments, steps  # noqa: E402
from multi_user.core.again import Again  # noqa: E402
from multi_user.core.budget import Budget  # noqa: E402
from multi_user.core.changes import (  # noqa: E402
    AgentState,
    Capture,
    CaptureBuffer,
    CaptureKind,
    Reason,
    Status,
    role_change,
)


class BudgetTest(unittest.TestCase):
    def test_a_budget_ends_with_its_time(self):
        now = [10.0]
        budget = Budget(0.004, lambda: now[0])
        self.assertTrue(budget.left())
        now[0] = 10.003
        self.assertTrue(budget.left())
        self.assertAlmostEqual(budget.remaining_seconds(), 0.001)
        half = budget.share(0.5)
        now[0] = 10.0036
        self.assertFalse(half.left())
        now[0] = 10.005
        self.assertFalse(budget.left())
        self.assertEqual(budget.remaining_seconds(), 0.0)
        self.assertAlmostEqual(budget.spent_seconds(), 0.005)


class AgainTest(unittest.TestCase):
    """What could not be set yet is asked for some times more, and given up after a while."""

    def setUp(self):
        self.now = 100.0
        self.again = Again(lambda: self.now)

    def test_asked_for_after_a_pause(self):
        self.assertTrue(self.again.note(b"a"))
        self.assertEqual(self.again.due(), [])
        self.now += 1
        self.assertEqual(self.again.due(), [b"a"])
        self.assertEqual(self.again.due(), [])
        self.assertFalse(self.again)

    def test_given_up(self):
        answers = []
        for _ in range(8):
            answers.append(self.again.note(b"a"))
            self.now += 1
            self.again.due()
        self.assertEqual(answers[:7], [True] * 6 + [False])

    def test_a_later_trouble_begins_anew(self):
        self.again.note(b"a")
        self.now += 1
        self.again.due()
        self.now += 60
        self.assertTrue(self.again.note(b"a"))

    def test_whose_reason_is_not_known_is_tried_once(self):
        self.assertTrue(self.again.note(b"a", patient=False))
        self.assertTrue(self.again.note(b"a", patient=False), "nobody was asked yet")
        self.now += 1
        self.assertEqual(self.again.due(), [b"a"])
        self.assertFalse(self.again.note(b"a", patient=False))
        self.assertEqual(self.again.due(), [])

    def test_others_changes_make_it_worth_a_try(self):
        def attempt(*ops):
            self.again.changed(b"a", ops)
            self.now += 1
            return self.again.due()

        self.assertEqual(attempt(["set", ["x"], 1]), [], "nothing is lacking")
        self.again.note(b"a", patient=False)
        self.assertEqual(attempt(), [b"a"])
        self.again.note(b"a", patient=False)
        self.assertEqual(attempt(["set", ["x"], 1]), [b"a"])
        self.assertFalse(self.again.note(b"a", patient=False))
        self.assertEqual(attempt(["set", ["x"], 1]), [], "an answer says nothing new")
        self.assertEqual(attempt(["set", ["x"], 1], ["remove", ["y"]]), [b"a"])
        self.again.note(b"a", patient=False)
        self.again.forget(b"a")
        self.assertEqual(attempt(["set", ["x"], 2]), [])

    def test_one_node_does_not_use_up_the_other_ones_tries(self):
        self.again.note(b"a", patient=False)
        self.now += 1
        self.again.due()
        self.again.note(b"b", patient=False)
        self.now += 1
        self.again.due()
        self.assertFalse(self.again.note(b"a", patient=False))


class ChangesTest(unittest.TestCase):
    def test_br12_a_capture_says_only_what_it_holds(self):
        """[BR12] defaults are left out, names are those of the contract."""
        plain = Capture(b"0" * 16, "Mesh", CaptureKind.DELETE)
        self.assertEqual(plain.to_map(), {"id": b"0" * 16, "type": "Mesh", "kind": "delete"})
        full = Capture(
            b"0" * 16,
            "Mesh",
            CaptureKind.PART,
            paths=[(("a", "b"), 1)],
            removed=[("c",)],
            buffers={"co": CaptureBuffer("f4", 2, 3, 7, 64)},
            all_buffers=True,
            structure=True,
            topology=("edges",),
        ).to_map()
        self.assertEqual(full["paths"], [[["a", "b"], 1]])
        self.assertEqual(full["removed"], [["c"]])
        self.assertEqual(full["buffers"], {"co": ["f4", 2, 3, 7, 64]})
        self.assertEqual((full["allBuffers"], full["structure"], full["topology"]), (True, True, ["edges"]))

    def test_br10_status_takes_what_is_missing_as_nothing(self):
        """[BR10] a status reads its JSON."""
        fields = {
            "state": "ENDED",
            "reason": {"code": "KICKED", "text": "Bye."},
            "role": None,
            "bytesSent": 5,
        }
        status = Status.from_map(fields)
        self.assertIs(status.state, AgentState.ENDED)
        self.assertEqual(status.reason, Reason("KICKED", "Bye."))
        self.assertEqual((status.role, status.bytes_sent, status.users), ("", 5, ()))


class RoleTest(unittest.TestCase):
    def test_an_artist_is_told_of_another_role(self):
        """[RI9] Not of the first, not of the same, not of what the agent does not know."""
        self.assertIn("viewer", role_change("EDITOR", "VIEWER"))
        self.assertIn("admin", role_change("VIEWER", "ADMIN"))
        for before, now in (("", "EDITOR"), ("ADMIN", "ADMIN"), ("ADMIN", "")):
            self.assertEqual(role_change(before, now), "")


class JavaTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.versions = {}

    def make(self, place: str, version: str) -> str:
        launcher = self.folder / place / "bin" / ("java.exe" if sys.platform == "win32" else "java")
        launcher.parent.mkdir(parents=True)
        launcher.touch()
        self.versions[str(launcher)] = f'openjdk version "{version}" 2026-01-01'
        return str(launcher)

    def find(self, preferred="", environ=None, folders=()):
        def version(path):
            yield
            return self.versions.get(path, "")

        return steps.finish(java.find_java(preferred, environ or {}, version, folders), 0)

    def test_f1_the_first_that_is_new_enough_is_taken(self):
        """[F1] preference, JAVA_HOME, PATH, usual folders, in this order; older ones are passed over."""
        old = self.make("old", "1.8.0_302")
        home = self.make("home", "17.0.2")
        path = self.make("path", "21")
        self.make("usual/jdk-25", "25-ea")
        environ = {"JAVA_HOME": str(self.folder / "home"), "PATH": os.path.dirname(path)}
        self.assertEqual(self.find(environ=environ), java.Java(home, 17))
        environ["JAVA_HOME"] = str(self.folder / "old")
        self.assertEqual(self.find(environ=environ), java.Java(path, 21))
        usual = [self.folder / "usual", self.folder / "nowhere"]
        self.assertEqual(self.find(environ={"PATH": os.path.dirname(old)}, folders=usual).major, 25)
        self.assertEqual(self.find(preferred=str(self.folder / "path"), environ=environ).major, 21)

    def test_f1_without_java_the_error_says_what_was_found(self):
        """[F1] the message names the Javas that are too old, and what to do."""
        with self.assertRaisesRegex(java.JavaNotFound, "No Java 17 or later found: none.*Install"):
            self.find()
        old = self.make("old", "11.0.1")
        with self.assertRaisesRegex(java.JavaNotFound, "is Java 11"):
            self.find(environ={"PATH": os.path.dirname(old)})
        with self.assertRaisesRegex(java.JavaNotFound, "is Java 11"):
            self.find(preferred=old)
        with self.assertRaisesRegex(java.JavaNotFound, "nothing is no Java"):
            self.find(preferred=str(self.folder / "nothing"))


class ChildTest(unittest.TestCase):
    def start(self, code: str, first_line: str = "", timeout: float = 10.0) -> child.Child:
        return steps.finish(child.start([sys.executable, "-c", code], first_line, "", timeout, "thing"))

    def test_br2_the_ready_line_is_read(self):
        """[BR2] the first line on stdout is the ready line; later ones do not block the child."""
        code = "import sys; line = input(); print('{\"got\": %r}' % len(line), flush=True)\n"
        code += "print('x' * 1000000, flush=True); sys.stdin.read()"
        running = self.start(code, "abc")
        self.assertEqual(running.ready, {"got": 3})
        self.assertTrue(running.alive())
        running.end()
        self.assertFalse(running.alive())

    def test_br2_failures_are_told_with_their_reason(self):
        """[BR2] an error line, a death, silence and nonsense each give a clear message."""
        cases = {
            'print(\'{"error": "The port is in use."}\')': "^The port is in use.$",
            "import sys; sys.exit('No such folder')": "exit code 1.*No such folder",
            "print('hello')": "said b'hello",
            "import time; time.sleep(60)": "not ready within",
        }
        for code, text in cases.items():
            with self.subTest(code), self.assertRaisesRegex(child.StartFailed, text):
                self.start(code, timeout=0.5 if "sleep" in code else 10)
        with self.assertRaisesRegex(child.StartFailed, "could not be started"):
            steps.finish(child.start([os.path.join(addon.ROOT, "nothing-here")], "", "", 1, "thing"))

    def test_br3_a_start_that_is_given_up_leaves_no_child(self):
        """[BR3] the child is gone with the start, and its output's file too."""
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(tempfile, "tempdir", folder):
            code = f"import os, time; open({folder + '/pid'!r}, 'w').write(str(os.getpid())); time.sleep(60)"
            start = child.start([sys.executable, "-c", code], "", "", 20, "thing")
            while not os.path.exists(folder + "/pid") or not Path(folder, "pid").read_text():
                next(start)
            start.close()
            with self.assertRaises(ProcessLookupError):
                os.kill(int(Path(folder, "pid").read_text()), 0)
            self.assertEqual(os.listdir(folder), ["pid"])

    def test_br3_a_child_that_does_not_end_is_killed(self):
        """[BR3] what is let go of goes on by steps: its stdin closed, and killed after its time of grace."""
        stubborn = self.start("import time; print('{}', flush=True); time.sleep(60)")
        with mock.patch.object(child, "_GRACE_SECONDS", 0.1):
            stubborn.leave()
        self.assertTrue(steps.wind_down())
        steps.wait_until_gone(10)
        self.assertFalse(steps.wind_down())
        self.assertFalse(stubborn.alive())


class SegmentsTest(unittest.TestCase):
    def lease(self, size: int) -> segments.Lease:
        import mmap

        return segments.Lease(1, mmap.mmap(-1, size), 1)

    def test_br6_size_classes(self):
        """[BR6] powers of two from 64 KiB."""
        sizes = [segments.size_class(size) for size in (0, 1, 65536, 65537, 1 << 20, (1 << 20) + 1)]
        self.assertEqual(sizes, [65536, 65536, 65536, 131072, 1 << 20, 1 << 21])

    def test_br12_arrays_in_a_lease_lie_apart_and_within(self):
        """[BR12] arrays are aligned and what does not fit is refused."""
        lease = self.lease(65536)
        array, first = lease.array("f4", 10, 3)
        self.assertEqual((first.offset, first.rows, first.columns), (0, 10, 3))
        self.assertEqual(lease.array("u1", 1, 1)[1].offset, 128)
        with self.assertRaises(ValueError):
            lease.array("f8", 8192, 1)
        with self.assertRaises(ValueError):
            lease.array("q9", 1, 1)
        lease.array("u1", lease.room(), 1)
        self.assertEqual(lease.room(), 0)
        if segments.numpy is not None:
            array[:] = 1.5
            self.assertEqual(lease.memory[:4], b"\x00\x00\xc0\x3f")


if __name__ == "__main__":
    unittest.main()
