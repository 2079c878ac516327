"""What others send of hair curves and point clouds is checked before Blender gets it: nothing is half written.

Run: blender -b --factory-startup --python hostile_geometry.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
from datablocks.fake_session import FakeSession, differences  # noqa: E402
from datablocks.releases import since  # noqa: E402

from multi_user.datablocks import hair, point_clouds, registry  # noqa: E402
from multi_user.datablocks.geometry import LARGEST_COUNT, POSITION  # noqa: E402


def column(values, dtype="i4"):
    return numpy.array(values, dtype).reshape(-1, 1)


def places(count):
    return numpy.zeros((count, 3), "f4")


class Case(unittest.TestCase):
    """A datablock, and what must be refused without a change of it."""

    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.session = FakeSession()

    def held(self):
        reading = self.handler.read(self.data, self.session)
        arrays = {}
        for source in reading.buffers:
            flat = numpy.zeros(source.rows * source.columns, source.dtype)
            source.fill(flat)
            arrays[source.name] = flat.reshape(source.rows, source.columns)
        return reading.properties, arrays

    def refused(self, buffers):
        tree, arrays = self.held()
        for write in (
            lambda: self.handler.write_whole(self.data, tree, buffers, self.session),
            lambda: self.handler.write_part(self.data, [], buffers, [], True, self.session),
        ):
            self.assertRaises(ValueError, write)
        now, held = self.held()
        self.assertEqual(differences(tree, now), [])
        self.assertEqual(
            {name: it.tobytes() for name, it in held.items()}, {n: it.tobytes() for n, it in arrays.items()}
        )


@since(4, 3)
class Curves(Case):
    def setUp(self):
        super().setUp()
        self.data = bpy.data.hair_curves.new("hair")
        self.data.add_curves([2, 3])
        self.handler = registry.handler_for(self.data)

    def test_numbers_that_make_no_sense(self):
        for sizes, points in (
            ([0, 5], 5),
            ([-1, 6], 5),
            ([2, 3], 4),
            ([LARGEST_COUNT, 1], 1),
            ([2**31 - 1] * 4, 4),
        ):
            self.refused({hair.SIZES: column(sizes), POSITION: places(points)})

    def test_arrays_of_another_form(self):
        self.refused({hair.SIZES: column([2, 3], "i8"), POSITION: places(5)})
        self.refused({hair.SIZES: numpy.array([[2, 3]], "i4"), POSITION: places(5)})
        self.refused({hair.SIZES: column([2, 3])})
        self.refused({POSITION: places(5)})
        good = {hair.SIZES: column([2, 3]), POSITION: places(5)}
        self.refused({**good, "attr.POINT.FLOAT.radius": column([1] * 4, "f4")})
        self.refused({**good, "attr.EDGE.FLOAT.radius": column([1] * 5, "f4")})
        self.refused({**good, "attr.POINT.FLOAT.radius": column([1] * 5, "f8")})
        self.refused({**good, "attr.POINT.NOTHING.radius": column([1] * 5, "f4")})
        self.refused({**good, "elsewhere": column([1] * 5, "f4")})

    def test_values_that_blender_takes_for_granted(self):
        good = {hair.SIZES: column([2, 3]), POSITION: places(5)}
        for name, values in (
            (hair.KINDS, [4, 0]),
            (hair.KINDS, [-1, 0]),
            ("attr.CURVE.INT8.nurbs_order", [0, 4]),
            ("attr.CURVE.INT8.knots_mode", [4, 0]),
            ("attr.POINT.INT8.handle_type_left", [0, 0, 9, 0, 0]),
        ):
            self.refused({**good, name: column(values, "i1")})
        self.refused({**good, "attr.CURVE.INT.resolution": column([-5, 1])})

    def test_kinds_change_with_the_whole_alone(self):
        self.data.attributes.new("curve_type", "INT8", "CURVE")
        kinds = {hair.KINDS: column([2, 2], "i1")}
        self.assertRaises(
            ValueError, lambda: self.handler.write_part(self.data, [], kinds, [], False, self.session)
        )

    def test_kinds_are_counted(self):
        """Blender's summary of the kinds is brought up to date, or it crashes as soon as it looks at the curves."""
        tree, arrays = self.held()
        tree["attributes"]["curve_type"] = {"domain": "CURVE", "data_type": "INT8"}
        buffers = {**arrays, hair.KINDS: column([3, 2], "i1")}
        self.handler.write_whole(self.data, tree, buffers, self.session)
        bpy.context.scene.collection.objects.link(bpy.data.objects.new("hair", self.data))
        bpy.context.view_layer.update()
        self.assertEqual([it.value for it in self.data.attributes["curve_type"].data], [3, 2])


@since(5, 0)
class Points(Case):
    def setUp(self):
        super().setUp()
        self.data = bpy.data.pointclouds.new("points")
        self.data.resize(3)
        self.handler = registry.handler_for(self.data)

    def test_numbers_that_make_no_sense(self):
        for count, points in ((-1, 3), (LARGEST_COUNT + 1, 3), (4, 3)):
            self.refused({point_clouds.COUNT: column([count]), POSITION: places(points)})
        self.refused({point_clouds.COUNT: column([3, 3]), POSITION: places(3)})
        self.refused({point_clouds.COUNT: column([3]), POSITION: numpy.zeros((3, 2), "f4")})


if __name__ == "__main__":
    result = unittest.main(argv=["hostile_geometry"], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
