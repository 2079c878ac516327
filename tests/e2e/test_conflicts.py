"""[CM8] Two Blenders edit one datablock at the same moment: B is a second away, and neither has heard of the other.

What both did survives wherever it is not the same thing; where it is, the server's order decides for everybody.
"""

from __future__ import annotations

import os
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
ROUND_TRIP_SECONDS = 1.0
TICKS_SECONDS = 1.0  # what two busy Blenders need to send, show and be asked
SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
bpy.ops.mesh.primitive_grid_add(x_subdivisions=8, y_subdivisions=8)
bpy.context.object.name = bpy.context.object.data.name = 'Grid'
bpy.context.view_layer.update()
"""
THING = "thing = bpy.data.objects['Grid']\nmesh = thing.data\n"
AFTERWARDS = "\nmesh.update()\nbpy.context.view_layer.update()"
FLAT = "[round(it.co.z, 4) for it in bpy.data.objects['Grid'].data.vertices]"
ADD_FACE = """
count = len(mesh.vertices)
import bmesh
made = bmesh.new()
made.from_mesh(mesh)
made.faces.new([made.verts.new((args['x'], y, 5)) for y in range(3)])
made.to_mesh(mesh)
"""

ADD_ARRAYS = """
mesh.attributes.new("Wear", "FLOAT", "POINT")
thing.vertex_groups.new(name="Halb").add(range(10), 0.5, "REPLACE")
"""


class Conflicts(unittest.TestCase):
    """A hosts a grid, B is far away."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-conflicts")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.proxy = Proxy(cls.server.port, round_trip_seconds=ROUND_TRIP_SECONDS)
        cls.addClassCleanup(cls.proxy.close)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run(SCENE)
        cls.a.host(cls.server.port)
        cls.b.join(cls.proxy.base)
        cls.b.wait_phase("ONLINE")

    def setUp(self):
        wait_settled([self.a, self.b])

    def at_once(self, in_a: str, in_b: str, **args) -> float:
        """Both edit; returns when, in seconds of ``time.monotonic``. B's edit is the later one at the server."""
        for member, code in ((self.b, in_b), (self.a, in_a)):
            member.run(THING + code + AFTERWARDS, **args)
        return time.monotonic()

    def both(self, expression: str, **args):
        for member in (self.a, self.b):
            member.until(expression, timeout_seconds=20, **args)

    def equal(self):
        wait_equal(self.a, self.b, self.place)

    def test_the_same_property(self):
        """The later one at the server stands; the other's Blender shows it a round trip after it was made."""
        begin = self.at_once("thing.location.x = 1", "thing.location.x = 2")
        self.a.until("bpy.data.objects['Grid'].location.x == 2")
        self.assertLess(time.monotonic() - begin, ROUND_TRIP_SECONDS + TICKS_SECONDS)
        self.both("bpy.data.objects['Grid'].location.x == 2")
        self.equal()

    def test_other_axes_of_one_property(self):
        """A vector is one value: one artist's stands, for both."""
        self.at_once("thing.rotation_euler.x = 0.5", "thing.rotation_euler.y = 0.25")
        self.equal()
        self.both("bpy.data.objects['Grid'].rotation_euler.y == 0.25")

    def test_other_items_of_one_list(self):
        self.at_once("thing.modifiers.new('Mine', 'BEVEL')", "thing.modifiers.new('Yours', 'ARRAY')")
        self.both("{'Mine', 'Yours'} <= set(bpy.data.objects['Grid'].modifiers.keys())")
        self.equal()

    def test_other_fields_of_one_item(self):
        self.a.run(THING + "thing.modifiers.new('Both', 'SUBSURF')" + AFTERWARDS)
        self.both("'Both' in bpy.data.objects['Grid'].modifiers")
        wait_settled([self.a, self.b])
        self.at_once("thing.modifiers['Both'].levels = 3", "thing.modifiers['Both'].render_levels = 4")
        self.both("bpy.data.objects['Grid'].modifiers['Both'].levels == 3")
        self.both("bpy.data.objects['Grid'].modifiers['Both'].render_levels == 4")
        self.equal()

    def test_other_vertices_of_one_mesh(self):
        self.at_once(
            "for it in mesh.vertices[10:20]: it.co.z = 1", "for it in mesh.vertices[15:30]: it.co.z = 2"
        )
        self.both(f"{FLAT}[10:30] == [1.0] * 5 + [2.0] * 15")
        self.equal()

    def one_topology(self, *wanted):
        """Both hold the same whole mesh, one of these: the number of vertices, and the height of the first."""
        self.equal()
        for member in (self.a, self.b):
            self.assertFalse(member.value("bpy.data.objects['Grid'].data.validate()"), "a broken mesh")
        self.assertIn(self.a.value(f"[len({FLAT}), {FLAT}[0]]"), [list(it) for it in wanted])

    def test_topology_beside_moved_vertices(self):
        """One artist's mesh stands, whole: A's with three vertices more, or B's with the moved one."""
        count, height = self.a.value(f"[len({FLAT}), {FLAT}[0]]")
        self.at_once(ADD_FACE, "mesh.vertices[0].co.z = 3", x=10)
        self.one_topology((count + 3, height), (count, 3))

    def test_two_topologies(self):
        count, height = self.a.value(f"[len({FLAT}), {FLAT}[0]]")
        self.at_once(ADD_FACE, ADD_FACE + "for it in mesh.vertices: it.co.z = 7", x=20)
        self.one_topology((count + 3, height), (count + 3, 7))

    def test_new_arrays_beside_a_topology(self):
        """[CM9] What A adds to the elements that B exchanges meanwhile loses its values, and both are told."""
        count = self.a.value(f"len({FLAT})")
        self.at_once(ADD_ARRAYS, ADD_FACE, x=30)
        self.one_topology((count + 3, self.a.value(f"{FLAT}[0]")))
        for member in (self.a, self.b):
            self.assertEqual(
                member.value("sum(len(v.groups) for v in bpy.data.objects['Grid'].data.vertices)"), 0
            )
            self.assertIn("attr.POINT.FLOAT.Wear, vert.deform. Set them again", messages(member.state()))


if __name__ == "__main__":
    unittest.main()
