"""The book's pages about libraries: a library is told with all files that it needs, and mirrored whole. One thread at
a time; knows no Blender and looks at no disk.

``[path, [path, FileRef], …]``: the library's own file first, then what it uses, other libraries and pictures and the
like, each by the whole path that it has on the disk of whoever tells. ``disk`` names that disk.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any, Callable, Iterable

from .file_values import MOST_NAMES, ONE, Own, Wanted, checked
from .mirror import below, this_disk, tree_of
from .values import FileRef

if TYPE_CHECKING:
    from .file_book import FileBook

_MOST_DISK_CHARS = 100
_MOST_PATH_BYTES = 1_000  # as in the book


class LibraryBook:
    """Of one session. ``disk``: this artist's."""

    # A library that another one brought along -> what was told of that one. Outlives the session, as FileBook.told.
    brought: dict[str, list] = {}

    def __init__(self, book: FileBook):
        self._book = book
        self.disk = this_disk()
        self.session = ""  # which session it is: to be set before anything is placed
        for path in [path for path in self.brought if path not in book.told]:
            del self.brought[path]
        self._last: dict[str, list] = {}  # own library -> what was told of it
        self._disks: dict[str, str] = {}  # tree -> whose it is
        self._holders: dict[str, bytes] = {}  # key -> the node that says what is there
        self._at: dict[bytes, str] = {}  # node -> key
        self._mirrored: dict[str, str] = {}  # told by others, in a tree -> key of the library that brought it

    # --- telling ---

    def tell(self, path: str, used: Iterable[Own], user: bytes) -> Any:
        """What to tell of a library at this path, which needs these files besides. While not all is known, what was
        told before."""
        book = self._book
        if not book.keeps_files or not path:
            return path
        found: dict[str, FileRef] = {}
        known = True
        for own in ((path, ONE), *used):
            names = book.names(*own, user)
            known &= names is not None
            found.update((os.path.join(os.path.dirname(own[0]), name), ref) for name, ref in names or ())
        if not known:
            return self._last.get(path, [path])
        main = found.pop(path, None)
        if main is None:
            self._last.pop(path, None)
            return path
        others = [[name, ref] for name, ref in sorted(found.items())[: MOST_NAMES - 1]]
        self._last[path] = [path, [path, main], *others]
        return self._last[path]

    def told(self, path: str) -> Any:
        """What others told of the library that is at this path here, or of one that brought it along."""
        told = self._book.told.get(path, path)
        if not isinstance(told, str) or path not in self.brought:
            return told
        names = self.brought[path][1:]
        return [told, *(it for it in names if it[0] == told), *(it for it in names if it[0] != told)]

    def is_in_cache(self, path: str) -> bool:
        """Whether this is where others' files are, whoever named them."""
        views = os.path.join(os.path.normpath(self._book.view("")), "")
        return self._book.keeps_files and os.path.normpath(path).startswith(views)

    def needed(self, path: str, used: dict[str, set[str]]) -> set[str]:
        """The paths of an own library and of those that it leads to; ``used``: which uses which. Others' libraries are
        theirs to tell: what they name on this disk is nobody else's."""
        found, todo = {path}, [path]
        while todo:
            one = todo.pop()
            for other in used.get(one, set()) - found:
                if self.may_name(one, other) and not self._book.is_others(other):
                    found.add(other)
                    todo.append(other)
        return found

    def may_name(self, library: str, path: str) -> bool:
        """Whether a file is told because this library names it. One in the cache was others' once, in another session
        maybe: it has nothing but what came with it."""
        return self.is_in_cache(path) or not self.is_in_cache(library)

    def disk_of(self, path: str) -> str:
        """The disk whose files lie around this path in the cache; empty if that is not known."""
        root = self._root_of(path)
        return self._disks.get(os.path.basename(os.path.dirname(root)), "") if root else ""

    # --- placing ---

    def place(
        self, value: Any, disk: str, user: bytes, is_here: Callable[[bytes], bool] = lambda node: True
    ) -> tuple[str, bool]:
        """Where the library is here that others told this node to have, or will be; and whether Blender is to read it
        anew though the path is the same. Raises ValueError where it says no path, or the place of another node that
        ``is_here``."""
        book = self._book
        self._leave(user)
        if isinstance(value, str):
            return book.place(value, user)
        value = checked(value)
        if value[1:] and value[1][0] != value[0]:
            raise ValueError("the first file of the library is not the library")
        if not book.keeps_files or book.has_own(value):
            return value[0], False
        tree = tree_of(disk[:_MOST_DISK_CHARS], self.session)
        key = hashlib.sha256(f"{tree}\0{value[0]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._disks[tree] = disk
        local = self._in_tree(tree, value[0])
        for name, _ in value[1:]:
            self._in_tree(tree, name)
        value = self._agreed(key, value, user, is_here)
        wanted = book.want_it(key, value, user, tree=tree)
        path = wanted.path or local
        book.told[path] = value
        return path, book.placed(key, path, user)

    def _leave(self, user: bytes) -> None:
        wanted = self._book.wanted(self._at.pop(user, ""))
        if wanted is not None:
            wanted.users.discard(user)

    def _agreed(self, key: str, value: list, user: bytes, is_here: Callable[[bytes], bool]) -> list:
        """What is to be at a place in the cache. The node that had it first says that, as long as it lives; others may
        only want the same, or else each would have what the other one wants exchanged, for ever."""
        holder, wanted = self._holders.get(key, b""), self._book.wanted(key)
        if wanted is not None and holder != user and self._at.get(holder) == key and is_here(holder):
            if value[1:] and wanted.value[1:] and value != wanted.value:
                raise ValueError("another library has its place on that disk, with another content")
            value = wanted.value if wanted.value[1:] else value
        elif user:
            self._holders[key] = user
        if user:
            self._at[user] = key
        return value

    def _in_tree(self, tree: str, path: str) -> str:
        local = os.path.join(self._book.view(tree), *below(path).split("/"))
        if len(local.encode("utf-8", "surrogatepass")) > _MOST_PATH_BYTES:
            raise ValueError("the path of a library's file is longer than Blender can hold")
        return local

    def came(self, key: str, wanted: Wanted) -> None:
        """All files of a library are here: those that it uses are others' libraries as well."""
        in_tree = wanted.path != wanted.value[0]
        for place, (name, _) in enumerate(wanted.value[1:]):
            local = self._in_tree(wanted.tree, name) if in_tree else name
            if in_tree:
                self._mirrored[local] = key
            if not name.endswith(".blend") or place == 0:
                continue
            if local in self.brought or local not in self._book.told:  # else it has a node that says it
                self._book.told.setdefault(local, name)
                self.brought[local] = wanted.value

    def here(self, library: str, path: str, is_set: bool = False) -> str:
        """Where a file is here that others' library at ``library`` names by this path, absolute or relative to where
        the library is now; empty if it is none that came with a library. ``is_set``: one path for several files.
        """
        root = self._root_of(library)
        if not root:
            return ""
        try:
            inside = below(path[len(root) :] if path.startswith(root) else path)
        except ValueError:
            return ""
        local = os.path.join(root, *inside.split("/"))
        if is_set:
            folder = os.path.dirname(local)
            return local if any(os.path.dirname(it) == folder for it in self._mirrored) else ""
        if local not in self._mirrored:
            return ""
        return self._book.current(self._book.known_as(local)) or local

    def _root_of(self, library: str) -> str:
        """The tree in which this library lies, with what separates it from what is below it; empty if it is in none."""
        views = self._book.view("")
        if library not in self._mirrored or not library.startswith(views):
            return ""
        return os.path.join(views, library[len(views) :].split(os.sep)[0], "")
