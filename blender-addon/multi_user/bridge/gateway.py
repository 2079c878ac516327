"""The one module that knows Py4J: calls the agent's facade (BR4). One thread at a time: the worker's."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

CALL_TIMEOUT_SECONDS = 60
_TRACE_MARK = "Trace:\n"


class CallRefused(Exception):
    """The facade refused the call; the text says why."""


class AgentGone(Exception):
    """The agent cannot be reached any more."""


def _py4j():
    """Py4J's client module, from the add-on's own copy."""
    library = str(Path(__file__).resolve().parent.parent / "lib")
    if library not in sys.path:
        sys.path.append(library)
    from py4j import java_gateway, protocol

    # A lost connection is told by exceptions; Py4J's own log would only print stack traces for it.
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    return java_gateway, protocol


class Gateway:
    """A connection to the facade of one agent process."""

    def __init__(self, port: int, token: str):
        java_gateway, self._protocol = _py4j()
        parameters = java_gateway.GatewayParameters(
            address="127.0.0.1",
            port=port,
            auth_token=token,
            auto_convert=False,
            read_timeout=CALL_TIMEOUT_SECONDS,
        )
        self._gateway = java_gateway.JavaGateway(gateway_parameters=parameters)
        self._facade = self._gateway.entry_point

    def call(self, method: str, *arguments: Any) -> Any:
        """Calls a method of the facade with numbers, booleans and text. Raises CallRefused or AgentGone."""
        try:
            return getattr(self._facade, method)(*arguments)
        except self._protocol.Py4JNetworkError as error:
            raise AgentGone("The agent does not answer.") from error
        except self._protocol.Py4JError as error:
            reason = str(error).partition(_TRACE_MARK)[2].strip()
            if not reason:  # the facade always says why; without a reason it was the connection that failed
                raise AgentGone("The agent does not answer.") from error
            raise CallRefused(reason) from error
        except OSError as error:
            raise AgentGone(f"The agent does not answer: {error}") from error

    def close(self) -> None:
        """Closes the connection."""
        self._gateway.close()
