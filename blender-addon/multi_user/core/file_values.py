"""What is told of files: its form, and what is kept of what others told. Pure."""

from __future__ import annotations

import hashlib
import json
import ntpath
import re
from dataclasses import dataclass, field
from typing import Any, Iterator

from .values import FileRef

ONE = "one"
SEQUENCE = "sequence"
TILES = "tiles"
MOST_NAMES = 10_000
MOST_ASKED_CHARS = 1 << 20  # of what is asked of the agent at once; a single file's names may be longer
_MOST_PATH_BYTES = 1_000  # Blender keeps 1,023, and what it shortens is another path
_MOST_NAMES_BYTES = 1_500_000  # of one file: written for the agent they are eight times as long at most (BR4)
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f]")
_MOST_LEAF_CHARS = 100

Names = tuple[tuple[str, FileRef], ...]
Own = tuple[str, str]  # path and kind


@dataclass
class Wanted:
    """What others refer to; ``path`` is where it is here, empty until it was once; ``here``: as it is told now."""

    value: list
    folder: bool
    path: str = ""
    here: bool = False
    tree: str = ""  # of a library: where it is mirrored
    users: set[bytes] = field(default_factory=set)


def checked(value: Any) -> list:
    """What others told of a file, as a list; raises ValueError where it is not that."""
    if not isinstance(value, (list, tuple)) or not value or len(value) > MOST_NAMES + 1:
        raise ValueError("the place of its file is none")
    path, *names = value
    if not isinstance(path, str) or not path:
        raise ValueError("the path of its file is none")
    check_path(path)
    for pair in names:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not isinstance(pair[1], FileRef):
            raise ValueError("what its file holds is not told")
        if not isinstance(pair[0], str) or not pair[0] or _CONTROLS.search(pair[0]):
            raise ValueError("a file of it has no name")
    if sum(_bytes(name) for name, _ in names) > _MOST_NAMES_BYTES:
        raise ValueError("the names of its files are too long")
    return [path, *([name, ref] for name, ref in names)]


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def in_pieces(asked: list[list]) -> Iterator[list[list]]:
    """What is asked of the agent, in parts that it takes: it ends a connection over which too much comes at once."""
    piece: list[list] = []
    chars = 0
    for one in asked:
        long = len(json.dumps(one))
        if piece and chars + long > MOST_ASKED_CHARS:
            yield piece
            piece, chars = [], 0
        piece.append(one)
        chars += long
    if piece:
        yield piece


def check_path(path: str) -> None:
    """Raises ValueError where Blender cannot hold this path."""
    if "\0" in path or _bytes(path) > _MOST_PATH_BYTES:
        raise ValueError("the path of its file is none that Blender can hold")


def path_of(value: Any) -> str:
    """The path that its owner has; raises ValueError."""
    return value if isinstance(value, str) else checked(value)[0]


def value_of(path: str, names: Names | None) -> Any:
    """What is told of a path with these files; None: they are not known yet."""
    if names is None:
        return [path]
    return [path, *([name, ref] for name, ref in names)] if names else path


def key_of(value: list, user: bytes) -> str:
    """The name of the folder in the cache where it is put together. A single file never changes there: another content
    has another folder. The files of a set change one by one, each node's by themselves."""
    digest = hashlib.sha256(value[0].encode("utf-8", "surrogatepass"))
    if len(value) > 2:
        digest.update(b"\0set\0" + user)
    elif len(value) == 2:
        digest.update(b"\0" + value[1][0].encode("utf-8", "surrogatepass") + b"\0" + value[1][1].digest)
    return digest.hexdigest()[:32]


def safe_leaf(path: str) -> str:
    """The base name of a path of any system, for a place where nothing is yet."""
    leaf = ntpath.basename(path.replace("/", "\\")) or "file"
    kept = "".join(it if it.isalnum() or it in " .-_()+=#<>" else "_" for it in leaf)
    return kept[-_MOST_LEAF_CHARS:].strip(" .") or "file"


def kind_of(value: list) -> str:
    """What the path of what is told stands for."""
    if len(value) == 2:
        return ONE
    return TILES if "<U" in value[0] else SEQUENCE
