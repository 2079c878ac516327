"""What this artist holds: rights that follow the selection, and those that are locked by hand. Main thread only.

The server decides who owns what (SPEC RI3); this asks it for what is selected as soon as it is free, gives back what
is no longer selected once nothing of the artist's work is under way, and takes what another artist holds out of the
selection, saying whose it is.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Iterable

import bpy

from ..bridge.client import AgentClient
from ..bridge.requests import Request
from ..capture.held import shown_layers
from ..messages import Messages

_LOOK_SECONDS = 0.1
_MOST_SELECTED = 2_000  # more than these and nobody is working on them one by one: rights stay as they are


class Holdings:
    """Stepped while the artist is in the session."""

    def __init__(
        self,
        client: AgentClient,
        find: Callable[[Any], bytes | None],
        messages: Messages,
        follow_selection: bool,
        clock: Callable[[], float] = time.monotonic,
    ):
        """``find`` gives the UUID of a known datablock. Without ``follow_selection`` only locking by hand takes."""
        self._client = client
        self._find = find
        self._messages = messages
        self._clock = clock
        self.follow_selection = follow_selection
        self.owners: dict[bytes, str] = {}  # of the owned nodes: user UUIDs as text
        self.locked: set[bytes] = set()
        self._followed: set[bytes] = set()  # asked for because they were selected
        self._given_back: set[bytes] = set()  # and still ours as far as we were told
        self._handed: dict[bytes, str] = {}  # to whom, the same: of some the agent may not ask it (BR16)
        self._asked: Request | None = None
        self._stale = True
        self._anew = False
        self._due = 0.0

    def stale(self, anew: bool = False) -> None:
        """Owners changed. ``anew``: the link is a new one, and what was asked for over the old one may be lost."""
        self._stale = True
        self._anew |= anew

    def owner(self, datablock) -> str | None:
        """The user who owns a datablock, as text; None where it is free or no node."""
        uuid = self._find(datablock)
        return self.owners.get(uuid) if uuid is not None else None

    def lock(self, objects: Iterable) -> None:
        """Takes these objects and what belongs to them, until they are unlocked or handed over."""
        self.lock_nodes(self._nodes(objects))

    def unlock(self, objects: Iterable) -> None:
        """Gives them back to everybody."""
        self.unlock_nodes(self._nodes(objects))

    def hand_over(self, objects: Iterable, user: str) -> None:
        """Makes them another user's."""
        self.hand_over_nodes(self._nodes(objects), user)

    def lock_nodes(self, nodes: set[bytes]) -> None:
        """As ``lock``, of these alone."""
        self.locked |= nodes
        self._take(nodes)

    def unlock_nodes(self, nodes: set[bytes]) -> None:
        """As ``unlock``, of these alone."""
        self._give_back(nodes)

    def hand_over_nodes(self, nodes: set[bytes], user: str) -> None:
        """As ``hand_over``, of these alone."""
        self._handed.update(dict.fromkeys(nodes, user))
        self._own("GIVE", nodes, user)

    def step(self, me: str, names: dict[str, str], calm: bool, viewer: bool = False) -> None:
        """Lets rights follow the selection.

        ``me``: this user's UUID as text; ``names``: of the users by UUID; ``calm``: nothing of what the artist did is
        under way to the server, so what is given back can be taken by others without loss; ``viewer``: this artist
        may hold nothing, and the server gave back what was held.
        """
        self._take_owners(me, names)
        if viewer:
            self._followed.clear()
            self.locked.clear()
            return
        now = self._clock()
        if not self.follow_selection or now < self._due:
            return
        self._due = now + _LOOK_SECONDS
        selected = _selected()
        if selected is None:
            return
        wanted = self._nodes(self._without_foreign(selected, me, names))
        missing = {
            it for it in wanted - self._followed if self.owners.get(it) is None or it in self._given_back
        }
        if missing:
            self._followed |= missing
            self._take(missing)
        surplus = self._followed - wanted
        if surplus and calm:
            self._followed -= surplus
            self._give_back({it for it in surplus - self.locked if self.owners.get(it, me) == me})

    def _without_foreign(self, selected: list, me: str, names: dict[str, str]) -> list:
        """The selected objects that no other artist holds; the others are deselected."""
        own = []
        for thing in selected:
            owner = self.owner(thing)
            if owner is None or owner == me:
                own.append(thing)
            elif thing.mode == "OBJECT":
                thing.select_set(False)
                self._messages.add("owner", f"{thing.name} is held by {names.get(owner, 'somebody else')}.")
        return own

    def _take_owners(self, me: str, names: dict[str, str]) -> None:
        """Fetches the owners anew after they changed."""
        if self._asked is not None and self._asked.finished:
            asked, self._asked = self._asked, None
            if asked.error is None:
                self._were_told(asked.value, me, names)
            else:
                self._stale = True
        if self._stale and self._asked is None:
            self._stale = False
            self._asked = self._client.owners()

    def _were_told(self, owners: dict[bytes, str], me: str, names: dict[str, str]) -> None:
        held = self._followed | self.locked
        lost = {it for it in held if owners.get(it, me) != me}
        taken = [it for it in lost if self.owners.get(it) == me and owners[it] != self._handed.get(it)]
        if taken:
            owner = names.get(owners[taken[0]], "Somebody")
            self._messages.add("owner", f"{owner} took over what you held ({len(taken)} datablocks).")
        self._followed -= lost
        self.locked -= lost
        mine = {it for it, owner in owners.items() if owner == me}
        self._given_back &= mine
        self._handed = {it: user for it, user in self._handed.items() if it in mine}
        if self._anew:
            self._anew = False
            self._followed &= mine
            self._own("RELEASE", self._given_back)
        self.locked |= mine - held - self._given_back  # somebody handed it over
        self.owners = owners

    def _nodes(self, objects: Iterable) -> set[bytes]:
        nodes = {self._find(it) for thing in objects for it in belongings(thing)}
        nodes.discard(None)
        return nodes

    def _take(self, nodes: set[bytes]) -> None:
        """Also of what was given back: the agent may still have put that off (BR16)."""
        self._given_back -= nodes
        self._own("TAKE", nodes)

    def _give_back(self, nodes: set[bytes]) -> None:
        self.locked -= nodes
        self._followed -= nodes
        self._given_back |= nodes
        self._own("RELEASE", nodes)

    def _own(self, action: str, nodes: set[bytes], user: str = "") -> None:
        if nodes:
            self._client.own(action, sorted(nodes), user)


def belongings(thing: bpy.types.Object) -> list:
    """An object and the datablocks that are edited with it: its data, shape keys, materials and actions."""
    found: list = [thing]
    if thing.data is not None:
        found.append(thing.data)
    keys = getattr(thing.data, "shape_keys", None)
    if keys is not None:
        found.append(keys)
    for it in list(found):
        animation = getattr(it, "animation_data", None)
        if animation is not None and animation.action is not None:
            found.append(animation.action)
    found += [slot.material for slot in thing.material_slots if slot.material is not None]
    return found


def _selected() -> list | None:
    """The selected objects of what is shown; None where they are too many to follow."""
    found: list = []
    for layer in shown_layers():
        selected = layer.objects.selected
        if len(found) + len(selected) > _MOST_SELECTED:
            return None
        found += selected
        active = layer.objects.active
        if active is not None and active.mode != "OBJECT" and active not in found:
            found.append(active)
    return found
