"""Runs seeds of the simulation of agents and server. Run: ./multi-user simulate [SEEDS] [--from SEED].

No socket, process or disk takes part: docs/development.md, "The simulation". Seeds that fail are listed when all have
run. Ends with `N passed, N failed`; all seeds together count as one.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SUMMARY = re.compile(r"(\d+) seeds, (\d+) failed;")


def simulate(first: int, seeds: int) -> bool:
    """Runs these seeds; False if one failed, or if they did not all run. What Maven says is printed."""
    command = ["mvn", "-q", "--batch-mode", "-pl", "protocol,java-agent,tests", "test"]
    command += ["-Dspotless.check.skip", "-Dsurefire.failIfNoSpecifiedTests=false"]
    command += [
        "-Dtest=ConvergenceTest#converges",
        f"-Dsimulation.seeds={seeds}",
        f"-Dsimulation.from={first}",
    ]
    result = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    print(result.stdout)
    return result.returncode == 0 and SUMMARY.findall(result.stdout) == [(str(seeds), "0")]


def main() -> int:
    """The command; exit code 1 if a seed failed."""
    parser = argparse.ArgumentParser(prog="multi-user simulate", description=__doc__.split("\n", 1)[0])
    parser.add_argument("seeds", type=int, nargs="?", default=1000)
    parser.add_argument("--from", dest="first", type=int, default=1)
    arguments = parser.parse_args()
    begin = time.monotonic()
    passed = int(simulate(arguments.first, arguments.seeds))
    print(f"{time.monotonic() - begin:.0f} s, with compiling")
    print(f"{passed} passed, {1 - passed} failed")
    return 1 - passed


if __name__ == "__main__":
    sys.exit(main())
