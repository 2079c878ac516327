"""Annotations drawn with a real mouse in a Blender with a window: they appear at the teammate by themselves, and undo
takes back the artist's own strokes alone. The tests share the pair and run in the order of their names.

Blender 4.3 lets Python make no stroke of one: there the artist is told, once, and draws for themselves alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "e2e")]

import annotation_edits  # noqa: E402
from harness.display import Display  # noqa: E402
from harness.member import ADMIN, Member, messages, wait_equal  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
PREPARE = """
import view
for thing in list(bpy.data.objects):
    bpy.data.objects.remove(thing)
window = bpy.context.window_manager.windows[0]
with bpy.context.temp_override(window=window, area=view.area(), region=view.region('WINDOW')[0]):
    bpy.ops.wm.tool_set_by_id(name='builtin.annotate')
bpy.ops.ed.undo_push(message='Scene')
"""
HELD = """
note = getattr(bpy.context.scene, 'annotation', None) or getattr(bpy.context.scene, 'grease_pencil', None)
result = sum(len(frame.strokes) for layer in note.layers for frame in layer.frames) if note else 0
"""


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class Annotations(unittest.TestCase):
    """A hosts and has a window, B joins in the background."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-annotations")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.display = Display(cls.place, "A")
        cls.a = Member(cls.place, "A", COMMAND, display=cls.display)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run(PREPARE)
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")
        cls.drawable = cls.a.value("not (4, 3) <= bpy.app.version[:2] < (5, 0)")

    def points(self, down_pixels: int) -> list[tuple[int, int]]:
        x, y = self.a.run("import view\nresult = view.view_middle()")
        return [(x - 60 + 10 * step, y + down_pixels + 2 * step) for step in range(13)]

    def press(self, *keys: str):
        time.sleep(0.3)
        self.display.press(*keys)
        time.sleep(0.3)

    def both_hold(self, count: int):
        self.a.until_code(HELD + f"result = result == {count}", f"A to hold {count} strokes")
        self.b.until_code(HELD + f"result = result == {count}", f"B to hold {count} strokes")
        wait_equal(self.a, self.b, self.place, 60)

    def test_1_strokes_appear(self):
        """The first makes the annotation, the layer and the frame."""
        self.display.stroke(self.points(0))
        if not self.drawable:
            told = "its annotations are not replicated"
            self.a.until(f"{told!r} in str(__import__('member').state()['messages'])")
            self.display.stroke(self.points(30))
            time.sleep(2)
            self.assertEqual(messages(self.a.state()).count(told), 1)
            self.assertEqual(self.b.run(HELD), 0)
            return
        self.both_hold(1)
        self.display.stroke(self.points(30))
        self.both_hold(2)

    def test_2_undo_and_redo(self):
        """What the teammate drew on the same layer meanwhile stays."""
        if not self.drawable:
            return
        self.b.run(annotation_edits.PREAMBLE + "stroke(note.layers[0].frames[0], 5, 0.5)")
        self.both_hold(3)
        self.press("ctrl+z")
        self.both_hold(2)
        self.press("ctrl+shift+z")
        self.both_hold(3)

    def test_3_a_layer_goes_under_the_pen(self):
        """It stays until the stroke is finished."""
        if not self.drawable:
            return
        points = self.points(60)
        name = self.a.run(annotation_edits.PREAMBLE + "result = note.layers[note.layers.active_index].info")
        with self.display.pressed(points[0]):
            for x, y in points[1:]:
                self.display.point(x, y)
            self.b.run(annotation_edits.PREAMBLE + f"note.layers.remove(note.layers[{name!r}])")
            time.sleep(3)
            kept = self.a.run(annotation_edits.PREAMBLE + "result = [layer.info for layer in note.layers]")
            self.display.point(points[0][0], points[0][1] + 40)
        self.assertIn(name, kept)
        wait_equal(self.a, self.b, self.place, 60)

    def test_4_no_errors_in_the_output(self):
        for member in (self.a, self.b):
            self.assertNotIn("Traceback", "\n".join(member.process.lines), member.process.tail())
            self.assertNotIn("could not", messages(member.state()))


if __name__ == "__main__":
    unittest.main()
