"""Files, the video sequence and the compositor, edited as artists do: B holds what A holds after each step, and so does
one who joins late.

The tests share the Blenders and run in the order of their names.
"""

from __future__ import annotations

import os
import sys
import unittest
import wave

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.dirname(os.path.abspath(__file__))]

import sequencer_edits  # noqa: E402
from harness import turns  # noqa: E402
from harness.member import Member, wait_settled  # noqa: E402

PICTURE = """
image = bpy.data.images.new('to be saved', 8, 8)
image.filepath_raw, image.file_format = args['path'], 'PNG'
image.save()
bpy.data.images.remove(image)
"""


class Sequencer(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = sequencer_edits.PREAMBLE, sequencer_edits.AFTERWARDS

    @classmethod
    def prepare(cls):
        cls.folder = cls.place.path("media")
        os.makedirs(cls.folder)
        for name, seconds in (("töne.wav", 4), ("andere.wav", 2)):
            with wave.open(os.path.join(cls.folder, name), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes(b"\0\1" * 8000 * seconds)
        cls.a.run("import bpy" + PICTURE, path=os.path.join(cls.folder, "bild.png"))
        super().prepare()

    def edit(self, member: Member, code: str, **options):
        return super().edit(member, code, folder=self.folder, **options)

    def test_a_files(self):
        self.steps(sequencer_edits.FILES)

    def test_b_missing_file(self):
        """A datablock whose file is not there has its settings, and the artist is told, once."""
        self.a.run("s = bpy.data.sounds.load('/missing/other.wav'); s.use_mono = s.use_fake_user = True")
        self.b.until("any(s.filepath == '/missing/other.wav' and s.use_mono for s in bpy.data.sounds)")
        wait_settled([self.a, self.b])
        told = [text for _, text in self.b.state()["messages"] if "/missing/other.wav" in text]
        self.assertEqual(len(told), 1, told)

    def test_c_strips(self):
        self.steps(sequencer_edits.STRIPS)

    def test_d_places(self):
        self.steps(sequencer_edits.PLACES)

    def test_e_effects(self):
        self.steps(sequencer_edits.EFFECTS)

    def test_f_metas(self):
        self.steps(sequencer_edits.METAS)

    def test_g_keys(self):
        self.steps(sequencer_edits.KEYS)

    def test_h_compositor(self):
        self.steps(sequencer_edits.COMPOSITOR)


if __name__ == "__main__":
    unittest.main()
