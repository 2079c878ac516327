"""Makes the add-on's Blender-free packages importable: ``core`` from the sources, all of it from the built zip.

The package ``multi_user`` itself imports bpy, so a bare package of that name stands in for it.
"""

from __future__ import annotations

import os
import sys
import types
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ZIP = os.environ.get("MULTI_USER_ZIP") or os.path.join(ROOT, "dist", "multi-user.zip")
GOLDEN = os.path.join(ROOT, "protocol", "golden")


def use_sources() -> None:
    """Imports of ``multi_user.…`` come from the source tree, unless they come from somewhere already."""
    if "multi_user" not in sys.modules:
        _register(os.path.join(ROOT, "blender-addon", "multi_user"))


def use_zip(folder: str) -> str:
    """Unpacks the built add-on into ``folder``; ``multi_user.…`` comes from there. Returns the package's folder."""
    with zipfile.ZipFile(ZIP) as archive:
        archive.extractall(folder)
    for name in [name for name in sys.modules if name == "multi_user" or name.startswith("multi_user.")]:
        del sys.modules[name]
    package = os.path.join(folder, "multi_user")
    _register(package)
    return package


def _register(package: str) -> None:
    module = types.ModuleType("multi_user")
    module.__path__ = [package]
    sys.modules["multi_user"] = module
