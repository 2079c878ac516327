"""Operators and panels. Main thread only; never imports py4j."""

import bpy


def _modules():
    from . import files, forms, log, menu, notices, operators, overlay_panel, panels
    from . import replication, repository, repository_operators, servers, trust, users

    acting = (operators, users, servers, trust, files, notices, log, repository_operators)
    return (*acting, panels, forms, replication, repository, overlay_panel, menu)


def _classes():
    return [cls for module in _modules() for cls in module.CLASSES]


def register():
    """Registers all operators, panels and keys."""
    from .. import session
    from . import menu, notices, repository, users

    for cls in _classes():
        bpy.utils.register_class(cls)
    users.register_keys()
    menu.register()
    session.watch(notices.Notices().look)
    repository.register()


def unregister():
    """Takes them out, in the opposite order."""
    from .. import session
    from . import menu, repository, users

    session.watch(None)
    menu.unregister()
    users.unregister_keys()
    repository.unregister()
    for cls in reversed(_classes()):
        bpy.utils.unregister_class(cls)
