"""Who may import whom in the add-on: the table of docs/development.md, checked on the syntax tree. Needs no Blender."""

from __future__ import annotations

import ast
import os
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ADDON = os.path.join(ROOT, "blender-addon", "multi_user")

NO_BLENDER = ("core", "bridge")
NO_BRIDGE_LIBRARY = ("capture", "datablocks", "apply", "presence", "ui", "core")
BLENDER_MODULES = {"bpy", "bmesh", "mathutils", "gpu", "blf", "bl_math", "bpy_extras", "gpu_extras", "idprop"}
THIRD_PARTY = BLENDER_MODULES | {"numpy", "py4j", "addon_utils"}
INNER = {
    "core": {"core"},
    "bridge": {"bridge", "core"},
    "datablocks": {"datablocks", "core"},
    "capture": {"capture", "datablocks", "core"},
    "apply": {"apply", "datablocks", "core"},
    "presence": {"presence", "core"},
}


def modules(folder: str):
    """Every Python file below a folder of the add-on, vendored code apart."""
    for path, folders, files in os.walk(os.path.join(ADDON, folder)):
        folders[:] = [name for name in folders if name not in ("__pycache__", "vendor", "py4j")]
        for file in sorted(files):
            if file.endswith(".py"):
                yield os.path.join(path, file)


def imports(path: str):
    """The absolute module names that a file imports, relative imports resolved within ``multi_user``."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    package = os.path.relpath(os.path.dirname(path), os.path.dirname(ADDON)).split(os.sep)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join(base + ([node.module] if node.module else []))
            yield stem
            if node.level and not node.module:
                yield from (f"{stem}.{alias.name}" for alias in node.names)


class PythonLayers(unittest.TestCase):
    """DESIGN's table of who may know whom, for the add-on."""

    def forbid(self, folders, names, why: str):
        wrong = []
        for folder in folders:
            for path in modules(folder):
                for name in imports(path):
                    if name.split(".")[0] in names or any(part in names for part in name.split(".")[:3]):
                        wrong.append(f"{os.path.relpath(path, ROOT)} imports {name}")
        self.assertEqual(wrong, [], why)

    def test_core_and_bridge_run_without_blender(self):
        self.forbid(NO_BLENDER, BLENDER_MODULES, "core and bridge must run without Blender")

    def test_only_the_bridge_knows_py4j(self):
        self.forbid(NO_BRIDGE_LIBRARY, {"py4j"}, "py4j belongs to bridge alone")

    def test_the_addon_has_one_thread(self):
        """Decision 0020: Blender crashes where another Python thread runs at the wrong moment."""
        everywhere = [name for name in os.listdir(ADDON) if os.path.isdir(os.path.join(ADDON, name))]
        threads = {"threading", "_thread", "asyncio", "multiprocessing", "concurrent", "queue"}
        self.forbid(["", *everywhere], threads, "Blender's Python must have one thread only")

    def test_folders_import_only_what_lies_below_them(self):
        wrong = []
        for folder, allowed in INNER.items():
            for path in modules(folder):
                for name in imports(path):
                    parts = name.split(".")
                    if parts[0] == "multi_user" and len(parts) > 1 and parts[1] not in allowed:
                        wrong.append(f"{os.path.relpath(path, ROOT)} imports {name}")
        self.assertEqual(wrong, [])

    def test_nobody_imports_the_composition_root(self):
        wrong = []
        for folder in INNER:
            for path in modules(folder):
                wrong += [
                    f"{path}: {name}" for name in imports(path) if name.startswith("multi_user.session")
                ]
        self.assertEqual(wrong, [])

    def test_only_numpy_and_py4j_beside_the_standard_library(self):
        import sys

        allowed = set(sys.stdlib_module_names) | THIRD_PARTY | {"multi_user", "tomllib"}
        wrong = []
        for path in modules("."):
            names = {name.split(".")[0] for name in imports(path) if name}
            wrong += [f"{os.path.relpath(path, ROOT)} imports {name}" for name in sorted(names - allowed)]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
