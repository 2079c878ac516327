"""NLA tracks with their strips, and what animates these. Main thread only."""

from __future__ import annotations

from ..core.values import Ref
from .fcurves import RowCurves, key_of, parse_key
from .fields import Field, Missing, Omitted
from .keyed import KEY_SEPARATOR, MAKERS, Collection, Named, name_of
from .plan import special


class Tracks(Named):
    """NLA tracks from bottom to top."""

    def __init__(self, name: str):
        super().__init__(name, lambda collection, key, tree: collection.new(prev=_last(collection)))


def _last(collection):
    return collection[len(collection) - 1] if len(collection) else None


class StripCurves(RowCurves):
    """What animates an NLA strip's influence and time. Blender makes a curve with its switch and keeps it after; one of
    which nothing is left counts as none."""

    SWITCHES = {"influence": "use_animated_influence", "strip_time": "use_animated_time"}
    TARGET = ("data_path", "array_index")  # the key says it; Blender would set whatever others name

    def items_of(self, owner):
        return [curve for curve in owner.fcurves if len(curve.keyframe_points) or len(curve.modifiers)]

    def find(self, owner, key, visit):
        return next((curve for curve in owner.fcurves if key_of(curve) == key), None)

    def read_item(self, item, visit):
        tree = super().read_item(item, visit)
        return {name: value for name, value in tree.items() if name not in self.TARGET}

    def write_item(self, owner, key, item, tree, visit):
        kept = {name: value for name, value in tree.items() if name not in self.TARGET}
        return super().write_item(owner, key, item, kept, visit)

    def set_in_item(self, item, path, value, visit):
        if path[0] in self.TARGET:
            raise Missing(f"an NLA strip's curve has no {path[0]}")
        super().set_in_item(item, path, value, visit)

    def make(self, owner, key, tree, visit):
        path, index = parse_key(key)
        switch = self.SWITCHES.get(path)
        if switch is None or index:
            raise ValueError(f"an NLA strip has no curve {key}")
        held = getattr(owner, switch)
        setattr(owner, switch, True)
        setattr(owner, switch, held)
        made = self.find(owner, key, visit)
        if made is None:
            raise ValueError(f"Blender makes no curve {key}")
        return made

    def drop(self, owner, key, item):
        item.keyframe_points.clear()
        while len(item.modifiers):
            item.modifiers.remove(item.modifiers[0])


@special("NlaStrip", "influence")
@special("NlaStrip", "strip_time")
class Controlled(Field):
    """What a curve of the strip sets at each frame, and each artist has their own."""

    def read(self, owner, visit):
        curve = owner.fcurves.find(self.name)
        if curve is not None and len(curve.keyframe_points) and not curve.mute:
            raise Omitted
        return super().read(owner, visit)


class Strips(Named):
    """A track's strips by name: those that play an action. Only operators in its editor make others."""

    def __init__(self, name: str):
        super().__init__(name, None, "type")

    def items_of(self, owner):
        return [strip for strip in owner.strips if strip.type == "CLIP"]

    def find(self, owner, key, visit):
        if KEY_SEPARATOR in key:
            return Collection.find(self, owner, key, visit)
        strip = owner.strips.get(key)
        return strip if strip is not None and strip.type == "CLIP" else None

    def read(self, owner, visit):
        for strip in owner.strips:
            if strip.type != "CLIP":
                visit.problem(
                    f'NLA strip "{strip.name}" of type {strip.type} is not replicated: Blender lets no add-on make it'
                )
        return super().read(owner, visit)

    def make(self, owner, key, tree, visit):
        if tree.get("type") != "CLIP":
            raise ValueError(f"NLA strips of type {tree.get('type')} are not replicated")
        ref = tree.get("action")
        action = visit.context.resolve(ref.uuid) if isinstance(ref, Ref) else None
        if action is None and isinstance(ref, Ref):
            visit.awaits(ref.uuid)
            return None
        start = tree.get("frame_start_raw", tree.get("frame_start", 0.0))
        strip = owner.strips.new(name_of(key), int(start), action)
        strip.name = name_of(key)
        return strip

    def drop(self, owner, key, item):
        owner.strips.remove(item)

    def read_item(self, item, visit):
        if len(item.modifiers):
            visit.problem(
                f'the modifiers of NLA strip "{item.name}" are not replicated: Blender lets no add-on make them'
            )
        return super().read_item(item, visit)

    def arrange(self, owner, keys, visit):
        """Strips stand in the order of their frames."""


MAKERS["AnimData", "nla_tracks"] = Tracks
MAKERS["NlaTrack", "strips"] = Strips
MAKERS["NlaStrip", "fcurves"] = StripCurves
