"""What the 3D views show of the others, and when it has to be drawn anew. Main thread only; drawing changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import bpy

from . import labels, lines, selections
from .company import Company, Person
from .labels import Label
from .told import Pose

_REDRAW_SECONDS = 1 / 30
# Texts are dear to draw; names at boxes are left out first, as their colours tell as well.
_MOST_TEXTS = 16
_FAINT = 0.4  # of the colour of users in other scenes
_LIKE_ONES_OWN = 0.5  # of a viewpoint's size: nearer than that it is the view that is looked through
_USUAL_MODES = ("", "Object Mode")


@dataclass(frozen=True)
class Shown:
    """Somebody's viewpoint as one view shows it. ``where``: the scene they are in if it is another one."""

    person: Person
    pose: Pose
    where: str

    @property
    def size(self) -> float:
        """In units of the scene: it grows with what its user works on, within limits."""
        return min(max(self.pose.distance * 0.08, 0.02), 20.0)

    @property
    def colour(self) -> tuple[float, float, float, float]:
        """Faint where they are in another scene."""
        return (*self.person.colour, _FAINT if self.where else 1.0)

    def text(self, modes: bool) -> str:
        """What stands at their viewpoint."""
        mode = self.person.told.mode
        parts = [self.person.name, mode if modes and mode not in _USUAL_MODES else "", self.where]
        return " · ".join(it for it in parts if it)


class Overlay:
    """Draws one session after the other into all 3D views."""

    def __init__(self, session: Callable[[], Any], settings: Callable[[], Any], status: Callable[[Any], str]):
        """``session`` gives the session or None, ``status`` what is to be said of it."""
        self._session = session
        self._settings = settings
        self._status = status
        self._selections = selections.Selections()
        self._labels: list[Label] = []
        self._drawn_at = 0.0
        add = bpy.types.SpaceView3D.draw_handler_add
        self._handlers = [
            add(self.draw_lines, (), "WINDOW", "POST_VIEW"),
            add(self.draw_texts, (), "WINDOW", "POST_PIXEL"),
        ]

    def close(self) -> None:
        """Draws no more."""
        while self._handlers:
            bpy.types.SpaceView3D.draw_handler_remove(self._handlers.pop(), "WINDOW")

    def redraw_if_needed(self, company: Company) -> None:
        """Has those views drawn again in which something of the others moves or changed."""
        now = company.now()
        if now - self._drawn_at < _REDRAW_SECONDS:
            return
        settings, session = self._settings(), self._session()
        since, self._drawn_at = self._drawn_at, now
        if not settings.show:
            return
        for window in bpy.context.window_manager.windows:
            scene = session.replica.identities.find(window.scene)
            if not company.at_rest(since, scene, settings.show_elsewhere):
                redraw_regions(window, "WINDOW")

    def draw_lines(self) -> None:
        """Viewpoints and boxes; also finds what ``draw_texts`` is to write, which Blender calls next."""
        self._labels = []
        session, settings = self._drawn_session(), self._settings()
        if session is None or not settings.show:
            return
        batches = []
        if settings.show_viewpoints:
            batches += self._viewpoints(others(session, settings.show_elsewhere), settings.show_modes)
        if settings.show_selections:
            boxes, names = self._selections.seen(session.company, session.replica.identities)
            batches += boxes
            self._labels += names[: max(0, _MOST_TEXTS - len(self._labels))]
        lines.draw(batches)

    def draw_texts(self) -> None:
        """Names, and how the session stands."""
        session, settings = self._drawn_session(), self._settings()
        if session is None:
            return
        found, self._labels = self._labels, []
        labels.draw(found, settings.text_distance)
        if settings.show_status:
            labels.draw_status(self._status(session), settings)

    def _drawn_session(self) -> Any:
        """The session if there is one and this view shows overlays."""
        session = self._session()
        shows = bpy.context.space_data.overlay.show_overlays
        return session if shows and session is not None and not session.ended else None

    def _viewpoints(self, shown: list[Shown], modes: bool) -> list[Any]:
        """The lines of viewpoints; notes their names."""
        eye = bpy.context.region_data.view_matrix.inverted_safe().translation
        seen = [it for it in shown if (eye - it.pose.eye).length >= it.size * _LIKE_ONES_OWN]
        self._labels += [Label(tuple(it.pose.eye), it.text(modes), it.colour) for it in seen]
        if not seen:
            return []
        ends = lines.frusta([it.pose for it in seen], [it.size for it in seen])
        return [lines.batch(ends, [it.colour for it in seen])]


def others(session: Any, elsewhere: bool) -> list[Shown]:
    """Whose viewpoints are to be drawn in the view that is drawn; ``elsewhere``: also of those in other scenes."""
    identities, company = session.replica.identities, session.company
    here, now = identities.find(bpy.context.scene), company.now()
    shown = []
    for person in company.people.values():
        scene, pose = person.told.scene, person.pose(now)
        if pose is None or scene is None or not (elsewhere or scene == here):
            continue
        where = "" if scene == here else scene_name(scene, identities.resolve)
        shown.append(Shown(person, pose, where))
    return shown


def scene_name(uuid: bytes | None, resolve: Callable[[bytes], Any]) -> str:
    """What to call a scene that a user said to be in."""
    scene = resolve(uuid) if uuid is not None else None
    return scene.name if isinstance(scene, bpy.types.Scene) else "another scene"


def redraw_regions(window: Any, *kinds: str) -> None:
    """Has regions of these types of all 3D views in a window drawn again; all if none are named."""
    for area in window.screen.areas:
        if area.type == "VIEW_3D":
            for region in area.regions:
                if not kinds or region.type in kinds:
                    region.tag_redraw()


class _Holder:
    overlay: Overlay | None = None


_holder = _Holder()


def register(session: Callable[[], Any], settings: Callable[[], Any], status: Callable[[Any], str]) -> None:
    """Begins to draw; the arguments are those of ``Overlay``."""
    if not bpy.app.background:
        _holder.overlay = Overlay(session, settings, status)
        selections.register()


def unregister() -> None:
    """Stops drawing."""
    overlay, _holder.overlay = _holder.overlay, None
    if overlay is not None:
        selections.unregister()
        overlay.close()


def redraw_if_needed(company: Company) -> None:
    """See ``Overlay``; nothing while nothing is drawn."""
    if _holder.overlay is not None:
        _holder.overlay.redraw_if_needed(company)
