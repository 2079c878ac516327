"""Gives datablocks the names that they have in the session. Main thread only.

Blender keeps the names of one kind apart by itself, each release in its own way: who comes second gets a number, or
takes the name from the first. Here it must not be the order in which changes come that decides, for that is another one
in each Blender (SPEC NA2).
"""

from __future__ import annotations

import re

import bpy

from ..datablocks import registry

_NUMBER = re.compile(r"\.[0-9]+$")
_MOST_BYTES = 63  # what every release takes


def make_way(datablock, name: str):
    """Sees to it that this datablock can be given this name: where another one has it, that one gets the next free
    number. Returns the other one, or None."""
    if datablock.name == name:
        return None
    collection = getattr(bpy.data, registry.handler_for(datablock).collection)
    holder = collection.get((name, None))
    if holder is None or holder == datablock:
        return None
    holder.name = _free(name, {it.name for it in collection if it.library is None})
    return holder


def _free(name: str, taken: set[str]) -> str:
    stem, number = _NUMBER.sub("", name), 1
    while (found := _numbered(stem, number)) in taken:
        number += 1
    return found


def _numbered(stem: str, number: int) -> str:
    suffix = f".{number:03d}"
    return stem.encode()[: _MOST_BYTES - len(suffix)].decode("utf-8", "ignore") + suffix
