"""Library overrides and undo: by real keys in a Blender with a window, as a background Blender keeps no undo steps. The
tests share the pair and run in the order of their names."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.display import Display  # noqa: E402
from harness.member import ADMIN, Member, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
WRITE = """
thing = bpy.data.objects.new('Thing', bpy.data.meshes.new('Thing'))
thing.modifiers.new('Smooth', 'SUBSURF').levels = 1
bpy.data.libraries.write(args['path'], {thing})
bpy.data.meshes.remove(thing.data)
"""
STEP = """
bpy.context.view_layer.update()
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    bpy.ops.ed.undo_push(message="Script")
"""
OVERRIDE = """
with bpy.data.libraries.load(args['path'], link=True) as (there, here):
    here.objects = ['Thing']
own = here.objects[0].override_create(remap_local_usages=False)
bpy.context.scene.collection.objects.link(own)
"""
OWN = "bpy.data.objects.get(('Thing', None))"


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class OverridesAndUndo(unittest.TestCase):
    """A hosts and has a window, B joins in the background."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-override-windows")
        cls.addClassCleanup(cls.place.close)
        cls.library = cls.place.path("library", "thing.blend")
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.display = Display(cls.place, "A")
        cls.a = Member(cls.place, "A", COMMAND, display=cls.display)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run(WRITE, path=cls.library)
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")
        cls.b.trust()
        cls.display.point(*cls.a.run("import view\nresult = view.view_middle()"))

    def press(self, *keys: str):
        """Real key presses in A's 3D view."""
        time.sleep(0.3)
        self.display.press(*keys)
        time.sleep(0.3)

    def both(self, expression: str):
        for member in (self.a, self.b):
            member.until(expression, timeout_seconds=60)

    def equal(self):
        wait_equal(self.a, self.b, self.place, 60)
        wait_settled([self.a, self.b])

    def select(self):
        self.a.run(f"import view\nview.deselect()\n{OWN}.select_set(True)\n{STEP}")

    def release(self):
        """What is selected is A's alone."""
        self.a.run(f"import view\nview.deselect()\n{STEP}")
        wait_settled([self.a, self.b])
        time.sleep(2)

    def test_01_move_back_and_forth(self):
        """A's move of an override goes back and forth; what B overrides of the same object stays."""
        self.a.run(OVERRIDE + STEP, path=self.library)
        self.both(f"{OWN} is not None")
        self.select()
        self.press("g", "x", "1", "Return")
        self.both(f"abs({OWN}.location.x - 1) < 1e-4")
        self.release()
        self.b.run(f"{OWN}.scale.z = 2\nbpy.context.view_layer.update()")
        self.both(f"{OWN}.scale.z == 2")
        self.press("ctrl+z", "ctrl+z")
        self.both(f"abs({OWN}.location.x) < 1e-4")
        self.both(f"{OWN}.scale.z == 2")
        self.equal()
        self.press("ctrl+shift+z")
        self.both(f"abs({OWN}.location.x - 1) < 1e-4")
        self.both(f"{OWN}.scale.z == 2")
        self.equal()

    def test_02_what_was_added(self):
        """A modifier that A gave the override goes and comes with A's steps."""
        self.release()
        self.a.run(f"{OWN}.modifiers.new('More', 'BEVEL')\n{STEP}")
        self.both(f"'More' in {OWN}.modifiers")
        self.press("ctrl+z")
        self.both(f"'More' not in {OWN}.modifiers and 'Smooth' in {OWN}.modifiers")
        self.equal()
        self.press("ctrl+shift+z")
        self.both(f"'More' in {OWN}.modifiers")
        self.equal()

    def test_03_beyond_its_making(self):
        """A undoes all there is: the override, in which B's work stands, stays for both."""
        self.press(*["ctrl+z"] * 7)
        self.equal()
        self.both(f"{OWN} is not None and {OWN}.scale.z == 2")
        self.press("ctrl+shift+z")
        self.equal()
        for member in (self.a, self.b):
            self.assertFalse(
                [line for line in member.process.lines if "Traceback" in line], member.process.tail()
            )


if __name__ == "__main__":
    unittest.main()
