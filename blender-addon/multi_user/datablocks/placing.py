"""Where strips of the video sequencer stand: channel, first frame, trim. Main thread only.

Blender lets no strip overlap another: one that is moved onto others is pushed to a free channel. What is written
at once may stand where others stood until then, so strips are put into their places when all else is written, again
and again as long as that brings them nearer.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import Any, Iterator

import bpy

from .fields import SET_ERRORS, Field, Omitted

NEW_NAMES = "content_start" in getattr(bpy.types, "Strip", bpy.types.SequenceEditor).bl_rna.properties
START, TRIM_LEFT, TRIM_RIGHT, LEFT, RIGHT = (
    ("content_start", "left_handle_offset", "right_handle_offset", "left_handle", "right_handle")
    if NEW_NAMES
    else ("frame_start", "frame_offset_start", "frame_offset_end", "frame_final_start", "frame_final_end")
)
CHANNEL = "channel"
PLACES = (START, TRIM_LEFT, TRIM_RIGHT, LEFT, RIGHT, CHANNEL)
FARTHEST = 4 * 1_048_574  # frames; Blender's own last frame is a quarter of that


def places_of(strip) -> tuple[str, ...]:
    """What says where a strip stands. Effects follow their inputs, and a meta strip starts where its contents do."""
    if strip.type == "META":
        return LEFT, RIGHT, CHANNEL
    if getattr(strip, "input_count", 0):
        return (CHANNEL,)
    return START, TRIM_LEFT, TRIM_RIGHT, RIGHT, CHANNEL


class Placed(Field):
    """One of ``PLACES``; set when everything else of the scene is written."""

    def read(self, owner, visit):
        if self.name not in places_of(owner):
            raise Omitted
        return getattr(owner, self.name)

    def write(self, owner, value, visit):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or abs(value) > FARTHEST:
            visit.failed(self.name, ValueError("it is no frame or channel"))
            return False
        visit.ending(Placing).want(owner, self.name, value)
        return getattr(owner, self.name) != value


class Placing:
    """The places that the strips of one scene are to have."""

    def __init__(self):
        self._wanted: dict[str, dict[str, Any]] = {}
        self._kept: dict[str, dict[str, Any]] = {}

    def want(self, strip, name: str, value: Any) -> None:
        """This is to be so."""
        self.keep_channels(strip.id_data)
        self._wanted.setdefault(strip.name, {})[name] = value

    def keep_channels(self, scene) -> None:
        """All strips are to stay in the channels in which they are now, unless something else is wanted."""
        if not self._kept:
            self._kept = {strip.name: {CHANNEL: strip.channel} for strip in all_strips(scene.sequence_editor)}

    def keep(self, strips) -> None:
        """These are to stay where they are, unless something else is wanted."""
        for strip in strips:
            kept = self._kept.setdefault(strip.name, {})
            for name in places_of(strip):
                kept.setdefault(name, getattr(strip, name))

    def finish(self, visit) -> None:
        """Puts all strips into their places; tells the user of those for which there is no room."""
        editor = visit.root.sequence_editor
        if editor is None:
            return
        names = self._kept.keys() | self._wanted.keys()
        wanted = {name: self._kept.get(name, {}) | self._wanted.get(name, {}) for name in names}
        strips = sorted((strip for strip in all_strips(editor) if strip.name in wanted), key=_depth)
        strips.reverse()  # contents first: meta strips follow them
        with editing_strips(visit.root):
            _look_up_anew(editor)
            wrong = _bring(strips, wanted)
            if _stretch_effects(editor, wanted):
                wrong = _bring(strips, wanted)
            for strip in wrong:  # where there is no room, the frames count
                _settle(strip, {name: it for name, it in wanted[strip.name].items() if name != CHANNEL})
        for strip in wrong:
            channel = wanted[strip.name].get(CHANNEL, strip.channel)
            if strip.channel != channel:
                visit.problem(
                    f'strip "{strip.name}" stands in channel {strip.channel} here: another one overlaps it in {channel}'
                )


def _bring(strips: list, wanted: dict[str, dict[str, Any]]) -> list:
    """Sets what is not as wanted for as long as that changes anything; returns the strips that are still wrong."""
    before = None
    while True:
        wrong = [strip for strip in strips if _settle(strip, wanted[strip.name])]
        now = [(strip.name, *(getattr(strip, name) for name in PLACES)) for strip in wrong]
        if now == before or not wrong:
            return wrong
        before = now


def _settle(strip, wanted: dict[str, Any]) -> bool:
    """Sets what is not as wanted; whether there was anything."""
    moved = False
    for name in places_of(strip):
        if name in wanted and getattr(strip, name) != wanted[name]:
            moved = True
            try:
                setattr(strip, name, wanted[name])
            except SET_ERRORS:  # not in this place; it is told of if it stays wrong
                continue
    return moved


def _look_up_anew(editor) -> None:
    """Blender remembers who lies in which meta strip, also in one that was taken apart and is no more, until a strip is
    named; Blender 3.4 crashes where a handle of such a strip is moved."""
    for strip in all_strips(editor)[:1]:
        strip.name = strip.name


def _stretch_effects(editor, placed: dict[str, dict[str, Any]]) -> bool:
    """Effects are as long as what they are made of, but Blender sees to that only where a handle is moved: those of
    inputs that were trimmed are moved to where they are. Whether there were any."""
    inputs = {
        made_of.name: made_of
        for strip in all_strips(editor)
        for made_of in (getattr(strip, "input_1", None), getattr(strip, "input_2", None))
        if made_of is not None
    }
    trimmed = [name for name in inputs if not {TRIM_LEFT, TRIM_RIGHT}.isdisjoint(placed.get(name, ()))]
    for strip in (inputs[name] for name in trimmed):
        for handle in (LEFT, RIGHT):
            try:
                setattr(strip, handle, getattr(strip, handle))
            except SET_ERRORS:  # not in this place
                continue
    return bool(trimmed)


def _depth(strip) -> int:
    depth, meta = 0, strip.parent_meta()
    while meta is not None:
        depth, meta = depth + 1, meta.parent_meta()
    return depth


def all_strips(editor):
    """All strips of an editor, those in meta strips among them."""
    return editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all


def strips_in(owner):
    """The strips of an editor or meta strip itself."""
    return owner.strips if hasattr(owner, "strips") else owner.sequences


@contextmanager
def editing_strips(scene) -> Iterator[None]:
    """Strips of this scene can be changed meanwhile. Blender takes the context's scene for theirs, and crashes where
    that has no sequence editor (before Blender 5)."""
    with bpy.context.temp_override(scene=scene), _keys_resting(scene):
        yield


@contextmanager
def _keys_resting(scene) -> Iterator[None]:
    """Takes the scene's action away meanwhile: Blender moves, renames and removes a strip's keys along with the strip,
    and what others did to the keys comes with the action."""
    animation = scene.animation_data
    action = animation.action if animation is not None and not animation.use_tweak_mode else None
    if action is None:
        yield
        return
    slot = getattr(animation, "action_slot", None)
    animation.action = None
    try:
        yield
    finally:
        animation.action = action
        if slot is not None:
            animation.action_slot = slot
