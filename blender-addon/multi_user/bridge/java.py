"""Finds a Java that can run the agent, in steps: it starts processes. Main thread only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator, Mapping

from .steps import Steps

OLDEST_MAJOR = 17
_VERSION_SECONDS = 20.0
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


class JavaNotFound(Exception):
    """No usable Java; the text says what was tried and what to do."""


@dataclass(frozen=True)
class Java:
    """A Java launcher and its major version."""

    path: str
    major: int


def hidden_window_flags() -> int:
    """What keeps Windows from opening a console for a child; 0 elsewhere."""
    return getattr(subprocess, "CREATE_NO_WINDOW", 0)


def version_text(path: str) -> Steps[str]:
    """What ``java -version`` says, empty if it does not run."""
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                [path, "-version"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                creationflags=hidden_window_flags(),
            )
        except OSError:
            return ""
        try:
            latest = time.monotonic() + _VERSION_SECONDS
            while process.poll() is None and time.monotonic() < latest:
                yield
        finally:
            process.kill()  # nothing if it ended
            process.wait()
        output.seek(0)
        return output.read().decode("utf-8", "replace") if process.returncode == 0 else ""


def find_java(
    preferred: str = "",
    environ: Mapping[str, str] | None = None,
    ask_version: Callable[[str], Steps[str]] = version_text,
    folders: Iterable[Path] | None = None,
) -> Steps[Java]:
    """The first Java 17 or later among: the user's preference, JAVA_HOME, PATH, the platform's usual folders.

    ``preferred`` names a launcher or a Java folder; if it is given and not usable, that is an error rather
    than a reason to take another one. Raises JavaNotFound.
    """
    environ = os.environ if environ is None else environ
    if preferred:
        for path in _launchers_in(Path(preferred).expanduser()):
            major = _major((yield from ask_version(path)))
            if major >= OLDEST_MAJOR:
                return Java(path, major)
            if major:
                raise JavaNotFound(
                    f"No Java {OLDEST_MAJOR} or later found: {path} is Java {major}."
                    " Choose another in the preferences."
                )
        raise JavaNotFound(
            f"No Java {OLDEST_MAJOR} or later found: {preferred} is no Java."
            " Correct or clear the path in the preferences."
        )
    tried: dict[str, int] = {}
    for path in _candidates(environ, _usual_folders(environ) if folders is None else folders):
        if path in tried:
            continue
        tried[path] = _major((yield from ask_version(path)))
        if tried[path] >= OLDEST_MAJOR:
            return Java(path, tried[path])
    old = [f"{path} is Java {major}" for path, major in tried.items() if major]
    found = "; ".join(old) if old else "none in JAVA_HOME, PATH and the usual folders"
    raise JavaNotFound(
        f"No Java {OLDEST_MAJOR} or later found: {found}."
        " Install one (for example from https://adoptium.net) or name its folder in the preferences."
    )


def _major(text: str) -> int:
    """The major version in the output of ``java -version``, 0 if there is none: 1.8 counts as 8."""
    match = _VERSION.search(text)
    return int(match.group(1)) if match else 0


def _executable() -> str:
    return "java.exe" if sys.platform == "win32" else "java"


def _launchers_in(path: Path) -> Iterator[str]:
    """The launchers that a path may mean: itself, or one inside a Java folder."""
    if path.is_file():
        yield str(path)
    for inner in ("bin", "Contents/Home/bin", ""):
        launcher = path / inner / _executable()
        if launcher.is_file():
            yield str(launcher)


def _candidates(environ: Mapping[str, str], folders: Iterable[Path]) -> Iterator[str]:
    for name in ("MULTI_USER_JAVA", "JAVA_HOME"):
        if environ.get(name):
            yield from _launchers_in(Path(environ[name]))
    for entry in environ.get("PATH", "").split(os.pathsep):
        # On macOS /usr/bin/java only opens a dialogue where no Java is installed.
        if entry and not (sys.platform == "darwin" and entry == "/usr/bin"):
            launcher = Path(entry) / _executable()
            if launcher.is_file():
                yield str(launcher)
    for folder in folders:
        if folder.is_dir():
            for home in sorted(folder.iterdir(), reverse=True):
                yield from _launchers_in(home)


def _usual_folders(environ: Mapping[str, str]) -> list[Path]:
    """The folders in which this platform keeps its Javas."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or ".")
    if sys.platform == "win32":
        roots = [environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "LOCALAPPDATA")]
        vendors = (
            "Java",
            "Eclipse Adoptium",
            "Microsoft",
            "Zulu",
            "Amazon Corretto",
            "BellSoft",
            "Programs/Eclipse Adoptium",
        )
        return [Path(root) / vendor for root in roots if root for vendor in vendors] + [home / ".jdks"]
    if sys.platform == "darwin":
        return [
            Path("/Library/Java/JavaVirtualMachines"),
            home / "Library/Java/JavaVirtualMachines",
            Path("/opt/homebrew/opt"),
            Path("/usr/local/opt"),
        ]
    return [
        Path("/usr/lib/jvm"),
        Path("/usr/lib64/jvm"),
        Path("/usr/java"),
        Path("/opt"),
        home / ".jdks",
        home / ".sdkman/candidates/java",
    ]
