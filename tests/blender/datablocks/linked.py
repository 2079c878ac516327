"""Empty datablocks in place of linked ones: of every type that can be linked; and what peers may make up of libraries.

Run: blender -b --factory-startup --python linked.py
"""

import gc
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession, empty_blender  # noqa: E402

from multi_user.core.file_book import FileBook  # noqa: E402
from multi_user.core.trust import Trust  # noqa: E402
from multi_user.core.values import FileRef, Ref  # noqa: E402
from multi_user.datablocks import libraries, registry, trusting  # noqa: E402

MISSING = "/missing/library.blend"
CANNOT = ("scenes", "cache_files", "fonts", "libraries", "shape_keys")


class Linked(unittest.TestCase):
    def setUp(self):
        for library in list(bpy.data.libraries):
            bpy.data.libraries.remove(library)
        empty_blender()
        self.session = FakeSession()
        self.library = self.make("Library", {"filepath": MISSING, "loaded": 0})

    def make(self, type_name: str, tree: dict):
        handler = registry.handler_for_type(type_name)
        made = handler.create(type_name, tree, self.session)
        handler.write_whole(made, tree, {}, self.session)
        return made

    def link(self, collection: str, name: str, **more):
        ref = Ref(self.session.id_of(self.library))
        return self.make("Linked", {"library": ref, "collection": collection, "datablock": name, **more})

    def counts(self) -> dict[str, int]:
        return {
            name: sum(it.library is None for it in getattr(bpy.data, name)) for name in self.collections()
        }

    @staticmethod
    def collections() -> list[str]:
        return [name for name, _ in registry.collections()]

    def test_every_type(self):
        """An empty one of each type is there under its name, while nothing of this file changed."""
        for collection, types in registry.collections():
            for kind in types if collection not in CANNOT else ():
                if kind == "Light":  # none is just that
                    continue
                with self.subTest(kind):
                    before = self.counts()
                    made = self.link(collection, f"of {kind}", kind=kind)
                    self.assertEqual((made.name, made.library), (f"of {kind}", self.library))
                    self.assertEqual(registry.collection_of(made), collection)
                    if collection in ("curves", "lights", "node_groups"):
                        self.assertEqual(made.bl_rna.identifier, kind)
                    if collection != "curves":  # a text object brings the font that every Blender has
                        self.assertEqual(self.counts(), before)
        self.assertEqual(self.library.filepath, MISSING)
        gc.collect()

    def test_kinds_of_objects(self):
        for kind in ("EMPTY", "MESH", "ARMATURE", "LIGHT", "FONT"):
            self.assertEqual(self.link("objects", kind, kind="Object", type=kind).type, kind)

    def test_equal_names(self):
        """What is linked has the names of things in this file, which keep theirs."""
        own, mesh = bpy.data.objects.new("Same", None), bpy.data.meshes.new("Same")
        for collection in ("objects", "meshes"):
            made = self.link(collection, "Same", kind="", type="MESH")
            self.assertEqual((made.name, made.library), ("Same", self.library))
        self.assertEqual((own.name, mesh.name), ("Same", "Same"))

    def test_made_up(self):
        """Nothing that a peer makes up is linked, and nothing is left of the attempt."""
        before = self.counts()
        refused = (TypeError, ValueError, AttributeError, KeyError)
        for collection, name, more in (
            ("__class__", "x", {}),
            ("libraries", "x", {}),
            (["objects"], "x", {}),
            ("objects", "", {}),
            ("objects", 5, {}),
            ("objects", "x" * 2000, {}),
            ("objects", "x", {"type": ["MESH"]}),
            ("scenes", "x", {}),
            ("node_groups", "x", {"kind": "ShaderNodeTree", "sockets": {"a": 5, "items_tree": {"b": 5}}}),
        ):
            with self.subTest(f"{collection}, {name:.9}" if isinstance(name, str) else str(name)):
                with self.assertRaises(refused):
                    self.link(collection, name, **more)
                self.assertEqual(self.counts(), before)
        for path in (None, 5, "", "a\0b", "x" * 2000):
            with self.subTest(str(path)[:9]), self.assertRaises(ValueError):
                self.make("Library", {"filepath": path})
            with self.subTest(str(path)[:9]), self.assertRaises(ValueError):
                registry.handler_for(self.library).write_part(
                    self.library, [["set", ["filepath"], path]], {}, [], False, self.session
                )

    def test_what_is_no_library(self):
        """Only the path is taken of what is called otherwise than a library, whatever it is said to hold."""
        self.session.files = FileBook("/no/cache")
        told = ["/x/key.pem", ["/x/key.pem", FileRef(b"k" * 32)]]
        self.library = self.make("Library", {"filepath": told, "disk": ["no text"]})
        self.assertEqual(libraries.place_of(self.library), "/x/key.pem")
        self.assertFalse(self.session.files.busy)

    def test_untrusted(self):
        """What others name is not read, in no file that is saved meanwhile either, until the session is trusted."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "real.blend")
            mesh = bpy.data.meshes.new("Real")
            mesh.from_pydata([(0, 0, 0)], [], [])
            bpy.data.libraries.write(path, {mesh})
            bpy.data.meshes.remove(mesh)
            self.session.trust = Trust()
            self.library = self.make("Library", {"filepath": path})
            made = self.link("meshes", "Real", kind="Mesh")
            self.assertEqual(len(made.vertices), 0)
            self.assertFalse(os.path.exists(self.library.filepath))
            self.assertEqual(libraries.place_of(self.library), path)
            self.assertEqual([it.code for it in trusting.held_here()], [path])
            trusting.let_all_go(Trust(trusted=True))
            self.assertEqual(self.library.filepath, path)
            self.assertEqual(len(bpy.data.meshes["Real", path].vertices), 1)

    def test_own(self):
        """A library of this artist's is theirs, whoever names it."""
        self.session.trust = Trust()
        self.session.trust.live(MISSING)
        registry.handler_for(self.library).write_whole(self.library, {"filepath": MISSING}, {}, self.session)
        self.assertEqual((self.library.filepath, libraries.held_libraries()), (MISSING, []))


if __name__ == "__main__":
    outcome = unittest.main(argv=["linked"], exit=False, verbosity=1).result
    sys.stdout.flush()
    os._exit(0 if outcome.wasSuccessful() else 1)
