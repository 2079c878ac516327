"""Leaving the session once what waits is pushed, with an agent that only notes what is asked."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import session_parts  # noqa: E402

replication = session_parts.module("replication")

from multi_user.core.changes import AgentState, Status  # noqa: E402


class Agent:
    """Notes what it is asked."""

    def __init__(self):
        self.asked = []

    def set_auto_push(self, on, types):
        self.asked.append(("set_auto_push", on, types))

    def push(self):
        self.asked.append(("push",))


def status(waiting=0, pending=0, state=AgentState.ONLINE):
    return Status(state, waiting=waiting, pending=pending)


class LeavingTest(unittest.TestCase):
    def setUp(self):
        self.agent = Agent()
        self.replication = replication.Replication(self.agent, lambda: frozenset({"Mesh"}))

    def step(self, now):
        """Whether it is time to leave, and what was asked of the agent."""
        done = self.replication.step(now)
        asked, self.agent.asked = self.agent.asked, []
        return done, asked

    def test_told_what_waits(self):
        self.assertEqual(self.step(status()), (False, [("set_auto_push", True, ["Mesh"])]))
        self.assertEqual(self.step(status()), (False, []))

    def test_leaves_once_the_server_has_all(self):
        self.step(status(1, 1))
        self.replication.leave_after_push()
        waits = status(1, 1)
        self.assertEqual(self.step(waits), (False, [("push",)]))
        self.assertEqual(self.step(waits), (False, []), "once")
        self.assertEqual(self.step(status(0, 1)), (False, []))
        self.assertEqual(self.step(status(1, 2)), (False, [("push",)]), "the artist worked on")
        self.assertEqual(self.step(status()), (True, []))

    def test_without_a_link_it_waits_for_one(self):
        self.step(status(1, 1))
        self.replication.leave_after_push()
        self.assertEqual(self.step(status(1, 1, AgentState.RECONNECTING)), (False, []))
        self.assertEqual(self.step(status(0, 0, AgentState.CONNECTING)), (False, []), "nobody knows yet")
        self.assertEqual(self.step(status(1, 1)), (False, [("push",)]))
        self.assertEqual(self.step(status()), (True, []))

    def test_survives_its_agent(self):
        self.step(status(1, 1))
        self.replication.leave_after_push()
        waits = status(1, 1)
        self.step(waits)
        self.replication.agent_restarted()
        self.assertEqual(self.step(waits), (False, [("set_auto_push", True, ["Mesh"]), ("push",)]))

    def test_stay(self):
        self.step(status(1, 1))
        self.replication.leave_after_push()
        self.replication.stay()
        self.assertEqual(self.step(status(1, 1)), (False, []))
        self.assertEqual(self.step(status()), (False, []))
