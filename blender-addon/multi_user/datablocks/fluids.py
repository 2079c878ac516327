"""Fluid simulations: domains, what flows into them, and what stands in their way. Main thread only.

``fluid_type`` makes Blender keep the one of the three and forget the others. Caches, and where they lie, are each
machine's own. A liquid's particles are systems of the domain's object, each with settings of a kind that Blender makes
nowhere else, so a switch of the domain says no more than which of them there are: the modifiers tell that.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import bpy

from ..core.values import Ref
from .exclusions import CACHES
from .fields import Enum, Field
from .optional import OptionalStruct
from .plan import special
from .visit import Visit

PARTS = ("domain_settings", "flow_settings", "effector_settings")
_TEMPORARY = "multi_user_temporary"
_COMBINED = "sndparticle_combined_export"
# Kind of particle settings -> the domain's setting, and its value, that makes Blender make a system of it.
KINDS = {
    "FLIP": ("use_flip_particles", True),
    "SPRAY": ("use_spray_particles", True),
    "BUBBLE": ("use_bubble_particles", True),
    "FOAM": ("use_foam_particles", True),
    "TRACER": ("use_tracer_particles", True),
    "SPRAYFOAM": (_COMBINED, "SPRAY_FOAM"),
    "SPRAYBUBBLE": (_COMBINED, "SPRAY_BUBBLES"),
    "FOAMBUBBLE": (_COMBINED, "FOAM_BUBBLES"),
    "SPRAYFOAMBUBBLE": (_COMBINED, "SPRAY_FOAM_BUBBLES"),
}

for _name in PARTS:
    special("FluidModifier", _name)(OptionalStruct)


def _use_ramp(owner) -> None:
    owner.use_color_ramp = True  # its own value is set again by the second pass


special("FluidDomainSettings", "color_ramp")(
    lambda name: OptionalStruct(name, lambda owner: owner.use_color_ramp, _use_ramp)
)


@special("FluidDomainSettings", "domain_type")
@special("FluidDomainSettings", _COMBINED)
class MakesSystems(Enum):
    """A choice along with which Blender makes particle systems: the modifiers tell of them, under their own names."""

    def assign(self, owner, value):
        thing = owner.id_data
        with _given_up(thing):
            super().assign(owner, value)


@contextmanager
def _given_up(thing) -> Iterator[None]:
    """The particle systems that Blender makes meanwhile are removed at once, with their settings."""
    held, settings = set(thing.modifiers.keys()), set(bpy.data.particles)
    try:
        yield
    finally:
        for name in set(thing.modifiers.keys()) - held:
            thing.modifiers.remove(thing.modifiers[name])
        bpy.data.batch_remove([one for one in bpy.data.particles if one not in settings])


def domain_of(thing):
    """The settings of the liquid that an object is the domain of, or None."""
    for modifier in thing.modifiers:
        domain = getattr(modifier, "domain_settings", None)
        if domain is not None and domain.domain_type == "LIQUID":
            return domain
    return None


def make_system(thing, tree: dict, visit: Visit):
    """Has an object's liquid make the particle system that a modifier's tree stands for: (the modifier, whether to try
    again once its settings are here); no modifier where it is none of a liquid's."""
    domain = domain_of(thing)
    ref = (tree.get("particle_system") or {}).get("settings")
    if domain is None or not isinstance(ref, Ref):
        return None, False
    settings = visit.context.resolve(ref.uuid)
    if settings is None:
        visit.awaits(ref.uuid)
        return None, True
    return (_switched_on(thing, domain, settings.type) if settings.type in KINDS else None), False


def _switched_on(thing, domain, kind: str):
    """The modifier of the particle system that Blender makes as this kind is asked for; None if it makes none."""
    name, value = KINDS[kind]
    held = set(thing.modifiers.keys())
    if name == _COMBINED:
        with _given_up(thing):
            setattr(domain, name, "OFF")
    setattr(domain, name, value)
    return next((one for one in thing.modifiers if one.name not in held), None)


def new_settings(kind: str):
    """Particle settings of a kind that Blender makes for liquids alone."""
    before = set(bpy.data.particles)
    mesh = bpy.data.meshes.new(_TEMPORARY)
    thing = bpy.data.objects.new(_TEMPORARY, mesh)
    try:
        modifier = thing.modifiers.new(_TEMPORARY, "FLUID")
        modifier.fluid_type = "DOMAIN"
        with _given_up(thing):
            modifier.domain_settings.domain_type = "LIQUID"
        made = _switched_on(thing, modifier.domain_settings, kind)
        wanted = made.particle_system.settings
    finally:
        bpy.data.batch_remove([thing, mesh])
    bpy.data.batch_remove([one for one in bpy.data.particles if one not in before and one != wanted])
    return wanted


@special("FluidFlowSettings", "particle_system")
@special("DynamicPaintBrushSettings", "particle_system")
class OwnSystem(Field):
    """One of the object's own particle systems, by name; nothing for none."""

    def read(self, owner, visit):
        held = getattr(owner, self.name)
        return next((it.name for it in owner.id_data.particle_systems if it == held), "")

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        system = owner.id_data.particle_systems.get(value) if value else None
        if system is None and value:
            raise ValueError(f"the object has no particle system {value}")
        setattr(owner, self.name, system)


def check(thing, visit: Visit) -> None:
    """Tells the user of what an object's fluids hold and is not replicated."""
    for modifier in thing.modifiers:
        domain = getattr(modifier, "domain_settings", None)
        if domain is not None and any(getattr(domain, f"has_cache_baked_{what}") for what in CACHES):
            visit.problem(f'what modifier "{modifier.name}" has baked is not replicated: bake it again')
