"""Unusual data, made here and made anew from its readings in an empty Blender of its own: equal bit for bit.

Run: blender -b --factory-startup --python new_process.py
"""

import os
import subprocess
import sys
import tempfile
import unittest

import bpy

HERE = os.path.dirname(os.path.abspath(__file__))


class NewProcess(unittest.TestCase):
    def round_trip(self, sample):
        """``build`` in one fresh Blender, ``check`` in another (see round_trip.py)."""
        with tempfile.TemporaryDirectory() as folder:
            for mode in ("build", "check"):
                parts = [
                    bpy.app.binary_path,
                    "-b",
                    "--factory-startup",
                    "--python-exit-code",
                    "4",
                    "--python",
                ]
                parts += [
                    os.path.join(HERE, "round_trip.py"),
                    "--",
                    mode,
                    os.path.join(folder, "readings"),
                    sample,
                ]
                ran = subprocess.run(parts, capture_output=True, text=True, errors="replace", timeout=300)
                self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        wrong = "\n".join(line for line in ran.stdout.splitlines() if line.startswith("FAILED"))
        self.assertIn("ROUND TRIP ok", ran.stdout, wrong)

    def test_meshes(self):
        self.round_trip("sample_meshes")

    def test_shape_keys(self):
        self.round_trip("sample_shapes")

    def test_actions_drivers_and_nla(self):
        self.round_trip("sample_actions")

    def test_images(self):
        self.round_trip("sample_images")


if __name__ == "__main__":
    result = unittest.main(argv=["new_process"], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
