"""Computers and routers of a test: network namespaces of Linux, joined by cables. Needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import count

# Where Debian keeps tools of an administrator, too.
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"

_numbers = count(1)


def run(*command: str, stdin: str = "") -> str:
    """Runs a command; raises AssertionError with what it said if it fails."""
    result = subprocess.run(
        command, input=stdin, capture_output=True, text=True, check=False, env={**os.environ, "PATH": PATH}
    )
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {result.stderr}")
    return result.stdout


def why_not() -> str:
    """Why no hosts can be made here; empty if they can."""
    for tool in ("ip", "nft"):
        if shutil.which(tool, path=PATH) is None:
            return f"needs {tool} (iproute2, nftables)"
    name = f"mu-{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        return f"needs the right to make network namespaces: {made.stderr.strip()}"
    run("ip", "netns", "del", name)
    return ""


class Host:
    """One computer. ``remove`` takes it away with its cables."""

    def __init__(self, name: str):
        self.name = f"mu-{os.getpid()}-{next(_numbers)}-{name}"
        run("ip", "netns", "add", self.name)
        self.run("ip", "link", "set", "lo", "up")

    @property
    def within(self) -> tuple[str, ...]:
        """What goes before a command that is to run on it."""
        return (shutil.which("ip", path=PATH) or "ip", "netns", "exec", self.name)

    def run(self, *command: str, stdin: str = "") -> str:
        """Runs a command on it; raises AssertionError if that fails."""
        return run(*self.within, *command, stdin=stdin)

    def cable(self, other: Host, here: str, there: str) -> None:
        """Joins two hosts, each with its address of that network (``10.0.0.1/24``)."""
        number = next(_numbers)
        ends = (f"mu{number}a", f"mu{number}b")
        run(
            "ip",
            "link",
            "add",
            ends[0],
            "netns",
            self.name,
            "type",
            "veth",
            "peer",
            ends[1],
            "netns",
            other.name,
        )
        for host, end, address in ((self, ends[0], here), (other, ends[1], there)):
            nodad = ["nodad"] if ":" in address else []
            host.run("ip", "address", "add", address, "dev", end, *nodad)
            host.run("ip", "link", "set", end, "up")

    def route(self, network: str, via: str) -> None:
        """The way to a network (``default`` for all others)."""
        self.run("ip", "route", "add", network, "via", via)

    def forwards(self) -> None:
        """Makes it a router."""
        self.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

    def filter(self, rules: str) -> None:
        """Replaces its firewall and address translation by these rules of nftables."""
        self.run("nft", "-f", "-", stdin="flush ruleset\n" + rules)

    def remove(self) -> None:
        """Takes it away."""
        run("ip", "netns", "del", self.name)
