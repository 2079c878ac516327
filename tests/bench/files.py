"""A gigabyte of mixed files from one agent to the server and on to another: `./multi-user bench files`.

The same bytes as a plain copy through TLS 1.3 in the same run, from file to file; how long an edit takes meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench.files_again import again  # noqa: E402
from harness.artist import Artist  # noqa: E402
from harness.member import ADMIN  # noqa: E402
from harness.processes import Process, Workplace  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server  # noqa: E402

MEGABYTE = 1 << 20
SIZES = [400] + [100] * 4 + [4] * 50  # in megabytes
EDITS = 60
PICTURES = 40
CHUNK = 1 << 18


def files() -> None:
    """Runs and prints."""
    with Workplace("multi-user-bench-files") as place:
        paths = [_write(place, number, size * MEGABYTE) for number, size in enumerate(SIZES)]
        total = sum(os.path.getsize(path) for path in paths)
        print(
            f"{total / 1e9:.2f} GB in {len(paths)} files; a new file takes {_creation_micros(place):.0f} us here"
        )
        copies = [_tls_copy(place, paths)]
        server = Server(place, "--admin-password", ADMIN)
        _idle(place, server)
        up, names = _up(place, server, paths)
        copies.append(_tls_copy(place, paths))
        down = _down(place, server, paths, names)
        copies.append(_tls_copy(place, paths))
        rates = [total / seconds / 1e6 for seconds in copies]
        told = ", ".join(f"{rate:.0f}" for rate in rates)
        print(f"plain copies through TLS 1.3, before, between and after: {told} MB/s")
        for what, seconds in (("up", up), ("down", down)):
            rate = total / seconds / 1e6
            print(f"{what}: {rate:.0f} MB/s, {rate / median(rates):.0%} of the median copy")
        again(place, server)


def _creation_micros(place: Workplace) -> float:
    """The median; some file systems take long while many files were deleted beside it in the last minutes."""
    took = []
    for number in range(500):
        path = place.path("created", str(number))
        begin = time.perf_counter()
        with open(path, "wb"):
            took.append((time.perf_counter() - begin) * 1e6)
    return median(took)


def _write(place: Workplace, number: int, size: int) -> str:
    path = place.path("own", f"{number}.bin")
    with open(path, "wb") as file:
        for _ in range(size // MEGABYTE):
            file.write(os.urandom(MEGABYTE))
    return path


def _tls_copy(place: Workplace, paths: list[str]) -> float:
    """Seconds for all files, one after the other, from disk to disk."""
    certificate, key = place.path("tls", "cert.pem"), place.path("tls", "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=bench"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.load_verify_locations(certificate)
    asking.check_hostname = False
    listener = socket.create_server(("127.0.0.1", 0))

    def receive():
        with serving.wrap_socket(listener.accept()[0], server_side=True) as link:
            with open(place.path("tls", "copy.bin"), "wb") as out:
                while part := link.recv(CHUNK):
                    out.write(part)

    receiver = threading.Thread(target=receive)
    receiver.start()
    begin = time.monotonic()
    with asking.wrap_socket(socket.create_connection(listener.getsockname())) as link:
        for path in paths:
            with open(path, "rb") as file:
                while part := file.read(CHUNK):
                    link.sendall(part)
    receiver.join()
    seconds = time.monotonic() - begin
    listener.close()
    os.remove(place.path("tls", "copy.bin"))
    return seconds


class Edits:
    """Two users of one process; one edits, the other sees it."""

    def __init__(self, place: Workplace, server: Server, name: str):
        near, far = f"near {name}", f"far {name}"
        steps: list = [{"connect": {"user": who, "state": "ONLINE"}} for who in (near, far)]
        steps += [{"add": {"user": near, "name": name}}, {"commit": {"user": near}}]
        steps += [{"wait": {"user": far, "node": name, "exists": True}}, "go"]
        for number in range(EDITS):
            edit = {"node": name, "path": "at", "value": number}
            steps += [{"set": {"user": near, **edit}}, {"commit": {"user": near}}]
            steps += [{"wait": {"user": far, **edit, "seconds": 60}}, {"pause": {"millis": 40}}]
        self.script = RunningScript(place, name, server.port, steps)
        self.script.reached("go")

    def median_millis(self) -> float:
        """From commit to seen; polls are 2 ms apart."""
        self.script.well(300)
        return median(self.script.millis("wait")[1:])


def _idle(place: Workplace, server: Server) -> None:
    opened = [{"connect": {"user": "host"}}, {"wait": {"user": "host", "state": "LOBBY"}}]
    opened += [{"initialise": {"user": "host", "empty": True}}, {"wait": {"user": "host", "state": "ONLINE"}}]
    RunningScript(place, "host", server.port, opened).well()
    print(f"an edit seen by the other side, idle: {Edits(place, server, 'idle').median_millis():.0f} ms")


def _up(place: Workplace, server: Server, paths: list[str]) -> tuple[float, list[str]]:
    steps = [{"offer": {"user": "a", "file": path}} for path in paths]
    steps += [{"wait": {"user": "a", "file": path, "transfer": "DONE", "seconds": 600}} for path in paths]
    script, seconds = _transfer(
        place, server, "up", [{"connect": {"user": "a", "state": "ONLINE"}}], steps, []
    )
    return seconds, [told.split(",")[0] for told in script.told("offer")]


def _down(place: Workplace, server: Server, paths: list[str], names: list[str]) -> float:
    steps = [{"fetch": {"user": "b", "file": name, "name": "x.bin"}} for name in names]
    waits = [{"user": "b", "file": name, "transfer": "DONE", "seconds": 600} for name in names]
    steps += [{"wait": wait} for wait in waits]
    sums = [hashlib.sha256(open(path, "rb").read()).hexdigest() for path in paths]
    checks = [{"expect": {"user": "b", "file": name, "sha256": wanted}} for name, wanted in zip(names, sums)]
    comes = [{"connect": {"user": "b", "state": "ONLINE"}}]
    _, seconds = _transfer(place, server, "down", comes, steps, checks)
    print(f"the SHA-256 of all {len(sums)} files is what it was")
    return seconds


def _transfer(
    place: Workplace, server: Server, name: str, comes: list, steps: list, checks: list
) -> tuple[RunningScript, float]:
    """Runs the steps while others edit, and the checks behind them; the seconds that the steps took."""
    edits = Edits(place, server, f"while-{name}")
    script = RunningScript(
        place, name, server.port, [*comes, "begin", *steps, "done", *checks], as_in_blender=True
    )
    script.reached("begin")
    grown = {"server": Grown(server.process), "agent": Grown(script.process)}
    begin = time.monotonic()
    while not script.has_reached("done") and time.monotonic() - begin < 600:
        for one in grown.values():
            one.look()
        time.sleep(0.02)
    script.reached("done", 1)
    seconds = time.monotonic() - begin
    told = ", ".join(f"{who} grew by {one.megabytes()} MB" for who, one in grown.items())
    script.well(300)
    print(f"an edit while files go {name}: {edits.median_millis():.0f} ms; {told}")
    return script, seconds


class Grown:
    """How much memory (resident set) a process had at most beyond what it began with."""

    def __init__(self, process: Process):
        self._process = process
        self._before = process.memory_bytes()
        self._most = self._before

    def look(self) -> None:
        self._most = max(self._most, self._process.memory_bytes())

    def megabytes(self) -> int:
        return (self._most - self._before) >> 20


MAKE = """
import os
os.makedirs(args['folder'], exist_ok=True)
for number in range(args['count']):
    size = args['side']
    picture = bpy.data.images.new('temporary', size, size, float_buffer=True)
    picture.pixels.foreach_set(numpy.random.default_rng(number).random(size * size * 4, 'f4'))
    path = os.path.join(args['folder'], f'{number}.exr')
    picture.filepath_raw, picture.file_format = path, 'OPEN_EXR'
    picture.save()
    bpy.data.images.remove(picture)
    bpy.data.images.load(path).use_fake_user = True
result = sum(os.path.getsize(it.filepath) for it in bpy.data.images)
"""
# Ticks until all files are where they are to go; how long the main thread was held meanwhile, in milliseconds.
TICK = """
import member, os, time
module = member.session_module()
session = module.current()
own, wall, began = [], [], time.monotonic()
def done():
    here = [it for it in bpy.data.images if it.source == 'FILE' and os.path.isfile(it.filepath)]
    return len(here) == args['count'] and not session.files.transfers.moving and time.monotonic() - began > 1
while time.monotonic() - began < 300 and not done():
    at, own_at = time.perf_counter(), time.thread_time()
    module.tick()
    own.append((time.thread_time() - own_at) * 1000)
    wall.append((time.perf_counter() - at) * 1000)
    time.sleep(0.004)
assert done()
result = [max(own), max(wall), sorted(wall)[len(wall) // 2], len(wall)]
"""


def held() -> None:
    """Two Blenders: how long the transfer holds their main threads, whose ticks it shares."""
    command = os.environ.get("BLENDER") or "blender"
    with Workplace("multi-user-bench-files") as place, ThreadPoolExecutor(2) as pool:
        server = Server(place, "--admin-password", ADMIN)
        a, b = Artist(place, "A"), Artist(place, "B")
        a.run("bpy.ops.wm.read_homefile(use_factory_startup=False, use_empty=True)")
        total = a.run(
            "import numpy\n" + MAKE,
            folder="/proc/self/cwd/tex",
            count=PICTURES,
            side=1024,
            timeout_seconds=600,
        )
        a.host(server.port)
        b.join(server.port)
        b.wait_phase("ONLINE")
        begin = time.monotonic()
        ticking = [pool.submit(member.run, TICK, 400, count=PICTURES) for member in (a, b)]
        for member, ticks in zip((a, b), ticking):
            longest, wall, typical, count = ticks.result()
            print(
                f"{command} {member.name}: {total / 1e6:.0f} MB on their way, {count} ticks: longest {longest:.1f}"
                f" ms of its own, {wall:.1f} ms by the clock, median {typical:.2f} ms"
            )
        print(f"after {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    files()
