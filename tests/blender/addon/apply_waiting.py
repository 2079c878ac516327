"""Changes that cannot be applied yet, because what they name is still to come, or cannot be applied at all.

Run: blender -b --factory-startup --python apply_waiting.py"""

import os
import sys
import time
from dataclasses import replace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from applying import ApplyCase, changes_of, complete, open_session, receive, rig_with_bone  # noqa: E402
from applying import share, work  # noqa: E402
from common import run  # noqa: E402

from multi_user.core.budget import Budget  # noqa: E402
from multi_user.core.changes import Batch, CaptureKind, Change, ChangeKind  # noqa: E402
from multi_user.core.values import Ref  # noqa: E402


class WaitingTest(ApplyCase):
    def test_data_that_comes_after_the_object_that_changed_to_it(self):
        """[BR22, BR26] The object keeps the data that it had, as it cannot be without: that is no choice of anybody."""
        session = open_session()
        first = share(session)
        cube, mesh = (bpy.data.objects["Cube"], bpy.data.objects["Cube"].data)
        uuid, late = session.replica.find(cube), bytes(range(16))
        other = first[session.replica.find(mesh)]
        other = replace(other, id=late, properties=dict(other.properties, name="Other"))

        def change(to):
            ops = [["set", ["data"], Ref(to)]]
            session.applier.put(Batch(2, [Change(uuid, "Object", ChangeKind.PART, ops=ops)], 0, 1))
            work(session)

        change(late)
        self.assertEqual(cube.data, mesh)
        self.assertEqual(session.client.incomplete, [])
        session.applier.put(Batch(3, changes_of({late: other}, session.client), 0, 1))
        work(session)
        self.assertEqual(session.client.incomplete, [uuid])
        change(late)
        self.assertEqual(cube.data.name, "Other")
        session.end()

    def test_a_part_that_cannot_be_applied_asks_for_the_whole(self):
        """[BR15]"""
        host = open_session()
        share(host)
        uuid = host.replica.identities.identify(bpy.data.objects["Cube"])
        wrong = Change(uuid, "Object", ChangeKind.PART, ops=[["nonsense", ["x"]]])
        good = Change(uuid, "Object", ChangeKind.PART, ops=[["set", ["location"], [7.0, 0.0, 0.0]]])
        host.applier.put(Batch(2, [wrong, good], 0, 1))
        work(host)
        self.assertEqual(host.client.wholes, [uuid])
        left_out, applied = [it for it in host.client.take() if it.id == uuid]
        self.assertEqual((left_out.kind, left_out.paths), (CaptureKind.BASE, []))
        self.assertEqual((applied.kind, len(applied.paths)), (CaptureKind.BASE, 1))
        self.assertEqual(bpy.data.objects["Cube"].location.x, 7)
        host.end()

    def test_what_fails_while_the_whole_is_on_its_way_is_no_trouble(self):
        """[BR15] The whole holds it too."""
        host = open_session()
        share(host)
        uuid = host.replica.identities.identify(bpy.data.objects["Cube"])
        wrong = Change(uuid, "Object", ChangeKind.PART, ops=[["nonsense", ["x"]]])
        host.applier.put(Batch(2, [wrong, wrong], 0, 1))
        work(host)
        self.assertEqual(host.client.wholes, [uuid])
        self.assertEqual([it.text for it in host.messages if "could not be applied" in it.text], [])
        host.end()

    def test_an_object_may_come_before_its_mesh(self):
        """[BR22] What stands in for the mesh meanwhile is no edit, counts as the mesh, and goes when that comes."""
        host = open_session()
        first = share(host)
        host.end()
        uuids = {it.properties["name"]: uuid for uuid, it in first.items() if it.type in ("Object", "Mesh")}
        thing = next(uuid for uuid, it in first.items() if it.type == "Object" and uuid == uuids["Cube"])
        mesh = next(uuid for uuid, it in first.items() if it.type == "Mesh")
        early = {uuid: it for uuid, it in first.items() if uuid != mesh}
        guest = receive(early, host.client)
        stand_in = bpy.data.objects["Cube"].data
        guest.replica.census.check_all()
        guest.replica.capturer.look(guest.replica.resolve(thing), {"ALL"})
        work(guest)
        self.assertEqual(self.told(guest), {thing: Ref(mesh)})
        self.assertIsNone(guest.replica.identities.find(stand_in))
        guest.applier.put(Batch(2, changes_of({mesh: first[mesh]}, host.client), 0, 1))
        work(guest)
        complete(guest, first, host.client)
        guest.replica.census.check_all()
        guest.replica.capturer.look(guest.replica.resolve(thing), {"ALL"})
        work(guest)
        self.assertEqual(self.told(guest), {thing: Ref(mesh)})
        self.assertEqual(guest.replica.resolve(mesh), bpy.data.objects["Cube"].data)
        self.assertEqual([it.name for it in bpy.data.meshes], [first[mesh].properties["name"]])
        guest.end()

    def test_what_names_something_that_is_told_later_is_asked_for_again(self):
        """The parts of a pose are read one after the other: a bone may name what comes with the next commit."""
        rig = rig_with_bone("only")
        session = open_session()
        share(session)
        uuid = session.replica.find(rig)
        ops = [["set", ["pose", "bones", "only", "custom_shape_transform"], "later"]]
        session.applier.put(Batch(2, [Change(uuid, "Object", ChangeKind.PART, ops=ops)], 0, 1))
        deadline = time.monotonic() + 5
        while session.applier.busy and time.monotonic() < deadline:
            session.applier.step(Budget(0.01))
        self.assertEqual((session.client.wholes, session.client.incomplete), ([], [uuid]))
        self.assertEqual([it.text for it in session.messages if "could not" in it.text], [])
        session.end()

    def test_what_could_not_be_set_is_asked_for_when_more_is_told(self):
        """[BR26] others may make it possible later; one is told of it meanwhile."""
        session = open_session()
        share(session)
        cube = bpy.data.objects["Cube"]
        uuid = session.replica.find(cube)

        def told(number, *ops):
            session.client.incomplete.clear()
            change = Change(uuid, "Object", ChangeKind.PART, ops=list(ops))
            session.applier.put(Batch(number, [change], 0, 1))
            deadline = time.monotonic() + 5
            while session.applier.busy and time.monotonic() < deadline:
                session.applier.step(Budget(0.01))
            return session.client.incomplete[:]

        def texts():
            return [it.text for it in session.messages if "could not be set" in it.text]

        impossible = ["set", ["rotation_mode"], "sideways"]
        self.assertEqual(told(2, impossible), [uuid], "asked for once, it may come right behind")
        self.assertEqual(texts(), [])
        told(3, impossible)
        self.assertEqual(len(texts()), 1)
        self.assertEqual(told(4, ["set", ["empty_display_size"], 2.0]), [uuid])
        told(5, impossible)
        self.assertEqual(told(6, ["set", ["empty_display_size"], 2.0]), [], "nothing new")
        self.assertEqual(len(texts()), 1)
        session.end()

    def test_what_could_not_be_applied_is_not_handed_over(self):
        """[BR21] half a change is nobody's edit, and an edit of it would take the others' work away."""
        from multi_user.datablocks import registry

        session = open_session()
        full = share(session)
        mesh = bpy.data.objects["Cube"].data
        uuid = session.replica.find(mesh)

        def told(number):
            session.applier.put(
                Batch(number, changes_of({uuid: full[uuid]}, session.client, ChangeKind.WHOLE), 0, 1)
            )
            work(session)
            mesh.vertices[0].co.x = number
            mesh.update_tag()
            session.replica.observer.mark(mesh, {"ALL"})
            work(session)
            return [it.kind for it in session.client.take() if it.id == uuid]

        handler = registry.handler_for(mesh)
        handler.write_whole = lambda *_: 1 / 0
        try:
            self.assertEqual(told(2), [CaptureKind.BASE])
        finally:
            del handler.write_whole
        self.assertEqual(len([it for it in session.messages if "could not be applied" in it.text]), 1)
        self.assertEqual(told(3)[0], CaptureKind.BASE)
        self.assertIsNot(told(4)[-1], CaptureKind.BASE, "it could be applied since")
        session.end()

    def test_shape_keys_may_come_before_their_mesh(self):
        """They are asked for once that is here."""
        bpy.data.objects["Cube"].shape_key_add(name="Basis")
        host = open_session()
        first = share(host)
        host.end()
        keys = next(uuid for uuid, it in first.items() if it.type == "Key")
        mesh = next(uuid for uuid, it in first.items() if it.type == "Mesh")
        guest = receive({uuid: it for uuid, it in first.items() if uuid != mesh}, host.client)
        self.assertEqual(guest.client.incomplete, [])
        guest.applier.put(Batch(2, changes_of({mesh: first[mesh]}, host.client), 0, 1))
        work(guest)
        cube = guest.replica.find(bpy.data.objects["Cube"])
        self.assertEqual(set(guest.client.incomplete), {keys, cube})
        guest.applier.put(Batch(3, changes_of({keys: first[keys]}, host.client), 0, 1))
        work(guest)
        self.assertIsNotNone(guest.replica.resolve(keys))
        guest.end()

    def told(self, session) -> dict:
        """Which nodes' edits the agent was handed, and to which data they refer."""
        edits = [it for it in session.client.take() if it.kind is not CaptureKind.BASE]
        return {it.id: (it.properties or {}).get("data") for it in edits}


run(WaitingTest)
