"""Edits as parts: every edit, as operations, must bring a copy to the same tree as the edit itself brought the
original.

Run: blender -b --factory-startup --python parts.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession, differences  # noqa: E402

from multi_user.core.values import Keyed, same  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402

ALL = frozenset(("ALL",))
TRANSFORM = frozenset(("TRANSFORM",))


def operations(old, new, path=()):
    """What turns one tree into the other: removes, then sets in the tree's order, then orders (bridge.md, ops)."""
    removes, sets, orders = [], [], []
    _differ(old, new, path, removes, sets, orders)
    return removes + sets + orders


def _differ(old, new, path, removes, sets, orders):
    for key in old:
        if key not in new:
            removes.append(["remove", [*path, key]])
    for key, value in new.items():
        if key in old and isinstance(value, dict) and type(old[key]) is type(value):
            _differ(old[key], value, (*path, key), removes, sets, orders)
        elif key not in old or not same(old[key], value):
            sets.append(["set", [*path, key], value])
    if isinstance(new, Keyed):
        merged = [key for key in old if key in new] + [key for key in new if key not in old]
        if merged != list(new):
            orders.append(["order", list(path), list(new)])


class Parts(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.session = FakeSession()
        self.scene = bpy.context.scene
        self.helper = bpy.data.objects.new("helper", None)
        self.scene.collection.objects.link(self.helper)

    def read(self, datablock, hints=ALL):
        tree = registry.handler_for(datablock).read(datablock, self.session, hints).properties
        tree.pop("name", None)
        return tree

    def check(self, datablock, *edits, whole=()):
        """Each edit, carried out on a datablock, must reach its copy as a part; those in ``whole`` need not."""
        handler = registry.handler_for(datablock)
        before = self.read(datablock)
        kind = registry.type_of(datablock)
        copy = handler.create(kind, before | {"name": "copy"}, self.session)
        handler.write_whole(copy, before, {}, self.session)
        self.assertEqual(differences(before, self.read(copy)), [], "the copy before any edit")
        for number, edit in enumerate(edits):
            edit()
            after = self.read(datablock)
            ops = operations(before, after)
            self.assertTrue(ops, f"edit {number} changed nothing")
            try:
                handler.write_part(copy, ops, {}, [], False, self.session)
            except ValueError:
                self.assertIn(number, whole)
                handler.write_whole(copy, after, {}, self.session)
            self.assertEqual(differences(after, self.read(copy)), [], f"edit {number}: {ops}")
            paths = [tuple(op[1]) for op in ops if op[0] == "set"]
            for path, value in handler.read_paths(copy, self.session, paths):
                wanted = after
                for key in path:
                    wanted = wanted[key]
                self.assertEqual(differences(wanted, value), [], f"read back {path}")
            before = after
        self.assertEqual(self.session.problems, [])
        return copy

    def object(self, data=None):
        made = bpy.data.objects.new("thing", data)
        self.scene.collection.objects.link(made)
        return made

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

    def test_material_nodes(self):
        material = bpy.data.materials.new("material")
        material.use_nodes = True
        tree = material.node_tree
        tree.nodes.clear()
        nodes, links = tree.nodes, tree.links

        def connect():
            links.new(nodes["Mix Shader"].outputs[0], nodes["Material Output"].inputs[0])
            links.new(nodes["A"].outputs[0], nodes["Mix Shader"].inputs[1])
            links.new(nodes["B"].outputs[0], nodes["Mix Shader"].inputs[2])

        def frame():
            made = nodes.new("NodeFrame")
            made.location = (100, 100)
            nodes["A"].parent = made

        self.check(
            material,
            lambda: setattr(material, "diffuse_color", (0.1, 0.2, 0.3, 1)),
            lambda: nodes.new("ShaderNodeOutputMaterial"),
            lambda: (
                nodes.new("ShaderNodeMixShader"),
                setattr(nodes.new("ShaderNodeBsdfDiffuse"), "name", "A"),
            ),
            lambda: setattr(nodes.new("ShaderNodeEmission"), "name", "B"),
            connect,
            lambda: setattr(nodes["B"].inputs["Strength"], "default_value", 5),
            lambda: setattr(nodes["A"], "location", (12, 34)),
            frame,
            lambda: setattr(nodes["Frame"], "location", (0, -50)),
            lambda: links.remove(nodes["Mix Shader"].inputs[1].links[0]),
            lambda: setattr(nodes["B"], "name", "Licht"),
            lambda: setattr(nodes["Licht"].inputs["Color"], "hide", True),
            lambda: nodes.new("ShaderNodeValToRGB").color_ramp.elements.new(0.5),
            lambda: setattr(nodes["Color Ramp" if "Color Ramp" in nodes else "ColorRamp"], "mute", True),
            lambda: setattr(nodes.new("ShaderNodeMath"), "operation", "SINE"),
            lambda: nodes.remove(nodes["Mix Shader"]),
            lambda: nodes["Frame"].id_data.nodes.remove(nodes["Frame"]),
        )

    def group(self, name="group"):
        return bpy.data.node_groups.new(name, "GeometryNodeTree")

    def socket(self, group, name, in_out, kind="NodeSocketFloat", **more):
        if hasattr(group, "interface"):
            return group.interface.new_socket(name, in_out=in_out, socket_type=kind, **more)
        return (group.inputs if in_out == "INPUT" else group.outputs).new(kind, name)

    def remove_socket(self, group, name):
        if hasattr(group, "interface"):
            group.interface.remove(group.interface.items_tree[name])
        else:
            group.inputs.remove(group.inputs[name])

    def test_group_interface(self):
        group = self.group()
        nodes, links = group.nodes, group.links
        nodes.new("NodeGroupInput")
        nodes.new("NodeGroupOutput")

        def value():
            item = group.interface.items_tree["B"] if hasattr(group, "interface") else group.inputs["B"]
            item.default_value, item.min_value, item.name = 0.5, -3, "Beta"

        self.check(
            group,
            lambda: self.socket(group, "A", "INPUT"),
            lambda: self.socket(group, "B", "INPUT"),
            lambda: self.remove_socket(group, "A"),
            lambda: self.socket(group, "C", "INPUT", "NodeSocketObject"),
            lambda: self.socket(group, "Out", "OUTPUT"),
            value,
            lambda: links.new(nodes[0].outputs["Beta"], nodes[1].inputs["Out"]),
            lambda: setattr(nodes[1].inputs["Out"], "hide_value", True) or self.socket(group, "D", "OUTPUT"),
            lambda: setattr(nodes[1].inputs["D"], "default_value", 3),
        )

    @unittest.skipUnless(bpy.app.version >= (4, 0), "panels came with Blender 4.0")
    def test_group_panels(self):
        group = self.group()
        interface = group.interface
        items = interface.items_tree
        first = self.socket(group, "first", "INPUT")
        self.check(
            group,
            lambda: interface.new_panel("Panel"),
            lambda: self.socket(group, "inner", "INPUT", parent=items["Panel"]),
            lambda: interface.move_to_parent(items["first"], items["Panel"], 0),
            lambda: interface.move(items["inner"], 0),
            lambda: interface.new_panel("Second"),
            lambda: interface.move(items["Second"], 0),
            lambda: interface.remove(items["Panel"], move_content_to_parent=True),
            lambda: setattr(items["Second"], "default_closed", True),
        )
        self.assertEqual(first.name, "first")

    def test_socket_numbers_that_cannot_be_had(self):
        """A copy's counter is ahead of the original's: the session's identifiers are translated."""
        group = self.group()
        self.socket(group, "kept", "INPUT")
        copy = self.group("copy")
        for _ in range(5):
            self.socket(copy, "used up", "INPUT")
            self.remove_socket(copy, "used up")
        handler = registry.handler_for(group)
        nodes = group.nodes
        nodes.new("NodeGroupInput")
        nodes.new("NodeGroupOutput")
        self.socket(group, "out", "OUTPUT")
        group.links.new(nodes[0].outputs["kept"], nodes[1].inputs["out"])
        handler.write_whole(copy, self.read(group), {}, self.session)
        self.assertEqual(differences(self.read(group), self.read(copy)), [])
        self.assertEqual(len(copy.links), 1)
        user, user_copy = self.group("user"), self.group("user copy")
        node = user.nodes.new("GeometryNodeGroup")
        node.node_tree = copy
        node.inputs["kept"].default_value = 7
        tree = self.read(user)
        original = group.interface.items_tree["kept"] if hasattr(group, "interface") else group.inputs["kept"]
        self.assertIn(original.identifier, tree["nodes"]["Group"]["inputs"])
        registry.handler_for(user).write_whole(user_copy, tree, {}, self.session)
        self.assertEqual(user_copy.nodes[0].inputs["kept"].default_value, 7)
        self.assertEqual(self.session.problems, [])

    def test_modifier_inputs(self):
        group = self.group()
        self.socket(group, "Geometry", "INPUT", "NodeSocketGeometry")
        number = self.socket(group, "Number", "INPUT").identifier
        thing_in = self.socket(group, "Object", "INPUT", "NodeSocketObject").identifier
        vector = self.socket(group, "Vector", "INPUT", "NodeSocketVector").identifier
        self.socket(group, "Geometry", "OUTPUT", "NodeSocketGeometry")
        thing = self.object(bpy.data.meshes.new("mesh"))
        modifier = thing.modifiers.new("Nodes", "NODES")
        modifier.node_group = group

        def put(name, value):
            if hasattr(modifier, "properties"):
                return lambda: setattr(getattr(modifier.properties.inputs, name), "value", value)
            return lambda: modifier.__setitem__(name, value)

        def name_attribute():
            if hasattr(modifier, "properties"):
                entry = getattr(modifier.properties.inputs, number)
                entry.type, entry.attribute_name = "ATTRIBUTE", "mass"
            else:
                modifier[f"{number}_use_attribute"] = True
                modifier[f"{number}_attribute_name"] = "mass"

        self.check(
            thing,
            put(number, 2.5),
            put(thing_in, self.helper),
            put(vector, (1.0, 2.0, 3.0)),
            name_attribute,
            put(thing_in, None),
        )

    @unittest.skipUnless(hasattr(bpy.types, "GeometryNodeRepeatOutput"), "no repeat zones in this Blender")
    def test_zones_and_items(self):
        group = self.group()
        nodes = group.nodes

        def zone():
            begin, end = nodes.new("GeometryNodeRepeatInput"), nodes.new("GeometryNodeRepeatOutput")
            begin.pair_with_output(end)

        def items():
            return nodes["Repeat Output"].repeat_items

        def switch():
            made = nodes.new("GeometryNodeMenuSwitch")
            made.enum_items.new("C")
            made.enum_items.remove(made.enum_items[0])
            made.inputs["Menu"].default_value = "B"

        self.check(
            group,
            zone,
            lambda: items().new("FLOAT", "number"),
            lambda: setattr(nodes["Repeat Input"].inputs["number"], "default_value", 4.5),
            lambda: group.links.new(
                nodes["Repeat Input"].outputs["number"], nodes["Repeat Output"].inputs["number"]
            ),
            lambda: items().new("VECTOR", "vector"),
            lambda: items().remove(items()["number"]),
            lambda: setattr(items()["vector"], "name", "Richtung"),
            switch,
            lambda: nodes["Menu Switch"].enum_items.move(0, 1),
            whole=(8,),
        )

    def test_light_changes_kind(self):
        light = bpy.data.lights.new("light", "POINT")

        def held():
            return bpy.data.lights["light"]

        handler = registry.handler_for(light)
        copy = handler.create("PointLight", self.read(light) | {"name": "copy"}, self.session)
        light.type = "AREA"
        held().shape, held().size = "RECTANGLE", 3
        after = self.read(held())
        ops = [["set", [name], value] for name, value in after.items()]
        handler.write_part(copy, ops, {}, [], False, self.session)
        self.assertEqual(differences(after, self.read(bpy.data.lights["copy"])), [])

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
        self.session.arrived(identity)
        self.assertEqual(thing.parent, late)

    def test_a_path_that_is_gone_is_refused(self):
        thing = self.object()
        handler = registry.handler_for(thing)
        for path in (["nonsense"], ["modifiers", "gone", "count"], ["location", "x"]):
            with self.assertRaises(ValueError):
                handler.write_part(thing, [["set", path, 1]], {}, [], False, self.session)
        handler.write_part(thing, [["remove", ["modifiers", "gone"]]], {}, [], False, self.session)


if __name__ == "__main__":
    result = unittest.main(argv=["parts"], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
