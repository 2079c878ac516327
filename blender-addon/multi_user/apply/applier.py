"""Carries out the changes of others in Blender, a slice at a time. Main thread only.

Blender's own reports are kept apart: before a slice Blender is flushed, so that the artist's edits are
reported as such; after it Blender is flushed again, muted, so that what was written here is nobody's edit.
What was set is read back and handed over as ``base`` (BR21).
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Callable

import bpy

from ..core.budget import Budget
from ..core.changes import Batch, Capture, CaptureKind, Change, ChangeKind
from ..datablocks import registry, shown
from ..datablocks.contract import ALL, Awaits, Consequences, Context
from ..datablocks.generic import GenericHandler
from ..datablocks.visit import NotYet
from .flush import flush
from .naming import make_way
from .port import AgentPort, Replica

# What Blender does about a change comes after the tick, and it draws its windows after each.
_MOST_AT_A_TIME = 64
_LINKED_WITHIN_SECONDS = 5.0


class Applier:
    """Works off batches in the order in which they came."""

    def __init__(
        self,
        agent: AgentPort,
        replica: Replica,
        context: Context,
        on_problem: Callable[[Change, str], None],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._agent = agent
        self._replica = replica
        self._context = context
        self._on_problem = on_problem
        self._clock = clock
        self._batches: deque[Batch] = deque()
        self._place = 0
        self._failed: set[bytes] = set()
        self._held_back: dict[bytes, None] = {}
        # Objects that may still come into a local view, and since when (of the clock).
        self._made: list[tuple[Any, float]] = []

    @property
    def busy(self) -> bool:
        """Whether changes wait."""
        return bool(self._batches) or bool(self._context.retries) or self._context.incomplete

    @property
    def waiting(self) -> int:
        """How many changes wait."""
        return sum(len(batch.changes) for batch in self._batches) - self._place

    def put(self, batch: Batch) -> None:
        """Takes a batch to be worked off."""
        self._batches.append(batch)

    def forget(self) -> None:
        """The agent died: its batches are worth nothing any more, their memory is its."""
        self._batches.clear()
        self._place = 0
        self._failed.clear()
        self._held_back.clear()

    def step(self, budget: Budget, most: int = _MOST_AT_A_TIME) -> bool:
        """Applies while there is time, at least one change and at most so many; whether anything was done."""
        self._ask_for_held_back()
        retries = self._context.retries.due()
        if retries:
            self._agent.complete(retries)
        if not self._batches:
            incomplete = self._context.take_incomplete()
            if incomplete:  # not before: more of what they refer to may be among the batches
                self._agent.complete(incomplete)
            return False
        flush()
        bases: list[Capture] = []
        with self._replica.muted():
            count = 0
            while self._batches and (count == 0 or (budget.left() and count < most)):
                batch = self._batches[0]
                if self._place < len(batch.changes):
                    taken = self._delete_many(batch, bases) or self._apply(batch.changes[self._place], bases)
                    if not taken:
                        break
                    self._place += taken
                    count += taken
                if self._place >= len(batch.changes):
                    self._hand_over(bases)
                    self._batches.popleft()
                    self._place = 0
                    self._agent.done(batch)
            flush()
            self._keep_out_of_local_views()
        self._hand_over(bases)
        return count > 0

    def _keep_out_of_local_views(self) -> None:
        """The collection that a new object is in may come a moment after it; later on it is somebody's own doing."""
        oldest = self._clock() - _LINKED_WITHIN_SECONDS
        self._made = [it for it in self._made if it[1] >= oldest and not shown.keep_out(it[0])]

    def _hand_over(self, bases: list[Capture]) -> None:
        if bases:
            self._agent.submit(list(bases))
            bases.clear()

    def _ask_for_held_back(self) -> None:
        """Asks anew for what could not be applied while the artist was in a mode of its own."""
        for uuid in list(self._held_back):
            datablock = self._replica.resolve(uuid)
            if datablock is None or not self._replica.held(datablock):
                del self._held_back[uuid]
                self._agent.whole(uuid)

    def _delete_many(self, batch: Batch, bases: list[Capture]) -> int:
        """Deletes what is to go from here on in one go, as Blender looks through all it has for each go; how many
        changes that were, 0 if it is for ``_apply`` to do."""
        going = {}
        last = min(len(batch.changes), self._place + _MOST_AT_A_TIME)
        for change in batch.changes[self._place : last]:
            datablock = self._replica.resolve(change.id)
            if change.kind is not ChangeKind.DELETE or change.id in going or datablock is None:
                break
            if type(registry.handler_for(datablock)).delete is not GenericHandler.delete:
                break  # it has a way of its own to go
            going[change.id] = (change, datablock)
        if len(going) < 2:
            return 0
        for uuid, (change, datablock) in going.items():
            self._replica.clean(datablock)
            self._replica.forget(uuid)
            self._failed.discard(uuid)
            bases.append(Capture(uuid, change.type, CaptureKind.BASE, properties={}))
        bpy.data.batch_remove([datablock for _, datablock in going.values()])
        return len(going)

    def _apply(self, change: Change, bases: list[Capture]) -> bool:
        """One change; False if it has to wait for a capture."""
        self._context.applies(change.author)
        datablock = self._replica.resolve(change.id)
        if datablock is not None and change.kind is not ChangeKind.DELETE:
            if self._replica.held(datablock):
                self._held_back[change.id] = None
                bases.append(Capture(change.id, change.type, CaptureKind.BASE))  # left out, so far
                return True
            if not self._replica.settle(datablock, lambda: self._hand_over(bases)):
                return False
        try:
            if change.kind is ChangeKind.DELETE:
                self._delete(change, datablock)
                bases.append(Capture(change.id, change.type, CaptureKind.BASE, properties={}))
            elif self._can_part(change, datablock):
                self._part(change, datablock, bases)
            elif change.kind is ChangeKind.PART:
                bases.append(Capture(change.id, change.type, CaptureKind.BASE))
                self._agent.whole(change.id)
            else:
                self._whole(change, datablock, bases)
            self._failed.discard(change.id)
        except Awaits as error:
            bases.append(Capture(change.id, change.type, CaptureKind.BASE))  # left out, so far
            self._context.awaits(change.id, error.uuid)
        except NotYet as error:
            bases.append(Capture(change.id, change.type, CaptureKind.BASE))
            if not self._context.retries.note(change.id):
                self._trouble(change, error)
        except Exception as error:  # one datablock's trouble must not lose the others' changes
            bases.append(Capture(change.id, change.type, CaptureKind.BASE))
            self._trouble(change, error)
        return True

    def _can_part(self, change: Change, datablock) -> bool:
        """Whether the change is a part for what is here; where the whole failed too, that is to be tried again."""
        given_up = change.id in self._context.broken and change.id not in self._failed
        return change.kind is ChangeKind.PART and datablock is not None and not given_up

    def _trouble(self, change: Change, error: Exception) -> None:
        """Asks for the whole of a node where a part failed, and tells the user where that fails too. Until it could be
        applied what Blender holds of it is handed over to nobody: it would overwrite the others' work."""
        if change.kind is not ChangeKind.DELETE:
            self._context.broken.add(change.id)
        if change.kind is ChangeKind.PART:
            if change.id not in self._failed:  # else the whole is on its way, and holds this part too
                self._failed.add(change.id)
                self._agent.whole(change.id)
            return
        self._failed.discard(change.id)
        text = (
            f"could not be applied: {type(error).__name__}: {error}. Your edits of it are not sent meanwhile"
        )
        self._on_problem(change, text)

    def _delete(self, change: Change, datablock) -> None:
        if datablock is None:
            return
        self._replica.clean(datablock)
        if isinstance(datablock, bpy.types.Scene) and len(bpy.data.scenes) == 1:
            self._replica.keep(change.id, datablock)
            return
        self._replica.forget(change.id)
        registry.handler_for(datablock).delete(datablock, self._context)

    def _whole(self, change: Change, datablock, bases: list[Capture]) -> None:
        handler = registry.handler_for_tree(change.type, change.properties)
        if handler is None:
            raise ValueError(f"this Blender has no {change.type}")
        other = datablock is not None and (
            registry.handler_for(datablock) is not handler
            or handler.is_other_kind(datablock, change.properties, self._context)
        )
        former, datablock = (datablock, None) if other else (None, datablock)
        if datablock is None:
            datablock = self._context.foreseen(change.id)
            if datablock is None:
                datablock = handler.create(change.type, change.properties, self._context)
            if datablock is None:
                raise ValueError("what it belongs to is not here")
            self._take_place(change, former, datablock)
        self._make_way(datablock, change.properties.get("name"), bases)
        consequences = handler.consequences(datablock, self._context)
        try:
            handler.write_whole(datablock, change.properties, change.buffers, self._context)
        finally:
            datablock = self._after(change, datablock)
        self._context.broken.discard(change.id)
        properties = handler.read(datablock, self._context, frozenset((ALL,))).properties
        bases.append(Capture(change.id, change.type, CaptureKind.BASE, properties=properties))
        self._follow(consequences, bases)

    def _take_place(self, change: Change, former, datablock) -> None:
        """A datablock that was made is this node now; ``former``: what was, of another kind."""
        if former is not None:
            take_over = registry.handler_for(datablock).succeed(former)
            former.user_remap(datablock)
            take_over(datablock)
            self._replica.forget(change.id)
        elif isinstance(datablock, bpy.types.Object):
            self._made.append((datablock, self._clock()))
        self._replica.bind(change.id, datablock)
        self._context.arrived(change.id, datablock)
        if former is not None:
            bpy.data.batch_remove([former])

    def _part(self, change: Change, datablock, bases: list[Capture]) -> None:
        handler = registry.handler_for(datablock)
        for kind, path, *rest in change.ops:
            if kind == "set" and tuple(path) == ("name",):
                self._make_way(datablock, rest[0], bases)
        consequences = handler.consequences(datablock, self._context)
        try:
            handler.write_part(
                datablock, change.ops, change.buffers, change.gone_buffers, change.structure, self._context
            )
        finally:
            datablock = self._after(change, datablock)
        paths = [tuple(path) for kind, path, *_ in change.ops if kind == "set"]
        read = handler.read_paths(datablock, self._context, paths)
        there = {tuple(path) for path, _ in read}
        if not read:  # one that names nothing would say that the change was left out
            read = handler.read_paths(datablock, self._context, [("name",)])
        base = Capture(change.id, change.type, CaptureKind.BASE, paths=read)
        base.removed = [path for path in paths if path not in there]
        bases.append(base)
        self._context.retries.changed(change.id, change.ops)
        self._follow(consequences, bases)

    def _follow(self, consequences: Consequences, bases: list[Capture]) -> None:
        """What Blender did to other datablocks by itself is told as what it holds (BR25): whoever made the change tells
        what of it is meant."""
        for other, reading in consequences():
            uuid = self._replica.find(other)
            if uuid is not None:
                told = Capture(uuid, registry.type_of(other), CaptureKind.CONSEQUENCE)
                told.paths, told.removed = reading.paths, reading.removed
                bases.append(told)

    def _make_way(self, datablock, name: str | None, bases: list[Capture]) -> None:
        """Whoever has the name that the datablock is to have is renamed, and that is told before anything else of it
        is captured (BR24)."""
        holder = make_way(datablock, name) if name is not None else None
        uuid = self._replica.find(holder) if holder is not None else None
        if uuid is not None:
            displaced = Capture(uuid, registry.type_of(holder), CaptureKind.DISPLACED, {"name": name})
            displaced.paths = [(("name",), holder.name)]
            bases.append(displaced)
            self._hand_over(bases)

    def _after(self, change: Change, datablock) -> Any:
        """The datablock as it is now: a change of kind may have exchanged the object that stands for it."""
        part = change.kind is ChangeKind.PART
        self._replica.clean(datablock, [tuple(op[1]) for op in change.ops] if part else None)
        return self._replica.resolve(change.id) or datablock
