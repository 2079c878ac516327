"""Held Python and undo: by real keys in a Blender with a window, as a background Blender keeps no undo steps. Auto Run
is on: nothing but the add-on keeps a script from running."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "e2e")]

import trust_edits as edits  # noqa: E402
from harness.display import Display  # noqa: E402
from harness.member import ADMIN, Member, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = (os.environ.get("BLENDER") or "blender") + " --enable-autoexec"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
STEP = """
bpy.data.objects['Simple'].location.z += 1
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    bpy.ops.ed.undo_push(message="Move")
"""


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class TrustAndUndo(unittest.TestCase):
    """A hosts in the background, B has a window."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-trust-windows")
        cls.addClassCleanup(cls.place.close)
        cls.foreign = os.path.dirname(cls.place.path("foreign", ""))
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.display = Display(cls.place, "B")
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND, display=cls.display)
        cls.a.run(edits.SCENE)
        cls.a.run(edits.DRIVE, name="Host", expression="frame * 0 + 3")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")
        cls.display.point(*cls.b.run("import view\nresult = view.view_middle()"))

    def own_steps(self, *wanted: float):
        """B moves its own object, a step each, and waits until A has that."""
        for z in wanted:
            self.b.run(STEP)
            self.a.until(f"abs(bpy.data.objects['Simple'].location.z - {z}) < 1e-6")
        wait_settled([self.a, self.b])

    def undo(self, key: str, z: float):
        """B presses a key, by which its own step goes back or forth."""
        time.sleep(0.3)
        self.display.press(key)
        self.b.until(f"abs(bpy.data.objects['Simple'].location.z - {z}) < 1e-6")
        wait_settled([self.a, self.b])
        self.b.run("bpy.context.scene.frame_set(bpy.context.scene.frame_current + 1)")

    def ran(self) -> bool:
        """Whether A's code ran in B since this was asked last."""
        mark = os.path.join(self.foreign, str(self.b.value("__import__('os').getpid()")))
        found = os.path.exists(mark)
        if found:
            os.remove(mark)
        return found

    def assert_at_a(self, code: str):
        self.assertEqual(self.a.value(edits.EXPRESSION, name="Host"), code)
        self.assertFalse(self.a.value(f"{edits.CURVE}.mute", name="Host"))

    def test_undo(self):
        """Undo to before A's code came, and redo: it does not run in B, and A's stays as it is. Once B trusts the
        session it does, also where undo leads to before that; and no more where B took its trust back since.
        """
        code = edits.LEAVES_A_FILE.format(folder=self.foreign, value=7)
        self.own_steps(1, 2)
        self.a.run(f"{edits.EXPRESSION} = args['to']", name="Host", to=code)
        self.b.until(f"{edits.CURVE}.mute", name="Host")
        self.own_steps(3)
        for key, z in (("ctrl+z", 2), ("ctrl+z", 1), ("ctrl+shift+z", 2), ("ctrl+shift+z", 3)):
            self.undo(key, z)
            self.assertFalse(self.ran(), (key, z))
            self.b.until(f"{edits.CURVE}.mute", name="Host")
            self.assert_at_a(code)
        self.b.trust()
        self.b.run("bpy.context.scene.frame_set(40)")
        self.assertTrue(self.ran())
        self.own_steps(4)
        for key, z in (("ctrl+z", 3), ("ctrl+z", 2)):
            self.undo(key, z)
            self.b.until(f"{edits.EXPRESSION} == args['wanted']", name="Host", wanted=code)
            self.assert_at_a(code)
        self.undo("ctrl+shift+z", 3)
        self.own_steps(4, 5)
        self.b.run("bpy.ops.multiuser.distrust()")
        self.undo("ctrl+z", 4)
        self.b.until(f"{edits.CURVE}.mute", name="Host")
        wait_settled([self.a, self.b])
        self.ran()  # Blender evaluates an undo step before anybody can look: it did run while it was trusted
        self.b.run("bpy.context.scene.frame_set(50)")
        self.assertFalse(self.ran())
        self.assert_at_a(code)


if __name__ == "__main__":
    unittest.main()
