"""Edits of the video sequence as parts: they must bring a copy to the same strips in the same places.

Run: blender -b --factory-startup --python parts_sequencer.py
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

import bpy  # noqa: E402
from datablocks.parts_case import PartsCase, registry, run  # noqa: E402
from datablocks.sample_sequencer import effect, strips_of  # noqa: E402

from multi_user.datablocks.placing import LEFT, RIGHT, START, all_strips  # noqa: E402
from multi_user.datablocks.sequencer import ALL_STRIPS  # noqa: E402


class Sequencer(PartsCase):
    def setUp(self):
        super().setUp()
        self.editor = self.scene.sequence_editor_create()
        self.one = effect(self.editor, "one", "COLOR", 1, 1, 20)
        self.two = effect(self.editor, "two", "COLOR", 1, 30, 20)

    def strip(self, name):
        return all_strips(self.editor)[name]

    def put(self, name, **places):
        for place, value in places.items():
            setattr(self.strip(name), {"start": START, "left": LEFT, "right": RIGHT}[place], value)

    def swap(self):
        self.put("one", start=300)
        self.put("two", start=1)
        self.put("one", start=30)

    def test_places(self):
        self.check(
            self.scene,
            lambda: self.put("one", start=5),
            self.swap,
            lambda: self.put("one", left=35, right=80),
            lambda: setattr(self.strip("two"), "channel", 4),
            lambda: effect(self.editor, "three", "COLOR", 1, 200, 20),
            lambda: [
                self.put(name, start=start) for name, start in (("three", 90), ("one", 400), ("two", 200))
            ],
        )

    def test_effects(self):
        def remove():
            strips_of(self.editor).remove(self.strip("first"))

        self.check(
            self.scene,
            lambda: effect(self.editor, "cross", "CROSS", 2, 1, 1, self.one, self.two),
            lambda: effect(self.editor, "blur", "GAUSSIAN_BLUR", 3, 1, 1, self.strip("cross")),
            lambda: setattr(self.strip("cross"), "channel", 5),
            lambda: effect(self.editor, "three", "COLOR", 6, 10, 30),
            lambda: setattr(self.strip("cross"), "input_2", self.strip("three")),
            lambda: setattr(self.strip("one"), "name", "first"),
            remove,
        )

    def test_metas(self):
        meta = strips_of(self.editor).new_meta("meta", 10, 1)
        self.check(
            self.scene,
            lambda: self.strip("one").move_to_meta(meta),
            lambda: effect(meta, "inside", "COLOR", 1, 40, 20),
            lambda: setattr(meta.channels[2], "mute", True),
            lambda: self.put("inside", start=50),
            lambda: self.put("meta", left=10, right=55),
            meta.separate,
        )

    def test_nested_metas_are_taken_apart(self):
        """From within, and all at once."""
        for names in (("inner",), ("inner", "outer"), ("outer", "inner")):
            self.setUp()
            outer = strips_of(self.editor).new_meta("outer", 10, 1)
            inner = strips_of(outer).new_meta("inner", 2, 1)
            self.one.move_to_meta(inner)
            effect(inner, "inside", "COLOR", 2, 40, 20)
            place = ["sequence_editor", ALL_STRIPS]
            home = "" if "outer" in names else "outer"
            ops = [["remove", [*place, name]] for name in names]
            ops += [["set", [*place, name, "meta"], home] for name in ("one", "inside")]
            registry.handler_for(self.scene).write_part(self.scene, ops, {}, [], False, self.session)
            held = self.read(self.scene)["sequence_editor"][ALL_STRIPS]
            self.assertEqual({held[name]["meta"] for name in ("one", "inside")}, {home})
            self.assertFalse(held.keys() & set(names))
            self.assertEqual(self.session.problems, [])

    def test_a_renamed_strip_stays_the_same(self):
        """Its effects stay as well, which Blender removes along with what they are made of."""
        effect(self.editor, "cross", "CROSS", 2, 1, 1, self.one, self.two)
        copy = self.check(self.scene, lambda: setattr(self.strip("cross"), "mute", True))
        before = all_strips(copy.sequence_editor)["one"].as_pointer()
        tree = self.read(self.scene)["sequence_editor"][ALL_STRIPS]["one"]
        ops = [
            ["remove", ["sequence_editor", ALL_STRIPS, "one"]],
            ["set", ["sequence_editor", ALL_STRIPS, "first"], tree],
        ]
        registry.handler_for(copy).write_part(copy, ops, {}, [], False, self.session)
        self.assertEqual(all_strips(copy.sequence_editor)["first"].as_pointer(), before)
        self.assertIn("cross", all_strips(copy.sequence_editor))

    def test_overlap_is_told(self):
        """Where Blender makes room for a strip elsewhere than was asked, the artist is told."""
        place = ["sequence_editor", ALL_STRIPS, "two", START]
        handler = registry.handler_for(self.scene)
        handler.write_part(self.scene, [["set", place, 5.0]], {}, [], False, self.session)
        self.assertEqual(self.strip("two").channel, 2)
        self.assertIn("another one overlaps it", self.session.problems[-1][1])

    def test_nonsense_of_others_is_refused(self):
        """Circles, and places that are none."""
        handler = registry.handler_for(self.scene)
        tree = self.read(self.scene)["sequence_editor"][ALL_STRIPS]["one"]
        circle = {"a": tree | {"meta": "b"}, "b": tree | {"meta": "a"}}
        place = ["sequence_editor", ALL_STRIPS]
        with self.assertRaises(ValueError):
            handler.write_part(self.scene, [["set", place, circle]], {}, [], False, self.session)
        for value in (float("nan"), 1e30, "x", None, True, -(1 << 40)):
            op = ["set", [*place, "one", START], value]
            handler.write_part(self.scene, [op], {}, [], False, self.session)
            self.assertEqual(getattr(self.strip("one"), START), 1)
        for name, bad in (("type", "NONE"), ("type", "IMAGE"), ("input_1", "one"), ("meta", "one")):
            op = ["set", [*place, "bad"], tree | {name: bad}]
            handler.write_part(self.scene, [op], {}, [], False, self.session)
        self.assertIn("one", all_strips(self.editor))

    def test_keys_stay_with_those_who_set_them(self):
        """Blender moves a strip's keys along with the strip; here they come with the action."""
        self.one.keyframe_insert("blend_alpha", frame=5)
        place = ["sequence_editor", ALL_STRIPS, "one", START]
        handler = registry.handler_for(self.scene)
        handler.write_part(self.scene, [["set", place, 101.0]], {}, [], False, self.session)
        action = bpy.data.actions[0]
        bags = getattr(action.layers[0].strips[0], "channelbags", None) if hasattr(action, "layers") else None
        curves = bags[0].fcurves if bags else action.fcurves
        self.assertEqual(curves[0].keyframe_points[0].co.x, 5)
        self.assertEqual(self.scene.animation_data.action, action)


if __name__ == "__main__":
    run("parts_sequencer")
