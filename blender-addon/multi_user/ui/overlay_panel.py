"""The overlay's settings, in Blender's own popover for overlays. Main thread only; drawing changes nothing."""

import bpy

from .. import preferences
from ..overlay_settings import draw


class MULTIUSER_PT_overlay(bpy.types.Panel):
    """What the 3D views show of the other users"""

    bl_idname = "MULTIUSER_PT_overlay"
    bl_label = "Multi-User"
    bl_space_type = "VIEW_3D"
    bl_region_type = "HEADER"
    bl_parent_id = "VIEW3D_PT_overlay"

    def draw(self, context):
        """The settings; like Blender's own they are greyed out where overlays are off."""
        self.layout.active = context.space_data.overlay.show_overlays
        draw(self.layout, preferences.get().overlay)


CLASSES = (MULTIUSER_PT_overlay,)
