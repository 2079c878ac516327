"""Two Blenders with windows, driven by real keys: object and edit mode, undo and redo, other files, scenes. The tests
share the pair and run in the order of their names."""

from __future__ import annotations

import os
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import Member, wait_equal, wait_settled  # noqa: E402
from harness.windows import WindowPair  # noqa: E402

PATIENCE_SECONDS = 60.0  # two windows are drawn by software beside all else
SCENE = """
import demo
demo.build()
mesh = bpy.data.meshes.new('Sheet')
corners = [(x, y, 0) for y in range(3) for x in range(3)]
faces = [(i, i + 1, i + 4, i + 3) for i in (0, 1, 3, 4)]
mesh.from_pydata(corners, [], faces)
sheet = bpy.data.objects.new('Sheet', mesh)
sheet.location = (0, 0, 3)
bpy.context.scene.collection.objects.link(sheet)
bpy.context.view_layer.update()
"""
VERTEX = "list(bpy.data.objects['Sheet'].data.vertices[args['i']].co)"
MOVE_VERTEX = """
mesh = bpy.data.objects['Sheet'].data
mesh.vertices[args['i']].co.z = args['z']
mesh.update()
bpy.context.view_layer.update()
"""


# What every operator does that an artist calls; without it Blender's undo takes scripted changes for there or gone.
STEP = """
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    bpy.ops.ed.undo_push(message="Script")
"""


# Notes of each undo whether Blender is told to read its step whole.
WATCH = """
from bpy.app.handlers import persistent
noted = bpy.app.driver_namespace['noted'] = []
@persistent
def watch(*_):
    noted.append(bpy.context.preferences.experimental.use_undo_legacy)
bpy.app.handlers.undo_pre.append(watch)
"""


class Windows(WindowPair):
    """A hosts, B joins; both have a window on a display of their own."""

    @classmethod
    def prepare(cls):
        cls.a.run(SCENE)
        cls.a.run("bpy.ops.ed.undo_push(message='Scene')")

    # --- what the artists do ---

    def press(self, member: Member, *keys: str):
        """Real key presses in a member's 3D view."""
        time.sleep(0.3)
        self.displays[member.name].press(*keys)
        time.sleep(0.3)

    def select(self, member: Member, name: str):
        """A selection that undo knows, as a click makes."""
        code = "import view\nview.select(args['name'])\nbpy.ops.ed.undo_push(message='Select')"
        member.run(code, name=name)

    def release(self, member: Member):
        """Selects nothing, and waits until nobody owns anything: what is selected is its user's alone."""
        member.run("import view\nview.deselect()\nbpy.ops.ed.undo_push(message='Deselect')")
        wait_settled([self.a, self.b])
        time.sleep(2)

    def leave_mode(self, member: Member):
        """Undo may have led back into edit mode."""
        if member.value("bpy.context.view_layer.objects.active.mode") == "EDIT":
            self.press(member, "Tab")
        member.until("bpy.context.view_layer.objects.active.mode == 'OBJECT'")

    def undo(self, member: Member, times: int = 1):
        for _ in range(times):
            self.press(member, "ctrl+z")

    def undo_at_once(self, member: Member, times: int):
        """Undo several times while Blender is busy, so that nothing of the add-on runs between two steps."""
        member.run("import time\nbpy.app.timers.register(lambda: time.sleep(3), first_interval=0.3)")
        time.sleep(1)
        self.displays[member.name].press(*["ctrl+z"] * times)
        time.sleep(3)

    def redo(self, member: Member, times: int = 1):
        for _ in range(times):
            self.press(member, "ctrl+shift+z")

    # --- what is to be seen ---

    def equal(self):
        wait_equal(self.a, self.b, self.place, PATIENCE_SECONDS)

    def both(self, expression: str, expected, **args):
        """An expression has a value in both, numbers to five digits."""
        for member in (self.a, self.b):
            near = f"abs({expression} - args['expected']) < 1e-4"
            try:
                member.until(near, timeout_seconds=PATIENCE_SECONDS, expected=expected, **args)
            except AssertionError as error:
                found = member.value(expression, **args)
                raise AssertionError(f"{member.name}: {expression} is {found}, not {expected}") from error

    def location(self, name: str, axis: int, expected: float):
        self.both("bpy.data.objects[args['name']].location[args['axis']]", expected, name=name, axis=axis)

    def vertex(self, i: int, expected: float):
        self.both(VERTEX + "[2]", expected, i=i)

    # --- the tests ---

    def test_01_move_with_keys(self):
        self.select(self.a, "Ball")
        self.press(self.a, "g", "x", "1", "Return")
        self.location("Ball", 0, 1)
        self.equal()

    def test_02_undo_and_redo_of_an_object_that_both_edit(self):
        """A's move goes back and forth, B's scale of the same object and move of another one stay."""
        self.release(self.a)
        self.b.run("bpy.data.objects['Ball'].scale.z = 2\nbpy.context.view_layer.update()")
        self.select(self.b, "Lamp")
        self.press(self.b, "g", "z", "1", "Return")
        self.location("Lamp", 2, 1)
        self.both("bpy.data.objects['Ball'].scale.z", 2)
        self.release(self.b)
        self.undo(self.a, 2)
        self.location("Ball", 0, 0)
        self.location("Lamp", 2, 1)
        self.both("bpy.data.objects['Ball'].scale.z", 2)
        self.redo(self.a, 2)
        self.location("Ball", 0, 1)
        self.both("bpy.data.objects['Ball'].scale.z", 2)
        self.location("Lamp", 2, 1)
        self.equal()

    def test_03_several_steps(self):
        self.select(self.a, "Ball")
        self.press(self.a, "g", "y", "2", "Return")
        self.press(self.a, "g", "z", "3", "Return")
        self.location("Ball", 2, 3)
        self.release(self.a)
        self.b.run("bpy.data.objects['Lamp'].location.x = 5\nbpy.context.view_layer.update()")
        self.b.run("bpy.data.objects['Ball'].rotation_euler.x = 0.5\nbpy.context.view_layer.update()")
        self.location("Lamp", 0, 5)
        self.undo(self.a, 3)
        self.location("Ball", 1, 0)
        self.location("Ball", 2, 0)
        self.location("Lamp", 0, 5)
        self.both("bpy.data.objects['Ball'].rotation_euler.x", 0.5)
        self.redo(self.a, 3)
        self.location("Ball", 2, 3)
        self.location("Lamp", 0, 5)
        self.both("bpy.data.objects['Ball'].rotation_euler.x", 0.5)
        self.equal()

    def test_04_edit_mode(self):
        """Leaving the mode pushes; B edits something else meanwhile, and the same mesh before and after."""
        self.release(self.a)
        self.b.run(MOVE_VERTEX, i=8, z=0.5)
        self.vertex(8, 0.5)
        self.select(self.a, "Sheet")
        self.press(self.a, "Tab")
        self.a.until("bpy.context.view_layer.objects.active.mode == 'EDIT'")
        self.select_vertices([0])
        self.press(self.a, "g", "z", "1", "Return")
        self.b.run("bpy.data.objects['Floor'].location.z = 0.25\nbpy.context.view_layer.update()")
        self.location("Floor", 2, 0.25)
        self.press(self.a, "Tab")
        self.vertex(0, 1)
        self.vertex(8, 0.5)
        self.equal()

    def select_vertices(self, wanted: list[int]):
        self.a.run(
            "import bmesh\nmesh = bpy.data.objects['Sheet'].data\nbm = bmesh.from_edit_mesh(mesh)\n"
            "bm.verts.ensure_lookup_table()\n"
            "for v in bm.verts: v.select_set(v.index in args['wanted'])\n"
            "bm.select_flush_mode(); bmesh.update_edit_mesh(mesh)\nbpy.ops.ed.undo_push(message='Select')",
            wanted=wanted,
        )

    def test_05_undo_in_edit_mode(self):
        """Two moves, one undone within the mode; B's rows of the same mesh stay."""
        self.release(self.a)
        self.b.run(MOVE_VERTEX, i=7, z=0.75)
        self.vertex(7, 0.75)
        self.select(self.a, "Sheet")
        self.press(self.a, "Tab")
        self.a.until("bpy.context.view_layer.objects.active.mode == 'EDIT'")
        self.select_vertices([1])
        self.press(self.a, "g", "z", "1", "Return")
        self.press(self.a, "g", "z", "1", "Return")
        self.undo(self.a)
        self.press(self.a, "Tab")
        self.vertex(1, 1)
        self.vertex(7, 0.75)
        self.vertex(8, 0.5)
        self.equal()

    def test_06_undo_back_into_edit_mode(self):
        """Object mode again, B edits on, then A undoes across the mode's border and redoes."""
        self.release(self.a)
        self.b.run(MOVE_VERTEX, i=6, z=-1)
        self.vertex(6, -1)
        self.undo(self.a, 4)
        self.redo(self.a, 1)
        self.leave_mode(self.a)
        self.vertex(6, -1)
        self.vertex(7, 0.75)
        self.vertex(8, 0.5)
        self.equal()

    def test_06_undo_back_into_edit_mode_in_a_busy_blender(self):
        """As before, in a Blender that carries out several steps before the add-on sees to any of them."""
        self.release(self.a)
        self.select(self.a, "Sheet")
        self.press(self.a, "Tab")
        self.a.until("bpy.context.view_layer.objects.active.mode == 'EDIT'")
        self.select_vertices([2])
        self.press(self.a, "g", "z", "1", "Return")
        self.press(self.a, "Tab")
        self.vertex(2, 1)
        self.release(self.a)
        self.b.run(MOVE_VERTEX, i=5, z=-2)
        self.vertex(5, -2)
        self.a.run(WATCH)
        self.undo_at_once(self.a, 4)
        self.redo(self.a, 1)
        self.assertEqual(self.a.value("bpy.app.driver_namespace['noted']"), [True] * 4, "decision 0014")
        self.leave_mode(self.a)
        self.vertex(5, -2)
        self.vertex(7, 0.75)
        self.vertex(8, 0.5)
        self.equal()

    def test_07_delete_and_undo(self):
        """What A deleted comes back under its identity, also for B."""
        self.select(self.a, "Hand")
        nodes = self.a.state()["nodes"]
        self.press(self.a, "Delete")
        self.b.until("'Hand' not in bpy.data.objects")
        self.undo(self.a)
        self.b.until("'Hand' in bpy.data.objects")
        self.equal()
        self.assertEqual(self.a.state()["nodes"], nodes)

    def test_08_others_additions_survive_undo(self):
        """A undoes a step from before B added and deleted something."""
        self.select(self.a, "Ball")
        self.press(self.a, "g", "x", "1", "Return")
        self.location("Ball", 0, 2)
        self.b.run(
            "o = bpy.data.objects.new('Made by B', None)\n"
            "bpy.context.scene.collection.objects.link(o)\nbpy.context.view_layer.update()\n" + STEP
        )
        self.a.until("'Made by B' in bpy.data.objects")
        self.b.run(
            "bpy.data.objects.remove(bpy.data.objects['Lamp'])\nbpy.context.view_layer.update()\n" + STEP
        )
        self.a.until("'Lamp' not in bpy.data.objects")
        self.undo(self.a)
        self.location("Ball", 0, 1)
        self.equal()
        for member in (self.a, self.b):
            self.assertTrue(
                member.value("'Made by B' in bpy.data.objects and 'Lamp' not in bpy.data.objects")
            )
        self.redo(self.a)
        self.location("Ball", 0, 2)
        self.equal()

    def test_09_undo_does_not_lead_before_the_session(self):
        """B presses undo more often than there are steps: B's own steps go back, the session's scene stays."""
        self.undo(self.b, 6)
        wait_settled([self.a, self.b])
        for member in (self.a, self.b):
            names = member.value("[o.name for o in bpy.data.objects]")
            self.assertLessEqual({"Ball", "Camera", "Floor", "Sheet"}, set(names))
            self.assertNotIn("Cube", names, "what B's file held before B joined")
        # B deleted it, and with it comes back where it was: in a group, and among the rigid bodies.
        self.both("len(bpy.data.objects['Hand'].users_collection)", 2)
        self.equal()

    def test_09_undo_beyond_what_others_added(self):
        """The last step of A's is from before B added, changed and deleted something; A undoes all there is."""
        self.b.run(
            "mesh = bpy.data.meshes.new('Late')\nmesh.materials.append(bpy.data.materials.new('Late'))\n"
            "o = bpy.data.objects.new('Late', mesh)\no.parent = bpy.data.objects['Floor']\n"
            "bpy.context.scene.collection.objects.link(o)\nbpy.context.view_layer.update()\n" + STEP
        )
        self.a.until("'Late' in bpy.data.objects and bpy.data.objects['Late'].data.materials[0] is not None")
        self.b.run(
            "bpy.data.objects.remove(bpy.data.objects['Hand'])\nbpy.context.view_layer.update()\n" + STEP
        )
        self.a.until("'Hand' not in bpy.data.objects")
        self.undo(self.a, 6)
        self.leave_mode(self.a)
        self.equal()
        there = self.a.value("[it.name for it in bpy.data.objects]")
        self.assertIn("Late", there)
        self.assertNotIn("Hand", there)
        self.redo(self.a)
        self.redo(self.a)
        self.leave_mode(self.a)
        self.equal()

    def test_10_scenes_come_and_go(self):
        """Another scene is there for both, and goes for both, also where it is the shown one."""
        self.a.run("bpy.data.scenes.new('Second')")
        self.b.until("'Second' in bpy.data.scenes")
        self.b.run("bpy.context.window_manager.windows[0].scene = bpy.data.scenes['Second']")
        self.a.run("bpy.data.scenes.remove(bpy.data.scenes['Second'])")
        self.b.until("'Second' not in bpy.data.scenes")
        self.equal()

    def test_11_new_file_leaves_the_session(self):
        """A new file ends the session for that artist with a message; the others keep everything."""
        names = self.a.value("sorted(o.name for o in bpy.data.objects)")
        self.b.run("bpy.ops.wm.read_homefile()")
        self.b.wait_phase("ENDED")
        self.assertIn("Another file was opened", self.b.state()["messages"][-1][1])
        self.a.until("True")
        wait_settled([self.a])
        self.assertEqual(self.a.value("sorted(o.name for o in bpy.data.objects)"), names)
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")
        self.equal()

    def test_12_another_file_leaves_the_session(self):
        """The same for opening a file, by the artist who hosts."""
        path = self.place.path("other", "other.blend")
        self.b.run("bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True)", path=path)
        names = self.b.value("sorted(o.name for o in bpy.data.objects)")
        self.a.run("bpy.ops.wm.open_mainfile(filepath=args['path'])", path=path)
        self.a.wait_phase("ENDED")
        wait_settled([self.b])
        self.assertEqual(self.b.value("sorted(o.name for o in bpy.data.objects)"), names)

    def test_13_no_errors_in_the_output(self):
        for member in (self.a, self.b):
            self.assertFalse(
                [line for line in member.process.lines if "Traceback" in line], member.process.tail()
            )


if __name__ == "__main__":
    unittest.main()
