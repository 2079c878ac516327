"""Blender's own name for a datablock within one run: its session UID, which undo keeps and which is never given
twice. Main thread only.

Before 4.1 Python is not told of it, so it is read from memory (decision 0010), where the datablock's name and
its count of users stand beside it and tell whether memory is laid out as expected. Where it is not, the
address serves, which Blender gives to another datablock once the first is freed.
"""

from __future__ import annotations

import ctypes
from typing import Any, Hashable

import bpy

_TOLD = bpy.app.version >= (4, 1, 0)
# Of `struct ID` in Blender 3.x, in bytes.
_NAME_AT, _USERS_AT, _UID_AT = 40, 112, 132
_NAME_BYTES = 66
_FEW = 50  # datablocks that are looked at before memory is trusted

_readable: bool | None = _TOLD or None


def unique() -> bool:
    """Whether a key is never used again for another datablock."""
    global _readable
    if _readable is None:
        _readable = _as_expected()
    return _readable


def key(datablock) -> Hashable:
    """The name. Raises ReferenceError for a freed datablock."""
    if _TOLD:
        return datablock.session_uid
    address = datablock.as_pointer()
    if unique():
        return _number(address + _UID_AT)
    return address, type(datablock)


def keys(datablocks: list) -> list[Hashable]:
    """``key`` of many at once, without a call for each."""
    if _TOLD:
        return [datablock.session_uid for datablock in datablocks]
    if unique():
        number = ctypes.c_uint32.from_address
        return [number(datablock.as_pointer() + _UID_AT).value for datablock in datablocks]
    return [key(datablock) for datablock in datablocks]


def _number(address: int) -> int:
    return ctypes.c_uint32.from_address(address).value


def _as_expected() -> bool:
    found: list[int] = []
    for kind in (bpy.data.scenes, bpy.data.screens, bpy.data.objects, bpy.data.meshes, bpy.data.materials):
        for datablock in kind[:_FEW]:
            if not _looks_right(datablock):
                return False
            found.append(_number(datablock.as_pointer() + _UID_AT))
    return all(found) and len(found) == len(set(found))


def _looks_right(datablock: Any) -> bool:
    address = datablock.as_pointer()
    name = (ctypes.c_char * _NAME_BYTES).from_address(address + _NAME_AT).value[2:]
    return name == datablock.name.encode() and _number(address + _USERS_AT) == datablock.users
