"""The one module that knows Py4J: calls the agent's facade (BR4) without waiting for its answers. Main thread only.

Py4J's own client waits for each answer. Its protocol does not need that: commands and answers are lines, and the
answers come in the order of the commands. So Py4J's ``protocol`` module writes and reads them here, and a socket that
never blocks carries them.
"""

from __future__ import annotations

import socket
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

CALL_TIMEOUT_SECONDS = 60
_CONNECT_TIMEOUT_SECONDS = 5  # it listens already
_CHUNK_BYTES = 1 << 18
_TRACE_MARK = "Trace:\n"

Then = Callable[[Any, "str | None"], None]  # the value, or None and why the call was refused


class AgentGone(Exception):
    """The agent cannot be reached any more."""


def _py4j():
    """Py4J's protocol, from the add-on's own copy."""
    library = str(Path(__file__).resolve().parent.parent / "lib")
    if library not in sys.path:
        sys.path.append(library)
    from py4j import protocol

    return protocol


def _nothing(value: Any, refused: str | None) -> None:
    """Nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    then: Then
    since_seconds: float


class Gateway:
    """A connection to the facade of one agent process. Every method but ``call`` may raise AgentGone."""

    def __init__(self, port: int, token: str, clock: Callable[[], float] = time.monotonic):
        self._protocol = _py4j()
        self._clock = clock
        self._waiting: deque[_Call] = deque()
        self._received = bytearray()
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), _CONNECT_TIMEOUT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setblocking(False)
        except OSError as error:
            raise AgentGone(f"The agent cannot be reached: {error}") from error
        self._unsent = bytearray(f"{self._protocol.AUTH_COMMAND_NAME}\n{token}\n".encode())
        self._waiting.append(_Call("authentication", _accepted, clock()))

    @property
    def waiting(self) -> int:
        """How many calls have no answer yet."""
        return len(self._waiting)

    def call(self, method: str, *arguments: Any, then: Then = _nothing) -> None:
        """Calls a method of the facade with numbers, booleans and text; ``receive`` hands the answer to ``then``."""
        protocol = self._protocol
        command = [protocol.CALL_COMMAND_NAME, protocol.ENTRY_POINT_OBJECT_ID, "\n", method, "\n"]
        command += [protocol.get_command_part(it) for it in arguments]
        command.append(protocol.END_COMMAND_PART)
        self._unsent += "".join(command).encode("utf-8")
        self._waiting.append(_Call(method, then, self._clock()))

    def send(self) -> None:
        """Sends what can be sent."""
        try:
            while self._unsent:
                sent = self._socket.send(bytes(self._unsent[:_CHUNK_BYTES]))
                del self._unsent[:sent]
        except (BlockingIOError, InterruptedError):
            return  # at a later tick
        except OSError as error:
            raise AgentGone(f"The agent does not answer: {error}") from error

    def receive(self) -> None:
        """Hands over the answers that came. What ``then`` raises goes through."""
        if not self._waiting:
            return
        gone = self._read()
        self._hand_over()
        if gone or (self._waiting and self._clock() - self._waiting[0].since_seconds > CALL_TIMEOUT_SECONDS):
            raise AgentGone("The agent does not answer.")

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def _read(self) -> bool:
        """Reads what came; whether the other side closed the connection."""
        while True:
            try:
                chunk = self._socket.recv(_CHUNK_BYTES)
            except (BlockingIOError, InterruptedError):
                return False
            except OSError as error:
                raise AgentGone(f"The agent does not answer: {error}") from error
            self._received += chunk
            if len(chunk) < _CHUNK_BYTES:
                return not chunk

    def _hand_over(self) -> None:
        if b"\n" not in self._received:
            return
        *lines, rest = self._received.split(b"\n")
        self._received = rest
        for line in lines:
            if not self._waiting:
                raise AgentGone("The agent answers what nobody asked.")
            call = self._waiting.popleft()
            call.then(*self._value(call.method, line.decode("utf-8")))

    def _value(self, method: str, line: str) -> tuple[Any, str | None]:
        protocol = self._protocol
        answer = line[1:] if line.startswith(protocol.RETURN_MESSAGE) else line
        if not answer:
            raise AgentGone("The agent's answer is empty.")
        try:
            return protocol.get_return_value(answer, None, protocol.ENTRY_POINT_OBJECT_ID, method), None
        except protocol.Py4JError as error:
            reason = str(error).partition(_TRACE_MARK)[2].strip()
            if not reason:  # the facade always says why; without a reason it was not the facade that answered
                raise AgentGone("The agent does not answer.") from error
            return None, reason
        except (KeyError, IndexError, ValueError) as error:
            raise AgentGone(f"The agent's answer is malformed: {line[:100]!r}") from error


def _accepted(value: Any, refused: str | None) -> None:
    if refused is not None:
        raise AgentGone(f"The agent refused the connection: {refused}")
