"""What a test does with the 3D view of a Blender that has a window: turn it, open the sidebar. Main thread."""

from __future__ import annotations

import math

import bpy
import mathutils
from bpy_extras import view3d_utils

TAB = "Multiuser"


def area():
    """The first 3D view."""
    window = bpy.context.window_manager.windows[0]
    return next(it for it in window.screen.areas if it.type == "VIEW_3D")


def region(kind: str):
    """A region of the 3D view, with its place on the screen from the top left: (region, x, y, width, height)."""
    found = next(it for it in area().regions if it.type == kind)
    height = bpy.context.window_manager.windows[0].height
    return found, found.x, height - found.y - found.height, found.width, found.height


def look(azimuth_degrees: float, distance: float, target=(0.0, 0.0, 0.0)) -> None:
    """Looks at a point from a side, somewhat from above, in solid mode: software draws that at once."""
    space = area().spaces.active
    space.shading.type = "SOLID"
    space.shading.color_type = "MATERIAL"
    view = space.region_3d
    view.view_perspective = "PERSP"
    view.view_location = mathutils.Vector(target)
    view.view_rotation = mathutils.Euler((math.radians(76), 0, math.radians(azimuth_degrees))).to_quaternion()
    view.view_distance = distance
    area().tag_redraw()


def open_sidebar() -> None:
    """Shows the sidebar."""
    area().spaces.active.show_region_ui = True


def open_tab() -> bool:
    """Shows the add-on's tab of the sidebar, which is to be open; False where Blender has no call for it (before 4.3),
    so that the mouse has to do it."""
    sidebar = region("UI")[0]
    if not hasattr(sidebar, "active_panel_category"):
        return False
    sidebar.active_panel_category = TAB
    area().tag_redraw()
    return True


def sidebar_tabs() -> list[int]:
    """A place over the sidebar's first tab, from the top left of the screen; not over its panels, whose buttons the
    wheel turns as well."""
    _, x, y, width, _ = region("UI")
    return [x + width - 10, y + 30]


def view_middle() -> list[int]:
    """A place over the scene, from the top left of the screen."""
    _, x, y, width, height = region("WINDOW")
    return [x + width // 3, y + height // 2]


def place_of(name: str) -> list[int]:
    """Where an object's origin is seen, from the top left of the screen."""
    seen, x, y, _, height = region("WINDOW")
    state = area().spaces.active.region_3d
    origin = bpy.data.objects[name].matrix_world.translation
    across, up = view3d_utils.location_3d_to_region_2d(seen, state, origin)
    return [int(x + across), int(y + height - up)]


def select(name: str) -> None:
    """Makes an object the only selected one, and the active one."""
    layer = bpy.context.window_manager.windows[0].view_layer
    for one in layer.objects:
        one.select_set(one.name == name)
    if name not in layer.objects:
        thing = bpy.data.objects.get(name)
        homes = None if thing is None else [it.name for it in thing.users_collection]
        raise KeyError(
            f"{name}, in {homes}, is not among {layer.objects.keys()} of {bpy.data.objects.keys()}"
        )
    layer.objects.active = layer.objects[name]


def deselect() -> None:
    """Selects nothing, so that the others may edit everything."""
    for one in bpy.context.window_manager.windows[0].view_layer.objects:
        one.select_set(False)


def in_view(call) -> None:
    """Calls something as though the mouse were over the 3D view."""
    window = bpy.context.window_manager.windows[0]
    with bpy.context.temp_override(window=window, area=area(), region=region("WINDOW")[0]):
        call()
