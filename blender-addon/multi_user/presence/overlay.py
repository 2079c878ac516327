"""Draws the others into the 3D views: names, viewpoints and what they have selected. Main thread only; Blender calls
it while drawing.

What a peer says about itself is untrusted: everything is checked before it is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable

import blf
import bpy
import gpu
from bpy_extras.view3d_utils import location_3d_to_region_2d
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix, Vector

_SHADER = "POLYLINE_UNIFORM_COLOR" if bpy.app.version >= (4, 0, 0) else "3D_POLYLINE_UNIFORM_COLOR"
_LINE_PIXELS = 1.6
_TEXT_POINTS = 13
_MOST_BOXES = 256
# A viewpoint: its eye, the corners of what it looks at, and a mark that shows where its top is.
_CORNERS = [(0, 0, 0), (-0.5, -0.3, -1), (0.5, -0.3, -1), (0.5, 0.3, -1), (-0.5, 0.3, -1)]
_TOP = [(-0.2, 0.36, -1), (0.2, 0.36, -1), (0, 0.6, -1)]
_FRUSTUM = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (4, 1), (5, 6), (6, 7), (7, 5)]
_BOX = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7)]
_LIKE_ONES_OWN = 0.5  # of a viewpoint's size: nearer than that it is the view that is looked through

_drawing: list[Any] = []


@dataclass(frozen=True)
class Shown:
    """Somebody to be drawn. ``view`` is the matrix from view to world, ``size`` how large to draw it in units of the
    scene; ``selected`` are objects of this Blender."""

    name: str
    colour: tuple[float, float, float, float]
    mode: str
    view: Matrix | None
    size: float
    selected: list[Any]


def matrix_of(presence: dict[str, Any]) -> Matrix | None:
    """The viewpoint of a presence, None if it has none or it is not a matrix of finite numbers."""
    view = presence.get("view")
    values = view.get("matrix") if isinstance(view, dict) else None
    if not isinstance(values, list) or len(values) != 16:
        return None
    if not all(isinstance(it, (int, float)) and math.isfinite(it) for it in values):
        return None
    return Matrix([values[row : row + 4] for row in range(0, 16, 4)])


def size_of(presence: dict[str, Any]) -> float:
    """How large a viewpoint is drawn: it grows with what its user works on, within limits."""
    view = presence.get("view")
    distance = view.get("distance") if isinstance(view, dict) else None
    if not isinstance(distance, (int, float)) or not math.isfinite(distance):
        distance = 10.0
    return min(max(abs(distance) * 0.08, 0.02), 20.0)


def mode_text(presence: dict[str, Any]) -> str:
    """The mode of a presence as Blender calls it; "" if it has none that this Blender knows."""
    modes = bpy.types.Object.bl_rna.properties["mode"].enum_items
    mode = presence.get("mode")
    return modes[mode].name if isinstance(mode, str) and mode in modes else ""


def others(current) -> list[Shown]:
    """Who is to be drawn in this scene."""
    if current is None or current.ended:
        return []
    uuid = current.replica.identities.find(bpy.context.scene)
    shown = []
    for user in current.status.users:
        presence = current.presences.get(user.id)
        if not presence or user.id == current.status.client or not user.online:
            continue
        if uuid is None or presence.get("scene") != uuid.hex():
            continue
        colour = tuple((user.colour >> shift & 255) / 255 for shift in (16, 8, 0))
        view, size = matrix_of(presence), size_of(presence)
        selected = _selected(presence, current.replica.identities)
        shown.append(Shown(user.name, (*colour, 1.0), mode_text(presence), view, size, selected))
    return shown


def _selected(presence: dict[str, Any], identities) -> list[Any]:
    """The objects that are selected according to a presence, those that this scene shows."""
    told = presence.get("selection")
    found = []
    for text in told[:_MOST_BOXES] if isinstance(told, list) else ():
        try:
            one = identities.resolve(bytes.fromhex(text))
        except (TypeError, ValueError):
            continue  # no UUID: nothing to draw
        if isinstance(one, bpy.types.Object) and one.visible_get():
            found.append(one)
    return found


def register(current: Callable[[], Any]) -> None:
    """Begins to draw; ``current`` gives the session or None."""
    if bpy.app.background:
        return
    add = bpy.types.SpaceView3D.draw_handler_add
    _drawing.append(add(lambda: _draw_lines(others(current())), (), "WINDOW", "POST_VIEW"))
    _drawing.append(add(lambda: _draw_names(others(current())), (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    """Stops drawing."""
    while _drawing:
        bpy.types.SpaceView3D.draw_handler_remove(_drawing.pop(), "WINDOW")


def _draw_lines(shown: list[Shown]) -> None:
    """Viewpoints and the boxes of what is selected."""
    if not shown or not bpy.context.space_data.overlay.show_overlays:
        return
    shader = gpu.shader.from_builtin(_SHADER)
    region = bpy.context.region
    gpu.state.blend_set("ALPHA")
    try:
        shader.bind()
        shader.uniform_float("viewportSize", (region.width, region.height))
        shader.uniform_float("lineWidth", _LINE_PIXELS * bpy.context.preferences.system.ui_scale)
        for one in shown:
            lines = list(_box_lines(one))
            if one.view is not None and not _looked_through(one):
                corners = [one.view @ (Vector(corner) * one.size) for corner in _CORNERS + _TOP]
                lines += [corners[end] for edge in _FRUSTUM for end in edge]
            if lines:
                shader.uniform_float("color", one.colour)
                batch_for_shader(shader, "LINES", {"pos": [tuple(it) for it in lines]}).draw(shader)
    finally:
        gpu.state.blend_set("NONE")


def _box_lines(one: Shown):
    for selected in one.selected:
        matrix = selected.matrix_world
        corners = [matrix @ Vector(corner) for corner in selected.bound_box]
        if corners[0] == corners[6]:  # a lamp or camera has no box of its own
            corners = [matrix @ (Vector(it) * one.size * 0.5) for it in _UNIT_BOX]
        for edge in _BOX:
            yield from (corners[end] for end in edge)


_UNIT_BOX = [
    (-1, -1, -1),
    (-1, -1, 1),
    (-1, 1, 1),
    (-1, 1, -1),
    (1, -1, -1),
    (1, -1, 1),
    (1, 1, 1),
    (1, 1, -1),
]


def _looked_through(one: Shown) -> bool:
    """Whether this view stands where theirs does, as when both look through the camera."""
    eye = bpy.context.region_data.view_matrix.inverted_safe().translation
    return (eye - one.view.translation).length < one.size * _LIKE_ONES_OWN


def _draw_names(shown: list[Shown]) -> None:
    """Names beside viewpoints, with the mode where it is not the usual one."""
    if not shown or not bpy.context.space_data.overlay.show_overlays:
        return
    region, view = bpy.context.region, bpy.context.region_data
    scale = bpy.context.preferences.system.ui_scale
    size = (0, _TEXT_POINTS * scale) if bpy.app.version >= (4, 0, 0) else (0, int(_TEXT_POINTS * scale), 72)
    blf.size(*size)
    blf.enable(0, blf.SHADOW)
    try:
        blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.9)
        blf.shadow_offset(0, 1, -1)
        for one in shown:
            place = None
            if one.view is not None and not _looked_through(one):
                place = location_3d_to_region_2d(region, view, one.view.translation)
            if place is not None:
                usual = one.mode in ("", "Object Mode")
                blf.position(0, place.x + 8 * scale, place.y + 8 * scale, 0)
                blf.color(0, *one.colour)
                blf.draw(0, one.name if usual else f"{one.name} · {one.mode}")
    finally:
        blf.disable(0, blf.SHADOW)
