"""Takes real scenes through the whole path: each is opened in A, shared, and joined by B, which must hold the same.

    python3 scenes.py FOLDER|FILE.blend …      BLENDER picks the Blender

One pair of Blenders serves all scenes, each in a session of its own. The last line is `N passed, N failed`; a file
that was saved by a newer Blender and cannot be opened by this one counts as neither, and is named.
"""

from __future__ import annotations

import glob
import os
import sys
import time

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]

from harness.blender import BlenderError  # noqa: E402
from harness.member import ADMIN, Member, messages, wait_equal  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

NEWER = "newer version of Blender"  # Blender's own words for a file that it cannot open
OPEN = "bpy.ops.wm.open_mainfile(filepath=args['path'], load_ui=False)"


class CannotOpen(Exception):
    """This Blender is too old for the file."""


class Workout:
    """A server and a pair of Blenders, made anew after one of them ended."""

    def __init__(self, place: Workplace, command: str):
        self._place = place
        self._command = command
        self._server = Server(place, "--admin-password", ADMIN)
        self._pair: tuple[Member, Member] | None = None

    def _members(self) -> tuple[Member, Member]:
        if self._pair is None:
            self._pair = (Member(self._place, "A", self._command), Member(self._place, "B", self._command))
        return self._pair

    @staticmethod
    def _open(member: Member, path: str) -> None:
        try:
            member.run(OPEN, path=path)
        except BlenderError as error:
            if NEWER in str(error):
                raise CannotOpen from error
            raise

    def scene(self, path: str, session: str) -> str:
        """Shares a scene; what went wrong, or an empty text. Raises CannotOpen."""
        a, b = self._members()
        try:
            for member in (a, b):
                if member.state()["phase"] not in ("NONE", "ENDED"):
                    member.leave()
            self._open(a, path)
            b.run("bpy.ops.wm.read_homefile(use_factory_startup=False, load_ui=False)")
            a.host(self._server.port, session=session)
            b.join(self._server.port, session=session, admin=ADMIN)
            b.wait_phase("ONLINE", 90)
            b.trust()
            wait_equal(a, b, self._place, 8)
            return ""
        except BlenderError as error:
            for member in (a, b):
                member.process.stop()
            self._pair = None
            return str(error)
        except AssertionError as error:
            return f"{error}\n{messages(b.state())}"


def scenes(arguments: list[str]) -> list[str]:
    """The files that the arguments name."""
    found = []
    for argument in arguments:
        found += (
            sorted(glob.glob(os.path.join(argument, "*.blend"))) if os.path.isdir(argument) else [argument]
        )
    return [os.path.abspath(path) for path in found]


def main(arguments: list[str]) -> int:
    """Runs every scene and sums up."""
    passed, failed, closed = 0, 0, 0
    with Workplace("multi-user-scenes") as place:
        workout = Workout(place, os.environ.get("BLENDER") or "blender")
        for number, path in enumerate(scenes(arguments)):
            begin = time.monotonic()
            try:
                problem = workout.scene(path, f"scene-{number}")
            except CannotOpen:
                closed += 1
                print(f"cannot be opened by this Blender: {os.path.basename(path)}", flush=True)
                continue
            took = time.monotonic() - begin
            if problem:
                failed += 1
                text = "\n".join("    " + line for line in problem.splitlines()[:30])
                print(f"FAILED  {os.path.basename(path)} ({took:.1f} s)\n{text}", flush=True)
            else:
                passed += 1
                print(f"ok      {os.path.basename(path)} ({took:.1f} s)", flush=True)
    if closed:
        print(f"{closed} cannot be opened by this Blender: a newer one saved them")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
