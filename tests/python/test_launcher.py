"""Servers that are started by hand run as those that Blender starts."""

from __future__ import annotations

import os
import re
import shlex
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "java-agent", "packaging", "bin", "multi-user")


class TheStartScript(unittest.TestCase):
    def test_servers_have_the_flags_that_blender_gives_them(self):
        addon.use_sources()
        from multi_user.bridge.jvm_flags import SERVER_FLAGS

        with open(SCRIPT, encoding="utf-8") as file:
            written = re.search(r'^set -- (.*?) +\\\n +-jar "\$jar"', file.read(), re.M | re.S).group(1)
        self.assertEqual(list(SERVER_FLAGS), shlex.split(written.replace("\\\n", " ")))


if __name__ == "__main__":
    unittest.main()
