"""Makes docs/fidelity.md: how exactly real scenes are replicated, as measured by tests/scenes.py.

    python3 tests/fidelity_table.py [--blender CMD …] FOLDER|FILE.blend|assets:PATTERN|samples: …
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, TESTS)

from run_tests import ROOT, blenders  # noqa: E402
from scenes import CLOSED, OK  # noqa: E402

HEAD = """# Fidelity

Made by `python3 tests/fidelity_table.py samples: ../shared/scenes assets:`, after `./multi-user build`: with each
Blender `tests/scenes.py` opens each file in A, shares it, lets an empty B join, and compares both by the independent
walk over all RNA properties (`tests/blender/walk.py`), floats to float32. The scenes are test scenes of glTF-Blender-IO
(Khronos Group, saved by many releases of Blender); the assets are those that ship with that Blender (Debian's 3.4 and
4.3 ship none); `samples:` is a scene that is made, with something of all that Blender knows and unusual values
(`tests/blender/datablocks/sample_*.py`).

A property counts once for each thing that has it, a dense array (positions, weights, keys) once however long it is.
What is excluded is excluded by name, with a reason: see below and `tests/blender/exclusions.py`. Brushes are each
artist's own (`LOCAL` in `datablocks/registry.py`): they are counted and left out.
"""
SHOWN = 3  # differences of a scene that are named


def outcome(command: str, arguments: list[str], folder: str) -> dict:
    """What scenes.py sees with this Blender."""
    path = os.path.join(folder, str(len(os.listdir(folder))) + ".json")
    script = os.path.join(TESTS, "scenes.py")
    command_line = [sys.executable, script, "--outcomes", path, *arguments]
    subprocess.run(command_line, env={**os.environ, "BLENDER": command}, check=False)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def remarks(scene: dict) -> str:
    """What the last column says of a scene."""
    seen = scene["outcome"]
    if seen is None:
        return scene["problem"].splitlines()[0]
    notes = [f"left out: {count} {what}" for what, count in seen["left_out"].items()]
    notes += [text.replace("|", "\\|")[:160] for text in seen["found"][:SHOWN]]
    return "; ".join(notes)


def section(result: dict) -> list[str]:
    """The table of one release."""
    opened = [scene for scene in result["scenes"] if scene["verdict"] != CLOSED]
    closed = [scene["name"] for scene in result["scenes"] if scene["verdict"] == CLOSED]
    equal = sum(scene["verdict"] == OK for scene in opened)
    lines = [f"\n## Blender {result['release']}\n"]
    lines.append(
        f"{equal} of {len(opened)} files without any difference ({100 * equal / max(1, len(opened)):.0f} %)."
    )
    if closed:
        lines.append(f"Saved by a newer release, which this one cannot open: {', '.join(closed)}.")
    lines.append("\n| file | datablocks | compared | differing | excluded | remarks |")
    lines.append("| --- | ---: | ---: | ---: | ---: | --- |")
    for scene in opened:
        seen = scene["outcome"]
        numbers = ["–"] * 4
        if seen is not None:
            numbers = [
                seen["datablocks"],
                seen["compared"],
                len(seen["found"]),
                sum(seen["excluded"].values()),
            ]
        lines.append(f"| {' | '.join(str(one) for one in [scene['name'], *numbers, remarks(scene)])} |")
    return lines


def reasons(results: list[dict]) -> list[str]:
    """What was excluded for which reason, with all releases."""
    total: collections.Counter = collections.Counter()
    for scene in (scene for result in results for scene in result["scenes"] if scene["outcome"]):
        total.update(scene["outcome"]["excluded"])
    lines = ["\n## What is excluded, in all files above\n", "| reason | properties |", "| --- | ---: |"]
    return lines + [f"| {reason} | {count} |" for reason, count in total.most_common()]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="fidelity_table.py")
    parser.add_argument(
        "--blender", action="append", metavar="CMD", help="all that are at hand, if none is named"
    )
    parser.add_argument("scenes", nargs="+")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        results = [outcome(one, options.scenes, folder) for one in options.blender or blenders("all")]
    lines = [HEAD.rstrip()] + [line for result in results for line in section(result)] + reasons(results)
    with open(os.path.join(ROOT, "docs", "fidelity.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
