"""How the independent walk writes values down: numbers, columns of them, custom properties, file paths. Main thread
of a Blender."""

from __future__ import annotations

import hashlib
import os
import re

import bpy
import numpy
from walk_names import key_of


class Arrays:
    """The binary half of a dump."""

    def __init__(self, path: str):
        self._file = open(path, "wb")
        self._offset = 0

    def add(self, array: numpy.ndarray) -> dict:
        """Appends an array and returns the leaf that names it."""
        data = numpy.ascontiguousarray(array)
        raw = data.tobytes()
        self._file.write(raw)
        leaf = {
            "dtype": data.dtype.str[1:],
            "size": int(data.size),
            "offset": self._offset,
            "hash": hashlib.sha256(raw).hexdigest()[:32],
        }
        self._offset += len(raw)
        return {"$array": leaf}

    def close(self) -> None:
        self._file.close()


def read_column(items, values: list, prop) -> numpy.ndarray:
    """One number property of all items as a flat array."""
    kind = {"BOOLEAN": numpy.bool_, "INT": numpy.int32, "FLOAT": numpy.float32}[prop.type]
    width = 1
    for length in prop.array_dimensions if prop.is_array else ():
        width *= length or 1
    array = numpy.empty(len(values) * width, dtype=kind)
    try:
        items.foreach_get(prop.identifier, array)
        return array
    except (TypeError, RuntimeError, AttributeError):
        rows = [getattr(item, prop.identifier) for item in values]
        return numpy.array(
            [one for row in rows for one in (flatten(row) if prop.is_array else [row])], dtype=kind
        )


def flatten(value) -> list:
    """The numbers of a vector, matrix or nested sequence in one list."""
    if isinstance(value, (bool, int, float)):
        return [value]
    return [one for part in value for one in flatten(part)]


def custom_value(value):
    """A custom property as plain JSON."""
    if isinstance(value, bpy.types.ID):
        return {"$ref": key_of(value)}
    if hasattr(value, "to_dict"):
        return {name: custom_value(value[name]) for name in value.keys()}
    if hasattr(value, "to_list"):
        return value.to_list()
    if isinstance(value, (list, tuple)):
        return [custom_value(one) for one in value]
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value


def path_leaf(path: str, datablock, names: list[str] | None = None) -> dict:
    """A file path: equal to another one if the text, the place or the contents are equal. ``names``: those of the
    files that are meant, if the path is a folder's; the tiles of an image are several files as well."""
    place = os.path.normpath(bpy.path.abspath(path, library=datablock.library)) if path else ""
    folder, leaf = os.path.split(place)
    if names is not None:
        folder = place
    elif "<UDIM>" in leaf and os.path.isdir(folder):
        before, after = leaf.split("<UDIM>", 1)
        pattern = re.compile(re.escape(before) + "[12][0-9]{3}" + re.escape(after))
        names = [name for name in sorted(os.listdir(folder)) if pattern.fullmatch(name)]
    else:
        names = [leaf] if leaf else []
    contents = [_contents(os.path.join(folder, name)) for name in names]
    known = contents and None not in contents
    return {"$path": {"text": path, "place": place, "contents": " ".join(contents) if known else None}}


def _contents(place: str) -> str | None:
    if not os.path.isfile(place):
        return None
    with open(place, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
