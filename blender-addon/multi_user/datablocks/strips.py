"""Strips of the video sequencer: making them, and what they refer to by name. Main thread only.

All strips of an editor are told in one flat list by name; ``meta`` says in which meta strip one lies. So a strip that
is put into a meta strip stays the same, with whatever others change in it meanwhile.
"""

from __future__ import annotations

import os
from graphlib import TopologicalSorter
from typing import Any, Iterable

import bpy

from ..core.values import Ref
from .fields import SET_ERRORS, Field
from .keyed import KEY_SEPARATOR, Collection, Named, name_of, unique_keys
from .paths import absolute, here, user_of
from .placing import CHANNEL, LEFT, RIGHT, START, TRIM_RIGHT, Placing, all_strips, strips_in

META = "meta"
WITH_FILES = (bpy.types.Sound, bpy.types.MovieClip)
NEEDS = (META, "input_1", "input_2")
SHOWS_CLIP = (
    "clip"
    in getattr(bpy.types, "MovieClipStrip", getattr(bpy.types, "MovieClipSequence", None)).bl_rna.properties
)


def strip_named(scene, name: str):
    """The strip with this name; raises ValueError."""
    found = all_strips(scene.sequence_editor).get(name) if name else None
    if found is None:
        raise ValueError(f'there is no strip "{name}"')
    return found


def in_order(trees: dict[str, Any]) -> list[str]:
    """The names of strips with those before that they are made of; raises ValueError where they go in circles."""
    needs = {
        name: [other for part in NEEDS if (other := tree.get(part)) in trees] for name, tree in trees.items()
    }
    return list(TopologicalSorter(needs).static_order())


class Strips(Named):
    """All strips of an editor by name."""

    ordered = False

    def __init__(self, name: str):
        super().__init__(name, None, "type")

    def items_of(self, owner):
        return [strip for strip in getattr(owner, self.name) if SHOWS_CLIP or strip.type != "MOVIECLIP"]

    def find(self, owner, key, visit):
        if KEY_SEPARATOR in key:
            return Collection.find(self, owner, key, visit)
        return getattr(owner, self.name).get(key)

    def keys(self, owner, visit):
        return unique_keys(strip.name for strip in self.items_of(owner))

    def make(self, owner, key, tree, visit):
        home = strip_named(visit.root, tree[META]) if tree.get(META) else owner
        visit.path.append(self.name)
        try:
            made = _make(home, key, tree, visit)
        finally:
            visit.path.pop()
        if made is not None and made.name != name_of(key):
            made.name = name_of(key)
        return made

    def write(self, owner, value, visit):
        return super().write(owner, {key: value[key] for key in in_order(value)}, visit)

    def _drop(self, owner, key, visit):
        """Removes a strip; the contents of a meta strip are strips of their own and stay."""
        strip = self.find(owner, key, visit)
        if strip is None:  # gone with what it was made of
            return False
        home = strip.parent_meta() or owner
        if strip.type == "META":
            visit.ending(Placing).keep([*strips_in(home), *strips_in(strip)])
            if home != owner:
                _to_top(owner, strip)  # Blender 3.4 crashes where one that lies in another is taken apart
            strip.separate()
        else:
            strips_in(home).remove(strip)
        return True

    def drop(self, owner, key, item):
        strips_in(item.parent_meta() or owner).remove(item)

    def remove_at(self, owner, path, visit):
        if len(path) == 1:
            self._drop(owner, path[0], visit)
        else:
            super().remove_at(owner, path, visit)

    def arrange(self, owner, keys, visit):
        """Their order means nothing."""


def _make(home, key: str, tree: dict[str, Any], visit):
    """A strip in an editor or meta strip; None where it has to wait for a datablock that it shows."""
    kind, strips = tree.get("type"), strips_in(home)
    at = {
        "name": name_of(key),
        "channel": tree.get(CHANNEL, 1),
        "frame_start": int(tree.get(START, tree.get(LEFT, 1))),
    }
    if kind == "META":
        return strips.new_meta(**at)
    if kind == "IMAGE":
        names = _texts(tree.get("elements"))
        folder, _ = visit.context.files.place(tree.get("directory", ""), user_of(visit), folder=True)
        return strips.new_image(filepath=os.path.join(folder, names[0]), **at)
    if kind == "MOVIE":
        path = here(tree.get("filepath", ""), visit.context)
        return None if _is_coming(path, visit) else strips.new_movie(filepath=path, **at)
    if kind in SHOWN:
        name, make = SHOWN[kind]
        wanted = tree.get(name)
        target = visit.context.resolve(wanted.uuid) if isinstance(wanted, Ref) else None
        if target is None and isinstance(wanted, Ref):
            visit.awaits(wanted.uuid)
            return None
        if isinstance(target, WITH_FILES) and _is_coming(target.filepath, visit):
            return None
        return make(strips, at, target, tree, visit)
    return _effect(strips, kind, at, tree, visit)


def _is_coming(path: str, visit) -> bool:
    """Whether a file is on its way: Blender makes a strip as long as what it finds then."""
    key = visit.context.files.coming(path)
    if key:
        visit.awaits(bytes.fromhex(key))
    return bool(key)


def _sound(strips, at, target, tree, visit):
    """Blender may make a sound along with the strip."""
    before = set(bpy.data.sounds)
    made = strips.new_sound(filepath=bpy.path.abspath(target.filepath) if target else "", **at)
    beside = made.sound
    if beside != target:
        made.sound = target
        if beside not in before:
            bpy.data.sounds.remove(beside)
    return made


def _scene(strips, at, target, tree, visit):
    """As long as it was made elsewhere: a strip keeps the length that its scene had once."""
    target = target or visit.root
    first, last = target.frame_start, target.frame_end
    length = int(tree.get(RIGHT, last) + tree.get(TRIM_RIGHT, 0) - tree.get(START, first))
    target.frame_end = first + max(length, 1) - 1
    try:
        return strips.new_scene(scene=target, **at)
    finally:
        target.frame_start, target.frame_end = first, last


def _clip(strips, at, target, tree, visit):
    if target is None:
        raise ValueError("the clip that it shows is gone")
    return strips.new_clip(clip=target, **at)


def _mask(strips, at, target, tree, visit):
    if target is None:
        raise ValueError("the mask that it shows is gone")
    return strips.new_mask(mask=target, **at)


SHOWN = {
    "SOUND": ("sound", _sound),
    "SCENE": ("scene", _scene),
    "MOVIECLIP": ("clip", _clip),
    "MASK": ("mask", _mask),
}


def _effect(strips, kind, at, tree, visit):
    """An effect of the strips that it names, which must be there."""
    known = strips.bl_rna.functions["new_effect"].parameters.keys()
    end = {"length": 1} if "length" in known else {"frame_end": at["frame_start"] + 1}
    names = ("input1", "input2") if "input1" in known else ("seq1", "seq2")
    inputs = [tree.get(part) for part in ("input_1", "input_2") if tree.get(part)]
    found = dict(zip(names, (strip_named(visit.root, name) for name in inputs)))
    return strips.new_effect(type=kind, **at, **end, **found)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a path is no text")
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError("an image strip without images")
    return [_text(name) for name in value]


class StripName(Field):
    """A pointer to a strip of the same editor, by its name; empty for none."""

    def read(self, owner, visit):
        target = getattr(owner, self.name)
        return "" if target is None else target.name

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        setattr(owner, self.name, strip_named(owner.id_data, value) if value else None)


class Input(StripName):
    """What an effect is made of, which decides where it stands and so what it overlaps."""

    def write(self, owner, value, visit):
        visit.ending(Placing).keep_channels(visit.root)
        return super().write(owner, value, visit)


class LayerName(Field):
    """A view layer of the scene that a strip shows, by its name; empty for none."""

    def read(self, owner, visit):
        layer = getattr(owner, self.name)
        return "" if layer is None else layer.name

    def same(self, owner, value):
        return self.read(owner, None) == value

    def assign(self, owner, value):
        setattr(owner, self.name, owner.scene.view_layers[value] if value else None)


class ParentMeta(Field):
    """The name of the meta strip in which a strip lies; empty for none."""

    def read(self, owner, visit):
        parent = owner.parent_meta()
        return "" if parent is None else parent.name

    def write(self, owner, value, visit):
        if self.same(owner, value):
            return False
        try:
            self._move(owner, value, visit)
        except SET_ERRORS as error:
            visit.failed(self.name, error)
        else:
            visit.succeeded(self.name)
        return True

    def same(self, owner, value):
        return self.read(owner, None) == value

    def _move(self, owner, value, visit):
        editor = visit.root.sequence_editor
        target = strip_named(visit.root, value) if value else None
        if target is not None and (target.type != "META" or owner in _ancestry(target)):
            raise ValueError("a strip cannot lie there")
        visit.ending(Placing).keep(strips_in(owner.parent_meta() or editor))  # what it is made of goes along
        if target is not None:
            owner.move_to_meta(target)
        else:
            _to_top(editor, owner)


def _to_top(editor, strip) -> None:
    """Takes a strip out of the meta strips that it lies in: Blender only knows how to take one apart."""
    passage = strips_in(editor).new_meta(name="passage", channel=1, frame_start=1)
    strip.move_to_meta(passage)
    passage.separate()


def _ancestry(strip) -> Iterable:
    while strip is not None:
        yield strip
        strip = strip.parent_meta()


class Elements(Field):
    """The file names of an image strip's pictures."""

    def read(self, owner, visit):
        return [element.filename for element in owner.elements]

    def same(self, owner, value):
        return self.read(owner, None) == list(value)

    def write(self, owner, value, visit):
        held = set(self.read(owner, visit))
        changed = super().write(owner, value, visit)
        folder = absolute(owner.directory, owner.id_data)
        for name in set(self.read(owner, visit)) - held:
            visit.context.files.refuse(os.path.join(folder, name))  # pictures that others chose
        return changed

    def assign(self, owner, value):
        names = _texts(value)
        while len(owner.elements) > len(names):
            owner.elements.pop(len(owner.elements) - 1)
        for element, name in zip(owner.elements, names):
            element.filename = name
        for name in names[len(owner.elements) :]:
            owner.elements.append(name)
