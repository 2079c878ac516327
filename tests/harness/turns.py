"""Tests with two Blenders in one session: what they all begin with, and edits by turns that are compared after each."""

from __future__ import annotations

import os
import time
import unittest

from harness.member import ADMIN, Member, messages, wait_equal, wait_settled
from harness.processes import Workplace, wait_until
from harness.server import Server

COMMAND = os.environ.get("BLENDER") or "blender"


class Pair(unittest.TestCase):
    """A hosts a session and B joins it; the tests of a class share them and run in the order of their names."""

    command = COMMAND

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace(f"multi-user-{cls.__name__.lower()}")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a, cls.b = cls.start("A"), cls.start("B")
        cls.prepare()
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    @classmethod
    def start(cls, name: str) -> Member:
        """Starts a Blender."""
        return Member(cls.place, name, cls.command)

    @classmethod
    def prepare(cls):
        """Makes what A brings in: something of everything."""
        cls.a.run("import demo\ndemo.build()")


class Turns(Pair):
    """A and B take turns at editing; at the end C joins. Derived classes say what goes round their code."""

    maxDiff = None

    preamble = ""
    afterwards = ""

    def edit(self, member: Member, code: str, **options):
        """Carries out an artist's edit and returns its `result`."""
        return member.run(self.preamble + code + self.afterwards, **options)

    def steps(self, steps: tuple[str, ...], **options):
        """Carries out one step after the other, every third one in B; both hold the same after each."""
        told = [self.troubles(member) for member in (self.a, self.b)]
        for number, step in enumerate(steps):
            author, other = (self.b, self.a) if number % 3 == 2 else (self.a, self.b)
            self.edit(author, step, **options)
            try:
                wait_equal(author, other, self.place)
            except AssertionError as error:
                states = [member.state() for member in (author, other)]
                said = "".join(
                    f"\n{member.name}: {state['nodes']} nodes, {state['sequence']} commits\n{messages(state)}"
                    for member, state in zip((author, other), states)
                )
                self.fail(f"after step {number} in {author.name}: {step.strip()}\n{error}{said}")
            now = [self.troubles(member) for member in (self.a, self.b)]
            self.assertEqual(now, told, f"after step {number} in {author.name}: {step.strip()}")

    def come_to_rest(self, seconds: float = 4.0):
        """Waits until neither tells the other anything for so long. Raises Timeout."""
        seen: list[tuple[int, float]] = []

        def at_rest():
            wait_settled([self.a, self.b])
            seen.append((self.a.state()["sequence"], time.monotonic()))
            since = next(moment for sequence, moment in seen if sequence == seen[-1][0])
            return seen[-1][1] - since > seconds

        wait_until(at_rest, "the session to come to rest", 60)

    def welcome(self, late: Member):
        """What the late one does once it joined."""

    @staticmethod
    def troubles(member: Member) -> list[str]:
        """What the artist was told that could not be done."""
        return [text for _, text in member.state()["messages"] if "could not" in text]

    def test_zz_late_join(self):
        """One who joins late holds the same."""
        late = Member(self.place, "C", self.command)
        try:
            late.join(self.server.port)
            late.wait_phase("ONLINE")
            self.welcome(late)
            wait_equal(self.a, late, self.place)
        finally:
            late.process.stop()


class LibraryTurns(Turns):
    """Turns with files that are linked: A and B trust the session, C makes the files before it joins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for member in (cls.a, cls.b):
            member.trust()

    @classmethod
    def prepare(cls):
        """Derived classes make the libraries in ``folder`` after this."""
        cls.c = Member(cls.place, "C", cls.command)
        cls.folder = cls.place.path("files")
        os.makedirs(cls.folder)
        cls.a.run("bpy.ops.wm.read_homefile(use_empty=True)")

    def edit(self, member: Member, code: str, **options):
        return super().edit(member, code, folder=self.folder, **options)
