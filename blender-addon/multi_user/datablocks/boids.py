"""Boids and what particles aim at: lists that Blender lets only its operators change. Main thread only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import bpy

from .active import activated
from .keyed import MAKERS, Indexed, Named, name_of

MOST = 1000  # states, rules or targets that others may have this Blender make in one list
_LEFT = "\u00b7"  # the state that Blender makes in place of the last one


def _room(collection) -> None:
    if len(collection) >= MOST:
        raise ValueError("it has no place for so many")


class Targets(Indexed):
    """What the particles of keyed and boid systems aim at."""

    def __init__(self, name: str):
        super().__init__(name)

    @contextmanager
    def _at(self, system, index: int | None = None) -> Iterator[None]:
        with activated(system.targets, system, "active_particle_target_index", index):
            with bpy.context.temp_override(particle_system=system):
                yield

    def make(self, owner, key, tree, visit):
        if not key.isdecimal() or int(key) >= MOST:
            raise ValueError(f"{key} is no index")
        while len(owner.targets) <= int(key):
            with self._at(owner):
                bpy.ops.particle.new_target()
        return owner.targets[int(key)]

    def drop(self, owner, key, item):
        with self._at(owner, int(key)):
            bpy.ops.particle.target_remove()


@contextmanager
def _in_state(settings, index: int | None = None) -> Iterator[None]:
    """What the operators on states and rules of these settings are to work on."""
    boids = settings.boids
    with activated(boids.states, boids, "active_boid_state_index", index):
        with bpy.context.temp_override(particle_settings=settings):
            yield


class States(Named):
    """The states of boids by name. There is always one."""

    def __init__(self, name: str):
        super().__init__(name, self._add)

    @staticmethod
    def _add(states, key: str, tree: dict):
        if len(states) == 1 and states[0].name == _LEFT:
            return states[0]
        _room(states)
        with _in_state(states.id_data):
            bpy.ops.boid.state_add()
        return states[len(states) - 1]

    def drop(self, owner, key, item):
        last = len(owner.states) == 1
        with _in_state(owner.id_data, list(owner.states).index(item)):
            bpy.ops.boid.state_del()
        if last:
            owner.states[0].name = _LEFT


class Rules(Named):
    """The rules of a state by name; their kind is fixed once made."""

    def __init__(self, name: str):
        super().__init__(name, lambda rules, key, tree: None, "type")

    @contextmanager
    def _at(self, state, index: int | None = None) -> Iterator[None]:
        settings = state.id_data
        with _in_state(settings, list(settings.boids.states).index(state)):
            with activated(state.rules, state, "active_boid_rule_index", index):
                yield

    def make(self, owner, key, tree, visit):
        _room(owner.rules)
        with self._at(owner):
            bpy.ops.boid.rule_add(type=tree["type"])
        made = owner.rules[len(owner.rules) - 1]
        made.name = name_of(key)
        return made

    def drop(self, owner, key, item):
        with self._at(owner, list(owner.rules).index(item)):
            bpy.ops.boid.rule_del()


MAKERS["ParticleSystem", "targets"] = Targets
MAKERS["BoidSettings", "states"] = States
MAKERS["BoidState", "rules"] = Rules
