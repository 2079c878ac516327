"""Identity and capture inside Blender, against a fake agent. Run: blender -b --factory-startup --python capture.py"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from capturing import Base  # noqa: E402
from common import run  # noqa: E402

from multi_user.capture import identity, native, scope  # noqa: E402
from multi_user.capture.live import LiveEdit  # noqa: E402
from multi_user.core.budget import Budget  # noqa: E402
from multi_user.core.changes import CaptureKind  # noqa: E402
from multi_user.core.values import Ref  # noqa: E402


class IdentityTest(Base):
    def test_every_datablock_is_stamped_once(self):
        stamps = [it.multi_user_uuid for it in scope.all_datablocks()]
        self.assertTrue(all(len(stamp) == 32 for stamp in stamps))
        self.assertEqual(len(stamps), len(set(stamps)))
        self.assertEqual({it.id.hex() for it in self.rig.first}, set(stamps))
        self.assertTrue(all(it.kind is CaptureKind.FULL for it in self.rig.first))

    def test_a_duplicate_gets_a_fresh_uuid(self):
        cube = bpy.data.objects["Cube"]
        twin = cube.copy()
        twin.data = cube.data.copy()
        bpy.context.collection.objects.link(twin)
        self.assertEqual(twin.multi_user_uuid, cube.multi_user_uuid)
        captures = {it.id for it in self.rig.edit() if it.kind is CaptureKind.FULL}
        self.assertNotEqual(twin.multi_user_uuid, cube.multi_user_uuid)
        self.assertNotEqual(twin.data.multi_user_uuid, cube.data.multi_user_uuid)
        self.assertLessEqual(
            {bytes.fromhex(twin.multi_user_uuid), bytes.fromhex(twin.data.multi_user_uuid)}, captures
        )

    def test_what_turns_into_another_kind_stays_the_same(self):
        """Python holds a light by its kind, and finds it unequal to itself once it is of another one."""
        light = bpy.data.lights["Light"]
        uuid, known = self.rig.identities.identify(light), set(self.rig.identities.uuids())
        light.type = "SPOT"
        self.assertEqual(self.rig.identities.find(bpy.data.lights["Light"]), uuid)
        self.assertTrue(hasattr(self.rig.identities.resolve(uuid), "spot_size"))
        captured = {it.id for it in self.rig.edit()}
        self.assertIn(uuid, captured)
        self.assertLessEqual(captured, known)

    def test_a_freed_datablock_is_never_touched(self):
        cube = bpy.data.objects["Cube"]
        uuid = self.rig.identities.identify(cube)
        bpy.data.objects.remove(cube)
        self.assertIsNone(self.rig.identities.resolve(uuid))
        self.assertFalse(identity.alive(cube))

    def test_revalidation_keeps_uuids_and_tells_what_is_gone(self):
        cube, light = bpy.data.objects["Cube"], bpy.data.objects["Light"]
        uuid, lost = self.rig.identities.identify(cube), self.rig.identities.identify(light)
        bpy.data.objects.remove(light)
        cube.multi_user_uuid = ""  # as undo to before the stamp leaves it
        gone = self.rig.identities.revalidate(scope.all_datablocks())
        self.assertEqual(gone, [lost])
        if bpy.app.version >= (4, 1, 0) or cube.multi_user_uuid:
            self.assertEqual(self.rig.identities.find(cube), uuid)

    def test_no_two_datablocks_ever_have_one_native_key(self):
        """Addresses are used again, for what comes next after a datablock was removed."""
        self.assertTrue(native.unique(), "this Blender's datablocks lie in memory as nobody expected")
        keys = set()
        for _ in range(50):
            lamp = bpy.data.objects.new("Lamp", None)
            keys.add(native.key(lamp))
            self.assertEqual(native.key(lamp), native.key(bpy.data.objects[lamp.name]))
            bpy.data.objects.remove(lamp)
        self.assertEqual(len(keys), 50)

    def test_embedded_data_belongs_to_its_owner(self):
        material = bpy.data.materials["Material"]
        self.assertEqual(scope.refusal(material.node_tree), scope.EMBEDDED)
        self.assertEqual(scope.owner_of(material.node_tree), material)
        self.assertEqual(scope.owner_of(bpy.context.scene.collection), bpy.context.scene)


class CaptureTest(Base):
    def names(self, captures):
        return {
            self.rig.identities.resolve(it.id).name for it in captures if it.kind is not CaptureKind.DELETE
        }

    def test_a_moved_object_is_captured(self):
        bpy.data.objects["Cube"].location = (1, 2, 3)
        self.assertIn("Cube", self.names(self.rig.edit()))

    def test_a_socket_of_a_material_is_captured_by_its_material(self):
        material = bpy.data.materials["Material"]
        material.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value = 0.123
        self.assertIn("Material", self.names(self.rig.edit()))

    def test_new_datablocks_are_full(self):
        mesh = bpy.data.meshes.new("New mesh")
        new = bpy.data.objects.new("New", mesh)
        bpy.context.collection.objects.link(new)
        captures = {it.id: it for it in self.rig.edit()}
        for datablock in (new, mesh):
            self.assertIs(captures[bytes.fromhex(datablock.multi_user_uuid)].kind, CaptureKind.FULL)
        capture = captures[bytes.fromhex(new.multi_user_uuid)]
        self.assertEqual(capture.properties["data"], Ref(bytes.fromhex(mesh.multi_user_uuid)))

    def test_what_nothing_uses_is_found_by_counting(self):
        bpy.data.materials.new("Unused")
        for _ in range(50):
            self.rig.census.check_next()
        self.assertIn("Unused", self.names(self.rig.edit()))

    def test_a_removed_object_is_told(self):
        uuid = self.rig.identities.identify(bpy.data.objects["Cube"])
        bpy.data.objects.remove(bpy.data.objects["Cube"])
        deleted = [(it.id, it.type) for it in self.rig.edit() if it.kind is CaptureKind.DELETE]
        self.assertEqual(deleted, [(uuid, "Object")])

    def test_a_moved_vertex_is_captured(self):
        mesh = bpy.data.meshes["Cube"]
        mesh.vertices[0].co.x = 5
        mesh.update()
        captures = [it for it in self.rig.edit() if it.id.hex() == mesh.multi_user_uuid]
        self.assertTrue(captures)
        self.assertTrue(any("vert.position" in it.buffers for it in captures))

    def test_a_big_mesh_hands_over_positions_first(self):
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=300, y_subdivisions=300)
        mesh = bpy.context.object.data
        self.rig.edit()
        mesh.vertices[0].co.x = 5
        mesh.update()
        captures = [it for it in self.rig.edit() if it.id.hex() == mesh.multi_user_uuid]
        self.assertEqual(list(captures[0].buffers), ["vert.position"])
        self.assertIs(captures[0].kind, CaptureKind.PART)
        self.assertGreater(len(captures[-1].buffers), 1)
        self.assertTrue(captures[-1].structure)
        self.assertNotIn("vert.position", captures[-1].buffers)  # told already
        self.assertFalse(captures[-1].all_buffers)

    def test_a_big_mesh_is_told_whole_after_its_mode_was_left(self):
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=300, y_subdivisions=300)
        mesh = bpy.context.object.data
        self.rig.edit()
        bpy.ops.object.mode_set(mode="EDIT")
        self.rig.observer.mark(mesh, {"GEOMETRY"})
        self.rig.capturer.step(Budget(0.004))
        bpy.ops.object.mode_set(mode="OBJECT")
        mesh.edges[7].use_seam = True
        captures = [it for it in self.rig.edit() if it.id.hex() == mesh.multi_user_uuid]
        self.assertTrue(captures[-1].all_buffers)

    def test_a_big_mesh_that_is_to_be_told_whole_is_so_although_it_changes_meanwhile(self):
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=300, y_subdivisions=300)
        mesh = bpy.context.object.data
        self.rig.edit()
        self.rig.observer.mark(mesh, {"ALL"})
        self.rig.capturer.step(Budget(0.0))
        self.assertTrue(self.rig.capturer.busy)
        self.rig.observer.mark(mesh, {"GEOMETRY"})
        captures = [it for it in self.rig.edit() if it.id.hex() == mesh.multi_user_uuid]
        self.assertTrue(captures[-1].all_buffers)

    def test_a_big_mesh_that_changes_without_a_report_while_it_is_read(self):
        """It is read anew, and nobody is told of trouble."""
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=300, y_subdivisions=300)
        mesh = bpy.context.object.data
        mesh.attributes.new("Late", "FLOAT", "POINT")
        self.rig.edit()
        self.rig.observer.mark(mesh, {"ALL"})
        self.rig.capturer.step(Budget(0.0))
        self.assertTrue(self.rig.capturer.busy)
        mesh.attributes.remove(mesh.attributes["Late"])
        captures = [it for it in self.rig.edit() if it.id.hex() == mesh.multi_user_uuid]
        self.assertNotIn("attr.POINT.FLOAT.Late", captures[-1].buffers)
        self.assertIn("vert.position", captures[-1].buffers)
        self.assertEqual(self.rig.problems, [])

    def test_a_big_mesh_that_grows_or_shrinks_without_a_report_while_it_is_read(self):
        """Whatever of it is read next: nothing half old is handed over, and nothing is told that is no trouble."""
        for change in (
            lambda mesh: mesh.vertices.add(10),
            lambda mesh: mesh.clear_geometry(),
            lambda mesh: mesh.uv_layers.remove(mesh.uv_layers[0]),
        ):
            for steps in range(0, 40, 3):
                bpy.ops.mesh.primitive_grid_add(x_subdivisions=200, y_subdivisions=200)
                mesh = bpy.context.object.data
                mesh.materials.append(None)
                self.rig.edit()
                self.rig.observer.mark(mesh, {"ALL"})
                for _ in range(steps):
                    self.rig.capturer.step(Budget(0.0))
                self.rig.outbox.settle()
                change(mesh)
                self.rig.edit()
                self.rig.observer.mark(mesh, {"ALL"})
                captures = [it for it in self.rig.edit() if it.id.hex() == mesh.multi_user_uuid]
                rows = captures[-1].buffers["vert.position"].rows
                self.assertEqual(rows, len(mesh.vertices))
                self.assertEqual(self.rig.problems, [])
                bpy.ops.object.delete()
                self.rig.edit()

    def test_what_is_read_as_undone_stays_so_when_others_change_it(self):
        """[BR23] Also if the artist touches it meanwhile."""
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=300, y_subdivisions=300)
        mesh = bpy.context.object.data
        self.rig.edit()
        self.rig.observer.mark(mesh, {"ALL"}, rewound=True)
        self.rig.capturer.step(Budget(0.0))
        self.assertTrue(self.rig.capturer.busy)
        self.rig.agent.take()
        self.rig.observer.mark(mesh, {"GEOMETRY"})
        self.assertTrue(self.rig.capturer.capture_now(mesh))
        captures = [it for it in self.rig.agent.take() if it.id.hex() == mesh.multi_user_uuid]
        self.assertEqual([it.rewound for it in captures], [True])
        self.assertTrue(captures[-1].all_buffers)

    def test_a_painted_image_that_is_slow_to_read_waits_until_the_hands_rest(self):
        """Its pixels come all at once: it is read when nothing was painted for half a second, and seldom."""
        now = [100.0]
        live = LiveEdit(lambda: False, lambda work: work(), lambda: now[0])
        image = bpy.data.images.new("Canvas", 4, 4)
        self.assertTrue(live.begin_painted(image, 1))
        now[0] += 0.2  # the reading
        live.end(image)
        for stamp in range(2, 7):  # painted on and on
            now[0] += 0.4
            self.assertFalse(live.begin_painted(image, stamp))
        now[0] += 0.6
        self.assertTrue(live.begin_painted(image, 6))
        now[0] += 0.001
        live.end(image)
        self.assertFalse(live.begin_painted(image, 7))
        now[0] += 0.3
        self.assertTrue(live.begin_painted(image, 7), "a quick one is read a few times a second")

    def test_a_painted_image_is_captured(self):
        image = bpy.data.images.new("Canvas", 4, 4)
        self.rig.edit()
        for shade in (0.25, 0.5):
            image.pixels[0] = shade
            image.update()
            time.sleep(0.5)
            self.rig.observer.mark(image, {"ALL"})
            captures = self.rig.edit()
            (capture,) = [it for it in captures if it.id.hex() == image.multi_user_uuid]
            self.assertIn("pixels", capture.buffers)

    def test_what_waits_for_memory_is_not_read_again_before_there_is_some(self):
        """While another agent is started there is none, and reading may even make Blender report what it read."""
        from multi_user.datablocks import registry

        mesh = bpy.data.objects["Cube"].data
        handler, agent = registry.handler_for(mesh), self.rig.agent
        read, reads = handler.read, []
        handler.read = lambda *arguments: (reads.append(arguments[0]), read(*arguments))[1]
        agent.has_memory = False
        try:
            self.rig.observer.mark(mesh, {"ALL"})
            for _ in range(5):
                self.rig.capturer.step(Budget(0.004))
            self.assertEqual(reads, [mesh])
            agent.has_memory = True
            self.rig.work()
        finally:
            handler.read = read
        self.assertEqual(reads, [mesh, mesh])
        self.assertEqual(self.names(agent.take()), {mesh.name})

    def test_what_refers_to_a_mesh_that_waits_for_memory_waits_too(self):
        """[BR22] The others would get an object without its mesh; what waits for long keeps nobody back."""
        now = [100.0]
        self.rig.capturer._clock = self.rig.dirty._clock = lambda: now[0]
        self.rig.agent.has_memory = False
        mesh = bpy.data.meshes.new("Late")
        mesh.from_pydata([(0, 0, 0)], [], [])
        thing = bpy.data.objects.new("Early", mesh)
        bpy.context.collection.objects.link(thing)
        bpy.context.view_layer.update()
        self.rig.census.check_all()
        self.rig.capturer.step(Budget(1.0))
        self.assertEqual([it for it in self.rig.agent.take() if it.type == "Object"], [])
        now[0] += 2
        self.rig.capturer.step(Budget(1.0))
        self.assertIn("Early", [it.properties["name"] for it in self.rig.agent.take() if it.type == "Object"])
        self.rig.agent.has_memory = True
        self.rig.capturer.step(Budget(1.0))
        self.assertIn("Late", [it.properties["name"] for it in self.rig.agent.take() if it.type == "Mesh"])

    def test_one_datablock_that_fails_keeps_no_other_back(self):
        from multi_user.datablocks import registry

        handler = registry.handler_for(bpy.data.cameras["Camera"])
        read, handler.read = handler.read, lambda *_: 1 / 0
        try:
            for datablock in (bpy.data.cameras["Camera"], bpy.data.objects["Cube"]):
                self.rig.observer.mark(datablock, {"ALL"})
            self.rig.work()
        finally:
            handler.read = read
        self.assertIn("Cube", self.names(self.rig.agent.take()))
        self.assertTrue(any("Camera" in about for about, _ in self.rig.problems))

    def test_a_malformed_capture_is_told_and_the_others_are_taken(self):
        camera = bytes.fromhex(bpy.data.cameras["Camera"].multi_user_uuid)
        self.rig.agent.refuse = lambda captures: "no" if any(it.id == camera for it in captures) else None
        for datablock in (bpy.data.cameras["Camera"], bpy.data.objects["Cube"]):
            self.rig.observer.mark(datablock, {"ALL"})
        self.rig.work()
        self.assertIn("Cube", self.names(self.rig.agent.take()))
        self.assertIn((camera, "no"), self.rig.problems)

    def test_a_delete_beside_a_malformed_capture_is_not_lost(self):
        camera = bytes.fromhex(bpy.data.cameras["Camera"].multi_user_uuid)
        uuid = self.rig.identities.identify(bpy.data.objects["Cube"])
        self.rig.agent.refuse = lambda captures: "no" if any(it.id == camera for it in captures) else None
        self.rig.observer.mark(bpy.data.cameras["Camera"], {"ALL"})
        bpy.data.objects.remove(bpy.data.objects["Cube"])
        deleted = [it.id for it in self.rig.edit() if it.kind is CaptureKind.DELETE]
        self.assertEqual(deleted, [uuid])

    def test_what_an_agent_took_before_it_was_in_step_is_told_to_the_next(self):
        """[BR5, BR23] A delete, and that undo exchanged a datablock."""
        cube = self.rig.identities.identify(bpy.data.objects["Cube"])
        camera = self.rig.identities.identify(bpy.data.cameras["Camera"])
        bpy.data.objects.remove(bpy.data.objects["Cube"])
        self.rig.observer.mark(bpy.data.cameras["Camera"], {"ALL"}, rewound=True)
        self.assertIn((camera, True), [(it.id, it.rewound) for it in self.rig.edit()])
        self.rig.outbox.forget()
        self.rig.outbox.forget()  # the agent is lost, then another one started
        self.rig.outbox.flush()
        self.assertEqual([(it.id, it.kind) for it in self.rig.agent.take()], [(cube, CaptureKind.DELETE)])
        self.assertEqual(self.rig.outbox.take_rewound(), {camera})
        self.rig.outbox.settle()
        self.rig.outbox.in_step()
        self.rig.outbox.forget()
        self.rig.outbox.flush()
        self.assertEqual(self.rig.agent.take(), [])

    def test_what_undo_took_away_is_told_until_it_is_back(self):
        """[BR5, BR23] No commit says that it is gone, and a journal may lag behind."""
        cube = self.rig.identities.identify(bpy.data.objects["Cube"])
        self.rig.outbox.in_step()
        self.rig.capturer.deleted(cube, rewound=True)
        for back in (False, True):
            if back:
                self.rig.capturer.adopt(cube, "Object")
            else:
                self.rig.outbox.flush()
            self.rig.outbox.settle()
            self.rig.agent.take()
            self.rig.outbox.in_step()
            self.rig.outbox.forget()
            self.rig.outbox.flush()
            told = [(it.id, it.kind, it.rewound) for it in self.rig.agent.take()]
            self.assertEqual(told, [] if back else [(cube, CaptureKind.DELETE, True)])

    def test_a_look_hands_over_an_action_only_if_its_keys_are_others(self):
        """The sweep looks at everything again and again; what rests costs the agent nothing."""
        cube = bpy.data.objects["Cube"]
        cube.keyframe_insert("location", frame=1)
        self.rig.edit()
        action = cube.animation_data.action
        looks = []
        for value in (None, None, 7.0):
            if value is not None:
                holder = action if hasattr(action, "fcurves") else action.layers[0].strips[0].channelbags[0]
                holder.fcurves[0].keyframe_points[0].co.y = value
            self.rig.capturer.look(action, {"ALL"})
            self.rig.work()
            looks.append([it for it in self.rig.agent.take() if it.id.hex() == action.multi_user_uuid])
        self.assertEqual([len(look) for look in looks[1:]], [0, 1])

    def test_muted_reports_are_nobodys(self):
        with self.rig.observer.muted():
            bpy.data.objects["Cube"].location.x = 9
            bpy.context.view_layer.update()
        self.assertEqual(self.rig.edit(), [])


run(IdentityTest, CaptureTest)
