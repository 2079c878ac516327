"""Invites: one line that says where a session is, by which certificate the server is known, and how to get in
(``multiuser://HOST:PORT/SESSION?fp=FINGERPRINT&pw=PASSWORD``; ``plain=1`` where it does not encrypt). Knows no Blender.

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
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")  # SPEC CH8
_HOW = "An invite looks like multiuser://example.org:5555/main"


@dataclass(frozen=True)
class Invite:
    """Where a session is; ``password`` is the server's, empty if it asks for none. ``plain``: it does not encrypt;
    ``fingerprint``: its certificate has this one, empty if that is not known."""

    host: str
    port: int = DEFAULT_PORT
    session: str = "main"
    password: str = ""
    plain: bool = False
    fingerprint: str = ""

    @property
    def address(self) -> str:
        """The server as ``agent ping`` takes it and names it in its answer."""
        place = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        if self.plain:
            return f"{SCHEME}://{place}?plain=1"
        return f"{SCHEME}://{place}?fp={self.fingerprint}" if self.fingerprint else place

    def text(self) -> str:
        """The line."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        said = {
            "plain": "1" if self.plain else "",
            "fp": "" if self.plain else self.fingerprint,
            "pw": quote(self.password, safe=""),
        }
        query = "&".join(f"{name}={value}" for name, value in said.items() if value)
        return f"{SCHEME}://{host}:{self.port}/{self.session}" + (f"?{query}" if query else "")


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
    said = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    password, plain = said.get("pw", ""), said.get("plain") == "1"
    if len(password) > _LONGEST_PASSWORD or not password.isprintable():
        raise ValueError(f"The invite is damaged: its password cannot be one. {_HOW}")
    return Invite(
        host,
        port or DEFAULT_PORT,
        session,
        password,
        plain,
        "" if plain else fingerprint_of(said.get("fp", "")),
    )


def fingerprint_of(text: str) -> str:
    """The fingerprint that somebody wrote, with colons or without; empty if there is none. Raises ValueError with what
    one looks like."""
    digits = text.strip().replace(":", "").lower()
    if digits and not _FINGERPRINT.fullmatch(digits):
        raise ValueError(f"That is no fingerprint of a certificate: it has 64 digits, 0-9 and a-f. {_HOW}")
    return digits


def host_is_possible(host: str) -> bool:
    """Whether this can be a name or an address of a computer."""
    return 0 < len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) is not None
