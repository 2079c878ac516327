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
    computer. ``plain``: without encryption; ``certificate``: the file with the one that is made at the first start, in
    the data folder if it is empty."""

    jar: str
    data_folder: str
    port: int = 5555
    admin_password: str = ""
    server_password: str = ""
    java: str = ""
    log_path: str = ""
    timeout_millis: int = 60_000
    plain: bool = False
    certificate: str = ""


@dataclass(frozen=True)
class ServerProcess:
    """A ready server. ``fingerprint``: of its certificate, empty if it does not encrypt."""

    child: child.Child
    port: int
    fingerprint: str


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
    if settings.plain:
        command += ["--plain"]
    elif settings.certificate:
        command += ["--made-certificate", settings.certificate]
    environ = {"ADMIN_PASSWORD": settings.admin_password, "SERVER_PASSWORD": settings.server_password}
    process = yield from child.start(command, "", settings.log_path, READY_TIMEOUT_SECONDS, "server", environ)
    try:
        ready = process.ready
        return ServerProcess(process, int(ready["port"]), str(ready["fingerprint"]))
    except (KeyError, TypeError, ValueError) as error:
        process.leave()
        raise child.StartFailed(f"The server's ready line is incomplete: {error!r}") from error
