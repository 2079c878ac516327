"""Fuzzes every decoder in turn with Jazzer. Run: ./multi-user fuzz [SECONDS of each, 10 by default].

The golden vectors are what it starts from. What it learns stays in java-agent/.cifuzz-corpus for the next time; a
crasher goes to java-agent/src/test/resources, where every build runs it from then on. Ends with `N passed, N failed`,
a decoder counting as one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULE = os.path.join(ROOT, "java-agent")
START_SECONDS = 120  # for a JVM on a busy machine, with all its classes instrumented
HANGS_SECONDS = 30  # one input that takes longer is a finding
DONE = re.compile(r"^Done \d+ runs in \d+ second", re.MULTILINE)
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
    "org.multiuser.app.recording.RecordedFuzzTest#record": None,
}


def classpath() -> str:
    """Compiles the tests and says where their classes are and all that they need."""
    command = [
        "mvn",
        "-q",
        "--batch-mode",
        "-pl",
        "java-agent",
        "-am",
        "test-compile",
        "-Dspotless.check.skip",
    ]
    command += ["dependency:build-classpath", "-Dmdep.outputFile=target/fuzz.classpath"]
    subprocess.run(command, cwd=ROOT, check=True)
    with open(os.path.join(MODULE, "target", "fuzz.classpath"), encoding="utf-8") as file:
        needed = file.read().strip()
    return os.pathsep.join(["target/test-classes", "target/classes", needed])


def plant(test: str, method: str, vectors: str | None) -> None:
    """Puts the golden vectors into the target's corpus."""
    folder = os.path.join(MODULE, ".cifuzz-corpus", test, method)
    os.makedirs(folder, exist_ok=True)
    if vectors is None:
        return
    with open(os.path.join(ROOT, "protocol", "golden", vectors), encoding="utf-8") as file:
        for number, case in enumerate(json.load(file)):
            with open(os.path.join(folder, f"golden-{number}"), "wb") as seed:
                seed.write(bytes.fromhex(case["hex"]))


def fuzz(classes: str, test: str, method: str, seconds: int) -> bool:
    """Fuzzes one target; False if it found something, which is printed."""
    crashers = os.path.join("src", "test", "resources", *test.split(".")) + f"Inputs{os.sep}{method}{os.sep}"
    os.makedirs(os.path.join(MODULE, crashers), exist_ok=True)
    command = ["java", "-cp", classes, "com.code_intelligence.jazzer.Jazzer"]
    command += [f"--target_class={test}", f"--target_method={method}"]
    command += [f"-max_total_time={seconds}", f"-timeout={HANGS_SECONDS}", f"-artifact_prefix={crashers}"]
    result = subprocess.run(
        command,
        cwd=MODULE,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds + START_SECONDS,
        check=False,
    )
    done = DONE.search(result.stdout)
    well = result.returncode == 0 and done is not None  # one that ran nothing has shown nothing
    if not well:
        print(result.stdout[-4000:])
    print(f"{'ok' if well else 'FAILED'}  {test}#{method}  {done.group() if done else ''}", flush=True)
    return well


def main() -> int:
    """The command; exit code 1 if something was found."""
    parser = argparse.ArgumentParser(prog="multi-user fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("seconds", type=int, nargs="?", default=10)
    seconds = parser.parse_args().seconds
    classes = classpath()
    passed = 0
    for target, vectors in TARGETS.items():
        test, method = target.split("#")
        plant(test, method, vectors)
        passed += fuzz(classes, test, method, seconds)
    print(f"{passed} passed, {len(TARGETS) - passed} failed")
    return 0 if passed == len(TARGETS) else 1


if __name__ == "__main__":
    sys.exit(main())
