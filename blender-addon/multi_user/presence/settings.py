"""What the 3D views show of the others: the artist's own settings, kept with the preferences. Main thread only."""

from __future__ import annotations

import bpy
from bpy.props import BoolProperty, FloatProperty


def _changed(_settings, context) -> None:
    """Blender saves the preferences and draws the views anew."""
    context.preferences.is_dirty = True
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


class MultiUserOverlaySettings(bpy.types.PropertyGroup):
    """The overlay in the 3D view"""

    show: BoolProperty(
        name="Other Users",
        description="Show in the 3D view where the other users are and what they do",
        default=True,
        update=_changed,
    )
    show_selections: BoolProperty(
        name="Selected Objects",
        description="Show boxes around what the other users have selected, with their names",
        default=True,
        update=_changed,
    )
    show_viewpoints: BoolProperty(
        name="Viewpoints",
        description="Show from where the other users look, with their names",
        default=True,
        update=_changed,
    )
    show_modes: BoolProperty(
        name="Modes",
        description="Show beside a name which mode that user is in, unless it is Object Mode",
        default=True,
        update=_changed,
    )
    show_elsewhere: BoolProperty(
        name="Users in Other Scenes",
        description="Also show users who work in another scene, faintly and with that scene's name",
        default=False,
        update=_changed,
    )
    text_distance: FloatProperty(
        name="Text Distance",
        description="Names and modes that are farther away than this fade out",
        subtype="DISTANCE",
        default=100.0,
        min=0.1,
        soft_max=1000.0,
        max=1e6,
        update=_changed,
    )
    show_status: BoolProperty(
        name="Session Status",
        description="Show in the 3D view how the session stands",
        default=True,
        update=_changed,
    )
    status_x: FloatProperty(
        name="Horizontal Position",
        description="Where the status is, from the left to the right of the view",
        subtype="PERCENTAGE",
        default=2.0,
        min=0.0,
        max=100.0,
        precision=0,
        update=_changed,
    )
    status_y: FloatProperty(
        name="Vertical Position",
        description="Where the status is, from the bottom to the top of the view",
        subtype="PERCENTAGE",
        default=2.0,
        min=0.0,
        max=100.0,
        precision=0,
        update=_changed,
    )
    status_scale: FloatProperty(
        name="Text Scale",
        description="Size of the status, compared with Blender's own text",
        default=1.0,
        min=0.5,
        max=5.0,
        precision=1,
        update=_changed,
    )


def draw(layout, settings: MultiUserOverlaySettings) -> None:
    """All of them, for the overlay's popover and the preferences alike."""
    column = layout.column()
    column.prop(settings, "show")
    shown = column.column()
    shown.active = settings.show
    split = shown.split()
    left, right = split.column(), split.column()
    left.prop(settings, "show_selections")
    left.prop(settings, "show_viewpoints")
    right.prop(settings, "show_modes")
    right.prop(settings, "show_elsewhere", text="Other Scenes")
    shown.prop(settings, "text_distance")
    column.separator()
    column.prop(settings, "show_status")
    status = column.column(align=True)
    status.active = settings.show_status
    status.prop(settings, "status_x", slider=True)
    status.prop(settings, "status_y", slider=True)
    status.prop(settings, "status_scale", slider=True)
