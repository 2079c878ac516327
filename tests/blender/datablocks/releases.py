"""Tests of what came with a release of Blender."""

import bpy


def since(*release: int):
    """Decorates a test or a class of them. Blenders before this release have nothing to try: there it is no test.

    Unlike a skip, a Blender that ought to have it and has not fails.
    """

    def decorate(test):
        return test if bpy.app.version >= release else None

    return decorate
