"""The timer that steps the session outlives what fails in a step. Run: blender -b --factory-startup --python pump.py"""

import os
import sys
import types
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from common import run  # noqa: E402

from multi_user.messages import Messages  # noqa: E402
from multi_user.session import pump  # noqa: E402


def fail(*_) -> None:
    raise ValueError("not now")


class PumpTest(unittest.TestCase):
    def setUp(self):
        self.session = types.SimpleNamespace(
            ended=False, messages=Messages(), company=None, tick=lambda: None, interval_seconds=lambda: 0.05
        )
        pump._holder.session = self.session
        pump._start_pump()

    def tearDown(self):
        pump.watch(None)
        pump._holder.session = None
        pump.shut_down()

    def told(self) -> list[str]:
        """What a step says, which must not raise: Blender drops a timer that does."""
        self.interval = pump._holder.pump()
        return [it.text for it in self.session.messages if "not now" in it.text]

    def test_a_tick_that_fails_is_told_and_the_next_one_comes(self):
        self.session.tick = fail
        self.assertEqual(self.told(), ["Internal error: ValueError: not now"])
        self.assertEqual(self.interval, 0.05)

    def test_who_looks_at_an_ended_session_may_fail(self):
        """The timer goes on as long as something winds down."""
        self.session.ended = True
        pump.watch(fail)
        going = [True]
        pump.steps.let_go(lambda: going[0])
        self.assertEqual(self.told(), ["Internal error: ValueError: not now"])
        self.assertIsNotNone(self.interval)
        going[0] = False
        self.told()
        self.assertIsNone(self.interval)


run(PumpTest)
