"""A Blender that takes part in a session, and when several of them agree."""

from __future__ import annotations

import os
import sys
import time

from harness.blender import ROOT, Blender
from harness.processes import Timeout, Workplace, wait_until

sys.path.insert(0, os.path.join(ROOT, "tests", "blender"))

from compare import Outcome, compare, outcome  # noqa: E402

ADMIN = "an admin's password"

# The folder for the others' files cannot be made.
NO_PLACE = """
import os, sys, member
module = sys.modules[member.session_module().__name__.removesuffix('session') + 'preferences']
folder = module.files_folder(member.preferences())
if os.path.isdir(folder):
    os.rename(folder, folder + '.away')
open(folder, 'w').close()
"""


class Member(Blender):
    """A Blender with the add-on."""

    def join(self, port: int, user: str = "", **options) -> None:
        """Presses Connect; see blender/member.py for the options."""
        code = "import member\nmember.join(args['port'], args['user'], **args['options'])"
        self.run(code, port=port, user=user or self.name, options=options)

    def host_beside(self, port: int) -> dict:
        """Presses Host, which starts a server beside this Blender, and waits until the session is open."""
        self.run("import member\nmember.host(args['port'], args['user'])", port=port, user=self.name)
        return self.wait_phase("ONLINE", 120)

    def trust(self, remember: bool = False) -> None:
        """Presses Trust This Session: what is compared with another Blender must not be held here."""
        self.run("bpy.ops.multiuser.trust(remember=args['remember'])", remember=remember)

    def leave(self) -> None:
        """Presses Disconnect."""
        self.run("import member\nmember.leave()")

    def state(self) -> dict:
        """How the session stands."""
        return self.run("import member\nresult = member.state()")

    def wait_phase(self, phase: str, timeout_seconds: float = 60.0) -> dict:
        """Waits until the session is in this phase. Raises Timeout with the session's messages."""

        def there():
            now = self.state()
            if now["phase"] == "ENDED" and phase != "ENDED":
                raise AssertionError(f"the session of {self.name} ended: {now['error']}\n{messages(now)}")
            return now if now["phase"] == phase else None

        try:
            return wait_until(there, f"{self.name} to be {phase}", timeout_seconds)
        except Timeout as error:
            raise Timeout(f"{error}\n{messages(self.state())}") from error

    def host(self, port: int, **options) -> dict:
        """Joins as the admin who opens the session with this Blender's scenes."""
        self.join(port, admin=ADMIN, initialise="SCENES", **options)
        return self.wait_phase("ONLINE", 120)


def messages(state: dict) -> str:
    """What the session told its user."""
    return "\n".join(f"  {kind}: {text}" for kind, text in state["messages"][-12:])


def wait_settled(members: list[Member], timeout_seconds: float = 60.0) -> None:
    """Waits until no member has anything under way and all have reached the same number."""

    def calm():
        states = [member.state() for member in members]
        numbers = {state.get("sequence") for state in states}
        return len(numbers) == 1 and all(state["settled"] for state in states)

    try:
        wait_until(calm, "all members to be settled", timeout_seconds)
    except Timeout as error:
        brief = [
            {key: state.get(key) for key in ("phase", "settled", "sequence", "pending", "error")}
            for state in (member.state() for member in members)
        ]
        raise Timeout(f"{error}\n{brief}") from error


FRAMES = "result = [[scene.name, scene.frame_current, scene.frame_subframe] for scene in bpy.data.scenes]"
SHOW_FRAMES = """
for name, frame, subframe in args['frames']:
    if name in bpy.data.scenes:
        bpy.data.scenes[name].frame_set(frame, subframe=subframe)
"""


def to_same_frame(a: Member, b: Member) -> None:
    """Shows A's frames in B: each artist's frame is its own, and animated values follow it."""
    frames = a.run(FRAMES)
    if b.run(FRAMES) != frames:
        for member in (a, b):
            member.run(SHOW_FRAMES, frames=frames)


def differences(a: Member, b: Member, place: Workplace) -> list[str]:
    """What the independent walk finds different between two Blenders now, both at A's frame."""
    to_same_frame(a, b)
    prefixes = _prefixes(a, b, place)
    for member, prefix in zip((a, b), prefixes):
        member.dump(prefix)
    return compare(*prefixes)


def last_outcome(a: Member, b: Member, place: Workplace) -> Outcome:
    """What was seen when ``differences`` was last asked for these two."""
    return outcome(*_prefixes(a, b, place))


def _prefixes(a: Member, b: Member, place: Workplace) -> list[str]:
    return [place.path("walk", member.name) for member in (a, b)]


def wait_equal(a: Member, b: Member, place: Workplace, timeout_seconds: float = 30.0) -> float:
    """Waits until both hold the same and returns the seconds that took. Raises AssertionError with the differences."""
    begin = time.monotonic()
    while True:
        wait_settled([a, b], timeout_seconds + 30)
        found = differences(a, b, place)
        took = time.monotonic() - begin
        if not found:
            return took
        if took > timeout_seconds:
            text = "\n".join(found[:40])
            raise AssertionError(f"{a.name} and {b.name} differ after {took:.0f} s:\n{text}")
        time.sleep(0.25)
