"""Small datablocks with unusual values: textures, texts, palettes, masks, line styles, particles. Runs in Blender."""

import bpy


def build(thing, linked) -> None:
    """One of each; ``thing`` is an object with a mesh, ``linked`` puts an object into the scene."""
    made = textures()
    texts()
    palettes()
    masks()
    line_styles(made, thing)
    particles(made, linked)


def textures() -> list:
    """Every kind of texture; one with a colour ramp, one with nodes, one with a picture."""
    kinds = bpy.types.Texture.bl_rna.properties["type"].enum_items.keys()
    made = [bpy.data.textures.new(f"texture {kind}", kind) for kind in kinds]
    for texture in made:
        texture.intensity, texture.factor_red = 0.6, 0.3
    cloud = bpy.data.textures["texture CLOUDS"]
    cloud.noise_depth, cloud.noise_scale, cloud.use_color_ramp = 4, 0.7, True
    cloud.color_ramp.elements.new(0.3).color = (0.1, 0.2, 0.3, 0.4)
    wood = bpy.data.textures["texture WOOD"]
    wood.use_nodes = True
    wood.node_tree.nodes.new("TextureNodeMath").location = (7, 8)
    picture = bpy.data.textures["texture IMAGE"]
    picture.image = bpy.data.images.new("texture image", 4, 4)
    picture.extension, picture.crop_min_x = "CLIP", 0.25
    return made


def texts() -> None:
    """Lines with and without an end, tabs, other alphabets."""
    for name, body in {
        "empty": "",
        "närrisch.py": "import bpy\n\tprint('ä – 字')\n",
        "open": "a\n\nb",
    }.items():
        bpy.data.texts.new(name).from_string(body)
    bpy.data.texts["open"].indentation = "TABS"


def palettes() -> None:
    """Colours, two of them equal."""
    palette = bpy.data.palettes.new("Pälette")
    palette.use_fake_user = True
    for color in ((1, 0.5, 0.25), (1, 0.5, 0.25), (0, 0, 0.1)):
        palette.colors.new().color = color
    palette.colors[1].strength, palette.colors[1].weight = 0.5, 0.25


def masks() -> None:
    """Two layers, one with two splines."""
    mask = bpy.data.masks.new("mask")
    mask.use_fake_user, mask.frame_end = True, 33
    layer, empty = mask.layers.new(name="layer"), mask.layers.new(name="empty")
    empty.invert, empty.blend = True, "SUBTRACT"
    for number in range(2):
        spline = layer.splines.new()
        spline.points.add(2 + number)
        spline.use_cyclic, spline.offset_mode = number == 0, "SMOOTH"
        for index, point in enumerate(spline.points):
            point.handle_left_type = point.handle_right_type = "FREE"
            point.co = (0.1 * index, 0.3 * number)
            point.handle_left, point.handle_right = (0.1, index), (0.2, -index)
            point.weight = 0.5


def line_styles(textures: list, target) -> None:
    """Modifiers of every kind, a texture, and line sets that use two styles."""
    style = bpy.data.linestyles.new("style")
    style.thickness, style.use_dashed_line, style.dash1 = 7, True, 3
    for name in ("color", "alpha", "thickness", "geometry"):
        stack = getattr(style, f"{name}_modifiers")
        for kind in stack.bl_rna.functions["new"].parameters["type"].enum_items.keys():
            modifier = stack.new(f"{name} {kind}", kind)
            modifier.use = False
            if hasattr(modifier, "target"):
                modifier.target = target
            if hasattr(modifier, "curve"):
                modifier.curve.curves[0].points.new(0.4, 0.9)
    slot = style.texture_slots.create(3)
    slot.texture, slot.alpha_factor = textures[3], 0.4
    style.use_nodes = True
    settings = bpy.context.view_layer.freestyle_settings
    first, second = settings.linesets.new("first"), settings.linesets.new("second")
    made = [lines.linestyle for lines in (first, second)]
    first.linestyle = second.linestyle = style
    second.select_border, second.edge_type_combination = True, "AND"
    bpy.data.batch_remove(made)


def particles(textures: list, linked) -> None:
    """Two systems on one object, a hair system with dynamics, boids and a fluid."""
    mesh = bpy.data.meshes.new("emitter")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0)], [], [(0, 1, 2)])
    emitter = linked(bpy.data.objects.new("emitter", mesh))
    emitter.vertex_groups.new(name="density")
    smoke = emitter.modifiers.new("smoke", "PARTICLE_SYSTEM").particle_system
    smoke.seed, smoke.vertex_group_density, smoke.parent = 7, "density", emitter
    settings = smoke.settings
    settings.name, settings.count, settings.frame_start, settings.frame_end = "Smöke", 12, 5, 30
    settings.render_type, settings.instance_object, settings.lifetime = "OBJECT", emitter, 9
    settings.effector_weights.gravity, settings.force_field_1.type = 0.3, "FORCE"
    slot = settings.texture_slots.create(2)
    slot.texture, slot.use_map_size, slot.size_factor = textures[2], True, 0.4
    hair = emitter.modifiers.new("hair", "PARTICLE_SYSTEM").particle_system
    hair.settings.name, hair.settings.type, hair.settings.hair_step = "hair", "HAIR", 3
    hair.settings.count, hair.settings.use_clump_curve = 5, True
    hair.settings.clump_curve.curves[0].points.new(0.5, 0.1)
    hair.use_hair_dynamics = True
    hair.cloth.settings.mass = 0.7
    for kind in ("BOIDS", "FLUID"):
        bpy.data.particles.new(kind.lower()).physics_type = kind
    bpy.data.particles["boids"].boids.health = 0.4
    bpy.data.particles["fluid"].fluid.linear_viscosity = 3
