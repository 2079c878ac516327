"""Datablocks that stand for a file: sounds, movie clips, fonts, cache files, volumes. Main thread only.

What the file holds comes by other means (``paths.Place``). As long as it is not here, or where there is none, the
datablock is made all the same, with its settings; that there is none the artist is told once. A font is what its file
holds and nothing else, so one without a file looks like the built-in font, and carries the wanted path as a custom
property of its own.
"""

from __future__ import annotations

import os
import tempfile

import bpy

from ..core.file_book import ONE
from . import packed, tracks
from .contract import ALL, Reading
from .fields import Field, Pointer
from .generic import GenericHandler
from .keyed import MAKERS, Indexed
from .kinds import refuse_other_kind
from .packed import PACKED, unpack
from .paths import FirstPlace, Place, absolute, here, is_file, told, user_of
from .plan import SPECIAL_FIELDS, SPECIAL_POINTERS
from .visit import BUILT_IN, Visit

FONT_FILE = "multi_user_file"  # on a font: the path of a file that is not here
FONT_NAME = "multi_user_name"  # on the same: its name, as the built-in font takes no other
# A picture of one pixel (BMP): Blender makes no clip of a file that it cannot read.
PIXEL = b"BM:\0\0\0\0\0\0\0006\0\0\0(\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\4" + bytes(23)


class FileHandler(GenericHandler):
    """What all of them share."""

    unpackable = ""  # why what is packed into it cannot be replicated

    def check(self, datablock, visit: Visit) -> None:
        super().check(datablock, visit)
        if self.unpackable and getattr(datablock, "packed_file", None) is not None:
            visit.problem(f"the file that is packed into it is not replicated: {self.unpackable}")

    def create(self, type_name, properties, context):
        made = self.make(here(properties.get("filepath", ""), context))
        rename(made, properties.get("name", type_name))
        return made

    def make(self, path: str):
        """A datablock for the file, whether it is there or not."""
        return getattr(bpy.data, self.collection).load(path)

    def write_whole(self, datablock, properties, buffers, context):
        super().write_whole(datablock, properties, buffers, context)
        self._tell_missing(datablock, properties.get("filepath"), context)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        super().write_part(datablock, ops, buffers, gone, structure, context)
        for operation, path, *value in ops:
            if operation == "set" and list(path) == ["filepath"]:
                self._tell_missing(datablock, value[0], context)

    def _tell_missing(self, datablock, value, context) -> None:
        """Of a file that its owner does not have either; others are on their way."""
        if not isinstance(value, str) or getattr(datablock, "packed_file", None) is not None:
            return
        path = font_file(datablock)
        if path and not is_file(path, datablock):
            context.problem(datablock, f'there is no file "{path}" here: it is replicated as missing')

    def read_anew(self, datablock) -> None:
        """The file is another one than when Blender read it."""
        datablock.filepath = datablock.filepath


class SoundHandler(FileHandler):
    """Replicates sounds."""

    def __init__(self):
        super().__init__("sounds", "Sound")

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree; the packed file is a buffer."""
        reading = super().read(datablock, context, hints)
        reading.buffers = [] if datablock.packed_file is None else [packed.source(datablock)]
        reading.signature = tuple((source.name, source.rows) for source in reading.buffers)
        return reading

    def write_whole(self, datablock, properties, buffers, context):
        if PACKED not in buffers:
            unpack(datablock)
        super().write_whole(datablock, properties, buffers, context)
        self._note(datablock)

    def read_anew(self, datablock):
        super().read_anew(datablock)
        self._note(datablock)

    @staticmethod
    def _note(sound) -> None:
        """Blender looks what a file holds when it makes a sound of it, and it may have come later."""
        if sound.packed_file is None and is_file(sound.filepath, sound):
            packed.note_specification(sound)

    def write_buffers(self, datablock, buffers, gone, structure, visit):
        """Packs the bytes, or unpacks them."""
        if PACKED in gone:
            unpack(datablock)
        for name, array in buffers.items():
            if name != PACKED:
                raise ValueError(f"a sound has no buffer {name}")
            packed.pack_by_file(datablock, packed.bytes_of(array))


class ClipHandler(FileHandler):
    """Replicates movie clips and their tracks."""

    def __init__(self):
        super().__init__("movieclips", "MovieClip")

    def check(self, datablock, visit):
        super().check(datablock, visit)
        tracks.check(datablock, visit)

    def is_other_kind(self, datablock, properties, context):
        return tracks.lacks_tracks(datablock, properties)

    def make(self, path):
        if is_file(path):
            try:
                return super().make(path)
            except RuntimeError:
                pass  # not a movie: the clip is made all the same, as one without a file
        with tempfile.TemporaryDirectory() as folder:
            pixel = os.path.join(folder, "missing.bmp")
            with open(pixel, "wb") as file:
                file.write(PIXEL)
            return super().make(pixel)


class FontHandler(FileHandler):
    """Replicates fonts that come from files. The built-in one is in every Blender."""

    unpackable = "Blender reads a font when it makes it, and then from a file"

    def __init__(self):
        super().__init__("fonts", "VectorFont")

    def is_other_kind(self, datablock, properties, context):
        if "filepath" not in properties:
            return False
        path = here(properties["filepath"], context)
        return is_file(path) and (FONT_FILE in datablock or datablock.filepath != path)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        refuse_other_kind(self, datablock, ops, context)
        super().write_part(datablock, ops, buffers, gone, structure, context)

    def read_anew(self, datablock):
        """Blender reads a font but once."""

    def make(self, path):
        if is_file(path):
            try:
                return super().make(path)
            except RuntimeError:
                pass  # not a font: as one without a file
        made = super().make(BUILT_IN)
        if path != BUILT_IN:
            made[FONT_FILE] = path
        return made


class CacheFileHandler(FileHandler):
    """Replicates cache files (Alembic, USD)."""

    def __init__(self):
        super().__init__("cache_files", "CacheFile")

    def make(self, path):
        before = set(bpy.data.cache_files)
        bpy.ops.cachefile.open(filepath=path)
        return next(file for file in bpy.data.cache_files if file not in before)


class VolumeHandler(FileHandler):
    """Replicates volumes; their grids are in files alone."""

    unpackable = "Blender packs a volume only along with all other files"

    def __init__(self):
        super().__init__("volumes", "Volume")

    def make(self, path):
        return bpy.data.volumes.new("Volume")


def font_file(datablock) -> str:
    """The path of a datablock's file, be it there or not."""
    missing = datablock.get(FONT_FILE) if isinstance(datablock, bpy.types.VectorFont) else None
    return missing if isinstance(missing, str) else datablock.filepath


def rename(datablock, name: str) -> None:
    """Gives a datablock a name, be it a font without a file."""
    if FONT_FILE in datablock:
        datablock[FONT_NAME] = name
    else:
        datablock.name = name


def is_built_in(datablock) -> bool:
    """Whether this is the font that every Blender has, and not one that looks like it for want of a file."""
    return isinstance(datablock, bpy.types.VectorFont) and font_file(datablock) == BUILT_IN


class FontPlace(Place):
    """A font's file, which is what the font was made of and never changes."""

    rank = -1

    def read(self, owner, visit):
        path = font_file(owner) if FONT_FILE in owner else absolute(owner.filepath, owner)
        if (
            visit is None
            or not self.travels(owner, path, visit)
            or visit.context.files.is_told(owner.filepath)
        ):
            return path
        return visit.context.files.tell(path, ONE, user_of(visit))

    def write(self, owner, value, visit):
        path, _ = self.place(owner, value, visit)
        if FONT_FILE in owner:
            owner[FONT_FILE] = path
        elif path != absolute(owner.filepath, owner):
            visit.failed(self.name, ValueError("a font's file is read but once"))
        return False


class FontName(Field):
    """A font's name."""

    def read(self, owner, visit):
        name = owner.get(FONT_NAME)
        return name if FONT_FILE in owner and isinstance(name, str) else owner.name

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        rename(owner, value)


class FontPointer(Pointer):
    """A pointer to a font; the built-in one by its name."""

    def read(self, owner, visit):
        target = getattr(owner, self.name)
        return BUILT_IN if target is not None and is_built_in(target) else super().read(owner, visit)

    def write(self, owner, value, visit):
        if value != BUILT_IN:
            return super().write(owner, value, visit)
        held = getattr(owner, self.name)
        if held is None or not is_built_in(held):
            found = next((font for font in bpy.data.fonts if is_built_in(font)), None)
            setattr(owner, self.name, found or bpy.data.fonts.load(BUILT_IN))
        visit.succeeded(self.name)
        return held is None or not is_built_in(held)


SPECIAL_POINTERS["VectorFont"] = FontPointer
SPECIAL_FIELDS["VectorFont", "filepath"] = FontPlace
SPECIAL_FIELDS["VectorFont", "name"] = FontName
for _type in ("Sound", "MovieClip", "CacheFile", "Volume"):
    SPECIAL_FIELDS[_type, "filepath"] = FirstPlace
for _type in ("CacheFileLayer", "ShaderNodeTexIES", "MeshCacheModifier"):
    SPECIAL_FIELDS[_type, "filepath"] = Place
SPECIAL_FIELDS["NodeSocketStringFilePath", "default_value"] = Place  # of nodes that import
MAKERS["CacheFile", "layers"] = lambda name: Indexed(
    name, lambda c, tree: c.new(filepath=told(tree["filepath"]))
)
