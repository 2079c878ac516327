"""What is linked, after Blender read a library anew: every datablock of it is another one then. Main thread only."""

from __future__ import annotations

from typing import Any, Callable

import bpy

from ..datablocks import libraries, library_files, missing, overrides
from ..datablocks.contract import Context
from . import scope
from .identity import Identities


class Links:
    """Finds the new ones for the nodes of the old ones."""

    def __init__(
        self,
        identities: Identities,
        context: Context,
        rebound: Callable[[Any, bool], None],
        gone: Callable[[bytes], None],
        whole: Callable[[bytes], Any],
    ):
        """``rebound`` gets each datablock that is to be looked at, or with True, that is not to be although it changed;
        ``gone`` each node that is linked no more; ``whole`` asks for all of a node."""
        self._identities = identities
        self._context = context
        self._rebound = rebound
        self._gone = gone
        self._whole = whole

    def renew(self, own: bool) -> None:
        """Looks for linked datablocks that were exchanged or removed; with ``own`` that was this artist's doing."""
        lost = self._identities.lost_links()
        if not lost:
            return
        library_files.forget()
        if library_files.lead_to_files(self._context):
            lost = self._identities.lost_links()
        renewed = {}
        for datablock in scope.all_datablocks():
            is_library = isinstance(datablock, bpy.types.Library)  # Blender may have made two of one path one
            if not is_library and datablock.library is None and datablock.override_library is None:
                continue
            if self._identities.find(datablock) is not None:
                continue
            uuid = self._identities.claim(datablock)
            if uuid in lost:
                lost.discard(uuid)
                self._identities.bind(uuid, datablock)
                self._context.arrived(uuid, datablock)
                if datablock.library is not None:
                    renewed.setdefault(datablock.library, []).append(datablock)
                elif own and not is_library:
                    self._rebound(datablock, False)
        for uuid in lost:
            self._gone(uuid)
        if not own:
            self._foresee()
        for library, linked in renewed.items():
            self._read_anew(library, linked, own)

    def _foresee(self) -> None:
        """What a library has more now, Blender overrides by itself in the hierarchies that it belongs to: those who had
        the library read anew tell the rest of it."""
        for datablock in scope.all_datablocks():
            if overrides.is_override(datablock) and self._identities.find(datablock) is None:
                uuid = self._identities.claim(datablock)
                if uuid is not None and self._identities.resolve(uuid) is None:
                    self._context.foresee(datablock, uuid)

    def _read_anew(self, library, linked: list, own: bool) -> None:
        """What took the place of empty ones brings more than was there: what uses it is to be as the others have it,
        and not as Blender completed it here."""
        memory = self._context.memory(library)
        users = _users(linked)
        refreshed = [user for user in users if _refresh(user, linked)]
        if libraries.is_coming(library, self._context):
            return  # it is read once more then
        if memory.get(missing.STANDS_IN) and libraries.readable(library):
            memory[missing.STANDS_IN] = False
            self._context.arrived(overrides.awaited(self._identities.identify(library)), library)
            for user in users:
                uuid = self._identities.find(user)
                if uuid is not None:
                    self._rebound(user, True)
                    self._whole(uuid)
        elif own:
            memory["loaded"] = memory.get("loaded", 0) + 1
            for datablock in (library, *linked, *refreshed):
                self._rebound(datablock, False)


def _users(linked: list) -> set:
    """The datablocks of this file that use any of these."""
    users = bpy.data.user_map(subset=linked)
    found = {user for holders in users.values() for user in holders if user.library is None}
    embedded = {user for user in found if user.is_embedded_data}
    return (found - embedded) | {owner for it in embedded if (owner := scope.owner_of(it)) is not None}


def _refresh(user, linked: list) -> bool:
    """Has the modifiers of an object show the inputs of node groups that were read anew, which Blender does only where
    the group is set (5.2 does so by itself); whether there are any."""
    found = False
    for modifier in getattr(user, "modifiers", ()) if isinstance(user, bpy.types.Object) else ():
        group = getattr(modifier, "node_group", None)
        if group is not None and group in linked:
            modifier.node_group = group
            found = True
    return found
