# Multi-User: real-time collaboration for Blender. Licence: GPL-3.0-or-later.
"""The add-on: registers preferences, operators, panels and the stamp on datablocks. Works as an add-on and as
an extension."""

bl_info = {
    "name": "Multi-User",
    "author": "The Multi-User authors",
    "description": "Several artists edit one scene at the same time",
    "blender": (3, 4, 0),
    "version": (1, 0, 0),
    "location": "3D View > Sidebar > Multiuser",
    "category": "Collaboration",
    "support": "COMMUNITY",
}


def register():
    """Switches the add-on on. Raises RuntimeError where Blender's Python lacks NumPy: Debian's Blender only
    recommends it."""
    try:
        import numpy  # noqa: F401
    except ImportError as error:
        raise RuntimeError(
            "Multi-User needs NumPy, which this Blender's Python does not have. Install it (on Debian or Ubuntu:"
            " sudo apt-get install python3-numpy) and switch the add-on on again."
        ) from error
    from . import preferences, session
    from .capture import identity
    from .presence import overlay
    from .ui import panels
    from .ui import register as register_ui

    identity.register()
    preferences.register()
    register_ui()
    overlay.register(session.current, lambda: preferences.get().overlay, panels.status_text)


def unregister():
    """Ends a running session and takes everything back that ``register`` did."""
    from . import preferences, session
    from .apply import history
    from .capture import identity
    from .presence import overlay
    from .ui import unregister as unregister_ui

    session.shut_down()
    history.whole_steps.stop()
    overlay.unregister()
    unregister_ui()
    preferences.unregister()
    identity.unregister()
