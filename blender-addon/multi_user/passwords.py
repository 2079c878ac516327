"""Passwords that the artist typed: kept in memory until Blender is closed, never in the preferences' file, which is
plain text for whoever gets it (decision 0027). Main thread only."""

import secrets

from bpy.props import StringProperty

LONGEST = 128

_kept: dict[str, str] = {}


def password_property(name: str, description: str):
    """A password of a settings group that has a ``key`` (a saved text that names the group)."""

    def place(group) -> str:
        return f"{group.key}/{name}"

    return StringProperty(
        name=name,
        description=f"{description}. Kept until Blender is closed, and never saved",
        subtype="PASSWORD",
        maxlen=LONGEST,
        get=lambda group: _kept.get(place(group), ""),
        set=lambda group, value: _kept.__setitem__(place(group), value),
    )


def new_key() -> str:
    """The name of a group whose passwords are its own."""
    return secrets.token_hex(8)


def forget_all() -> None:
    """The add-on is switched off."""
    _kept.clear()
