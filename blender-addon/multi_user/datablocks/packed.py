"""Files that are packed into a datablock, as a buffer of bytes. Main thread only."""

from __future__ import annotations

import ctypes
import os
import tempfile

import bpy
import numpy

from . import dna
from .contract import BufferSource, Changed

PACKED = "packed"


def source(datablock) -> BufferSource:
    """The packed file, not read yet."""
    return BufferSource(PACKED, "u1", datablock.packed_file.size, 1, lambda out: _fill(datablock, out))


def _fill(datablock, out: numpy.ndarray) -> None:
    data = datablock.packed_file.data if datablock.packed_file is not None else b""
    if len(data) != len(out):
        raise Changed("the packed file changed while it was read")
    out[:] = numpy.frombuffer(data, "u1")


def bytes_of(array: numpy.ndarray) -> bytes:
    """What a buffer says is packed; ValueError where it says nothing of the kind."""
    if array.dtype != numpy.uint8 or array.shape[1:] != (1,):
        raise ValueError("a packed file is a row of bytes")
    return array.tobytes()


def unpack(datablock) -> None:
    """Nothing is packed any more."""
    if datablock.packed_file is not None:
        datablock.unpack(method="REMOVE")


def pack_by_file(datablock, data: bytes) -> None:
    """Packs these bytes where Blender packs nothing but files: one that is there for as long as that takes."""
    if datablock.packed_file is not None and datablock.packed_file.data == data:
        return
    unpack(datablock)
    path = datablock.filepath
    try:
        with tempfile.TemporaryDirectory() as folder:
            datablock.filepath = os.path.join(folder, "packed")
            with open(datablock.filepath, "wb") as file:
                file.write(data)
            datablock.pack()
            if isinstance(datablock, bpy.types.Sound):
                note_specification(datablock)
    finally:
        datablock.filepath = path


def note_specification(sound) -> None:
    """Has a sound's channels and rate be those of its file: Blender looks at them but once, when it makes a sound."""
    offsets = dna.structs("bSound")["bSound"].offsets
    places = [offsets[name] for name in ("audio_channels", "samplerate")]
    seen = bpy.data.sounds.load(sound.filepath)
    for place in places:
        value = ctypes.c_int.from_address(seen.as_pointer() + place).value
        ctypes.c_int.from_address(sound.as_pointer() + place).value = value
    bpy.data.sounds.remove(seen)
