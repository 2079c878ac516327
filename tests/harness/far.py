"""A long and lossy way as the kernel's own TCP meets it, where netem is not at hand: packets go through a TUN device.

Linux, with the right to make one: run the test in a network namespace of its own (``unshare --net --map-root-user``).
"""

from __future__ import annotations

import fcntl
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections import deque

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_NAME = "far0"
_MTU = 1500


class FarWay:
    """What is sent to ``address`` comes back to this machine after half a round trip, as though from there.

    So a client that connects to ``address`` reaches a server that listens here on all addresses. Of the packets of each
    direction the part ``loss`` never arrives. Raises OSError where a TUN device cannot be made.
    """

    address = "10.77.0.2"

    def __init__(self, round_trip_seconds: float, loss: float, seed: int = 1):
        self._delay = round_trip_seconds / 2
        self._loss = loss
        self._random = random.Random(seed)
        self._device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        self._over = False
        request = struct.pack("16sH22x", _NAME.encode(), _IFF_TUN | _IFF_NO_PI)
        fcntl.ioctl(self._device, _TUNSETIFF, request)
        for command in (
            ["link", "set", "lo", "up"],
            ["address", "add", "10.77.0.1/30", "dev", _NAME],
            ["link", "set", _NAME, "up", "mtu", str(_MTU)],
        ):
            subprocess.run(["ip", *command], check=True)
        self._thread = threading.Thread(target=self._carry, name="far way", daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        """Every packet takes equally long, so they leave in the order in which they came."""
        late: deque[tuple[float, bytes]] = deque()
        while not self._over:
            wait = max(0.0, late[0][0] - time.monotonic()) if late else 0.1
            if select.select([self._device], [], [], wait)[0]:
                packet = os.read(self._device, _MTU)
                if packet[0] >> 4 == 4 and self._random.random() >= self._loss:
                    late.append((time.monotonic() + self._delay, packet))
            while late and late[0][0] <= time.monotonic():
                packet = late.popleft()[1]
                # Sender and receiver change places, which leaves the checksums right.
                os.write(self._device, packet[:12] + packet[16:20] + packet[12:16] + packet[20:])

    def close(self) -> None:
        """The way is no more."""
        self._over = True
        self._thread.join(5)
        os.close(self._device)

    def __enter__(self) -> FarWay:
        return self

    def __exit__(self, *_) -> None:
        self.close()
