"""Rights in real Blenders: they follow the selection, are locked and handed over by hand, and are the server's to give.

The tests share the pair and run in the order of their names. A is an admin, B is not. A background Blender has no
artist who selects, so following is switched on here.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)

from harness import turns  # noqa: E402
from harness.member import Member, messages, wait_equal, wait_settled  # noqa: E402

FOLLOW = """
import member
for thing in bpy.context.view_layer.objects:
    thing.select_set(False)
member.session_module().current().holdings.follow_selection = True
"""
SELECT = """
for thing in bpy.context.view_layer.objects:
    thing.select_set(thing.name in args['names'])
"""
OWNER = """
import member
session = member.session_module().current()
names = session.user_name_by_id
thing = bpy.data.objects[args['name']]
result = [names.get(session.holdings.owner(it)) for it in (thing, thing.data, thing.data.materials[0])]
"""
PRESS = """
thing = bpy.data.objects[args['name']]
with bpy.context.temp_override(selected_objects=[thing], object=thing, active_object=thing):
    getattr(bpy.ops.multiuser, args['operator'])(**args['options'])
"""
MOVE = "bpy.data.objects[args['name']].location.x = args['x']\nbpy.context.view_layer.update()"
SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True)
for name in ('Cube', 'Box'):
    thing = bpy.data.objects.get(name)
    if thing is None:
        thing = bpy.data.objects.new(name, bpy.data.objects['Cube'].data.copy())
        bpy.context.scene.collection.objects.link(thing)
    thing.data.materials[0] = bpy.data.materials.new(name)
bpy.data.materials.remove(bpy.data.materials['Material'])
"""


class Rights(turns.Pair):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for member in (cls.a, cls.b):
            member.run(FOLLOW)

    @classmethod
    def prepare(cls):
        cls.a.run(SCENE)

    def owners(self, name: str, owner: str | None):
        """Both are told that this user owns an object, its mesh and its material."""
        for member in (self.a, self.b):
            code = OWNER + f"result = result == [{owner!r}] * 3"
            member.until_code(code, f"{name} to belong to {owner} in {member.name}", 10, name=name)

    def press(self, member: Member, operator: str, name: str, **options):
        member.run(PRESS, operator=operator, name=name, options=options)

    def user_id(self, name: str) -> str:
        code = "import member\ns = member.session_module().current()\n"
        return self.a.run(
            code + "result = next(it.id for it in s.status.users if it.name == args['n'])", n=name
        )

    def said(self, member: Member, *parts: str):
        """The session told its user of this."""
        text = messages(member.state())
        for part in parts:
            self.assertIn(part, text)

    def test_01_selecting_takes_and_deselecting_gives_back(self):
        self.owners("Cube", None)
        self.a.run(SELECT, names=["Cube"])
        self.owners("Cube", "A")
        self.owners("Box", None)
        self.a.run(SELECT, names=["Box"])
        self.owners("Cube", None)
        self.owners("Box", "A")
        self.a.run(SELECT, names=[])
        self.owners("Box", None)

    def test_02_what_another_holds_cannot_be_selected_here(self):
        self.a.run(SELECT, names=["Cube"])
        self.owners("Cube", "A")
        self.b.run(SELECT, names=["Cube", "Box"])
        self.b.until("not bpy.data.objects['Cube'].select_get()")
        self.assertTrue(self.b.run("result = bpy.data.objects['Box'].select_get()"))
        self.owners("Box", "B")
        self.said(self.b, "Cube is held by A")

    def test_03_an_edit_of_what_another_holds_is_put_back(self):
        """A holds the cube still; B's script does not care."""
        before = self.b.run("result = bpy.data.objects['Cube'].location.x")
        self.b.run(MOVE, name="Cube", x=before + 5)
        self.b.until_code(
            "result = abs(bpy.data.objects['Cube'].location.x - args['x']) < 1e-6",
            "the edit to be put back",
            10,
            x=before,
        )
        self.said(self.b, "Cube", "belongs to A")
        wait_equal(self.a, self.b, self.place)

    def test_04_the_holder_edits(self):
        self.a.run(MOVE, name="Cube", x=2.5)
        self.b.until("abs(bpy.data.objects['Cube'].location.x - 2.5) < 1e-6")
        self.b.run(MOVE, name="Box", x=-2.5)
        self.a.until("abs(bpy.data.objects['Box'].location.x + 2.5) < 1e-6")
        wait_equal(self.a, self.b, self.place)
        for member in (self.a, self.b):
            member.run(SELECT, names=[])
        self.owners("Cube", None)
        self.owners("Box", None)

    def test_05_a_lock_outlives_the_selection(self):
        self.press(self.b, "lock", "Box")
        self.owners("Box", "B")
        self.b.run(SELECT, names=["Box"])
        wait_settled([self.a, self.b])
        self.b.run(SELECT, names=[])
        self.b.run("import time\ntime.sleep(0.5)")
        self.owners("Box", "B")

    def test_06_handing_over(self):
        self.press(self.b, "hand_over", "Box", user=self.user_id("A"))
        self.owners("Box", "A")
        self.press(self.a, "unlock", "Box")
        self.owners("Box", None)

    def test_07_an_admin_takes_over(self):
        self.press(self.b, "lock", "Box")
        self.owners("Box", "B")
        self.press(self.a, "take_over", "Box")
        self.owners("Box", "A")
        self.b.until_code(
            "import member\nresult = any('took over' in it[1] for it in member.state()['messages'])",
            "B to be told",
            10,
        )
        self.press(self.a, "unlock", "Box")
        self.owners("Box", None)

    def test_08_a_user_who_is_no_admin_cannot(self):
        self.press(self.a, "lock", "Cube")
        self.owners("Cube", "A")
        with self.assertRaisesRegex(AssertionError, "Only an admin"):
            self.press(self.b, "take_over", "Cube")
        self.press(self.b, "lock", "Cube")  # asks the server, which refuses
        self.b.until_code(
            "import member\nresult = any('holds this' in it[1] for it in member.state()['messages'])",
            "B to be refused",
            10,
        )
        self.owners("Cube", "A")

    def test_09_what_is_new_is_taken_when_the_server_has_it(self):
        code = """
thing = bpy.data.objects.new('Fresh', bpy.data.objects['Box'].data.copy())
thing.data.materials[0] = thing.data.materials[0].copy()
bpy.context.scene.collection.objects.link(thing)
thing.select_set(True)
bpy.context.view_layer.update()
"""
        self.b.run(code)
        self.a.until("'Fresh' in bpy.data.objects")
        self.owners("Fresh", "B")

    def test_10_leaving_gives_back(self):
        self.b.leave()
        for name in ("Fresh", "Box"):
            code = OWNER + "result = result == [None] * 3"
            self.a.until_code(code, f"{name} to be free again", 10, name=name)

    def test_09_roles(self):
        """[RI9] What a viewer changes is put back, and both are told."""
        self.set_role("B", "VIEWER")
        self.said(self.b, "viewer")
        before = self.a.run("result = bpy.data.objects['Box'].location.x")
        self.b.run(MOVE, name="Box", x=before + 3)
        self.b.until_code(f"result = bpy.data.objects['Box'].location.x == {before}", "it to be put back", 10)
        self.assertFalse(self.b.run("result = bpy.ops.multiuser.set_role.poll()"))
        self.set_role("B", "EDITOR")
        self.said(self.b, "editor")
        self.b.run(MOVE, name="Box", x=before + 4)
        self.a.until_code(f"result = bpy.data.objects['Box'].location.x == {before + 4}", "it to arrive", 10)

    def set_role(self, name: str, role: str):
        """A sets it, as from the menu in the users' list."""
        user = self.user_id(name)
        self.a.run("bpy.ops.multiuser.set_role(user=args['u'], role=args['r'])", u=user, r=role)
        shown = (
            "import member\nresult = next(it.role for it in member.session_module().current().status.users"
        )
        for member in (self.a, self.b):
            member.until_code(f"{shown} if it.name == {name!r}) == {role!r}", f"{name} to be {role}", 10)

    def test_11_a_banned_user_does_not_come_back(self):
        self.b.join(self.server.port)
        self.b.wait_phase("ONLINE")
        self.a.run("bpy.ops.multiuser.kick(user=args['u'], reason='enough', ban=True)", u=self.user_id("B"))
        self.b.wait_phase("ENDED")
        self.said(self.b, "enough")
        self.b.join(self.server.port)
        state = self.b.wait_phase("ENDED")
        self.assertIn("ban", state["error"].lower())


if __name__ == "__main__":
    unittest.main()
