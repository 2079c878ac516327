"""Weights taken from memory are those that Blender tells vertex by vertex.

Run: blender -b --factory-startup --python weights.py
"""

import os
import random
import sys
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402

from multi_user.datablocks import dna, weights  # noqa: E402

COUNT = 5000


class Weights(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.mesh = bpy.data.meshes.new("weighed")
        self.mesh.vertices.add(COUNT)
        self.thing = bpy.data.objects.new("weighed", self.mesh)
        bpy.context.scene.collection.objects.link(self.thing)
        self.random = random.Random(7)

    def equal(self) -> int:
        """The rows, taken from memory and asked for."""
        self.assertTrue(weights._as_described(), "this Blender keeps weights where they were not looked for")
        rows = weights.read_weights(self.mesh)
        self.assertTrue(numpy.array_equal(rows, weights._asked(self.mesh)))
        self.assertEqual(weights.count_weights(self.mesh), len(rows))
        return len(rows)

    def paint(self, group, share: float):
        chosen = self.random.sample(range(COUNT), int(COUNT * share))
        for vertex in chosen:
            group.add((vertex,), self.random.random(), "REPLACE")

    def test_none(self):
        self.assertEqual(self.equal(), 0)
        self.thing.vertex_groups.new(name="empty")
        self.assertEqual(self.equal(), 0)

    def test_one_each(self):
        self.thing.vertex_groups.new(name="all").add(range(COUNT), 0.25, "REPLACE")
        self.assertEqual(self.equal(), COUNT)

    def test_many(self):
        groups = [self.thing.vertex_groups.new(name=str(index)) for index in range(6)]
        for group in groups:
            self.paint(group, 0.4)
        self.assertEqual(self.equal(), int(COUNT * 0.4) * 6)
        groups[2].remove(range(COUNT // 2))
        self.equal()
        self.thing.vertex_groups.remove(groups[0])
        self.equal()
        self.thing.vertex_groups.clear()
        self.assertEqual(self.equal(), 0)

    def test_after_other_layers_and_a_copy(self):
        self.mesh.attributes.new("value", "FLOAT", "POINT")
        self.paint(self.thing.vertex_groups.new(name="some"), 0.5)
        self.mesh.attributes.new("other", "FLOAT_VECTOR", "POINT")
        rows = self.equal()
        self.mesh = self.mesh.copy()  # which shares its weights until one of the two is written to
        self.assertEqual(self.equal(), rows)
        self.assertEqual(self.equal(), rows)

    def test_bit_by_bit(self):
        """As big meshes are read, between whose steps Blender goes on: what changes meanwhile is an error."""
        self.paint(self.thing.vertex_groups.new(name="some"), 0.5)
        count = self.equal()
        with mock.patch.object(weights, "_VERTICES_AT_A_TIME", 64):
            flat = numpy.zeros(count * 3, "i4")
            self.assertEqual(sum(1 for _ in weights.weights_in_steps(self.mesh, flat)), -(-COUNT // 64))
            self.assertTrue(numpy.array_equal(flat.reshape(-1, 3), weights._asked(self.mesh)))
            for change in (
                lambda: self.thing.vertex_groups[0].add(range(COUNT), 1.0, "REPLACE"),
                lambda: self.thing.vertex_groups[0].remove(range(COUNT)),
                lambda: self.mesh.clear_geometry(),
            ):
                steps = weights.weights_in_steps(self.mesh, flat)
                next(steps)
                change()
                with self.assertRaises(ValueError):
                    list(steps)

    def test_no_description(self):
        """What is no description of structs, or a broken one, is an error and never a wrong answer."""
        with self.assertRaises(ValueError):
            dna.parse(b"not a file of Blender", frozenset(("Mesh",)))
        with self.assertRaises(ValueError):
            dna.parse(b"SDNANAME\x01\0\0\0x\0\0\0TIPE", frozenset(("Mesh",)))


if __name__ == "__main__":
    unittest.main(argv=[__file__, "-v"])
