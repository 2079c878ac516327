"""The sockets of script nodes. Main thread only.

Cycles makes them when it compiles the shader, which it does not do where that is held (``held_scripts``) or where this
Blender has no OSL. The values and links of these sockets need them all the same.
"""

from __future__ import annotations

from .fields import Field, Omitted
from .plan import EXTRA_FIELDS

_MOST = 512
_SIDES = ("inputs", "outputs")


class ScriptSockets(Field):
    """Kind, name and identifier of every input and output."""

    def read(self, owner, visit):
        tree = {side: tuple(map(_described, getattr(owner, side))) for side in _SIDES}
        if not any(tree.values()):
            raise Omitted
        return tree

    def same(self, owner, value):
        return all(
            [list(it) for it in value[side]] == [list(_described(it)) for it in getattr(owner, side)]
            for side in _SIDES
        )

    def assign(self, owner, value):
        if any(len(value[side]) > _MOST for side in _SIDES):
            raise ValueError(f"it has more than {_MOST} sockets")
        for side in _SIDES:
            _make(getattr(owner, side), value[side])

    def absent(self, owner, visit):
        self.write(owner, {side: () for side in _SIDES}, visit)


def _described(socket) -> tuple[str, str, str]:
    return socket.bl_idname, socket.name, socket.identifier


def _make(sockets, wanted) -> None:
    for socket in list(sockets):
        if not any((socket.bl_idname, socket.identifier) == (kind, key) for kind, _, key in wanted):
            sockets.remove(socket)
    for index, (kind, name, key) in enumerate(wanted):
        held = next((place for place, socket in enumerate(sockets) if socket.identifier == key), None)
        if held is None:
            sockets.new(kind, name, identifier=key)
            held = len(sockets) - 1
        if held != index:
            sockets.move(held, index)
        if sockets[index].name != name:
            sockets[index].name = name


EXTRA_FIELDS["ShaderNodeScript"] = [ScriptSockets("script_sockets")]
