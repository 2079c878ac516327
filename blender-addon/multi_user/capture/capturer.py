"""Turns dirty datablocks into captures, a slice at a time. Main thread only.

A datablock's tree is read in one go; its arrays go through shared memory, those of a big mesh over several
ticks (``buffers.BufferJob``). Whatever one datablock does wrong is told to the user and never keeps the
others back.
"""

from __future__ import annotations

import time
import zlib
from typing import Any, Callable, Hashable, Iterable

import bpy
import numpy

from ..core.budget import Budget
from ..core.changes import Capture, CaptureKind
from ..datablocks import animated, overrides, registry
from ..datablocks.contract import ALL, GEOMETRY, OTHER, BufferSource, Changed, Context, Handler, Reading
from ..datablocks.parts import concerned
from . import held, scope
from .buffers import SLICE_SECONDS, BufferJob, fill, total_bytes
from .digest import digest_of
from .dirty import DirtySet, Mark
from .identity import Identities, alive, native_key
from .live import LiveEdit
from .outbox import Outbox
from .port import AgentPort

_READING_SHARE = 0.4  # of a slice; encoding what was read takes the rest
_PATIENCE_SECONDS = 1.0  # for shared memory to come free; what needs none goes ahead then


class Capturer:
    """Works off a DirtySet into an Outbox."""

    def __init__(
        self,
        identities: Identities,
        dirty: DirtySet,
        agent: AgentPort,
        outbox: Outbox,
        context: Context,
        live: LiveEdit,
        on_unsure: Callable[[bytes], None],
        clock: Callable[[], float] = time.monotonic,
    ):
        """``live`` says what is captured before the mode is left that it is in; ``on_unsure`` is told of datablocks of
        which more may have changed than was read."""
        self._on_unsure = on_unsure
        self._live = live
        self._identities = identities
        self._dirty = dirty
        self._agent = agent
        self._outbox = outbox
        self._context = context
        self._clock = clock
        self._queue: list[tuple[Hashable, Mark]] = []
        self._job: BufferJob | None = None
        self._handed_over: dict[bytes, str] = {}  # UUID -> type
        self._earlier: dict[bytes, str] = {}  # the same, to agents that died
        self._signatures: dict[bytes, tuple] = {}
        self._looked_at: dict[bytes, tuple] = {}  # UUID -> signature at the last look without arrays
        self._digests: dict[bytes, dict[Any, int]] = {}  # UUID -> part -> what was seen of it
        self._frames: dict[bytes, int | None] = {}  # UUID -> at which it was captured; None: elsewhere

    @property
    def handed_over(self) -> int:
        """How many datablocks the agent was told of."""
        return len(self._handed_over)

    @property
    def busy(self) -> bool:
        """Whether a datablock is in the midst of being read."""
        return self._job is not None

    def adopt(self, uuid: bytes, type_name: str) -> None:
        """The agent knows this node already: it came from there."""
        self._outbox.came_back(uuid)
        self._handed_over[uuid] = type_name
        self._frames[uuid] = None

    def knows(self, uuid: bytes) -> bool:
        """Whether the agent was told of this node."""
        return uuid in self._handed_over

    def forget_all(self) -> None:
        """Another agent took over, which is to be told everything (BR5)."""
        self._drop_job()
        self._earlier.update(self._handed_over)
        self._handed_over.clear()
        self._signatures.clear()
        self._looked_at.clear()
        self._digests.clear()
        self._queue.clear()

    def rewound_keys(self) -> set[Hashable]:
        """What is in the midst of being read because undo or redo may have changed it."""
        return {self._job.key} if self._job is not None and self._job.rewound else set()

    def forget_jobs(self) -> None:
        """What is being read may not be there any more, after undo."""
        self._drop_job()
        self._queue.clear()

    def deleted(self, uuid: bytes, rewound: bool = False) -> None:
        """A datablock is gone from Blender, with ``rewound`` by undo or redo: tells the agent."""
        self.forget(uuid)
        earlier = self._earlier.pop(uuid, None)
        type_name = self._handed_over.pop(uuid, earlier)
        if type_name is not None:
            self._outbox.add(Capture(uuid, type_name, CaptureKind.DELETE, rewound=rewound))

    def forget(self, uuid: bytes) -> None:
        """Drops what is remembered about a node."""
        if self._job is not None and self._job.uuid == uuid:
            self._drop_job()
        for memory in (self._signatures, self._looked_at, self._digests, self._frames):
            memory.pop(uuid, None)

    def deleted_by_others(self, uuid: bytes) -> None:
        """The node is gone for everybody."""
        self.forget(uuid)
        self._handed_over.pop(uuid, None)
        self._earlier.pop(uuid, None)

    # --- work ---

    def step(self, budget: Budget) -> bool:
        """Works while there is time, at least on one datablock; whether anything was done."""
        worked = False
        if self._job is not None:
            worked = self._continue_job(budget)
            if self._job is not None:
                self._outbox.flush()
                return worked
        if not self._queue:
            self._queue = self._dirty.in_order()
            self._queue.reverse()
        reading = budget.share(_READING_SHARE)
        while self._queue and (reading.left() or not worked):
            key, mark = self._queue.pop()
            if self._dirty.get(key) is not mark:
                continue
            done = self._take(key, mark, at_once=False)
            if not done and mark.room and self._clock() - mark.since < _PATIENCE_SECONDS:
                self._queue.append((key, mark))  # those after it may refer to it
                break
            worked = worked or done
            if self._job is not None:
                break
        self._outbox.flush()
        return worked

    def is_due(self, datablock) -> bool:
        """Whether something of a datablock is to be captured or being captured."""
        key = native_key(datablock)
        return self._dirty.get(key) is not None or (self._job is not None and self._job.key == key)

    def capture_now(self, datablock) -> bool:
        """Captures a dirty datablock in one go, because a change of others is about to be applied to it
        (BR21); False if that is not possible yet."""
        key = native_key(datablock)
        mark = self._dirty.get(key)
        if self._job is not None and self._job.key == key:
            job = self._job
            mark = mark or Mark(datablock, {ALL}, job.since, rewound=job.rewound)
            self._drop_job()
            _add_up(mark, job)
        if mark is None:
            return True
        taken = self._take(key, mark, at_once=True)
        self._outbox.flush()
        return taken or self._dirty.get(key) is None

    def seen_otherwise(self, uuid: bytes | None, paths: Iterable[tuple[str, ...]] | None = None) -> None:
        """The datablock is another one than at the last look, at these places (None: anywhere): if it becomes that one
        again, the next look is to tell."""
        if paths is None:
            self._digests.pop(uuid, None)
            return
        seen = self._digests.get(uuid, {})
        for part in concerned(seen, paths):
            del seen[part]

    def look(self, datablock, hints: set[str], part: Any = None) -> None:
        """Reads a datablock that nobody reported, or one part of it, and hands it over if it is not as known. Without
        the hint ALL its arrays are left alone, unless there are others now: a renamed attribute, for one."""
        uuid = self._identities.find(datablock)
        if (
            uuid is None
            or uuid not in self._handed_over
            or self._dirty.get(native_key(datablock)) is not None
        ):
            return
        if held.is_held(datablock) or uuid in self._context.broken:
            return
        try:
            handler = registry.handler_for(datablock)
            if part is None:
                reading = handler.read(datablock, self._context, frozenset(hints))
            else:
                reading = handler.read_part(datablock, self._context, part)
            if ALL not in hints and getattr(handler, "tree_tells_arrays", False):
                if not self._as_known(uuid, part, Reading(reading.properties)):
                    self._dirty.mark(native_key(datablock), datablock, {ALL}, 0, doubtful=True)
                return
            if ALL not in hints:
                if self._others_now(uuid, reading):
                    self._dirty.mark(native_key(datablock), datablock, {ALL}, 0)
                    return
                reading.buffers = []
                reading.partial = True
            job = BufferJob(uuid, native_key(datablock), datablock, reading, self._clock())
            if not self._as_known(uuid, part, reading):
                if not self._hand_over_at_once(job):
                    self.seen_otherwise(uuid)  # what was seen was told to nobody: the next look is to find it
                self._outbox.flush()
        except Exception as error:  # as in _take
            self._context.problem(datablock, _trouble(error))

    def _take(self, key: Hashable, mark: Mark, at_once: bool) -> bool:
        """Reads one datablock; False if it has to wait or is no more."""
        datablock = mark.datablock
        if not alive(datablock):
            self._dirty.discard(key)
            return False
        if not at_once and self._is_painted(datablock):
            if not self._live.begin_painted(datablock, mark.stamp):
                return False
            taken = self._read(key, mark, at_once)
            self._live.end(datablock)
            return taken
        if not held.is_held(datablock):
            if self._live.left(key):
                mark.hints.add(ALL)
            return self._read(key, mark, at_once)
        mark.hints.add(ALL)  # whatever the mode's tools did to it; that is read when the mode is left
        known = self._identities.find(datablock) in self._handed_over
        if not self._live.begin(datablock, mark.stamp, first=not known):
            return False
        taken = self._read(key, mark, at_once, frozenset((GEOMETRY,)))
        self._live.end(datablock)
        return taken

    def _is_painted(self, datablock) -> bool:
        """Whether it is an image with pixels of its own, which the others have seen already."""
        painted = isinstance(datablock, bpy.types.Image) and datablock.is_dirty
        return painted and self._identities.find(datablock) in self._handed_over

    def _read(self, key: Hashable, mark: Mark, at_once: bool, hints: frozenset[str] | None = None) -> bool:
        """As ``_take`` for a datablock that can be read now; ``hints`` other than the mark's."""
        datablock = mark.datablock
        try:
            if scope.refusal(datablock) is not None or self._identities.ignored(datablock):
                self._dirty.discard(key)
                return False
            uuid = self._identities.identify(datablock)
            if uuid in self._context.broken:
                self._dirty.discard(key)
                return False
            if mark.room and self._outbox.lease(uuid, mark.room) is None:
                return False  # it would be read in vain
            hints = hints or frozenset(mark.hints)
            handler = registry.handler_for(datablock)
            if uuid not in self._handed_over or (OTHER in hints and not handler.glances):
                hints = frozenset((ALL,))
            if overrides.cleared(datablock, self._context):
                hints = frozenset((ALL,))
            reading = handler.read(datablock, self._context, hints)
            if reading.unsure:
                self._on_unsure(uuid)
            if reading.is_empty:
                self._dirty.discard(key)
                return True
            job = BufferJob(uuid, key, datablock, reading, mark.since, mark.rewound)
            job.whole = ALL in hints or handler.glances
            spread = not at_once and job.may_spread(self._signatures.get(uuid), self._clock())
            taken = self._begin_spread(job) if spread else self._hand_over_at_once(job)
            if taken:
                self._dirty.discard(key)
                self._note_seen(uuid, handler, reading)
            else:
                if handler.glances:  # it remembers what it read, and would not read it again
                    mark.hints.add(ALL)
                mark.room = total_bytes(job.urgent()) if spread else job.size()
            return taken
        except Exception as error:  # one datablock's trouble must not keep the others back
            self._dirty.discard(key)
            self._job = None
            self._context.problem(datablock, _trouble(error))
            return True

    def _note_seen(self, uuid: bytes, handler: Handler, reading: Reading) -> None:
        """What the next looks are to take as known."""
        named = [*((name,) for name in reading.properties or ()), *(path for path, _ in reading.paths)]
        self.seen_otherwise(uuid, [*named, *reading.removed] if reading.partial else None)
        if getattr(handler, "tree_tells_arrays", False) and not reading.partial:
            self._as_known(uuid, None, Reading(reading.properties))

    def _hand_over_at_once(self, job: BufferJob) -> bool:
        """Reads all arrays and puts the capture into the outbox; False if there is no shared memory yet."""
        if job.reading.buffers:
            lease = self._outbox.lease(job.uuid, job.size())
            if lease is None:
                return False
            job.fill(lease, None)
        self._outbox.add(self._whole_capture(job))
        return True

    def _begin_spread(self, job: BufferJob) -> bool:
        """Hands over what is urgent; the rest is read by the next steps."""
        if not job.whole:
            job.leave_out_seldom()
        urgent = job.urgent()
        if urgent:
            lease = self._outbox.lease(job.uuid, total_bytes(urgent))
            if lease is None:
                return False
            buffers = {source.name: fill(lease, source) for source in urgent}
            self._outbox.add(Capture(job.uuid, self._type(job), CaptureKind.PART, buffers=buffers))
            if not job.whole:
                job.leave_out_urgent()
        self._job = job
        return True

    def _continue_job(self, budget: Budget) -> bool:
        """Reads on; whether anything was done."""
        job = self._job
        mark = self._dirty.get(job.key)
        if mark is not None or not alive(job.datablock):
            self._drop_job()
            if mark is None:
                return False
            _add_up(mark, job)
            return self._take(job.key, mark, at_once=False)
        try:
            if job.lease is None:
                job.lease = self._agent.lease(job.size())
                if job.lease is None:
                    return False
            if job.fill(job.lease, Budget(min(SLICE_SECONDS, budget.remaining_seconds()))):
                lease, job.lease = job.lease, None
                self._job = None
                self._outbox.add(self._whole_capture(job), own=lease)
                self._outbox.flush()
        except Changed:
            self._drop_job()
            self._dirty.mark(job.key, job.datablock, {GEOMETRY}, 0)
            _add_up(self._dirty.get(job.key), job)
        except Exception as error:  # as in _take
            self._drop_job()
            self._context.problem(job.datablock, _trouble(error))
        return True

    def _drop_job(self) -> None:
        job, self._job = self._job, None
        if job is not None and job.lease is not None:
            self._agent.release(job.lease)
            job.lease = None

    def _whole_capture(self, job: BufferJob) -> Capture:
        """The capture of a reading whose arrays are all read."""
        reading = job.reading
        capture = Capture(
            job.uuid, self._type(job), CaptureKind.PART, buffers=job.buffers, topology=reading.topology
        )
        capture.structure = bool(reading.topology) and all(name in job.buffers for name in reading.topology)
        if reading.partial:
            capture.paths = [((name,), value) for name, value in (reading.properties or {}).items()]
            capture.paths += reading.paths
            capture.removed = reading.removed
        else:
            capture.all_buffers = True
            if reading.properties is not None:
                capture.kind = CaptureKind.FULL
                capture.properties = reading.properties
        if job.buffers:
            self._signatures[job.uuid] = reading.signature
        capture.rewound = job.rewound
        capture.kept = self._kept(job, reading)
        self._handed_over[job.uuid] = capture.type
        return capture

    def _kept(self, job: BufferJob, reading: Reading) -> list[tuple[str, ...]]:
        """What Blender's own animation set and is no edit: all that drivers set, and what actions set at another
        frame than that of the last capture in which nothing was animated, or of the first."""
        uuid, frame = job.uuid, bpy.context.scene.frame_current
        if uuid not in self._frames:
            self._frames[uuid] = frame
            return []
        properties = reading.tree()
        if properties is None:
            return []
        kept = animated.driven_paths(job.datablock, properties)
        if self._frames.get(uuid) == frame:
            return kept
        keyed = animated.keyed_paths(job.datablock, properties)
        if not keyed and not (reading.partial and animated.is_keyed(job.datablock)):
            self._frames[uuid] = frame
        return kept + keyed

    def _type(self, job: BufferJob) -> str:
        return registry.type_of(job.datablock)

    def _others_now(self, uuid: bytes, reading: Reading) -> bool:
        """Whether there are other arrays than at the last capture and at the last look."""
        known = [it for it in (self._looked_at.get(uuid), self._signatures.get(uuid)) if it is not None]
        self._looked_at[uuid] = reading.signature
        return bool(known) and reading.signature not in known

    def _as_known(self, uuid: bytes, part: Any, reading: Reading) -> bool:
        """Whether tree and arrays are those of the last look at this part."""
        tree = [reading.properties, reading.paths, reading.removed]
        digest = hash((digest_of(tree), *map(_checksum, reading.buffers)))
        seen = self._digests.setdefault(uuid, {})
        same = seen.get(part) == digest
        seen[part] = digest
        return same


def _add_up(mark: Mark, job: BufferJob) -> None:
    """What was being read is to be read anew, along with what changed since."""
    mark.since = min(mark.since, job.since)
    mark.rewound |= job.rewound
    if job.whole:
        mark.hints.add(ALL)


def _checksum(source: BufferSource) -> tuple[str, int]:
    """The name of an array, and what changes with its contents (CRC-32)."""
    array = numpy.empty(source.rows * source.columns, source.dtype)
    if source.rows:
        source.fill(array)
    return source.name, zlib.crc32(array.view("u1"))


def _trouble(error: Exception) -> str:
    return f"could not be captured: {type(error).__name__}: {error}"
