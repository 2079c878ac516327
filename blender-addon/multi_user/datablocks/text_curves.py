"""Text objects: the letters and how each of them is set. Main thread only."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from .fields import Field
from .plan import special

COLUMNS = ("use_bold", "use_italic", "use_underline", "use_small_caps", "material_index", "kerning")
PLAIN = (False, False, False, False, 0, 0)
NO_MATERIAL, MOST_MATERIALS = (
    -1,
    1 << 15,
)  # Blender says the one of letters that are typed where there is none


def _formats(curve) -> list[tuple]:
    """How each letter is set."""
    columns = []
    for name in COLUMNS:
        values: list[Any] = [0] * len(curve.body_format)
        curve.body_format.foreach_get(name, values)
        columns.append(map(bool, values) if name.startswith("use_") else values)
    return list(zip(*columns))


def _put(curve, formats: list[tuple]) -> None:
    """Sets the first letters like these and all others plainly."""
    count = len(curve.body_format)
    rows = formats[:count] + [PLAIN] * (count - len(formats))
    for name, values in zip(COLUMNS, zip(*rows)):
        curve.body_format.foreach_set(name, values)
    curve.update_tag()


@special("TextCurve", "body")
class Body(Field):
    """The letters. Blender forgets how they are set whenever Python changes them; that has a field of its own."""

    def assign(self, owner, value):
        formats = _formats(owner)
        super().assign(owner, value)
        _put(owner, formats)


@special("TextCurve", "body_format")
class BodyFormat(Field):
    """How the letters are set: a row for each run of letters that are set alike, with their number first; plain ones at
    the end are left out."""

    rank = 0  # there are as many as letters

    def read(self, owner, visit):
        runs = [(len(list(alike)), *row) for row, alike in groupby(_formats(owner))]
        if runs and runs[-1][1:] == PLAIN:
            runs.pop()
        return runs

    def same(self, owner, value):
        return self.read(owner, None) == [tuple(run) for run in value]

    def assign(self, owner, value):
        formats: list[tuple] = []
        for run in value:
            length, *row = run
            if not _is_run(length, row):
                raise ValueError("that is not how letters can be set")
            formats += [tuple(row)] * min(length, len(owner.body_format) - len(formats))
        _put(owner, formats)


def _is_run(length: Any, row: list) -> bool:
    """Whether this can be the number of some letters and how they are set."""
    if len(row) != len(PLAIN) or not isinstance(length, int) or length < 1:
        return False
    *flags, material, kerning = row
    settled = all(isinstance(flag, bool) for flag in flags) and isinstance(kerning, (int, float))
    return settled and isinstance(material, int) and NO_MATERIAL <= material < MOST_MATERIALS
