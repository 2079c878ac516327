"""Scripts that are held aside until this artist trusts the session: texts that Blender runs when a file is opened, the
shaders in OSL of script nodes and of cameras. Main thread only.

OSL is no Python, but it is code that Cycles runs, and it can write files. In Blender such a property is empty. What it
really says stands in a custom property, ``MARK``, of the text, node or camera: so it goes wherever Blender takes them,
by undo, copies, renaming and saved files, and it is what captures read.
"""

from __future__ import annotations

from typing import Any

import bpy

from ..core.trust import HELD, Trust
from ..core.values import Ref
from .fields import SET_ERRORS, Field
from .plan import special

MARK = "multi_user_held"  # CustomProperties leaves these alone, in both directions
AUTHOR = "author"
EMPTY = {"use_module": False, "script": None, "custom_shader": None}  # "" for all others
GATED = {
    "Text": ("use_module",),
    "ShaderNodeScript": ("script", "filepath", "bytecode"),
    "Camera": ("custom_shader", "custom_filepath", "custom_bytecode"),
}


def kept(owner) -> dict[str, Any]:
    """What the properties that are held really say."""
    mark = owner.get(MARK)
    if not hasattr(mark, "keys"):  # not there, or somebody wrote into it
        return {}
    return {name: bool(mark[name]) if name == "use_module" else mark[name] for name in mark.keys()}


def _keep(owner, what: dict[str, Any]) -> None:
    if any(name != AUTHOR for name in what):
        owner[MARK] = what
    elif MARK in owner:
        del owner[MARK]


def _code(owner, name: str, value: Any) -> str:
    """The code that this value would have run."""
    if name == "use_module":
        return owner.as_string()
    return value.as_string() if isinstance(value, bpy.types.Text) else f"{name} {value}"


def _empty(name: str) -> Any:
    return EMPTY.get(name, "")


def assign(owner, name: str, value: Any, trust: Trust) -> bool:
    """Makes a property say this, if that may be live; else holds it. Whether it is live now."""
    what = kept(owner)
    what.pop(name, None)
    live = value == _empty(name)
    if not live and trust.allows(_code(owner, name, value)):
        trust.let_in(_code(owner, name, value))
        live = True
    if not live:
        what.update({name: value, AUTHOR: trust.author})
    _keep(owner, what)
    trust.changes += 1
    wanted = value if live else _empty(name)
    if getattr(owner, name) != wanted:
        setattr(owner, name, wanted)
    return live


class _Gated(Field):
    """A property that makes Blender run something."""

    def _held(self, owner) -> Any:
        return kept(owner).get(self.name, getattr(owner, self.name))

    def read(self, owner, visit):
        live = getattr(owner, self.name)
        if live != _empty(self.name):
            visit.context.trust.live(_code(owner, self.name, live))
        return self._held(owner)

    def write(self, owner, value, visit):
        if not isinstance(value, type(_empty(self.name))):
            visit.failed(self.name, TypeError("a value of another kind is needed"))
            return False
        return self._hold(owner, value, visit)

    def _hold(self, owner, value, visit) -> bool:
        visit.succeeded(self.name)
        if value == self._held(owner):
            return False
        try:
            if not assign(owner, self.name, value, visit.context.trust):
                visit.context.problem(None, HELD)
        except SET_ERRORS as error:
            visit.failed(self.name, error)
        return True


class _GatedText(_Gated):
    """A text whose lines Blender runs."""

    def read(self, owner, visit):
        text = super().read(owner, visit)
        return None if text is None else visit.ref(text)

    def write(self, owner, value, visit):
        text = visit.context.resolve(value.uuid) if isinstance(value, Ref) else None
        if not isinstance(text, (bpy.types.Text, type(None))) or not isinstance(value, (Ref, type(None))):
            visit.failed(self.name, TypeError("a text is needed"))
            return False
        if value is not None and text is None:
            visit.awaits(value.uuid)
        return self._hold(owner, text, visit)


for _type, _names in GATED.items():
    for _name in _names:
        special(_type, _name)(_GatedText if _name in ("script", "custom_shader") else _Gated)


def let_go(owner, trust: Trust) -> int:
    """What is held of this text, node or camera becomes live, as far as that is allowed; how much did."""
    done = 0
    for name, value in kept(owner).items():
        if name != AUTHOR and assign(owner, name, value, trust):
            done += 1
    return done


def hold(owner, kind: str, trust: Trust) -> bool:
    """Holds what is live because the session was trusted; whether there was any."""
    found = False
    for name in GATED[kind]:
        value = getattr(owner, name, _empty(name))
        if value != _empty(name) and trust.was_let_in(_code(owner, name, value)):
            found |= not assign(owner, name, value, trust)
    return found


def lines_change(text, lines: str, visit) -> None:
    """Others are about to change a text: what runs it here must be held before, unless these lines may run."""
    trust = visit.context.trust
    live = [(owner, name) for owner, name in _runs(text)]
    if not live:
        return
    if trust.allows(lines):
        trust.let_in(lines)
        return
    for owner, name in live:
        if name == "use":  # a Freestyle module, which is not shared and has no place to keep anything
            owner.use = False
            visit.problem("others edited it, so the Freestyle modules that run it are switched off")
            continue
        what = kept(owner)
        what.update({name: getattr(owner, name), AUTHOR: trust.author})
        _keep(owner, what)
        setattr(owner, name, _empty(name))
        trust.changes += 1
        visit.context.problem(None, HELD)


def _runs(text):
    """Where Blender is told to run this text, as (struct, property)."""
    if text.use_module:
        yield text, "use_module"
    for user in bpy.data.user_map(subset=[text]).get(text, ()):
        if getattr(user, "custom_shader", None) == text:
            yield user, "custom_shader"
        tree = user if isinstance(user, bpy.types.NodeTree) else getattr(user, "node_tree", None)
        for node in tree.nodes if tree is not None else ():
            if node.bl_idname == "ShaderNodeScript" and node.script == text:
                yield node, "script"
        for layer in getattr(user, "view_layers", ()):
            for module in layer.freestyle_settings.modules:
                if module.use and module.script == text:
                    yield module, "use"
