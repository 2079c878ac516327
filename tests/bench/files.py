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
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.scripts import RunningScript  # noqa: E402
from harness.server import Server  # noqa: E402

MEGABYTE = 1 << 20
SIZES = [400] + [100] * 4 + [4] * 50  # in megabytes
EDITS = 60
CHUNK = 1 << 18


def files() -> None:
    """Runs and prints."""
    with Workplace("multi-user-bench-files") as place:
        paths = [_write(place, number, size * MEGABYTE) for number, size in enumerate(SIZES)]
        total = sum(os.path.getsize(path) for path in paths)
        copy = total / _tls_copy(place, paths) / 1e6
        print(f"{total / 1e9:.2f} GB in {len(paths)} files; a plain copy through TLS 1.3: {copy:.0f} MB/s")
        server = Server(place, "--admin-password", ADMIN)
        _idle(place, server)
        up, names = _up(place, server, paths)
        down = _down(place, server, paths, names)
        for what, seconds in (("up", up), ("down", down)):
            print(f"{what}: {total / seconds / 1e6:.0f} MB/s, {total / seconds / 1e6 / copy:.0%} of the copy")


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
    edits = Edits(place, server, "while-up")
    before = server.process.memory_bytes()
    steps: list = [{"connect": {"user": "a", "state": "ONLINE"}}, "begin"]
    steps += [{"offer": {"user": "a", "file": path}} for path in paths]
    steps += [{"wait": {"user": "a", "file": path, "transfer": "DONE", "seconds": 600}} for path in paths]
    script = RunningScript(place, "up", server.port, steps, all_out=True)
    script.reached("begin")
    begin = time.monotonic()
    most = _watch(script, server)
    seconds = time.monotonic() - begin
    print(
        f"an edit while files go up: {edits.median_millis():.0f} ms; server grew {(most - before) >> 20} MB"
    )
    return seconds, [told.split(",")[0] for told in script.told("offer")]


def _down(place: Workplace, server: Server, paths: list[str], names: list[str]) -> float:
    edits = Edits(place, server, "while-down")
    before = server.process.memory_bytes()
    steps: list = [{"connect": {"user": "b", "state": "ONLINE"}}, "begin"]
    steps += [{"fetch": {"user": "b", "file": name, "name": "x.bin"}} for name in names]
    waits = [{"user": "b", "file": name, "transfer": "DONE", "seconds": 600} for name in names]
    steps += [{"wait": wait} for wait in waits] + ["done"]
    sums = [hashlib.sha256(open(path, "rb").read()).hexdigest() for path in paths]
    steps += [{"expect": {"user": "b", "file": name, "sha256": wanted}} for name, wanted in zip(names, sums)]
    script = RunningScript(place, "down", server.port, steps, all_out=True)
    script.reached("begin")
    begin = time.monotonic()
    script.reached("done", 600)
    seconds = time.monotonic() - begin
    most = server.process.memory_bytes()
    script.well(300)
    print(
        f"an edit while files come down: {edits.median_millis():.0f} ms; server {(most - before) >> 20:+d} MB"
    )
    return seconds


def _watch(script: RunningScript, server: Server) -> int:
    """Waits for the script's end; the most memory that the server had meanwhile, in bytes."""
    most = 0
    while script.process.running:
        most = max(most, server.process.memory_bytes())
        time.sleep(0.02)
    script.well()
    return most


if __name__ == "__main__":
    files()
