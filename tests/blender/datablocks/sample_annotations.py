"""Annotations with unusual values, on a scene and on a node tree. Runs in Blender."""

import ctypes
import importlib
import sys

import bpy

LEGACY = bpy.app.version < (4, 3, 0)
USER = "annotation" if hasattr(bpy.types, "Annotation") else "grease_pencil"
DRAWABLE = LEGACY or hasattr(bpy.types, "Annotation")  # 4.3 lets Python make no stroke


def offsets_of(struct: str) -> dict[str, int]:
    """Where the fields of one of Blender's structs lie, as the add-on knows, which is called otherwise where it is an
    extension."""
    extension = next((name for name in sys.modules if name.endswith(".multi_user.datablocks")), "")
    dna = importlib.import_module(f"{extension or 'multi_user.datablocks'}.dna")
    return dna.structs(struct)[struct].offsets


def build() -> None:
    """One with layers, frames and strokes of all kinds on the scene and a material's nodes, one on a node group."""
    if not DRAWABLE:
        return
    data = made("Notizen")
    setattr(bpy.context.scene, USER, data)
    ink, ruler = data.layers.new("Ti/n.te"), data.layers.new("Lineal")
    ink.color, ink.annotation_opacity, ink.thickness, ink.annotation_hide = (0.1, 0.2, 0.3), 0.25, 9, True
    ink.use_annotation_onion_skinning, ink.annotation_onion_before_range = True, 7
    ink.annotation_onion_after_color, ink.show_in_front, ink.lock = (1, 0.5, 0), False, True
    for number, modes in ((-7, ("3DSPACE", "2DSPACE")), (1, ("2DIMAGE", "", "3DSPACE")), (20, ())):
        frame = ink.frames.new(number)
        for size, mode in enumerate(modes, 1):
            draw(frame, 2 * size, mode, number)
    draw(ruler.frames.new(1), 3, "3DSPACE", 5)
    flag(ruler, "bGPDlayer", ctypes.c_uint16, "thickness").value = 0  # as Blender may make them
    mark_ruler(ruler)
    nodes = bpy.data.node_groups.new("Notierte Knoten", "GeometryNodeTree")
    on_nodes = made("Notizen an Knoten")
    draw(on_nodes.layers.new("Kreis").frames.new(1), 4, "2DSPACE", 2)
    setattr(nodes, USER, on_nodes)
    nodes.use_fake_user = True
    drawn = bpy.data.materials.new("Notiertes Material")
    drawn.use_nodes = drawn.use_fake_user = True
    setattr(drawn.node_tree, USER, data)


def made(name):
    """A new annotation. Before Blender 4.3 the tool marks it as one."""
    if not LEGACY:
        return bpy.data.annotations.new(name)
    scene, window = bpy.context.scene, bpy.context.window_manager.windows[0]
    former, scene.grease_pencil = scene.grease_pencil, None
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    with bpy.context.temp_override(window=window, area=area, scene=scene):
        bpy.ops.gpencil.annotation_add()
    data, scene.grease_pencil = scene.grease_pencil, former
    data.name = name
    data.layers.remove(data.layers[0])
    return data


def draw(frame, size, mode, value) -> None:
    """One stroke with other values at each point; mode "": one that sticks to the window."""
    stroke = frame.strokes.new()
    for index in range(size):
        pressure = 0.5 + index / 16
        stroke.points.add(count=1, pressure=pressure, strength=1 - index / 32)
        stroke.points[index].co = (index, value + 0.1, -1e-3 * index)
    if LEGACY or mode:
        stroke.display_mode = mode or "SCREEN"
    else:
        flag(stroke, "bGPDstroke", ctypes.c_uint16).value = 0


def mark_ruler(layer) -> None:
    """As the tool that measures does."""
    flag(layer, "bGPDlayer", ctypes.c_uint16).value |= 1 << 14
    assert layer.is_ruler


def flag(struct, name, kind, member="flag"):
    """What says in Blender's memory which kind of thing this is."""
    return kind.from_address(struct.as_pointer() + offsets_of(name)[member])


def pens(stroke) -> list:
    """Pressure and strength of each point, as they are in Blender's memory."""
    offsets = offsets_of("bGPDspoint")
    return [
        tuple(
            ctypes.c_float.from_address(point.as_pointer() + offsets[name]).value
            for name in ("pressure", "strength")
        )
        for point in stroke.points
    ]
