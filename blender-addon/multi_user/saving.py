"""What the artist chose is there again after a restart. Main thread only."""

import bpy


def kept(kind, **options):
    """A property of this kind (of ``bpy.props``) that is a setting of the artist's: Blender saves it once it changed.
    The 3D views show it by themselves: for an add-on's property Blender draws all windows anew."""
    return kind(update=touched, **options)


def touched(_self=None, _context=None) -> None:
    """A setting is another one: Blender saves its preferences when it ends, unless the artist switched that off."""
    bpy.context.preferences.is_dirty = True
