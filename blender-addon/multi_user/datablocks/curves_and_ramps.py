"""Colour ramps, curve mappings and bevel profiles: their points as items, set whole. Main thread only."""

from __future__ import annotations

from .fields import SET_ERRORS, Field
from .plan import FINISHERS, special


class Points(Field):
    """A list of points as items; ``new`` and ``put`` say how a point is made and filled."""

    least = 1  # Blender keeps at least so many

    def take(self, point) -> tuple:
        """A point as items."""
        raise NotImplementedError

    def put(self, point, values) -> None:
        """Makes a point hold the items."""
        raise NotImplementedError

    def new(self, points, values) -> None:
        """Makes a point."""
        raise NotImplementedError

    def read(self, owner, visit):
        return [self.take(point) for point in getattr(owner, self.name)]

    def write(self, owner, value, visit):
        points = getattr(owner, self.name)
        wanted = [tuple(point) for point in value]
        if [self.take(point) for point in points] == wanted:
            visit.succeeded(self.name)
            return False
        try:
            while len(points) > max(len(wanted), self.least):
                points.remove(points[len(points) - 1])
            while len(points) < len(wanted):
                self.new(points, wanted[len(points)])
            for _ in range(2):  # Blender may keep points sorted while they move
                for index, values in enumerate(wanted):
                    self.put(points[index], values)
        except SET_ERRORS as error:
            visit.failed(self.name, error)
        else:
            visit.succeeded(self.name)
        return True


@special("ColorRamp", "elements")
class RampElements(Points):
    """(position, red, green, blue, alpha) each."""

    def take(self, point):
        return (point.position, *point.color)

    def put(self, point, values):
        point.position = values[0]
        point.color = values[1:5]

    def new(self, points, values):
        points.new(values[0])


@special("CurveMap", "points")
class CurvePoints(Points):
    """(x, y, handle type) each."""

    least = 2

    def take(self, point):
        return (*point.location, point.handle_type)

    def put(self, point, values):
        point.location = values[:2]
        point.handle_type = values[2]

    def new(self, points, values):
        points.new(values[0], values[1])


@special("CurveProfile", "points")
class ProfilePoints(Points):
    """(x, y, first handle type, second handle type) each."""

    least = 2

    def take(self, point):
        return (*point.location, point.handle_type_1, point.handle_type_2)

    def put(self, point, values):
        point.location = values[:2]
        point.handle_type_1 = values[2]
        point.handle_type_2 = values[3]

    def new(self, points, values):
        points.add(values[0], values[1])


FINISHERS["CurveMapping"] = lambda mapping: mapping.update()
FINISHERS["CurveProfile"] = lambda profile: profile.update()
