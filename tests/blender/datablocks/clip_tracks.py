"""Tracks of movie clips with unusual values are made anew as they were; what a peer made up is refused or told.

Run: blender -b --factory-startup --python clip_tracks.py
"""

import base64
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession, differences  # noqa: E402

from multi_user.datablocks import files, registry, tracks  # noqa: E402
from multi_user.datablocks.keyed import KEY_SEPARATOR  # noqa: E402

CAMERA = f"{KEY_SEPARATOR}2"
PATH = ["tracking", "objects", CAMERA, "tracks", "Ecke/1"]


class Tracks(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.film = os.path.join(self.folder.name, "film.bmp")
        with open(self.film, "wb") as file:
            file.write(files.PIXEL)
        self.clip = bpy.data.movieclips.load(self.film)
        self.build(self.clip.tracking)
        self.session = FakeSession()
        self.handler = registry.handler_for(self.clip)
        self.before = self.held()

    @staticmethod
    def build(tracking):
        track = tracking.tracks.new(name="Ecke/1", frame=3)
        track.weight, track.motion_model, track.use_red_channel = 0.25, "Affine", False
        track.offset, track.lock, track.use_custom_color, track.color = (0.1, -0.2), True, True, (1, 0.5, 0)
        marker = track.markers.insert_frame(0, co=(0.1, 1.2))
        marker.pattern_corners = ((-0.1, -0.2), (0.1, -0.15), (0.12, 0.2), (-0.1, 0.1))
        marker.search_min, marker.search_max = (-0.5, -0.6), (0.4, 0.3)
        marker.mute, marker.is_keyed = True, False
        track.markers.insert_frame(1_000_000, co=(-3, 4))
        thing = tracking.objects.new("Ding")
        thing.scale, thing.keyframe_a, thing.keyframe_b = 3, 4, 77
        thing.tracks.new(name="Ecke/1", frame=1)
        thing.tracks.new(name="zwei", frame=7).hide = True

    def held(self, clip=None):
        clip = clip or self.clip
        return self.handler.read(clip, self.session, frozenset(("ALL",))).properties["tracking"]

    def test_made_anew(self):
        tree = {**self.handler.read(self.clip, self.session).properties, "name": "zweiter"}
        copy = self.handler.create("MovieClip", tree, self.session)
        self.session.bind(copy, b"x" * 16)
        self.handler.write_whole(copy, tree, {}, self.session)
        self.assertEqual(differences(self.before, self.held(copy)), [])
        self.assertEqual(self.session.problems, [])
        self.assertFalse(self.handler.is_other_kind(copy, tree, self.session))

    def part(self, *ops):
        self.handler.write_part(self.clip, [list(op) for op in ops], {}, [], False, self.session)

    def test_markers(self):
        """They change, come and go; the last one cannot."""
        markers = self.clip.tracking.tracks[0].markers
        markers.delete_frame(3)
        markers.insert_frame(12, co=(0.5, 0.25)).mute = True
        after = self.held()["objects"][CAMERA]["tracks"]["Ecke/1"]["markers"]
        self.part(("set", [*PATH, "markers"], self.before["objects"][CAMERA]["tracks"]["Ecke/1"]["markers"]))
        self.assertEqual(self.held(), self.before)
        self.part(("set", [*PATH, "markers"], after))
        self.assertEqual([marker.frame for marker in markers], [0, 12, 1_000_000])
        self.assertEqual(self.session.problems, [])

    def test_objects_come_and_go(self):
        tree = self.before["objects"]["Ding"]
        self.part(("remove", ["tracking", "objects", "Ding"]))
        self.assertEqual(len(self.clip.tracking.objects), 1)
        self.part(("set", ["tracking", "objects", "Ding"], tree))
        self.assertEqual(self.held(), self.before)

    def test_a_track_goes(self):
        """Python cannot do that: the whole is asked for, and another clip takes the place."""
        with self.assertRaises(ValueError):
            self.part(("remove", PATH))
        self.assertEqual(self.held(), self.before)
        camera = {**self.before["objects"][CAMERA], "tracks": {}}
        tree = {"tracking": {**self.before, "objects": {**self.before["objects"], CAMERA: camera}}}
        self.assertTrue(self.handler.is_other_kind(self.clip, tree, self.session))

    def test_nothing_is_calculated(self):
        """As Blender's memory says, where it is looked for."""
        self.assertFalse(tracks.is_calculating(self.clip))

    def test_made_up(self):
        """Texts that are no markers, and trees of another form."""
        row = base64.b64decode(self.before["objects"][CAMERA]["tracks"]["Ecke/1"]["markers"])[:64]
        texts = [base64.b64encode(it).decode() for it in (b"", row[:63], row + b"a", row[:4])]
        for value in [*texts, "é", "a", "no text", 7, None, [1], {"a": 1}, True]:
            with self.subTest(value):
                self.session.problems.clear()
                self.part(("set", [*PATH, "markers"], value))
                self.assertTrue(self.session.problems)
                self.assertEqual(self.held(), self.before)
        for tracking in (
            None,
            7,
            [],
            {"objects": 3},
            {"objects": {CAMERA: 7}},
            {"objects": {CAMERA: {"tracks": 1}}},
        ):
            self.assertFalse(self.handler.is_other_kind(self.clip, {"tracking": tracking}, self.session))
        self.part(("set", ["tracking", "objects", f"{KEY_SEPARATOR}3"], {"scale": 2}))
        with self.assertRaises(ValueError):
            self.part(("remove", ["tracking", "objects", CAMERA]))
        self.assertEqual(self.held(), self.before)


if __name__ == "__main__":
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Tracks))
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
