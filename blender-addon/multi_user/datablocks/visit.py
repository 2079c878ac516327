"""One walk over one datablock: what reading and writing carry along. Main thread only."""

from __future__ import annotations

from typing import Any

from ..core.values import Ref


class Visit:
    """Names the datablock that is read or written, the place reached in it, and what went wrong on the way."""

    def __init__(self, root, context):
        self.root = root
        self.context = context
        self.path: list[str] = []
        self.failures: dict[tuple[str, ...], str] = {}

    def ref(self, datablock) -> Ref | None:
        """The reference to a datablock, None if its type is not replicated."""
        uuid = self.context.id_of(datablock)
        return None if uuid is None else Ref(uuid)

    def problem(self, text: str) -> None:
        """Tells the user about something of this datablock that is not replicated."""
        self.context.problem(self.root, text)

    def unreplicated(self, owner, name: str, target) -> None:
        """Tells that a pointer leads to a datablock of a type that is not replicated."""
        kind = target.bl_rna.name
        self.problem(f'{owner.bl_rna.name} "{name}" uses {kind} "{target.name}", which is not replicated yet')

    def failed(self, name: str, error: Exception) -> None:
        """Notes that a value could not be set here; a later success at the same place takes it back."""
        self.failures[(*self.path, name)] = str(error)

    def succeeded(self, name: str) -> None:
        """Takes back what was noted for this place."""
        if self.failures:
            self.failures.pop((*self.path, name), None)

    def report(self) -> None:
        """Tells the user of what could not be set."""
        for path, text in self.failures.items():
            self.problem(f"{'/'.join(path)} could not be set: {text}")
        self.failures.clear()

    def defer(self, uuid: bytes, name: str, value: Any) -> None:
        """Sets the value at this place once the datablock with this UUID is here, if nothing stands there by then.

        Keeps no RNA: the place is found anew by then.
        """
        context, root = self.context, self.context.id_of(self.root)
        path = [*self.path, name]

        def fill(_target) -> None:
            from .registry import handler_for

            datablock = context.resolve(root)
            if datablock is None:
                return
            handler = handler_for(datablock)
            held = handler.read_paths(datablock, context, [tuple(path)])
            if held and held[0][1] is not None and isinstance(value, Ref):
                return
            try:
                handler.write_part(datablock, [["set", path, value]], {}, [], False, context)
            except ValueError as error:
                context.problem(datablock, f"{'/'.join(path)} could not be set: {error}")

        context.defer(uuid, fill)
