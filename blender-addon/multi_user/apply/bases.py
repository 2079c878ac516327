"""Objects that a view layer forgot. Main thread only.

Seen in Blender 4.3: undo reads an object anew and leaves it without its base, the view layer's entry for it (the same
reading of undo steps crashed, in Blender's own code, at another time). The object stays in its collection, but no view
shows it and nothing can select it until Blender looks through the collections again.
"""

from __future__ import annotations

from typing import Iterator

import bpy

_TEMPORARY = "Multi-User"


def show_forgotten() -> list[str]:
    """Has Blender look through the collections of the scenes in windows, where a view layer lacks an object of its
    collections; the names of those objects."""
    forgotten: set[str] = set()
    for window in bpy.context.window_manager.windows:
        missing = _missing(window.view_layer)
        if missing:
            _look_again(window.scene, window.view_layer)
            forgotten |= {thing.name for thing in missing}
    return sorted(forgotten)


def _missing(layer: bpy.types.ViewLayer) -> set[bpy.types.Object]:
    return set(_wanted(layer.layer_collection)) - set(layer.objects)


def _wanted(shown: bpy.types.LayerCollection) -> Iterator[bpy.types.Object]:
    """What is in the collections of a view layer, those that it leaves out aside."""
    if not shown.exclude:
        yield from shown.collection.objects
    for child in shown.children:
        yield from _wanted(child)


def _look_again(scene: bpy.types.Scene, layer: bpy.types.ViewLayer) -> None:
    """A collection that comes and goes has Blender do it, and leaves nothing behind."""
    passing = bpy.data.collections.new(_TEMPORARY)
    scene.collection.children.link(passing)
    bpy.data.collections.remove(passing)
    layer.update()
