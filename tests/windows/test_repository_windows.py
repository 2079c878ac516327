"""The repository panel in a Blender with a window: its list fills while it is shown, its buttons work by mouse."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from bench.panels import BOOK, show_panel  # noqa: E402
from harness.display import Display  # noqa: E402
from harness.member import ADMIN, Member, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
SHOWN = (
    BOOK
    + """
items = bpy.context.window_manager.multiuser_repository.rows
result = book.in_step and len(items) == len(book.nodes) == len(member.session_module().current().replica)
"""
)
PANEL = "import sys, member\nui = sys.modules[member.session_module().__name__.rpartition('.')[0] + '.ui.repository']\n"
CLOSE = """
bpy.utils.unregister_class(ui.MULTIUSER_PT_repository)
"""
MOVE = "bpy.data.objects[args['name']].location.x = args['x']\nbpy.context.view_layer.update()"


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class RepositoryPanel(unittest.TestCase):
    """A hosts in the background, B has a window."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-repository-windows")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.display = Display(cls.place, "B")
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND, display=cls.display)
        cls.a.run("import demo\ndemo.build()")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")
        wait_settled([cls.a, cls.b])
        show_panel(cls.b)

    def screenshot(self, name: str):
        """Keeps a picture where it was asked for."""
        folder = os.environ.get("MULTI_USER_SCREENSHOTS")
        if folder:
            time.sleep(1.5)
            self.display.screenshot(os.path.join(folder, f"{name}.png"))

    def test_1_listed_while_shown(self):
        self.b.until_code(SHOWN, "all rows", 20)
        self.screenshot("listed")
        self.a.run(MOVE, name="Ball", x=3.0)
        code = BOOK + "result = any(it.name == 'Ball' and it.author for it in book.nodes.ordered())"
        self.b.until_code(code, "the change to be listed though nobody touched the panel", 10)

    def test_2_states(self):
        """What waits, what another artist owns, and what was refused is seen."""
        press = "import member\nbpy.ops.multiuser.repository_lock(nodes=','.join(args['ids']))"
        code = (
            BOOK + "book.drawn()\nresult = [it.id.hex() for it in book.nodes.ordered() if it.name == 'Ball']"
        )
        self.a.until_code(BOOK + "book.drawn()\nresult = book.in_step and len(book.nodes)", "A's rows", 10)
        self.a.run(press, ids=self.a.run(code))
        wait_settled([self.a, self.b])
        self.b.run("import member\nmember.preferences().replication.push_lights = False")
        self.b.run("bpy.data.lights[0].energy = 12.0\nbpy.context.view_layer.update()")
        self.b.run(MOVE, name="Ball", x=5.0)
        code = BOOK + "result = {it.state for it in book.nodes.ordered()} >= {'COMMITTED', 'REFUSED', 'UP'}"
        self.b.until_code(code, "the states to be listed", 20)
        refused = "next(n for n, it in enumerate(book.nodes.ordered()) if it.refused)"
        self.b.run(BOOK + PANEL + f"ui.settings().active = {refused}")
        self.screenshot("states")
        self.b.run(PANEL + "ui.settings().search = 'a'\nui.settings().kind = 'objects'")
        self.screenshot("filtered")
        self.b.run(PANEL + "ui.settings().search = ''\nui.settings().kind = 'ALL'")

    def test_3_nothing_while_not_shown(self):
        self.b.run(PANEL + CLOSE)
        time.sleep(2.5)
        self.a.run(MOVE, name="Floor", x=0.5)
        self.b.until("abs(bpy.data.objects['Floor'].location.x - 0.5) < 1e-6")
        time.sleep(1)
        self.assertTrue(self.b.run(BOOK + "result = book._stale"))


if __name__ == "__main__":
    unittest.main()
