"""How this artist's view layers and viewports show an object, which is nobody else's: kept where another object takes
its place. Main thread only."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import bpy


def shown(thing) -> Callable[[Any], None]:
    """Notes whether an object is hidden, selected, active and in local view, and where; returns what shows another
    object so, once that is in the same collections."""
    layers = [_in_layer(thing, layer) for scene in bpy.data.scenes for layer in scene.view_layers]
    local = [(view, layer, _is_local(thing, view, layer)) for view, layer in _local_views()]

    def show(other) -> None:
        for show_in_layer in filter(None, layers):
            show_in_layer(other)
        for view, layer, there in local:
            if layer.objects.get(other.name) == other:
                other.local_view_set(view, there)

    return show


def keep_out(thing) -> bool:
    """Keeps a new object out of the local views that there are, where Blender shows whatever is new; False if it is in
    no collection yet, so that it is too early."""
    views = list(_local_views())
    try:
        there = [view for view, layer in views if layer.objects.get(thing.name) == thing]
    except ReferenceError:
        return True  # it is gone again
    for view in there:
        thing.local_view_set(view, False)
    return bool(there) or not views


def _in_layer(thing, layer) -> Callable[[Any], None] | None:
    if layer.objects.get(thing.name) != thing:
        return None
    hidden, selected = thing.hide_get(view_layer=layer), thing.select_get(view_layer=layer)
    active = layer.objects.active == thing

    def show(other) -> None:
        if layer.objects.get(other.name) != other:
            return
        if active:
            layer.objects.active = other
        other.select_set(selected, view_layer=layer)
        other.hide_set(hidden, view_layer=layer)

    return show


def _is_local(thing, view, layer) -> bool:
    """Whether a local view shows an object; before 5.2 only what Blender evaluated of that knows."""
    return thing.evaluated_get(layer.depsgraph).local_view_get(view)


def _local_views() -> Iterator[tuple[Any, Any]]:
    """The viewports in local view, with their view layers."""
    for manager in bpy.data.window_managers:
        for window in manager.windows:
            for area in window.screen.areas:
                space = area.spaces.active
                if area.type == "VIEW_3D" and space.local_view is not None:
                    yield space, window.view_layer
