"""The launcher starts a server as Blender does."""

from __future__ import annotations

import os
import re
import shlex
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

LAUNCHER = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "multi-user")


class TheLauncher(unittest.TestCase):
    def test_servers_have_the_flags_that_blender_gives_them(self):
        addon.use_sources()
        from multi_user.bridge.jvm_flags import SERVER_FLAGS

        with open(LAUNCHER, encoding="utf-8") as file:
            written = re.search(r"server_flags=\(([^)]*)\)", file.read()).group(1)
        self.assertEqual(list(SERVER_FLAGS), shlex.split(written))


if __name__ == "__main__":
    unittest.main()
