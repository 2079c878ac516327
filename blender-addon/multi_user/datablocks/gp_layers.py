"""Layers of grease pencil, their groups, masks and frames as parts of the tree. Main thread only.

Layers and layer groups share one set of names. Since Blender 4.3 layers stand in nested groups: ``layer_tree`` holds
both in the order in which they are drawn, each with the group that it stands in. A frame that shows the same drawing as
an earlier one of its layer says so as ``instance_of``.
"""

from __future__ import annotations

import re
from contextlib import contextmanager

import bpy

from ..core.values import Keyed
from .fields import Field, Matrix, Missing
from .gp_attributes import LayerAttributes, kept
from .keyed import MAKERS, Collection, Named
from .plan import EXTRA_FIELDS, plan_of, special
from .users import borrowed_object

LEGACY = bpy.app.version < (4, 3, 0)
DATA = "GreasePencilv3" if hasattr(bpy.types, "GreasePencilv3") else "GreasePencil"
INSTANCE = "instance_of"
LAST_FRAME = 1_048_574  # Blender's own limit, in both directions


def is_annotation(datablock) -> bool:
    """Whether grease pencil is one; before Blender 4.3 it may be. Its strokes are part of the tree
    (``annotation_strokes.py``)."""
    return getattr(datablock, "is_annotation", False)


def frame_number(key: str) -> int:
    """The number that a frame's key stands for; ValueError where Blender could have no such frame."""
    if re.fullmatch(r"0|-?[1-9][0-9]{0,6}", key) is None or abs(int(key)) > LAST_FRAME:
        raise ValueError(f"{key} is no frame")
    return int(key)


class Layers(Named):
    """Layers by name. Before groups there were, their order is that of the list."""

    ordered = LEGACY

    def __init__(self, name: str):
        # One layer is always to be the active one: Blender 3.4 ends where it looks for that and there is none.
        super().__init__(name, lambda layers, key, tree: layers.new(key, set_active=not len(layers)))

    def keys(self, owner, visit):
        return [_name(layer) for layer in self.items_of(owner)]

    def read_item(self, item, visit):
        tree = super().read_item(item, visit)
        tree.pop("info", None)
        return tree

    def make(self, owner, key, tree, visit):
        layers = self.items_of(owner)
        layer = self._new(layers, key, tree)
        if _name(layer) != key:
            layers.remove(layer)
            raise ValueError(f"there is something else called {key}")
        return layer

    def arrange(self, owner, keys, visit):
        if not self.ordered:
            return
        layers = self.items_of(owner)
        for place, key in enumerate(keys):
            for _ in range(layers.find(key) - place):
                layers.move(layers[key], "DOWN")


def _name(layer) -> str:
    return layer.info if hasattr(layer, "info") else layer.name


class LayerGroups(Named):
    """Layer groups by name; where each stands is told by the layer tree."""

    ordered = False

    def __init__(self, name: str):
        super().__init__(name, lambda groups, key, tree: groups.new(key))

    def drop(self, owner, key, item):
        self.items_of(owner).remove(item, keep_children=True)


class LayerTree(Field):
    """Layers and groups from bottom to top, a group before what stands in it: name -> the group around it."""

    rank = 0

    def read(self, owner, visit):
        tree = Keyed()
        roots = owner.root_nodes if hasattr(owner, "root_nodes") else None
        for node in _in_order(roots) if roots is not None else _by_layers(owner):
            tree[node.name] = {"parent": node.parent_group.name if node.parent_group else ""}
        return tree

    def write(self, owner, value, visit):
        wanted = Keyed((key, item) for key, item in value.items() if _node(owner, key) is not None)
        if self.read(owner, visit) == wanted and list(self.read(owner, visit)) == list(wanted):
            return False
        self._check(owner, wanted)
        with kept(owner):
            for group in owner.layer_groups:  # else one might be moved into one of its own
                owner.layer_groups.move_to_layer_group(group, None)
            for key, item in wanted.items():
                node, parent = _node(owner, key), owner.layer_groups.get(item["parent"])
                side = owner.layers if isinstance(node, bpy.types.GreasePencilLayer) else owner.layer_groups
                side.move_to_layer_group(node, parent)
        return True

    def _check(self, owner, wanted: Keyed) -> None:
        seen = {""}
        for key, item in wanted.items():
            if not isinstance(item, dict) or item.get("parent") not in seen:
                raise ValueError(f"layer {key} is to stand in a group that does not come before it")
            if key in owner.layer_groups:
                seen.add(key)

    def read_at(self, owner, path, visit):
        value = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"there is no layer {key}")
            value = value[key]
        return value

    def set_at(self, owner, path, value, visit):
        tree = self.read(owner, visit)
        if not path:
            tree = value
        elif len(path) == 1:
            tree[path[0]] = value
        elif len(path) == 2 and path[0] in tree:
            tree[path[0]] = {path[1]: value}
        else:
            raise Missing(f"there is no layer {path[0]}")
        self.write(owner, _parents_first(tree), visit)

    def remove_at(self, owner, path, visit):
        """What is removed goes from the layers and groups themselves."""

    def order_at(self, owner, path, keys, visit):
        tree = self.read(owner, visit)
        first = [key for key in keys if key in tree]
        rest = [key for key in tree if key not in set(first)]
        self.write(owner, _parents_first(Keyed((key, tree[key]) for key in first + rest)), visit)


def _parents_first(tree: Keyed) -> Keyed:
    """The same with each node behind the group that it stands in; what stands in none that is there is left out."""
    children: dict[str, list[str]] = {}
    for key, item in tree.items():
        children.setdefault(item.get("parent", ""), []).append(key)
    found = Keyed()
    waiting = children.pop("", [])[::-1]
    while waiting:
        key = waiting.pop()
        found[key] = tree[key]
        waiting += children.pop(key, [])[::-1]
    return found


def _in_order(nodes):
    for node in nodes:
        yield node
        if hasattr(node, "children"):
            yield from _in_order(node.children)


def _by_layers(owner) -> list:
    """Where Blender does not show in which order groups stand: by their layers, the empty ones above these."""
    nodes = [*owner.layers, *owner.layer_groups]
    places = {node.name: len(nodes) + place for place, node in enumerate(nodes)}
    for place, layer in enumerate(owner.layers):
        node = layer
        while node is not None:
            places[node.name] = min(place, places[node.name])
            node = node.parent_group
    tree = Keyed()
    for node in sorted(nodes, key=lambda node: places[node.name]):
        tree[node.name] = {"parent": node.parent_group.name if node.parent_group else ""}
    return [_node(owner, key) for key in _parents_first(tree)]


def _node(owner, key: str):
    return owner.layers.get(key) or owner.layer_groups.get(key)


class Frames(Collection):
    """A layer's frames by their numbers. What is drawn on them is in buffers."""

    ordered = False

    def keys(self, owner, visit):
        return [str(frame.frame_number) for frame in owner.frames]

    def read_at(self, owner, path, visit):
        value = self.read(owner, visit)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Missing(f"there is no frame {key}")
            value = value[key]
        return value

    def write(self, owner, value, visit):
        return super().write(owner, dict(sorted(value.items(), key=lambda it: frame_number(it[0]))), visit)

    def make(self, owner, key, tree, visit):
        return owner.frames.new(frame_number(key))

    def drop(self, owner, key, item):
        owner.frames.remove(item)


class DrawingFrames(Frames):
    """Frames since Blender 4.3, several of which may show one drawing."""

    def read(self, owner, visit):
        tree, first = {}, {}
        for frame in owner.frames:
            key = str(frame.frame_number)
            tree[key] = plan_of(frame).read(frame, visit)
            if frame.drawing is not None:
                origin = first.setdefault(frame.drawing.as_pointer(), key)
                if origin != key:
                    tree[key][INSTANCE] = origin
        return tree

    def find(self, owner, key, visit):
        number = int(key) if re.fullmatch("-?[0-9]{1,7}", key) else None
        if number is None:
            return super().find(owner, key, visit)
        frame = owner.get_frame_at(number)
        return frame if frame is not None and str(frame.frame_number) == key else None

    def _put(self, owner, key, tree, visit):
        held = self.find(owner, key, visit)
        if held is not None and _origin(owner, held) != tree.get(INSTANCE):
            self.drop(owner, key, held)
        return super()._put(owner, key, tree, visit)

    def make(self, owner, key, tree, visit):
        number, origin = frame_number(key), tree.get(INSTANCE)
        if origin is None:
            return owner.frames.new(number)
        return owner.frames.copy(frame_number(origin), number, instance_drawing=True)

    def drop(self, owner, key, item):
        owner.frames.remove(item.frame_number)

    def set_at(self, owner, path, value, visit):
        if len(path) == 2 and path[1] == INSTANCE:
            self._put(owner, path[0], {**self.read_at(owner, path[:1], visit), INSTANCE: value}, visit)
        else:
            super().set_at(owner, path, value, visit)

    def remove_at(self, owner, path, visit):
        if len(path) == 2 and path[1] == INSTANCE:
            tree = self.read_at(owner, path[:1], visit)
            tree.pop(INSTANCE, None)
            self._put(owner, path[0], tree, visit)
        else:
            super().remove_at(owner, path, visit)


def _origin(layer, frame) -> str | None:
    """The first frame that shows the drawing of this one, None if that is this one itself."""
    drawing = frame.drawing
    if drawing is None or drawing.user_count < 2:
        return None
    place = drawing.as_pointer()
    first = next(it for it in layer.frames if it.drawing is not None and it.drawing.as_pointer() == place)
    return None if first.frame_number == frame.frame_number else str(first.frame_number)


class Masks(Named):
    """The layers that mask one, by name."""

    def __init__(self, name: str):
        super().__init__(name, None)

    def make(self, owner, key, tree, visit):
        data, masks = owner.id_data, self.items_of(owner)
        masking = data.layers.get(key)
        if masking is None and LEGACY:
            raise ValueError(f"there is no layer {key}")
        absent = masking is None  # Blender keeps a mask when its layer goes
        if absent:
            masking = data.layers.new(key, set_active=False)
        if hasattr(masks, "add"):
            masks.add(masking)
        else:
            with _active(owner):
                bpy.ops.grease_pencil.layer_mask_add(name=key)
        if absent:
            data.layers.remove(masking)
        return masks[len(masks) - 1]

    def drop(self, owner, key, item):
        masks = self.items_of(owner)
        if hasattr(masks, "remove"):
            masks.remove(item)
            return
        masks.active_mask_index = masks.find(key)
        with _active(owner):
            bpy.ops.grease_pencil.layer_mask_remove()

    def arrange(self, owner, keys, visit):
        """Their order means nothing."""


@contextmanager
def _active(layer):
    """Makes this the active layer of an active object: Blender 4.3 has nothing but operators for masks."""
    data = layer.id_data
    active = data.layers.active
    with borrowed_object(data) as thing:
        data.layers.active = layer
        try:
            with bpy.context.temp_override(object=thing, active_object=thing, grease_pencil=data):
                yield
        finally:
            if active is not None:
                data.layers.active = active


class ParentInverse(Matrix):
    """The transform that undoes the parent's as it was when it became that. Blender sets it along with the parent."""

    rank = 0

    def same(self, owner, value):
        held = [number for row in owner.matrix_parent_inverse for number in row]
        return all(abs(a - b) < 1e-4 for a, b in zip(held, [number for row in value for number in row]))

    def assign(self, owner, value):
        raise ValueError("Blender takes it from where the parent is here; parent the layer anew")


MAKERS[DATA, "layers"] = Layers
for _shown in ("show_stroke", "show_fill"):  # deprecated in Blender 5, and still what decides
    special("MaterialGPencilStyle", _shown)(Field)
MAKERS["GPencilLayer", "frames"] = Frames
MAKERS["GreasePencilLayer", "frames"] = DrawingFrames
for _type in ("GPencilLayer", "GreasePencilLayer"):
    MAKERS[_type, "mask_layers"] = Masks
if not LEGACY:
    MAKERS[DATA, "layer_groups"] = LayerGroups
    EXTRA_FIELDS[DATA] = [LayerTree("layer_tree"), LayerAttributes("layer_attributes")]
    special("GreasePencilLayer", "matrix_parent_inverse")(ParentInverse)
