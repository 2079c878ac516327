"""Images: by file path, packed, generated, painted, tiled. Main thread only.

What is in their files comes by other means (``paths.Place``); one that is missing stays missing. A packed file is the
buffer ``packed``, several are one buffer each (``packed_images``). What was painted and neither saved nor packed is the
buffer ``pixels``: bytes of byte images, floats of float images, a row for each pixel. Render results and viewers are
each artist's own; capture leaves them out.
"""

from __future__ import annotations

import bpy
import numpy

from . import packed, packed_images
from .contract import ALL, BufferSource, Changed, Reading
from .generic import GenericHandler
from .keyed import MAKERS, Collection
from .packed import PACKED, unpack
from .paths import Place
from .plan import SPECIAL_FIELDS
from .visit import Visit

PIXELS = "pixels"
_AT_A_TIME = 1 << 16  # numbers: what fits into the processor's cache is many times as fast

for _type, _names in {
    "Image": (
        *("filepath", "pixels", "packed_file", "packed_files", "render_slots", "resolution", "type"),
        "file_format",  # follows from the file, and asking for it makes Blender load that
    ),
    "UDIMTile": ("number", "size", "channels", "is_generated_tile"),
}.items():
    for _name in _names:
        SPECIAL_FIELDS[_type, _name] = lambda name: None


class ImagePlace(Place):
    """An image's file. Blender reads it once it is asked to."""

    def place(self, owner, value, visit):
        path, fresh = super().place(owner, value, visit)
        if fresh:
            visit.ending(_Anew)
        return path, fresh


class _Anew:
    """The file is here by now."""

    def finish(self, visit: Visit) -> None:
        """Has Blender read it, if it is one that Blender reads."""
        if visit.root.source != "GENERATED" and visit.root.packed_file is None:
            visit.root.reload()


SPECIAL_FIELDS["Image", "filepath_raw"] = ImagePlace


class Tiles(Collection):
    """Tiles of a UDIM image by number."""

    def keys(self, owner, visit):
        return [str(tile.number) for tile in owner.tiles] if owner.source == "TILED" else []

    def find(self, owner, key, visit):
        return next((tile for tile in owner.tiles if str(tile.number) == key), None)

    def make(self, owner, key, tree, visit):
        if owner.source != "TILED" or not key.isdecimal() or not 1001 <= int(key) <= 2000:
            raise ValueError(f"the image takes no tile {key}")
        return owner.tiles.new(int(key), label=tree.get("label", ""))

    def drop(self, owner, key, item):
        if len(owner.tiles) > 1:
            owner.tiles.remove(item)

    def arrange(self, owner, keys, visit):
        """Tiles stand in the order in which they were made, which means nothing."""


Tiles.ordered = False
MAKERS["Image", "tiles"] = Tiles


class ImageHandler(GenericHandler):
    """Replicates images."""

    def __init__(self):
        super().__init__("images", "Image")

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree; the packed file or the painted pixels are a buffer."""
        reading = super().read(datablock, context, hints)
        reading.buffers = sources(datablock)
        reading.signature = tuple((source.name, source.rows, source.columns) for source in reading.buffers)
        return reading

    def check(self, datablock, visit: Visit) -> None:
        super().check(datablock, visit)
        if not packed_images.are_known(datablock):
            visit.problem("its packed files are not replicated: they are neither tiles nor two views")
        if datablock.is_dirty and datablock.source in ("TILED", "SEQUENCE", "MOVIE"):
            visit.problem("painting on tiles is replicated once it is saved")
        elif datablock.is_dirty and datablock.is_multiview:
            visit.problem("painting on views is replicated once it is saved")

    def create(self, type_name: str, properties: dict, context):
        """A generated image of one pixel, to be given its source."""
        name = properties.get("name", type_name)
        return bpy.data.images.new(
            name, 1, 1, float_buffer=bool(properties.get("use_generated_float", False))
        )

    def write_whole(self, datablock, properties: dict, buffers: dict, context) -> None:
        """Makes the image equal."""
        before = _place(datablock)
        if PACKED in buffers:
            _pack(datablock, buffers[PACKED])  # first: Blender tries to load a picture only once
        super().write_whole(datablock, properties, buffers, context)
        if PACKED not in buffers and not _has_several(buffers):
            unpack(datablock)
        if PIXELS not in buffers and (before != _place(datablock) or datablock.is_dirty):
            _load_again(datablock)

    def write_part(
        self, datablock, ops: list, buffers: dict, gone: list[str], structure: bool, context
    ) -> None:
        """Carries out the operations, then takes over the packed file or the pixels."""
        before = _place(datablock)
        super().write_part(datablock, ops, buffers, gone, structure, context)
        if PACKED in gone and not _has_several(buffers):
            unpack(datablock)
        if PIXELS not in buffers and (before != _place(datablock) or PIXELS in gone):
            _load_again(datablock)

    def read_anew(self, datablock) -> None:
        """The file is another one than when Blender read it; what is painted on it and not saved stays."""
        if not datablock.is_dirty and datablock.packed_file is None:
            datablock.reload()

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Packs the bytes, sets the pixels."""
        _pack_several(datablock, buffers, gone, structure)
        for name, array in buffers.items():
            if packed_images.key_of(name) is not None:
                continue
            if name == PACKED:
                _pack(datablock, array)
            elif name == PIXELS:
                _paint(datablock, array, visit)
            else:
                raise ValueError(f"an image has no buffer {name}")


def sources(image) -> list[BufferSource]:
    """The packed file or else the painted pixels, not read yet."""
    if packed_images.are_several(image) and image.packed_files:
        return packed_images.sources(image) if packed_images.are_known(image) else []
    if image.packed_file is not None:
        return [packed.source(image)]
    if not image.is_dirty or image.source not in ("GENERATED", "FILE"):
        return []
    width, height = image.size
    dtype = "f4" if image.is_float else "u1"
    return [BufferSource(PIXELS, dtype, width * height, image.channels, lambda out: _fill_pixels(image, out))]


def _fill_pixels(image, out: numpy.ndarray) -> None:
    if len(image.pixels) != len(out):
        raise Changed("the image changed its size while it was read")
    if out.dtype == numpy.float32:
        image.pixels.foreach_get(out)
        return
    shades = numpy.empty(len(out), "f4")
    image.pixels.foreach_get(shades)
    for first in range(0, len(out), _AT_A_TIME):
        some = shades[first : first + _AT_A_TIME]
        numpy.multiply(some, numpy.float32(255), out=some)
        numpy.rint(some, out=out[first : first + _AT_A_TIME], casting="unsafe")


def _has_several(buffers: dict) -> bool:
    return any(packed_images.key_of(name) is not None for name in buffers)


def _pack_several(image, buffers: dict, gone: list[str], is_whole: bool) -> None:
    """Packs the files of tiles or views that are among the buffers, with those that are packed and stay."""
    files = {} if is_whole else packed_images.held(image)
    changed = {packed_images.key_of(name) for name in gone} - {None}
    for key in changed:
        files.pop(key, None)
    for name, array in buffers.items():
        key = packed_images.key_of(name)
        if key is not None:
            changed.add(key)
            files[key] = packed.bytes_of(array)
    if changed and PACKED not in buffers:
        packed_images.pack(image, files)


def _pack(image, array: numpy.ndarray) -> None:
    data = packed.bytes_of(array)
    if packed_images.are_several(image):
        unpack(image)
    if image.packed_file is None or image.packed_file.data != data:
        failed_before = image.source == "FILE" and not image.has_data
        image.pack(data=data, data_len=len(data))
        if failed_before:
            _reload_packed(image)


def _reload_packed(image) -> None:
    """Loads the packed file. With its path Blender would first look for the file there and pack that instead."""
    with packed_images.without_places(image):
        image.reload()


def _paint(image, array: numpy.ndarray, visit: Visit) -> None:
    if array.size != len(image.pixels) or (array.dtype == numpy.float32) != image.is_float:
        visit.problem("its painted pixels cannot be shown: the image they were painted on is not here")
        return
    flat = array.reshape(-1)
    if not image.is_float:
        flat = flat.astype("f4")
        for first in range(0, len(flat), _AT_A_TIME):
            flat[first : first + _AT_A_TIME] /= numpy.float32(255)
    image.pixels.foreach_set(flat)
    image.update()


def _place(image) -> tuple:
    """What decides where Blender takes the picture from."""
    return image.source, image.filepath_raw


def _load_again(image) -> None:
    """Drops the pixels that Blender holds, so that it takes them from their place again."""
    if image.source == "GENERATED":
        image.generated_type = image.generated_type  # makes Blender generate it anew
    elif image.packed_file is not None:
        _reload_packed(image)
    elif image.has_data or image.is_dirty:
        image.reload()
