"""Particles: their settings, and the particle systems that belong to an object's modifiers. Main thread only.

Blender makes a system with its modifier and removes both together, so a system is part of the modifier's tree. The
particles themselves follow from the settings, the mesh and the seed; what was combed or baked does not.
"""

from __future__ import annotations

from . import fluids
from .fields import Field, Omitted
from .generic import GenericHandler
from .keyed import MAKERS, Named, name_of
from .optional import OptionalStruct
from .plan import SPECIAL_FIELDS, special
from .stand_ins import NeverEmpty, replace_made
from .visit import Visit


class ParticleHandler(GenericHandler):
    """Replicates particle settings."""

    def __init__(self):
        super().__init__("particles", "ParticleSettings")

    def create(self, type_name, properties, context):
        """Settings, of those kinds that Blender makes for liquids as well, which Python cannot turn others into."""
        kind = properties.get("type")
        if not isinstance(kind, str) or kind not in fluids.KINDS:
            return super().create(type_name, properties, context)
        made = fluids.new_settings(kind)
        made.name = properties.get("name", type_name)
        return made


def check(thing, visit: Visit) -> None:
    """Tells the user of what an object's particle systems hold and is not replicated."""
    for system in thing.particle_systems:
        what = f'of particle system "{system.name}"'
        if system.is_edited:
            visit.problem(f"the combing {what} is not replicated: Blender cannot be given combed hair")
        if system.point_cache.is_baked:
            visit.problem(f"the baked cache {what} is not replicated: bake it again")


class CacheFrame(Field):
    """First or last frame of a cache. Blender finds those of particles that move by itself whenever it simulates, for
    the scene that an artist has open."""

    def read(self, owner, visit):
        systems = getattr(owner.id_data, "particle_systems", ())
        if any(system.point_cache == owner and system.settings.type != "HAIR" for system in systems):
            raise Omitted
        return super().read(owner, visit)


for _name in ("frame_start", "frame_end"):
    SPECIAL_FIELDS["PointCache", _name] = CacheFrame


class Modifiers(Named):
    """Modifiers by name. Blender makes particle settings along with each particle system."""

    def __init__(self, name: str):
        super().__init__(name, lambda stack, key, tree: stack.new(name=key, type=tree["type"]), "type")

    def make(self, owner, key, tree, visit):
        item, later = (None, False)
        if tree.get("type") == "PARTICLE_SYSTEM":
            item, later = fluids.make_system(owner, tree, visit)
        if later:
            return None
        if item is None:
            item = super().make(owner, key, tree, visit)
        elif item.name != name_of(key):
            item.name = name_of(key)
        if item.type == "PARTICLE_SYSTEM":
            system = tree.get("particle_system") or {}
            visit.path += (self.name, key, "particle_system")
            try:
                replace_made(item.particle_system, "settings", system.get("settings"), visit)
            finally:
                del visit.path[-3:]
        return item


MAKERS["Object", "modifiers"] = Modifiers
SPECIAL_FIELDS["ParticleSystem", "settings"] = NeverEmpty

# Blender makes these when a setting asks for them, and takes none of them away.
for _name, _used in {
    "clump_curve": lambda owner: owner.use_clump_curve,
    "roughness_curve": lambda owner: owner.use_roughness_curve,
    "twist_curve": lambda owner: owner.use_twist_curve,
    "boids": lambda owner: owner.physics_type == "BOIDS",
    "fluid": lambda owner: owner.physics_type == "FLUID",
    "force_field_1": None,
    "force_field_2": None,
}.items():
    special("ParticleSettings", _name)(lambda name, used=_used: OptionalStruct(name, used))
special("ParticleSystem", "cloth")(lambda name: OptionalStruct(name, lambda owner: owner.use_hair_dynamics))
