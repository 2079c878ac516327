"""The texts of the overlay: names, and how the session stands. Main thread only; Blender calls it while drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import blf
import bpy
import numpy

_TEXT_POINTS = 13
_BESIDE_PIXELS = 8  # from a place to the name beside it
_MARGIN_PIXELS = 10  # from the edge of the view to the status
_FADED = 1.5  # times the distance at which names begin to fade


@dataclass(frozen=True)
class Label:
    """A text beside a place in the world."""

    place: tuple[float, float, float]
    text: str
    colour: tuple[float, float, float, float]


def fading(distance: float, most: float) -> float:
    """How much of a text is seen at a distance: all of it up to ``most``, and none at half as far again."""
    return min(1.0, max(0.0, (_FADED - distance / most) / (_FADED - 1)))


def project(matrix: Any, places: Any, width: int, height: int) -> list[tuple[float, float] | None]:
    """Where places in the world are in a view of so many pixels; None for what is behind it. ``matrix``: from the world
    to the view's clip space."""
    values = numpy.array([tuple(row) for row in matrix])
    clip = numpy.asarray(places, float) @ values[:, :3].T + values[:, 3]
    return [
        ((x / w + 1) / 2 * width, (y / w + 1) / 2 * height) if w > 1e-6 else None
        for x, y, _, w in clip.tolist()
    ]


def draw(labels: list[Label], most_distance: float) -> None:
    """Draws names; they fade beyond a distance from this view's eye."""
    if not labels:
        return
    region, view = bpy.context.region, bpy.context.region_data
    eye = numpy.array(tuple(view.view_matrix.inverted_safe().translation))
    places = numpy.array([it.place for it in labels])
    distances = numpy.linalg.norm(places - eye, axis=1)
    beside = _BESIDE_PIXELS * bpy.context.preferences.system.ui_scale
    shadow = -1.0
    with _Text(1.0):
        for label, place, distance in zip(
            labels, project(view.perspective_matrix, places, region.width, region.height), distances.tolist()
        ):
            seen = label.colour[3] * fading(distance, most_distance)
            if (
                place is None
                or seen <= 0
                or not (0 <= place[0] < region.width and 0 <= place[1] < region.height)
            ):
                continue
            blf.color(0, *label.colour[:3], seen)
            if seen != shadow:
                shadow = seen
                blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.9 * seen)
            blf.position(0, place[0] + beside, place[1] + beside, 0)
            blf.draw(0, label.text)


def draw_status(text: str, settings: Any) -> None:
    """Draws how the session stands, within what the toolbar and the sidebar leave free."""
    if not text:
        return
    region = bpy.context.region
    left, right = _free_pixels(bpy.context.area, region)
    with _Text(settings.status_scale):
        margin = _MARGIN_PIXELS * bpy.context.preferences.system.ui_scale
        width, height = blf.dimensions(0, text)
        x = left + margin + (right - left - width - 2 * margin) * settings.status_x / 100
        y = margin + (region.height - height - 2 * margin) * settings.status_y / 100
        blf.color(0, 1.0, 1.0, 1.0, 1.0)
        blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.9)
        blf.position(0, max(left, x), y, 0)
        blf.draw(0, text)


def _free_pixels(area: Any, region: Any) -> tuple[int, int]:
    """From where to where a view is not covered at its sides, in its own pixels: Blender lays the sidebar over it."""
    left, right = 0, region.width
    for other in area.regions:
        if other.type != "UI" or other.width <= 1:
            continue
        if other.alignment == "LEFT":
            left = max(left, other.x + other.width - region.x)
        else:
            right = min(right, other.x - region.x)
    return left, right


class _Text:
    """Blender's font at a size, with a shadow, as long as it is entered."""

    def __init__(self, scale: float):
        self._size = _TEXT_POINTS * scale * bpy.context.preferences.system.ui_scale

    def __enter__(self) -> None:
        if bpy.app.version >= (4, 0, 0):
            blf.size(0, self._size)
        else:
            blf.size(0, int(self._size), 72)
        blf.enable(0, blf.SHADOW)
        blf.shadow_offset(0, 1, -1)

    def __exit__(self, *_error: Any) -> None:
        blf.disable(0, blf.SHADOW)
