"""Listens to Blender: which datablocks it reports as changed, and when the whole file was exchanged. Main
thread only.

The handlers only mark; all work is the pump's. While changes of others are applied the observer is muted: the
caller lets Blender flush before (so the artist's own edits are reported) and again after (so that our own
writes are, to nobody).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable

import bpy
from bpy.app.handlers import persistent

from ..datablocks.contract import GEOMETRY, SHADING
from . import identity, scope
from .dirty import DirtySet, hints_of

# When Blender rebuilds its relations it reports every object as shaded anew, and with a mesh all objects that use it;
# beyond this many the sweep looks at them instead.
_MOST_DOUBTFUL = 64
_FOLLOW = {GEOMETRY, SHADING}  # what is reported of an object whose data changed
_SHAPES = tuple(
    getattr(bpy.types, name)
    for name in ("Mesh", "Curve", "MetaBall", "Lattice", "Curves", "PointCloud", "GreasePencil", "Volume")
    if hasattr(bpy.types, name)
)


class Observer:
    """Feeds a DirtySet from Blender's handlers between ``start`` and ``stop``."""

    def __init__(
        self,
        identities: identity.Identities,
        dirty: DirtySet,
        on_new: Callable[[Any], None],
        on_structure: Callable[[], None],
        on_history: Callable[[bool], None],
        on_load: Callable[[], None],
    ):
        """``on_new`` gets a datablock that is not known yet; ``on_structure``: datablocks may have come or
        gone; ``on_history``: undo or redo is about to take place (False) or took place (True);
        ``on_load``: another file is about to be loaded."""
        self._identities = identities
        self._dirty = dirty
        self._on_new = on_new
        self._on_structure = on_structure
        self._muted = 0
        self.listening = False
        self.rewinding = False  # the datablocks that are known are not those that there are
        self._ranks = scope.ranks()
        self._owners: dict[int, Any] = {}
        self._handlers = self._make_handlers(on_history, on_load)

    def _make_handlers(
        self, on_history: Callable[[bool], None], on_load: Callable[[], None]
    ) -> list[tuple[list, Callable]]:
        @persistent
        def depsgraph_update_post(scene, depsgraph=None):
            if self.listening and not (self._muted or self.rewinding) and depsgraph is not None:
                self._updated(depsgraph.updates)

        @persistent
        def before_history(*_):
            on_history(False)

        @persistent
        def after_history(*_):
            self._owners.clear()
            on_history(True)

        @persistent
        def load_pre(*_):
            on_load()

        handlers = bpy.app.handlers
        return [
            (handlers.depsgraph_update_post, depsgraph_update_post),
            (handlers.undo_pre, before_history),
            (handlers.redo_pre, before_history),
            (handlers.undo_post, after_history),
            (handlers.redo_post, after_history),
            (handlers.load_pre, load_pre),
        ]

    def start(self) -> None:
        """Registers the handlers."""
        for handlers, function in self._handlers:
            handlers.append(function)

    def stop(self) -> None:
        """Takes the handlers out again; nothing if they are out."""
        for handlers, function in self._handlers:
            if function in handlers:
                handlers.remove(function)

    @contextmanager
    def muted(self):
        """What Blender reports meanwhile is not the artist's."""
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1

    def mark(self, datablock, hints: set[str], doubtful: bool = False, rewound: bool = False) -> None:
        """Marks a replicated datablock dirty."""
        rank = self._ranks[scope.collection_of(datablock)]
        self._dirty.mark(identity.native_key(datablock), datablock, hints, rank, doubtful, rewound)

    def _updated(self, updates) -> None:
        rebuilt = False
        doubtful = 0
        reshaped = {it.id.original for it in updates if it.is_updated_geometry and _has_shape(it.id)}
        for update in updates:
            hints = hints_of(update)
            reported = update.id
            if isinstance(reported, bpy.types.Object) and (
                (rebuilt and hints == {SHADING})
                or (reshaped and hints <= _FOLLOW and reported.original.data in reshaped)
            ):
                doubtful += 1
                if doubtful > _MOST_DOUBTFUL:
                    continue
                self._reported(reported.original, hints, True)
                continue
            if isinstance(reported, bpy.types.Scene):
                rebuilt = True
            self._reported(reported.original, hints, False)
        if rebuilt:
            self._on_structure()

    def _reported(self, datablock, hints: set[str], doubtful: bool) -> None:
        if datablock.library is not None:
            return  # its contents are its library's
        if self._identities.find(datablock) is None:
            if self._identities.ignored(datablock):
                return
            reason = scope.refusal(datablock)
            if reason == scope.EMBEDDED or (reason and isinstance(datablock, bpy.types.Key)):
                owner = self._owner(datablock)
                if owner is None or self._identities.ignored(owner) or scope.refusal(owner) is not None:
                    return
                datablock = owner
            elif reason is not None:
                return
            else:
                self._on_new(datablock)
                return
        self.mark(datablock, hints, doubtful)
        if SHADING in hints and isinstance(datablock, bpy.types.Object) and datablock.mode == "SCULPT":
            self._sculpted(datablock.data, doubtful)

    def _sculpted(self, data, doubtful: bool) -> None:
        """Of a stroke in sculpt mode Blender reports no more than that the object is to be drawn again."""
        for it in (data, getattr(data, "shape_keys", None)):
            if it is not None and it.library is None and self._identities.find(it) is not None:
                self.mark(it, {GEOMETRY}, doubtful)

    def _owner(self, embedded) -> Any | None:
        key = embedded.as_pointer()
        owner = self._owners.get(key)
        if owner is None or not identity.alive(owner) or embedded not in _embedded_in(owner):
            owner = scope.owner_of(embedded)
            if owner is not None:
                self._owners[key] = owner
        return owner


def _has_shape(datablock) -> bool:
    """Whether it is the data of objects, which Blender reports along with it. Of a pose the report of its armature says
    nothing."""
    return isinstance(datablock, _SHAPES)


def _embedded_in(owner) -> tuple:
    """What a datablock holds as its own parts."""
    return tuple(getattr(owner, name, None) for name in ("node_tree", "collection", "shape_keys"))
