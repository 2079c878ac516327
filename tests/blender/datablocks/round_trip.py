"""Unusual data, read in one Blender and made anew in a second, empty one: both must read the same.

Run: blender -b --factory-startup --python round_trip.py

A scene file can be opened before to try that instead; the second Blender is started from here, with ``check FILE``.
"""

import os
import pickle
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks import sample_rigs, sample_scenes  # noqa: E402
from datablocks.fake_session import (  # noqa: E402
    FakeSession,
    differences,
    empty_blender,
    read_all,
    write_all,
)

ARGUMENTS = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
TOLD = ("replicated", "bind it again")  # what a problem says that is no failure


class Built(unittest.TestCase):
    def test_round_trip(self):
        if not bpy.data.filepath:
            bpy.ops.wm.read_factory_settings(use_empty=True)
            sample_scenes.build()
            sample_rigs.build()
        session = FakeSession()
        nodes = read_all(session)
        again = {identity: (tree, arrays) for identity, _, tree, arrays in read_all(session)}
        for identity, kind, tree, _ in nodes:
            self.assertEqual(differences(tree, again[identity][0]), [], f"{kind} read twice")
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "nodes.pickle")
            with open(file, "wb") as out:
                pickle.dump(nodes, out)
            command = [
                bpy.app.binary_path,
                "-b",
                "--factory-startup",
                "--python-exit-code",
                "1",
                "--python",
                __file__,
            ]
            result = subprocess.run(
                [*command, "--", "check", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
        self.assertEqual(result.returncode, 0, result.stdout.decode("utf-8", "replace")[-6000:])


class Made(unittest.TestCase):
    def test_made_anew(self):
        with open(ARGUMENTS[1], "rb") as file:
            nodes = pickle.load(file)
        empty_blender()
        spare = bpy.data.scenes[0]
        spare.name = "spare"
        session = FakeSession()
        write_all(session, nodes)
        bpy.data.scenes.remove(spare)
        held = {identity: (tree, arrays) for identity, _, tree, arrays in read_all(session)}
        found = []
        for identity, kind, tree, arrays in nodes:
            label = f"{kind} {tree.get('name')}"
            if identity not in held:
                found.append(f"{label} is missing")
                continue
            found += [f"{label}{text}" for text in differences(tree, held[identity][0])]
            for name, array in arrays.items():
                other = held[identity][1].get(name)
                if other is None or array.tobytes() != other.tobytes():
                    found.append(f"{label}: buffer {name}")
        self.assertEqual(found, [])
        self.assertEqual([text for _, text in session.problems if not any(word in text for word in TOLD)], [])


if __name__ == "__main__":
    case = Made if ARGUMENTS[:1] == ["check"] else Built
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
