"""Texts: notes and scripts, their lines as one string. Main thread only.

**Scripts of others.** ``use_module`` has Blender run a text when the file is opened. Nobody turns that on in somebody
else's Blender: it is noted as not set, unless the session's context says that it is ``trusted``. Where the file of a
text lies is each artist's own, so that saving a text never writes to a place that somebody else chose.
"""

from __future__ import annotations

from .fields import Field
from .generic import GenericHandler
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

    def assign(self, owner, value):
        line, character = owner.current_line_index, owner.current_character
        owner.from_string(value)
        owner.cursor_set(min(line, len(owner.lines) - 1), character=character)


@special("Text", "use_module")
class RunsOnLoading(Field):
    """Whether the text is run when the file is opened."""

    def write(self, owner, value, visit):
        if value and not owner.use_module and not getattr(visit.context, "trusted", False):
            visit.failed(self.name, ValueError("Python of others does not run until you trust the session"))
            return False
        return super().write(owner, value, visit)
