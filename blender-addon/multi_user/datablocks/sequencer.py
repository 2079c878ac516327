"""The video sequence editor of a scene. Main thread only.

What Blender's Python cannot give to a strip is told: retiming, which strips are connected, and before Blender 4 the
clip of a clip strip. Proxies and caches belong to each machine.
"""

from __future__ import annotations

import bpy

from ..core.values import same
from .fields import Struct
from .keyed import MAKERS, Collection, Named
from .paths import FolderPlace, Place
from .placing import PLACES, Placed, all_strips, editing_strips
from .plan import EXTRA_FIELDS, SPECIAL_FIELDS, special
from .strips import META, SHOWS_CLIP, Elements, Input, LayerName, ParentMeta, StripName, Strips, in_order
from .visit import Visit

NEW = hasattr(bpy.types, "Strip")  # since Blender 4.4
STRIP = "Strip" if NEW else "Sequence"
ALL_STRIPS = "strips_all" if NEW else "sequences_all"
PLACE = ("sequence_editor", ALL_STRIPS)


@special("Scene", "sequence_editor")
class Editor(Struct):
    """A scene's sequence editor; null where it has none."""

    def write(self, owner, value, visit):
        if value is None:
            if owner.sequence_editor is not None:
                owner.sequence_editor_clear()
                return True
            return False
        _ensure(owner)
        with editing_strips(owner):
            return super().write(owner, value, visit)

    def set_at(self, owner, path, value, visit):
        if path:
            _ensure(owner)
        with editing_strips(owner):
            super().set_at(owner, path, value, visit)

    def remove_at(self, owner, path, visit):
        if not path:
            self.write(owner, None, visit)
        elif owner.sequence_editor is not None:
            with editing_strips(owner):
                super().remove_at(owner, path, visit)

    def order_at(self, owner, path, keys, visit):
        with editing_strips(owner):
            super().order_at(owner, path, keys, visit)


def _ensure(scene) -> None:
    if scene.sequence_editor is None:
        scene.sequence_editor_create()


class Channels(Collection):
    """Channels by number: those that are not as Blender makes them."""

    ordered = False

    def keys(self, owner, visit):
        return [str(number) for number, channel in enumerate(owner.channels) if _changed(number, channel)]

    def items_of(self, owner):
        return [channel for number, channel in enumerate(owner.channels) if _changed(number, channel)]

    def find(self, owner, key, visit):
        known = key.isdecimal() and int(key) < len(owner.channels)
        return owner.channels[int(key)] if known else None

    def drop(self, owner, key, item):
        item.name, item.lock, item.mute = f"Channel {key}", False, False


def _changed(number: int, channel) -> bool:
    return channel.lock or channel.mute or channel.name != f"Channel {number}"


class StripModifiers(Named):
    """A strip's modifiers by name, in order."""

    def __init__(self, name: str):
        super().__init__(name, lambda stack, key, tree: stack.new(name=key, type=tree["type"]), "type")


def check(scene, visit: Visit) -> None:
    """Tells the user of what a scene's sequence holds and is not replicated."""
    for strip in all_strips(scene.sequence_editor) if scene.sequence_editor is not None else ():
        if len(getattr(strip, "retiming_keys", ())):
            visit.problem(
                f'the retiming of strip "{strip.name}" is not replicated: Blender cannot be given it'
            )
        if len(getattr(strip, "connections", ())):
            visit.problem(
                f'what strip "{strip.name}" is connected to is not replicated: Blender cannot be given it'
            )
        if strip.type == "MOVIECLIP" and not SHOWS_CLIP:
            visit.problem(f'clip strip "{strip.name}" is not replicated: this Blender does not show its clip')


def prepared(scene, ops: list, visit: Visit) -> list:
    """Operations on a scene: those that make strips in an order in which they can be made; strips that are merely
    called otherwise now are renamed at once, for Blender removes effects along with what they are made of."""
    made = {path[2]: tree for op, path, tree in (op for op in ops if op[0] == "set") if _is_strip(path)}
    gone = {path[2] for op, path, *_ in ops if op == "remove" and _is_strip(path)}
    if not made or not all(isinstance(tree, dict) for tree in made.values()):
        return ops
    done = _rename(scene, made, gone, visit) if gone and scene.sequence_editor is not None else set()
    ranks = {name: rank for rank, name in enumerate(in_order(made))}
    rest = [op for op in ops if not (_is_strip(op[1]) and op[1][2] in done)]
    makes = sorted((op for op in rest if op[0] == "set" and _is_strip(op[1])), key=lambda op: ranks[op[1][2]])
    return makes + [op for op in rest if not (op[0] == "set" and _is_strip(op[1]))]


def _is_strip(path) -> bool:
    return len(path) == 3 and tuple(path[:2]) == PLACE


def _rename(scene, made: dict, gone: set[str], visit: Visit) -> set[str]:
    """Renames strips; returns the old and new names."""
    editor, field, done = scene.sequence_editor, Strips(ALL_STRIPS), set()
    with editing_strips(scene):
        for old in gone:
            strip = field.find(editor, old, visit)
            tree = None if strip is None else field.read_item(strip, visit)
            new = next(
                (name for name, wanted in made.items() if same(wanted, tree) and name not in done), None
            )
            if new is not None:
                strip.name = new
                done |= {old, new}
    return done


MAKERS["SequenceEditor", ALL_STRIPS] = Strips
MAKERS["SequenceEditor", "channels"] = Channels
MAKERS["MetaStrip" if NEW else "MetaSequence", "channels"] = Channels
MAKERS[STRIP, "modifiers"] = StripModifiers
SPECIAL_FIELDS["ImageStrip" if NEW else "ImageSequence", "elements"] = Elements
SPECIAL_FIELDS["ImageStrip" if NEW else "ImageSequence", "directory"] = FolderPlace
SPECIAL_FIELDS["MovieStrip" if NEW else "MovieSequence", "elements"] = lambda name: None
SPECIAL_FIELDS["MovieStrip" if NEW else "MovieSequence", "filepath"] = Place
SPECIAL_FIELDS["SceneStrip" if NEW else "SceneSequence", "view_layer"] = LayerName
SPECIAL_FIELDS[f"{STRIP}Modifier", "input_mask_strip"] = StripName
for _name in ("input_1", "input_2"):
    SPECIAL_FIELDS[STRIP, _name] = Input
for _name in PLACES:
    SPECIAL_FIELDS[STRIP, _name] = Placed
EXTRA_FIELDS[STRIP] = [ParentMeta(META)]
