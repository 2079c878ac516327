"""Builds simulations with unusual values, for the round trip. Runs in Blender."""

import bpy


# What is not varied: where caches lie, what makes and removes particle systems, what says what a struct is.
KEPT = (
    "cache_directory",
    "image_output_path",
    "domain_type",
    "sndparticle_combined_export",
    "surface_format",
)
KEPT += ("use_flip_particles", "use_spray_particles", "use_foam_particles", "use_bubble_particles")
KEPT += ("use_tracer_particles", "surface_type", "color_ramp_field", "gridlines_color_field", "effect_ui")
KEPT += ("location_mass_center", "rotation_estimate", "scale_estimate")
KEPT += tuple(f"cache_frame_pause_{what}" for what in ("data", "noise", "mesh", "particles", "guide"))


def vary(struct) -> None:
    """Every plain property gets another value than it has."""
    for prop in struct.bl_rna.properties:
        if struct.is_property_readonly(prop.identifier) or prop.identifier in KEPT:
            continue
        held = getattr(struct, prop.identifier)
        if prop.type == "BOOLEAN" and not prop.is_array:
            setattr(struct, prop.identifier, not held)
        elif prop.type == "ENUM":
            others = [item.identifier for item in prop.enum_items_static if item.identifier != held]
            if others:
                try:
                    setattr(struct, prop.identifier, others[-1])
                except TypeError:
                    pass  # none that Blender would take now
        elif prop.type in ("INT", "FLOAT"):
            between = (min(prop.hard_max, 40) - max(prop.hard_min, -40)) * 0.375 + max(prop.hard_min, -40)
            wanted = int(between) if prop.type == "INT" else between
            setattr(struct, prop.identifier, [wanted] * len(held) if prop.is_array else wanted)


def build(linked) -> None:
    """All of them."""
    rigid_bodies(linked)
    fluids(linked)
    dynamic_paint(linked)
    boids(linked)
    caches(linked)
    bodies(linked)
    forces(linked)


def _box(linked, name: str):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [], [(0, 1, 2), (1, 2, 3), (0, 1, 3)])
    mesh.uv_layers.new(name="first")
    mesh.uv_layers.new(name="zweite")
    return linked(bpy.data.objects.new(name, mesh))


def fluids(linked) -> None:
    """Smoke with noise, ramp and weights, a liquid with all of its particles, another with joined ones, flows and
    effectors of every kind. The domains are not shown: a Blender 4.3 that distributions build dies as it simulates.
    """
    some = bpy.data.collections.new("some fluids")
    force = bpy.data.textures.new("fluid noise", "CLOUDS")
    gas = _box(linked, "gas").modifiers.new("gas", "FLUID")
    gas.show_viewport, gas.fluid_type = False, "DOMAIN"
    settings = gas.domain_settings
    vary(settings)
    settings.use_color_ramp = True
    settings.color_ramp.elements.new(0.4).color = (0.1, 0.2, 0.3, 0.4)
    settings.effector_weights.gravity, settings.effector_weights.collection = 0.3, some
    settings.fluid_group, settings.effector_group, settings.force_collection = some, some, some
    for name, kinds in {
        "liquid": (
            "use_spray_particles",
            "use_bubble_particles",
            "use_foam_particles",
            "use_tracer_particles",
        ),
        "froth": (),
    }.items():
        thing = _box(linked, name)
        modifier = thing.modifiers.new("water", "FLUID")
        modifier.show_viewport, modifier.fluid_type = False, "DOMAIN"
        domain = modifier.domain_settings
        domain.domain_type, domain.resolution_max, domain.viscosity_value = "LIQUID", 17, 0.7
        for kind in kinds:
            setattr(domain, kind, True)
        if not kinds:
            domain.sndparticle_combined_export = "SPRAY_BUBBLES"
        for number, system in enumerate(thing.particle_systems):
            system.settings.display_size = 0.25 + number
    thing.modifiers[1].name, thing.particle_systems[0].name = "Gischt", "Schaum"
    for kind in ("SMOKE", "LIQUID"):
        thing = _box(linked, f"flow {kind}")
        thing.vertex_groups.new(name="thick")
        modifier = thing.modifiers.new("flow", "FLUID")
        system = thing.modifiers.new("source", "PARTICLE_SYSTEM").particle_system
        modifier.fluid_type, flow = "FLOW", modifier.flow_settings
        flow = modifier.flow_settings
        vary(flow)
        flow.flow_type, flow.flow_behavior, flow.uv_layer, flow.noise_texture = (
            kind,
            "OUTFLOW",
            "zweite",
            force,
        )
        flow.density_vertex_group = "thick"
        flow.particle_system = system if kind == "SMOKE" else None
    effector = _box(linked, "guide").modifiers.new("guide", "FLUID")
    effector.fluid_type = "EFFECTOR"
    vary(effector.effector_settings)


def dynamic_paint(linked) -> None:
    """A canvas with a surface of every kind and in another order, a brush, and an object that is both."""
    some, texture = bpy.data.collections.new("brushes"), bpy.data.textures.new("first paint", "WOOD")
    canvas = _box(linked, "canvas").modifiers.new("paint", "DYNAMIC_PAINT")
    brush = _box(linked, "brush").modifiers.new("paint", "DYNAMIC_PAINT")
    both = _box(linked, "both").modifiers.new("paint", "DYNAMIC_PAINT")
    for modifier, kinds in ((canvas, ("CANVAS",)), (brush, ("BRUSH",)), (both, ("CANVAS", "BRUSH"))):
        with bpy.context.temp_override(object=modifier.id_data, active_object=modifier.id_data):
            for kind in kinds:
                bpy.ops.dpaint.type_toggle(type=kind)
            if modifier == canvas:
                for _ in range(4):
                    bpy.ops.dpaint.surface_slot_add()
    surfaces = canvas.canvas_settings.canvas_surfaces
    kinds = (
        ("VERTEX", "PAINT"),
        ("VERTEX", "DISPLACE"),
        ("VERTEX", "WEIGHT"),
        ("VERTEX", "WAVE"),
        ("IMAGE", "WAVE"),
    )
    for surface, (form, kind) in zip(surfaces, kinds):
        surface.surface_format, surface.surface_type = form, kind
        vary(surface)
        surface.name = f"{kind} auf {form}"
        surface.brush_collection, surface.init_texture = some, texture
        surfaces.active_index = list(surfaces).index(surface)  # Blender gives it to that one
        surface.uv_layer = "zweite"
        surface.effector_weights.wind = 0.125
        surface.point_cache.frame_start, surface.point_cache.frame_end = 3, 44
    vary(brush.brush_settings)
    for ramp in ("paint_ramp", "velocity_ramp"):
        getattr(brush.brush_settings, ramp).elements.new(0.3).color = (0.4, 0.3, 0.2, 0.1)
    system = brush.id_data.modifiers.new("drops", "PARTICLE_SYSTEM").particle_system
    brush.brush_settings.particle_system = system


def boids(linked) -> None:
    """Two states, every rule and two that are called alike, and targets."""
    emitter, prey = _box(linked, "flock"), _box(linked, "prey")
    system = emitter.modifiers.new("flock", "PARTICLE_SYSTEM").particle_system
    settings = system.settings
    settings.name, settings.physics_type = "Schwarm", "BOIDS"
    with bpy.context.temp_override(particle_settings=settings, particle_system=system):
        settings.boids.states[0].name = "Ruhe"
        bpy.ops.boid.state_add()
        settings.boids.active_boid_state_index = 1
        for kind in bpy.types.BoidRule.bl_rna.properties["type"].enum_items.keys():
            bpy.ops.boid.rule_add(type=kind)
        bpy.ops.boid.rule_add(type="AVOID")
        for _ in range(2):
            bpy.ops.particle.new_target()
    state = settings.boids.states[1]
    state.ruleset_type, state.rule_fuzzy, state.falloff = "RANDOM", 0.125, 7
    for rule in state.rules:
        name = rule.name
        vary(rule)
        rule.name = name
        if hasattr(rule, "object"):
            rule.object = prey
    settings.boids.states[1].rules[7].name = "Meiden"
    for target in system.targets:
        vary(target)
    system.targets[1].object, system.targets[1].system = prey, 1


def caches(linked) -> None:
    """Cloth and soft bodies and particles that are simulated in other frames."""
    thing = _box(linked, "cached")
    for kind in ("CLOTH", "SOFT_BODY", "PARTICLE_SYSTEM"):
        made = thing.modifiers.new(kind.lower(), kind)
        cache = getattr(made, "particle_system", None) or made
        cache.point_cache.frame_start, cache.point_cache.frame_end, cache.point_cache.frame_step = 11, 99, 7


def bodies(linked) -> None:
    """Cloth, a soft body, and what collides with them."""
    thing = _box(linked, "soft")
    for kind in ("CLOTH", "SOFT_BODY"):
        made = thing.modifiers.new(kind.lower(), kind)
        vary(made.settings)
        vary(made.settings.effector_weights)
    vary(thing.modifiers["cloth"].collision_settings)
    thing.modifiers.new("collision", "COLLISION")
    vary(thing.collision)


def forces(linked) -> None:
    """A field of every kind, and one that was taken away again with its settings left."""
    kinds = [item.identifier for item in bpy.types.FieldSettings.bl_rna.properties["type"].enum_items]
    for kind in kinds:
        thing = _box(linked, f"force {kind}")
        with bpy.context.temp_override(object=thing, active_object=thing):
            bpy.ops.object.forcefield_toggle()
        vary(thing.field)
        thing.field.type = kind


def rigid_bodies(linked) -> None:
    """A world with two bodies and a spring, and a body that is in no world any more."""
    scene = bpy.context.scene
    with bpy.context.temp_override(scene=scene):
        bpy.ops.rigidbody.world_add()
    world = scene.rigidbody_world
    world.collection, world.constraints = bpy.data.collections.new("bodies"), bpy.data.collections.new("ties")
    world.enabled, world.time_scale, world.substeps_per_frame = False, 0.3, 17
    world.point_cache.frame_start, world.point_cache.frame_end, world.point_cache.frame_step = 7, 81, 3
    world.effector_weights.gravity, world.effector_weights.collection = 0.4, bpy.data.collections["ties"]
    boxes = [linked(bpy.data.objects.new(f"box {index}", bpy.data.meshes.new("box"))) for index in range(3)]
    for index, box in enumerate(boxes):
        world.collection.objects.link(box)
        body = box.rigid_body
        body.type, body.collision_shape = ("ACTIVE", "PASSIVE", "ACTIVE")[index], ("BOX", "CONE", "MESH")[
            index
        ]
        body.mass, body.friction, body.linear_damping = 0.001 + index, 1.5, 0.77
        body.collision_collections = [number % (index + 2) == 0 for number in range(20)]
        body.use_margin, body.collision_margin, body.mesh_source = True, 0.3, "FINAL"
    world.collection.objects.unlink(boxes[2])
    spring = linked(bpy.data.objects.new("spring", None))
    world.constraints.objects.link(spring)
    tie = spring.rigid_body_constraint
    tie.type, tie.object1, tie.object2 = "GENERIC_SPRING", boxes[0], boxes[1]
    tie.use_limit_lin_x, tie.limit_lin_x_lower, tie.limit_lin_x_upper = True, -2.5, 0.5
    tie.use_breaking, tie.breaking_threshold, tie.spring_type = True, 3.25, "SPRING1"
