"""[BR21] Two Blenders while one of them is in edit or sculpt mode, with and without live edit mode."""

from __future__ import annotations

import os
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
SIDE = 8
SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
bpy.ops.mesh.primitive_grid_add(x_subdivisions=args['side'], y_subdivisions=args['side'])
bpy.context.object.name = bpy.context.object.data.name = 'Grid'
"""
MODE = """
layer = bpy.context.view_layer
layer.objects.active = bpy.data.objects['Grid']
bpy.ops.object.mode_set(mode=args['mode'])
layer.update()
result = bpy.data.objects['Grid'].mode
"""
LIFT_IN_EDIT_MODE = """
import bmesh
mesh = bpy.data.objects['Grid'].data
edited = bmesh.from_edit_mesh(mesh)
edited.verts.ensure_lookup_table()
edited.verts[args['vertex']].co.z = args['z']
bmesh.update_edit_mesh(mesh)
bpy.context.view_layer.update()
"""
ADD_IN_EDIT_MODE = """
import bmesh
mesh = bpy.data.objects['Grid'].data
edited = bmesh.from_edit_mesh(mesh)
edited.verts.new((0, 0, args['z']))
bmesh.update_edit_mesh(mesh)
bpy.context.view_layer.update()
"""
LIFT = """
mesh = bpy.data.objects['Grid'].data
mesh.vertices[args['vertex']].co.z = args['z']
mesh.update()
bpy.context.view_layer.update()
"""
LAYERS = """
thing = bpy.data.objects['Grid']
thing.data.color_attributes.new('Colour', 'BYTE_COLOR', 'CORNER')
thing.vertex_groups.new(name='Pinned')
bpy.context.view_layer.update()
"""
COLOUR = """
mesh = bpy.data.objects['Grid'].data
mesh.color_attributes['Colour'].data[args['corner']].color_srgb = (args['red'], 0, 0, 1)
mesh.update()
bpy.context.view_layer.update()
"""
IS_RED = """abs(bpy.data.objects['Grid'].data.color_attributes['Colour']
    .data[args['corner']].color_srgb[0] - args['red']) < 1e-3"""
WEIGH = """
thing = bpy.data.objects['Grid']
thing.vertex_groups['Pinned'].add([3], args['weight'], 'REPLACE')
thing.data.update()
bpy.context.view_layer.update()
"""
IS_HEAVY = """[it.weight for it in bpy.data.objects['Grid'].data.vertices[3].groups] == [args['weight']]"""
PAINT_IN_EDIT_MODE = """
import bmesh
thing = bpy.data.objects['Grid']
edited = bmesh.from_edit_mesh(thing.data)
edited.verts.ensure_lookup_table()
edited.faces.ensure_lookup_table()
heat = edited.verts.layers.float.get('heat') or edited.verts.layers.float.new('heat')
weights = edited.verts.layers.deform.verify()
uv = edited.loops.layers.uv.verify()
edited.verts.ensure_lookup_table()
edited.faces.ensure_lookup_table()
edited.verts[2][heat] = 0.5
edited.verts[2][weights][thing.vertex_groups['Pinned'].index] = 0.75
edited.faces[1].smooth = True
for corner in edited.faces[1].loops:
    corner[uv].uv = (0.25, 0.125)
bmesh.update_edit_mesh(thing.data)
bpy.context.view_layer.update()
"""
PAINTED = """(lambda mesh: (
    mesh.attributes['heat'].data[2].value if 'heat' in mesh.attributes else None,
    [it.weight for it in mesh.vertices[2].groups],
    mesh.polygons[1].use_smooth,
    [list(mesh.uv_layers.active.data[corner].uv) for corner in mesh.polygons[1].loop_indices],
))(bpy.data.objects['Grid'].data)"""
IS_LIFTED = "abs(bpy.data.objects['Grid'].data.vertices[args['vertex']].co.z - args['z']) < 1e-6"
COUNT = "len(bpy.data.objects['Grid'].data.vertices)"


class EditMode(unittest.TestCase):
    """Each test has a session of its own; A hosts a grid and goes into a mode."""

    number = 0

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-edit-mode")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)

    def setUp(self):
        EditMode.number += 1
        session = f"edit-{EditMode.number}"
        self.a.run(SCENE, side=SIDE)
        self.a.host(self.server.port, session=session)
        self.b.join(self.server.port, session=session)
        self.b.wait_phase("ONLINE")
        wait_settled([self.a, self.b])

    def tearDown(self):
        self.mode("OBJECT")
        for member in (self.a, self.b):
            if member.state()["phase"] != "ENDED":
                member.leave()

    def live(self, on: bool) -> None:
        self.a.run("import member\nmember.preferences().live_edit = args['on']", on=on)

    def mode(self, mode: str) -> None:
        self.assertEqual(self.a.run(MODE, mode=mode), mode)

    def lift(self, code: str, member: Member, vertex: int, z: float) -> None:
        member.run(code, vertex=vertex, z=z)

    def is_lifted(self, member: Member, vertex: int, z: float) -> bool:
        return member.value(IS_LIFTED, vertex=vertex, z=z)

    def until_lifted(self, member: Member, vertex: int, z: float) -> None:
        member.until(IS_LIFTED, f"vertex {vertex} at {z} in {member.name}", 15, vertex=vertex, z=z)

    def waits_until_the_mode_is_left(self) -> None:
        """What is done in edit mode comes to B at its end."""
        self.mode("EDIT")
        self.lift(LIFT_IN_EDIT_MODE, self.a, 3, 0.5)
        time.sleep(1.5)
        self.assertFalse(self.is_lifted(self.b, 3, 0.5))
        self.mode("OBJECT")
        self.until_lifted(self.b, 3, 0.5)
        self.equal()

    def equal(self) -> None:
        self.mode("OBJECT")
        wait_equal(self.a, self.b, self.place)

    def test_live_edits_flow_while_editing(self):
        """Moved and new vertices come to B while A is in edit mode, and nothing is lost at its end."""
        self.live(True)
        self.mode("EDIT")
        for z in (0.5, 0.75, 1.0):
            self.lift(LIFT_IN_EDIT_MODE, self.a, 3, z)
            self.until_lifted(self.b, 3, z)
        count = self.b.value(COUNT)
        self.a.run(ADD_IN_EDIT_MODE, z=2.0)
        self.b.until(f"{COUNT} == args['count']", "the new vertex in B", 15, count=count + 1)
        self.assertEqual(self.a.value("bpy.data.objects['Grid'].mode"), "EDIT")
        self.lift(LIFT_IN_EDIT_MODE, self.a, 4, 0.25)
        self.equal()
        self.assertTrue(self.is_lifted(self.b, 4, 0.25))

    def test_all_layers_flow_while_editing(self):
        """A new attribute, weights, UV coordinates and shading, before the mode is left."""
        self.live(True)
        self.a.run(
            "bpy.data.objects['Grid'].vertex_groups.new(name='Pinned')\nbpy.context.view_layer.update()"
        )
        self.mode("EDIT")
        self.a.run(PAINT_IN_EDIT_MODE)
        expected = [0.5, [0.75], True, [[0.25, 0.125]] * 4]
        self.b.until(f"list({PAINTED}) == args['expected']", "the layers in B", 15, expected=expected)
        self.assertEqual(self.a.value("bpy.data.objects['Grid'].mode"), "EDIT")
        self.equal()

    def test_live_edits_rest_while_nothing_is_edited(self):
        """Bringing the mesh up to date is no edit: in edit mode nothing is sent where nothing is done."""
        self.live(True)
        self.mode("EDIT")
        self.lift(LIFT_IN_EDIT_MODE, self.a, 3, 0.5)
        self.until_lifted(self.b, 3, 0.5)
        wait_settled([self.a, self.b])
        before = self.a.state()["sequence"]
        time.sleep(1.5)
        self.assertEqual(self.a.state()["sequence"], before)
        self.assertTrue(self.a.state()["settled"])

    def test_without_live_edits_b_follows_when_the_mode_is_left(self):
        self.live(False)
        self.waits_until_the_mode_is_left()

    def test_edits_of_others_wait_until_the_mode_is_left(self):
        """They are not lost, nor are A's: both edit other vertices of the mesh. Other datablocks do not wait."""
        for live in (False, True):
            with self.subTest(live=live):
                z = 0.5 if live else 0.25
                self.live(live)
                self.mode("EDIT")
                self.lift(LIFT_IN_EDIT_MODE, self.a, 3, z)
                if live:
                    self.until_lifted(self.b, 3, z)
                self.lift(LIFT, self.b, 20, z)
                self.b.run(f"bpy.data.objects['Grid'].location.z = {z}\nbpy.context.view_layer.update()")
                self.a.until(f"bpy.data.objects['Grid'].location.z == {z}")
                self.lift(LIFT_IN_EDIT_MODE, self.a, 5, z)
                time.sleep(0.5)
                self.assertFalse(self.is_lifted(self.a, 20, z), "an edit of B came into A's edit mode")
                self.mode("OBJECT")
                self.until_lifted(self.a, 20, z)
                self.equal()
                for vertex in (3, 5, 20):
                    self.assertTrue(self.is_lifted(self.a, vertex, z), vertex)
                    self.assertTrue(self.is_lifted(self.b, vertex, z), vertex)

    def test_sculpt_mode(self):
        """As in edit mode: edits of others wait, and A's flow if they are live."""
        for live in (False, True):
            with self.subTest(live=live):
                z = 0.5 if live else 0.25
                self.live(live)
                self.mode("SCULPT")
                self.lift(LIFT, self.a, 3, z)
                if live:
                    self.until_lifted(self.b, 3, z)
                else:
                    time.sleep(1)
                    self.assertFalse(self.is_lifted(self.b, 3, z))
                self.lift(LIFT, self.b, 20, z)
                time.sleep(0.5)
                self.assertFalse(self.is_lifted(self.a, 20, z), "an edit of B came into A's sculpt mode")
                self.mode("OBJECT")
                self.until_lifted(self.a, 20, z)
                self.until_lifted(self.b, 3, z)
                self.equal()

    def test_paint_modes(self):
        """Colours and weights come to B when the mode is left, or at once if live; what B does meanwhile waits."""
        self.a.run(LAYERS)
        for live in (False, True):
            kinds = (
                ("VERTEX_PAINT", COLOUR, IS_RED, {"corner": 5, "red": 0.8 if live else 0.4}),
                ("WEIGHT_PAINT", WEIGH, IS_HEAVY, {"weight": 0.5 if live else 0.25}),
            )
            for number, (mode, paint, painted, values) in enumerate(kinds):
                with self.subTest(mode=mode, live=live):
                    z = 1.0 + number + 2 * live
                    self.live(live)
                    self.mode(mode)
                    self.a.run(paint, **values)
                    if live:
                        self.b.until(painted, "the paint in B", 15, **values)
                    else:
                        time.sleep(1)
                        self.assertFalse(self.b.value(painted, **values))
                    self.lift(LIFT, self.b, 20, z)
                    time.sleep(0.5)
                    self.assertFalse(self.is_lifted(self.a, 20, z), f"an edit of B came into A's {mode}")
                    self.mode("OBJECT")
                    self.until_lifted(self.a, 20, z)
                    self.b.until(painted, "the paint in B", 15, **values)
                    self.equal()

    def test_what_is_new_does_not_wait(self):
        """A mesh that is in edit mode as soon as it is made comes to B as it is, for its object's sake."""
        self.live(False)
        self.a.run("bpy.ops.mesh.primitive_cube_add(enter_editmode=True)\nbpy.context.view_layer.update()")
        there = "'Cube' in bpy.data.objects and len(bpy.data.objects['Cube'].data.vertices) == 8"
        self.b.until(there)
        self.a.run("bpy.ops.object.mode_set(mode='OBJECT')")
        self.equal()


if __name__ == "__main__":
    unittest.main()
