"""Datablocks that artists give one name at the same moment: three Blenders show the same names in the end.

The server decides who has a name (SPEC NA2), and every Blender shows it so (docs/bridge.md BR24).
"""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness.member import ADMIN, Member, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
ROUND_TRIP_SECONDS = 0.5  # for so long nobody knows what others do
ADD = """
mesh = bpy.data.meshes.new(args['name'])
mesh.materials.append(bpy.data.materials.new(args['name']))
thing = bpy.data.objects.new(args['name'], mesh)
thing.location.x = args['x']
bpy.context.scene.collection.objects.link(thing)
bpy.context.view_layer.update()
"""
RENAME = """
thing = next(it for it in bpy.data.objects if it.location.x == args['x'])
thing.name = thing.data.name = thing.data.materials[0].name = args['name']
bpy.context.view_layer.update()
"""
SWAP = """
one, other = (next(it for it in bpy.data.objects if it.location.x == x) for x in args['xs'])
for first, second in ((one, other), (one.data, other.data)):
    names = first.name, second.name
    first.name = 'third'
    second.name = names[0]
    first.name = names[1]
bpy.context.view_layer.update()
"""
CLEAR = """
bpy.data.batch_remove([*bpy.data.objects, *bpy.data.meshes, *bpy.data.materials])
bpy.context.view_layer.update()
"""
NAMES = "sorted((o.location.x, o.name, o.data.name, o.data.materials[0].name) for o in bpy.data.objects)"


class Names(unittest.TestCase):
    """A, B and C share one session; each test begins with an empty one."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-names")
        cls.addClassCleanup(cls.place.close)
        server = Server(cls.place, "--admin-password", ADMIN)
        proxy = Proxy(server.port, ROUND_TRIP_SECONDS)
        cls.addClassCleanup(proxy.close)
        cls.members = [Member(cls.place, name, COMMAND) for name in "ABC"]
        cls.a, cls.b, cls.c = cls.members
        cls.a.run("bpy.ops.wm.read_homefile(use_empty=True)")
        cls.a.host(proxy.base)
        for member in (cls.b, cls.c):
            member.join(proxy.base)
            member.wait_phase("ONLINE")

    def setUp(self):
        self.a.run(CLEAR)
        wait_settled(self.members)

    def names(self) -> dict:
        """The names of the objects by their places, which are the same for their data and in all Blenders."""
        for other in (self.b, self.c):
            wait_equal(self.a, other, self.place)
        shown = [member.value(NAMES) for member in self.members]
        self.assertEqual(shown[0], shown[1])
        self.assertEqual(shown[0], shown[2])
        return {place: names[0] for place, *names in shown[0]}

    def add_at_once(self):
        for place, member in enumerate(self.members):
            member.run(ADD, name="Twin", x=place + 1)
            self.assertEqual(member.value(NAMES)[0][1:], ["Twin"] * 3, "nobody knows of another one")

    def test_made_at_once(self):
        """[NA2] Three add a thing of the same name at once; what is renamed later keeps its name."""
        self.add_at_once()
        self.assertEqual(sorted(self.names().values()), ["Twin", "Twin.001", "Twin.002"])
        first = next(place for place, name in self.names().items() if name == "Twin")
        self.b.run(RENAME, x=first, name="Solo")
        names = self.names()
        self.assertEqual(names[first], "Solo")
        self.assertEqual(sorted(names.values()), ["Solo", "Twin.001", "Twin.002"])

    def test_renamed_at_once(self):
        """[NA2] Two rename theirs to one name at once, and one of them to a name that the third one takes."""
        for place, member in enumerate(self.members):
            member.run(ADD, name=f"Thing {place}", x=place + 1)
        self.names()
        self.a.run(RENAME, x=1, name="Taken")
        self.b.run(RENAME, x=2, name="Taken")
        names = self.names()
        self.assertEqual(sorted((names[1], names[2])), ["Taken", "Taken.001"])
        self.assertEqual(names[3], "Thing 2")
        self.c.run(RENAME, x=3, name="Last")
        self.a.run(RENAME, x=1, name="Last")
        names = self.names()
        self.assertEqual(sorted((names[1], names[3])), ["Last", "Last.001"])

    def test_swapped(self):
        """[BR24] Names that one artist exchanges are exchanged everywhere, there and back."""
        for place, name in ((1, "Left"), (2, "Right")):
            self.a.run(ADD, name=name, x=place)
        self.assertEqual(self.names(), {1: "Left", 2: "Right"})
        self.b.run(SWAP, xs=[1, 2])
        self.swapped({1: "Right", 2: "Left"})
        self.a.run(SWAP, xs=[1, 2])
        self.swapped({1: "Left", 2: "Right"})

    def swapped(self, names: dict):
        for other in (self.b, self.c):
            wait_equal(self.a, other, self.place)
        for member in self.members:
            shown = member.value("sorted((o.location.x, o.name, o.data.name) for o in bpy.data.objects)")
            self.assertEqual({place: name for place, name, _ in shown}, names)
            self.assertEqual({place: name for place, _, name in shown}, names)


if __name__ == "__main__":
    unittest.main()
