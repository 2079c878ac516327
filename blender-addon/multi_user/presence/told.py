"""What the others say about themselves, checked: a presence is untrusted (SPEC PR1). Main thread only.

Whatever is no good counts as not said. The fields are those that ``sampler`` sends; docs/bridge.md BR17 lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
from mathutils import Matrix, Quaternion, Vector

MOST_SELECTED = 256
_FARTHEST = 1e9  # units of the scene; Blender's own views end long before
_USUAL_DISTANCE = 10.0
_LAST_FRAME = 1_048_574  # of Blender; the first one is as far before zero
_NAME_CHARACTERS = 64
_MODES = bpy.types.Object.bl_rna.properties["mode"].enum_items


@dataclass(frozen=True)
class Pose:
    """A viewpoint: where its eye is and how it is turned, in the world. ``distance``: from the eye to what it turns
    around, in units of the scene; ``flat``: without perspective."""

    eye: Vector
    rotation: Quaternion
    distance: float
    flat: bool

    @property
    def centre(self) -> Vector:
        """What the view turns around."""
        return self.eye - self.rotation @ Vector((0, 0, self.distance))


@dataclass(frozen=True)
class Told:
    """A presence; None, "" or empty is what was not said. ``scene`` and ``selection`` are UUIDs, ``mode`` Blender's
    name for it; ``follows_view`` and ``follows_time`` are ids of users."""

    scene: bytes | None = None
    frame: int | None = None
    mode: str = ""
    pose: Pose | None = None
    selection: tuple[bytes, ...] = ()
    follows_view: str = ""
    follows_time: str = ""


def read(presence: Any) -> Told:
    """A presence as it came from the agent."""
    if not isinstance(presence, dict):
        return Told()
    frame = presence.get("frame")
    mode = presence.get("mode")
    selection = presence.get("selection")
    uuids = map(_uuid, selection[:MOST_SELECTED] if isinstance(selection, list) else ())
    return Told(
        scene=_uuid(presence.get("scene")),
        frame=int(frame) if isinstance(frame, int) and _number(frame, _LAST_FRAME) else None,
        mode=_MODES[mode].name if isinstance(mode, str) and mode in _MODES else "",
        pose=_pose(presence.get("view")),
        selection=tuple(it for it in uuids if it is not None),
        follows_view=_text(presence.get("followsView")),
        follows_time=_text(presence.get("followsTime")),
    )


def shown_name(name: str) -> str:
    """A user's name as it can be drawn: one line, not too long."""
    return "".join(it if it.isprintable() else " " for it in name[:_NAME_CHARACTERS])


def _number(value: Any, most: float) -> bool:
    """Whether it is a number that is no farther from zero than ``most``, which NaN is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -most <= value <= most


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= _NAME_CHARACTERS else ""


def _uuid(value: Any) -> bytes | None:
    if not isinstance(value, str) or len(value) != 32:
        return None
    try:
        uuid = bytes.fromhex(value)
    except ValueError:  # no UUID: said nothing
        return None
    return uuid if len(uuid) == 16 else None


def _pose(view: Any) -> Pose | None:
    if not isinstance(view, dict):
        return None
    values = view.get("matrix")
    if not isinstance(values, list) or len(values) != 16 or not all(_number(it, _FARTHEST) for it in values):
        return None
    matrix = Matrix([values[row : row + 4] for row in range(0, 16, 4)])
    rotation = matrix.to_quaternion()
    if not abs(rotation.magnitude - 1) < 1e-3:  # NaN neither: the matrix turns nothing
        return None
    rotation.normalize()
    distance = view.get("distance")
    distance = abs(distance) if _number(distance, _FARTHEST) else _USUAL_DISTANCE
    flat = view.get("kind") == "ORTHO"
    eye = matrix.translation
    if flat:  # Blender has the eye of such a view at what it turns around
        eye = eye + rotation @ Vector((0, 0, distance))
    return Pose(eye, rotation, distance, flat)
