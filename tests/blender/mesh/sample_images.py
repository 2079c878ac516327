"""Makes images of every kind for the round-trip test. Runs in Blender; uses nothing of the add-on."""

import os
import tempfile

import bpy
import numpy


def painted(name: str, is_float: bool):
    image = bpy.data.images.new(name, 16, 8, alpha=True, float_buffer=is_float)
    image.pixels.foreach_set(numpy.random.default_rng(1).random(16 * 8 * 4).astype("f4"))
    image.update()
    image.use_fake_user = True
    return image


def of_files(folder: str, names) -> None:
    """Pictures of one colour each."""
    for number, name in enumerate(names):
        image = bpy.data.images.new(name, 8, 8)
        image.generated_color = (number % 2, 0.5, 1 / (1 + number), 1)
        image.filepath_raw, image.file_format = os.path.join(folder, name), "PNG"
        image.save()
        bpy.data.images.remove(image)


def packed_tiles(folder: str):
    """Three tiles, each packed."""
    of_files(folder, [f"skin.{tile}.png" for tile in (1001, 1002, 1011)])
    image = bpy.data.images.new("Packed tiles", 16, 16, tiled=True)
    for tile in (1002, 1011):
        image.tiles.new(tile)
    image.filepath_raw = os.path.join(folder, "skin.<UDIM>.png")
    image.reload()
    image.pack()
    image.filepath_raw = "//nowhere/skin.<UDIM>.png"
    return image


def packed_views(folder: str):
    """Two views of files, both packed."""
    of_files(folder, ["seen_L.png", "seen_R.png"])
    bpy.context.scene.render.use_multiview = True
    image = bpy.data.images.load(os.path.join(folder, "seen_L.png"))
    image.name = "Packed views"
    image.use_multiview = True
    image.reload()
    image.pack()
    image.filepath_raw = "//nowhere/seen_L.png"
    return image


def made_stereo():
    """Two views that Blender made, packed."""
    image = bpy.data.images.new("Made stereo", 8, 8, stereo3d=True)
    image.pixels[0] = 0.25
    image.update()
    image.pack()
    image.reload()  # what was painted is not in what Blender packs of views
    return image


def packed_several() -> None:
    """Images in which several files are packed."""
    with tempfile.TemporaryDirectory() as folder:
        for image in (packed_tiles(folder), packed_views(folder), made_stereo()):
            assert len(image.packed_files) > 1, image.name
            image.use_fake_user = True


def build() -> None:
    """All of them in the open file."""
    packed_several()
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
