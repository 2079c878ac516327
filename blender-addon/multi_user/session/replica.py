"""This Blender's replica of the session: which datablock is which node, what the artist changed of them, and
the captures of it on their way to the agent. Main thread only.

It is apply's book about Blender as well (``apply.port.Replica``).
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Any, Callable, Hashable, Iterable, Iterator

from ..apply.flush import flush
from ..bridge.client import AgentClient
from ..capture import held, identity, scope
from ..capture.capturer import Capturer
from ..capture.census import Census
from ..capture.dirty import DirtySet
from ..capture.links import Links
from ..capture.live import LiveEdit
from ..capture.observer import Observer
from ..capture.outbox import Outbox
from ..capture.sweep import Sweep
from ..context import SessionContext
from ..core.budget import Budget
from ..core.changes import Change
from ..core.file_book import FileBook
from ..datablocks import overrides, registry
from ..datablocks.contract import ALL
from ..messages import Messages

_COUNT_EVERY_SECONDS = 0.02
_BEFORE_UNDO_SECONDS = 0.05


class Replica:
    """Watches Blender between ``start`` and ``stop``; what is found counts from ``listen`` on."""

    def __init__(
        self,
        client: AgentClient,
        messages: Messages,
        on_history: Callable[[bool], None],
        on_load: Callable[[], None],
        on_rechecked: Callable[[], None],
        live_edit: Callable[[], bool],
        files: FileBook,
    ):
        """``on_history``: undo or redo is about to take place (False) or took place (True); ``on_load``:
        another file is about to be opened; ``on_rechecked``: after undo it is known again which datablock is
        which; ``live_edit``: whether what is in edit mode is captured before the
        mode is left; ``files``: the scene's."""
        self._messages = messages
        self._on_rechecked = on_rechecked
        self._recheck = False
        self._held_before: set[Hashable] = set()
        self._still_rewound: set[Hashable] = set()
        self._next_count = 0.0
        self.identities = identity.Identities()
        self.dirty = DirtySet()
        self.context = SessionContext(self.identities, self.came, self._problem, self._relink, files)
        self.outbox = Outbox(client, self._capture_again, self._capture_refused)
        live = LiveEdit(live_edit, self._quietly)
        self.capturer = Capturer(
            self.identities, self.dirty, client, self.outbox, self.context, live, self._unsure
        )
        self.links = Links(self.identities, self.context, self._rebound, self._gone, client.whole)
        self.census = Census(self.identities, self.came, self._gone, lambda: self._relink(own=True))
        self.sweep = Sweep(self.identities, self._parts, self.capturer.look)
        self.observer = Observer(self.identities, self.dirty, self.came, self._suspect, on_history, on_load)

    def __len__(self) -> int:
        return len(self.identities)

    # --- the watch ---

    def start(self) -> None:
        """Registers Blender's handlers."""
        self.observer.start()

    def stop(self) -> None:
        """Takes them out again; nothing is captured any more."""
        self.observer.listening = False
        self.observer.stop()

    def listen(self) -> None:
        """From now on what the artist does is the session's."""
        self.census.take()
        self.observer.listening = True

    def look_away(self) -> None:
        """What is done to the scene until ``listen`` is nobody's edit."""
        self.observer.listening = False

    @property
    def listening(self) -> bool:
        """Whether what the artist does is the session's."""
        return self.observer.listening

    @property
    def busy(self) -> bool:
        """Whether something waits to be captured or to be taken by the agent."""
        return bool(self.dirty) or self.capturer.busy or self.outbox.busy

    def capture(self, budget: Budget, idle_looks: bool) -> bool:
        """One slice: what is dirty, else a look for what nobody reported (with ``idle_looks`` also into
        datablocks); whether there was work."""
        if self.census.suspicious:
            self.census.check_all()
        if self.capturer.busy or self.dirty:
            return self.capturer.step(budget)
        self.outbox.flush()
        now = time.monotonic()
        if now >= self._next_count:
            self._next_count = now + _COUNT_EVERY_SECONDS
            self.census.check_next()
        if idle_looks:
            self.sweep.step()
        return False

    def mark_all(self) -> None:
        """Everything is to be captured."""
        for datablock in self._shared():
            self._identify(datablock)
            self.observer.mark(datablock, {ALL})

    def _shared(self) -> Iterator[Any]:
        for it in scope.all_datablocks():
            if not self.identities.ignored(it) and not (
                scope.follows(it) and self.identities.find(it) is None
            ):
                yield it

    def came(self, datablock) -> None:
        """A datablock that was not known yet."""
        if overrides.is_override(datablock):
            self._relink(own=True)  # it may be there because a library was read anew: that comes first
        self._identify(datablock)
        self.census.adjust(scope.collection_of(datablock), 1)
        self.observer.mark(datablock, {ALL})

    def _identify(self, datablock) -> None:
        """Gives a datablock its UUID; its library, if it has one, is part of the session from then on."""
        library = datablock.library
        if library is not None and self.identities.find(library) is None:
            self.came(library)
        self.identities.identify(datablock)

    def _relink(self, own: bool = False) -> None:
        """Blender may have read a library anew; with ``own`` that was this artist's doing."""
        self.links.renew(own)

    def _rebound(self, datablock, whole: bool) -> None:
        """What is known of a datablock is another one's; with ``whole`` that is to come from the others."""
        if whole:
            self.clean(datablock)
        else:
            self.observer.mark(datablock, {ALL})

    def _quietly(self, work: Callable[[], Any]) -> Any:
        """Does something of which Blender's reports are nobody's edit."""
        flush()
        with self.observer.muted():
            result = work()
            flush()
        return result

    def _gone(self, uuid: bytes) -> None:
        self.identities.forget(uuid)
        self.context.forget(uuid)
        self.capturer.deleted(uuid)

    def _parts(self, datablock) -> list:
        return registry.handler_for(datablock).parts(datablock, self.context)

    def _unsure(self, uuid: bytes) -> None:
        self.sweep.soon(uuid)

    def _suspect(self) -> None:
        self.census.suspicious = True

    # --- when much changed at once ---

    def about_to_rewind(self) -> None:
        """Undo or redo is about to take place: what was edited before is captured as that."""
        busy = held.busy_keys()
        # Several steps may follow each other before ``recheck``, as in a Blender that was busy meanwhile.
        self._held_before = self._held_before & busy if self._recheck else busy
        if self.listening:
            self.capturer.step(Budget(_BEFORE_UNDO_SECONDS))
        self.observer.rewinding = True

    def rewound(self) -> None:
        """Undo or redo exchanged datablocks: what there is now is looked through by ``recheck``."""
        self._still_rewound |= self.dirty.rewound_keys() | self.capturer.rewound_keys()
        self.dirty.clear()
        self._recheck = True

    def recheck(self) -> None:
        """After ``rewound`` makes the map of datablocks anew; what they hold is checked by the next slices.

        Undo within edit mode does not touch what others did, as that waits until the mode is left: what is
        held before and after, and between all steps, is the artist's own doing.
        """
        if not self._recheck:
            return
        self._recheck = self.observer.rewinding = False
        self.capturer.forget_jobs()
        for uuid in self.identities.revalidate(scope.all_datablocks()):
            self.identities.forget(uuid)
            self.context.forget(uuid)
            self.capturer.deleted(uuid, rewound=True)
        self.census.take()
        own = (held.busy_keys() & self._held_before) - self._still_rewound
        self._still_rewound = set()
        for datablock in self._shared():
            self._identify(datablock)
            rewound = identity.native_key(datablock) not in own
            self.observer.mark(datablock, {ALL}, doubtful=True, rewound=rewound)
        self._on_rechecked()

    def agent_lost(self) -> None:
        """What was on its way to the agent is void."""
        self.outbox.forget()

    def agent_restarted(self) -> None:
        """Everything is handed over anew, so that nothing edited meanwhile is missed (BR5)."""
        self.outbox.forget()
        self.capturer.forget_all()
        if self.listening:
            self.mark_all()
            for uuid in self.outbox.take_rewound():
                datablock = self.identities.resolve(uuid)
                if datablock is not None:
                    self.observer.mark(datablock, {ALL}, rewound=True)

    # --- trouble ---

    def _problem(self, about: str, text: str) -> None:
        self._messages.add("warning", f"{about}: {text}" if about else text)

    def _capture_again(self, uuid: bytes) -> None:
        datablock = self.identities.resolve(uuid)
        if datablock is not None:
            self.observer.mark(datablock, {ALL})

    def _capture_refused(self, uuid: bytes, text: str) -> None:
        self.context.problem(self.identities.resolve(uuid), f"could not be handed over: {text}")

    def change_failed(self, change: Change, text: str) -> None:
        """A change of others could not be applied."""
        datablock = self.identities.resolve(change.id)
        name = (
            datablock.name
            if datablock is not None
            else (change.properties or {}).get("name", change.id.hex())
        )
        self._messages.add("error", f'{change.type} "{name}" {text}')

    # --- apply's book about Blender (apply.port.Replica) ---

    def resolve(self, uuid: bytes) -> Any | None:
        """The datablock of a node."""
        return self.identities.resolve(uuid)

    def find(self, datablock) -> bytes | None:
        """The node of a datablock."""
        return self.identities.find(datablock)

    def bind(self, uuid: bytes, datablock) -> None:
        """This datablock was made for this node."""
        self.identities.bind(uuid, datablock)
        self.capturer.adopt(uuid, registry.type_of(datablock))
        self.census.adjust(scope.collection_of(datablock), 1)

    def forget(self, uuid: bytes) -> None:
        """This node's datablock is about to be removed."""
        datablock = self.identities.resolve(uuid)
        if datablock is not None:
            self.census.adjust(scope.collection_of(datablock), -1)
        self.identities.forget(uuid)
        self.context.forget(uuid)
        self.capturer.deleted_by_others(uuid)

    def keep(self, uuid: bytes, datablock) -> None:
        """Others deleted this node, but Blender cannot be without its datablock: it is brought in anew."""
        self.capturer.deleted_by_others(uuid)
        self.observer.mark(datablock, {ALL})
        self._problem(
            f'Scene "{datablock.name}"', "others deleted it, but it is the last one here, so it stays."
        )

    def settle(self, datablock, first: Callable[[], None]) -> bool:
        """Captures what the artist changed of a datablock, after ``first``; False if that is not possible yet."""
        if not self.listening or not self.capturer.is_due(datablock):
            return True
        first()
        return self.capturer.capture_now(datablock)

    def held(self, datablock) -> bool:
        """Whether the artist works on it in a mode of its own."""
        return held.is_held(datablock)

    def clean(self, datablock, paths: Iterable[tuple[str, ...]] | None = None) -> None:
        """What was just written to a datablock, at these places (None: anywhere), is not the artist's doing."""
        self.dirty.discard(identity.native_key(datablock))
        self.capturer.seen_otherwise(self.identities.find(datablock), paths)

    @contextmanager
    def muted(self):
        """Reports of Blender meanwhile are not the artist's."""
        with self.observer.muted():
            yield
