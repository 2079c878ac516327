"""Images in which several files are packed (tiles, two views): parts of them, and what peers may make up.

Run: blender -b --factory-startup --python packed_images.py
"""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
MESH = os.path.join(HERE, "..", "mesh")
sys.path[:0] = [HERE, os.path.dirname(HERE), MESH, os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
import numpy  # noqa: E402
import sample_images  # noqa: E402
from datablocks.fake_session import FakeSession, empty_blender  # noqa: E402

from multi_user.datablocks import packed_images, registry  # noqa: E402

ALL = frozenset(("ALL",))
ONE, OTHER = "packed 0 1001", "packed 0 1002"


class PackedImages(unittest.TestCase):
    def setUp(self):
        empty_blender()
        self.session = FakeSession()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        sample_images.of_files(self.folder.name, ["black.png", "green.png"])

    def bytes(self, name):
        with open(os.path.join(self.folder.name, name), "rb") as file:
            return numpy.frombuffer(file.read(), "u1").reshape(-1, 1)

    def copy_of(self, image):
        """Made from what is read of the image."""
        handler = registry.handler_for(image)
        reading = handler.read(image, self.session, ALL)
        buffers = {}
        for source in reading.buffers:
            buffers[source.name] = numpy.empty((source.rows, source.columns), source.dtype)
            source.fill(buffers[source.name].reshape(-1))
        tree = reading.properties | {"name": "copy"}
        copy = handler.create("Image", tree, self.session)
        handler.write_whole(copy, tree, buffers, self.session)
        self.assertEqual(packed_images.held(copy), packed_images.held(image))
        self.assertEqual(copy.pixels[:], image.pixels[:])
        self.assertEqual(copy.filepath_raw, image.filepath_raw)
        self.assertEqual(self.session.problems, [])
        return copy

    def part(self, image, buffers, gone=(), ops=()):
        registry.handler_for(image).write_part(image, list(ops), buffers, list(gone), False, self.session)

    def test_a_tile_changes_and_one_goes(self):
        copy = self.copy_of(sample_images.packed_tiles(self.folder.name))
        before = packed_images.held(copy)
        fresh = self.bytes("green.png")
        self.part(copy, {OTHER: fresh})
        self.assertEqual(packed_images.held(copy), before | {(0, 1002): fresh.tobytes()})
        places = [file.filepath for file in copy.packed_files]
        self.assertEqual(places[:2], ["//nowhere/skin.1001.png", "//nowhere/skin.1002.png"])
        self.part(copy, {}, ["packed 0 1011"])
        self.assertEqual(list(packed_images.held(copy)), [(0, 1001), (0, 1002)])
        self.part(copy, {}, [ONE, OTHER])
        self.assertEqual(len(copy.packed_files), 0)

    def test_views(self):
        for image in (sample_images.packed_views(self.folder.name), sample_images.made_stereo()):
            copy = self.copy_of(image)
            self.assertTrue(copy.is_multiview)
            self.assertEqual(copy.use_multiview, image.use_multiview)
            fresh = self.bytes("green.png")
            self.part(copy, {"packed 1 1001": fresh})
            self.assertEqual(packed_images.held(copy)[(1, 1001)], fresh.tobytes())
            self.assertEqual(packed_images.held(copy)[(0, 1001)], packed_images.held(image)[(0, 1001)])
            copy.reload()
            self.assertTrue(copy.is_multiview)
        self.assertNotIn("multi_user_temporary", bpy.data.scenes)
        self.assertNotIn("multi_user_temporary", bpy.data.images)

    def test_one_file_and_several(self):
        copy = self.copy_of(sample_images.packed_views(self.folder.name))
        fresh = self.bytes("green.png")
        self.part(copy, {"packed": fresh}, [ONE, "packed 1 1001"], [["set", ["use_multiview"], False]])
        self.assertEqual(packed_images.held(copy), {(0, 1001): fresh.tobytes()})
        other = self.bytes("black.png")
        ops = [["set", ["use_multiview"], True]]
        self.part(copy, {ONE: fresh, "packed 1 1001": other}, ["packed"], ops)
        self.assertEqual(packed_images.held(copy), {(0, 1001): fresh.tobytes(), (1, 1001): other.tobytes()})

    def test_made_up(self):
        copy = self.copy_of(sample_images.packed_tiles(self.folder.name))
        held = packed_images.held(copy)
        png = self.bytes("green.png")
        for name in ("packed 0 1500", "packed 1 1001", "packed 2 1001", "packed 0 ../x", "packed 0 999"):
            with self.assertRaises(ValueError, msg=name):
                self.part(copy, {name: png})
            self.assertEqual(packed_images.held(copy), held, name)
        for array in (numpy.zeros((3, 2), "u1"), numpy.zeros((3, 1), "f4")):
            with self.assertRaises(ValueError):
                self.part(copy, {ONE: array})
        single = bpy.data.images.new("single", 1, 1)
        with self.assertRaises(ValueError):
            self.part(single, {"packed 1 1001": png})
        self.part(copy, {ONE: numpy.zeros((3, 1), "u1")})  # no picture: packed all the same, as one file is
        self.assertEqual(packed_images.held(copy)[(0, 1001)], bytes(3))

    def test_a_path_is_not_read(self):
        """Others say where a packed file came from: what this artist has there is not packed instead."""
        for image in (
            sample_images.packed_tiles(self.folder.name),
            sample_images.packed_views(self.folder.name),
        ):
            names = ("own.1001.png", "own.1002.png", "own.1011.png", "own_L.png", "own_R.png")
            sample_images.of_files(self.folder.name, names[::-1])
            name = "own.<UDIM>.png" if image.source == "TILED" else "own_L.png"
            image.filepath_raw = os.path.join(self.folder.name, name)
            copy = self.copy_of(image)
            self.part(copy, {}, [], [["set", ["filepath_raw"], "//elsewhere/" + name]])
            self.assertEqual(packed_images.held(copy), packed_images.held(image))


if __name__ == "__main__":
    result = unittest.main(argv=["packed_images"], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
