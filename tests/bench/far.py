"""What half a second there and back with 2 % loss does to a session: `./multi-user bench far`.

``model``: the proxy's model of TCP. ``kernel``: the kernel's TCP through a lossy device, in a network namespace.
"""

from __future__ import annotations

import os
import sys
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness.far import FarWay  # noqa: E402
from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server  # noqa: E402

ROUND_TRIP_SECONDS = 0.5
LOSS = 0.02
NODES, NODE_BYTES = 1000, 2048
JOINS, EDITS = 3, 20


def measure(place: Workplace, server: Server, way: dict) -> str:
    """Joins over this way, then edits of both sides; ``way`` says where a far user connects."""
    joins = []
    for number in range(JOINS):
        come = [
            {"connect": {"user": "far", **way}},
            {"wait": {"user": "far", "state": "ONLINE", "nodes": NODES, "seconds": 600}},
            {"disconnect": {"user": "far"}},
        ]
        script = RunningScript(place, f"join {number}", server.port, come)
        script.well(700)
        joins.append(script.millis("wait")[0] / 1000)
    steps: list[dict] = [
        {"connect": {"user": "near"}},
        {"connect": {"user": "far", **way}},
        *[
            {"wait": {"user": who, "nodes": NODES, "state": "ONLINE", "seconds": 600}}
            for who in ("near", "far")
        ],
    ]
    for number in range(EDITS):
        for author, other in (("far", "near"), ("near", "far")):
            edit = {"node": f"n.{number}", "path": author, "value": number}
            steps += [{"set": {"user": author, **edit}}, {"commit": {"user": author}}]
            steps.append({"wait": {"user": other, **edit, "seconds": 120}})
    script = RunningScript(place, "edits", server.port, steps)
    script.well(900)
    seen, own = script.millis("wait")[2:], script.millis("commit")
    shown = ", ".join(f"{one:.1f}" for one in sorted(joins))
    return (
        f"joins of {NODES} nodes of {NODE_BYTES} bytes: {shown} s; an edit seen by the other side after"
        f" {median(seen):.0f} ms (median), {max(seen)} ms (longest); own edits held up {median(own):.0f} ms (median),"
        f" {max(own)} ms (longest)"
    )


def session(place: Workplace, bind: str) -> Server:
    """A server with a session of that many nodes."""
    server = Server(place, "--admin-password", ADMIN, bind=bind)
    fill = [
        {"connect": {"user": "host", "state": "LOBBY"}},
        {"initialise": {"user": "host", "empty": True}},
        {"wait": {"user": "host", "state": "ONLINE"}},
        {"add": {"user": "host", "name": "n", "count": NODES, "bytes": NODE_BYTES}},
        {"wait": {"user": "host", "pending": 0, "seconds": 60}},
    ]
    RunningScript(place, "fill", server.port, fill).well()
    return server


def model() -> None:
    """Through the proxy."""
    for loss in (0.0, LOSS):
        with Workplace("multi-user-bench") as place:
            server = session(place, "127.0.0.1")
            with Proxy(server.port, ROUND_TRIP_SECONDS, loss=loss) as proxy:
                told = measure(place, server, {"port": proxy.base})
            print(f"model, {ROUND_TRIP_SECONDS * 1000:.0f} ms, {loss:.0%} lost: {told}", flush=True)


def kernel() -> None:
    """Through the kernel's TCP."""
    for loss in (0.0, LOSS):
        with Workplace("multi-user-bench") as place, FarWay(ROUND_TRIP_SECONDS, loss) as way:
            told = measure(place, session(place, "0.0.0.0"), {"host": way.address})
            print(f"kernel, {ROUND_TRIP_SECONDS * 1000:.0f} ms, {loss:.0%} lost: {told}", flush=True)


if __name__ == "__main__":
    {"model": model, "kernel": kernel}[sys.argv[1]]()
