"""Texts that are longer than the sidebar is wide. Main thread only; drawing changes nothing."""

import textwrap

import bpy

_CHARACTER_PIXELS = 6.6  # of the panel's font, about
_BESIDE_TEXT_PIXELS = 85  # margins, box, icon and the tabs


def draw_wrapped(column, text: str, icon: str) -> None:
    """A text in as many lines as the sidebar's width asks for, the icon before the first."""
    scale = bpy.context.preferences.system.ui_scale
    width = max(12, int((bpy.context.region.width / scale - _BESIDE_TEXT_PIXELS) / _CHARACTER_PIXELS))
    for number, line in enumerate(textwrap.wrap(text, width) or [""]):
        row = column.row()
        row.scale_y = 0.8
        row.label(text=line, icon="BLANK1" if number else icon)
