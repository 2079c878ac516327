"""What artists see of each other in the 3D view, and how they follow each other: two Blenders with windows. The tests
share the pair and run in the order of their names. ``MULTI_USER_PICTURES`` names a folder that keeps the screenshots.
"""

from __future__ import annotations

import os
import sys
import time
import unittest

import numpy

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.display import write_png  # noqa: E402
from harness.member import Member, wait_settled  # noqa: E402
from harness.processes import wait_until  # noqa: E402
from harness.windows import WindowPair  # noqa: E402

PICTURES = os.environ.get("MULTI_USER_PICTURES")
FEW_PIXELS = 25  # of a colour: less is nothing, more is something that is drawn
SCENE = """
parts = bpy.data.collections.new('Parts')
bpy.context.scene.collection.children.link(parts)
for x in (-1, 1):
    one = bpy.data.objects.new('Part', bpy.data.meshes['Cube'])
    one.location, one.scale = (x, 0, 0), (0.3, 0.3, 0.3)
    parts.objects.link(one)
instance = bpy.data.objects.new('Instance', None)
instance.instance_type, instance.instance_collection = 'COLLECTION', parts
instance.location = (-4, 4, 0)
bpy.context.scene.collection.objects.link(instance)
bpy.data.scenes.new('Second')
bpy.context.view_layer.update()
"""
SNAP = """
import member, view
session = member.session_module().current()
user = next(it.id for it in session.status.users if it.name == args['name'])
window = bpy.context.window_manager.windows[0]
with bpy.context.temp_override(window=window, area=view.area()):
    getattr(bpy.ops.multiuser, args['operator'])(user=user)
following = session.following
result = [bool(following.view.user), bool(following.time.user)]
"""
TOLD = """
import member, time
person = next(iter(member.session_module().current().company.people.values()))
told = person.told
result = bool(told.mode == args['mode'] and len(told.selection) == args['selected'] and person.until < time.monotonic())
"""
FOLLOWED = """
import member
session = member.session_module().current()
result = any(it.told.follows_view == session.status.client for it in session.company.people.values())
"""
FOLLOWS = "__import__('member').session_module().current().following.active"
VIEW = """
import view
state = view.area().spaces.active.region_3d
result = [*state.view_location, *state.view_rotation, state.view_distance]
"""
WINDOW = "bpy.context.window_manager.windows[0]"
COUNT_DRAWINGS = """
drawings = [0]
def drawn():
    drawings[0] += 1
counter = bpy.types.SpaceView3D.draw_handler_add(drawn, (), 'WINDOW', 'POST_PIXEL')
"""
TURN = """
import view
turned = [0]
def turn():
    turned[0] += 1
    view.look(60 + turned[0], 10)
    return 0.05 if turned[0] < 1000 else None
bpy.app.timers.register(turn)
"""


class Presence(WindowPair):
    """A looks, B is looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for member in (cls.a, cls.b):
            member.run("import view\nview.deselect()")
        cls.look(cls.a, 0, 30)
        cls.look(cls.b, 60, 10)
        wait_settled([cls.a, cls.b])

    @classmethod
    def prepare(cls):
        cls.a.run(SCENE)
        cls.a.run(COUNT_DRAWINGS)
        cls.b.run("import member\nmember.preferences().colour = (1, 0, 1)")  # as nothing else on the screen

    # --- what the artists do, and see ---

    @staticmethod
    def look(member: Member, azimuth: float, distance: float):
        code = "import view\nview.look(args['azimuth'], args['distance'])"
        member.run(code, azimuth=azimuth, distance=distance)

    def snap(self, operator: str) -> list[bool]:
        """A presses a button of B's row; whether A follows view and time then."""
        return self.a.run(SNAP, name="B", operator=operator)

    def set(self, **settings):
        """A's settings of the overlay."""
        code = (
            "import member\n"
            "for name, value in args['settings'].items(): setattr(member.preferences().overlay, name, value)"
        )
        self.a.run(code, settings=settings)

    def view_picture(self) -> numpy.ndarray:
        """A's 3D view as it is on the screen, as rows × columns × RGB."""
        x, y, width, height = self.a.run("import view\nresult = view.region('WINDOW')[1:]")
        return self.displays["A"].picture()[y : y + height, x : x + width].astype(int)

    def seen(self) -> int:
        """How many pixels of A's 3D view have B's colour, be it faint."""
        red, green, blue = numpy.moveaxis(self.view_picture(), 2, 0)
        return int(((red - green > 60) & (blue - green > 60)).sum())

    def until_seen(self, test, what: str) -> int:
        """Waits until a number of B's pixels in A's view passes a test, twice in a row: a picture may be half drawn."""

        def pixels():
            first = self.seen()
            if not test(first):
                return None
            time.sleep(0.1)
            return [first] if self.seen() == first else None

        return wait_until(pixels, what, 20)[0]

    def picture(self, name: str):
        """Keeps a screenshot of A's if somebody wants to see them."""
        if PICTURES:
            os.makedirs(PICTURES, exist_ok=True)
            write_png(os.path.join(PICTURES, f"{name}.png"), self.displays["A"].picture())

    def drawn(self) -> int:
        """Has A's view drawn again; how many pixels of B's are seen then."""
        before = self.a.run("import view\nview.area().tag_redraw()\nresult = drawings[0]")
        self.a.until("drawings[0] > args['before']", before=before)
        time.sleep(0.3)  # until it is on the screen
        return self.seen()

    def without(self, all_pixels: int, what: str, **settings) -> int:
        """Fewer pixels are seen with these settings; returns how many. Sets them back."""
        before = {name: True if value is False else 100.0 for name, value in settings.items()}
        self.set(**settings)
        self.drawn()
        less = self.until_seen(lambda count: count < all_pixels - FEW_PIXELS, f"{what} to go")
        self.picture(f"without-{what}")
        self.set(**before)
        self.until_seen(lambda count: abs(count - all_pixels) < FEW_PIXELS, f"{what} to be back")
        return less

    # --- the tests ---

    def told(self, mode: str, selected: int):
        """Waits until A knows B's mode and selection, and B's viewpoint rests."""
        self.a.until_code(TOLD, "A to be told of B", mode=mode, selected=selected)

    def test_01_each_part_of_the_overlay_comes_and_goes(self):
        self.told("Object Mode", 0)
        viewpoint = self.until_seen(lambda count: count > FEW_PIXELS, "B's viewpoint and name")
        self.b.run("import view\nview.select('Instance')")
        self.told("Object Mode", 1)
        self.until_seen(lambda count: count > viewpoint + FEW_PIXELS, "the box around the instance")
        self.picture("instance")
        self.b.run("import view\nview.select('Cube')\nbpy.ops.object.mode_set(mode='EDIT')")
        self.told("Edit Mode", 1)
        self.drawn()
        everything = self.drawn()
        self.assertGreater(everything, viewpoint + FEW_PIXELS)
        self.picture("everything")
        self.without(everything, "modes", show_modes=False)
        self.without(everything, "names", text_distance=1.0)
        self.without(everything, "viewpoints", show_viewpoints=False)
        self.without(everything, "selections", show_selections=False)
        self.assertLess(self.without(everything, "others", show=False), FEW_PIXELS)
        self.b.run("bpy.ops.object.mode_set(mode='OBJECT')\nimport view\nview.deselect()")

    def test_02_users_in_other_scenes(self):
        self.b.run(f"{WINDOW}.scene = bpy.data.scenes['Second']")
        self.until_seen(lambda count: count < FEW_PIXELS, "B to be gone from this scene")
        self.set(show_elsewhere=True)
        self.until_seen(lambda count: count > FEW_PIXELS, "B, faintly")
        self.picture("elsewhere")
        self.set(show_elsewhere=False)
        self.until_seen(lambda count: count < FEW_PIXELS, "B to be gone again")
        self.b.run(f"{WINDOW}.scene = bpy.data.scenes['Scene']")
        self.until_seen(lambda count: count > FEW_PIXELS, "B to be back")

    def test_03_status(self):
        """It stands where the settings say, as large as they say."""

        def white(rows: slice, columns: slice) -> int:
            return int((self.view_picture()[rows, columns] > 235).all(axis=2).sum())

        bottom = slice(-60, None), slice(0, 300)
        wait_until(lambda: white(*bottom) > FEW_PIXELS, "the status", 20)
        self.set(show_status=False)
        wait_until(lambda: white(*bottom) < FEW_PIXELS, "the status to go", 20)
        self.set(show_status=True, status_x=50, status_y=50, status_scale=3)
        wait_until(lambda: white(slice(-500, -100), slice(200, -100)) > 10 * FEW_PIXELS, "a large status", 20)
        self.picture("status")
        self.set(status_x=2, status_y=2, status_scale=1)

    def test_04_drawn_only_while_something_moves(self):
        self.told("Object Mode", 0)
        time.sleep(1.0)
        before = self.a.value("drawings[0]")
        time.sleep(2.0)
        idle = self.a.value("drawings[0]") - before
        self.assertLessEqual(idle, 1, "views are drawn though nothing moves")
        self.b.run(TURN)
        try:
            self.a.until("drawings[0] > args['before'] + 8", before=before)
        finally:
            self.b.run("turned[0] = 1000")

    def same_view(self, azimuth: float, distance: float):
        self.look(self.b, azimuth, distance)
        wanted = self.b.run(VIEW)
        code = VIEW + "result = max(abs(x - y) for x, y in zip(result, args['wanted'])) < 1e-3"
        self.a.until_code(code, f"A to see what B sees, {azimuth}", wanted=wanted)

    def test_05_snap_view(self):
        """Into another scene too; what was reached stays, and pressing again, Esc or navigating ends it."""
        self.assertEqual(self.snap("snap_view"), [True, False])
        self.same_view(100, 12)
        self.same_view(-40, 7)
        self.b.run(f"{WINDOW}.scene = bpy.data.scenes['Second']")
        self.a.until(f"{WINDOW}.scene.name == 'Second'")
        self.same_view(20, 9)
        self.a.show_tab(self.displays["A"])
        time.sleep(1.0)
        self.picture("following")
        self.assertFalse([line for line in self.a.process.lines if "Traceback" in line], "drawing the panel")
        self.a.run("import view\nview.area().spaces.active.show_region_ui = False")
        self.assertEqual(self.snap("snap_view"), [False, False])
        reached = self.a.run(VIEW)
        self.assertIn("Your own scene is Scene.", self.a.state()["messages"][-1][1])
        self.look(self.b, 150, 20)
        time.sleep(0.5)
        self.assertEqual(self.a.run(VIEW), reached)
        self.assertEqual(self.a.value(f"{WINDOW}.scene.name"), "Second")
        for key in ("Escape", "KP_1"):
            self.assertEqual(self.snap("snap_view"), [True, False])
            self.same_view(30, 11)
            self.displays["A"].point(*self.a.run("import view\nresult = view.view_middle()"))
            self.displays["A"].press(key)
            self.a.until(f"not {FOLLOWS}")
        self.assertIn("You moved the view yourself", self.a.state()["messages"][-1][1])
        self.assertEqual(self.snap("snap_view"), [True, False])
        self.a.run(f"{WINDOW}.scene = bpy.data.scenes['Scene']")
        self.a.until(f"not {FOLLOWS}")

    def test_06_snap_time(self):
        self.assertEqual(self.snap("snap_time"), [False, True])
        frame = f"{WINDOW}.scene.frame_current"
        for number in (33, 12):
            self.b.run(f"{WINDOW}.scene.frame_set({number})")
            self.a.until(f"{frame} == {number}")
        self.assertEqual(self.snap("snap_time"), [False, False])
        self.b.run(f"{WINDOW}.scene.frame_set(40)")
        time.sleep(0.5)
        self.assertEqual(self.a.value(frame), 12)

    def test_07_nobody_chases_oneself(self):
        """B follows A, so A cannot follow B: both would change places for ever."""
        self.b.run(SNAP, name="A", operator="snap_view")
        self.a.until_code(FOLLOWED, "A to be told that B follows A")
        self.assertEqual(self.snap("snap_view"), [False, False])
        self.assertIn("B follows your view already", self.a.state()["messages"][-1][1])
        self.b.run(SNAP, name="A", operator="snap_view")
        self.a.until_code(FOLLOWED + "result = not result", "A to be told that B does not any more")

    def test_08_who_leaves_is_followed_no_more(self):
        self.assertEqual(self.snap("snap_view"), [True, False])
        self.b.leave()
        self.a.until(f"not {FOLLOWS}")
        self.assertIn("B is gone", " ".join(text for _, text in self.a.state()["messages"][-3:]))


if __name__ == "__main__":
    unittest.main()
