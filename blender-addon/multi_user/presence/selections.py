"""Boxes around what the others have selected, looked at anew only where they may be others. Main thread only; Blender
calls it while drawing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import lines
from .company import Company, Person
from .labels import Label

_MOST_BOXES = 512  # in a view, shared out among those who are there
_MOST_NAMES = 16
_MOST_VIEWS = 8
_STALE_SECONDS = 0.5  # Blender does not report everything that shows or hides objects, as local views


class _Changes:
    number = 0


_changes = _Changes()


@persistent
def _note(*_told: Any) -> None:
    """Blender says that something in a scene changed or moved."""
    _changes.number += 1


def _handlers() -> tuple[list, list]:
    return bpy.app.handlers.depsgraph_update_post, bpy.app.handlers.frame_change_post


def register() -> None:
    """Begins to listen to Blender."""
    for handlers in _handlers():
        handlers.append(_note)


def unregister() -> None:
    """Takes it back."""
    for handlers in _handlers():
        handlers.remove(_note)


class Selections:
    """Keeps for each 3D view what is drawn of selections: lines, and the names at them."""

    def __init__(self):
        self._kept: dict[int, tuple[tuple, float, list[Any], list[Label]]] = {}

    def seen(self, company: Company, identities: Any) -> tuple[list[Any], list[Label]]:
        """Batches of lines, and names, for the view that is drawn."""
        view, now = bpy.context.space_data.as_pointer(), company.now()
        scene = identities.find(bpy.context.scene)
        key = (id(company), company.selected, scene, _changes.number)
        kept = self._kept.get(view)
        if kept is None or kept[0] != key or now - kept[1] > _STALE_SECONDS:
            if len(self._kept) >= _MOST_VIEWS:
                self._kept.clear()
            kept = self._kept[view] = (key, now, *_look(company, identities, scene))
        return kept[2], kept[3]


def _look(company: Company, identities: Any, scene: bytes | None) -> tuple[list[Any], list[Label]]:
    people = [it for it in company.people.values() if it.told.selection and it.told.scene == scene]
    boxes, owners = lines.Boxes(_MOST_BOXES), []
    for person in people:
        owners += [person for it in _objects(person, identities, _MOST_BOXES // len(people)) if boxes.add(it)]
    if not owners:
        return [], []
    corners = boxes.corners()
    colours = [(*it.colour, 1.0) for it in owners]
    tops = zip(owners, corners.mean(axis=1).tolist(), corners[:, :, 2].max(axis=1).tolist())
    share, named, names = max(1, _MOST_NAMES // len(people)), Counter(), []
    for person, (x, y, _), top in tops:
        named[person.user.id] += 1
        if named[person.user.id] <= share:
            names.append(Label((x, y, top), person.name, (*person.colour, 1.0)))
    return [lines.batch(corners[:, lines.BOX], colours)], names


def _objects(person: Person, identities: Any, most: int) -> list[Any]:
    """What somebody has selected of what this view shows."""
    found = (identities.resolve(uuid) for uuid in person.told.selection[:most])
    view = bpy.context.space_data
    return [it for it in found if isinstance(it, bpy.types.Object) and it.visible_get(viewport=view)]
