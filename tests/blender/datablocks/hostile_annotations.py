"""Annotations that were made anew hold what Python does not show; what a peer made up is refused, and nothing is done.

Run: blender -b --factory-startup --python hostile_annotations.py
"""

import base64
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
from datablocks import sample_annotations  # noqa: E402
from datablocks.fake_session import FakeSession  # noqa: E402

from multi_user.core.values import Keyed  # noqa: E402
from multi_user.datablocks import annotations, gp_memory, registry  # noqa: E402
from multi_user.datablocks.annotation_strokes import _key  # noqa: E402

LEGACY = sample_annotations.LEGACY


class Undrawable(unittest.TestCase):
    """Blender 4.3, where Python cannot make strokes."""

    def test_it_is_told_once(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        session, scene = FakeSession(), bpy.context.scene
        handler = registry.handler_for(scene)
        self.assertNotIn("grease_pencil", handler.read(scene, session).properties)
        self.assertEqual(session.problems, [])
        scene.grease_pencil = bpy.data.grease_pencils.new("Notizen")
        self.assertNotIn("grease_pencil", handler.read(scene, session).properties)
        self.assertEqual(len(session.problems), 1)
        self.assertIn("annotations are not replicated", session.problems[0][1])
        self.assertIsNone(registry.handler_for(scene.grease_pencil))


class Annotations(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=False)
        self.data = sample_annotations.made("Notiz")
        setattr(bpy.context.scene, annotations.USER, self.data)
        frame = self.data.layers.new("Lage").frames.new(1)
        sample_annotations.draw(frame, 2, "3DSPACE", 1)
        sample_annotations.draw(frame, 3, "", 2)
        self.session = FakeSession()
        self.handler = registry.handler_for(self.data)
        self.before = self.held()

    def held(self):
        return self.handler.read(self.data, self.session, frozenset(("ALL",))).properties

    def strokes(self):
        return self.held()["layers"]["Lage"]["frames"]["1"]["strokes"]

    def test_another_one_is_made_equal(self):
        """With the marks and pressures that Python only reads or does not know."""
        copy = self.handler.create(registry.type_of(self.data), {"name": "Abschrift"}, self.session)
        self.assertEqual(annotations.is_annotation(copy), not LEGACY)
        self.handler.write_whole(copy, {**self.before, "name": "Abschrift"}, {}, self.session)
        self.assertEqual(self.session.problems, [])
        self.assertTrue(annotations.is_annotation(copy))
        for mine, theirs in zip(self.data.layers[0].frames[0].strokes, copy.layers[0].frames[0].strokes):
            self.assertEqual(sample_annotations.pens(mine), sample_annotations.pens(theirs))
            self.assertEqual(mine.display_mode, theirs.display_mode)
        self.assertNotEqual(len(set(sample_annotations.pens(copy.layers[0].frames[0].strokes[1]))), 1)

    def test_order(self):
        """Layers change places along with what is drawn on them; the active one stays that."""
        for name in ("zwei", "drei"):
            sample_annotations.draw(
                self.data.layers.new(name, set_active=False).frames.new(4), 3, "3DSPACE", 7
            )
        self.data.layers.active_index = self.data.layers.find("zwei")
        wanted = ["drei", "zwei", "Lage"]
        before = self.held()
        self.handler.write_part(self.data, [["order", ["layers"], wanted]], {}, [], False, self.session)
        self.assertEqual([layer.info for layer in self.data.layers], wanted)
        self.assertEqual(self.data.layers[self.data.layers.active_index].info, "zwei")
        self.assertEqual(dict(before["layers"]), dict(self.held()["layers"]))

    def test_nobody_draws(self):
        self.assertFalse(gp_memory.is_being_drawn(self.data))

    def test_two_draw_at_once(self):
        """What is drawn on a frame says which stroke it is; the same one twice is two."""
        first = list(self.strokes())
        frame = self.data.layers[0].frames[0]
        for _ in range(2):
            sample_annotations.draw(frame, 4, "2DSPACE", 9)
        added = list(self.strokes())[2:]
        self.assertEqual(len({*first, *added}), 4)
        path = ["layers", "Lage", "frames", "1", "strokes"]
        self.handler.write_part(self.data, [["remove", [*path, first[0]]]], {}, [], False, self.session)
        self.assertEqual(list(self.strokes()), [first[1], *added])
        self.handler.write_part(
            self.data, [["order", path, [added[0], first[1]]]], {}, [], False, self.session
        )
        self.assertEqual(list(self.strokes()), [added[0], first[1], added[1]])
        ops = [["remove", [*path, added[1]]], ["set", [*path, first[0]], self.first()]]
        self.handler.write_part(self.data, ops, {}, [], False, self.session)
        self.assertEqual(list(self.strokes()), [added[0], first[1], first[0]])
        self.assertEqual(self.session.problems, [])

    def first(self):
        return next(iter(self.before["layers"]["Lage"]["frames"]["1"]["strokes"].values()))

    def test_strokes(self):
        """Texts and lists that are none, cut ones, one under another one's key: nothing is done, and it is told."""
        path = ["layers", "Lage", "frames", "1", "strokes"]
        key = next(iter(self.strokes()))
        whole = base64.b64decode(self.first())
        made_up = [whole[:-1], whole[:3], b"", whole + b"abc", whole[:-4]]
        texts = [base64.b64encode(it).decode() for it in made_up]
        for text in [*texts, self.first()[:-3], "", "no text at all", "é", 7, None, [1], {"a": 1}, 0.5, True]:
            named = [key, "x", "", "ab\x1f2"]
            if isinstance(text, str) and text in texts:
                named.append(_key(base64.b64decode(text)))
            for name in named:
                with self.subTest(text=text, name=name):
                    self.told([["set", [*path, name], text]])
        for value in (7, None, "text", [1], {"x": {}}, Keyed({"a": "b"})):
            with self.subTest(value):
                self.told([["set", path, value]])
        self.told([["set", [*path, key, "x"], 1]])

    def told(self, ops):
        self.session.problems.clear()
        try:
            self.handler.write_part(self.data, ops, {}, [], False, self.session)
            self.assertTrue(self.session.problems, ops)
        except ValueError:
            pass
        self.assertEqual(self.held(), self.before)

    def test_modes(self):
        """Numbers by which Blender chooses what to do."""
        whole = base64.b64decode(self.first())
        path = ["layers", "Lage", "frames", "1", "strokes"]
        for mode in (3, 8, -1, 99, 2**31 - 1):
            at = 4 if LEGACY else 0  # behind the material's number
            stroke = whole[:at] + numpy.int32(mode).tobytes() + whole[at + 4 :]
            self.told([["set", [*path, _key(stroke)], base64.b64encode(stroke).decode()]])

    def test_buffers_and_frames(self):
        points = numpy.zeros((5, 5), "f4")
        if LEGACY:
            with self.assertRaises(ValueError):
                self.handler.write_part(self.data, [], {"1/4/Lage/points": points}, [], False, self.session)
            drawing = bpy.data.grease_pencils.new("Zeichnung")
            drawing.layers.new("Lage").frames.new(1)
            strokes = self.strokes()
            path = ["layers", "Lage", "frames", "1", "strokes"]
            for ops in (["set", path, strokes], ["remove", path], ["order", path, []]):
                try:
                    self.handler.write_part(drawing, [ops], {}, [], False, self.session)
                    self.assertIn("only strokes of annotations", self.session.problems[-1][1])
                except ValueError as error:
                    self.assertIn("only strokes of annotations", str(error))
            self.assertEqual(len(drawing.layers[0].frames[0].strokes), 0)
        for key in ("1e3", "99999999", "", "1\x1f2", "x"):
            self.handled([["set", ["layers", "Lage", "frames", key], {}]])
        self.assertEqual(self.held(), self.before)

    def test_marks(self):
        """Only true and false are marks; what is none changes nothing."""
        name = ["is_annotation"] if LEGACY else ["layers", "Lage", "is_ruler"]
        for value in (7, "yes", None, [True], {}):
            self.handled([["set", name, value]])
            self.assertEqual(self.held(), self.before)
        self.handled([["set", ["layers", "Lage", "is_ruler"], True]])
        self.assertTrue(self.data.layers[0].is_ruler)
        self.handled([["set", ["layers", "Lage", "is_ruler"], False]])
        self.assertEqual(self.held(), self.before)

    def test_layers(self):
        """A name that Blender cuts, and orders of what there is not."""
        self.handled([["set", ["layers", "x" * 400], {"color": (1, 0, 0)}]])
        self.handled([["order", ["layers"], ["nichts", "Lage", "Lage"]]])
        self.handled([["set", ["layers"], Keyed({"Lage": self.before["layers"]["Lage"]})]])
        self.assertEqual(self.held(), self.before)

    def handled(self, ops):
        """Carried out as far as it makes sense, refused, or told."""
        try:
            self.handler.write_part(self.data, ops, {}, [], False, self.session)
        except ValueError:
            pass


if __name__ == "__main__":
    case = Annotations if sample_annotations.DRAWABLE else Undrawable
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
