"""Invites: what is written is read back; what is no invite says what to do."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.core.invite import Invite, read  # noqa: E402

ODD = [
    Invite("example.org"),
    Invite("192.0.2.7", 7000, "shot-010_b", "geheim & süß?#/%"),
    Invite("2001:db8::1", 65532, "main", "x" * 128),
    Invite("bücher.example", 1, "a" * 64),
    Invite("example.org", fingerprint="0123456789abcdef" * 4),
    Invite("example.org", 5555, "main", "geheim&fp=", False, "f" * 64),
    Invite("192.0.2.7", password="x", plain=True),
]
WRONG = [
    "",
    "https://example.org:5555/main",
    "multiuser://",
    "multiuser:///main",
    "multiuser://ho st/main",
    "multiuser://user@host/main",
    "multiuser://host:0/main",
    "multiuser://host:65533/main",
    "multiuser://host:port/main",
    "multiuser://[::1/main",
    "multiuser://host/two/three",
    "multiuser://host/" + "a" * 65,
    "multiuser://host/%2e%2e",
    "multiuser://host/main?pw=" + "x" * 129,
    "multiuser://host/main?pw=%0a",
    "multiuser://" + "h" * 254 + "/main",
    "multiuser://host/main?" + "x" * 3000,
    "multiuser://host/main?fp=12",
    "multiuser://host/main?fp=" + "g" * 64,
    "multiuser://host/main?fp=" + "a" * 65,
]


class InviteTest(unittest.TestCase):
    def test_what_is_written_is_read(self):
        for invite in ODD:
            self.assertEqual(read(f"  {invite.text()}\n"), invite)

    def test_what_is_left_out_has_its_usual_value(self):
        self.assertEqual(read("MultiUser://Host"), Invite("host", 5555, "main", ""))

    def test_a_fingerprint_may_be_written_as_other_programs_do(self):
        written = ":".join(["AB"] * 32)
        self.assertEqual(read(f"multiuser://host/main?fp={written}").fingerprint, "ab" * 32)
        self.assertEqual(read(f"multiuser://host/main?plain=1&fp={written}"), Invite("host", plain=True))
        self.assertFalse(read("multiuser://host/main?plain=yes").plain, "encrypted unless it is certain")

    def test_a_line_fits_where_invites_are_sent(self):
        invite = Invite("studio.example.org", password="x" * 20, fingerprint="f" * 64)
        self.assertTrue(invite.text().endswith(f"?fp={'f' * 64}&pw={'x' * 20}"))
        self.assertLess(len(invite.text()), 160)

    def test_a_server_is_asked_for_as_it_is_protected(self):
        self.assertEqual(Invite("host").address, "host:5555")
        self.assertEqual(Invite("::1", 7000, plain=True).address, "multiuser://[::1]:7000?plain=1")
        self.assertEqual(
            Invite("host", fingerprint="ab" * 32).address, f"multiuser://host:5555?fp={'ab' * 32}"
        )

    def test_what_is_none_says_what_one_looks_like(self):
        for text in WRONG:
            with self.assertRaisesRegex(ValueError, "An invite looks like", msg=text):
                read(text)


if __name__ == "__main__":
    unittest.main()
