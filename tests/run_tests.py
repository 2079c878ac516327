"""Runs every test of the project and sums up: the last line is `N passed, N failed`. Called by ./multi-user test.

Java by Maven, then style and layering, the Python tests without Blender, agents and server without Blender, the
scripts that run inside a Blender, the end-to-end tests, and those by real keys in Blenders with windows. A test in
Blender that was skipped counts as failed: it showed nothing.
"""

from __future__ import annotations

import argparse
import ast
import glob
import os
import re
import shlex
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

TESTS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(TESTS)
sys.path[:0] = [TESTS]

SCRIPT_FOLDERS = ("addon", "datablocks", "mesh", "bench")
RAN = re.compile(r"^Ran (\d+) tests?", re.MULTILINE)
FAILED = re.compile(r"(?:ERROR|FAIL): (\w+ \(.+\).*)")
SKIPPED = re.compile(r"^(?:OK|FAILED) \(.*skipped=(\d+)", re.MULTILINE)
PARTS = ("java", "style", "python", "agents", "blender", "e2e", "windows")
AT_A_TIME = 2  # files of tests with several processes each, which wait for each other most of the time
# Tests of agents, servers and rights, for which any Blender will do.
ANY_BLENDER = (
    "test_agent_killed.py",
    "test_away.py",
    "test_hosting.py",
    "test_interface.py",
    "test_names.py",
    "test_opening.py",
    "test_own_settings.py",
    "test_recording.py",
    "test_releases.py",
    "test_repository.py",
    "test_rights.py",
    "test_trouble.py",
)
# Tests of agents that measure times, or that take all of a machine: nothing runs beside them.
ALONE = (
    "test_attacks_inside.py",
    "test_attacks_limits.py",
    "test_attacks_outside.py",
    "test_links.py",
    "test_soak.py",
)
ROOTS = "/opt/blender-*/run-blender"  # other Blenders that are at hand, for --blender all


class Tally:
    """What passed and what failed."""

    def __init__(self):
        self.passed = 0
        self.failures: list[str] = []

    def add(self, name: str, passed: int, failed: list[str], seconds: float) -> None:
        """Notes the outcome of a group of tests."""
        self.passed += passed
        self.failures += [f"{name}: {one}" for one in failed]
        verdict = "ok" if not failed else "FAILED"
        print(f"{verdict:7} {name}: {passed} passed, {len(failed)} failed ({seconds:.0f} s)", flush=True)

    def close(self) -> int:
        """Prints the sum and returns the exit code. Why something failed stands here again, as of a long output the
        end alone may be kept."""
        for failure in self.failures:
            print("failed:", failure)
        print(f"{self.passed} passed, {len(self.failures)} failed", flush=True)
        return 1 if self.failures or not self.passed else 0


def java(tally: Tally) -> None:
    """`mvn verify`, counted from the reports."""
    begin = time.monotonic()
    for old in glob.glob(os.path.join(ROOT, "*", "target", "surefire-reports", "*.xml")):
        os.remove(old)
    result = run(["mvn", "-q", "--batch-mode", "-fae", "verify"])
    passed, failed = 0, []
    skipped = []
    for path in glob.glob(os.path.join(ROOT, "*", "target", "surefire-reports", "TEST-*.xml")):
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            if any(case.find(kind) is not None for kind in ("failure", "error")):
                failed.append(name)
            elif case.find("skipped") is not None:
                skipped.append(f"{name}: {case.find('skipped').get('message')}")
            else:
                passed += 1
    if result.returncode != 0 and not failed:
        failed.append("mvn verify")
    if failed:
        print(result.stdout[-6000:])
    for one in skipped:
        print(f"skipped: {one}")
    tally.add("Java", passed, failed, time.monotonic() - begin)


def style(tally: Tally) -> None:
    """black and flake8."""
    folders = ["blender-addon", "tests"]
    for command in (["black", "-l", "110", "--check", "-q", *folders], ["flake8", *folders]):
        begin = time.monotonic()
        result = run(command)
        if result.returncode:
            print(result.stdout[-3000:])
        failed = [command[0]] if result.returncode else []
        tally.add(command[0], 1 - len(failed), failed, time.monotonic() - begin)


def files(folder: str) -> list[str]:
    """The unittest files of a folder."""
    return sorted(glob.glob(os.path.join(folder, "test_*.py")))


def suite(tally: Tally, name: str, paths: list[str], at_a_time: int = 1) -> None:
    """Unittest files, each in a process of its own, so many at a time."""

    def one(path: str) -> tuple[str, subprocess.CompletedProcess, float]:
        begin = time.monotonic()
        return path, run([sys.executable, path, "-v"], timeout_seconds=1800), time.monotonic() - begin

    with ThreadPoolExecutor(at_a_time) as pool:
        for path, result, seconds in pool.map(one, paths):
            folder, file = os.path.split(path)
            add_unittest(tally, f"{name} {os.path.basename(folder)} {file}", result, seconds)


def add_unittest(tally: Tally, name: str, result: subprocess.CompletedProcess, seconds: float) -> None:
    """Counts the output of unittest; a script of another kind counts by its exit code."""
    text = result.stdout
    ran = RAN.search(text)
    failed = sorted(failures(text))
    skipped = SKIPPED.search(text)
    failed += ["skipped"] * (int(skipped.group(1)) if skipped else 0)
    if result.returncode and not failed:
        failed = [f"exit code {result.returncode}"]
    if failed:
        print(text[-8000:])
    passed = max(0, (int(ran.group(1)) if ran else 1) - len(failed))
    tally.add(name, passed, failed, seconds)


def failures(text: str) -> set[str]:
    """The failed tests in unittest's output, each with the lines that say why, shortened."""
    found = set()
    for block in text.split("\n" + "=" * 70 + "\n")[1:]:
        name = FAILED.match(block)
        if name:
            trace = block.split("-" * 70 + "\n")[1].strip().splitlines()
            calls = [line.strip() for line in trace if line.startswith('  File "' + TESTS)]
            why = [line for line in trace if not line.startswith((" ", "Traceback"))]
            found.add("\n    ".join([name[1], *calls[-2:], "\n    ".join(why)[-1500:]]))
    return found


def blender_scripts() -> list[list[str]]:
    """The scripts that run inside a Blender, with their arguments: those whose docstring says `Run: blender …`."""
    found = [[os.path.join(TESTS, "blender", "walk_test.py")]]
    for folder in SCRIPT_FOLDERS:
        for path in sorted(glob.glob(os.path.join(TESTS, "blender", folder, "*.py"))):
            with open(path, encoding="utf-8") as file:
                doc = ast.get_docstring(ast.parse(file.read())) or ""
            if "Run: blender" in doc:
                found.append([path])
    return found


def in_blender(tally: Tally, command: str) -> None:
    """Every script of `blender_scripts` in this Blender."""
    for script, *arguments in blender_scripts():
        begin = time.monotonic()
        parts = [
            *shlex.split(command),
            "-b",
            "--factory-startup",
            "--python-exit-code",
            "1",
            "--python",
            script,
        ]
        result = run([*parts, "--", *arguments] if arguments else parts, timeout_seconds=900)
        name = f"{command} {os.path.relpath(script, TESTS)}"
        add_unittest(tally, name, result, time.monotonic() - begin)


def with_several(tally: Tally, command: str, wanted: list[str], brief: bool) -> None:
    """The tests by real keys in Blenders with windows, which take longest, and the end-to-end tests."""
    os.environ["BLENDER"] = command
    paths = [
        path for part in ("windows", "e2e") if part in wanted for path in files(os.path.join(TESTS, part))
    ]
    if brief:
        paths = [path for path in paths if os.path.basename(path) not in ANY_BLENDER]
    suite(tally, command, paths, AT_A_TIME)


def run(command: list[str], timeout_seconds: float = 3600) -> subprocess.CompletedProcess:
    """Runs a command at the project's root with its output in one text."""
    variables = {**os.environ, "PYTHONPATH": TESTS, "PYTHONDONTWRITEBYTECODE": "1"}
    variables["PATH"] = os.pathsep.join([os.defpath, os.environ.get("PATH", "")])
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        output = error.stdout.decode("utf-8", "replace") if error.stdout else ""
        return subprocess.CompletedProcess(command, 124, f"{output}\nnot done within {timeout_seconds:g} s")


def blenders(wanted: str) -> list[str]:
    """The commands of the Blenders to test with."""
    if wanted != "all":
        return [wanted or "blender"]
    return ["blender", *sorted(glob.glob(ROOTS))]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="multi-user test")
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument(
        "--brief", action="store_true", help="leave out what depends on no release of Blender"
    )
    options = parser.parse_args(arguments)
    wanted = options.only or PARTS
    tally = Tally()
    if "java" in wanted:
        java(tally)
    if "style" in wanted:
        style(tally)
    if "python" in wanted:
        for folder in ("arch", "python"):
            suite(tally, "Python", files(os.path.join(TESTS, folder)))
    if "agents" in wanted:
        paths = files(os.path.join(TESTS, "agents"))
        alone = [path for path in paths if os.path.basename(path) in ALONE]
        suite(tally, "Java", [path for path in paths if path not in alone], AT_A_TIME)
        suite(tally, "Java", alone)
    for command in blenders(os.environ.get("BLENDER", "")):
        if "blender" in wanted:
            in_blender(tally, command)
        with_several(tally, command, wanted, options.brief)
    return tally.close()


if __name__ == "__main__":
    unittest.installHandler()
    sys.exit(main(sys.argv[1:]))
