"""Library overrides: what one holds is told and made again, and what peers may make up.

Run: blender -b --factory-startup --python overrides.py
"""

import os
import sys
import tempfile
import unittest
from uuid import uuid4

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession, empty_blender  # noqa: E402

from multi_user.core.values import Keyed, Ref  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402
from multi_user.datablocks.contract import Awaits  # noqa: E402

REFUSED = (TypeError, ValueError, AttributeError, KeyError)


class Overrides(unittest.TestCase):
    def setUp(self):
        for library in list(bpy.data.libraries):
            bpy.data.libraries.remove(library)
        empty_blender()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "library.blend")
        box = bpy.data.objects.new("Box", bpy.data.meshes.new("Box"))
        box.modifiers.new("First", "SUBSURF").levels = 1
        box.modifiers.new("Second", "BEVEL")
        bpy.data.libraries.write(self.path, {box})
        bpy.data.batch_remove([box, box.data])
        with bpy.data.libraries.load(self.path, link=True) as (_there, here):
            here.objects = ["Box"]
        self.linked = here.objects[0]
        self.session = FakeSession()

    def make(self, tree: dict):
        """A datablock as others tell of it."""
        handler = registry.handler_for_tree("Object", tree)
        made = handler.create("Object", tree, self.session)
        self.session.bind(made, uuid4().bytes)
        handler.write_whole(made, tree, {}, self.session)
        return made

    def own(self):
        """An override of this artist's, and its tree."""
        made = self.linked.override_create(remap_local_usages=False)
        made.location.x = 2
        made.modifiers["First"].levels = 3
        made.modifiers.new("Third", "MIRROR")
        return made, self.read(made)

    def read(self, made) -> dict:
        return registry.handler_for(made).read(made, self.session).properties

    def test_again(self):
        """What is overridden is told, and nothing else; another one made of it is the same."""
        own, tree = self.own()
        told = {path for path in tree["values"] if "is_active" not in path}
        self.assertEqual(told, {"location", 'modifiers["First"].levels', "modifiers"})
        made = self.make({**tree, "name": "Other"})
        self.assertEqual((made.name, made.override_library.reference), ("Other", self.linked))
        self.assertEqual(self.read(made)["values"], tree["values"])
        self.assertEqual(list(made.modifiers.keys()), ["First", "Second", "Third"])
        self.assertEqual(self.session.problems, [])

    def test_less(self):
        """What is overridden no more is as in the library again."""
        made, tree = self.own()
        del tree["values"]["location"]
        del tree["values"]["modifiers"]
        registry.handler_for(made).write_whole(made, tree, {}, self.session)
        self.assertEqual((made.location.x, list(made.modifiers.keys())), (0, ["First", "Second"]))
        self.assertEqual(made.modifiers["First"].levels, 3)
        self.assertEqual(self.read(made)["values"], tree["values"])

    def test_set_to_the_same(self):
        """What is set to the library's own value stays overridden."""
        made, tree = self.own()
        tree["values"]["scale"] = {"value": (1.0, 1.0, 1.0)}
        registry.handler_for(made).write_whole(made, tree, {}, self.session)
        self.assertIn("scale", [it.rna_path for it in made.override_library.properties])

    def test_no_file(self):
        """Without the library's file an override waits for it."""
        _own, tree = self.own()
        os.remove(self.path)
        with self.assertRaises(Awaits):
            self.make(tree)

    def test_made_up_making(self):
        """Nothing is made of what is none."""
        mesh, ref = bpy.data.meshes.new("Local"), Ref(self.session.id_of(self.linked))
        before = len(bpy.data.objects)
        for told in (
            {},
            {"reference": 5},
            {"reference": Ref(self.session.id_of(mesh))},
            {"reference": Ref(uuid4().bytes)},
            {"reference": ref, "root": Ref(uuid4().bytes)},
            {"reference": ref, "members": {"no hex": ref}},
        ):
            with self.subTest(str(told)), self.assertRaises(REFUSED):
                self.make({"name": "x", "override": told, "values": {}})
        self.assertLessEqual(len(bpy.data.objects), before + 2)

    def test_made_up_values(self):
        """What is no place of the datablock is told or refused, and nothing of it comes to be."""
        made, tree = self.own()
        handler = registry.handler_for(made)
        for path in (
            "name.x",
            "no_such",
            "[",
            '["',
            "data.name",
            "parent",
            "x" * 5000,
            "a\0b",
            "override_library.reference",
        ):
            for entry in (
                {},
                {"value": 5},
                {"items": {}},
                {"items": {"a": 5}},
                {"items": Keyed(a={"item": 5})},
                5,
            ):
                with self.subTest(f"{path:.20} {entry}"):
                    values = {**tree["values"], path: entry}
                    try:
                        handler.write_whole(made, {**tree, "values": values}, {}, self.session)
                    except REFUSED:
                        pass
                    paths = [it.rna_path for it in made.override_library.properties]
                    self.assertNotIn("data.name", paths)
                    self.assertNotIn(path if path != "parent" else None, paths)
        for op in (
            ["set", ["values"], 5],
            ["set", ["values", "location"], 5],
            ["set", ["values", "a", "b", "c"], 5],
            ["set", ["override"], 5],
            ["remove", ["override"]],
            ["order", ["values"], ["x"]],
            ["remove", ["nothing", "at"]],
        ):
            with self.subTest(str(op)):
                try:
                    handler.write_part(made, [op], {}, [], False, self.session)
                except REFUSED:
                    pass
        handler.write_whole(made, tree, {}, self.session)
        self.assertEqual(self.read(made)["values"], tree["values"])


if __name__ == "__main__":
    outcome = unittest.main(argv=["overrides"], exit=False, verbosity=1).result
    sys.stdout.flush()
    os._exit(0 if outcome.wasSuccessful() else 1)
