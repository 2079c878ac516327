"""Takes real scenes through the whole path: each is opened in A, shared, and joined by B, which must hold the same.

    python3 scenes.py [--outcomes FILE.json] FOLDER|FILE.blend|assets:PATTERN|samples: …   BLENDER picks the Blender

`assets:` stands for the asset files that this Blender ships with, `assets:nodes/*.blend` for some of them, `samples:`
for a scene that is made, with something of all that Blender knows. Each line says how much was compared; FILE.json gets
it for fidelity_table.py.

One pair of Blenders serves all scenes, each in a session of its own. The last line is `N passed, N failed`; a file
that was saved by a newer Blender and cannot be opened by this one counts as neither, and is named.
"""

from __future__ import annotations

import argparse
import dataclasses
import glob
import json
import os
import sys
import time

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]

from harness.blender import BlenderError  # noqa: E402
from harness.member import ADMIN, Member, Outcome, last_outcome, messages, wait_equal  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.samples import OPENED  # noqa: E402
from harness.server import Server  # noqa: E402

NEWER = "newer version of Blender"  # Blender's own words for a file that it cannot open
ASSETS = """
import glob, os
folder = bpy.utils.system_resource("DATAFILES", path="assets")
files = glob.glob(os.path.join(folder, args["pattern"]), recursive=True) if folder else []
result = sorted(path for path in files if path.endswith(".blend"))
"""
SHIPPED = "assets:"
SAMPLES = "samples:"
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

    def _open(self, member: Member, path: str) -> None:
        try:
            if path == SAMPLES:
                member.run(OPENED, path=self._place.path("samples.blend"))
            else:
                member.run(OPEN, path=path)
        except BlenderError as error:
            if NEWER in str(error):
                raise CannotOpen from error
            raise

    def shipped(self, pattern: str) -> list[str]:
        """The asset files of this Blender, as it finds them."""
        return self._members()[0].run(ASSETS, pattern=pattern or "**/*.blend")

    def release(self) -> str:
        """Which Blender it is."""
        return self._members()[0].value("bpy.app.version_string")

    def outcome(self) -> Outcome | None:
        """What was seen when the scene was compared last; None where a Blender is gone."""
        return last_outcome(*self._pair, self._place) if self._pair else None

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


def scenes(arguments: list[str], workout: Workout) -> list[str]:
    """The files that the arguments name."""
    found = []
    for argument in arguments:
        if argument == SAMPLES:
            found.append(argument)
        elif argument.startswith(SHIPPED):
            found += workout.shipped(argument.removeprefix(SHIPPED))
        elif os.path.isdir(argument):
            found += sorted(glob.glob(os.path.join(os.path.abspath(argument), "*.blend")))
        else:
            found.append(os.path.abspath(argument))
    return found


CLOSED, FAILED, OK = "cannot be opened", "FAILED", "ok"


@dataclasses.dataclass
class Tried:
    """How it went with one scene."""

    name: str
    verdict: str
    seconds: float = 0.0
    problem: str = ""
    outcome: Outcome | None = None

    def line(self) -> str:
        """What is printed of it."""
        text = f"{self.verdict:7} {self.name} ({self.seconds:.1f} s)"
        if self.outcome is not None:
            seen = self.outcome
            text += f" {seen.datablocks} datablocks, {seen.compared} properties compared, {len(seen.found)} differing"
            text += f", {sum(seen.excluded.values())} excluded"
            text += "".join(f"; {count} {what}" for what, count in seen.left_out.items())
        return "\n    ".join([text, *self.problem.splitlines()[:30]])


def attempt(workout: Workout, path: str, session: str) -> Tried:
    """Takes one scene through the whole path."""
    name = os.path.basename(path)
    begin = time.monotonic()
    try:
        problem = workout.scene(path, session)
    except CannotOpen:
        return Tried(name, CLOSED)
    return Tried(name, FAILED if problem else OK, time.monotonic() - begin, problem, workout.outcome())


def main(arguments: list[str]) -> int:
    """Runs every scene and sums up."""
    parser = argparse.ArgumentParser(prog="scenes.py")
    parser.add_argument("--outcomes", metavar="FILE.json")
    parser.add_argument("scenes", nargs="+")
    options = parser.parse_args(arguments)
    tried = []
    with Workplace("multi-user-scenes") as place:
        workout = Workout(place, os.environ.get("BLENDER") or "blender")
        for number, path in enumerate(scenes(options.scenes, workout)):
            tried.append(attempt(workout, path, f"scene-{number}"))
            print(tried[-1].line(), flush=True)
        release = workout.release()
    if options.outcomes:
        with open(options.outcomes, "w", encoding="utf-8") as file:
            json.dump({"release": release, "scenes": [dataclasses.asdict(one) for one in tried]}, file)
    closed = sum(one.verdict == CLOSED for one in tried)
    if closed:
        print(f"{closed} cannot be opened by this Blender: a newer one saved them")
    failed = sum(one.verdict == FAILED for one in tried)
    print(f"{sum(one.verdict == OK for one in tried)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
