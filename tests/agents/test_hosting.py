"""What docs/hosting.md tells, tried between computers: a LAN, a router, a firewall, an overlay, the internet.

Run as root: python3 test_hosting.py
"""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.hosts import Host, why_not  # noqa: E402
from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.scripts import run_script, write_script  # noqa: E402
from harness.server import Server  # noqa: E402

PORT = 5555  # each computer has all ports to itself
HOME, DESK, ROUTER_INSIDE = "192.168.7.10", "192.168.7.20", "192.168.7.1"
ROUTER, FRIEND, RENTED = "203.0.113.2", "198.51.100.2", "192.0.2.2"
RENTED_6 = "2001:db8:2::2"

# As a router at home does: who is inside goes out under its address, and nobody comes in.
TRANSLATES = """
table ip nat {{
  chain in {{ type nat hook prerouting priority dstnat; {forward}; }}
  chain out {{ type nat hook postrouting priority srcnat; ip saddr 192.168.7.0/24 masquerade; }}
}}
table inet guard {{
  chain forward {{
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip saddr 192.168.7.0/24 accept
    ct status dnat accept
  }}
}}
"""
FORWARD_ONE = f"ip daddr {ROUTER} tcp dport 5555 dnat to {HOME}"
FORWARD_OVERLAY = f"ip daddr {ROUTER} udp dport 4789 dnat to {HOME}"

# As the guide tells for a rented server.
GUARDED = """
table inet guard {{
  chain in {{
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert }} accept
    tcp dport {{ {ports} }} accept
  }}
}}
"""

WHY_NOT = why_not()


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Hosting(unittest.TestCase):
    """A home with a router, a friend elsewhere, a rented server, and the internet between them."""

    def setUp(self):
        self.place = Workplace("multi-user-hosting")
        self.addCleanup(self.place.close)
        self.home, self.desk = self.host("home"), self.host("desk")
        self.router, self.internet = self.host("router"), self.host("internet")
        self.friend, self.rented = self.host("friend"), self.host("rented")
        self.addCleanup(self.place.close)  # again, and first: processes end before their hosts go
        self.lan()
        self.internet.forwards()
        self.router.cable(self.internet, f"{ROUTER}/24", "203.0.113.1/24")
        self.friend.cable(self.internet, f"{FRIEND}/24", "198.51.100.1/24")
        self.rented.cable(self.internet, f"{RENTED}/24", "192.0.2.1/24")
        self.router.route("default", "203.0.113.1")
        self.friend.route("default", "198.51.100.1")
        self.rented.route("default", "192.0.2.1")

    def host(self, name: str) -> Host:
        host = Host(name)
        self.addCleanup(host.remove)
        return host

    def lan(self) -> None:
        """Two computers on the router's switch."""
        self.router.forwards()
        self.router.run("ip", "link", "add", "lan", "type", "bridge")
        self.router.run("ip", "address", "add", f"{ROUTER_INSIDE}/24", "dev", "lan")
        self.router.run("ip", "link", "set", "lan", "up")
        for number, (host, address) in enumerate(((self.home, HOME), (self.desk, DESK))):
            plug = f"plug{number}"
            self.router.run("ip", "link", "add", plug, "type", "veth", "peer", "eth", "netns", host.name)
            self.router.run("ip", "link", "set", plug, "master", "lan", "up")
            host.run("ip", "address", "add", f"{address}/24", "dev", "eth")
            host.run("ip", "link", "set", "eth", "up")
            host.route("default", ROUTER_INSIDE)

    def serve(self, host: Host, *options: str, bind: str = "0.0.0.0") -> Server:
        options = ("--admin-password", ADMIN, *options)
        return Server(self.place, *options, port=PORT, bind=bind, within=host.within)

    def joins(self, host: Host, address: str, *options: str) -> None:
        """An artist there opens the session, brings 5 MB, and edits with a second one."""
        path = write_script(
            self.place,
            {"connect": {"user": "ada", "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"wait": {"user": "ada", "state": "ONLINE"}},
            {"add": {"user": "ada", "type": "Mesh", "name": "Mesh", "count": 5, "bytes": 1_000_000}},
            {"wait": {"user": "ada", "pending": 0, "seconds": 60}},
            {"connect": {"user": "ben", "state": "ONLINE"}},
            {"wait": {"user": "ben", "nodes": 5, "seconds": 60}},
            {"set": {"user": "ben", "node": "Mesh.3", "path": "x", "value": 7}},
            {"wait": {"user": "ada", "node": "Mesh.3", "path": "x", "value": 7}},
        )
        code, _, text = run_script(self.place, path, PORT, *options, host=address, within=host.within)
        self.assertEqual(0, code, text)

    def fails(self, host: Host, address: str, *options: str) -> str:
        """What an artist there is told who cannot join."""
        path = write_script(self.place, {"connect": {"user": "ada", "state": "LOBBY"}})
        code, _, text = run_script(self.place, path, PORT, *options, host=address, within=host.within)
        self.assertNotEqual(0, code, text)
        return text

    def test_on_a_lan(self):
        self.router.filter(TRANSLATES.format(forward="accept"))
        self.serve(self.home)
        self.joins(self.desk, HOME)

    def test_behind_a_router_with_one_port_forwarded(self):
        self.router.filter(TRANSLATES.format(forward="accept"))
        self.serve(self.home)
        self.assertIn("router", self.fails(self.friend, ROUTER))
        self.router.filter(TRANSLATES.format(forward=FORWARD_ONE))
        self.joins(self.friend, ROUTER)

    def test_without_encryption_one_forwarded_port_is_too_few(self):
        self.router.filter(TRANSLATES.format(forward=FORWARD_ONE))
        self.serve(self.home, "--plain")
        self.assertIn("5556", self.fails(self.friend, ROUTER, "--plain"))
        self.router.filter(TRANSLATES.format(forward=FORWARD_ONE.replace("5555", "5555-5558")))
        self.joins(self.friend, ROUTER, "--plain")

    def test_a_rented_server_with_a_firewall(self):
        self.serve(self.rented, bind="::")
        self.rented.filter(GUARDED.format(ports="22"))
        self.assertIn("firewall", self.fails(self.friend, RENTED))
        self.rented.filter(GUARDED.format(ports="22, 5555"))
        self.joins(self.friend, RENTED)

    def test_by_ipv6(self):
        self.rented.cable(self.friend, f"{RENTED_6}/64", "2001:db8:2::1/64")
        self.rented.filter(GUARDED.format(ports="22, 5555"))
        self.serve(self.rented, bind="::")
        self.joins(self.friend, f"[{RENTED_6}]")

    def test_through_an_overlay(self):
        """As ZeroTier and the like make it: a network of its own, with smaller packets, on top of the internet."""
        self.router.filter(TRANSLATES.format(forward=FORWARD_OVERLAY))
        ends = (
            (self.home, HOME, ROUTER, FRIEND, "10.147.17.1"),
            (self.friend, FRIEND, FRIEND, ROUTER, "10.147.17.2"),
        )
        for host, local, _, remote, address in ends:
            host.run(
                *("ip", "link", "add", "overlay", "type", "vxlan", "id", "7", "dstport", "4789", "noudpcsum"),
                *("local", local, "remote", remote),
            )
            host.run("ip", "address", "add", f"{address}/24", "dev", "overlay")
            host.run("ip", "link", "set", "overlay", "mtu", "1400", "up")
        self.serve(self.home)
        self.joins(self.friend, "10.147.17.1")


if __name__ == "__main__":
    unittest.main()
