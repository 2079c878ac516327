"""The book of the files that a scene uses: what they hold, what the others call them, and where they are here.

One thread at a time; knows no Blender and looks at no disk, which is the agent's work: a disk may keep whoever asks
waiting. A file's place in a tree is its path as text while nothing is known to be there, or ``[path, [name, FileRef],
...]``: the path that its owner has, and each file that belongs to it (a sequence and the tiles of an image have many)
by name and content (SPEC FI1). ``[path]`` alone: there may be one, and what is in it is still to come.

A path that others told is never looked at: whoever names a file would get it. Nor is what they make of an own path, a
sequence for instance, or a strip of more pictures.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable

from .file_values import (
    MOST_NAMES,
    ONE,
    SEQUENCE,
    TILES,
    Names,
    Own,
    Wanted,
    check_path,
    checked,
    in_pieces,
    key_of,
    kind_of,
    path_of,
    safe_leaf,
    value_of,
)
from .library_book import LibraryBook
from .mirror import below
from .values import FileRef

__all__ = [
    "MOST_NAMES",
    "ONE",
    "SEQUENCE",
    "TILES",
    "FileBook",
    "News",
    "checked",
    "key_of",
    "path_of",
    "safe_leaf",
]


@dataclass
class News:
    """What came of what was asked, by nodes: ``known`` use files of which more is known now, ``saved`` ones that were
    written anew by somebody else than Blender, ``here`` such as others refer to and that are here now, by ``keys``.
    """

    known: set[bytes] = field(default_factory=set)
    saved: set[bytes] = field(default_factory=set)
    here: set[bytes] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class FileBook:
    """One session's book. What a path in the cache stands for outlives it: the scene stays as it is."""

    told: dict[str, Any] = {}  # a path that stands for others' file in this Blender -> what they told

    def __init__(
        self,
        cache: str,
        watch: Callable[[list], Any] = lambda asked: None,
        want: Callable[[list], Any] = lambda asked: None,
    ):
        """``cache``: the agent's folder, or empty to tell paths and nothing else; ``watch`` and ``want`` ask the
        agent (BR27, BR28)."""
        self._cache = cache
        for path in [path for path in self.told if not self._in_cache(path)]:
            del self.told[path]  # a later session may be about the artist's own files
        self._watch = watch
        self._want = want
        self._own: dict[Own, Names | None] = {}  # None: not known yet; empty: there is none
        self._users: dict[Own, set[bytes]] = {}
        self._wanted: dict[str, Wanted] = {}
        self._views: dict[Own, str] = {}  # in the cache -> key; somebody may save over it
        self._refused: set[Own] = set()  # what others made of own paths
        self._stand_ins: dict[str, str] = {}  # where nothing was when it was told to Blender -> key
        self._placed: list[str] = []
        self._fresh: set[tuple[bytes, str]] = set()
        self._to_watch: list[Own] = []
        self._to_want: list[str] = []
        self.libraries = LibraryBook(self)

    @property
    def keeps_files(self) -> bool:
        """Whether files travel at all."""
        return bool(self._cache)

    # --- telling ---

    def tell(self, path: str, kind: str, user: bytes) -> Any:
        """What to tell the others of a path that this node has, an absolute one."""
        if not self._cache or not path:
            return path
        own = (path, kind)
        if path in self.told and (own not in self._own or own in self._views):
            return self.told[path]
        if own in self._refused:
            return value_of(path, self._own.get((path, ONE), ()))
        return value_of(path, self.names(path, kind, user))

    def is_told(self, held: str) -> bool:
        """Whether others told this path, as Blender holds it. A relative one leads elsewhere once the file is saved."""
        return held.startswith("//") and held in self.told

    def is_others(self, path: str) -> bool:
        """Whether others told this path, which is absolute, and it is no file of this artist's."""
        return path in self.told and not self.is_own(path)

    def is_own(self, path: str) -> bool:
        """Whether this artist's scene names this file."""
        return (path, ONE) in self._own

    @classmethod
    def known_as(cls, path: str) -> str:
        """The path that the owner has of what is at this one, which is the same for everybody."""
        return path_of(cls.told[path]) if path in cls.told else path

    def tell_set(self, path: str, members: Iterable[tuple[str, str]], user: bytes) -> Any:
        """The same for a path that several files belong to: each by the name that it is told by, and its path here."""
        if not self._cache or not path:
            return path
        if path in self.told:
            return self.told[path]
        found: list[tuple[str, FileRef]] = []
        known = True
        for name, inside in dict(members).items():
            if (inside, ONE) in self._refused:
                continue
            names = self.names(inside, ONE, user)
            known &= names is not None
            found += [(name, ref) for _, ref in names or ()]
        return value_of(path, tuple(found) if known else None)

    def refuse(self, path: str, kind: str = ONE) -> None:
        """Others, and not this artist, had Blender use this; what is there stays here."""
        if path and (path, kind) not in self._own:
            self._refused.add((path, kind))

    def stands_for(self, path: str, value: Any) -> None:
        """Blender made this path of the one that it was to have for what others told."""
        if path:
            self.told[path] = value

    def names(self, path: str, kind: str, user: bytes) -> Names | None:
        """The files at an own path; None as long as that is not known, which the agent is asked for."""
        own = (path, kind)
        if own in self._refused:
            return ()
        self._users.setdefault(own, set()).add(user)
        if own not in self._own:
            self._own[own] = None
            self._to_watch.append(own)
        return self._own[own]

    # --- placing ---

    def place(self, value: Any, user: bytes, kind: str = ONE, folder: bool = False) -> tuple[str, bool]:
        """Where the file is here that others told this node to have, or will be; and whether Blender is to read it
        anew though the path is the same. ``folder``: they told the folder. Raises ValueError where it says no path.
        """
        if isinstance(value, str):
            return self._place_text(value, kind), False
        value = checked(value)
        if not self._cache:
            return value[0], False
        if self._is_own(value, kind, folder):
            return value[0], False
        key = key_of(value, user)
        wanted = self.want_it(key, value, user, folder)
        path = wanted.path or self._stand_in(key, value, folder)
        self.told[path] = value
        return path, self.placed(key, path, user)

    def placed(self, key: str, path: str, user: bytes) -> bool:
        """Blender is told this path for what is wanted; whether it is to read it anew though the path is the same."""
        wanted = self._wanted[key]
        if not wanted.path or (wanted.tree and not wanted.here):
            self._stand_ins[path] = key
        if wanted.here:
            self._placed += [key, key_of(wanted.value[:1], b"")]
        return self._take_fresh(user, key)

    def coming(self, path: str) -> str:
        """The key by which what others have at this path comes, or is to be placed; empty if it is there, or nothing is
        to come."""
        key = self._stand_ins.get(path, "")
        wanted = self._wanted.get(key)
        return "" if wanted is None or (wanted.here and wanted.path == path) else key

    def take_placed(self) -> list[str]:
        """The keys of what Blender was told to have since the last call."""
        placed, self._placed = self._placed, []
        return placed

    def _take_fresh(self, user: bytes, key: str) -> bool:
        fresh = (user, key) in self._fresh
        self._fresh.discard((user, key))
        return fresh

    def wanted(self, key: str) -> Wanted | None:
        """What is to be here under this key."""
        return self._wanted.get(key)

    def want_it(self, key: str, value: list, user: bytes, folder: bool = False, tree: str = "") -> Wanted:
        """Has what others told this node to have be here, under this key."""
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = self._wanted[key] = Wanted(value, folder, tree=tree)
            self._to_want.append(key)
        elif wanted.value != value:
            wanted.value, wanted.here = value, False
            self._to_want.append(key)
        if user:
            wanted.users.add(user)
        return wanted

    def _place_text(self, path: str, kind: str) -> str:
        """Nothing is known to be at this path, which the others see all the same."""
        check_path(path)
        if not path or (path, kind) in self._own:
            return path
        if path.startswith("\\\\") and os.name == "nt":  # looking there would tell another machine who we are
            shown = self._stand_in(key_of([path], b""), [path], folder=False)
            self.told[shown] = path
            return shown
        self.told.setdefault(path, path)
        return path

    def _is_own(self, value: list, kind: str, folder: bool) -> bool:
        """Whether it is a file of this artist's, as it is on the disk here."""
        if folder:
            inside = [self._own.get((os.path.join(value[0], name), ONE)) for name, _ in value[1:]]
            return bool(inside) and all(it == ((name, ref),) for it, (name, ref) in zip(inside, value[1:]))
        names = self._own.get((value[0], kind), ())
        if names is None or len(value) == 1:
            return (value[0], kind) in self._own
        return names == tuple((name, ref) for name, ref in value[1:])

    def has_own(self, value: list) -> bool:
        """Whether a library of this artist's is what others told."""
        names = self._own.get((value[0], ONE), ())
        if names is None or len(value) == 1:
            return (value[0], ONE) in self._own
        return [ref for _, ref in names] == [value[1][1]]

    def current(self, path: str) -> str:
        """Where the library is that is told of this path; empty if it is not wanted by itself, or not here yet."""
        at = [
            it.path
            for it in self._wanted.values()
            if it.tree and it.here and it.users and it.value[0] == path
        ]
        return at[0] if at else ""

    def view(self, folder: str) -> str:
        """A folder in the cache where others' files are put together."""
        return os.path.join(self._cache, "views", folder)

    def _stand_in(self, key: str, value: list, folder: bool) -> str:
        return os.path.join(self.view(key), "" if folder else safe_leaf(value[0]))

    # --- news ---

    def ask(self) -> None:
        """Asks the agent for what is to be known."""
        asked, self._to_watch = self._to_watch, []
        for piece in in_pieces([list(own) for own in asked]):
            self._watch(piece)
        keys, self._to_want = dict.fromkeys(self._to_want), []
        keys = [key for key in keys if len(self._wanted[key].value) > 1]
        for piece in in_pieces([self._asked(key) for key in keys]):
            self._want(piece)

    def _asked(self, key: str) -> list:
        wanted = self._wanted[key]
        path, *names = wanted.value
        if wanted.tree:
            return [key, path, [[below(name), ref.digest.hex(), name] for name, ref in names], wanted.tree]
        if wanted.folder:
            path = os.path.join(path, names[0][0])
        return [key, path, [[name, ref.digest.hex()] for name, ref in names]]

    @property
    def busy(self) -> bool:
        """Whether something is asked and not answered."""
        waiting = any(not it.here and len(it.value) > 1 and it.users for it in self._wanted.values())
        return waiting or None in self._own.values()

    def restarted(self) -> None:
        """Another agent took over, which is to be asked anew."""
        self._to_watch = list(self._own)
        self._to_want = list(self._wanted)

    def came(self, answer: dict[str, Any]) -> News:
        """Takes down what the agent says (BR29)."""
        news = News()
        for fields in answer.get("looked", ()):
            self._looked(fields, news)
        for fields in answer.get("ready", ()):
            self._ready(fields["key"], fields["path"], news)
        for fields in answer.get("problems", ()):
            news.problems.append(fields["text"])
        return news

    def _looked(self, fields: dict[str, Any], news: News) -> None:
        own = (fields["path"], fields["kind"])
        if own not in self._own or (own in self._views and not self._wanted[self._views[own]].here):
            return  # nobody asked, or it is being put together
        names = tuple((name, FileRef(bytes.fromhex(digest))) for name, digest, _ in fields["names"])
        before, self._own[own] = self._own[own], names
        if before == names:
            return
        users = self._users.get(own, set())
        if own in self._views:
            self._saved_over(own, names)
        elif not names:
            news.missing.append(own[0])
        if before:
            news.saved |= users
        news.known |= users

    def _in_cache(self, path: str) -> bool:
        return bool(self._cache) and path.startswith(os.path.join(self._cache, ""))

    def _saved_over(self, own: Own, names: Names) -> None:
        """Somebody here wrote over others' file, in the cache: it is another file of that name from now on."""
        path, *told = self.told[own[0]]
        if len(told) == 1:
            names = tuple((told[0][0], ref) for _, ref in names)
        self.told[own[0]] = value_of(path, names)

    def _ready(self, key: str, path: str, news: News) -> None:
        wanted = self._wanted.get(key)
        if wanted is None or len(wanted.value) < 2:
            return
        own = (path, kind_of(wanted.value))
        if wanted.folder:
            path = os.path.join(os.path.dirname(path), "")
            path = wanted.value[0] if os.path.join(wanted.value[0], "") == path else path
        elif self._in_cache(path) and not wanted.tree:
            names = (
                wanted.value[1:] if len(wanted.value) > 2 else [[os.path.basename(path), wanted.value[1][1]]]
            )
            self._views[own] = key
            self._own[own] = tuple((name, ref) for name, ref in names)
            self._users.setdefault(own, set()).update(wanted.users)
            self._to_watch.append(own)
        wanted.path, wanted.here = path, True
        self.told[path] = wanted.value
        if wanted.tree:
            self.libraries.came(key, wanted)
        self._fresh |= {(user, key) for user in wanted.users}
        news.here |= wanted.users
        news.keys += [
            key,
            key_of(wanted.value[:1], b""),
        ]  # also by the one while nobody had told what it holds
