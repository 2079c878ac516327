"""A loopback TCP proxy in front of a server's four ports: a long and lossy way, cut links, a cable that is out.

One thread runs an asyncio loop; the methods may be called from any thread.
"""

from __future__ import annotations

import asyncio
import random
import socket
import threading

SEGMENT_BYTES = 1448  # what one packet of TCP carries
_PORTS = (12_000, 32_000)  # Linux and Windows connect from above
SHORTEST_TIMEOUT_SECONDS = 0.2  # before TCP sends a lost segment again


class Proxy:
    """Stands on ``base`` … ``base + 3`` and passes on to ``target`` … ``target + 3`` of 127.0.0.1.

    ``round_trip_seconds`` is shared out to both directions. Bytes keep their order; bandwidth is not limited. Of a
    connection's segments the part ``loss`` is lost: TCP sends such a one again after a round trip, and after twice as
    long each further time, and what follows waits for it. ``to_clients`` and ``to_server`` count the bytes that were
    passed on.
    """

    def __init__(
        self, target: int, round_trip_seconds: float = 0.0, ports: int = 4, loss: float = 0.0, seed: int = 1
    ):
        self._target = target
        self._delay = round_trip_seconds / 2
        self._loss = loss
        self._again = max(round_trip_seconds, SHORTEST_TIMEOUT_SECONDS)
        self._random = random.Random(seed)
        self._links: set[asyncio.StreamWriter] = set()
        self._servers: list[asyncio.Server] = []
        self._cut = False
        self.to_clients = 0
        self.to_server = 0
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        sockets = free_ports(ports)
        self.base = sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        for offset, listener in enumerate(sockets):
            self._call(self._serve(listener, target + offset))

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _serve(self, listener: socket.socket, port: int) -> None:
        async def accept(reader, writer):
            if self._cut:
                writer.transport.abort()
                return
            await self._flowing.wait()
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                writer.transport.abort()
                return
            self._links |= {writer, far_writer}
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer, True))
            self._links -= {writer, far_writer}

        self._servers.append(await asyncio.start_server(accept, sock=listener))

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to_client: bool = False
    ) -> None:
        late: asyncio.Queue = asyncio.Queue(maxsize=4096)

        async def deliver():
            while True:
                due, chunk = await late.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._flowing.wait()
                if not chunk:
                    return
                writer.write(chunk)
                self._count(len(chunk), to_client)
                await writer.drain()

        sender = asyncio.ensure_future(deliver())
        try:
            chunk = b"-"
            while chunk and not sender.done():
                chunk = await reader.read(SEGMENT_BYTES if self._loss else 65536)
                await late.put((self._loop.time() + self._way_seconds(), chunk))
            await sender
        except OSError:
            sender.cancel()  # the other end is gone: this direction ends, and with it the link
        finally:
            writer.transport.abort()

    def _count(self, size: int, to_client: bool) -> None:
        if to_client:
            self.to_clients += size
        else:
            self.to_server += size

    def _way_seconds(self) -> float:
        """How long one segment is on its way; it is delivered later if one before it is late."""
        seconds, again = self._delay, self._again
        while self._random.random() < self._loss:
            seconds, again = seconds + again, again * 2
        return seconds

    def cut(self) -> None:
        """Breaks every link and refuses new ones."""
        self._cut = True
        self._call(self._abort())

    async def _abort(self) -> None:
        for writer in list(self._links):
            writer.transport.abort()

    def restore(self) -> None:
        """Lets links be made again."""
        self._cut = False

    def freeze(self) -> None:
        """Nothing comes through any more, and nobody is told: a cable that is out."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def thaw(self) -> None:
        """What was held comes through."""
        self._loop.call_soon_threadsafe(self._flowing.set)

    def close(self) -> None:
        """Ends everything."""
        self.cut()
        self._call(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _cancel(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def free_ports(count: int) -> list[socket.socket]:
    """Listening sockets on ``count`` neighbouring free ports.

    Not of those that the system gives to outgoing connections: one of these would take a port again before the
    server that it is for has it.
    """
    for _ in range(200):
        first = random.randrange(*_PORTS)
        sockets = []
        try:
            for offset in range(count):
                sockets.append(socket.create_server(("127.0.0.1", first + offset)))
            return sockets
        except (OSError, OverflowError):
            for one in sockets:
                one.close()
    raise OSError(f"no {count} neighbouring free ports")


def free_base_port() -> int:
    """A port that is free now, with the three above it."""
    sockets = free_ports(4)
    port = sockets[0].getsockname()[1]
    for one in sockets:
        one.close()
    return port
