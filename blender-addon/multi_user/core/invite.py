"""Invites: one line that says where a session is and how to get in (``multiuser://HOST:PORT/SESSION?pw=PASSWORD``).
Knows no Blender.

What is pasted may come from anybody: it is checked before anything is made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

SCHEME = "multiuser"
DEFAULT_PORT = 5555
LAST_BASE_PORT = 65532
_LONGEST = 2048
_LONGEST_HOST = 253
_LONGEST_PASSWORD = 128
_HOST = re.compile(r"[^\s/?#@\[\]\\%\x00-\x1f\x7f]+")
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")  # SPEC SE6
_HOW = "An invite looks like multiuser://example.org:5555/main"


@dataclass(frozen=True)
class Invite:
    """Where a session is; ``password`` is the server's, empty if it asks for none."""

    host: str
    port: int = DEFAULT_PORT
    session: str = "main"
    password: str = ""

    def text(self) -> str:
        """The line."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        line = f"{SCHEME}://{host}:{self.port}/{self.session}"
        return f"{line}?pw={quote(self.password, safe='')}" if self.password else line


def read(text: str) -> Invite:
    """The invite that a text is. Raises ValueError with what to do."""
    line = text.strip()
    if not line.lower().startswith(f"{SCHEME}://") or len(line) > _LONGEST:
        raise ValueError(f"This is no invite. {_HOW}")
    try:
        parts = urlsplit(line)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"The invite is damaged: its address cannot be read. {_HOW}") from error
    if not host_is_possible(host) or "@" in parts.netloc:
        raise ValueError(f"The invite is damaged: its address cannot be read. {_HOW}")
    if port is not None and not 1 <= port <= LAST_BASE_PORT:
        raise ValueError(f"The invite is damaged: there is no port {port}. {_HOW}")
    session = unquote(parts.path.strip("/")) or "main"
    if not _SESSION.fullmatch(session):
        raise ValueError(f"The invite is damaged: no session can be called that. {_HOW}")
    password = parse_qs(parts.query, keep_blank_values=True).get("pw", [""])[0]
    if len(password) > _LONGEST_PASSWORD or not password.isprintable():
        raise ValueError(f"The invite is damaged: its password cannot be one. {_HOW}")
    return Invite(host, port or DEFAULT_PORT, session, password)


def host_is_possible(host: str) -> bool:
    """Whether this can be a name or an address of a computer."""
    return 0 < len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) is not None
