"""The others of a session, as they are to be shown: who they are, what they say, how they move. Main thread only."""

from __future__ import annotations

import time
from typing import Any, Callable

from .motion import Motion
from .told import Pose, Told, read, shown_name

MOST_PEOPLE = 256  # more are not drawn


class Person:
    """One of the others. ``until``: when what is drawn of them is at rest, in seconds of the company's clock."""

    def __init__(self, user: Any, now: float):
        self.user = user
        self.raw: Any = None
        self.told = Told()
        self.until = now
        self._before = self.told
        self._motion: Motion | None = None

    @property
    def name(self) -> str:
        """As it can be drawn."""
        return shown_name(self.user.name)

    @property
    def colour(self) -> tuple[float, float, float]:
        """Red, green and blue from 0 to 1."""
        return tuple((self.user.colour >> shift & 255) / 255 for shift in (16, 8, 0))

    def pose(self, now: float) -> Pose | None:
        """Their viewpoint at a time; None if they have none."""
        return self._motion.at(now) if self._motion is not None else None

    def tell(self, raw: Any, now: float) -> None:
        """Takes a presence; the same one as before changes nothing."""
        if raw == self.raw:
            return
        self.raw = raw
        self._before, self.told = self.told, read(raw)
        pose = self.told.pose
        if pose is None:
            self._motion = None
        elif self._motion is None or self.told.scene != self._before.scene:
            self._motion = Motion(pose, now)
        elif pose != self._before.pose:
            self._motion.go(pose, now)
        self.until = max(now, self._motion.end if self._motion is not None else now)

    def concerns(self, scene: bytes | None) -> bool:
        """Whether they are in a scene, or just were."""
        return scene is not None and scene in (self.told.scene, self._before.scene)


class Company:
    """All others who are there; ``people`` by their ids, ``own`` is this artist's id."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._seen: tuple[Any, Any] = (None, None)
        self.own = ""
        self.people: dict[str, Person] = {}
        self.changed = clock()  # when somebody came or left
        self.selected = 0  # another number whenever who has selected what is another

    def now(self) -> float:
        """Seconds of its clock."""
        return self._clock()

    def take(self, status: Any, presences: dict[str, Any]) -> None:
        """The users of the session as the agent's status has them, and what was told of them. Costs nothing while both
        are the same objects as before."""
        if self._seen[0] is status and self._seen[1] is presences:
            return
        self._seen = (status, presences)
        self.own = status.client
        now = self.now()
        there = [it for it in status.users if it.online and it.id != status.client][:MOST_PEOPLE]
        people = {it.id: self.people.get(it.id) or Person(it, now) for it in there}
        looks = [(it.id, it.name, it.colour) for it in there]
        if looks != [(it.user.id, it.user.name, it.user.colour) for it in self.people.values()]:
            self.changed = now
            self.selected += 1
        self.people = people
        for user in there:
            person = people[user.id]
            person.user, before = user, person.told
            person.tell(presences.get(user.id), now)
            if (before.scene, before.selection) != (person.told.scene, person.told.selection):
                self.selected += 1

    def at_rest(self, since: float, scene: bytes | None, elsewhere: bool) -> bool:
        """Whether what a view of this scene shows is the same as at a time before. ``elsewhere``: it also shows who is
        in other scenes."""
        if self.changed >= since:
            return False
        return all(it.until < since or not (elsewhere or it.concerns(scene)) for it in self.people.values())
