"""Renders saved scenes and puts the pictures side by side; runs in a Blender of its own, so no session sees it.

    blender -b --factory-startup --python pictures.py -- OUT.png A.blend A.png B.blend B.png
"""

from __future__ import annotations

import math
import sys

import bpy
import mathutils
import numpy

WIDTH, HEIGHT = 480, 360


def render(blend: str, picture: str) -> None:
    """Renders the scene of a file."""
    bpy.ops.wm.open_mainfile(filepath=blend, load_ui=False)
    scene = bpy.context.scene
    settings = scene.render
    settings.engine = "CYCLES"
    settings.use_border = False
    settings.use_multiview = False
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = WIDTH, HEIGHT, 100
    settings.image_settings.file_format = "PNG"
    settings.image_settings.color_mode = "RGB"
    settings.use_sequencer = settings.use_compositing = False
    scene.cycles.samples = 24
    scene.cycles.time_limit = 20
    scene.cycles.use_denoising = False
    scene.cycles.seed = 1
    if scene.camera is None or scene.camera.type != "CAMERA":
        scene.camera = camera_for(scene)
    if not any(one.type == "LIGHT" for one in scene.objects):
        sun = bpy.data.objects.new("Picture light", bpy.data.lights.new("Picture light", "SUN"))
        sun.data.energy, sun.rotation_euler = 3, (0.7, 0.2, 0.5)
        scene.collection.objects.link(sun)
    settings.filepath = picture
    bpy.ops.render.render(write_still=True)


def camera_for(scene):
    """A camera that sees everything."""
    corners = [
        one.matrix_world @ mathutils.Vector(corner)
        for one in scene.objects
        if one.type in ("MESH", "CURVE", "SURFACE", "FONT", "META", "ARMATURE")
        for corner in one.bound_box
    ] or [mathutils.Vector((-1, -1, -1)), mathutils.Vector((1, 1, 1))]
    low = mathutils.Vector([min(corner[i] for corner in corners) for i in range(3)])
    high = mathutils.Vector([max(corner[i] for corner in corners) for i in range(3)])
    made = bpy.data.objects.new("Picture camera", bpy.data.cameras.new("Picture camera"))
    made.rotation_euler = (math.radians(65), 0, math.radians(35))
    distance = max(1.0, (high - low).length) * 1.3
    made.data.clip_end = distance * 4
    made.location = (low + high) / 2 + made.rotation_euler.to_matrix() @ mathutils.Vector((0, 0, distance))
    scene.collection.objects.link(made)
    return made


def pixels(path: str) -> numpy.ndarray:
    """A picture as rows × columns × 4."""
    image = bpy.data.images.load(path)
    array = numpy.empty(len(image.pixels), dtype=numpy.float32)
    image.pixels.foreach_get(array)
    return array.reshape(image.size[1], image.size[0], 4)


def side_by_side(left: str, right: str, out: str) -> None:
    """Puts two pictures of one size beside each other."""
    a, b = pixels(left), pixels(right)
    gap = numpy.ones((a.shape[0], 8, 4), dtype=numpy.float32)
    both = numpy.concatenate([a, gap, b], axis=1)
    image = bpy.data.images.new("both", both.shape[1], both.shape[0])
    image.pixels.foreach_set(both.ravel())
    image.filepath_raw, image.file_format = out, "PNG"
    image.save()


def main(out: str, *pairs: str) -> None:
    """Renders the scenes that were not rendered yet, then joins the pictures."""
    for blend, picture in zip(pairs[0::2], pairs[1::2]):
        if blend != "-":
            render(blend, picture)
    side_by_side(pairs[1], pairs[3], out)


main(*sys.argv[sys.argv.index("--") + 1 :])
