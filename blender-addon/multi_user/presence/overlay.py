"""Draws the others' names and viewpoints into the 3D views. Main thread only; Blender calls it while drawing.

What a peer says about its view is untrusted: everything is checked before it is drawn.
"""

from __future__ import annotations

import math
from typing import Any, Callable

import blf
import bpy
import gpu
from bpy_extras.view3d_utils import location_3d_to_region_2d
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix, Vector

_SIZE = 0.6
_SHADER = "UNIFORM_COLOR" if bpy.app.version >= (4, 0, 0) else "3D_UNIFORM_COLOR"
# The frustum of a viewpoint: its eye and the corners of what it looks at.
_CORNERS = [(0, 0, 0), (-0.5, -0.3, -1), (0.5, -0.3, -1), (0.5, 0.3, -1), (-0.5, 0.3, -1)]
_EDGES = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (4, 1)]

_drawing: list[Any] = []


def matrix_of(presence: dict[str, Any]) -> Matrix | None:
    """The viewpoint of a presence, None if it has none or it is not a matrix of finite numbers."""
    view = presence.get("view")
    values = view.get("matrix") if isinstance(view, dict) else None
    if not isinstance(values, list) or len(values) != 16:
        return None
    if not all(isinstance(it, (int, float)) and math.isfinite(it) for it in values):
        return None
    return Matrix([values[row : row + 4] for row in range(0, 16, 4)])


def others(current) -> list[tuple[str, tuple[float, float, float, float], Matrix]]:
    """Who is to be drawn in this scene: name, colour, viewpoint."""
    if current is None or current.ended:
        return []
    uuid = current.identities.find(bpy.context.scene)
    shown = []
    for user in current.status.users:
        presence = current.presences.get(user.id)
        if not presence or user.id == current.status.client or not user.online:
            continue
        matrix = matrix_of(presence)
        if matrix is not None and uuid is not None and presence.get("scene") == uuid.hex():
            colour = tuple((user.colour >> shift & 255) / 255 for shift in (16, 8, 0))
            shown.append((user.name, (*colour, 1.0), matrix))
    return shown


def register(current: Callable[[], Any]) -> None:
    """Begins to draw; ``current`` gives the session or None."""
    if bpy.app.background:
        return
    add = bpy.types.SpaceView3D.draw_handler_add
    _drawing.append(add(lambda: _draw_views(others(current())), (), "WINDOW", "POST_VIEW"))
    _drawing.append(add(lambda: _draw_names(others(current())), (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    """Stops drawing."""
    while _drawing:
        bpy.types.SpaceView3D.draw_handler_remove(_drawing.pop(), "WINDOW")


def _draw_views(shown) -> None:
    if not shown or not bpy.context.space_data.overlay.show_overlays:
        return
    shader = gpu.shader.from_builtin(_SHADER)
    gpu.state.blend_set("ALPHA")
    for _, colour, matrix in shown:
        corners = [tuple(matrix @ (Vector(corner) * _SIZE)) for corner in _CORNERS]
        batch = batch_for_shader(shader, "LINES", {"pos": corners}, indices=_EDGES)
        shader.bind()
        shader.uniform_float("color", colour)
        batch.draw(shader)
    gpu.state.blend_set("NONE")


def _draw_names(shown) -> None:
    if not shown or not bpy.context.space_data.overlay.show_overlays:
        return
    region, view = bpy.context.region, bpy.context.region_data
    for name, colour, matrix in shown:
        place = location_3d_to_region_2d(region, view, matrix.translation)
        if place is None:
            continue
        blf.position(0, place.x + 8, place.y + 8, 0)
        blf.color(0, *colour)
        blf.size(0, 14) if bpy.app.version >= (4, 0, 0) else blf.size(0, 14, 72)
        blf.draw(0, name)
