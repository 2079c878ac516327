"""The pictures of docs/interface.md: every panel in every state of a session, taken in real Blenders with windows.

    ./multi-user pictures [FOLDER]

It writes ``docs/images/interface`` unless another folder is named.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager

import numpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness.display import Display, write_png  # noqa: E402
from harness.member import ADMIN, Member, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402
from harness.server import ROOT, Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
FOLDER = os.path.abspath(sys.argv[1]) if sys.argv[1:] else os.path.join(ROOT, "docs", "images", "interface")
PASSWORD = "one for all"
DRAWN_SECONDS = 1.2
TABS_PIXELS = 22
HIGH_PIXELS = 1150  # so that all of the tab is seen
HEADING_PIXELS = 26
SIDEBAR = """
import view
bpy.context.preferences.system.use_region_overlap = False
bpy.context.preferences.view.show_splash = False
view.open_sidebar()
_, *result = view.region('UI')
"""


# Enough to be seen while it is read, and while it comes.
CROWD = """
mesh = bpy.data.meshes.new('Stone')
for i in range(4000):
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(f'Stone {i}', mesh))
"""
PICTURES = """
import random
for name in ('bark', 'moss'):
    picture = bpy.data.images.new('temporary', 1024, 1024)
    picture.pixels.foreach_set([random.random() for _ in range(1024 * 1024 * 4)])
    picture.filepath_raw, picture.file_format = f"{args['folder']}/{name}.png", 'PNG'
    picture.save()
    bpy.data.images.remove(picture)
    bpy.data.images.load(f"{args['folder']}/{name}.png").use_fake_user = True
import member
member.preferences().upload_kilobytes = 30
"""
DRIVE = """
curve = bpy.data.objects['Cube'].driver_add('location', 2)
curve.driver.expression = 'sin(frame / 10) if __import__("os") else 0'
"""


ASKED = """
import member, sys
package = member.session_module().__name__.rpartition('.')[0]
result = not sys.modules[package + '.servers'].asking.under_way
"""


class Artist:
    """A Blender with a window, and the camera in front of it."""

    def __init__(self, place: Workplace, name: str):
        self.display = Display(place, name, HIGH_PIXELS)
        # Else Blender itself asks about what one has just written oneself.
        self.member = Member(place, name, f"{COMMAND} --enable-autoexec", display=self.display)
        self.member.run(SIDEBAR)
        self.member.show_tab(self.display)
        time.sleep(DRAWN_SECONDS)

    def unfold(self, from_last: int) -> tuple[int, int]:
        """Clicks on the heading of a part that is folded, counted from the last one; returns where that is."""
        x, y, _, _ = self.member.run(SIDEBAR)
        last, before = self._last(), -1
        while last != before:  # panels open and close bit by bit
            time.sleep(DRAWN_SECONDS)
            last, before = self._last(), last
        place = (x + 40, y + last - 8 - from_last * HEADING_PIXELS)
        self.click(place)
        return place

    def _last(self) -> int:
        """The last row of the sidebar in which something is drawn."""
        x, y, width, height = self.member.run(SIDEBAR)
        return _last_row(self.display.picture()[y : y + height, x : x + width - TABS_PIXELS])

    def click(self, place: tuple[int, int]) -> None:
        """Presses the left button; from the top left of the screen in pixels."""
        with self.display.pressed(place):
            time.sleep(0.2)
        time.sleep(DRAWN_SECONDS)

    def sidebar(self, name: str) -> None:
        """Takes the tab as it is now, with the mouse away from it."""
        x, y, width, height = self.member.run(SIDEBAR)
        self.display.point(*self.member.run("import view\nresult = view.view_middle()"))
        self._take(name, slice(y, y + height), slice(x, x + width - TABS_PIXELS), trimmed=True)

    def window(self, name: str) -> None:
        """Takes the whole window."""
        self._take(name, slice(None), slice(None))

    def view(self, name: str) -> None:
        """Takes the 3D view without the sidebar."""
        _, x, y, width, height = self.member.run("import view\nresult = [0, *view.region('WINDOW')[1:]]")
        self._take(name, slice(y, y + height), slice(x, x + width))

    def _take(self, name: str, rows: slice, columns: slice, trimmed: bool = False) -> None:
        time.sleep(DRAWN_SECONDS)
        picture = self.display.picture()[rows, columns]
        if trimmed:
            picture = picture[: _last_row(picture) + 8]
        os.makedirs(FOLDER, exist_ok=True)
        write_png(os.path.join(FOLDER, f"{name}.png"), numpy.ascontiguousarray(picture))
        print(f"{name}: {picture.shape[1]} × {picture.shape[0]}")


def _last_row(picture: numpy.ndarray) -> int:
    """The last row in which something is drawn."""
    drawn = numpy.flatnonzero(numpy.ptp(picture.astype(int), axis=1).max(axis=1) > 8)
    return int(drawn[-1]) if len(drawn) else len(picture) - 1


def main() -> None:
    """Takes all of them."""
    with Workplace("multi-user-pictures") as place:
        server = Server(place, "--admin-password", ADMIN, "--server-password", PASSWORD)
        ada, ben = Artist(place, "Ada"), Artist(place, "Ben")
        _outside(ada, server)
        _lobby(ada, ben, server)
        _trust(ada, ben)
        _together(ada, ben)
        _lost(ada, server)
        _passing(ada, ben, place)


def _outside(ada: Artist, server: Server) -> None:
    run = ada.member.run
    run(
        "import member\nmember.preferences().user_name = 'Ada'\nmember.preferences().colour = (0.9, 0.5, 0.1)"
    )
    ada.sidebar("welcome")
    run("bpy.ops.multiuser.set_up()")
    add = "bpy.ops.multiuser.add_server(name=args['name'], host='127.0.0.1', port=args['port'])"
    run(add, name="Old Studio", port=free_base_port())
    run(add, name="Studio", port=server.port)
    ada.sidebar("servers")
    run("bpy.ops.multiuser.refresh_servers()")
    ada.member.until_code(ASKED, "the answers", 30)
    ada.sidebar("servers-asked")
    run("bpy.ops.multiuser.connect()")
    ada.member.wait_phase("ENDED")
    ada.window("wrong-password")
    ada.display.press("Return")
    heading = ada.unfold(0)
    ada.sidebar("settings")
    ada.click(heading)
    ada.unfold(2)
    ada.sidebar("host")


def _lobby(ada: Artist, ben: Artist, server: Server) -> None:
    time.sleep(1)  # after a wrong password the server has this address wait (SPEC LI3)
    ben.member.run("bpy.ops.multiuser.set_up()")
    ben.member.run("import member\nmember.preferences().colour = (0.2, 0.6, 0.9)")
    ada.member.join(server.port, user="Ada", admin=ADMIN, password=PASSWORD)
    ada.member.wait_phase("LOBBY")
    ben.member.join(server.port, user="Ben", password=PASSWORD)
    ben.member.wait_phase("LOBBY")
    ada.sidebar("lobby-admin")
    ben.sidebar("lobby-user")
    ada.member.run("bpy.ops.multiuser.initialise(start='SCENES')")
    for one in (ada, ben):
        one.member.wait_phase("ONLINE")


def _trust(ada: Artist, ben: Artist) -> None:
    ada.member.run(DRIVE)
    held = "import member\nresult = bool(member.session_module().current().trusting.held)"
    ben.member.until_code(held, "Ada's driver to be held")
    ben.sidebar("held")  # and the mouse is in the view, without which a dialog closes at once
    ben.member.run("import view\nview.in_view(lambda: bpy.ops.multiuser.trust('INVOKE_DEFAULT'))")
    ben.window("trust")
    ben.display.press("Escape")
    ada.member.run("bpy.data.objects['Cube'].driver_remove('location')")


def _together(ada: Artist, ben: Artist) -> None:
    ben.member.run("import view\nview.look(50, 7)\nview.deselect()")
    ada.member.run("import view\nview.look(-25, 20)\nview.select('Light')")
    wait_settled([ada.member, ben.member])
    ben.member.run("import view\nview.select('Cube')")
    ada.display.point(*ada.member.run("import view\nresult = view.view_middle()"))
    time.sleep(2)
    ada.sidebar("online")
    ada.window("together")
    ada.member.run("import view\nview.in_view(lambda: bpy.ops.wm.call_panel(name='VIEW3D_PT_overlay'))")
    ada.window("overlay")
    ada.display.press("Escape")
    ada.member.run("import view\nview.in_view(lambda: bpy.ops.multiuser.show_log('INVOKE_DEFAULT'))")
    ada.window("messages")
    ada.display.press("Escape")
    heading = ada.unfold(2)
    ada.sidebar("replication")
    ada.click(heading)
    ada.unfold(1)
    ada.sidebar("repository")
    kick = "import member\nusers = member.session_module().current().status.users\n"
    ada.member.run(kick + "bpy.ops.multiuser.kick(user=next(it.id for it in users if it.name == 'Ben'))")
    ben.member.wait_phase("ENDED")
    ben.window("removed")
    ben.display.press("Return")
    ben.sidebar("ended")


def _lost(ada: Artist, server: Server) -> None:
    server.process.kill()
    ada.member.wait_phase("OFFLINE")
    ada.member.run("import view\nview.select('Camera')\nbpy.data.objects['Camera'].location.x += 1")
    ada.member.until_code("import member\nresult = member.state()['pending']", "a change to wait")
    ada.sidebar("offline")
    ada.member.leave()


@contextmanager
def _silent(server: Server):
    """The server is there and does not answer."""
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def _passing(ada: Artist, ben: Artist, place: Workplace) -> None:
    """What is to be seen for moments, in a large scene: it is taken when it is there."""
    server = Server(place, "--admin-password", ADMIN, data=os.path.dirname(place.path("another server", "")))
    with _silent(server):
        ben.member.join(server.port, user="Ben")
        ben.member.wait_phase("CONNECTING")
        ben.sidebar("connecting")
        ben.member.run("bpy.ops.multiuser.cancel()")
    ada.member.run("bpy.ops.wm.read_homefile(app_template='')")
    ada.member.run(SIDEBAR + "bpy.ops.ed.undo_push(message='New')")
    ada.member.show_tab(ada.display)
    ada.member.run(CROWD)
    folder = os.path.dirname(place.path("Ada's disk", ""))
    ada.member.run(PICTURES, folder=folder)
    ada.member.join(server.port, user="Ada", admin=ADMIN, initialise="SCENES")
    ada.member.wait_phase("INITIALISING")
    ada.sidebar("initialising")
    ada.member.wait_phase("ONLINE", 120)
    ada.sidebar("files")
    ben.member.run("bpy.ops.wm.read_homefile(app_template='')")
    ben.member.run(SIDEBAR)
    ben.member.show_tab(ben.display)
    ben.member.join(server.port, user="Ben")
    ben.member.wait_phase("SYNCING")
    ben.sidebar("syncing")
    ben.member.wait_phase("ONLINE", 120)


if __name__ == "__main__":
    main()
