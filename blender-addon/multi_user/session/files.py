"""The scene's files between the book about them, Blender, and the agent. Main thread only."""

from __future__ import annotations

from typing import Any, Callable

from ..bridge.client import AgentClient
from ..core.changes import FilesNews, Status, Transfers
from ..core.file_book import FileBook
from ..datablocks import registry
from ..datablocks.contract import ALL
from ..messages import Messages
from .replica import Replica

_MISSING = 'There is no file "{}": it is replicated as missing.'


class SceneFiles:
    """Stepped with the session. ``transfers`` is how far the files are, as last told."""

    def __init__(
        self,
        book: FileBook,
        replica: Replica,
        client: AgentClient,
        messages: Messages,
        upload_limit: Callable[[], int],
        shared_folders: Callable[[], tuple[str, ...]],
    ):
        """``upload_limit``: how many bytes of files may go out in a second, 0 for any number; ``shared_folders``: those
        that the artist shares with the others, by absolute paths."""
        self.book = book
        self._upload_limit = upload_limit
        self._shared_folders = shared_folders
        self._limit = 0
        self._shared: tuple[str, ...] = ()
        self.transfers = Transfers()
        self.stopped = False
        self._replica = replica
        self._client = client
        self._messages = messages

    @property
    def busy(self) -> bool:
        """Whether a file is looked for or on its way here."""
        return self.book.busy

    def status_changed(self, status: Status) -> None:
        """A session has its own copies of others' libraries."""
        if status.incarnation:
            self.book.libraries.session = status.incarnation

    def step(self) -> None:
        """Asks for what is to be known."""
        limit = self._upload_limit()
        if limit != self._limit:
            self._limit = limit
            self._client.limit_upload(limit)
        shared = self._shared_folders()
        if shared != self._shared:
            self._shared = shared
            self._client.share_folders(shared)
        self._arrived(self.book.take_placed())
        self.book.ask()

    def agent_restarted(self) -> None:
        """Another agent is to be asked anew; it goes on with what was stopped."""
        self.stopped = False
        self._limit = 0
        self._shared = ()
        self.book.restarted()

    def stop(self) -> None:
        """No file goes on until ``resume``."""
        self.stopped = True
        self._client.cancel_files()

    def resume(self) -> None:
        """All files go on."""
        self.stopped = False
        self._client.resume_files()

    def news(self, item: FilesNews) -> None:
        """Takes what the agent found: tells the others of own files, and has Blender read those that are here now."""
        news = self.book.came(item.answer)
        for datablock in self._found(news.saved):
            self._read_anew(datablock)
        for datablock in self._found(news.known):
            self._replica.observer.mark(datablock, {ALL})
        for uuid in news.here:
            if self._replica.resolve(uuid) is not None:
                self._client.whole(uuid)
        self._arrived(news.keys)
        for path in news.missing:
            self._messages.add("warning", _MISSING.format(path))
        for text in news.problems:
            self._messages.add("warning", text)

    def _arrived(self, keys: list[str]) -> None:
        """Has what waits for these files completed."""
        for key in keys:
            self._replica.context.arrived(bytes.fromhex(key), None)

    def _found(self, uuids: set[bytes]) -> list[Any]:
        found = (self._replica.resolve(uuid) for uuid in uuids)
        return [datablock for datablock in found if datablock is not None]

    def _read_anew(self, datablock) -> None:
        read_anew = getattr(registry.handler_for(datablock), "read_anew", None)
        if read_anew is not None:
            try:
                read_anew(datablock)
            except RuntimeError as error:
                self._replica.context.problem(datablock, f"could not be read anew: {error}")
