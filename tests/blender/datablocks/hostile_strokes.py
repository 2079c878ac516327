"""Grease pencil that a peer made up: counts, numbers and names that fit nothing are refused, and nothing is done.

Run: blender -b --factory-startup --python hostile_strokes.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
from datablocks import sample_grease_pencil  # noqa: E402
from datablocks.fake_session import FakeSession, read_all  # noqa: E402

from multi_user.core.values import Keyed  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402

LEGACY = sample_grease_pencil.LEGACY
LINES, COUNTS = ("points", "strokes") if LEGACY else ("attr.POINT.FLOAT_VECTOR.position", "sizes")


class Hostile(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.data = sample_grease_pencil.made("Blatt")
        self.data.use_fake_user = True
        sample_grease_pencil.draw(self.data.layers.new("Lage").frames.new(1), (2, 3))
        self.session = FakeSession()
        self.handler = registry.handler_for(self.data)
        self.before = self.held()

    def held(self):
        _, _, tree, arrays = next(it for it in read_all(self.session) if it[1] == self.data.bl_rna.identifier)
        return tree, {name: array.tobytes() for name, array in arrays.items()}

    def array(self, part):
        arrays = next(it for it in read_all(self.session) if it[1] == self.data.bl_rna.identifier)[3]
        return arrays[f"1/4/Lage/{part}"].copy()

    def refused(self, ops=(), **parts):
        buffers = {f"1/4/Lage/{part}": array for part, array in parts.items()}
        self.refused_buffers(buffers, ops)

    def refused_buffers(self, buffers, ops=()):
        with self.assertRaises(ValueError, msg=f"{list(buffers)} {ops}"):
            self.handler.write_part(self.data, list(ops), buffers, [], False, self.session)
        self.assertEqual(self.held(), self.before)

    def test_counts(self):
        """Sizes below their least, huge, or other than the points that come along."""
        for sizes in ((-1, 6), (2**30, 3), (2**31 - 1, 2**31 - 1), (2, 4), (5,)):
            array = numpy.zeros((len(sizes), self.array(COUNTS).shape[1]), "i4")
            array[:, 0] = sizes
            with self.subTest(sizes):
                if sum(sizes) != 5:
                    self.refused(**{COUNTS: array})
                    self.refused(**{COUNTS: array, LINES: self.array(LINES)[:4]})
        if not LEGACY:
            self.refused(**{COUNTS: numpy.array([[0], [5]], "i4")})

    def test_shapes(self):
        """Another type, other columns, rows more or less."""
        lines = self.array(LINES)
        for array in (lines[:3], lines[:, :2], lines.astype("f8"), lines.astype("i4"), lines.reshape(-1)):
            self.refused(**{LINES: array})
        self.refused(**{COUNTS: self.array(COUNTS).astype("f4")})

    def test_numbers(self):
        """Numbers by which Blender chooses what to do."""
        if LEGACY:
            for column, number in ((1, -1), (1, 40000), (2, 99), (3, 2), (4, -3), (7, -1)):
                array = self.array("strokes")
                array[0, column] = number
                self.refused(strokes=array)
            for row in ((99, 0, 0), (-1, 0, 0), (0, -1, 0), (0, 2**31 - 1, 0)):
                self.refused(weights=numpy.array([row], "i4"))
            return
        self.refused(**{"attr.CURVE.INT8.curve_type": numpy.array([[1], [77]], "i1")})
        self.refused(**{"attr.CURVE.INT8.curve_type": numpy.array([[-1], [0]], "i1")})
        self.refused(**{"attr.CURVE.INT.material_index": numpy.array([[-5], [0]], "i4")})
        self.refused(**{"attr.POINT.INT8.handle_type_left": numpy.full((5, 1), 9, "i1")})

    def test_names(self):
        """Frames, layers, domains and attributes that there are not."""
        lines = self.array(LINES)
        part = f"/4/Lage/{LINES}"
        names = [
            "",
            "x",
            "1/4",
            f"1/99999{part}",
            f"1/3/Lage/{LINES}",
            f"99{part}",
            f"99999999{part}",
            f"+1{part}",
        ]
        names += [f"1/5/Lagen/{LINES}", "1/4/Lage/", "1/4/Lage/nichts", "1/4/Lage/attr.POINT.NICHTS.a"]
        names += ["1/4/Lage/attr.FACE.FLOAT_VECTOR.a", "1/4/Lage/attr.POINT.BOOLEAN..selection"]
        for name in names:
            self.refused_buffers({name: lines})

    def test_frames(self):
        """Frames beyond Blender's limits, and instances of what there is not, are told and not made."""
        layers, frames = "layers", "frames"
        for key in ("1e3", "99999999", "-99999999", "", "1\x1f2", "٣"):
            self.handled([["set", [layers, "Lage", frames, key], {"keyframe_type": "KEYFRAME"}]])
        if not LEGACY:
            for origin in ("77", "x", None):
                self.handled([["set", [layers, "Lage", frames, "5"], {"instance_of": origin or "5"}]])

    def test_groups(self):
        """Groups that stand in each other, or in none that there is."""
        if LEGACY:
            return
        outer = self.data.layer_groups.new("a")
        self.data.layer_groups.new("b", parent_group=outer)
        self.before = self.held()
        for parents in (("b", "a"), ("a", "a"), ("", "nichts"), ("", 7), ("b", "b")):
            tree = Keyed(zip("ab", ({"parent": parent} for parent in parents)))
            self.handled([["set", ["layer_tree"], tree]])
            self.handled([["set", ["layer_tree", "a", "parent"], parents[0]]])
        self.data.update_tag()
        bpy.context.view_layer.update()

    def handled(self, ops):
        """Carried out as far as it makes sense, refused, or told: Blender goes on, with the same layers and strokes."""
        try:
            self.handler.write_part(self.data, ops, {}, [], False, self.session)
        except ValueError:
            pass
        names = [layer.info if LEGACY else layer.name for layer in self.data.layers]
        self.assertEqual(names, ["Lage"])
        self.assertEqual([frame.frame_number for frame in self.data.layers[0].frames], [1])


if __name__ == "__main__":
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Hostile))
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
