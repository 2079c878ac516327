"""Files on their way as the artist sees them: how far they are, stopped, and going on; edits meanwhile."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "e2e")]

from file_scene import PREAMBLE  # noqa: E402
from harness.artist import Artist  # noqa: E402
from harness.display import Display  # noqa: E402
from harness.member import ADMIN, wait_settled  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.server import Server  # noqa: E402

MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
PICTURES = 12
LIMIT_KILOBYTES = 500  # a minute and a half for all of them, however slowly B starts
MAKE = """
import random
size = 512
for number in range(args['count']):
    picture = bpy.data.images.new('temporary', size, size, float_buffer=True)
    source = random.Random(number)
    picture.pixels.foreach_set([source.random() for _ in range(size * size * 4)])
    picture.filepath_raw, picture.file_format = f'{DISK}noise {number:02}.exr', 'OPEN_EXR'
    picture.save()
    bpy.data.images.remove(picture)
    picture = bpy.data.images.load(f'{DISK}noise {number:02}.exr')
    picture.use_fake_user = True
result = sum(os.path.getsize(f'{DISK}noise {number:02}.exr') for number in range(args['count']))
"""
TRANSFERS = """
import member
files = member.session_module().current().files
it = files.transfers
result = {'up': it.up, 'down': it.down, 'moving': [one.name for one in it.moving if one.state == 'MOVING']}
"""
HERE = "len([it for it in bpy.data.images if it.filepath_raw and os.path.isfile(it.filepath_raw)])"


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class Files(unittest.TestCase):
    """A has the files, in the background and with an upload limit; B has a window."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-files-windows")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.display = Display(cls.place, "B")
        cls.a, cls.b = Artist(cls.place, "A"), Artist(cls.place, "B", cls.display)
        cls.a.preamble = cls.b.preamble = PREAMBLE
        cls.a.run("bpy.ops.wm.read_homefile(use_empty=True)")
        cls.bytes = cls.a.do(MAKE, count=PICTURES, timeout_seconds=300)
        code = "import member\nmember.preferences().upload_kilobytes = args['limit']"
        cls.a.run(code, limit=LIMIT_KILOBYTES)
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    def here(self) -> int:
        """How many of the pictures' files B has."""
        return self.b.run(f"import os\nresult = {HERE}")

    def is_quiet(self) -> bool:
        """Whether A sends next to nothing for two seconds."""
        sent = self.a.state()["sent"]
        time.sleep(2)
        return self.a.state()["sent"] - sent < 100_000

    def test_1_progress_is_shown_while_edits_go_on(self):
        self.b.show_tab(self.display)
        wait_until(lambda: self.b.run(TRANSFERS)["down"][2] > 0, "B to wait for files")
        wait_until(lambda: self.a.run(TRANSFERS)["up"][0] > 0, "the first bytes of them to have gone")
        self.a.run(
            "o = bpy.data.objects.new('Meanwhile', None)\nbpy.context.scene.collection.objects.link(o)"
        )
        self.b.until("'Meanwhile' in bpy.data.objects")
        self.assertLess(self.here(), PICTURES, "the edit waited for the files")
        self.assertGreater(self.a.run(TRANSFERS)["up"][1], 0)
        picture = os.environ.get("MULTI_USER_SCREENSHOT")
        if picture:
            self.b.show_tab(self.display)
            time.sleep(1)
            self.display.screenshot(picture)

    def test_2_stopped_and_going_on(self):
        self.a.run("bpy.ops.multiuser.stop_files()")
        wait_until(lambda: not self.a.run(TRANSFERS)["moving"], "A to have stopped")
        wait_until(self.is_quiet, "what was on its way to have gone, and no more", 15)
        self.assertLess(self.here(), PICTURES)
        self.a.run(
            "import member\nmember.preferences().upload_kilobytes = 0\nbpy.ops.multiuser.resume_files()"
        )
        wait_until(lambda: self.here() == PICTURES, "all files to be in B", 60)
        wait_settled([self.a, self.b])
        self.assertEqual(self.b.run(TRANSFERS)["moving"], [])

    def test_3_once_and_kept(self):
        """B leaves and comes back: nothing travels twice."""
        self.b.leave()
        self.b.wait_phase("ENDED")
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")
        wait_until(lambda: self.here() == PICTURES, "all files to be in B", 60)
        self.assertLess(self.b.state()["received"], self.bytes // 4)

    def test_4_cleared(self):
        """The cache is cleared once the session is left."""
        self.assertFalse(self.b.run("result = bpy.ops.multiuser.clear_cache.poll()"))
        self.b.leave()
        self.b.wait_phase("ENDED")
        self.b.run("bpy.ops.multiuser.clear_cache()")
        self.assertEqual(self.here(), 0)
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")
        wait_until(lambda: self.here() == PICTURES, "all files to be in B once more", 60)


if __name__ == "__main__":
    unittest.main()
