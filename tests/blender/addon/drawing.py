"""What a panel or menu draws, taken down instead of shown."""

from __future__ import annotations

import types

import bpy


class Layout:
    """Takes whatever is drawn, and remembers texts and icons."""

    def __init__(self, drawn):
        self.__dict__["drawn"] = drawn

    def __setattr__(self, name, value):
        pass

    def __getattr__(self, name):
        def call(*arguments, **options):
            self.drawn.append((name, arguments, options))
            icon = options.get("icon")
            if icon is not None:
                known = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items
                assert icon in known, f"no icon {icon}"
            return Layout(self.drawn)

        return call


def drawn_by(drawer) -> list[tuple]:
    """What a panel or menu draws now: the layout's methods with their arguments."""
    drawn: list[tuple] = []
    stand_in = types.SimpleNamespace(layout=Layout(drawn))  # Blender lets nobody make a panel
    for name, method in vars(drawer).items():
        if isinstance(method, types.FunctionType):
            setattr(stand_in, name, types.MethodType(method, stand_in))
    window = bpy.context.window_manager.windows[0]  # the background has a screen as well, which nobody sees
    area = next(it for it in window.screen.areas if it.type == "VIEW_3D")
    sidebar = next(it for it in area.regions if it.type == "UI")
    with bpy.context.temp_override(window=window, area=area, region=sidebar):
        stand_in.draw(bpy.context)
    return drawn


def texts(drawn: list[tuple]) -> list[str]:
    """The texts in it."""
    return [options["text"] for _, _, options in drawn if options.get("text")]
