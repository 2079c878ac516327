"""Where the files of another artist's disk lie in the cache: one tree for each disk, each file by its whole path. Pure.

So every library is there once, whoever uses it, and relative paths between them lead where they led on that disk. The
names are such that the agent, which makes them safe once more, leaves them as they are.
"""

from __future__ import annotations

import hashlib
import platform
import re
import unicodedata
from pathlib import Path

_MOST_BYTES = 140  # of a name; the agent shortens what is longer than 150
_NUMBER = "1001"  # in the place of what stands for a tile's number
_TOKENS = ("<UDIM>", "<UVTILE>")
_FORBIDDEN = frozenset('<>:"/\\|?*')
_NOT_SHOWN = frozenset(("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"))
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)


def this_disk() -> str:
    """What tells this computer's disk from others': the same for whoever works at it as this user."""
    return hashlib.sha256(f"{platform.node()}\0{Path.home()}".encode("utf-8", "surrogatepass")).hexdigest()[
        :32
    ]


def tree_of(disk: str, session: str) -> str:
    """The name of the tree for a disk in a session: another session may know it as it was at another time."""
    return hashlib.sha256(f"{session}\0{disk}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def below(path: str) -> str:
    """The place of a file in its tree, with "/" between folders; ``path`` is the one that its owner has, of any system.
    Raises ValueError where it says none."""
    is_windows = re.match(r"[A-Za-z]:|\\\\", path) is not None
    parts = [part for part in re.split(r"[/\\]" if is_windows else "/", path) if part]
    if not parts or any(part in (".", "..") for part in parts):
        raise ValueError("the path of a library's file is not a whole one")
    return "/".join(map(_safe, parts))


def _safe(part: str) -> str:
    token = next((it for it in _TOKENS if it in part and _NUMBER not in part), None)
    if token is not None:
        return _safe(part.replace(token, _NUMBER)).replace(_NUMBER, token)
    kept = "".join(it for it in part if unicodedata.category(it) not in _NOT_SHOWN)
    kept = "".join("_" if it in _FORBIDDEN else it for it in unicodedata.normalize("NFC", kept))
    kept = kept.strip(" .") or "file"
    if len(kept.encode()) > _MOST_BYTES:  # two that begin and end alike must not become one
        name = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        stem, dot, ending = kept.rpartition(".")
        kept = f"{(stem or kept)[:24].strip(' .')}_{name}{dot + ending if len(ending) < 8 else ''}"
    return f"_{kept}" if _DEVICES.match(kept) else kept
