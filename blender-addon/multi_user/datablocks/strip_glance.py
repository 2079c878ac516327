"""What of a long video sequence is read for each edit of a scene. Main thread only."""

from __future__ import annotations

import bpy

from . import parts
from .columns import Columns, choices, numbers
from .plan import plan_of
from .sequencer import ALL_STRIPS, STRIP

MOST_SELECTED = 8  # strips that are read for each edit


def _likely(strips: parts.LongList, visit, memory: dict) -> parts.Likely:
    """The active strip, a few selected ones, and those of which numbers or choices that all strips have changed."""
    items = getattr(strips.owner, ALL_STRIPS)
    rna = getattr(bpy.types, STRIP).bl_rna
    names = plan_of(items[0]).fields.keys() & {it.identifier for it in rna.properties}
    now = Columns.of(items, numbers(rna, names), choices(rna, names))
    changed = now.changed(memory.get("strips"))
    memory["strips"] = now
    keys = {items[index].name for index in changed or ()}
    selected = [strip.name for strip in items if strip.select]
    keys.update(selected if len(selected) <= MOST_SELECTED else ())
    active = getattr(strips.owner, "active_strip", None)
    if active is not None:
        keys.add(active.name)
    return parts.Likely(keys.intersection(strips.keys))


parts.LIKELY["sequence_editor", ALL_STRIPS] = _likely
