"""Images in which several files are packed: one for each tile, or for each of the two views of a stereo image.
Main thread only.

Each is a buffer, ``packed VIEW TILE`` (``packed`` alone where there is but one). Blender packs several only from files
that it finds: they are there for as long as that takes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import tempfile
from typing import Iterator

import bpy
import numpy

from . import dna, packed
from .contract import BufferSource, Changed

ONE = (0, 1001)  # the view and tile of the only file of an image
VIEWS = ("L", "R")  # how the names of a stereo image's files end
_NAME = re.compile(r"packed ([01]) ([12][0-9]{3})")
_UDIM = "<UDIM>"


def are_several(image) -> bool:
    """Whether what is packed into the image is a file for each tile or view."""
    return image.source == "TILED" or any(_key(file) != ONE for file in image.packed_files)


def are_known(image) -> bool:
    """Whether the packed files are such as can be packed elsewhere: tiles, or the two views of a stereo image."""
    keys = set(held(image))
    return not any(view for view, _ in keys) or keys == {(view, ONE[1]) for view in (0, 1)}


def sources(image) -> list[BufferSource]:
    """The packed files, not read yet."""
    return [
        BufferSource(_name(file), "u1", file.packed_file.size, 1, _filler(image, _key(file)))
        for file in image.packed_files
        if file.packed_file is not None
    ]


def _filler(image, key: tuple[int, int]):
    def fill(out: numpy.ndarray) -> None:
        data = held(image).get(key, b"")
        if len(data) != len(out):
            raise Changed("the packed files changed while they were read")
        out[:] = numpy.frombuffer(data, "u1")

    return fill


def held(image) -> dict[tuple[int, int], bytes]:
    """What is packed into the image, by view and tile."""
    return {_key(file): file.packed_file.data for file in image.packed_files if file.packed_file is not None}


def _key(file) -> tuple[int, int]:
    return file.view, file.tile_number


def _name(file) -> str:
    return f"{packed.PACKED} {file.view} {file.tile_number}"


def key_of(name: str) -> tuple[int, int] | None:
    """The view and tile of a buffer of one of several files; None of any other."""
    match = _NAME.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else None


def pack(image, files: dict[tuple[int, int], bytes]) -> None:
    """Packs these files and no others, by view and tile. Raises ValueError where the image has no place for them."""
    if held(image) == files:
        return
    has_views = any(view for view, _ in files)
    is_stereo = image.source == "FILE" and image.views_format == "INDIVIDUAL"
    if has_views and (not is_stereo or set(files) != {(view, ONE[1]) for view in (0, 1)}):
        raise ValueError("both views of an image are packed, and none of them has tiles")
    if not has_views and {tile for _, tile in files} - {tile.number for tile in image.tiles}:
        raise ValueError("a file is packed for a tile that the image does not have")
    with _stereo(image) if has_views else contextlib.nullcontext():
        packed.unpack(image)
        if files:
            _pack_by_files(image, files, has_views)
    if held(image) != files:
        raise ValueError("Blender packed something else")


def _pack_by_files(image, files: dict[tuple[int, int], bytes], has_views: bool) -> None:
    path = image.filepath_raw
    try:
        with tempfile.TemporaryDirectory() as folder:
            image.filepath_raw = _written(folder, files, has_views)
            if has_views:
                image.use_multiview = False
                image.use_multiview = True  # has Blender look for both views
            image.reload()
            image.pack()
    except RuntimeError as error:
        raise ValueError(f"Blender does not pack these files: {error}") from error
    finally:
        image.filepath_raw = path
    for file in image.packed_files:
        file.filepath = _place(path, file, has_views)


def _written(folder: str, files: dict[tuple[int, int], bytes], has_views: bool) -> str:
    """Writes the files; the path that stands for them."""
    for (view, tile), data in files.items():
        name = f"packed_{VIEWS[view]}.png" if has_views else f"packed.{tile}.png"  # of whatever kind they are
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    return os.path.join(folder, f"packed_{VIEWS[0]}.png" if has_views else f"packed.{_UDIM}.png")


def _place(path: str, file, has_views: bool) -> str:
    """Where a packed file would be beside the others."""
    if has_views and path:
        start, ending = os.path.splitext(path)
        return f"{start.removesuffix('_' + VIEWS[0])}_{VIEWS[file.view]}{ending}"
    return path.replace(_UDIM, str(file.tile_number))


@contextlib.contextmanager
def _stereo(image) -> Iterator[None]:
    """Has Blender load both views, which it does in a scene with views; the image says afterwards what it said."""
    says_so = image.use_multiview
    scene = bpy.data.scenes.new("multi_user_temporary")
    try:
        scene.render.use_multiview = True
        with bpy.context.temp_override(scene=scene):
            if image.is_multiview and not says_so and len(image.pixels):  # asking for these loads the views
                image.use_multiview = True  # forgets them: Blender would look for their files where they were
            yield
    finally:
        bpy.data.scenes.remove(scene)
        if not says_so:
            _say_nothing(image)


def _say_nothing(image) -> None:
    """Has the image not say that its files are views, as one that Blender made with two views does not. Set by RNA,
    Blender would drop them: the flag is cleared in memory, once it is known which it is."""
    offset = dna.structs("Image")["Image"].offsets["flag"]
    sample = bpy.data.images.new("multi_user_temporary", 1, 1)
    try:
        without = _flags(sample, offset)[:]
        sample.use_multiview = True
        bits = [one ^ other for one, other in zip(without, _flags(sample, offset))]
    finally:
        bpy.data.images.remove(sample)
    flags = _flags(image, offset)
    for index, bit in enumerate(bits):
        flags[index] &= ~bit
    if image.use_multiview:
        raise ValueError("this Blender keeps elsewhere whether an image has views")


def _flags(image, offset: int):
    return (ctypes.c_ubyte * 2).from_address(
        image.as_pointer() + offset
    )  # the smallest that it is in any release


@contextlib.contextmanager
def without_places(image) -> Iterator[None]:
    """For as long as this lasts nothing says where what is packed came from: Blender would look for it there."""
    path = image.filepath_raw
    places = [file.filepath for file in image.packed_files]
    image.filepath_raw = ""
    for file in image.packed_files:
        file.filepath = ""
    try:
        yield
    finally:
        image.filepath_raw = path
        for file, place in zip(image.packed_files, places):
            file.filepath = place
