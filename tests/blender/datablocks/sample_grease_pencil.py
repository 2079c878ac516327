"""Grease pencil with unusual values: layers, masks, frames, strokes, modifiers. Runs in Blender."""

import bpy
import numpy

LEGACY = bpy.app.version < (4, 3, 0)


def build(parent, linked) -> None:
    """One object with two layers that are drawn on, and every modifier; ``linked`` puts it into the scene."""
    data = made("Zeichnung")
    thing = linked(bpy.data.objects.new("Zeichnung", data))
    colored = bpy.data.materials.new("Tinte")
    bpy.data.materials.create_gpencil_data(colored)
    colored.grease_pencil.color, colored.grease_pencil.fill_style = (0.2, 0.3, 0.4, 0.5), "GRADIENT"
    data.materials.append(colored)
    data.materials.append(None)
    data.onion_factor, data.before_color = 0.3, (0.1, 0.2, 0.3)
    lines, colors = data.layers.new("Li/ni.en", set_active=False), data.layers.new("Färben")
    lines.opacity, lines.blend_mode, lines.tint_color, lines.tint_factor = 0.5, "ADD", (1, 0.5, 0), 0.25
    lines.parent, lines.pass_index = parent, 3
    if hasattr(lines.mask_layers, "add"):
        lines.mask_layers.add(colors)
        lines.mask_layers[0].invert = True
    frames(lines)
    lines.frames.new(-7)
    draw(colors.frames.new(5), (3, 1))
    thing.vertex_groups.new(name="Gruppe")
    (legacy_parts if LEGACY else groups)(data)
    modifiers(thing, parent)


def made(name):
    """New grease pencil data."""
    kind = "grease_pencils_v3" if hasattr(bpy.data, "grease_pencils_v3") else "grease_pencils"
    return getattr(bpy.data, kind).new(name)


def frames(layer) -> None:
    """Three frames, one of which shows the drawing of another one where Blender knows that."""
    draw(layer.frames.new(1), (2, 5, 3))
    draw(layer.frames.new(20), (4,))
    if not LEGACY:
        layer.frames.copy(1, 30, instance_drawing=True)
    layer.frames[1].keyframe_type = "EXTREME"


def draw(frame, sizes) -> None:
    """Strokes of these sizes with a different value everywhere."""
    values = numpy.linspace(-1, 1, 3 * sum(sizes), dtype="f4")
    if LEGACY:
        for size in sizes:
            stroke = frame.strokes.new()
            stroke.points.add(size)
            stroke.points.foreach_set("co", values[: 3 * size])
            stroke.points.foreach_set("pressure", numpy.linspace(0, 2, size, dtype="f4"))
            stroke.points[0].vertex_color, stroke.points[0].uv_fill = (0.1, 0.2, 0.3, 0.4), (0.5, 0.6)
            stroke.line_width, stroke.display_mode, stroke.use_cyclic = 7 + size, "SCREEN", size > 2
            stroke.material_index, stroke.end_cap_mode, stroke.hardness = size % 2, "FLAT", 0.5
            stroke.vertex_color_fill, stroke.aspect = (0.9, 0.8, 0.7, 0.6), (1, 2)
        return
    drawing = frame.drawing
    drawing.add_strokes(sizes=list(sizes))
    drawing.attributes["position"].data.foreach_set("vector", values)
    for name, kind, domain, key in (
        ("radius", "FLOAT", "POINT", "value"),
        ("opacity", "FLOAT", "POINT", "value"),
        ("vertex_color", "FLOAT_COLOR", "POINT", "color"),
        ("fill_color", "FLOAT_COLOR", "CURVE", "color"),
        ("material_index", "INT", "CURVE", "value"),
        ("cyclic", "BOOLEAN", "CURVE", "value"),
    ):
        data = drawing.attributes.new(name, kind, domain).data
        width = 4 if key == "color" else 1
        data.foreach_set(key, (numpy.arange(len(data) * width) % 2).astype("f4" if width > 1 else "i4"))


def legacy_parts(data) -> None:
    """What there was before Blender 4.3: weights of points."""
    points = data.layers[0].frames[-1].strokes[0].points
    points.weight_set(vertex_group_index=0, point_index=1, weight=0.25)


def groups(data) -> None:
    """What came with Blender 4.3: groups within groups, strokes of another kind, strokes of all kinds."""
    outer = data.layer_groups.new("außen")
    inner = data.layer_groups.new("innen", parent_group=outer)
    data.layer_groups.new("leer")
    data.layers.move_to_layer_group(data.layers["Färben"], inner)
    inner.hide = True
    if hasattr(outer, "color_tag"):
        outer.color_tag = "COLOR3"
    frame = data.layers["Färben"].frames.new(9)
    draw(frame, (3, 3, 4))
    for index, kind in enumerate(("BEZIER", "CATMULL_ROM")):
        if hasattr(frame.drawing, "set_types"):
            frame.drawing.set_types(type=kind, indices=[index])
        else:
            frame.drawing.attributes["curve_type"].data[index].value = (2, 0)[index]


def modifiers(thing, target) -> None:
    """Every grease pencil modifier, a few values of each."""
    stack = thing.grease_pencil_modifiers if LEGACY else thing.modifiers
    kind = bpy.types.GpencilModifier if LEGACY else bpy.types.Modifier
    for name in kind.bl_rna.properties["type"].enum_items.keys():
        if not LEGACY and not name.startswith("GREASE_PENCIL"):
            continue
        modifier = stack.new(f"gp {name}", name)
        if modifier is None:
            continue
        modifier.show_viewport = False
        for place in ("object", "target", "offset_object"):
            if hasattr(modifier, place):
                setattr(modifier, place, target if name != "GP_LATTICE" and "LATTICE" not in name else None)
        if hasattr(modifier, "factor") and isinstance(modifier.factor, float):
            modifier.factor = 0.75
        if hasattr(modifier, "segments"):
            segment(thing, modifier)
            modifier.segments[-1].name = "zwei"


def segment(thing, modifier) -> None:
    """Another segment."""
    name = "dash" if "Dash" in modifier.bl_rna.identifier else "time"
    with bpy.context.temp_override(object=thing, active_object=thing):
        if LEGACY:
            (bpy.ops.gpencil.segment_add if name == "dash" else bpy.ops.gpencil.time_segment_add)(
                modifier=modifier.name
            )
        else:
            getattr(bpy.ops.object, f"grease_pencil_{name}_modifier_segment_add")(modifier=modifier.name)
