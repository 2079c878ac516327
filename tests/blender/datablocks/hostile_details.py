"""What a peer may make up about simulations, letters and lists: refused and told, and Blender lives on.

Run: blender -b --factory-startup --python hostile_details.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
from datablocks.fake_session import FakeSession  # noqa: E402

from multi_user.core.values import Keyed, Ref  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402


class Hostile(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.session = FakeSession()
        self.thing = bpy.data.objects.new("thing", bpy.data.meshes.new("thing"))
        bpy.context.scene.collection.objects.link(self.thing)

    def told(self, datablock, path, value) -> str:
        """What is told of a value that is to stand at a path."""
        before = len(self.session.problems)
        try:
            registry.handler_for(datablock).write_part(
                datablock, [("set", path, value)], {}, [], False, self.session
            )
        except (ValueError, TypeError, AttributeError) as error:
            return str(error)
        return "; ".join(text for _, text in self.session.problems[before:])

    def test_letters(self):
        text = bpy.data.curves.new("text", "FONT")
        text.body = "abc"
        plain = (False, False, False, False, 0, 0)
        for runs in (
            [()],
            [(1,)],
            [(0, *plain)],
            [(1, 7, *plain[1:])],
            [(1, *plain[:4], -2, 0)],
            ["abc"],
            [3],
        ):
            self.assertTrue(self.told(text, ("body_format",), runs), runs)
            self.assertFalse(any(letter.use_bold for letter in text.body_format))
        self.assertEqual(self.told(text, ("body_format",), [(10**12, True, *plain[1:])] * 1000), "")
        self.assertTrue(all(letter.use_bold for letter in text.body_format))

    def test_lists(self):
        settings = bpy.data.particles.new("flock")
        settings.physics_type = "BOIDS"
        for tree in ({}, {"type": "NONE"}, {"type": 3}, 7):
            self.assertTrue(self.told(settings, ("boids", "states", "State", "rules", "made up"), tree), tree)
        self.thing.modifiers.new("flock", "PARTICLE_SYSTEM")
        for key in ("-1", "x", "99999999"):
            path = ("modifiers", "flock", "particle_system", "targets", key)
            self.assertTrue(self.told(self.thing, path, {}), key)
        for key in ("-1", "x", "99999999"):
            bpy.context.scene.keying_sets.new(idname="set", name="set")
            self.assertTrue(self.told(bpy.context.scene, ("keying_sets", "set", "paths", key), {}), key)

    def test_particle_settings(self):
        handler = registry.handler_for_type("ParticleSettings")
        for kind in (["FLIP"], 3, "NONE"):
            made = handler.create("ParticleSettings", {"name": "made", "type": kind}, self.session)
            self.assertEqual(made.type, "EMITTER")
        made = handler.create("ParticleSettings", {"name": "made", "type": "FOAM"}, self.session)
        self.assertEqual(made.type, "FOAM")
        self.assertFalse([one for one in bpy.data.objects if one != self.thing])

    def test_modifiers(self):
        for tree in (
            {"type": "FLUID", "fluid_type": "NONE", "domain_settings": {"resolution_max": 8}},
            {
                "type": "FLUID",
                "fluid_type": "DOMAIN",
                "domain_settings": {"fluid_group": Ref(bytes(16)), "alpha": "x"},
            },
            {"type": "FLUID", "fluid_type": "FLOW", "flow_settings": {"particle_system": "none"}},
            {
                "type": "DYNAMIC_PAINT",
                "canvas_settings": {"canvas_surfaces": Keyed({"a": {"uv_layer": "none"}})},
            },
        ):
            self.told(self.thing, ("modifiers", "made up"), {"show_viewport": False, **tree})
            self.told(self.thing, ("modifiers",), Keyed())
        self.assertEqual(len(self.thing.modifiers), 0)

    def test_strip_curves(self):
        """Blender sets whatever property a strip's curve names, also such as end it."""
        track = self.thing.animation_data_create().nla_tracks.new()
        track.name = "track"
        strip = track.strips.new("strip", 1, bpy.data.actions.new("action"))
        strip.name = "strip"
        curves = ("animation_data", "nla_tracks", "track", "strips", "strip", "fcurves")
        key = tuple([1.0] * 9 + [0.0] * 5)
        for name in ("action_slot_handle[0]", "influence[1]", "influence", "influence[x]", ""):
            self.assertTrue(self.told(self.thing, (*curves, name), {"keys": [key]}), name)
        for keys in (7, "abc", [(1,)], [["x"] * 14], [{}]):
            self.assertTrue(self.told(self.thing, (*curves, "influence[0]"), {"keys": keys}), keys)
        tree = {"data_path": "action_slot_handle", "array_index": 3, "keys": [key]}
        self.assertEqual(self.told(self.thing, (*curves, "influence[0]"), tree), "")
        self.assertTrue(self.told(self.thing, (*curves, "influence[0]", "data_path"), "action_slot_handle"))
        (curve,) = strip.fcurves
        self.assertEqual(
            (curve.data_path, curve.array_index, len(curve.keyframe_points)), ("influence", 0, 1)
        )
        bpy.context.scene.frame_set(2)

    def test_switch_views(self):
        """Blender takes what it is given for a scene."""
        group = bpy.data.node_groups.new("group", "CompositorNodeTree")
        tree = {"bl_idname": "CompositorNodeSwitchView", "scene": Ref(self.session.id_of(self.thing))}
        self.assertTrue(self.told(group, ("nodes", "made up"), tree))
        self.assertEqual(len(group.nodes), 0)
        scene = {**tree, "scene": Ref(self.session.id_of(bpy.context.scene))}
        self.told(group, ("nodes", "right"), scene)
        self.assertEqual([node.name for node in group.nodes], ["right"])

    def test_light_links(self):
        made = bpy.data.collections.new("made")
        if hasattr(made, "collection_objects"):  # since Blender 4.0
            made.objects.link(self.thing)
            key = self.session.id_of(self.thing).hex()
            made.collection_objects[0].light_linking.link_state = "EXCLUDE"
            self.assertTrue(self.told(made, ("light_links", key, "deeper", "x"), True))

    def test_packed_sound(self):
        sound = bpy.data.sounds.load("/nowhere.wav")
        handler = registry.handler_for(sound)
        for name, array in (("other", numpy.zeros((3, 1), "u1")), ("packed", numpy.zeros((3, 2), "f4"))):
            with self.assertRaises(ValueError):
                handler.write_part(sound, [], {name: array}, [], False, self.session)
        self.assertIsNone(sound.packed_file)
        handler.write_part(sound, [], {"packed": numpy.zeros((3, 1), "u1")}, [], False, self.session)
        self.assertEqual((sound.packed_file.size, sound.filepath), (3, "/nowhere.wav"))


if __name__ == "__main__":
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Hostile))
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
