"""Makes images of every kind for the round-trip test. Runs in Blender; uses nothing of the add-on."""

import bpy
import numpy


def painted(name: str, is_float: bool):
    image = bpy.data.images.new(name, 16, 8, alpha=True, float_buffer=is_float)
    image.pixels.foreach_set(numpy.random.default_rng(1).random(16 * 8 * 4).astype("f4"))
    image.update()
    image.use_fake_user = True
    return image


def build() -> None:
    """All of them in the open file."""
    for is_float in (False, True):
        painted(f"Painted {is_float}", is_float)
        packed = painted(f"Packed {is_float}", is_float)
        packed.pack()
    packed = painted("Packed data", False)
    packed.colorspace_settings.name = "Non-Color"
    packed.pack()
    packed.alpha_mode = "CHANNEL_PACKED"
    generated = bpy.data.images.new("Generated", 64, 32)
    generated.generated_type = "UV_GRID"
    generated.generated_color = (0.25, 0.5, 0.75, 1)
    generated.use_fake_user = True
    missing = bpy.data.images.new("Missing", 4, 4)
    missing.source = "FILE"
    missing.filepath_raw = "//nowhere/missing.png"
    missing.colorspace_settings.name = "Non-Color"
    missing.use_fake_user = True
    frames = bpy.data.images.new("Frames", 4, 4)
    frames.source = "SEQUENCE"
    frames.filepath_raw = "//nowhere/frame_0001.png"
    frames.use_fake_user = True
    tiled = bpy.data.images.new("Tiled", 16, 16, tiled=True)
    tiled.tiles.new(1003, label="side")
    tiled.filepath_raw = "//nowhere/skin.<UDIM>.png"
    tiled.use_fake_user = True
