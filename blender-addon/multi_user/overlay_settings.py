"""What the 3D views show of the others: the artist's own settings, kept with the preferences. Main thread only."""

from __future__ import annotations

import bpy
from bpy.props import BoolProperty, FloatProperty

from .saving import kept


def _place(name: str, description: str):
    """A place in the view, in percent of its size."""
    options = {"default": 2.0, "min": 0.0, "max": 100.0, "precision": 0}
    return kept(FloatProperty, name=name, description=description, subtype="PERCENTAGE", **options)


class MultiUserOverlaySettings(bpy.types.PropertyGroup):
    """The overlay in the 3D view"""

    show: kept(
        BoolProperty,
        name="Other Users",
        description="Show in the 3D view where the other users are and what they do",
        default=True,
    )
    show_selections: kept(
        BoolProperty,
        name="Selected Objects",
        description="Show boxes around what the other users have selected, with their names",
        default=True,
    )
    show_viewpoints: kept(
        BoolProperty,
        name="Viewpoints",
        description="Show from where the other users look, with their names",
        default=True,
    )
    show_modes: kept(
        BoolProperty,
        name="Modes",
        description="Show beside a name which mode that user is in, unless it is Object Mode",
        default=True,
    )
    show_elsewhere: kept(
        BoolProperty,
        name="Users in Other Scenes",
        description="Also show users who work in another scene, faintly and with that scene's name",
        default=False,
    )
    text_distance: kept(
        FloatProperty,
        name="Text Distance",
        description="Names and modes that are farther away than this fade out",
        subtype="DISTANCE",
        default=100.0,
        min=0.1,
        soft_max=1000.0,
        max=1e6,
    )
    show_status: kept(
        BoolProperty,
        name="Session Status",
        description="Show in the 3D view how the session stands",
        default=True,
    )
    status_x: _place("Horizontal Position", "Where the status is, from the left to the right of the view")
    status_y: _place("Vertical Position", "Where the status is, from the bottom to the top of the view")
    status_scale: kept(
        FloatProperty,
        name="Text Scale",
        description="Size of the status, compared with Blender's own text",
        default=1.0,
        min=0.5,
        max=5.0,
        precision=1,
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
