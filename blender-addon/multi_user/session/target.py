"""Which session to join as whom, and what an admin begins it with. Main thread only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import bpy


class Start(Enum):
    """What a session shall begin with if this artist is the admin who opens it."""

    WAIT = "wait"  # somebody opens it by hand
    SCENES = "scenes"
    EMPTY = "empty"


@dataclass(frozen=True)
class Target:
    """Which session to join as whom. ``colour`` is 0xRRGGBB; ``follow_selection``: what is selected is taken;
    ``plain``: without encryption; ``fingerprint`` of the server's certificate, if it is known."""

    host: str
    port: int
    user_name: str
    colour: int = 0x4080FF
    session: str = "main"
    server_password: str = ""
    admin_password: str = ""
    timeout_millis: int = 60_000
    follow_selection: bool = True
    plain: bool = False
    fingerprint: str = ""

    def options(self) -> dict[str, Any]:
        """As the bridge wants it (BR9)."""
        return {
            "host": self.host,
            "port": self.port,
            "session": self.session,
            "userName": self.user_name,
            "colour": self.colour,
            "serverPassword": self.server_password,
            "adminPassword": self.admin_password,
            "blenderVersion": f"{bpy.app.version[0]}.{bpy.app.version[1]}",
            "timeoutMillis": self.timeout_millis,
            "plain": self.plain,
            "fingerprint": self.fingerprint,
        }
