"""What the tests of edits as parts share: a fresh file, a session of its own, and the check of one edit after the
other. Main thread of a Blender."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession, differences  # noqa: E402

from multi_user.core.values import Keyed, same  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402

ALL = frozenset(("ALL",))
TRANSFORM = frozenset(("TRANSFORM",))


def operations(old, new, path=()):
    """What turns one tree into the other: removes, then sets in the tree's order, then orders (bridge.md, ops)."""
    removes, sets, orders = [], [], []
    _differ(old, new, path, removes, sets, orders)
    return removes + sets + orders


def _differ(old, new, path, removes, sets, orders):
    for key in old:
        if key not in new:
            removes.append(["remove", [*path, key]])
    for key, value in new.items():
        if key in old and isinstance(value, dict) and type(old[key]) is type(value):
            _differ(old[key], value, (*path, key), removes, sets, orders)
        elif key not in old or not same(old[key], value):
            sets.append(["set", [*path, key], value])
    if isinstance(new, Keyed):
        merged = [key for key in old if key in new] + [key for key in new if key not in old]
        if merged != list(new):
            orders.append(["order", list(path), list(new)])


class PartsCase(unittest.TestCase):
    """An empty file with one more object, and what the tests do with a datablock's handler."""

    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.session = FakeSession()
        self.scene = bpy.context.scene
        self.helper = bpy.data.objects.new("helper", None)
        self.scene.collection.objects.link(self.helper)

    def read(self, datablock, hints=ALL):
        tree = registry.handler_for(datablock).read(datablock, self.session, hints).properties
        tree.pop("name", None)
        return tree

    def check(self, datablock, *edits, whole=()):
        """Each edit, carried out on a datablock, must reach its copy as a part; those in ``whole`` need not."""
        handler = registry.handler_for(datablock)
        before = self.read(datablock)
        kind = registry.type_of(datablock)
        copy = handler.create(kind, before | {"name": "copy"}, self.session)
        handler.write_whole(copy, before, {}, self.session)
        self.assertEqual(differences(before, self.read(copy)), [], "the copy before any edit")
        for number, edit in enumerate(edits):
            edit()
            after = self.read(datablock)
            ops = operations(before, after)
            self.assertTrue(ops, f"edit {number} changed nothing")
            try:
                handler.write_part(copy, ops, {}, [], False, self.session)
            except ValueError:
                self.assertIn(number, whole)
                handler.write_whole(copy, after, {}, self.session)
            self.assertEqual(differences(after, self.read(copy)), [], f"edit {number}: {ops}")
            paths = [tuple(op[1]) for op in ops if op[0] == "set"]
            for path, value in handler.read_paths(copy, self.session, paths):
                wanted = after
                for key in path:
                    wanted = wanted[key]
                self.assertEqual(differences(wanted, value), [], f"read back {path}")
            before = after
        self.assertEqual(self.session.problems, [])
        return copy

    def object(self, data=None):
        made = bpy.data.objects.new("thing", data)
        self.scene.collection.objects.link(made)
        return made


def run(name):
    """Runs the tests of the calling script and ends Blender: exit code 0 only if all passed."""
    result = unittest.main(argv=[name], exit=False).result
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
