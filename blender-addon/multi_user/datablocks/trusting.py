"""All that is held aside in this Blender: finds it, lets it go, holds it again. Main thread only.

What is held stands in the datablocks themselves (``held_drivers``, ``held_scripts``), so this also serves a file that
was saved with something held in it.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, NamedTuple

import bpy

from ..core.trust import Trust
from . import held_drivers, held_scripts, libraries, registry
from .fcurves import key_of


_LABELS = {"use_module": "Register", "custom_shader": "shader", "custom_filepath": "shader"}


class Held(NamedTuple):
    """One thing that is held: of which datablock, what of it, its code, and who sent it as far as is known."""

    datablock: str
    place: str
    code: str
    author: str


def held_here() -> list[Held]:
    """What is held."""
    found = [Held(it.name, "library", libraries.place_of(it), "") for it in libraries.held_libraries()]
    for datablock, owner in _owners():
        for curve in _drivers(owner):
            what = held_drivers.kept(curve.driver)
            if what is not None:
                found.append(Held(datablock.name, key_of(curve), what.expression, what.author))
        for struct, _ in _scripts(owner):
            what = held_scripts.kept(struct)
            author = what.pop(held_scripts.AUTHOR, "")
            for name, value in what.items():
                place = struct.name if struct != datablock else _LABELS.get(name, name)
                found.append(Held(datablock.name, place, _shown(struct, name, value), author))
    return found


def let_all_go(trust: Trust, coming: Callable[[str], str] = lambda path: "") -> list[str]:
    """What is held becomes live, as far as that is allowed; returns what to tell the artist of what does not.
    ``coming``: whether the file at a path is on its way here."""
    told = libraries.let_go(trust, coming)
    for _, owner in _owners():
        for curve in _drivers(owner):
            held_drivers.settle(curve, trust)
        for struct, _ in _scripts(owner):
            held_scripts.let_go(struct, trust)
    return told


def hold_all(trust: Trust) -> None:
    """What is live because the session was trusted is held; a library that was read stays."""
    for _, owner in _owners():
        for curve in _drivers(owner):
            held_drivers.hold(curve, trust)
        for struct, kind in _scripts(owner):
            held_scripts.hold(struct, kind, trust)


def _owners() -> Iterator[tuple[Any, Any]]:
    """Every replicated datablock, and the node tree that is embedded in it, each with the datablock."""
    for collection, _ in registry.collections():
        for datablock in getattr(bpy.data, collection):
            if datablock.library is not None:
                continue
            yield datablock, datablock
            tree = getattr(datablock, "node_tree", None)
            if tree is not None and tree.is_embedded_data:
                yield datablock, tree


def _drivers(owner) -> list:
    animation = getattr(owner, "animation_data", None)
    return list(animation.drivers) if animation is not None else []


def _scripts(owner) -> Iterator[tuple[Any, str]]:
    """The structs of an owner that can hold scripts, each with its type in ``GATED``."""
    if isinstance(owner, (bpy.types.Text, bpy.types.Camera)):
        yield owner, type(owner).__name__
    elif isinstance(owner, bpy.types.NodeTree):
        for node in owner.nodes:
            if node.bl_idname == "ShaderNodeScript":
                yield node, node.bl_idname


def _shown(struct, name: str, value: Any) -> str:
    if name == "use_module":
        return next((line.body for line in struct.lines if line.body.strip()), "")
    return value.name if hasattr(value, "name") else str(value)
