"""Texts: notes and scripts, their lines as one string. Main thread only.

``use_module`` has Blender run a text when the file is opened: ``held_scripts`` serves it. Where the file of a text
lies is each artist's own, so that saving a text never writes to a place that somebody else chose.
"""

from __future__ import annotations

from .fields import Field
from .generic import GenericHandler
from .held_scripts import lines_change
from .plan import special


class TextHandler(GenericHandler):
    """Replicates texts."""

    def __init__(self):
        super().__init__("texts", "Text")


@special("Text", "lines")
class Lines(Field):
    """All lines, parted by line feeds. Where this artist's cursor stands stays as it is."""

    def read(self, owner, visit):
        return owner.as_string()

    def same(self, owner, value):
        return owner.as_string() == value

    def write(self, owner, value, visit):
        if isinstance(value, str) and not self.same(owner, value):
            lines_change(owner, value, visit)
        return super().write(owner, value, visit)

    def assign(self, owner, value):
        line, character = owner.current_line_index, owner.current_character
        owner.from_string(value)
        owner.cursor_set(min(line, len(owner.lines) - 1), character=character)
