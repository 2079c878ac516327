"""Servers behind nginx as a proxy: agents reach them through it as they would directly. Run: python3 test_nginx.py"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402
from harness.scripts import run_script, write_script  # noqa: E402
from harness.server import Server  # noqa: E402

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"
CHANNELS = ("commands", "subscriber", "publisher", "ttl")

FRAME = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr info;
load_module {module};
events {{ worker_connections 256; }}
stream {{
{stream}
}}
"""

PASS_ON = """
  server {{
    listen 127.0.0.1:{port};
    proxy_pass 127.0.0.1:{server};
  }}
"""

# What docs/security.md tells whoever runs a server behind a proxy.
END_TLS = """
  map $ssl_alpn_protocol $behind {{
    multiuser-commands   127.0.0.1:{commands};
    multiuser-subscriber 127.0.0.1:{subscriber};
    multiuser-publisher  127.0.0.1:{publisher};
    multiuser-ttl        127.0.0.1:{ttl};
  }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate     {folder}/proxy.pem;
    ssl_certificate_key {folder}/proxy.key;
    ssl_protocols       TLSv1.3;
    ssl_alpn            {names};
    proxy_pass          $behind;
  }}
"""


def openssl(*arguments: str, cwd: str) -> None:
    """Runs openssl; raises AssertionError with what it said."""
    result = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(result.stderr)


@unittest.skipUnless(NGINX and os.path.exists(MODULE), "needs nginx and its stream module")
class BehindNginx(unittest.TestCase):
    """Two users edit one session through the proxy."""

    def setUp(self):
        self.place = Workplace("multi-user-nginx")
        self.addCleanup(self.place.close)
        self.folder = os.path.dirname(self.place.path("nginx", "conf"))
        self.port = free_base_port()

    def serve(self, *options: str) -> Server:
        return Server(self.place, "--admin-password", ADMIN, *options)

    def proxy(self, stream: str, **places: object) -> None:
        """Starts nginx with this part of its configuration, on a port of its own."""
        stream = stream.format(port=self.port, folder=self.folder, **places)
        conf = os.path.join(self.folder, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(FRAME.format(folder=self.folder, module=MODULE, stream=stream))
        process = self.place.start("nginx", [NGINX, "-p", self.folder, "-c", conf])

        def listens():
            self.assertTrue(process.running, process.tail())
            return any("start worker process" in line for line in process.lines)

        wait_until(listens, "nginx to be ready")

    def end_tls(self, server: Server, names: str = " ".join(f"multiuser-{it}" for it in CHANNELS)) -> None:
        """nginx with a certificate for 127.0.0.1 from an authority of its own, before a server in clear."""
        subject = [
            "-subj",
            "/CN=Multi-User test",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ]
        openssl(
            "req", "-x509", *subject, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem", cwd=self.folder
        )
        openssl("req", *subject, "-keyout", "proxy.key", "-out", "proxy.csr", cwd=self.folder)
        with open(os.path.join(self.folder, "names"), "w", encoding="ascii") as file:
            file.write("subjectAltName=IP:127.0.0.1")
        signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
        openssl("x509", "-req", "-in", "proxy.csr", *signed, "-out", "proxy.pem", cwd=self.folder)
        ports = {name: server.port + place for place, name in enumerate(CHANNELS)}
        self.proxy(END_TLS, names=names, **ports)

    def known(self) -> str:
        """What the agents remembered."""
        path = self.place.environment["MULTI_USER_KNOWN_SERVERS"]
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()

    def edits(self, *options: str) -> tuple[int, str]:
        """Ada opens the session with 20 MB, Ben joins, and both edit."""
        path = write_script(
            self.place,
            {"connect": {"user": "ada", "state": "LOBBY"}},
            {"initialise": {"user": "ada", "empty": True}},
            {"wait": {"user": "ada", "state": "ONLINE"}},
            {"add": {"user": "ada", "type": "Mesh", "name": "Mesh", "count": 20, "bytes": 1_000_000}},
            {"wait": {"user": "ada", "pending": 0, "seconds": 60}},
            {"connect": {"user": "ben", "state": "ONLINE"}},
            {"wait": {"user": "ben", "nodes": 20, "seconds": 60}},
            {"set": {"user": "ben", "node": "Mesh.3", "path": "x", "value": 7}},
            {"wait": {"user": "ada", "node": "Mesh.3", "path": "x", "value": 7}},
        )
        code, _, text = run_script(self.place, path, self.port, *options)
        return code, text

    def test_it_passes_on_what_the_server_encrypts(self):
        """[CH7] [CH9] One port; the certificate is the server's own, remembered at the first use."""
        server = self.serve()
        self.proxy(PASS_ON, server=server.port)
        code, text = self.edits()
        self.assertEqual(code, 0, text)
        self.assertEqual(self.known(), f"127.0.0.1:{self.port} {server.fingerprint}\n")

    def test_it_ends_tls_before_a_server_in_clear(self):
        """[CH7] [CH9] Its certificate is known by its name: nothing is remembered."""
        self.end_tls(self.serve("--plain"))
        code, text = self.edits("--trust", os.path.join(self.folder, "ca.pem"))
        self.assertEqual(code, 0, text)
        self.assertEqual(self.known(), "")

    def test_it_ends_tls_and_nobody_vouches_for_it(self):
        """[CH9] Then its certificate counts as any other: from the first use on."""
        self.end_tls(self.serve("--plain"))
        code, text = self.edits()
        self.assertEqual(code, 0, text)
        self.assertIn(f"127.0.0.1:{self.port} ", self.known())

    def test_it_does_not_know_the_channels(self):
        """[CH7] That is said."""
        self.end_tls(self.serve("--plain"), names="h2")
        code, text = self.edits()
        self.assertEqual(code, 1, text)
        self.assertIn("a proxy before it does not pass on the channels' names (ALPN)", text)


if __name__ == "__main__":
    unittest.main()
