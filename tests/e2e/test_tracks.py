"""Tracks of movie clips, edited by turns: B holds what A holds after each step, and so does one who joins late.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness import turns  # noqa: E402

PICTURE = """
picture = bpy.data.images.new('temporary', 64, 32)
picture.filepath_raw, picture.file_format = args['path'], 'PNG'
picture.save()
bpy.ops.wm.read_homefile(use_empty=True)
"""
PREAMBLE = """
import bpy
clip = bpy.data.movieclips[0] if len(bpy.data.movieclips) else None
tracking = clip.tracking if clip else None

def use(name, *path):
    # Operators of tracks work in a clip editor: the view is one meanwhile.
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
    area.type = 'CLIP_EDITOR'
    area.spaces.active.clip = clip
    region = next(region for region in area.regions if region.type == 'WINDOW')
    with bpy.context.temp_override(window=window, area=area, region=region):
        getattr(bpy.ops.clip, name)()
    area.type = 'VIEW_3D'

"""
STEPS = (
    "tracking.tracks.new(name='Ecke', frame=1).markers[0].co = (0.25, 0.75)",
    "tracking.tracks['Ecke'].markers.insert_frame(5, co=(0.3, 0.7)).is_keyed = False",
    "tracking.tracks.new(name='Zweite', frame=2).weight = 0.5",
    "m = tracking.tracks['Ecke'].markers[0]; m.search_min, m.search_max = (-0.5, -0.4), (0.6, 0.3)",
    "tracking.tracks['Zweite'].markers[0].mute = True; tracking.tracks['Zweite'].lock = True",
    "t = tracking.tracks['Ecke']; t.motion_model, t.use_custom_color, t.color = 'Perspective', True, (1, 0, 0)",
    "o = tracking.objects.new('Ding'); o.scale = 2; o.tracks.new(name='Ecke', frame=3)",
    "tracking.objects['Ding'].tracks['Ecke'].markers.insert_frame(9, co=(0.1, 0.1))",
    "tracking.tracks['Ecke'].markers.delete_frame(1)",
    "tracking.stabilization.use_2d_stabilization = True; tracking.camera.sensor_width = 24",
    "tracking.tracks['Zweite'].name = 'Andere'",
    "tracking.objects.remove(tracking.objects['Ding'])",
)
DELETE = """
for track in tracking.tracks:
    track.select = track.name == 'Ecke'
use('delete_track')
"""


class Tracks(turns.Turns):
    """A and B take turns at editing."""

    preamble = PREAMBLE

    @classmethod
    def prepare(cls):
        cls.film = cls.place.path("film.png")
        cls.a.run(PICTURE, path=cls.film)

    def test_1_clip(self):
        self.steps(
            ("made = bpy.data.movieclips.load(args['film']); made.use_fake_user = True",), film=self.film
        )

    def test_2_tracks(self):
        self.steps(STEPS)

    def test_3_a_track_is_deleted(self):
        """The other's clip is exchanged for one without the track; whoever uses it uses that one then."""
        use = "bpy.context.scene.active_clip = clip"
        self.steps((use, DELETE, "tracking.tracks.new(name='Ecke', frame=4)"))
        for member in (self.a, self.b):
            self.assertEqual(member.value("[it.name for it in bpy.data.movieclips]"), ["film.png"])
            self.assertTrue(member.value("bpy.context.scene.active_clip == bpy.data.movieclips[0]"))


if __name__ == "__main__":
    unittest.main()
