"""What an artist keeps to themselves: what the session says there instead. Main thread; knows no Blender."""

from __future__ import annotations

from typing import Any

RENDER = "render"
CAMERA = "camera"


class OwnValues:
    """``flags``: what is kept, RENDER and CAMERA. What the session says of it is remembered by datablock and field."""

    def __init__(self):
        self.flags: frozenset[str] = frozenset()
        self._said: dict[tuple[bytes | None, str], Any] = {}

    def says(self, node: bytes | None, field: str) -> bool:
        """Whether it is known what the session says."""
        return (node, field) in self._said

    def said(self, node: bytes | None, field: str) -> Any:
        """What the session says; raises KeyError."""
        return self._said[node, field]

    def remember(self, node: bytes | None, field: str, value: Any) -> None:
        """The session says this from now on."""
        self._said[node, field] = value

    def forget(self, node: bytes | None, field: str) -> None:
        """It is Blender's own value again that counts."""
        self._said.pop((node, field), None)
