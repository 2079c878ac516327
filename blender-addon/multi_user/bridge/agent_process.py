"""Starts the agent (BR1, BR2). Main thread only."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from . import child
from .java import find_java
from .jvm_flags import AGENT_FLAGS
from .steps import Steps

PROTOCOL_MAJOR = 3
READY_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class AgentSettings:
    """How to start the agent.

    ``state_folder`` keeps the client's identity and pending commits, the same one for every restart.
    ``java`` is the user's preference or empty. ``log_path`` may be empty. ``level`` is ERROR, WARN, INFO
    or DEBUG. ``files_folder`` keeps others' files, ``files_bytes`` at most; empty to take no part in files.
    """

    jar: str
    state_folder: str
    java: str = ""
    log_path: str = ""
    level: str = "INFO"
    files_folder: str = ""
    files_bytes: int = 0


@dataclass(frozen=True)
class AgentProcess:
    """A ready agent: how to reach it and where its segments lie."""

    child: child.Child
    token: str
    port: int
    segments: str
    version: str


def bundled_jar() -> str:
    """The agent jar inside the installed add-on."""
    return str(Path(__file__).resolve().parent.parent / "agent.jar")


def start_agent(settings: AgentSettings) -> Steps[AgentProcess]:
    """Starts an agent, in steps until it is ready. Raises JavaNotFound or child.StartFailed."""
    java = yield from find_java(settings.java)
    if not Path(settings.jar).is_file():
        raise child.StartFailed(f"The add-on is incomplete: {settings.jar} is missing. Install it again.")
    Path(settings.state_folder).mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(32)
    greeting = {
        "token": token,
        "state": settings.state_folder,
        "log": settings.log_path,
        "level": settings.level,
        "files": settings.files_folder,
        "filesBytes": settings.files_bytes,
    }
    command = [java.path, *AGENT_FLAGS, "-jar", settings.jar, "bridge"]
    process = yield from child.start(
        command, json.dumps(greeting), settings.log_path, READY_TIMEOUT_SECONDS, "agent"
    )
    ready = process.ready
    try:
        agent = AgentProcess(
            process, token, int(ready["port"]), str(ready["segments"]), str(ready["version"])
        )
        major = int(ready["protocol"][0])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        process.leave()
        raise child.StartFailed(f"The agent's ready line is incomplete: {error!r}") from error
    if major != PROTOCOL_MAJOR:
        process.leave()
        raise child.StartFailed(
            f"The agent speaks protocol {major}, the add-on {PROTOCOL_MAJOR}. Install the add-on again."
        )
    return agent
