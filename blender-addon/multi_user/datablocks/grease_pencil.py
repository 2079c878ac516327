"""Grease pencil: layers, frames and what is drawn on them. Main thread only.

Layers and frames are part of the tree (``gp_layers``); what is drawn on a frame is in buffers of its own
(``gp_drawing``, before Blender 4.3 ``gp_strokes``), so that a stroke drawn on one frame leaves all others alone. A
buffer is named ``<frame>/<length of the layer's name>/<layer's name>/<part>``.
"""

from __future__ import annotations

import bpy
import numpy

from . import gp_layers, gp_modifiers
from .contract import ALL, GEOMETRY, BufferSource, Changed, Reading
from .generic import GenericHandler
from .visit import Visit

if gp_layers.LEGACY:
    from . import gp_strokes as drawn
else:
    from . import gp_drawing as drawn

COLLECTION = "grease_pencils_v3" if gp_layers.DATA == "GreasePencilv3" else "grease_pencils"
MODIFIERS = gp_modifiers.TABLE  # imported for what it adds to the plans' tables


def buffer_name(layer: str, number: int, part: str) -> str:
    """The name of one array of a frame."""
    return f"{number}/{len(layer)}/{layer}/{part}"


def parse_name(name: str) -> tuple[str, int, str]:
    """Layer, frame number and part of a buffer's name; ValueError for any other."""
    number, length, rest = [*name.split("/", 2), "", ""][:3]
    if not length.isdecimal() or len(length) > 4 or rest[int(length) : int(length) + 1] != "/":
        raise ValueError(f"{name} is not the buffer of a frame")
    return rest[: int(length)], gp_layers.frame_number(number), rest[int(length) + 1 :]


class GreasePencilHandler(GenericHandler):
    """Replicates grease pencil objects' data."""

    tree_tells_arrays = True

    def __init__(self):
        super().__init__(COLLECTION, gp_layers.DATA)

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree, and names the arrays where they are asked for."""
        reading = super().read(datablock, context, hints)
        if hints & {ALL, GEOMETRY} and not gp_layers.is_annotation(datablock):
            reading.buffers = _sources(datablock, context)
            reading.signature = tuple((it.name, it.rows, it.columns) for it in reading.buffers)
        return reading

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Writes what is drawn on these frames; with ``structure`` on all, and nothing is on the others."""
        if gp_layers.is_annotation(datablock):
            if buffers:
                raise ValueError("strokes of an annotation are part of its tree")
            return
        frames: dict[tuple[str, int], tuple[dict[str, numpy.ndarray], list[str]]] = {}
        for name, array in buffers.items():
            layer, number, part = parse_name(name)
            frames.setdefault((layer, number), ({}, []))[0][part] = array
        for name in gone:
            layer, number, part = parse_name(name)
            frames.setdefault((layer, number), ({}, []))[1].append(part)
        if structure:
            for layer, number, _ in drawn.drawings(datablock):
                frames.setdefault((layer, number), ({}, []))
        for (layer, number), (arrays, parts) in frames.items():
            drawing = drawn.find(datablock, layer, number)
            if drawing is not None:
                drawn.write(drawing, arrays, parts, structure, visit)
            elif arrays:
                raise ValueError(f"there is no frame {number} in layer {layer}")
        datablock.update_tag()


def _sources(datablock, context) -> list[BufferSource]:
    """All arrays, not read yet. While the artist draws, those of other frames are read seldom."""
    at_hand = _frames_at_hand(datablock)
    found = []

    def problem(text: str) -> None:
        context.problem(datablock, text)

    for layer, number, drawing in drawn.drawings(datablock):
        seldom = at_hand is not None and (layer, number) not in at_hand
        for part, dtype, rows, columns in drawn.parts(drawing, problem):
            filler = _filler(datablock, layer, number, part)
            found.append(
                BufferSource(buffer_name(layer, number, part), dtype, rows, columns, filler, seldom=seldom)
            )
    return found


def _filler(datablock, layer: str, number: int, part: str):
    def fill(out: numpy.ndarray) -> None:
        drawing = drawn.find(datablock, layer, number)
        if drawing is None:
            raise Changed(f"frame {number} of layer {layer} went while it was read")
        drawn.fill(drawing, part, out)

    return fill


def _frames_at_hand(datablock) -> set[tuple[str, int]] | None:
    """The frames that the artist can draw on who is in a mode of grease pencil; None for all: everything is read
    when the mode is left."""
    active = bpy.context.view_layer.objects.active
    if active is None or active.data != datablock or active.mode == "OBJECT":
        return None
    several = getattr(bpy.context.scene.tool_settings, "use_grease_pencil_multi_frame_editing", False)
    if several or getattr(datablock, "use_multiedit", False):
        return None
    now = bpy.context.scene.frame_current
    latest: dict[str, int] = {}
    for layer, number, _ in drawn.drawings(datablock):
        if number <= now:
            latest[layer] = max(number, latest.get(layer, number))
    return set(latest.items())
