"""Masks: layers, splines and their points. Main thread only.

Points of the feather and what a point is parented to are not replicated: Blender lets only its operators make them.
The keys of an animated mask are not shown to Python at all.
"""

from __future__ import annotations

from .generic import GenericHandler
from .objects import SplinePoints
from .plan import special


class MaskHandler(GenericHandler):
    """Replicates masks."""

    def __init__(self):
        super().__init__("masks", "Mask")

    def check(self, datablock, visit):
        super().check(datablock, visit)
        points = [p for layer in datablock.layers for spline in layer.splines for p in spline.points]
        if any(len(point.feather_points) for point in points):
            visit.problem("the feather points of its splines are not replicated")
        if any(point.parent.id is not None for point in points):
            visit.problem("what its points are parented to is not replicated")


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
