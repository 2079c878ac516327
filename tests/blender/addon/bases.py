"""Objects that a view layer forgot in undo.

Run: blender -b --factory-startup --python bases.py"""

import os
import sys
import unittest
from types import SimpleNamespace
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from common import run  # noqa: E402

from multi_user.apply import bases  # noqa: E402


def _made(name: str, collection) -> bpy.types.Object:
    thing = bpy.data.objects.new(name, None)
    collection.objects.link(thing)
    return thing


class BasesTest(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        self.scene = bpy.context.scene
        self.layer = bpy.context.window_manager.windows[0].view_layer
        self.outer, self.inner, self.left_out = (
            bpy.data.collections.new(it) for it in ("Outer", "Inner", "Out")
        )
        self.scene.collection.children.link(self.outer)
        self.outer.children.link(self.inner)
        self.scene.collection.children.link(self.left_out)
        self.layer.layer_collection.children["Out"].exclude = True
        self.things = [
            _made("Top", self.scene.collection),
            _made("Deep", self.inner),
            _made("Both", self.outer),
        ]
        self.inner.objects.link(self.things[2])
        _made("Absent", self.left_out)
        self.layer.update()

    def test_what_is_hidden_or_left_out_is_not_forgotten(self):
        self.things[0].hide_viewport = True
        self.things[1].hide_set(True)
        self.layer.layer_collection.children["Outer"].hide_viewport = True
        self.layer.update()
        self.assertEqual(bases.show_forgotten(), [])

    def test_finds_what_a_layer_lacks(self):
        """Such a layer only comes of Blender's undo: it is made up here."""
        lacking = SimpleNamespace(
            layer_collection=self.layer.layer_collection, objects=[self.things[0], self.things[2]]
        )
        self.assertEqual(bases._missing(lacking), {self.things[1]})

    def test_looking_again_leaves_nothing_behind(self):
        collections, layers = list(bpy.data.collections), self.layer.layer_collection.children.keys()
        with mock.patch.object(bases, "_missing", return_value={self.things[1]}):
            self.assertEqual(bases.show_forgotten(), ["Deep"])
        self.assertEqual(list(bpy.data.collections), collections)
        self.assertEqual(self.layer.layer_collection.children.keys(), layers)
        self.assertTrue(self.layer.layer_collection.children["Out"].exclude)


run(BasesTest)
