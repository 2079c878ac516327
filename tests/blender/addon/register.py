"""Registering and unregistering leaves nothing behind. Run: blender -b --factory-startup --python register.py"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from common import run  # noqa: E402


def footprint():
    """What an add-on may leave behind."""
    handlers = {
        name: list(getattr(bpy.app.handlers, name))
        for name in dir(bpy.app.handlers)
        if isinstance(getattr(bpy.app.handlers, name), list)
    }
    return {
        "handlers": {name: len(items) for name, items in handlers.items()},
        "operators": sorted(dir(bpy.ops.multiuser)),
        "classes": sorted(name for name in dir(bpy.types) if name.startswith("MULTIUSER")),
        "stamp": hasattr(bpy.types.ID, "multi_user_uuid"),
    }


class Register(unittest.TestCase):
    def test_twice_without_leftovers(self):
        before = footprint()
        for _ in range(2):
            bpy.ops.preferences.addon_enable(module="multi_user")
            self.assertIn("multi_user", bpy.context.preferences.addons)
            self.assertTrue(hasattr(bpy.types.ID, "multi_user_uuid"))
            self.assertTrue(bpy.ops.multiuser.host.poll())
            self.assertFalse(bpy.ops.multiuser.disconnect.poll())
            bpy.ops.preferences.addon_disable(module="multi_user")
            self.assertEqual(footprint(), before)


run(Register)
