"""Annotations that were made anew hold what Python does not show; what a peer made up is refused, and nothing is done.

Run: blender -b --factory-startup --python hostile_annotations.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
from datablocks import sample_annotations  # noqa: E402
from datablocks.fake_session import FakeSession, read_all  # noqa: E402

from multi_user.core.values import Keyed  # noqa: E402
from multi_user.datablocks import annotations, gp_memory, registry  # noqa: E402

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
        uuid = self.session.id_of(self.data)
        _, _, tree, arrays = next(it for it in read_all(self.session) if it[0] == uuid)
        return tree, {name: array.tobytes() for name, array in arrays.items()}

    def arrays(self):
        uuid = self.session.id_of(self.data)
        return next(it for it in read_all(self.session) if it[0] == uuid)[3]

    def array(self, part):
        return self.arrays()[f"1/4/Lage/{part}"].copy()

    def test_another_one_is_made_equal(self):
        """With the marks and pressures that Python only reads or does not know."""
        tree, arrays = self.before[0], self.arrays()
        copy = self.handler.create(registry.type_of(self.data), {"name": "Abschrift"}, self.session)
        self.assertEqual(annotations.is_annotation(copy), not LEGACY)
        self.handler.write_whole(copy, {**tree, "name": "Abschrift"}, arrays, self.session)
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
        before = self.arrays()
        self.handler.write_part(self.data, [["order", ["layers"], wanted]], {}, [], False, self.session)
        self.assertEqual([layer.info for layer in self.data.layers], wanted)
        self.assertEqual(self.data.layers[self.data.layers.active_index].info, "zwei")
        after = self.arrays()
        self.assertEqual(before.keys(), after.keys())
        for name, array in before.items():
            self.assertEqual(array.tobytes(), after[name].tobytes(), name)

    def test_nobody_draws(self):
        self.assertFalse(gp_memory.is_being_drawn(self.data))

    def refused(self, **parts):
        buffers = {f"1/4/Lage/{part}": array for part, array in parts.items()}
        with self.assertRaises(ValueError, msg=f"{parts}"):
            self.handler.write_part(self.data, [], buffers, [], False, self.session)
        self.assertEqual(self.held(), self.before)

    def test_counts(self):
        for sizes in ((-1, 6), (2**30, 3), (2**31 - 1, 2**31 - 1), (6,), ()):
            strokes = numpy.zeros((len(sizes), self.array("strokes").shape[1]), "i4")
            strokes[:, 0] = sizes
            with self.subTest(sizes):
                self.refused(strokes=strokes)
                self.refused(strokes=strokes, points=self.array("points")[:4])

    def test_shapes(self):
        points, strokes = self.array("points"), self.array("strokes")
        for array in (
            points[:3],
            points[:, :2],
            points.astype("f8"),
            points.astype("i4"),
            points.reshape(-1),
        ):
            self.refused(points=array)
        for array in (strokes.astype("f4"), strokes[:, :1], strokes.reshape(-1)):
            self.refused(strokes=array)
        self.refused(nichts=points)

    def test_modes(self):
        column = 2 if LEGACY else 1
        for mode in (3, 8, -1, 99, 2**31 - 1):
            strokes = self.array("strokes")
            strokes[0, column] = mode
            with self.subTest(mode):
                self.refused(strokes=strokes)

    def test_names_and_frames(self):
        points = self.array("points")
        for name in ("", "1/4", "1/5/Lage/points", "9/4/Lage/points", "+1/4/Lage/points", "1/4/Lage/"):
            with self.subTest(name), self.assertRaises(ValueError):
                self.handler.write_part(self.data, [], {name: points}, [], False, self.session)
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
        self.handled([["set", ["layers"], Keyed({"Lage": self.before[0]["layers"]["Lage"]})]])
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
