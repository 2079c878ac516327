"""Parts of ``multi_user.session`` without Blender: the package itself, which knows everything, is passed over."""

from __future__ import annotations

import importlib
import os
import sys
import types
from unittest import mock

import addon


def module(name: str):
    """``multi_user.session.<name>`` of the sources, in a Blender that holds nothing."""
    addon.use_sources()
    importlib.import_module("multi_user.core.changes")  # one for the part and its test
    bare = types.ModuleType("multi_user.session")
    bare.__path__ = [os.path.join(addon.ROOT, "blender-addon", "multi_user", "session")]
    held = types.ModuleType("multi_user.capture.held")
    held.shown_layers = lambda: []
    capture = types.ModuleType("multi_user.capture")
    capture.held = held
    stand_ins = {
        "bpy": mock.MagicMock(),
        "multi_user.session": bare,
        "multi_user.capture": capture,
        "multi_user.capture.held": held,
    }
    with mock.patch.dict(sys.modules, stand_ins):
        return importlib.import_module(f"multi_user.session.{name}")
