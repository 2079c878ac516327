"""Which values of a datablock its animation and its drivers set. Main thread only.

Such a value follows from the animation, at each artist's own frame: where it differs from what was captured it is no
edit. A curve's ``data_path`` is Blender's own way to a property; here it is turned into the paths of the tree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Iterator

from . import custom_properties
from .animation import curves_of
from .held_drivers import kept
from .node_interface import shared_names
from .nodes import socket_keys

_STEP = re.compile(r'\.?([A-Za-z_]\w*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')
_GROUP_INPUTS = ("inputs", "outputs")

Path = tuple[str, ...]


def driven_paths(datablock, tree: dict[str, Any]) -> list[Path]:
    """The places in the tree that drivers set now, whatever the frame."""
    return _paths(datablock, tree, _drivers)


def keyed_paths(datablock, tree: dict[str, Any]) -> list[Path]:
    """The places in the tree that an action or NLA strips set at the current frame."""
    return _paths(datablock, tree, _curves)


def is_keyed(datablock) -> bool:
    """Whether an action or NLA strips set anything of it."""
    return any(
        next(_curves(animation), None) is not None
        for owner in (datablock, getattr(datablock, "node_tree", None))
        if (animation := getattr(owner, "animation_data", None)) is not None
    )


def _paths(datablock, tree: dict[str, Any], curves_in) -> list[Path]:
    found: dict[Path, None] = {}
    for prefix, owner in ((), datablock), (("node_tree",), getattr(datablock, "node_tree", None)):
        animation = getattr(owner, "animation_data", None)
        if animation is None or (prefix and not owner.is_embedded_data):
            continue
        part = tree.get("node_tree") if prefix else tree
        for data_path, index in {(curve.data_path, curve.array_index) for curve in curves_in(animation)}:
            path = tree_path(owner, part, data_path, index)
            if path is not None:
                found[(*prefix, *path)] = None
    return list(found)


def _drivers(animation) -> Iterator[Any]:
    return (curve for curve in animation.drivers if curve.driver.is_valid and not _muted(curve))


def _muted(curve) -> bool:
    """A driver that is held drives in its author's Blender, whose value this one keeps."""
    if not curve.mute:
        return False
    what = kept(curve.driver)
    return what is None or bool(what.mute)


def _curves(animation) -> Iterator[Any]:
    if animation.action is not None:
        yield from (curve for curve in curves_of(animation) if not curve.mute)
    for track in animation.nla_tracks:
        for strip in track.strips if not track.mute else ():
            if strip.action is not None and not strip.mute:
                yield from curves_of(strip)


@lru_cache(maxsize=20_000)
def steps_of(data_path: str) -> tuple[str | int, ...] | None:
    """The steps of a data path: names, keys and indices; None if it is none. Keys begin with ``[``.

    >>> steps_of('modifiers["Wave"].speed')
    ('modifiers', '[Wave', 'speed')
    """
    steps: list[str | int] = []
    place = 0
    while place < len(data_path):
        match = _STEP.match(data_path, place)
        if match is None:
            return None
        name, index, key = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(name if name is not None else "[" + re.sub(r"\\(.)", r"\1", key))
        place = match.end()
    return tuple(steps)


def tree_path(owner, tree: Any, data_path: str, index: int) -> Path | None:
    """Where in the tree of ``owner`` a curve's property stands, None if it does not stand there."""
    steps = steps_of(data_path)
    if not steps or isinstance(steps[0], int):
        return None
    path: list[str] = []
    text = ""  # the data path that leads to where we are
    while steps:
        if not isinstance(tree, dict):
            return None
        try:
            keys, steps, text = _down(owner, tree, steps, text)
        except ValueError:  # Blender holds nothing there
            return None
        for key in keys:
            if not isinstance(tree, dict) or key not in tree:
                return None
            tree = tree[key]
            path.append(key)
    if isinstance(tree, (list, tuple)) and index < len(tree):
        path.append(str(index))
    return tuple(path)


def _down(
    owner, tree: Any, steps: tuple[str | int, ...], text: str
) -> tuple[list[str], tuple[str | int, ...], str]:
    """The next keys of the tree, the steps that are left after them, and the data path so far."""
    step, rest = steps[0], steps[1:]
    if step in _GROUP_INPUTS and rest and isinstance(rest[0], int):
        node = owner.path_resolve(text)
        keys = socket_keys(node, getattr(node, step))
        key = keys[rest[0]] if rest[0] < len(keys) else ""
        return [step, key], rest[1:], f"{text}.{step}[{rest[0]}]"
    if isinstance(step, int):
        return [_key_at(tree, step)], rest, f"{text}[{step}]"
    if not step.startswith("["):
        if step == "properties" and "node_inputs" in tree and len(rest) > 1:  # since Blender 5
            return ["node_inputs", _shared(owner, text, rest[1])], rest[2:], text
        return [step], rest, f"{text}.{step}" if text else step
    key = step[1:]
    if key in tree:
        return [key], rest, f'{text}["{key}"]'
    if "node_inputs" in tree:  # before Blender 5
        return ["node_inputs", _shared(owner, text, key), "value"], rest, text
    return [custom_properties.NAME, key], rest, text


def _key_at(tree: Any, index: int) -> str:
    keys = list(tree) if isinstance(tree, dict) else []
    return str(index) if str(index) in keys or index >= len(keys) else keys[index]


def _shared(owner, text: str, local: Any) -> str:
    group = owner.path_resolve(text).node_group
    local = str(local).lstrip("[")
    return shared_names(group).get(local, local) if group is not None else local
