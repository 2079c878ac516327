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
from harness.member import ADMIN, Member, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
PICTURE = """
image = bpy.data.images.new('to be saved', 8, 8)
image.filepath_raw, image.file_format = args['path'], 'PNG'
image.save()
bpy.data.images.remove(image)
"""


class Sequencer(unittest.TestCase):
    """A and B take turns at editing."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-sequencer")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.folder = cls.place.path("media")
        os.makedirs(cls.folder)
        for name, seconds in (("töne.wav", 4), ("andere.wav", 2)):
            with wave.open(os.path.join(cls.folder, name), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes(b"\0\1" * 8000 * seconds)
        cls.a.run("import bpy" + PICTURE, path=os.path.join(cls.folder, "bild.png"))
        cls.a.run("import demo\ndemo.build()")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    def steps(self, steps: tuple[str, ...]):
        """Carries out one step after the other, every third one in B; both hold the same after each."""
        told = [self.troubles(member) for member in (self.a, self.b)]
        for number, step in enumerate(steps):
            author, other = (self.b, self.a) if number % 3 == 2 else (self.a, self.b)
            author.run(sequencer_edits.PREAMBLE + step + sequencer_edits.AFTERWARDS, folder=self.folder)
            try:
                wait_equal(author, other, self.place)
            except AssertionError as error:
                self.fail(
                    f"after step {number} in {author.name}: {step.strip()}\n{error}\n{messages(author.state())}"
                )
        self.assertEqual([self.troubles(member) for member in (self.a, self.b)], told)

    def troubles(self, member: Member) -> list[str]:
        """What the artist was told that could not be done."""
        return [text for _, text in member.state()["messages"] if "could not" in text]

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

    def test_zz_late_join(self):
        """One who joins late holds the same."""
        late = Member(self.place, "C", COMMAND)
        try:
            late.join(self.server.port)
            late.wait_phase("ONLINE")
            wait_equal(self.a, late, self.place)
        finally:
            late.process.stop()


if __name__ == "__main__":
    unittest.main()
