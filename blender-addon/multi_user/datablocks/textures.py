"""Textures, and the slots that particles and line styles hold them in. Main thread only."""

from __future__ import annotations

from .keyed import MAKERS, Collection
from .kinds import KindHandler

KINDS = (
    "Blend",
    "Clouds",
    "DistortedNoise",
    "Image",
    "Magic",
    "Marble",
    "Musgrave",
    "Noise",
    "Stucci",
    "Voronoi",
)


class TextureHandler(KindHandler):
    """All kinds of texture, the one that is none yet among them."""

    def __init__(self):
        types = [f"{kind}Texture" for kind in (*KINDS, "Wood")]
        super().__init__("textures", "NONE", *types, "Texture")


class TextureSlots(Collection):
    """Texture slots by index. There are always as many places, and most of them are empty."""

    ordered = False

    def keys(self, owner, visit):
        return [str(index) for index, slot in enumerate(getattr(owner, self.name)) if slot is not None]

    def items_of(self, owner):
        return [slot for slot in getattr(owner, self.name) if slot is not None]

    def make(self, owner, key, tree, visit):
        places = getattr(owner, self.name)
        if not key.isdecimal() or int(key) >= len(places):
            raise ValueError(f"there is no texture slot {key}")
        return places.create(int(key))

    def drop(self, owner, key, item):
        getattr(owner, self.name).clear(int(key))


MAKERS["ParticleSettings", "texture_slots"] = TextureSlots
MAKERS["FreestyleLineStyle", "texture_slots"] = TextureSlots
