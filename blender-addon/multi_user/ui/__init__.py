"""Operators and panels. Main thread only; never imports py4j."""

import bpy


def _classes():
    from . import operators, panels, trust

    return (*operators.CLASSES, *trust.CLASSES, *panels.CLASSES)


def register():
    """Registers all operators and panels."""
    for cls in _classes():
        bpy.utils.register_class(cls)


def unregister():
    """Takes them out, in the opposite order."""
    for cls in reversed(_classes()):
        bpy.utils.unregister_class(cls)
