"""Masks: layers, splines and their points. Main thread only.

Points of the feather are not replicated: Blender lets only its operators make them. Of a point's parent Blender does
not show where it was when the point was parented, and the keys of an animated mask it does not show at all.
"""

from __future__ import annotations

from typing import Any

from ..core.values import Ref
from .fields import SET_ERRORS, WholeTree
from .generic import GenericHandler
from .objects import SplinePoints
from .plan import EXTRA_FIELDS, special


class MaskHandler(GenericHandler):
    """Replicates masks."""

    def __init__(self):
        super().__init__("masks", "Mask")

    def check(self, datablock, visit):
        super().check(datablock, visit)
        points = [p for layer in datablock.layers for spline in layer.splines for p in spline.points]
        if any(len(point.feather_points) for point in points):
            visit.problem(
                "the feather points of its splines are not replicated: only Blender's operators add them"
            )
        if any(point.parent.id is not None for point in points):
            visit.problem(
                "where the parents of its points were when they became that is not replicated: Blender does not show it"
            )


@special("MaskSpline", "points")
class MaskPoints(SplinePoints):
    """A mask spline's points: handle types first, for they move the handles."""

    columns = (
        ("handle_left_type", 1),
        ("handle_right_type", 1),
        ("co", 2),
        ("handle_left", 2),
        ("handle_right", 2),
        ("weight", 1),
    )

    def _used(self, owner) -> bool:
        return True

    def write(self, owner, value, visit):
        surplus = [point for point in owner.points][len(value) :]
        for point in reversed(surplus):
            owner.points.remove(point)
        return super().write(owner, value, visit) or bool(surplus)


class PointParents(WholeTree):
    """What a spline's points are parented to: the point's index -> clip, kind, and the names in it."""

    NONE = {"id": None, "type": "POINT_TRACK", "parent": "", "sub_parent": ""}

    def read(self, owner, visit):
        tree: dict[str, Any] = {}
        for index, point in enumerate(owner.points):
            held = {name: getattr(point.parent, name) for name in self.NONE}
            if held != self.NONE:
                tree[str(index)] = {**held, "id": None if held["id"] is None else visit.ref(held["id"])}
        return tree

    def write(self, owner, value, visit):
        held = self.read(owner, visit)
        changed = False
        for index, point in enumerate(owner.points):
            wanted = value.get(str(index))
            if wanted == held.get(str(index)):
                continue
            changed = True
            try:
                self._put(point.parent, wanted, visit)
            except SET_ERRORS as error:
                visit.failed((self.name, str(index)), error)
            else:
                visit.succeeded((self.name, str(index)))
        return changed

    def _put(self, parent, wanted: dict | None, visit) -> None:
        wanted = {**self.NONE, **(wanted or {})}
        ref = wanted["id"]
        clip = visit.context.resolve(ref.uuid) if isinstance(ref, Ref) else None
        if clip is None and isinstance(ref, Ref):
            visit.awaits(ref.uuid)
        parent.id_type = "MOVIECLIP"
        for name in self.NONE:
            setattr(parent, name, clip if name == "id" else wanted[name])


EXTRA_FIELDS["MaskSpline"] = [PointParents("parents")]
