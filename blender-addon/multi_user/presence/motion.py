"""A viewpoint's way from one sample to the next: presences come up to 20 times a second, drawing is smooth. Knows no
clock. Main thread only."""

from __future__ import annotations

from .told import Pose

_SHORTEST_SECONDS = 0.05  # no sample comes sooner
_LONGEST_SECONDS = 0.15
_PAUSE_SECONDS = 0.5  # after such a silence the next sample says nothing about the pace


class Motion:
    """Where a viewpoint is at any time; all times are seconds of one clock."""

    def __init__(self, pose: Pose, now: float):
        """It stands still at first."""
        self._from = self._to = pose
        self._begin = self.end = now
        self._told = now

    def go(self, pose: Pose, now: float) -> None:
        """From where it is now to ``pose``, in about the time until the next sample."""
        silence, self._told = now - self._told, now
        seconds = _SHORTEST_SECONDS
        if silence < _PAUSE_SECONDS:
            seconds = min(max(silence, _SHORTEST_SECONDS), _LONGEST_SECONDS)
        self._from, self._to = self.at(now), pose
        self._begin, self.end = now, now + seconds

    def at(self, now: float) -> Pose:
        """The viewpoint at a time; after ``end`` it stays."""
        if now >= self.end:
            return self._to
        share = max(0.0, (now - self._begin) / (self.end - self._begin))
        start, goal = self._from, self._to
        return Pose(
            start.eye.lerp(goal.eye, share),
            start.rotation.slerp(goal.rotation, share),
            start.distance + (goal.distance - start.distance) * share,
            goal.flat,
        )
