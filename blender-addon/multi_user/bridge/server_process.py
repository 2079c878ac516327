"""Starts a session server beside Blender for a hosted session. Main thread only.

The server ends when its stdin closes (``--parent``), so it never outlives Blender.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import child
from .java import find_java
from .jvm_flags import SERVER_FLAGS
from .steps import Steps

READY_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class ServerSettings:
    """How to host. Passwords go to the server by its environment: the command line can be read by everybody on this
    computer."""

    jar: str
    data_folder: str
    port: int = 5555
    admin_password: str = ""
    server_password: str = ""
    java: str = ""
    log_path: str = ""
    timeout_millis: int = 60_000


@dataclass(frozen=True)
class ServerProcess:
    """A ready server."""

    child: child.Child
    port: int


def start_server(settings: ServerSettings) -> Steps[ServerProcess]:
    """Starts a server, in steps until it listens. Raises JavaNotFound or child.StartFailed (port in use
    among it)."""
    java = yield from find_java(settings.java)
    Path(settings.data_folder).mkdir(parents=True, exist_ok=True)
    command = [
        java.path,
        *SERVER_FLAGS,
        "-jar",
        settings.jar,
        "serve",
        "--parent",
        "--port",
        str(settings.port),
    ]
    command += ["--timeout", str(settings.timeout_millis), "--data", settings.data_folder]
    environ = {"ADMIN_PASSWORD": settings.admin_password, "SERVER_PASSWORD": settings.server_password}
    process = yield from child.start(command, "", settings.log_path, READY_TIMEOUT_SECONDS, "server", environ)
    try:
        return ServerProcess(process, int(process.ready["port"]))
    except (KeyError, TypeError, ValueError) as error:
        process.leave()
        raise child.StartFailed(f"The server's ready line is incomplete: {error!r}") from error
