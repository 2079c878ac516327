"""[F1] dist/multi-user.zip installs into a real Blender as its users do it: as an extension from 4.2 on, as an
add-on before. The Blender is $BLENDER; its preferences and folders are temporary ones.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ZIP = os.path.join(ROOT, "dist", "multi-user.zip")
BLENDER = shlex.split(os.environ.get("BLENDER") or "blender")

CHECK = """
import importlib, os, bpy
module, = [it.module for it in bpy.context.preferences.addons if it.module.endswith("multi_user")]
package = importlib.import_module(module)
process = importlib.import_module(module + ".bridge.agent_process")
folder = bpy.app.tempdir
steps = importlib.import_module(module + ".bridge.steps")
agent = steps.finish(process.start_agent(process.AgentSettings(process.bundled_jar(), folder + "/state")))
gateway = importlib.import_module(module + ".bridge.gateway").Gateway(agent.port, agent.token)
gateway.call("status", then=lambda value, refused: print("STATUS", value))
gateway.send()
while gateway.waiting:
    gateway.receive()
gateway.close()
agent.child.end()
print("CHECKED", module, os.path.isdir(agent.segments))
"""

INSTALL = """
import bpy
bpy.ops.preferences.addon_install(filepath=ZIP)
bpy.ops.preferences.addon_enable(module="multi_user")
bpy.ops.wm.save_userpref()
"""


class InstallTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        for name in ("scripts", "config"):
            os.mkdir(os.path.join(self.folder, name))

    def blender(self, *arguments: str) -> str:
        """Runs Blender with a user's folders of its own and returns what it printed."""
        variables = {
            "BLENDER_USER_RESOURCES": self.folder,
            "BLENDER_USER_SCRIPTS": os.path.join(self.folder, "scripts"),
            # The system's own Python first: a distribution's Blender takes NumPy from it.
            "PATH": os.pathsep.join([os.defpath, os.environ.get("PATH", "")]),
            "BLENDER_USER_CONFIG": os.path.join(self.folder, "config"),
        }
        result = subprocess.run(
            [*BLENDER, *arguments],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        self.assertEqual(result.returncode, 0, result.stdout[-4000:])
        return result.stdout

    def script(self, name: str, text: str) -> str:
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_script(self, name: str, text: str) -> str:
        return self.blender("-b", "--python-exit-code", "3", "--python", self.script(name, text))

    def test_f1_the_zip_installs_and_its_agent_starts(self):
        """[F1] installed, enabled, still enabled after a restart; Py4J and the agent come out of the zip."""
        version = re.search(r"Blender (\d+)\.(\d+)", self.blender("-b", "--version"))
        if (int(version[1]), int(version[2])) >= (4, 2):
            self.blender("--command", "extension", "install-file", "-r", "user_default", "--enable", ZIP)
            module = "bl_ext.user_default.multi_user"
        else:
            self.run_script("install.py", f"ZIP = {ZIP!r}\n{INSTALL}")
            module = "multi_user"
        output = self.run_script("check.py", CHECK)
        self.assertIn(f"CHECKED {module} False", output)
        self.assertIn('"state":"OFFLINE"', output)


if __name__ == "__main__":
    unittest.main()
