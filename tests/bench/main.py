"""`./multi-user bench [NAME…]` measures what docs/benchmarks.md shows (names: `BENCHMARKS`). Nothing gates on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench.big import big  # noqa: E402
from bench.entering import entering  # noqa: E402
from bench.files import files, held  # noqa: E402
from bench.flood import flood  # noqa: E402
from bench.heavy import heavy  # noqa: E402
from bench.live import live  # noqa: E402
from bench.panels import panels  # noqa: E402
from bench.presence import presence  # noqa: E402
from bench.undo import undo  # noqa: E402
from harness.member import ADMIN, Member, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server, jar  # noqa: E402

SIDES = (100, 316, 1000)  # of square grids: about 10k, 100k and 1M vertices

GRID = """
import numpy
side = args['side']
mesh = bpy.data.meshes.new('Grid')
place = numpy.zeros((side * side, 3), dtype=numpy.float32)
place[:, 0], place[:, 1] = numpy.tile(numpy.arange(side), side), numpy.repeat(numpy.arange(side), side)
first = (numpy.arange(side - 1)[:, None] * side + numpy.arange(side - 1)).ravel()
corners = numpy.stack([first, first + 1, first + side + 1, first + side], axis=1).astype(numpy.int32)
mesh.vertices.add(side * side)
mesh.vertices.foreach_set('co', place.ravel())
mesh.loops.add(corners.size)
mesh.loops.foreach_set('vertex_index', corners.ravel())
mesh.polygons.add(len(corners))
mesh.polygons.foreach_set('loop_start', numpy.arange(0, corners.size, 4, dtype=numpy.int32))
if bpy.app.version < (4, 0, 0):
    mesh.polygons.foreach_set('loop_total', numpy.full(len(corners), 4, dtype=numpy.int32))
mesh.update(calc_edges=True)
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Grid', mesh))
bpy.context.view_layer.update()
result = len(mesh.vertices)
"""

READ = """
import numpy, time
mesh = bpy.data.meshes['Grid']
array = numpy.empty(len(mesh.vertices) * 3, dtype=numpy.float32)
def median(read):
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        read()
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2] * 1000
result = [median(lambda: mesh.vertices.foreach_get('co', array))]
if bpy.app.version >= (4, 0, 0):
    result.append(median(lambda: mesh.attributes['position'].data.foreach_get('vector', array)))
"""

MOVE = """
import time, member
module = member.session_module()
session = module.current()
sequence = session.status.sequence
mesh = bpy.data.meshes['Grid']
mesh.vertices[len(mesh.vertices) // 2].co.z += 0.5
mesh.update()
bpy.context.view_layer.update()
ticks, own, deadline = [], [], time.monotonic() + 60
while time.monotonic() < deadline and not (session.settled and session.status.sequence > sequence):
    begin, own_begin = time.perf_counter(), time.thread_time()
    if module.tick():
        own.append((time.thread_time() - own_begin) * 1000)
        ticks.append((time.perf_counter() - begin) * 1000)
    time.sleep(0.001)
result = {'sum': sum(ticks), 'longest': max(ticks, default=0.0), 'own': max(own, default=0.0)}
"""


def mesh() -> None:
    """One vertex moved in meshes of three sizes: Blender's freeze and the bytes sent. The medians of nine edits.

    The reading that the freeze is compared with is ``vertices.foreach_get('co')``; from Blender 4 on there is a faster
    one, of the attribute, which is shown besides. "own" is the main thread's CPU time of the longest tick: what other
    processes on a busy machine take from it does not count.
    """
    print(
        "vertices   co ms   position ms   longest tick ms   own ms   all ticks ms   longest/co   bytes sent"
    )
    with Workplace("multi-user-bench") as place:
        server = Server(place, "--admin-password", ADMIN)
        member = Member(place, "A", os.environ.get("BLENDER") or "blender")
        for number, side in enumerate(SIDES):
            member.run("bpy.ops.wm.read_homefile(use_factory_startup=False, use_empty=True)")
            count = member.run(GRID, side=side)
            member.host(server.port, session=f"bench-{number}")
            wait_settled([member], 180)
            member.run(MOVE)  # the first edit also fills caches
            rows = []
            for _ in range(9):
                wait_settled([member], 60)
                reads = member.run(READ)
                before = member.state()["sent"]
                row = member.run(MOVE)
                sent = member.state()["sent"] - before
                rows.append((reads[0], reads[-1], row["longest"], row["own"], row["sum"], sent))
            co, position, longest, own, total, sent = (median(column) for column in zip(*rows))
            print(
                f"{count:9,} {co:7.2f} {position:11.2f} {longest:15.2f} {own:10.2f} {total:12.2f}"
                f" {longest / co:13.2f} {sent:12,}",
                flush=True,
            )
            member.leave()


def script(place: Workplace, name: str, steps: list[dict], port: int) -> list[dict]:
    """Runs a script of the standalone agent; what it printed for each step."""
    path = place.path(f"{name}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(
            {"server": {"host": "127.0.0.1", "port": port, "adminPassword": ADMIN}, "steps": steps}, file
        )
    result = subprocess.run(
        ["java", "-jar", jar(), "agent", "run", path, "--json"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **place.environment},
    )
    if result.returncode != 0:
        raise AssertionError(f"the script {name} failed:\n{result.stdout}\n{result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def join(nodes: int = 1000, size: int = 2048, round_trip_seconds: float = 0.05) -> None:
    """A late join of many nodes through a proxy that adds a round trip."""
    with Workplace("multi-user-bench") as place:
        server = Server(place, "--admin-password", ADMIN)
        fill = [
            {"connect": {"user": "anna", "state": "LOBBY"}},
            {"initialise": {"user": "anna", "empty": True}},
            {"wait": {"user": "anna", "state": "ONLINE"}},
            {"add": {"user": "anna", "type": "Mesh", "name": "Mesh", "count": nodes, "bytes": size}},
            {"wait": {"user": "anna", "pending": 0, "seconds": 60}},
            {"disconnect": {"user": "anna"}},
        ]
        script(place, "fill", fill, server.port)
        come = [
            {"connect": {"user": "ben"}},
            {"wait": {"user": "ben", "state": "ONLINE", "nodes": nodes, "seconds": 60}},
            {"disconnect": {"user": "ben"}},
        ]
        with Proxy(server.port, round_trip_seconds) as proxy:
            for _ in range(3):
                print(json.dumps(script(place, "join", come, proxy.base)))


def store() -> None:
    """The server's store: durable commits a second, and opening a session of a million commits."""
    in_java("store", "StoreBenchTest")


def relay() -> None:
    """What the server passes on in a second, beside a plain relay."""
    in_java("relay", "RelayBenchTest")


def tls() -> None:
    """What encryption costs: through the gate alone, and from agent to agent."""
    in_java("tls", "TlsBenchTest,EncryptionBenchTest")


def in_java(name: str, test: str) -> None:
    """Runs a benchmark that is written in Java."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    command = ["mvn", "-q", "--batch-mode", "test", "-pl", "protocol,java-agent", f"-Dtest={test}"]
    command += [f"-DargLine=-Dmultiuser.bench={name}", "-Dsurefire.failIfNoSpecifiedTests=false"]
    subprocess.run(command, cwd=root, check=True)


def far() -> None:
    """Half a second there and back, 2 % lost: by the proxy's model, and by the kernel's TCP where that can be had."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "far.py")
    subprocess.run([sys.executable, path, "model"], check=True)
    inside = ["unshare", "--net", "--map-root-user", sys.executable, path, "kernel"]
    if subprocess.run(inside, check=False).returncode != 0:
        print(
            "The kernel's TCP was not measured: that takes Linux, namespaces of one's own, ip, and /dev/net/tun."
        )


BENCHMARKS = {
    "mesh": mesh,
    "big": big,
    "heavy": lambda: heavy(GRID),
    "live": lambda: live(GRID, SIDES),
    "join": join,
    "panels": panels,
    "entering": entering,
    "undo": undo,
    "presence": presence,
    "store": store,
    "relay": relay,
    "tls": tls,
    "far": far,
    "flood": flood,
    "files": lambda: (files(), held(), in_java("files", "LeastWorkBenchTest")),
}


def main(arguments: list[str]) -> int:
    """Runs the named benchmarks, or all."""
    unknown = [name for name in arguments if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    for name in arguments or BENCHMARKS:
        print(f"== {name}")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
