"""The repository panel's list and what can be done to its rows, and what is pushed by hand: with two real Blenders.

The tests share the pair and run in the order of their names. A is an admin, B is not. A background Blender draws
nothing, so the tests say that the panel was drawn.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)

from harness import turns  # noqa: E402
from harness.member import Member, messages, wait_equal, wait_settled  # noqa: E402

SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True)
for name in ('Box', 'Ball'):
    mesh = bpy.data.objects['Cube'].data.copy()
    mesh.name = name
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))
bpy.context.view_layer.update()
"""
ROW = """
import member
session = member.session_module().current()
names = session.user_name_by_id
book = session.repository
book.drawn()
def row(kind, name):
    found = [it for it in book.nodes.ordered() if (it.type, it.name) == (kind, name)]
    return {} if not found else {
        'state': found[0].state, 'owner': names.get(found[0].owner, ''), 'author': names.get(found[0].author, ''),
        'changed': found[0].changed, 'waiting': found[0].waiting, 'refused': found[0].refused,
    }
"""
LISTED = (
    ROW
    + """
items = bpy.context.window_manager.multiuser_repository.rows
places = [str(number) for number in range(len(session.replica))]
result = book.in_step and [it.name for it in items] == places and len(items) == len(book.nodes)
"""
)
PRESS = (
    ROW
    + """
ids = [it.id.hex() for it in book.nodes.ordered() if (it.type, it.name) in [tuple(one) for one in args['rows']]]
result = list(getattr(bpy.ops.multiuser, 'repository_' + args['operator'])(nodes=','.join(ids), **args['options']))
"""
)
BY_HAND = """
import member
replication = member.preferences().replication
for name in [it for it in replication.bl_rna.properties.keys() if it.startswith('push_')]:
    setattr(replication, name, name[5:] not in args['kinds'])
"""
MOVE = "bpy.data.objects[args['name']].location.x = args['x']\nbpy.context.view_layer.update()"
AT = "abs(bpy.data.objects[args['name']].location.x - args['x']) < 1e-6"
X = "result = bpy.data.objects[args['name']].location.x"
MESH_UP = "mesh = bpy.data.meshes[args['name']]\nmesh.vertices[0].co.z = args['z']\nmesh.update()"
MESH_AT = "abs(bpy.data.meshes[args['name']].vertices[0].co.z - args['z']) < 1e-6"


class Repository(turns.Pair):
    @classmethod
    def prepare(cls):
        cls.a.run(SCENE)

    def row(self, member: Member, kind: str, name: str, **wanted):
        """Waits until the row of a datablock says this."""
        code = ROW + "one = row(args['kind'], args['name'])\n"
        code += "result = bool(one) and all(one[key] == value for key, value in args['wanted'].items())"
        try:
            member.until_code(code, f"{name}: {wanted}", 10, kind=kind, name=name, wanted=wanted)
        except AssertionError as error:
            is_now = member.run(ROW + "result = row(args['kind'], args['name'])", kind=kind, name=name)
            self.fail(f"{error}\n{is_now}\n{messages(member.state())}")

    def press(self, member: Member, operator: str, *rows: tuple[str, str], **options):
        for kind, name in rows:
            self.row(member, kind, name)
        return member.run(PRESS, operator=operator, rows=rows, options=options)

    def by_hand(self, member: Member, *kinds: str):
        member.run(BY_HAND, kinds=kinds)

    def waiting(self, member: Member, count: int):
        code = "import member\nresult = member.session_module().current().status.waiting == args['count']"
        member.until_code(code, f"{count} changes to wait in {member.name}", 10, count=count)

    def user_id(self, name: str) -> str:
        code = "import member\ns = member.session_module().current()\n"
        return self.a.run(
            code + "result = next(it.id for it in s.status.users if it.name == args['n'])", n=name
        )

    def test_01_all_is_listed(self):
        wait_settled([self.a, self.b])
        for member in (self.a, self.b):
            member.until_code(LISTED, "all rows to be there", 10)
            self.row(member, "Object", "Box", state="UP", owner="", waiting=0, refused="")

    def test_02_who_changed_it(self):
        self.b.run(MOVE, name="Box", x=2.0)
        self.a.until(AT, name="Box", x=2.0)
        for member in (self.a, self.b):
            self.row(member, "Object", "Box", author="B", state="UP")
            self.assertGreater(member.run(ROW + "result = row('Object', 'Box')['changed']"), 1.6e9)

    def test_03_nothing_is_asked_while_nobody_looks(self):
        code = "import member\ns = member.session_module().current()\ns.repository._drawn_at = -100.0"
        self.b.run(code)
        self.a.run(MOVE, name="Box", x=2.5)
        self.b.until(AT, name="Box", x=2.5)
        state = "import member\nb = member.session_module().current().repository\n"
        self.assertTrue(self.b.run(state + "result = b._stale and b._asked is None"))
        self.row(self.b, "Object", "Box", author="A")

    def test_04_lock_and_unlock(self):
        self.press(self.b, "lock", ("Object", "Box"))
        for member in (self.a, self.b):
            self.row(member, "Object", "Box", owner="B")
            self.row(member, "Mesh", "Box", owner="")
        before = self.a.run(X, name="Box")
        self.a.run(MOVE, name="Box", x=before + 1)
        self.row(self.a, "Object", "Box", state="REFUSED")
        self.a.until(AT, name="Box", x=before)
        self.assertIn("holds", self.a.run(ROW + "result = row('Object', 'Box')['refused']"))
        self.press(self.b, "hand_over", ("Object", "Box"), user=self.user_id("A"))
        self.row(self.b, "Object", "Box", owner="A")
        self.row(self.a, "Object", "Box", owner="A", refused="")
        self.press(self.a, "unlock", ("Object", "Box"))
        self.row(self.b, "Object", "Box", owner="")

    def test_05_pushed_by_hand(self):
        self.by_hand(self.a, "meshes")
        self.a.run(MESH_UP, name="Box", z=4.0)
        self.waiting(self.a, 1)
        self.row(self.a, "Mesh", "Box", state="COMMITTED", waiting=1)
        self.a.run(MOVE, name="Box", x=-1.0)  # is not held back by what waits
        self.b.until(AT, name="Box", x=-1.0)
        self.assertFalse(self.b.run(f"result = {MESH_AT}", name="Box", z=4.0))
        self.press(self.a, "push", ("Mesh", "Box"))
        self.b.until(MESH_AT, name="Box", z=4.0)
        self.waiting(self.a, 0)
        self.row(self.a, "Mesh", "Box", state="UP", author="A")
        wait_equal(self.a, self.b, self.place)

    def test_06_what_is_new_goes_along(self):
        code = """
mesh = bpy.data.meshes['Ball'].copy()
mesh.name = 'Fresh'
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Fresh', mesh))
bpy.context.view_layer.update()
"""
        self.a.run(code)
        self.b.until("'Fresh' in bpy.data.objects and bpy.data.objects['Fresh'].data is not None")
        wait_settled([self.a, self.b])
        self.row(self.a, "Mesh", "Fresh", state="UP")
        if self.a.run("result = bpy.ops.multiuser.push_all.poll()"):
            self.a.run("bpy.ops.multiuser.push_all()")  # 4.3 changes all meshes when one is copied
        self.waiting(self.a, 0)
        wait_equal(self.a, self.b, self.place)

    def test_07_reset(self):
        before = self.b.run("result = bpy.data.meshes['Box'].vertices[0].co.z")
        self.a.run(MESH_UP, name="Box", z=-7.0)
        self.waiting(self.a, 1)
        self.press(self.a, "reset", ("Mesh", "Box"))
        self.a.until(MESH_AT, name="Box", z=before)
        self.waiting(self.a, 0)
        wait_equal(self.a, self.b, self.place)

    def test_08_undo_takes_back_what_waits(self):
        """The edit and its taking back wait both; pushed, they leave nothing behind."""
        before = self.b.run("result = bpy.data.meshes['Box'].vertices[0].co.z")
        self.a.run("bpy.ops.ed.undo_push(message='before')")
        self.a.run(MESH_UP + "\nbpy.ops.ed.undo_push(message='up')", name="Box", z=9.0)
        self.waiting(self.a, 1)
        self.a.run("bpy.ops.ed.undo()")
        self.a.until(MESH_AT, name="Box", z=before)
        self.waiting(self.a, 2)
        self.a.run("bpy.ops.multiuser.push_all()")
        self.waiting(self.a, 0)
        wait_equal(self.a, self.b, self.place)
        self.assertTrue(self.b.run(f"result = {MESH_AT}", name="Box", z=before))

    def test_09_pull(self):
        """Pull shows the session's version along with what waits."""
        self.a.run(MESH_UP, name="Box", z=3.0)
        self.waiting(self.a, 1)
        self.press(self.a, "pull", ("Mesh", "Box"))
        wait_settled([self.a])
        self.assertTrue(self.a.run(f"result = {MESH_AT}", name="Box", z=3.0))
        self.by_hand(self.a)  # from now on by itself, and what waits, too
        self.b.until(MESH_AT, name="Box", z=3.0)

    def test_10_what_waits_survives_its_agent(self):
        self.by_hand(self.a, "objects")
        self.a.run(MOVE, name="Ball", x=6.0)
        self.waiting(self.a, 1)
        code = "import member, os, signal\nos.kill(member.state()['agent_pid'], signal.SIGKILL)"
        self.a.run(code)
        self.a.until_code(
            "import member\nresult = any('started again' in it[1] for it in member.state()['messages'])",
            "the agent to be missed",
            20,
        )
        self.a.wait_phase("ONLINE")
        self.waiting(self.a, 1)
        self.assertFalse(self.b.run(f"result = {AT}", name="Ball", x=6.0))
        self.a.run("bpy.ops.multiuser.push_all()")
        self.b.until(AT, name="Ball", x=6.0)
        self.by_hand(self.a)
        wait_equal(self.a, self.b, self.place)

    def test_11_delete(self):
        """What B holds an admin may delete, and nobody else what A holds; undo brings it back."""
        self.press(self.a, "lock", ("Object", "Ball"))
        self.row(self.b, "Object", "Ball", owner="A")
        said = self.press(self.b, "delete", ("Object", "Ball"))
        self.assertEqual(said, ["CANCELLED"])
        self.press(self.a, "unlock", ("Object", "Ball"))
        self.row(self.b, "Object", "Ball", owner="")
        self.press(self.b, "delete", ("Object", "Ball"))
        self.a.until("'Ball' not in bpy.data.objects")
        for member in (self.a, self.b):
            code = ROW + "result = row('Object', 'Ball') == {}"
            member.until_code(code, "its row to be gone", 10)
            member.until_code(LISTED, "the list to be whole", 10)
        wait_equal(self.a, self.b, self.place)

    def test_12_select(self):
        self.press(self.a, "select", ("Mesh", "Box"))
        chosen = self.a.run("result = [it.name for it in bpy.context.view_layer.objects.selected]")
        self.assertEqual(chosen, ["Box"])

    def test_13_saved_files_hold_no_rows(self):
        path = self.place.path("saved.blend")
        self.a.run("bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True)", path=path)
        self.a.until_code(LISTED, "the list to be back", 10)

    def test_14_pushed_before_leaving(self):
        self.by_hand(self.b, "objects")
        self.b.run(MOVE, name="Box", x=8.0)
        self.waiting(self.b, 1)
        self.b.run("bpy.ops.multiuser.disconnect(waiting='PUSH')")
        self.b.wait_phase("ENDED")
        self.a.until(AT, name="Box", x=8.0)


if __name__ == "__main__":
    unittest.main()
