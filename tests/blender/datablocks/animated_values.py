"""Which values an animation sets: a curve's data path leads to the same place in the tree.

Run: blender -b --factory-startup --python animated_values.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession  # noqa: E402

from multi_user.core.values import Ref  # noqa: E402
from multi_user.datablocks import animated, registry  # noqa: E402


class AnimatedValues(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.mesh = bpy.data.meshes.new("Mesh")
        self.mesh.from_pydata([(0, 0, 0)], [], [])
        self.thing = bpy.data.objects.new("Thing", self.mesh)
        bpy.context.scene.collection.objects.link(self.thing)

    def tree(self, datablock):
        handler = registry.handler_for(datablock)
        return handler.read(datablock, FakeSession(), frozenset(("ALL",))).properties

    def keyed(self, datablock):
        return sorted(animated.keyed_paths(datablock, self.tree(datablock)))

    def test_an_action_stays_what_it_is_meant_for(self):
        """Blender notes who takes one that is meant for none; a teammate's Blender must not do so for itself."""
        action = bpy.data.actions.new("Wave")
        meant_for = getattr(action, "id_root", None)
        session = FakeSession()
        handler, uuid = registry.handler_for(self.thing), session.id_of(action)
        handler.write_part(
            self.thing, [["set", ["animation_data"], {"action": Ref(uuid)}]], {}, [], False, session
        )
        self.assertEqual(self.thing.animation_data.action, action)
        kept = (
            "OBJECT" if meant_for == "" else meant_for
        )  # Blender 3.4 has no word for none, and notes it always
        self.assertEqual(getattr(action, "id_root", None), kept)

    def test_one_axis_of_a_vector(self):
        self.thing.keyframe_insert("location", index=2, frame=1)
        self.assertEqual(self.keyed(self.thing), [("location", "2")])

    def test_a_modifier_and_a_custom_property(self):
        self.thing.modifiers.new('A "wave"', "WAVE").keyframe_insert("height", frame=1)
        self.thing["power"] = 1.5
        self.thing.keyframe_insert('["power"]', frame=1)
        expected = [("custom_properties", "power"), ("modifiers", 'A "wave"', "height")]
        self.assertEqual([path[:3] for path in self.keyed(self.thing)], expected)

    def test_a_socket_of_a_material(self):
        material = bpy.data.materials.new("Paint")
        material.use_nodes = True
        node = material.node_tree.nodes.new("ShaderNodeValue")
        node.outputs[0].keyframe_insert("default_value", frame=1)
        mix = material.node_tree.nodes.new("ShaderNodeMixShader")
        mix.inputs[0].keyframe_insert("default_value", frame=1)
        paths = self.keyed(material)
        self.assertEqual([path[:3] for path in paths], [("node_tree", "nodes", mix.name)] + [paths[1][:3]])
        self.assertEqual(len(paths), 2)
        self.assertTrue(all(path[-1] == "default_value" for path in paths))

    def test_a_shape_key(self):
        self.thing.shape_key_add(name="Basis")
        self.thing.shape_key_add(name="Smile").keyframe_insert("value", frame=1)
        self.assertEqual(self.keyed(self.mesh.shape_keys), [("key_blocks", "Smile", "value")])

    def test_drivers_and_muted_curves(self):
        curve = self.thing.driver_add("scale", 1)
        curve.driver.expression = "2"
        self.thing.keyframe_insert("location", frame=1)
        for one in animated.curves_of(self.thing.animation_data):
            one.mute = True
        bpy.context.view_layer.update()
        tree = self.tree(self.thing)
        self.assertEqual(animated.driven_paths(self.thing, tree), [("scale", "1")])
        self.assertEqual(animated.keyed_paths(self.thing, tree), [])

    def test_paths_that_lead_nowhere(self):
        tree = self.tree(self.thing)
        for path in (
            "gone",
            'hide_viewport["a"].b',
            "name.properties.a.b",
            "location.gone",
            'modifiers["gone"].x',
            "a[",
            "[0]",
            'pose.bones["A"].location',
        ):
            self.assertIsNone(animated.tree_path(self.thing, tree, path, 0), path)
        self.assertIsNone(animated.tree_path(self.thing, tree, 'nodes["a"].inputs[0].default_value', 0))


if __name__ == "__main__":
    result = unittest.main(argv=["animated_values"], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
