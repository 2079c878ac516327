"""`./multi-user try`: two Blenders, one scene, the whole path. The exit code is 0 only if B matches A."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from edits import EDITS, PREAMBLE, Edit  # noqa: E402
from harness.blender import ROOT, BlenderError  # noqa: E402
from harness.display import Display  # noqa: E402
from harness.member import ADMIN, Member, differences, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Timeout, Workplace  # noqa: E402
from harness.server import Server  # noqa: E402
from report import Report  # noqa: E402

OUT = os.path.join(ROOT, "dist", "try")
DRAWN_SECONDS = 3.0  # the windows are drawn by software
LOOK = """
import view
low, high, names = [1e9] * 3, [-1e9] * 3, []
for one in bpy.context.window_manager.windows[0].view_layer.objects:
    if one.type in ("MESH", "CURVE", "SURFACE", "FONT"):
        names.append(one.name)
        for corner in one.bound_box:
            place = one.matrix_world @ view.mathutils.Vector(corner)
            low, high = [min(p) for p in zip(low, place)], [max(p) for p in zip(high, place)]
size = max([b - a for a, b in zip(low, high)] + [2.0])
view.look(args["azimuth"], size * 2, [(a + b) / 2 for a, b in zip(low, high)] if names else (0, 0, 0))
if names:
    view.select(sorted(names)[0 if args["azimuth"] < 90 else -1])
"""
MAGIC = (b"BLENDER", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


class Refused(Exception):
    """Something that the user has to change; the text says what."""


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options, with their paths seen from where the user called."""
    parser = argparse.ArgumentParser(prog="multi-user try", description="Two Blenders, one scene.")
    parser.add_argument("file", nargs="?", metavar="FILE.blend", help="the scene; without it a demo scene")
    parser.add_argument("--edit", metavar="SCRIPT.py", help="runs inside A after B joined; B follows")
    parser.add_argument("--save-copy", metavar="OUT.blend", help="saves what B holds at the end")
    parser.add_argument("--save-host", metavar="OUT.blend", help="saves what A holds at the same moment")
    parser.add_argument(
        "--windows", action="store_true", help="Blenders with windows, and screenshots of them"
    )
    parser.add_argument("--no-pictures", action="store_true", help="leaves the renders out")
    options = parser.parse_args(arguments)
    caller = os.environ.get("MULTI_USER_CALLER", os.getcwd())
    for name in ("file", "edit", "save_copy", "save_host"):
        value = getattr(options, name)
        if value:
            setattr(options, name, os.path.join(caller, value))
    return options


def check(options: argparse.Namespace) -> None:
    """Refuses what cannot work before anything is started."""
    for path in (options.file, options.edit):
        if path and not os.path.isfile(path):
            raise Refused(f"There is no file {path}.")
    if options.file:
        try:
            with open(options.file, "rb") as file:
                start = file.read(8)
        except OSError as error:
            raise Refused(f"{options.file} cannot be read: {error.strerror}.") from error
        if not start.startswith(MAGIC):
            raise Refused(f"{options.file} is not a Blender file.")
    for path in (options.save_copy, options.save_host):
        folder = os.path.dirname(path) if path else ""
        if path and not os.path.isdir(folder):
            raise Refused(f"There is no folder {folder} to save into.")


def say(text: str) -> None:
    print(text, flush=True)


class Try:
    """One run. It owns the two members, A who hosts and B who joins."""

    def __init__(self, options: argparse.Namespace, place: Workplace):
        self._options = options
        self._place = place
        self._displays: dict[str, Display] = {}
        self._report = Report()
        self._command = os.environ.get("BLENDER") or "blender"
        self._server = Server(place, "--admin-password", ADMIN)

    def run(self) -> Report:
        """Everything, in order. Raises AssertionError where B does not match A."""
        a = self._blender("A", self._options.file or "")
        if not self._options.file:
            a.run("import demo\ndemo.build()")
        b = self._blender("B")
        self._join(a, b)
        if self._options.edit:
            self._script(a, b)
        else:
            for edit in EDITS:
                self._edit(edit, a, b)
        self._agree(a, b, "B equal to A after the edits")
        self._keep(a, b)
        for member in (a, b):
            member.leave()
        return self._report

    def _blender(self, name: str, open_file: str = "") -> Member:
        begin = time.monotonic()
        if self._options.windows:
            self._displays[name] = Display(self._place, name)
        try:
            made = Member(self._place, name, self._command, open_file, self._displays.get(name))
        except BlenderError as error:
            if open_file:
                raise Refused(f"Blender cannot open {open_file}: {error}") from error
            raise
        self._report.step(
            f"start Blender {name} ({made.value('bpy.app.version_string')})", time.monotonic() - begin
        )
        return made

    def _join(self, a: Member, b: Member) -> None:
        begin = time.monotonic()
        state = a.host(self._server.port, user="Anna")
        self._report.step("A hosts: the scene is on the server", time.monotonic() - begin, state["sent"])
        for kind, name, reason in state["unreplicated"]:
            say(f'not replicated: {kind} "{name}": {reason}')
        begin = time.monotonic()
        b.join(self._server.port, user="Ben")
        state = b.wait_phase("ONLINE", 120)
        for member in (a, b):
            member.trust()  # both are of the person who tries it
        self._report.step("B joins: the scene is there", time.monotonic() - begin, state["received"])
        self._agree(a, b, "B equal to A")

    def _agree(self, a: Member, b: Member, what: str) -> None:
        try:
            took = wait_equal(a, b, self._place)
        except AssertionError:
            for member in (a, b):
                say(f"messages of {member.name}:\n{messages(member.state())}")
            raise
        self._report.step(f"{what} (with the comparison)", took)

    def _edit(self, edit: Edit, a: Member, b: Member) -> None:
        author, other = (a, b) if edit.where == "A" else (b, a)
        before = author.state()["sent"]
        begin = time.monotonic()
        value = author.run(PREAMBLE + edit.code)
        expected = author.run(
            "o = bpy.data.objects.get(args['value']); result = o.delta_location.z if o else None", value=value
        )
        try:
            other.until_code(
                PREAMBLE + f"value, expected = args['value'], args['expected']\nresult = bool({edit.check})",
                f"the {edit.what} of {edit.where} in {other.name}",
                value=value,
                expected=expected,
            )
        except Timeout as error:
            raise AssertionError(f"{error}\n{messages(author.state())}\n{messages(other.state())}") from error
        took = time.monotonic() - begin
        self._report.step(f"{edit.what} in {edit.where}", took, author.state()["sent"] - before)

    def _script(self, a: Member, b: Member) -> None:
        with open(self._options.edit, encoding="utf-8") as file:
            code = file.read()
        before = a.state()["sent"]
        begin = time.monotonic()
        try:
            a.run(
                "names = {'__name__': '__main__', '__file__': args['file'], 'bpy': bpy}\n"
                "exec(compile(args['script'], args['file'], 'exec'), names)\n"
                # A new key shows when Blender next evaluates its animation, as it does when a file is opened.
                "scene = bpy.context.scene\n"
                "scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)",
                script=code,
                file=self._options.edit,
                timeout_seconds=600,
            )
        except BlenderError as error:
            raise Refused(f"{self._options.edit} failed in A: {error}") from error
        wait_settled([a, b], 120)
        self._report.step(
            "the script in A, settled in both", time.monotonic() - begin, a.state()["sent"] - before
        )

    def _keep(self, a: Member, b: Member) -> None:
        """Saves both at one moment, renders them, and takes the counts of what was compared."""
        summary = a.dump(self._place.path("walk", "last"))
        self._report.datablocks, self._report.others = summary["counts"], summary["others"]
        saved = {}
        for member, wanted in ((a, self._options.save_host), (b, self._options.save_copy)):
            path = self._place.path("saved", f"{member.name}.blend")
            member.run(
                "bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True, compress=True)", path=path
            )
            saved[member.name] = path
            if wanted:
                member.run(
                    "bpy.ops.wm.save_as_mainfile(filepath=args['path'], copy=True, compress=True)",
                    path=wanted,
                )
        if differences(a, b, self._place):
            raise AssertionError("A or B changed while both were saved")
        self._pictures(a, b, saved)

    def _pictures(self, a: Member, b: Member, saved: dict[str, str]) -> None:
        shutil.rmtree(OUT, ignore_errors=True)
        os.makedirs(OUT)
        if self._options.no_pictures:
            return
        begin = time.monotonic()
        if self._options.windows:
            self._screenshots(a, b)
        pairs = []
        for member in (a, b):
            rendered = "-" if self._options.windows else saved[member.name]
            pairs += [rendered, os.path.join(OUT, f"{member.name}.png")]
        script = os.path.join(ROOT, "tests", "blender", "pictures.py")
        arguments = ["-b", "--factory-startup", "--python-exit-code", "4", "--python", script, "--"]
        both = os.path.join(OUT, "both.png")
        process = self._place.start("pictures", [*self._command.split(), *arguments, both, *pairs])
        if process.wait(300) != 0:
            raise AssertionError(f"the pictures could not be made:\n{process.tail()}")
        self._report.step("pictures", time.monotonic() - begin)

    def _screenshots(self, a: Member, b: Member) -> None:
        """Pictures of both windows: each looks at the scene from a side of its own and sees the other one there."""
        for member, azimuth in ((a, 20), (b, 195)):
            member.run(LOOK, azimuth=azimuth)
            member.show_tab(self._displays[member.name])
        time.sleep(DRAWN_SECONDS)
        for member in (a, b):
            self._displays[member.name].screenshot(os.path.join(OUT, f"{member.name}.png"))
            if any("Traceback" in line for line in member.process.lines):
                raise AssertionError(f"Blender {member.name} printed errors:\n{member.process.tail()}")


def main(arguments: list[str]) -> int:
    """Runs `try` and returns the exit code."""
    options = parse(arguments)
    try:
        check(options)
        with Workplace("multi-user-try") as place:
            try:
                report = Try(options, place).run()
            except AssertionError as error:
                logs = os.path.join(ROOT, "dist", "try-logs")
                shutil.rmtree(logs, ignore_errors=True)
                place.keep_logs(logs)
                say(f"FAILED: {error}\nThe logs are in {logs}.")
                return 1
    except Refused as error:
        say(f"multi-user try: {error}")
        return 2
    for line in report.lines():
        say(line)
    if not options.no_pictures:
        say(f"pictures: {OUT}/A.png, B.png and both.png")
    say("B holds the same scene as A.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
