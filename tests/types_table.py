"""Makes docs/types.md: which types are replicated by which Blender, as seen by tests/e2e/test_every_type.py.

    python3 tests/types_table.py [BLENDER …]      (all that are at hand, if none is named)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, TESTS)

from run_tests import ROOT, blenders  # noqa: E402

ASPECTS = ("create", "live edit", "duplicate", "rename", "join", "delete")
HEAD = """# Types of datablocks

Made by `python3 tests/types_table.py`, which runs `tests/e2e/test_every_type.py` with each Blender: an artist makes
one datablock of each type, changes, copies, renames and removes it; a teammate's Blender is compared by the
independent walk (`tests/blender/walk.py`) after each, and so is that of somebody who joins. What each type's own tests
try beyond that stands in docs/development.md.

"yes": nothing differs. "–": this Blender does not have the type, or its own one stays.

Blender 4.3 lets Python make no stroke of an annotation: there they are not replicated. What is linked from libraries
and library overrides have tests of their own (`tests/e2e/test_libraries.py`, `test_overrides.py`). Cache files come
into a file by an operator alone, and have none there.
"""


def outcome(command: str, folder: str) -> dict:
    """What the test says with this Blender."""
    path = os.path.join(folder, str(len(os.listdir(folder))) + ".json")
    variables = {**os.environ, "BLENDER": command, "MULTI_USER_TABLE": path, "PYTHONPATH": TESTS}
    test = os.path.join(TESTS, "e2e", "test_every_type.py")
    subprocess.run([sys.executable, test], env=variables, check=False)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def table(outcomes: list[dict]) -> str:
    """The page."""
    releases = [it["release"] for it in outcomes]
    types = sorted({name for it in outcomes for name in it["outcome"]})
    lines = [HEAD]
    lines.append("| type | " + " | ".join(f"{aspect} {it}" for it in releases for aspect in ASPECTS) + " |")
    lines.append("| --- |" + " --- |" * (len(releases) * len(ASPECTS)))
    for name in types:
        cells = [it["outcome"].get(name, {}).get(aspect, "–") for it in outcomes for aspect in ASPECTS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines.append("\n## What the artists were told meanwhile\n")
    for it in outcomes:
        lines.append(f"Blender {it['release']}:\n")
        lines += [f"- {text}" for text in it["told"]] or ["- nothing"]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        page = table([outcome(command, folder) for command in arguments or blenders("all")])
    with open(os.path.join(ROOT, "docs", "types.md"), "w", encoding="utf-8") as file:
        file.write(page)
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
