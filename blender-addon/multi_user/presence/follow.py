"""Snap view and snap time: this artist's view and frame follow another user's until that is taken back. Main thread.

Whoever navigates or changes the frame meanwhile wants to go on alone, so that ends it. What was reached stays.
"""

from __future__ import annotations

import time
from typing import Any, Callable

import bpy
from mathutils import Quaternion, Vector

from .company import Company, Person

_STEP_SECONDS = 1 / 60
_SWITCH_SECONDS = 2.0  # Blender switches a window's scene after the tick, and later where it is busy
_SAME = 1e-4  # Blender keeps a view in single precision
_MOST_IN_ROW = 64

Tell = Callable[[str], None]


class Following:
    """Both; ``view`` and ``time`` tell whom. ``find`` gives the UUID of a datablock, ``resolve`` the datablock."""

    def __init__(self, company: Company, find, resolve, tell: Tell):
        """``tell`` tells the artist."""
        self._company = company
        self._tell = tell
        self.view = FollowView(company, find, resolve, tell)
        self.time = FollowTime(tell)

    def toggle_view(self, user: str, window: Any, area: Any) -> None:
        """Begins to follow a user's viewpoint in this 3D view, or ends it if it is followed already."""
        if self.view.user == user:
            self.view.stop(f"You no longer follow the view of {self.view.name}.")
        elif self._may(user, "follows_view", "view"):
            self.view.start(self._company.people[user], window, area)

    def toggle_time(self, user: str, window: Any) -> None:
        """Begins to follow a user's frame in the scene of this window, or ends it if it is followed already."""
        if self.time.user == user:
            self.time.stop(f"You no longer follow the frame of {self.time.name}.")
        elif self._may(user, "follows_time", "frame"):
            self.time.start(self._company.people[user], window)

    def end(self) -> None:
        """Ends both."""
        for one in (self.view, self.time):
            if one.user:
                one.stop(f"You no longer follow the {one.what} of {one.name}.")

    @property
    def active(self) -> bool:
        """Whether anything is followed."""
        return bool(self.view.user or self.time.user)

    def told(self) -> dict[str, str]:
        """What the others are told of it, as fields of this artist's presence."""
        return {"followsView": self.view.user, "followsTime": self.time.user}

    def step(self, online: bool) -> None:
        """Goes along. ``online``: whether it is known who is there."""
        if not online:
            return
        for one, field in ((self.view, "follows_view"), (self.time, "follows_time")):
            if not one.user:
                continue
            person = self._company.people.get(one.user)
            if person is None:
                one.stop(f"{one.name} is gone, so you no longer follow their {one.what}.")
            elif self._leads_to(one.user, field):
                one.stop(f"{one.name} follows your {one.what}, so you no longer follow theirs.")
            else:
                one.step(person)

    def _may(self, user: str, field: str, what: str) -> bool:
        person = self._company.people.get(user)
        if person is None:
            self._tell("That user is not there any more.")
            return False
        if self._leads_to(user, field):
            self._tell(f"{person.name} follows your {what} already.")
            return False
        return True

    def _leads_to(self, user: str, field: str) -> bool:
        """Whether a user follows this artist, be it through others: then each would chase the other for ever."""
        for _ in range(_MOST_IN_ROW):
            person = self._company.people.get(user)
            if person is None:
                return False
            user = getattr(person.told, field)
            if user == self._company.own:
                return True
        return False


class FollowView:
    """A 3D view stands where another user's does."""

    what = "view"

    def __init__(self, company: Company, find, resolve, tell: Tell):
        self._company = company
        self._find = find
        self._resolve = resolve
        self._tell = tell
        self.user = ""
        self.name = ""
        # Blender's addresses of window and area: what Python holds of a closed one is unsafe.
        self._place = (0, 0)
        self._scene: bytes | None = None
        self._switched_at = 0.0
        self._own_scene = ""
        self._left: tuple | None = None  # the view as it was left at the last step
        self._due = 0.0

    def start(self, person: Person, window: Any, area: Any) -> None:
        """Follows from now on, in this 3D view."""
        self.user, self.name = person.user.id, person.name
        self._place = (window.as_pointer(), area.as_pointer())
        self._scene, self._own_scene = self._find(window.scene), ""
        self._switched_at, self._left, self._due = 0.0, None, 0.0
        self._tell(f"You follow the view of {self.name}. Navigate, press Esc or the button again to stop.")

    def stop(self, text: str) -> None:
        """Stops and tells why."""
        if self._own_scene:
            text += f" Your own scene is {self._own_scene}."
        self.user, self._own_scene = "", ""
        self._tell(text)

    def step(self, person: Person) -> None:
        """Goes where they are now."""
        now = self._company.now()
        if now < self._due:
            return
        self._due = now + _STEP_SECONDS
        window, view = self._found()
        if view is None:
            self.stop(f"The 3D view that followed {self.name} is not shown any more.")
        elif self._in_their_scene(window, person, now):
            if self._left is not None and not _same(self._left, _state(view)):
                self.stop(f"You moved the view yourself, so you no longer follow {self.name}.")
                return
            pose = person.pose(now)
            if pose is not None:
                _set(view, pose)
                self._left = _state(view)

    def _found(self) -> tuple[Any, Any]:
        """The window and view that follow, if they are still shown."""
        for window in bpy.context.window_manager.windows:
            for area in window.screen.areas:
                if (window.as_pointer(), area.as_pointer()) == self._place and area.type == "VIEW_3D":
                    return window, area.spaces.active.region_3d
        return None, None

    def _in_their_scene(self, window: Any, person: Person, now: float) -> bool:
        """Whether the window shows the scene that they are in; sees to that otherwise, unless the artist went
        elsewhere, which ends it."""
        here = self._find(window.scene)
        if here != self._scene:
            if now - self._switched_at > _SWITCH_SECONDS:
                self.stop(f"You went to another scene, so you no longer follow {self.name}.")
            return False
        if here == person.told.scene:
            return True
        scene = self._resolve(person.told.scene) if person.told.scene else None
        if isinstance(scene, bpy.types.Scene):  # else it is not here yet
            self._own_scene = self._own_scene or window.scene.name
            self._tell(f"{self.name} is in the scene {scene.name}, and so are you now.")
            self._scene, self._switched_at = person.told.scene, now
            window.scene = scene
        return False


class FollowTime:
    """A scene shows the frame at which another user is."""

    what = "frame"

    def __init__(self, tell: Tell):
        self._tell = tell
        self.user = ""
        self.name = ""
        self._window = 0
        self._left: tuple | None = None  # the scene and its frame at the last step
        self._due = 0.0

    def start(self, person: Person, window: Any) -> None:
        """Follows from now on, in the scene of this window."""
        self.user, self.name, self._window = person.user.id, person.name, window.as_pointer()
        self._left, self._due = None, 0.0
        self._tell(f"You follow the frame of {self.name}. Change it, press Esc or the button again to stop.")

    def stop(self, text: str) -> None:
        """Stops and tells why."""
        self.user = ""
        self._tell(text)

    def step(self, person: Person) -> None:
        """Goes to their frame. Evaluating one may take long: then as much time is left to the artist."""
        windows = bpy.context.window_manager.windows
        window = next((it for it in windows if it.as_pointer() == self._window), None)
        if window is None:
            self.stop(f"The window that followed {self.name} is closed.")
            return
        scene, frame = window.scene, person.told.frame
        if self._left is not None and self._left[0] == scene.name and self._left[1] != scene.frame_current:
            self.stop(f"You changed the frame yourself, so you no longer follow {self.name}.")
            return
        begin = time.monotonic()
        if frame is None or begin < self._due or bpy.app.is_job_running("RENDER"):
            return
        if frame != scene.frame_current:
            scene.frame_set(frame)
            end = time.monotonic()
            self._due = end + (end - begin)
        self._left = (scene.name, scene.frame_current)


def _state(view: Any) -> tuple[Vector, Quaternion, float, str]:
    """What navigating changes of a view."""
    return view.view_location.copy(), view.view_rotation.copy(), view.view_distance, view.view_perspective


def _same(one: tuple, other: tuple) -> bool:
    """Whether two such are the same but for rounding."""
    size = max(1.0, one[0].length, one[2])
    moved = (one[0] - other[0]).length + abs(one[2] - other[2])
    turned = min(
        (one[1] - other[1]).magnitude, (one[1] + other[1]).magnitude
    )  # both signs mean the same rotation
    return moved < _SAME * size and turned < _SAME and one[3] == other[3]


def _set(view: Any, pose: Any) -> None:
    """Puts a view at a viewpoint; touches only what is another, as Blender draws all windows anew for it."""
    wanted = (pose.centre, pose.rotation, pose.distance, "ORTHO" if pose.flat else "PERSP")
    if _same(wanted, _state(view)):
        return
    view.view_perspective = wanted[3]
    view.view_rotation = wanted[1]
    view.view_distance = wanted[2]
    view.view_location = wanted[0]
