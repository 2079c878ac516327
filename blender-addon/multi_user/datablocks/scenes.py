"""Scenes and collections. Main thread only."""

from __future__ import annotations

from typing import Any

import bpy

from . import rigid_bodies, sequencer
from .fields import SET_ERRORS, Embedded, WholeTree
from .generic import GenericHandler
from .keyed import Collection, Named, name_of
from .plan import EXTRA_FIELDS, special
from .visit import NotYet, Visit


@special("Scene", "collection")
class MasterCollection(Embedded):
    """A scene's own collection, which is embedded in it."""


@special("LayerCollection", "children")
class LayerCollections(Collection):
    """What a view layer says about each collection, keyed by the collection's UUID in hex. They come and go
    with collections."""

    ordered = False

    def keys(self, owner, visit):
        return [self._key(item, visit) for item in owner.children]

    @staticmethod
    def _key(item, visit: Visit) -> str:
        uuid = visit.context.id_of(item.collection)
        return uuid.hex() if uuid else item.name

    def write(self, owner, value, visit):
        changed = False
        for key, tree in value.items():
            changed |= self._put(owner, key, tree, visit)
        return changed

    def make(self, owner, key, tree, visit):
        uuid = bytes.fromhex(key)
        if visit.context.resolve(uuid) is not None:
            raise NotYet("the collection is not in it")
        visit.awaits(uuid)

    def remove_at(self, owner, path, visit):
        """They go with the collections."""


@special("Scene", "view_layers")
class ViewLayers(Named):
    """By name. A scene always has one, so where none of the held ones is wanted, a wanted one is made before they go.

    (Renaming one instead would rename nodes of other datablocks.)
    """

    def __init__(self, name: str):
        super().__init__(name, lambda layers, key, tree: layers.new(name=key))

    def write(self, owner, value, visit):
        held = self.keys(owner, visit)
        if value and not any(key in value for key in held):
            owner.view_layers.new(name=name_of(next(iter(value))))
        return super().write(owner, value, visit)

    def remove_at(self, owner, path, visit):
        if len(path) == 1 and len(owner.view_layers) == 1:
            visit.ending(Leaving).keys.append(path[0])
        else:
            super().remove_at(owner, path, visit)

    def drop(self, owner, key, item):
        super().drop(owner, key, item)
        _show_passes(owner)


def _show_passes(scene) -> None:
    """Has compositor nodes show the passes of the view layer that they are about.

    They hold the layer's index. Where a layer goes Blender sets the index right, but the node goes on with the
    sockets of the layer that went.
    """
    trees = [tree for tree in bpy.data.node_groups if tree.bl_idname == "CompositorNodeTree"]
    before_5_0 = (getattr(other, "node_tree", None) for other in bpy.data.scenes)
    trees += filter(None, before_5_0)
    for tree in trees:
        for node in tree.nodes:
            if node.bl_idname == "CompositorNodeRLayers" and node.scene == scene and node.layer:
                node.layer = node.layer


class Leaving:
    """View layers that go once those are made which come in their place."""

    def __init__(self):
        self.keys: list[str] = []

    def finish(self, visit: Visit) -> None:
        """Removes them."""
        layers = ViewLayers("view_layers")
        for key in self.keys:
            item = layers.find(visit.root, key, visit)
            try:
                if item is not None:
                    layers.drop(visit.root, key, item)
            except SET_ERRORS as error:
                visit.failed((layers.name, key), error)


class LightLinks(WholeTree):
    """What of a collection's members light is kept from: the member's UUID in hex -> whether it is. All others are lit,
    and cast shadows, where the collection is used for light linking."""

    MEMBERS = {"objects": "collection_objects", "children": "collection_children"}

    def _links(self, owner, visit: Visit) -> dict[str, Any]:
        """Each member's link. Blender's two lists of members go side by side."""
        return {
            uuid.hex(): link.light_linking
            for members, links in self.MEMBERS.items()
            for member, link in zip(getattr(owner, members), getattr(owner, links))
            if (uuid := visit.context.id_of(member)) is not None
        }

    def read(self, owner, visit):
        links = self._links(owner, visit)
        return {key: True for key, link in links.items() if link.link_state == "EXCLUDE"}

    def write(self, owner, value, visit):
        changed = False
        for key, link in self._links(owner, visit).items():
            wanted = "EXCLUDE" if value.get(key) is True else "INCLUDE"
            if link.link_state != wanted:
                link.link_state, changed = wanted, True
        return changed


if "collection_objects" in bpy.types.Collection.bl_rna.properties:  # since Blender 4.0
    EXTRA_FIELDS["Collection"] = [LightLinks("light_links")]


class CollectionHandler(GenericHandler):
    """Collections: their objects, children and settings."""

    def __init__(self):
        super().__init__("collections", "Collection")

    def consequences(self, datablock, context):
        return rigid_bodies.given(datablock, context)


class SceneHandler(GenericHandler):
    """Scenes: settings, view layers, the collections in them, markers."""

    def __init__(self):
        super().__init__("scenes", "Scene")

    def consequences(self, datablock, context):
        return rigid_bodies.given(datablock, context)

    def delete(self, datablock, context):
        """Removes the scene; windows that show it turn to another one before. Blender 3.4 crashes where a shown
        scene is removed by ``batch_remove``."""
        other = next(scene for scene in bpy.data.scenes if scene != datablock)
        for window in bpy.context.window_manager.windows:
            if window.scene == datablock:
                window.scene = other
        bpy.data.scenes.remove(datablock)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        ops = sequencer.prepared(datablock, ops, Visit(datablock, context))
        super().write_part(datablock, ops, buffers, gone, structure, context)

    def check(self, datablock, visit):
        super().check(datablock, visit)
        sequencer.check(datablock, visit)
        rigid_bodies.check(datablock, visit)
        for layer in datablock.view_layers:
            if len(layer.freestyle_settings.modules):
                visit.problem("its Freestyle script modules are not replicated: rendering runs what they say")
