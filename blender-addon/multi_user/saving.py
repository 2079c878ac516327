"""What the artist chose is there again after a restart. Main thread only."""

import bpy


def touched(_self=None, _context=None) -> None:
    """A setting is another one: Blender saves its preferences when it ends, unless the artist switched that off."""
    bpy.context.preferences.is_dirty = True
