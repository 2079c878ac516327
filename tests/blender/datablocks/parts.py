"""Edits as parts: every edit, as operations, must bring a copy to the same tree as the edit itself brought the
original.

Run: blender -b --factory-startup --python parts.py
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

import bpy  # noqa: E402
from datablocks.parts_case import TRANSFORM, PartsCase, differences, operations, registry, run  # noqa: E402


class Parts(PartsCase):
    def test_object_values(self):
        thing = self.object()
        self.check(
            thing,
            lambda: setattr(thing, "location", (1, 2, 3)),
            lambda: setattr(thing, "rotation_mode", "QUATERNION"),
            lambda: setattr(thing, "rotation_quaternion", (0.5, 0.5, -0.5, 0.5)),
            lambda: setattr(thing, "parent", self.helper),
            lambda: setattr(thing.matrix_parent_inverse, "translation", (4, 5, 6)),
            lambda: setattr(thing, "parent", None),
            lambda: setattr(thing, "hide_render", True),
            lambda: setattr(thing, "lock_scale", (True, False, True)),
        )

    def test_transform_hint_reads_only_what_moves(self):
        thing = self.object()
        handler = registry.handler_for(thing)
        reading = handler.read(thing, self.session, TRANSFORM)
        self.assertTrue(reading.partial)
        self.assertIn("location", reading.properties)
        self.assertNotIn("modifiers", reading.properties)

    def test_modifiers(self):
        thing = self.object(bpy.data.meshes.new("mesh"))
        stack = thing.modifiers

        def swap():
            with bpy.context.temp_override(object=thing):
                bpy.ops.object.modifier_move_to_index(modifier="Array", index=1)

        def rename():
            stack["Bevel"].name = "Kante"

        self.check(
            thing,
            lambda: stack.new("Array", "ARRAY"),
            lambda: stack.new("Bevel", "BEVEL"),
            lambda: setattr(stack["Array"], "count", 7),
            lambda: setattr(stack["Array"], "offset_object", self.helper),
            swap,
            rename,
            lambda: stack.remove(stack["Array"]),
            lambda: stack.new("Hook", "HOOK"),
            lambda: setattr(stack["Hook"], "falloff_type", "CURVE"),
            lambda: (
                stack["Hook"].falloff_curve.curves[0].points.new(0.3, 0.8),
                stack["Hook"].falloff_curve.update(),
            ),
        )

    def test_constraints(self):
        thing = self.object()
        stack = thing.constraints
        self.check(
            thing,
            lambda: stack.new("COPY_LOCATION"),
            lambda: stack.new("TRACK_TO"),
            lambda: setattr(stack[0], "target", self.helper),
            lambda: setattr(stack[0], "influence", 0.5),
            lambda: stack.move(1, 0),
            lambda: setattr(stack[0], "name", "Blick"),
            lambda: stack.new("ARMATURE").targets.new(),
            lambda: setattr(stack["Armature"].targets[0], "weight", 0.25),
            lambda: stack["Armature"].targets.clear(),
            lambda: stack.remove(stack[1]),
        )

    def test_custom_properties(self):
        thing = self.object()

        def put(name, value):
            return lambda: thing.__setitem__(name, value)

        self.check(
            thing,
            put("whole", 3),
            put("whole", 4),
            put("text", "ä"),
            put("list", [1.5, 2.5]),
            put("group", {"a": 1, "b": {"c": [1, 2]}}),
            put("who", self.helper),
            lambda: thing.id_properties_ui("whole").update(min=-5, max=5, description="d"),
            lambda: thing.__delitem__("whole"),
            lambda: [
                thing.__delitem__(name) for name in list(thing.keys()) if not name.startswith("multi_user")
            ],
        )

    def test_light_changes_kind(self):
        self.changes_kind(bpy.data.lights, "POINT", "AREA", {"shape": "RECTANGLE", "size": 3})

    def test_texture_changes_kind(self):
        self.changes_kind(bpy.data.textures, "NONE", "WOOD", {"wood_type": "RINGS", "noise_scale": 0.5})

    def changes_kind(self, collection, first: str, second: str, values: dict):
        """A datablock that turns into another kind brings its copy along."""
        made = collection.new("made", first)
        handler = registry.handler_for(made)
        copy = handler.create(registry.type_of(made), self.read(made) | {"name": "copy"}, self.session)
        made.type = second
        for name, value in values.items():
            setattr(collection["made"], name, value)
        after = self.read(made)
        self.assertLessEqual(values.keys(), after.keys())
        ops = [["set", [name], value] for name, value in after.items()]
        handler.write_part(copy, ops, {}, [], False, self.session)
        self.assertEqual(differences(after, self.read(copy)), [])

    def test_collections(self):
        collection = bpy.data.collections.new("collection")
        children = [bpy.data.collections.new(f"child {number}") for number in range(3)]

        def turn():
            collection.children.unlink(children[0])
            collection.children.link(children[0])

        self.check(
            collection,
            lambda: collection.objects.link(self.helper),
            lambda: [collection.children.link(child) for child in children],
            turn,
            lambda: collection.children.unlink(children[1]),
            lambda: collection.objects.unlink(self.helper),
            lambda: setattr(collection, "color_tag", "COLOR_05"),
        )

    def test_scene(self):
        scene = self.scene
        child = bpy.data.collections.new("child")

        def layers():
            return scene.view_layers

        self.check(
            scene,
            lambda: setattr(scene.render, "resolution_x", 123),
            lambda: setattr(scene.render.image_settings, "file_format", "OPEN_EXR"),
            lambda: scene.collection.children.link(child),
            lambda: setattr(layers()[0].layer_collection.children["child"], "exclude", True),
            lambda: layers().new("second"),
            lambda: setattr(layers()["second"], "use_pass_z", True),
            lambda: layers().move(1, 0) if hasattr(layers(), "move") else scene.render.__setattr__("fps", 11),
            lambda: layers().remove(layers()["second"]),
            lambda: scene.timeline_markers.new("marker", frame=4),
            lambda: scene.timeline_markers.new("marker", frame=8),
            lambda: setattr(scene.timeline_markers[1], "camera", self.helper),
            lambda: setattr(scene.view_settings, "use_curve_mapping", True),
            lambda: (scene.view_settings.curve_mapping.curves[0].points.new(0.4, 0.6)),
            lambda: setattr(scene, "world", bpy.data.worlds.new("world")),
            lambda: setattr(scene.unit_settings, "system", "IMPERIAL"),
        )

    def test_camera(self):
        camera = bpy.data.cameras.new("camera")
        self.check(
            camera,
            lambda: setattr(camera, "lens", 35),
            lambda: setattr(camera.dof, "focus_object", self.helper),
            lambda: setattr(camera.background_images.new(), "alpha", 0.3),
            lambda: camera.background_images.new(),
            lambda: camera.background_images.remove(camera.background_images[0]),
        )

    def test_curve(self):
        curve = bpy.data.curves.new("curve", "CURVE")

        def spline():
            made = curve.splines.new("BEZIER")
            made.bezier_points.add(2)
            made.bezier_points[1].co = (1, 2, 3)

        self.check(
            curve,
            spline,
            lambda: setattr(curve.splines[0].bezier_points[2], "co", (4, 5, 6)),
            lambda: curve.splines[0].bezier_points.add(1),
            lambda: curve.splines.new("NURBS").points.add(3),
            lambda: setattr(curve.splines[0], "use_cyclic_u", True),
            lambda: curve.splines.remove(curve.splines[0]),
        )

    def test_reference_that_comes_later(self):
        thing, late = self.object(), bpy.data.objects.new("late", None)
        handler = registry.handler_for(thing)
        identity = self.session.id_of(late)
        thing.parent = late
        ops = operations({}, {"parent": self.read(thing)["parent"]})
        thing.parent = None
        self.session.forget(late)
        handler.write_part(thing, ops, {}, [], False, self.session)
        self.assertIsNone(thing.parent)
        self.session.bind(late, identity)
        self.assertEqual(self.session.arrived(identity), {self.session.id_of(thing)})
        handler.write_part(thing, ops, {}, [], False, self.session)
        self.assertEqual(thing.parent, late)

    def test_a_path_that_is_gone_is_refused(self):
        thing = self.object()
        handler = registry.handler_for(thing)
        for path in (["nonsense"], ["modifiers", "gone", "count"], ["location", "x"]):
            with self.assertRaises(ValueError):
                handler.write_part(thing, [["set", path, 1]], {}, [], False, self.session)
        handler.write_part(thing, [["remove", ["modifiers", "gone"]]], {}, [], False, self.session)


if __name__ == "__main__":
    run("parts")
