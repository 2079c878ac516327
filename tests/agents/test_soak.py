"""A short soak and a short endurance run; the long ones are ./multi-user soak and endure. Run: python3 test_soak.py"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from faults.endure import endure  # noqa: E402
from faults.soak import soak  # noqa: E402


class ShortSoak(unittest.TestCase):
    """Real processes, killed and cut off."""

    def test_five_rounds(self):
        """[AC1, AC4, CM4, LO1] nothing acknowledged is lost or doubled, and all replicas are equal."""
        print(soak(rounds=5, seed=7))

    def test_artists_come_and_go_while_others_attack(self):
        """[AC1, LO1] nothing acknowledged is lost, and newcomers hold the same."""
        print(endure(minutes=0.4, seed=7))


if __name__ == "__main__":
    unittest.main()
