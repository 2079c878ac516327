"""Fluids, dynamic paint, boids and caches: a teammate's settings are the artist's own after every edit.

The domains are not shown: a Blender 4.3 that distributions build dies as it simulates.
"""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import turns  # noqa: E402

BUILD = """
bpy.ops.wm.read_homefile(use_empty=True)
for name in ('tank', 'tap', 'wall', 'flock', 'prey'):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    mesh.uv_layers.new(name='first')
    mesh.uv_layers.new(name='second')
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))
bpy.data.collections.new('some')
"""
BEGIN = """
D = bpy.data
tank, tap, wall, flock, prey = (D.objects[name] for name in ('tank', 'tap', 'wall', 'flock', 'prey'))
def paint(thing):
    return next(it for it in thing.modifiers if it.type == 'DYNAMIC_PAINT')
def active(thing, **more):
    bpy.context.view_layer.objects.active = thing
    return bpy.context.temp_override(object=thing, active_object=thing, **more)
def flocking(settings=None):
    system = flock.particle_systems[0]
    return active(flock, particle_system=system, particle_settings=system.settings)
"""
END = "\nbpy.context.view_layer.update()"
FLUIDS = (
    """
domain = tank.modifiers.new('Rauch', 'FLUID')
domain.show_viewport, domain.fluid_type = False, 'DOMAIN'
domain.domain_settings.resolution_max = 23
domain.domain_settings.force_collection = D.collections['some']
""",
    """
settings = tank.modifiers[0].domain_settings
settings.use_noise, settings.noise_scale, settings.cache_frame_end = True, 3, 77
settings.use_color_ramp = True
settings.color_ramp.elements[0].color = (0.5, 0.25, 0, 1)
settings.effector_weights.wind = 0.25
""",
    """
flow = tap.modifiers.new('Hahn', 'FLUID')
flow.fluid_type = 'FLOW'
flow.flow_settings.flow_type, flow.flow_settings.temperature, flow.flow_settings.uv_layer = 'BOTH', -2, 'second'
""",
    """
made = wall.modifiers.new('Wand', 'FLUID')
made.fluid_type = 'EFFECTOR'
made.effector_settings.effector_type, made.effector_settings.guide_mode = 'GUIDE', 'MINIMUM'
""",
    "tap.modifiers.new('Tropfen', 'PARTICLE_SYSTEM'); "
    "tap.modifiers[0].flow_settings.particle_system = tap.particle_systems[0]",
    "tank.modifiers[0].domain_settings.color_ramp.elements.new(0.3); wall.modifiers[0].fluid_type = 'FLOW'",
    "tank.modifiers[0].domain_settings.domain_type = 'LIQUID'",
    "domain = tank.modifiers[0].domain_settings; domain.use_foam_particles = domain.use_spray_particles = True",
    "tank.modifiers[1].name = 'Wasser'; D.particles['FoamParticleSettings'].display_size = 0.7",
    "tank.modifiers[0].domain_settings.use_spray_particles = False",
    "tank.modifiers[0].domain_settings.sndparticle_combined_export = 'FOAM_BUBBLES'",
    "tank.modifiers[0].domain_settings.domain_type = 'GAS'",
    "tank.modifiers[0].fluid_type = 'NONE'; tap.modifiers[0].flow_settings.particle_system = None",
    "tap.modifiers.remove(tap.modifiers[0])",
)
PAINT = (
    """
wall.modifiers.new('Farbe', 'DYNAMIC_PAINT')
tap.modifiers.new('Pinsel', 'DYNAMIC_PAINT')
with active(wall):
    bpy.ops.dpaint.type_toggle(type='CANVAS')
with active(tap):
    bpy.ops.dpaint.type_toggle(type='BRUSH')
""",
    """
surface = paint(wall).canvas_settings.canvas_surfaces[0]
surface.surface_type, surface.wave_speed, surface.brush_collection = 'WAVE', 3, D.collections['some']
surface.is_active, surface.point_cache.frame_end = False, 66
brush = paint(tap).brush_settings
brush.paint_color, brush.paint_source, brush.proximity_falloff = (0.1, 0.2, 0.3), 'DISTANCE', 'RAMP'
brush.paint_ramp.elements.new(0.5).color = (1, 0, 1, 0.5)
""",
    "with active(wall):\n    bpy.ops.dpaint.surface_slot_add()",
    """
surfaces = paint(wall).canvas_settings.canvas_surfaces
surfaces[1].name, surfaces[1].surface_format, surfaces.active_index = 'Bild', 'IMAGE', 1
surfaces[1].uv_layer = 'second'
""",
    """
with active(wall):
    bpy.ops.dpaint.type_toggle(type='BRUSH')
    paint(wall).canvas_settings.canvas_surfaces.active_index = 0
    bpy.ops.dpaint.surface_slot_remove()
""",
    "with active(tap):\n    bpy.ops.dpaint.type_toggle(type='BRUSH')",
    "with active(wall):\n    bpy.ops.dpaint.type_toggle(type='CANVAS')",
)
BOIDS = (
    """
settings = flock.modifiers.new('Schwarm', 'PARTICLE_SYSTEM').particle_system.settings
settings.physics_type = 'BOIDS'
settings.boids.states[0].rule_fuzzy = 0.25
""",
    """
with flocking():
    for kind in ('GOAL', 'AVOID', 'AVOID', 'FIGHT'):
        bpy.ops.boid.rule_add(type=kind)
""",
    """
rules = flock.particle_systems[0].settings.boids.states[0].rules
rules[2].object, rules[5].flee_distance, rules[3].name = prey, 12, 'Vorsicht'
""",
    "with flocking():\n    bpy.ops.boid.rule_move_up()\n    bpy.ops.boid.state_add()",
    """
boids = flock.particle_systems[0].settings.boids
boids.active_boid_state_index = 0
with flocking():
    bpy.ops.boid.state_del()
""",
    """
with flocking():
    bpy.ops.boid.rule_add(type='FOLLOW_LEADER')
    bpy.ops.particle.new_target()
    bpy.ops.particle.new_target()
flock.particle_systems[0].targets[1].object = prey
flock.particle_systems[0].targets[0].alliance = 'ENEMY'
""",
    "with flocking():\n    bpy.ops.boid.state_del()\n    bpy.ops.particle.target_remove()",
    "with flocking():\n    bpy.ops.boid.rule_add(type='SEPARATE')",
)
CACHES = (
    "prey.modifiers.new('Tuch', 'CLOTH').point_cache.frame_start = 12",
    "prey.modifiers['Tuch'].point_cache.frame_end = 90",
    "prey.modifiers.new('Weich', 'SOFT_BODY').point_cache.frame_step = 5",
    "flock.particle_systems[0].point_cache.frame_end = 33",
)

FORCES = (
    "with active(wall): bpy.ops.object.forcefield_toggle()",
    "wall.field.type = 'VORTEX'; wall.field.strength, wall.field.use_max_distance = 3.5, True",
    "wall.field.distance_max, wall.field.seed = 2.5, 0",
    "wall.field.type = 'NONE'",
    "wall.field.type = 'WIND'",
    "wall.modifiers.new('Stoß', 'COLLISION'); wall.collision.damping, wall.collision.use_culling = 0.75, False",
    "wall.collision.use = False",
    "wall.collision.use = True; wall.collision.thickness_outer = 0.5",
    "wall.modifiers.remove(wall.modifiers['Stoß'])",
    """
soft = tap.modifiers.new('Weich', 'SOFT_BODY')
soft.settings.mass, soft.settings.use_goal, soft.settings.effector_weights.wind = 2.5, False, 0.5
""",
    "tap.soft_body.goal_spring, tap.soft_body.collision_collection = 0.25, D.collections['some']",
    "cloth = tap.modifiers.new('Stoff', 'CLOTH'); cloth.settings.quality, cloth.settings.mass = 9, 0.5",
    "tap.modifiers['Stoff'].collision_settings.use_self_collision = True",
    "tap.modifiers.remove(tap.modifiers['Weich'])",
)


class Simulations(turns.Turns):
    """A and B take turns at editing."""

    preamble, afterwards = BEGIN, END

    @classmethod
    def prepare(cls):
        cls.a.run(BUILD)

    def test_1_fluids(self):
        self.steps(FLUIDS)

    def test_2_paint(self):
        self.steps(PAINT)

    def test_3_boids(self):
        self.steps(BOIDS)

    def test_4_caches(self):
        self.steps(CACHES)
        for member in (self.a, self.b):
            self.assertNotIn("not replicated", str(member.state()["messages"]))

    def test_5_forces(self):
        self.steps(FORCES)


if __name__ == "__main__":
    unittest.main()
