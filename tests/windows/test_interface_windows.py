"""What an artist sees and presses besides the scene: settings after a restart, why a session ended, what was refused,
invites by the clipboard, and Blender's search."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

import numpy

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.display import HEIGHT, WIDTH, Display  # noqa: E402
from harness.member import ADMIN, Member  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
CHOOSE = """
import member
bpy.ops.multiuser.set_up()
settings = member.preferences()
settings.user_name, settings.colour, settings.timeout_millis = 'Ada', (1, 0.5, 0.25), 12345
settings.hosting.port, settings.hosting.start = 7000, 'EMPTY'
bpy.ops.multiuser.add_server(name='Studio', host='studio.example', port=7100, session='shot', server_password='weg')
"""
CHOSEN = """
import member
settings = member.preferences()
server = settings.servers[settings.server_index]
result = [
    settings.is_set_up, settings.user_name, [round(it, 3) for it in settings.colour], settings.timeout_millis,
    settings.hosting.port, settings.hosting.start, [it.name for it in settings.servers],
    server.name, server.host, server.port, server.session, server.server_password,
]
"""
CONNECT = """
import view
options = {'host': '127.0.0.1', 'port': args['port'], 'user_name': 'Ada', 'admin_password': args['admin']}
view.in_view(lambda: bpy.ops.multiuser.connect('INVOKE_DEFAULT', **options))
"""
DRAWN_SECONDS = 0.6
MIDDLE = slice(HEIGHT // 4, 3 * HEIGHT // 4), slice(0, WIDTH // 2)


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class Interface(unittest.TestCase):
    """One artist with a window, from one start of Blender to the next."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-interface-windows")
        cls.addClassCleanup(cls.place.close)
        cls.display = Display(cls.place, "A")
        cls.a = Member(cls.place, "A", COMMAND, display=cls.display, own_settings=True)

    def shown(self) -> numpy.ndarray:
        """What is on the screen once it has come to rest."""
        self.display.point(WIDTH // 4, HEIGHT // 2)
        time.sleep(DRAWN_SECONDS)
        return self.display.picture().astype(int)

    def changed(self, before: numpy.ndarray, rows: slice, columns: slice) -> float:
        """How much of this part of the screen is another one."""
        return float((abs(self.shown() - before).max(axis=2) > 16)[rows, columns].mean())

    def wait_dialog(self, before: numpy.ndarray) -> None:
        """Waits until a dialog covers part of the view, so that keys go to it."""
        wait_until(lambda: self.changed(before, *MIDDLE) > 0.03, "the dialog", 10)

    def test_1_what_was_chosen_is_there_after_a_restart(self):
        """[F4] [F5] [F24] but for passwords."""
        self.a.run(CHOOSE)
        self.a.quit()
        self.a.process.wait(30)
        self.a.close()
        type(self).a = Member(self.place, "A", COMMAND, display=self.display, addon=False, own_settings=True)
        chosen = [True, "Ada", [1, 0.5, 0.25], 12345, 7000, "EMPTY", ["Localhost", "Internet", "Studio"]]
        self.assertEqual(self.a.run(CHOSEN), [*chosen, "Studio", "studio.example", 7100, "shot", ""])
        self.display.press("Escape")  # what Blender shows at its start

    def test_2_a_dialog_says_why_a_session_ended(self):
        """[F7] It goes when it was read."""
        before = self.shown()
        self.a.join(free_base_port(), user="Ada")
        self.a.wait_phase("ENDED")
        self.wait_dialog(before)
        self.display.press("Return")
        wait_until(lambda: self.changed(before, *MIDDLE) < 0.02, "the dialog to go", 10)

    def test_3_what_is_refused_stands_in_the_status_bar(self):
        self.a.host_beside(free_base_port())
        self.display.focus()  # Blender 3.4 shows it in the active window alone
        before = self.shown()
        bar = slice(HEIGHT - 22, HEIGHT), slice(WIDTH // 4, WIDTH)
        code = "import member\nmember.session_module().current().messages.add('refused', args['text'])"
        self.a.run(code, text="Cube: not this one, it belongs to somebody else for now.")
        wait_until(lambda: self.changed(before, *bar) > 0.05, "the banner", 10)

    def test_4_an_invite_goes_from_clipboard_to_clipboard(self):
        """[F8] [F9] [CH9] With the address at which this computer is reached from others, and the certificate."""
        self.a.run("bpy.ops.multiuser.copy_invite()")
        line = self.a.value("bpy.context.window_manager.clipboard")
        self.assertRegex(line, r"^multiuser://[^/]+:\d+/main\?fp=[0-9a-f]{64}$")
        self.assertNotIn("localhost", line)
        self.a.leave()
        before = self.shown()
        self.a.run("import view\nview.in_view(lambda: bpy.ops.multiuser.paste_invite('INVOKE_DEFAULT'))")
        self.wait_dialog(before)
        self.display.press("Return")
        names = "import member\nresult = [it.name for it in member.preferences().servers]"
        wait_until(lambda: len(self.a.run(names)) == 4, "the invite to be taken", 10)

    def test_5_unsaved_work_is_kept_before_a_session_replaces_it(self):
        """[F9] It asks first; where the copy is stands among the messages."""
        server = Server(self.place, "--admin-password", ADMIN)
        self.a.run("import view\nview.select('Cube')")
        self.shown()
        self.display.press("h")  # hides it, as an artist does
        self.a.until("bpy.data.is_dirty")
        before = self.shown()
        self.a.run(CONNECT, port=server.port, admin=ADMIN)
        self.wait_dialog(before)
        self.assertEqual(self.a.state()["phase"], "ENDED", "nothing before it was answered")
        self.display.press("Return")
        self.a.wait_phase("LOBBY")
        self.a.run("bpy.ops.multiuser.initialise(start='EMPTY')")
        self.a.wait_phase("ONLINE")
        self.assertFalse(self.a.value("'Cube' in bpy.data.objects"), "it was replaced")
        self.a.run("bpy.ops.multiuser.copy_invite()")  # who came by the address alone
        line = self.a.value("bpy.context.window_manager.clipboard")
        self.assertTrue(line.endswith(f":{server.port}/main?fp={server.fingerprint}"), line)
        (told,) = [text for _, text in self.a.state()["messages"] if text.startswith("What was open here")]
        self.assertTrue(os.path.isfile(told.rpartition(" in ")[2]), told)
        self.a.leave()

    def test_6_blenders_search_reaches_what_can_be_done(self):
        """[F6] By its name, without the mouse."""
        before = self.shown()  # the mouse is over the view
        self.display.press("F3")
        self.wait_dialog(before)
        self.display.press(*"refresh", "space", *"servers")
        time.sleep(DRAWN_SECONDS)
        self.display.press("Return")
        code = "import member, sys\npackage = member.session_module().__name__.rpartition('.')[0]\n"
        code += "result = sys.modules[package + '.servers'].asking.shown"
        wait_until(lambda: self.a.run(code) > 0, "the servers to be asked", 20)


if __name__ == "__main__":
    unittest.main()
