"""What this artist holds, with an agent that only notes what is asked."""

from __future__ import annotations

import os
import sys
import types
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import session_parts  # noqa: E402

holdings = session_parts.module("holdings")

ME, BEN = "me", "ben"
A, B = b"a" * 16, b"b" * 16


class Agent:
    """Notes what it is asked; the server's owners are ``told``."""

    def __init__(self):
        self.asked = []
        self.told = {}

    def own(self, action, nodes, user=""):
        self.asked.append((action, list(nodes), user))

    def owners(self):
        return types.SimpleNamespace(finished=True, error=None, value=dict(self.told))


class Thing:
    """A selected object without data."""

    data = None
    material_slots = ()
    animation_data = None
    mode = "OBJECT"

    def __init__(self, uuid):
        self.uuid = uuid


class HoldingsTest(unittest.TestCase):
    def setUp(self):
        self.agent = Agent()
        self.messages = []
        self.now = 100.0
        self.selected = []
        messages = types.SimpleNamespace(add=lambda kind, text: self.messages.append(text))
        self.holdings = holdings.Holdings(
            self.agent, lambda thing: thing.uuid, messages, follow_selection=True, clock=lambda: self.now
        )
        patched = mock.patch.object(holdings, "_selected", lambda: [Thing(it) for it in self.selected])
        patched.start()
        self.addCleanup(patched.stop)

    def step(self, **told):
        """Owners as the server has them now, then two looks."""
        if told:
            self.agent.told = {{"A": A, "B": B}[name]: user for name, user in told.items() if user}
            self.holdings.stale()
        for _ in range(2):
            self.now += 1.0
            self.holdings.step(ME, {BEN: "Ben"}, calm=True)
        asked, self.agent.asked = self.agent.asked, []
        return asked

    def test_what_was_not_handed_over_stays_held(self):
        self.holdings.lock_nodes({A, B})
        self.step(A=ME, B=ME)
        self.holdings.hand_over_nodes({A, B}, BEN)
        self.assertEqual(self.step(A=BEN, B=ME), [("GIVE", [A, B], BEN)])
        self.assertEqual(self.holdings.locked, {B})
        self.assertEqual(self.messages, [], "nobody took over what was handed over")

    def test_a_viewer_takes_nothing_and_an_editor_does_so_anew(self):
        self.selected = [A]
        self.assertEqual(self.step(), [("TAKE", [A], "")])
        self.step(A=ME)
        self.holdings.stale()
        self.agent.told = {}
        self.now += 1.0
        self.holdings.step(ME, {BEN: "Ben"}, calm=True, viewer=True)
        self.assertEqual(self.agent.asked, [])
        self.assertEqual(self.step(), [("TAKE", [A], "")], "the server gave back what was held")

    def test_told_of_who_takes_over(self):
        self.holdings.lock_nodes({A})
        self.step(A=ME)
        self.step(A=BEN)
        self.assertEqual(self.holdings.locked, set())
        self.assertEqual(len(self.messages), 1)

    def test_selected_again_before_it_was_given_back(self):
        self.selected = [A]
        self.assertEqual(self.step(), [("TAKE", [A], "")])
        self.selected = []
        self.assertEqual(self.step(A=ME), [("RELEASE", [A], "")])
        self.selected = [A]
        self.assertEqual(self.step(), [("TAKE", [A], "")], "it is still ours, but not for long")
        self.assertEqual(self.step(A=ME), [])
        self.selected = []
        self.assertEqual(self.step(), [("RELEASE", [A], "")])

    def test_given_back_again_over_a_new_link(self):
        self.holdings.lock_nodes({A, B})
        self.step(A=ME, B=ME)
        self.holdings.unlock_nodes({A})
        self.assertEqual(self.step(), [("RELEASE", [A], "")])
        self.holdings.stale(anew=True)
        self.assertEqual(
            self.step(A=ME, B=ME), [("RELEASE", [A], "")], "the agent before may have put it off"
        )
        self.assertEqual(self.holdings.locked, {B})
        self.holdings.stale(anew=True)
        self.assertEqual(self.step(A="", B=ME), [])
