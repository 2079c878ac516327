"""Edits of meshes, shape keys, actions and images as parts: taken back as a whole, then carried out again as a part.

Run: blender -b --factory-startup --python edits.py
"""

import os
import sys
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
import sample_actions  # noqa: E402
import sample_images  # noqa: E402
import sample_meshes  # noqa: E402
import sample_shapes  # noqa: E402
from datablocks.fake_session import FakeSession, differences, empty_blender  # noqa: E402
from datablocks.parts import operations  # noqa: E402

from multi_user.core.trust import Trust  # noqa: E402
from multi_user.datablocks import memory, registry, weights  # noqa: E402

ALL = frozenset(("ALL",))


def bit_by_bit(source) -> numpy.ndarray:
    """An array read some rows at a time, as those of big meshes are."""
    flat = numpy.zeros(source.rows * source.columns, source.dtype)
    with mock.patch.object(memory, "STEP_BYTES", 64), mock.patch.object(weights, "_VERTICES_AT_A_TIME", 7):
        steps = sum(1 for _ in source.steps(flat))
    if source.rows > 64:
        assert steps > 1, source.name
    return flat


class Edits(unittest.TestCase):
    def setUp(self):
        empty_blender()
        self.session = FakeSession()

    def read(self, datablock):
        reading = registry.handler_for(datablock).read(datablock, self.session, ALL)
        arrays = {}
        for source in reading.buffers:
            flat = numpy.zeros(source.rows * source.columns, source.dtype)
            source.fill(flat)
            arrays[source.name] = flat.reshape(source.rows, source.columns)
            if source.steps is not None and source.rows:
                self.assertEqual(bit_by_bit(source).tobytes(), flat.tobytes(), source.name)
        return reading.properties, arrays, reading.topology

    def assert_held(self, datablock, tree, arrays):
        held_tree, held, _ = self.read(datablock)
        self.assertEqual(differences(tree, held_tree), [])
        self.assertEqual(sorted(arrays), sorted(held))
        for name, array in arrays.items():
            self.assertEqual((array.dtype, array.shape), (held[name].dtype, held[name].shape), name)
            exact = array.tobytes() == held[name].tobytes()
            self.assertTrue(
                exact or name == "corner.custom_normal" and abs(array - held[name]).max() < 1e-3, name
            )

    def test_an_attribute_of_another_topology(self):
        """It was added while somebody else changed the topology: it is there, without its values."""
        mesh, _ = sample_meshes.grid("late", 4)
        mesh.attributes.new("Late", "FLOAT", "CORNER")
        mesh.uv_layers.new(name="Late UV")
        tree, arrays, _ = self.read(mesh)
        stale = {name: array for name, array in arrays.items() if "Late" in name}
        self.assertTrue(stale)
        for rows in (0, 7, len(mesh.loops) + 1):
            wrong = {name: numpy.resize(array, (rows, array.shape[1])) for name, array in stale.items()}
            handler = registry.handler_for(mesh)
            handler.write_whole(mesh, tree, {**arrays, **wrong}, self.session)
            told, self.session.problems[:] = list(self.session.problems), []
            self.assertEqual(len(told), len(stale), "the artist is told of each")
            self.assertIn("Late", mesh.attributes)
            self.assertIn("Late UV", mesh.uv_layers)
            self.assert_held(mesh, tree, arrays)

    def check(self, datablock, *edits):
        """Each edit is made, taken back by write_whole, and made again by write_part; reading back must agree."""
        handler = registry.handler_for(datablock)
        for edit in edits:
            name = getattr(edit, "__name__", "edit")
            tree, arrays, _ = self.read(datablock)
            edit(datablock)
            new_tree, new_arrays, topology = self.read(datablock)
            ops = operations(tree, new_tree)
            changed = {n: a for n, a in new_arrays.items() if n not in arrays or not _equal(a, arrays[n])}
            gone = [n for n in arrays if n not in new_arrays]
            self.assertTrue(ops or changed or gone, f"{name} changes nothing")
            structure = any(n in changed for n in topology)
            with self.subTest(edit=name, what="whole"):
                handler.write_whole(datablock, tree, arrays, self.session)
                self.assert_held(datablock, tree, arrays)
            with self.subTest(edit=name, what="part"):
                buffers = new_arrays if structure else changed
                handler.write_part(datablock, ops, buffers, gone, structure, self.session)
                self.assert_held(datablock, new_tree, new_arrays)

    def test_mesh_values(self):
        sample_meshes.every_attribute()
        mesh = bpy.data.meshes["Attributes"]

        def move(mesh):
            mesh.vertices[3].co.x = 5

        def hide(mesh):
            mesh.vertices[1].hide = True

        def text(mesh):
            value = "longer than any of them was before" * 6
            mesh.attributes["STRING on.POINT"].data[2].value = (
                value if bpy.app.version < (4, 0, 0) else value.encode()
            )

        self.check(mesh, move, hide, text)

    def test_attributes_come_go_change_name_type_and_order(self):
        sample_meshes.every_attribute()
        mesh = bpy.data.meshes["Attributes"]

        def add(mesh):
            mesh.attributes.new("new one", "FLOAT_VECTOR", "CORNER").data[2].vector = (1, 2, 3)

        def rename(mesh):
            mesh.attributes["INT on.EDGE"].name = "renamed"

        def retype(mesh):
            mesh.attributes.remove(mesh.attributes["INT8 on.FACE"])
            mesh.attributes.new("INT8 on.FACE", "FLOAT", "FACE").data[1].value = 0.5

        def remove(mesh):
            mesh.attributes.remove(mesh.attributes["FLOAT_COLOR on.CORNER"])

        self.check(mesh, add, rename, retype, remove)

    def test_uv_maps(self):
        sample_meshes.maps()
        mesh = bpy.data.meshes["Maps"]

        def rename(mesh):
            mesh.uv_layers["UVMap"].name = "Base"

        def choose(mesh):
            mesh.uv_layers.active_index = 2
            mesh.uv_layers["Base"].active_render = True

        def remove(mesh):
            mesh.uv_layers.remove(mesh.uv_layers["Light map"])

        def unwrap(mesh):
            mesh.uv_layers[0].data[4].uv = (3, 4)

        self.check(mesh, rename, choose, remove, unwrap)

    def test_topology_with_everything_on_it(self):
        for make in (sample_meshes.flags, sample_meshes.weights, sample_meshes.normals):
            make()

        def fewer_faces(mesh):
            import bmesh

            edited = bmesh.new()
            edited.from_mesh(mesh)
            edited.faces.ensure_lookup_table()
            bmesh.ops.delete(edited, geom=edited.faces[3:9], context="FACES")
            edited.to_mesh(mesh)
            edited.free()
            mesh.update()

        def empty(mesh):
            mesh.clear_geometry()

        for name in ("Flags", "Weights", "Normals"):
            self.check(bpy.data.meshes[name], fewer_faces, empty)

    def test_vertex_groups_and_weights(self):
        sample_meshes.weights()
        user = bpy.data.objects["Weights"]

        def paint(mesh):
            user.vertex_groups["hip"].add((3, 9), 0.25, "REPLACE")

        def rename(mesh):
            user.vertex_groups["leg.L"].name = "leg.left"

        def remove(mesh):
            user.vertex_groups.remove(user.vertex_groups["hip"])

        def add(mesh):
            user.vertex_groups.new(name="new").add((0, 1, 2), 0.75, "REPLACE")

        def lock(mesh):
            user.vertex_groups["new"].lock_weight = True

        def remove_all(mesh):
            user.vertex_groups.clear()

        self.check(user.data, paint, rename, remove, add, lock, remove_all)

    def test_shape_keys(self):
        sample_shapes.relative()
        keys = bpy.data.meshes["Shaped"].shape_keys
        user = bpy.data.objects["Shaped"]

        def value(keys):
            keys.key_blocks["smile"].value = 0.5

        def move(keys):
            keys.key_blocks["frown"].data[2].co.z = 9

        def add(keys):
            user.shape_key_add(name="new").data[1].co.x = 7

        def remove(keys):
            user.shape_key_remove(keys.key_blocks["frown"])

        def rename(keys):
            keys.key_blocks["smile"].name = "grin"

        def rename_first(keys):
            keys.key_blocks["Basis"].name = "Rest"

        self.check(keys, value, move, add, remove, rename, rename_first)
        self.assertEqual(keys, bpy.data.meshes["Shaped"].shape_keys)

    def test_shape_keys_follow_the_topology(self):
        sample_shapes.relative()
        mesh = bpy.data.meshes["Shaped"]
        keys = mesh.shape_keys
        tree, arrays, _ = self.read(keys)
        counts = len(mesh.vertices)
        mesh.vertices.add(2)
        longer = {name: numpy.vstack((array, array[:2])) for name, array in arrays.items()}
        registry.handler_for(keys).write_part(keys, [], longer, [], False, self.session)
        self.assert_held(keys, tree, longer)
        self.assertEqual(len(keys.key_blocks[0].data), counts + 2)
        with self.assertRaises(ValueError):
            registry.handler_for(keys).write_part(keys, [], arrays, [], False, self.session)

    def test_the_last_user_deletes_shape_keys(self):
        sample_shapes.relative()
        mesh = bpy.data.meshes["Shaped"]
        registry.handler_for(mesh.shape_keys).delete(mesh.shape_keys, self.session)
        self.assertIsNone(mesh.shape_keys)
        self.assertEqual(mesh.vertices[0].co.x, 42)

    def test_actions(self):
        sample_actions.keyed()
        action = bpy.data.objects["Keyed"].animation_data.action
        holder = action if not sample_actions.LAYERED else action.layers[0].strips[0].channelbags[0]

        def move_a_key(action):
            holder.fcurves[1].keyframe_points[2].co.y = 77

        def add_a_key(action):
            holder.fcurves[1].keyframe_points.insert(500, 3)

        def add_a_curve(action):
            holder.fcurves.new("scale", index=1).keyframe_points.insert(5, 3)

        def regroup(action):
            holder.fcurves.find("scale", index=1).group = holder.groups["Turning [x]"]

        def remove_a_curve(action):
            holder.fcurves.remove(holder.fcurves.find("location", index=2))

        def modify(action):
            curve = holder.fcurves.find("location", index=1)
            curve.modifiers.new("NOISE").strength = 4
            curve.extrapolation = "CONSTANT"

        def remove_a_modifier(action):
            curve = holder.fcurves.find("location", index=1)
            curve.modifiers.remove(curve.modifiers[0])

        self.check(
            action, move_a_key, add_a_key, add_a_curve, regroup, remove_a_curve, modify, remove_a_modifier
        )

    def test_slots(self):
        if not sample_actions.LAYERED:
            return
        sample_actions.shared()
        action = bpy.data.objects["First"].animation_data.action

        def add(action):
            slot = action.slots.new("MATERIAL", "Glass")
            bag = action.layers[0].strips[0].channelbag(slot, ensure=True)
            bag.fcurves.new("roughness").keyframe_points.insert(4, 0.5)

        def remove(action):
            action.slots.remove(action.slots["MAGlass"])

        self.check(action, add, remove)

    def test_animation_data(self):
        sample_actions.driven()
        sample_actions.stacked()
        driven, stacked = bpy.data.objects["Driven"], bpy.data.objects["Stacked"]

        def expression(user):
            user.animation_data.drivers[0].driver.expression = "turn * 2"

        def another_driver(user):
            user.driver_add("scale", 2).driver.variables.new().name = "v"

        def no_driver(user):
            user.driver_remove("location", 1)

        def nothing(user):
            user.animation_data_clear()

        def strip(user):
            user.animation_data.nla_tracks[0].strips[1].repeat = 3

        def track(user):
            user.animation_data.nla_tracks.new().name = "new"

        self.check(driven, expression, another_driver, no_driver, nothing)
        self.check(stacked, strip, track, nothing)

    def test_drivers_of_others_do_not_run_without_trust(self):
        sample_actions.driven()
        driven = bpy.data.objects["Driven"]
        self.session.trust = Trust()
        path = ["animation_data", "drivers", "location[1]", "driver", "expression"]
        registry.handler_for(driven).write_part(
            driven, [["set", path, "__import__('os')"]], {}, [], False, self.session
        )
        self.assertNotIn("import", driven.animation_data.drivers[0].driver.expression)
        self.assertTrue(self.session.problems)

    def test_images(self):
        image = sample_images.painted("Painted", False)

        def stroke(image):
            image.pixels[5] = 1.0
            image.update()

        def path(image):
            image.source = "FILE"
            image.filepath_raw = "//nowhere/else.png"

        self.check(image, stroke)
        image.pack()
        self.check(image, path)

    def test_untrusted_topologies_are_refused(self):
        mesh, _ = sample_meshes.grid("Refused", 4)
        tree, arrays, _ = self.read(mesh)
        handler = registry.handler_for(mesh)
        for name, value in (
            ("corner.vert", 10_000),
            ("edge.verts", -1),
            ("corner.edge", 1 << 30),
            ("face.offset", 999),
        ):
            broken = {key: array.copy() for key, array in arrays.items()}
            broken[name][0, 0] = value
            with self.assertRaises(ValueError, msg=name):
                handler.write_whole(mesh, tree, broken, self.session)
        self.assert_held(mesh, tree, arrays)

    def test_editing_holds_writes_back(self):
        mesh, user = sample_meshes.grid("Edited", 4)
        tree, arrays, _ = self.read(mesh)
        bpy.context.view_layer.objects.active = user
        bpy.ops.object.mode_set(mode="EDIT")
        with self.assertRaisesRegex(ValueError, "edit mode"):
            registry.handler_for(mesh).write_whole(mesh, tree, arrays, self.session)
        bpy.ops.object.mode_set(mode="OBJECT")


def _equal(left, right) -> bool:
    return (left.dtype, left.shape) == (right.dtype, right.shape) and left.tobytes() == right.tobytes()


if __name__ == "__main__":
    result = unittest.main(argv=["edits"], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
