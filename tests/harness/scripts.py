"""Scripts of the standalone agent, run by the real jar."""

from __future__ import annotations

import json
import subprocess

from harness.member import ADMIN
from harness.processes import Workplace
from harness.server import jar


def write_script(place: Workplace, *steps: dict) -> str:
    """Writes a script whose users know the admin's password; returns its path."""
    path = place.path("script.yaml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"server": {"adminPassword": ADMIN}, "steps": list(steps)}, file)
    return path


def run_script(path: str, port: int) -> tuple[int, dict, str]:
    """Exit code, what it printed as JSON, and all that it said."""
    command = ["java", "-jar", jar(), "agent", "run", path, "--host", "127.0.0.1"]
    result = subprocess.run(
        [*command, "--port", str(port), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    return result.returncode, json.loads(lines[-1]) if lines else {}, result.stdout + result.stderr
