"""What a teammate sends does not run here before this artist trusts the session; and is never lost meanwhile.

All Blenders have Auto Run switched on: nothing but the add-on keeps a script from running. Code says that it ran by a
file named after its process. The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import trust_edits as edits  # noqa: E402
from harness.blender import Blender  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import Member, messages, wait_equal, wait_settled  # noqa: E402

AUTO_RUN = turns.COMMAND + " --enable-autoexec"


class Trust(turns.Pair):
    """A hosts, B joins and does not trust the session."""

    command = AUTO_RUN

    @classmethod
    def prepare(cls):
        cls.foreign, cls.own = (os.path.dirname(cls.place.path(name, "")) for name in ("foreign", "own"))
        cls.a.run(edits.SCENE)
        cls.a.run(edits.DRIVE, name="Host", expression=cls.leaves(cls.foreign, 5))
        cls.a.run(edits.DRIVE, name="Simple", expression="frame * 2 + var")

    @staticmethod
    def leaves(folder: str, value: float) -> str:
        return edits.LEAVES_A_FILE.format(folder=folder, value=value)

    def ran(self, member: Blender, folder: str = "") -> bool:
        """Whether code ran in this Blender since it was asked last."""
        mark = os.path.join(folder or self.foreign, str(member.value("__import__('os').getpid()")))
        found = os.path.exists(mark)
        if found:
            os.remove(mark)
        return found

    def expression(self, member: Member, name: str) -> str:
        return member.value(edits.EXPRESSION, name=name)

    def assert_held(self, name: str, value: float):
        """In B the driver is inert, and what it drives has the value that A calculated."""
        wait_settled([self.a, self.b])
        self.b.run("bpy.context.scene.frame_set(bpy.context.scene.frame_current + 1)")
        self.assertFalse(self.ran(self.b))
        curve = f"[{edits.CURVE}.mute, {edits.CURVE}.driver.is_valid, {edits.EXPRESSION}]"
        self.assertEqual(self.b.value(curve, name=name), [True, True, "0.0"])
        self.assertAlmostEqual(self.b.value(f"bpy.data.objects['{name}'].location.x"), value)

    def test_01_join(self):
        """A driver that B was sent when it joined did not run; arithmetic does."""
        self.assertTrue(self.ran(self.a))
        self.assert_held("Host", 5)
        self.b.run("bpy.context.scene.frame_set(21)")
        self.assertAlmostEqual(self.b.value("bpy.data.objects['Simple'].location.x"), 42)
        self.assertIn("until you trust the session", messages(self.b.state()))

    def test_02_live(self):
        """Nor does one that comes later, or that arithmetic turns into."""
        self.a.run(edits.DRIVE, name="Live", expression="frame * 0 + 3")
        self.b.until("abs(bpy.data.objects['Live'].location.x - 3) < 1e-6")
        self.a.run(f"{edits.EXPRESSION} = args['to']", name="Live", to=self.leaves(self.foreign, 7))
        self.b.until(f"{edits.CURVE}.mute", name="Live")
        self.assertTrue(self.ran(self.a))
        self.assert_held("Live", 3)
        self.b.until_code(edits.HELD + "result = len(result) > 1", "the panel to list what is held")
        held = sorted(self.b.run(edits.HELD))
        self.assertEqual([one[:3] for one in held][1], ["Live", "location[0]", self.leaves(self.foreign, 7)])
        self.assertEqual(held[1][3], "A")

    def test_03_it_is_kept_while_b_edits(self):
        """B moves, renames and copies what is driven, edits and unmutes the driver: A's expression stays."""
        self.b.run("bpy.data.objects['Host'].location.y = 4; bpy.data.objects['Host'].name = 'Wirt'")
        self.b.run(f"{edits.CURVE}.driver.variables['var'].name = 'high'", name="Wirt")
        self.b.run(
            "c = bpy.data.objects['Wirt'].copy(); c.name = 'Copy'; bpy.context.scene.collection.objects.link(c)"
        )
        self.a.until("'Copy' in bpy.data.objects and 'Wirt' in bpy.data.objects")
        self.a.until(f"'high' in {edits.CURVE}.driver.variables", name="Wirt")
        wait_settled([self.a, self.b])
        for name in ("Wirt", "Copy"):
            self.assertEqual(self.expression(self.a, name), self.leaves(self.foreign, 5))
            self.assertEqual(
                self.a.value(f"[{edits.CURVE}.mute, len({edits.CURVE}.driver.variables)]", name=name),
                [False, 1],
            )
        self.assertAlmostEqual(self.a.value("bpy.data.objects['Wirt'].location.y"), 4)
        self.b.run(f"{edits.CURVE}.mute = False", name="Copy")
        wait_settled([self.a, self.b])
        self.a.run("bpy.context.scene.frame_set(3)")
        self.assertTrue(self.ran(self.a))
        self.assertFalse(self.ran(self.b))

    def test_04_own_work_runs(self):
        """What B writes runs in B at once, and is held in A, which did not trust the session either."""
        self.b.run(edits.DRIVE, name="Simple", expression=self.leaves(self.own, 9))
        self.assertTrue(self.ran(self.b, self.own))
        self.a.until(f"{edits.CURVE}.mute", name="Simple")
        self.a.run("bpy.context.scene.frame_set(8)")
        self.assertFalse(self.ran(self.a, self.own))
        self.assertEqual(self.expression(self.b, "Simple"), self.leaves(self.own, 9))

    def test_05_scripts(self):
        """Texts that are registered, script nodes, and cameras with a shader of their own."""
        self.a.run(edits.SCRIPTS.replace("{folder}", self.foreign))
        self.b.until("'Scripted' in bpy.data.materials and 'Start.py' in bpy.data.texts")
        camera = self.a.value("hasattr(bpy.types.Camera, 'custom_shader')")
        if camera:
            self.a.run(edits.CAMERA)
            self.b.until("'Own lens' in bpy.data.cameras")
        wait_settled([self.a, self.b])
        nodes = "bpy.data.materials['Scripted'].node_tree.nodes"
        self.assertEqual(
            self.b.value(
                f"[{nodes}['Internal'].script is None, {nodes}['External'].filepath, {nodes}['External'].mode, "
                "bpy.data.texts['Start.py'].use_module]"
            ),
            [True, "", "EXTERNAL", False],
        )
        if camera:
            self.assertTrue(self.b.value("bpy.data.cameras['Own lens'].custom_shader is None"))
        self.b.run(f"{nodes}['Internal'].location.x = 50; bpy.data.texts['Start.py'].name = 'Begin.py'")
        self.a.until(f"{nodes}['Internal'].location.x == 50 and 'Begin.py' in bpy.data.texts")
        self.assertEqual(
            self.a.value(
                f"[{nodes}['Internal'].script.name, {nodes}['External'].filepath, "
                "bpy.data.texts['Begin.py'].use_module]"
            ),
            ["Shader.osl", "/somewhere/shader.osl", True],
        )
        self.b.run(f"{nodes}['Internal'].inputs['Amount'].default_value = 0.5")
        self.a.until(f"{nodes}['Internal'].inputs['Amount'].default_value == 0.5")
        self.assertTrue(self.b.value(f"{nodes}['Internal'].outputs['Col'].is_linked"))

    def test_06_others_edit_an_own_script(self):
        """A text that B itself has Blender run is not run any more once A changed it; for A it still is."""
        self.b.run("t = bpy.data.texts.new('Mine.py'); t.from_string('pass'); t.use_module = True")
        self.a.until("'Mine.py' in bpy.data.texts and bpy.data.texts['Mine.py'].as_string() == 'pass'")
        self.assertTrue(self.b.value("bpy.data.texts['Mine.py'].use_module"))
        self.a.run("bpy.data.texts['Mine.py'].from_string('print()')")
        self.b.until("bpy.data.texts['Mine.py'].as_string() == 'print()'")
        wait_settled([self.a, self.b])
        self.assertFalse(self.b.value("bpy.data.texts['Mine.py'].use_module"))

    def test_07_saved_files(self):
        """Neither does it run in the file that B saves, with and without Auto Run; B's own work does, with it."""
        path = self.place.path("saved.blend")
        self.b.run("bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True)", path=path)
        for number, (command, auto) in enumerate(((AUTO_RUN, True), (turns.COMMAND, False))):
            fresh = Blender(self.place, f"fresh{number}", command, open_file=path, addon=False)
            try:
                fresh.run("bpy.context.scene.frame_set(30)")
                self.assertIn("getpid", fresh.run(edits.KEPT, name="Wirt"))
                self.assertFalse(self.ran(fresh))
                self.assertEqual(self.ran(fresh, self.own), auto)
            finally:
                fresh.process.stop()

        late = Member(self.place, "late", AUTO_RUN, open_file=path)
        try:
            late.run("bpy.ops.multiuser.release_held(); bpy.context.scene.frame_set(31)")
            self.assertTrue(self.ran(late))
        finally:
            late.process.stop()

    def test_08_trust(self):
        """Once both trust the session all of it runs, and both hold the same."""
        self.assertGreater(len(self.b.run(edits.HELD)), 4)
        for member in (self.a, self.b):
            member.trust()
        self.b.run("bpy.context.scene.frame_set(31)")
        self.assertTrue(self.ran(self.b))
        wait_equal(self.a, self.b, self.place)
        self.assertEqual(self.expression(self.b, "Wirt"), self.leaves(self.foreign, 5))
        self.assertFalse(self.b.value(f"{edits.CURVE}.mute", name="Copy"))
        self.b.until_code(edits.HELD.replace("result =", "result = not"), "nothing to be held")
        self.a.run(f"{edits.EXPRESSION} = args['to']", name="Wirt", to=self.leaves(self.foreign, 6))
        self.b.until("abs(bpy.data.objects['Wirt'].location.x - 6) < 1e-6")

    def test_09_no_longer(self):
        """Trust can be taken back: what is the others' is held again, what is B's own is not."""
        self.b.run("bpy.ops.multiuser.distrust()")
        self.ran(self.b)
        self.ran(self.b, self.own)
        self.assert_held("Wirt", 6)
        self.assertTrue(self.ran(self.b, self.own))
        self.assertFalse(self.b.value("bpy.data.texts['Begin.py'].use_module"))
        wait_settled([self.a, self.b])
        self.assertEqual(self.expression(self.a, "Wirt"), self.leaves(self.foreign, 6))

    def test_10_remembered(self):
        """Who joins a session again that is remembered trusts it, until it is taken off the list."""
        self.b.trust(remember=True)
        self.b.leave()
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")
        wait_settled([self.a, self.b])
        self.b.run("bpy.context.scene.frame_set(32)")
        self.assertTrue(self.ran(self.b))
        wait_equal(self.a, self.b, self.place)
        self.assertEqual(self.b.run("import member\nresult = len(member.preferences().trusted_sessions)"), 1)
        self.b.run("bpy.ops.multiuser.forget_trust(index=0)")
        self.ran(self.b)
        self.assert_held("Wirt", 6)


if __name__ == "__main__":
    unittest.main()
