"""What of a file goes up where the session has some of it: part of `./multi-user bench files`."""

from __future__ import annotations

import os
import random
import shutil
from typing import Callable

from harness.processes import Workplace, wait_until
from harness.proxy import Proxy
from harness.scripts import RunningScript
from harness.server import Server

SIZE = 100 << 20
CHANGES = 4  # places at which a file is written over, 1 % of it in all


def again(place: Workplace, server: Server) -> None:
    """Offers one file in several ways, each time as a user who comes for it; prints what went over the wire."""
    with Proxy(server.port) as way:
        own = _random(place, "again.bin")
        _tell("a file of 105 MB, new", _offer(place, way, own))
        copy = place.path("own", "named otherwise.bin")
        shutil.copyfile(own, copy)
        _tell("the same under another name", _offer(place, way, copy))
        changed = _change(copy, place.path("own", "changed.bin"))
        _tell("with 1 % changed, in four places", _offer(place, way, changed))
        _tell("cut at half, resumed", _offer(place, way, _random(place, "cut.bin"), lambda: _cut(way)))

        def kill():
            server.kill()
            server.restart()

        _tell("server killed at half, restarted", _offer(place, way, _random(place, "killed.bin"), kill))


def _tell(what: str, sent: int) -> None:
    print(f"{what}: {sent / 1e3:,.0f} KB sent, {sent / SIZE:.1%}")


def _random(place: Workplace, name: str) -> str:
    path = place.path("own", name)
    with open(path, "wb") as file:
        file.write(os.urandom(SIZE))
    return path


def _change(path: str, changed: str) -> str:
    shutil.copyfile(path, changed)
    size = SIZE // 100 // CHANGES
    with open(changed, "r+b") as file:
        for at in random.Random(1).sample(range(SIZE - size), CHANGES):
            file.seek(at)
            file.write(os.urandom(size))
    return changed


def _offer(place: Workplace, way: Proxy, path: str, halfway: Callable[[], None] | None = None) -> int:
    """The bytes that went to the server until it had the file."""
    name = os.path.basename(path)
    steps: list = [{"connect": {"user": name, "state": "ONLINE"}}, {"offer": {"user": name, "file": path}}]
    steps += [{"wait": {"user": name, "file": path, "transfer": "DONE", "seconds": 300}}]
    before = way.to_server
    script = RunningScript(place, name, way.base, steps, as_in_blender=True)
    if halfway:
        wait_until(lambda: way.to_server - before > SIZE / 2, "half of the file to be sent", 300, 0.002)
        halfway()
    script.well(300)
    return way.to_server - before


def _cut(way: Proxy) -> None:
    way.cut()
    way.restore()
