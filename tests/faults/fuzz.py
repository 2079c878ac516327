"""Fuzzes every decoder in turn with Jazzer. Run: ./multi-user fuzz [SECONDS of each, 10 by default].

The golden vectors are what it starts from. What it learns stays in java-agent/.cifuzz-corpus for the next time; a
crasher goes to java-agent/src/test/resources, where every build runs it from then on.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROUND_SECONDS = 10  # what the tests' maxDuration says
CODECS = "org.multiuser.fuzz.CodecFuzzTest"
TARGETS = {  # test: the golden vectors to start from
    f"{CODECS}#message": "messages.json",
    f"{CODECS}#commit": "commits.json",
    f"{CODECS}#node": "nodes.json",
    f"{CODECS}#value": "values.json",
    f"{CODECS}#entry": "entries.json",
    "org.multiuser.bridge.BridgeFuzzTest#capture": "values.json",
    "org.multiuser.bridge.BridgeFuzzTest#json": None,
    "org.multiuser.network.server.ZmtpFuzzTest#checker": None,
}


def plant(target: str, vectors: str | None) -> None:
    """Puts the golden vectors into the target's corpus."""
    test, method = target.split("#")
    folder = os.path.join(ROOT, "java-agent", ".cifuzz-corpus", test, method)
    os.makedirs(folder, exist_ok=True)
    if vectors is None:
        return
    with open(os.path.join(ROOT, "protocol", "golden", vectors), encoding="utf-8") as file:
        for number, case in enumerate(json.load(file)):
            with open(os.path.join(folder, f"golden-{number}"), "wb") as seed:
                seed.write(bytes.fromhex(case["hex"]))


def fuzz(target: str) -> bool:
    """One round of one target; False if it found something, which is printed."""
    command = ["mvn", "-q", "--batch-mode", "-pl", "java-agent", "-am", "test", f"-Dtest={target}"]
    command += ["-Dsurefire.failIfNoSpecifiedTests=false", "-Dspotless.check.skip"]
    environment = {**os.environ, "JAZZER_FUZZ": "1"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, errors="replace", capture_output=True, check=False
    )
    if result.returncode:
        print(result.stdout[-4000:])
    runs = [line for line in (result.stdout + result.stderr).splitlines() if line.startswith("Done ")]
    print(f"{'ok' if not result.returncode else 'FOUND'}  {target}  {' '.join(runs)}", flush=True)
    return result.returncode == 0


def main() -> int:
    """The command; exit code 1 if something was found."""
    parser = argparse.ArgumentParser(prog="multi-user fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("seconds", type=int, nargs="?", default=ROUND_SECONDS)
    rounds = max(1, parser.parse_args().seconds // ROUND_SECONDS)
    well = True
    for target, vectors in TARGETS.items():
        plant(target, vectors)
        well &= all([fuzz(target) for _ in range(rounds)])
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
