"""A session from its first to its last button, by mouse and keys alone: Ada hosts, Ben comes by an invite, they select,
edit and follow, Ben is removed, Ada leaves. The tests share the pair and run in the order of their names.
``MULTI_USER_PICTURES`` names a folder that keeps screenshots."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.display import Display  # noqa: E402
from harness.hands import Hands  # noqa: E402
from harness.member import Member, messages, wait_settled  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
PICTURES = os.environ.get("MULTI_USER_PICTURES")
NAME = """
import member
settings = member.preferences()
settings.user_name, settings.hosting.port = args['name'], args['port']
"""
VIEW = """
import view
state = view.area().spaces.active.region_3d
result = [round(it, 3) for it in (*state.view_rotation, state.view_distance)]
"""
HELD = """
import member
session = member.session_module().current()
result = session.holdings.owner(bpy.data.objects['Cube']) not in (None, session.status.client)
"""
WINDOW = "bpy.context.window_manager.windows[0]"
SELECTED = f"[it.name for it in {WINDOW}.view_layer.objects if it.select_get(view_layer={WINDOW}.view_layer)]"
HIGH_PIXELS = 1000  # so that all of the tab is seen


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class ByHand(unittest.TestCase):
    """Ada and Ben, each with a window."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-by-hand")
        cls.addClassCleanup(cls.place.close)
        port = free_base_port()
        cls.ada, cls.ben = (cls.artist(name, port) for name in ("Ada", "Ben"))

    @classmethod
    def artist(cls, name: str, port: int) -> Hands:
        """A Blender that nobody has used yet, but for the name and the port, which are typed."""
        display = Display(cls.place, name, HIGH_PIXELS)
        member = Member(cls.place, name, COMMAND, display=display)
        member.run(NAME, name=name, port=port)
        member.run("import view\nview.look(30, 20)")
        return Hands(member, display)

    def tearDown(self):
        for hands in (self.ada, self.ben):
            if hands.member.process.running:
                hands.display.screenshot(self.place.path("pictures", f"{self.id()}-{hands.member.name}.png"))
                if PICTURES:
                    path = os.path.join(PICTURES, f"{self.id().rpartition('.')[2]}-{hands.member.name}.png")
                    hands.display.screenshot(path)

    def user(self, hands: Hands, name: str) -> str:
        """The id by which a user's buttons call."""
        code = "import member\nusers = member.session_module().current().status.users\n"
        return hands.member.run(
            code + "result = next(it.id for it in users if it.name == args['name'])", name=name
        )

    def test_1_ada_hosts(self):
        """[F4] [F10] The first start's button, then Blender's search."""
        self.ada.press_button("multiuser.set_up")
        self.ada.search("Host")
        state = self.ada.member.wait_phase("ONLINE", 120)
        self.assertTrue(state["server_pid"], "it runs a server of its own")

    def test_2_ben_comes_by_an_invite(self):
        """[F8] [F9] Copied here, pasted there; his unsaved work is asked about."""
        self.ada.press_button("multiuser.copy_invite")
        line = self.ada.member.value("bpy.context.window_manager.clipboard")
        self.assertIn("?fp=", line, "by which Ben knows that it is Ada's server")
        self.ben.press_button("multiuser.set_up")
        self.ben.click_object("Cube")
        self.ben.display.press("g", "z", "5", "Return")
        self.ben.member.until("bpy.data.is_dirty")
        self.ben.member.run("bpy.context.window_manager.clipboard = args['line']", line=line)
        self.ben.press_button("multiuser.paste_invite", icon=True)
        self.ben.answer()
        self.ben.press_button("multiuser.connect")
        self.ben.answer()
        self.ben.member.wait_phase("ONLINE")
        self.assertEqual(self.ben.member.value("bpy.data.objects['Cube'].location.z"), 0, "it is Ada's")
        self.assertIn("What was open here", messages(self.ben.member.state()))

    def test_3_what_one_holds_the_other_cannot_take(self):
        """[F17] By clicks on the object."""
        for hands in (self.ada, self.ben):
            hands.member.run("import view\nview.deselect()\nview.look(30, 20)")
        wait_settled([self.ada.member, self.ben.member])
        self.ben.click_object("Cube")
        self.ben.member.until(SELECTED + " == ['Cube']")
        self.ada.member.until_code(HELD, "Ada to know that Ben holds it")
        self.ada.click_object("Cube")
        self.ada.member.until(SELECTED + " == []")
        self.assertEqual(self.ben.member.value(SELECTED), ["Cube"])

    def test_4_an_edit_is_seen(self):
        self.ben.over_view()
        self.ben.display.press("g", "x", "2", "Return")
        self.ada.member.until("abs(bpy.data.objects['Cube'].location.x - 2) < 1e-5")

    def test_5_ada_follows_bens_view(self):
        """[F13] Until she presses Esc."""
        self.ada.press_button(f"snap_view(user=\"{self.user(self.ada, 'Ben')}\")", icon=True)
        x, y = self.ben.member.run("import view\nresult = view.view_middle()")
        self.ben.display.stroke([(x + 10 * step, y) for step in range(12)], button=2)
        turned = self.ben.member.run(VIEW)
        self.ada.member.until_code(
            VIEW + "result = max(abs(a - b) for a, b in zip(result, args['turned'])) < 0.01",
            "the same view",
            turned=turned,
        )
        self.ada.over_view()
        self.ada.display.press("Escape")
        self.ada.member.until("not __import__('member').session_module().current().following.active")

    def test_6_ada_removes_ben(self):
        """[F14] After she was asked; he is told, and works on alone."""
        self.ada.press_button(f"kick(user=\"{self.user(self.ada, 'Ben')}\")", icon=True)
        self.ada.answer()
        state = self.ben.member.wait_phase("ENDED")
        self.assertIn("Removed by an admin", messages(state))
        wait_until(self.ben_goes_on, "Ben to go on", 30)

    def ben_goes_on(self) -> bool:
        """Takes away what he was told and moves his cube; he tries it again where the dialog took his keys."""
        self.ben.over_view()
        self.ben.answer()
        self.ben.display.press("g", "x", "1", "Return")
        self.ben.over_view()
        time.sleep(1)
        return self.ben.member.value("bpy.data.objects['Cube'].location.x") > 2.5

    def test_7_ada_leaves(self):
        """Her scene stays, and everything in it can be selected."""
        self.ada.press_button("multiuser.disconnect")
        self.ada.member.wait_phase("ENDED")
        self.ada.click_object("Cube")
        self.ada.member.until(SELECTED + " == ['Cube']")


if __name__ == "__main__":
    unittest.main()
