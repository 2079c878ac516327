"""UV maps: which is active, rendered, cloned from; up to Blender 3.4 the maps too. Main thread only.

From 3.5 on a UV map is an attribute like others (its pins one more, ``.pn.<name>``). Before, ``uv_layers`` is
the ordered list of maps, with buffers ``uv.<name>`` and ``pin.<name>``. What is selected in a UV map is each
artist's own.
"""

from __future__ import annotations

import numpy

from ..core.values import Keyed
from .contract import BufferSource
from .fields import Field, Missing
from .memory import Layout, Rows
from .mesh_elements import SEPARATE_UV

COORDINATES = "uv."
PINS = "pin."
_PROPERTIES = {
    COORDINATES: ("uv", "f4", 2, Layout(12, 0, "f4", 2)),
    PINS: ("pin_uv", "b1", 1, Layout(12, 8, "i4", mask=1 << 2)),
}


class UvLayers(Field):
    """The ordered list of UV maps, Blender 3.4: name to nothing."""

    def read(self, owner, visit):
        return Keyed((layer.name, {}) for layer in owner.uv_layers)

    def write(self, owner, value, visit):
        if not isinstance(value, dict):
            raise ValueError("UV maps come as a keyed list")
        names = list(value)
        held = [layer.name for layer in owner.uv_layers]
        if held == names:
            return False
        arrays = {name: read_arrays(owner, name) for name in held if name in value}
        common = sum(1 for _ in iter(_same_start(held, names)))
        for name in held[common:]:
            owner.uv_layers.remove(owner.uv_layers[name])
        for name in names[common:]:
            self._add(owner, name, visit)
            for prefix, array in arrays.get(name, {}).items():
                write(owner, prefix + name, array)
        return True

    def _add(self, owner, name: str, visit) -> None:
        layer = owner.uv_layers.new(name=name, do_init=False)
        if layer is None:
            raise ValueError(f"UV map {name} cannot be made: Blender allows eight")
        if layer.name != name:
            layer.name = name

    def read_at(self, owner, path, visit):
        if not path:
            return self.read(owner, visit)
        if len(path) == 1 and path[0] in owner.uv_layers:
            return {}
        raise Missing(f"there is no UV map {path[0]}")

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
        elif len(path) == 1:
            if path[0] not in owner.uv_layers:
                self._add(owner, path[0], visit)
        else:
            raise Missing("a UV map has no fields")

    def remove_at(self, owner, path, visit):
        if len(path) == 1 and path[0] in owner.uv_layers:
            owner.uv_layers.remove(owner.uv_layers[path[0]])

    def order_at(self, owner, path, keys, visit):
        held = self.read(owner, visit)
        names = [key for key in keys if key in held] + [key for key in held if key not in set(keys)]
        self.write(owner, Keyed((name, {}) for name in names), visit)


def _same_start(left: list, right: list):
    for one, other in zip(left, right):
        if one != other:
            return
        yield one


class LayerChoices(Field):
    """Which UV map and colour attribute is active, rendered, cloned from; by name, empty for none."""

    late = True

    def read(self, owner, visit):
        layers = owner.uv_layers
        colors = owner.color_attributes
        return {
            "uv_active": layers.active.name if layers.active else "",
            "uv_render": next((layer.name for layer in layers if layer.active_render), ""),
            "uv_clone": next((layer.name for layer in layers if layer.active_clone), ""),
            "color_active": _color_name(colors, colors.active_color_index),
            "color_render": _color_name(colors, colors.render_color_index),
        }

    def write(self, owner, value, visit):
        held = self.read(owner, visit)
        changed = False
        for choice, name in value.items():
            if held.get(choice) != name and name:
                changed |= _choose(owner, choice, name)
        return changed

    def read_at(self, owner, path, visit):
        held = self.read(owner, visit)
        if not path:
            return held
        if len(path) == 1 and path[0] in held:
            return held[path[0]]
        raise Missing(f"there is no choice {path[0]}")

    def set_at(self, owner, path, value, visit):
        self.write(owner, {path[0]: value} if path else value, visit)


def _color_name(colors, index: int) -> str:
    return colors[index].name if 0 <= index < len(colors) else ""


def _choose(mesh, choice: str, name: str) -> bool:
    kind, role = choice.split("_", 1)
    group = mesh.uv_layers if kind == "uv" else mesh.color_attributes
    index = group.find(name)
    if index < 0:
        return False  # its layer comes or goes with the same change, or has gone meanwhile
    if choice == "uv_active":
        mesh.uv_layers.active_index = index
    elif choice == "uv_render":
        group[index].active_render = True
    elif choice == "uv_clone":
        group[index].active_clone = True
    elif choice == "color_active":
        group.active_color_index = index
    elif choice == "color_render":
        group.render_color_index = index
    else:
        raise ValueError(f"there is no choice {role} of a mesh")
    return True


def sources(mesh) -> list[BufferSource]:
    """The buffers of the UV maps where these are no attributes."""
    if not SEPARATE_UV:
        return []
    return [_source(mesh, prefix, layer.name) for layer in mesh.uv_layers for prefix in _PROPERTIES]


def _source(mesh, prefix: str, name: str) -> BufferSource:
    prop, dtype, columns, layout = _PROPERTIES[prefix]

    def found():
        layer = mesh.uv_layers.get(name)
        return () if layer is None else layer.data

    rows = Rows(
        found,
        layout,
        lambda corner: getattr(corner, prop),
        lambda data, out: data.foreach_get(prop, out),
    )
    return BufferSource(prefix + name, dtype, len(mesh.loops), columns, rows.fill, steps=rows.steps)


def read_arrays(mesh, name: str) -> dict[str, numpy.ndarray]:
    """The contents of one UV map by prefix."""
    arrays = {}
    for prefix, (prop, dtype, columns, _) in _PROPERTIES.items():
        arrays[prefix] = numpy.empty((len(mesh.loops), columns), dtype)
        mesh.uv_layers[name].data.foreach_get(prop, arrays[prefix].reshape(-1))
    return arrays


def is_buffer(name: str) -> bool:
    """Whether this is the buffer of a UV map that is no attribute."""
    return SEPARATE_UV and name.startswith(tuple(_PROPERTIES))


def write(mesh, buffer: str, array: numpy.ndarray) -> None:
    """Writes one buffer; ValueError if there is no such map or the array does not fit."""
    prefix, name = buffer.split(".", 1)
    prop, dtype, columns, _ = _PROPERTIES[prefix + "."]
    layer = mesh.uv_layers.get(name)
    if layer is None or array.shape != (len(mesh.loops), columns) or array.dtype != numpy.dtype(dtype):
        raise ValueError(f"{buffer} does not fit this mesh")
    layer.data.foreach_set(prop, numpy.ascontiguousarray(array).reshape(-1))
