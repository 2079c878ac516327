"""How this artist's view layers and viewports show an object, which is nobody else's: kept where another object takes
its place. Main thread only."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import bpy


def shown(thing) -> Callable[[Any], None]:
    """Notes whether an object is hidden, selected, active and in local view, and where; returns what shows another
    object so, once that is in the same collections."""
    layers = [_in_layer(thing, layer) for scene in bpy.data.scenes for layer in scene.view_layers]
    local = [view for view in _viewports() if view.local_view is not None and thing.local_view_get(view)]

    def show(other) -> None:
        for show_in_layer in filter(None, layers):
            show_in_layer(other)
        for view in local:
            other.local_view_set(view, True)

    return show


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


def _viewports() -> Iterator[Any]:
    for manager in bpy.data.window_managers:
        for window in manager.windows:
            for area in window.screen.areas:
                if area.type == "VIEW_3D":
                    yield area.spaces.active
