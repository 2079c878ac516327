"""What holds Python of others cannot be forged, and lets nothing go that was not trusted.

Run: blender -b --factory-startup --python held.py
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import bpy  # noqa: E402
from datablocks.fake_session import FakeSession, empty_blender  # noqa: E402

from multi_user.core.trust import Trust  # noqa: E402
from multi_user.core.values import Keyed  # noqa: E402
from multi_user.datablocks import held_drivers, registry, trusting  # noqa: E402

DRIVER = ["animation_data", "drivers", "location[0]", "driver"]
CODE = "__import__('os').getpid()"
ALL = frozenset(("ALL",))


class Held(unittest.TestCase):
    def setUp(self):
        empty_blender()
        self.session = FakeSession()
        self.session.trust = Trust()
        self.thing = bpy.data.objects.new("Driven", None)
        self.curve = self.thing.driver_add("location", 0)
        self.driver.expression = "frame"

    @property
    def driver(self):
        return self.curve.driver

    def set(self, *path_and_value):
        *path, value = path_and_value
        registry.handler_for(self.thing).write_part(
            self.thing, [["set", [*DRIVER, *path], value]], {}, [], False, self.session
        )

    def tree(self):
        handler = registry.handler_for(self.thing)
        tree = handler.read(self.thing, self.session, ALL).properties
        return tree["animation_data"]["drivers"]["location[0]"]

    def assert_held(self, code=CODE):
        self.assertEqual((self.driver.expression, self.curve.mute), (held_drivers.INERT, True))
        self.assertEqual((self.tree()["driver"]["expression"], self.tree()["mute"]), (code, False))
        self.assertEqual(list(self.tree()["driver"]["variables"]), [])

    def test_held_and_let_go(self):
        self.set("expression", CODE)
        self.assert_held()
        trusting.let_all_go(self.session.trust)
        self.assert_held()
        self.session.trust.trusted = True
        trusting.let_all_go(self.session.trust)
        self.assertEqual((self.driver.expression, self.curve.mute), (CODE, False))
        self.assertEqual(len(self.driver.variables), 0)
        self.session.trust.trusted = False
        trusting.hold_all(self.session.trust)
        self.assert_held()

    def test_arithmetic_again(self):
        """The author makes it arithmetic again: it runs, as muted as its author has it."""
        self.curve.mute = True
        self.set("expression", CODE)
        self.set("expression", "frame + 1")
        self.assertEqual((self.driver.expression, self.curve.mute), ("frame + 1", True))

    def test_other_types_of_drivers(self):
        """Code that waits in a driver of another type is held as well: its type may change."""
        self.set("type", "AVERAGE")
        self.set("expression", CODE)
        self.assert_held()
        self.set("type", "SCRIPTED")
        self.assert_held()

    def test_a_whole_tree(self):
        tree = registry.handler_for(self.thing).read(self.thing, self.session, ALL).properties
        tree["animation_data"]["drivers"]["location[0]"]["driver"]["expression"] = CODE
        registry.handler_for(self.thing).write_whole(self.thing, tree, {}, self.session)
        self.assert_held()

    def test_the_mark_cannot_be_sent(self):
        mark = {"type": "SINGLE_PROP", "targets": Keyed({"0": {"data_path": f'["{CODE}", false, "me"]'}})}
        self.set("variables", held_drivers.MARK, mark)
        self.set("variables", held_drivers.MARK + "\x1f2", mark)
        self.set("variables", Keyed({held_drivers.MARK: mark, "x": {"name": held_drivers.MARK, **mark}}))
        self.assertIsNone(held_drivers.kept(self.driver))
        self.set("variables", "x", "name", held_drivers.MARK)
        self.assertIsNone(held_drivers.kept(self.driver))
        self.assertEqual((self.driver.expression, self.curve.mute), ("frame", False))

    def test_a_broken_mark(self):
        self.set("expression", CODE)
        self.driver.variables[held_drivers.MARK].targets[0].data_path = "nonsense"
        self.assertEqual(self.tree()["driver"]["expression"], held_drivers.INERT)
        trusting.let_all_go(self.session.trust)
        self.assertEqual(self.driver.expression, held_drivers.INERT)

    def test_marks_of_texts_cannot_be_sent(self):
        text = bpy.data.texts.new("Script")
        entry = {"value": {"group": {"use_module": True}}}
        registry.handler_for(text).write_part(
            text, [["set", ["custom_properties", "multi_user_held"], entry]], {}, [], False, self.session
        )
        self.assertEqual(list(text.keys()), [])

    def test_values_of_other_kinds(self):
        text = bpy.data.texts.new("Script")
        for value in (1, "x", None, {}):
            registry.handler_for(text).write_part(
                text, [["set", ["use_module"], value]], {}, [], False, self.session
            )
            self.assertFalse(text.use_module)
        for value in (1, None, {}, b"x"):
            self.set("expression", value)
        self.assertEqual(self.driver.expression, "frame")


if __name__ == "__main__":
    outcome = unittest.main(argv=["held"], exit=False, verbosity=1).result
    sys.stdout.flush()
    os._exit(0 if outcome.wasSuccessful() else 1)
