"""What was tracked in movie clips: objects, their tracks, and the markers of these. Main thread only.

Python can make a track and not remove one, so where one goes another clip takes the place of the whole (``files.py``).
A track's markers are one text, the bytes of a row for each: two artists work on two tracks, hardly on one at once.
"""

from __future__ import annotations

import base64
import ctypes

import numpy

from . import dna
from .fields import Field
from .keyed import MAKERS, Named, name_of, unique_keys
from .plan import plan_of, special
from .visit import Visit

ROW = numpy.dtype(
    [
        ("frame", "<i4"),
        ("mute", "<i4"),
        ("is_keyed", "<i4"),
        ("co", "<f4", 2),
        ("pattern_corners", "<f4", 8),
        ("search_min", "<f4", 2),
        ("search_max", "<f4", 2),
    ]
)
_PLACED = ("pattern_corners", "search_min", "search_max")  # in this order: Blender keeps one within the other
_SWITCHES = ("mute", "is_keyed")


class Objects(Named):
    """Tracked objects by name. The first is the camera, which every clip has, whatever it is called."""

    ordered = False

    def __init__(self, name: str):
        super().__init__(name, lambda objects, key, tree: objects.new(key))

    def keys(self, owner, visit):
        return unique_keys("" if it.is_camera else it.name for it in owner.objects)

    def find(self, owner, key, visit):
        return dict(zip(self.keys(owner, visit), owner.objects)).get(key)

    def read_item(self, item, visit):
        tree = super().read_item(item, visit)
        return {**tree, "name": item.name} if item.is_camera else tree

    def make(self, owner, key, tree, visit):
        if not name_of(key):
            raise ValueError("a clip has one camera")
        return super().make(owner, key, tree, visit)

    def drop(self, owner, key, item):
        if item.is_camera:
            raise ValueError("a clip always has its camera")
        super().drop(owner, key, item)


class Tracks(Named):
    """Tracks by name."""

    ordered = False

    def __init__(self, name: str):
        super().__init__(name, lambda tracks, key, tree: tracks.new(name=key))

    def drop(self, owner, key, item):
        raise ValueError(f"Python cannot remove track {key}: only the whole can help")


class Markers(Field):
    """All markers of a track."""

    def read(self, owner, visit):
        return base64.b64encode(_read(owner.markers).tobytes()).decode()

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        held = base64.b64decode(value, validate=True)
        if not held or len(held) % ROW.itemsize:
            raise ValueError("a track has at least one marker, and no half ones")
        wanted = {int(row["frame"]): row for row in numpy.frombuffer(held, ROW)}
        before = {int(row["frame"]): row for row in _read(owner.markers)}
        for frame, row in wanted.items():
            if frame not in before or before[frame].tobytes() != row.tobytes():
                _write(owner.markers.insert_frame(frame, co=row["co"].tolist()), row)
        for frame in before.keys() - wanted.keys():  # the last one stays, so the others come first
            owner.markers.delete_frame(frame)


def _read(markers) -> numpy.ndarray:
    rows = numpy.zeros(len(markers), ROW)
    for name in ROW.names:
        column = rows[name]
        values = numpy.empty(column.size, "b1" if name in _SWITCHES else column.dtype)
        markers.foreach_get(name, values)
        rows[name] = values.reshape(column.shape)
    return rows


def _write(marker, row) -> None:
    for name in _PLACED:
        value = row[name].reshape(4, 2) if name == "pattern_corners" else row[name]
        setattr(marker, name, value.tolist())
    for name in _SWITCHES:
        setattr(marker, name, bool(row[name]))
    for name in ("search_min", "search_max"):
        _write_search(marker, name, tuple(row[name].tolist()))


def _write_search(marker, name: str, wanted: tuple[float, float]) -> None:
    """RNA takes no search area that is smaller than the pattern; a marker that a script inserted has such a one."""
    offset = dna.structs("MovieTrackingMarker")["MovieTrackingMarker"].offsets[name]
    held = (ctypes.c_float * 2).from_address(marker.as_pointer() + offset)
    if tuple(held) == tuple(getattr(marker, name)) != wanted:
        held[:] = wanted


def lacks_tracks(clip, properties: dict) -> bool:
    """Whether a clip holds tracks that are not in a tree: Python cannot remove them."""
    tracking = properties.get("tracking")
    objects = tracking.get("objects") if isinstance(tracking, dict) else None
    if not isinstance(objects, dict):
        return False
    field = plan_of(clip.tracking).fields["objects"]
    held = zip(field.keys(clip.tracking, None), clip.tracking.objects)
    wanted = {key: tree.get("tracks") for key, tree in objects.items() if isinstance(tree, dict)}
    known = [(it, wanted[key]) for key, it in held if isinstance(wanted.get(key), dict)]
    return any(track.name not in tracks for it, tracks in known for track in it.tracks)


def is_calculating(clip) -> bool:
    """Whether Blender tracks or solves, which it does beside us: the figures that it shows meanwhile are there."""
    known = dna.structs("MovieClip", "MovieTracking")
    place = known["MovieClip"].offsets["tracking"] + known["MovieTracking"].offsets["stats"]
    return bool(ctypes.c_void_p.from_address(clip.as_pointer() + place).value)


def check(clip, visit: Visit) -> None:
    """Tells what only operators can make."""
    tracking = clip.tracking
    if any(len(it.plane_tracks) for it in tracking.objects):
        visit.problem("its plane tracks are not replicated: only Blender's operators can make them")
    if any(it.reconstruction.is_valid for it in tracking.objects):
        visit.problem("its reconstructed camera motion is not replicated: solve it anew")
    if len(tracking.stabilization.tracks) or len(tracking.stabilization.rotation_tracks):
        visit.problem(
            "the tracks by which it is stabilized are not replicated: only operators can choose them"
        )


MAKERS["MovieTracking", "objects"] = Objects
MAKERS["MovieTrackingObject", "tracks"] = Tracks
special("MovieTrackingTrack", "markers")(Markers)
