"""What the artist enters and presses without a session, in a real Blender. Run: blender -b --factory-startup --python
interface.py"""

import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from common import run  # noqa: E402


class Interface(unittest.TestCase):
    def setUp(self):
        bpy.ops.preferences.addon_enable(module="multi_user")
        self.addCleanup(bpy.ops.preferences.addon_disable, module="multi_user")
        self.settings = bpy.context.preferences.addons["multi_user"].preferences

    def names(self):
        return [server.name for server in self.settings.servers]

    def test_first_start(self):
        """[F4] [F5] Continue needs a name, keeps what was suggested, and the list has two servers then."""
        suggested = self.settings.user_name
        self.settings.user_name = " "
        self.assertFalse(bpy.ops.multiuser.set_up.poll())
        self.settings.user_name = f" {suggested} "
        bpy.ops.multiuser.set_up()
        self.assertEqual((self.settings.user_name, self.settings.is_set_up), (suggested, True))
        self.assertTrue(self.settings.is_property_set("colour"))
        self.assertEqual(self.names(), ["Localhost", "Internet"])
        self.settings.servers.clear()
        bpy.ops.multiuser.set_up()
        self.assertEqual(self.names(), [], "who empties the list has it empty")

    def test_every_setting_is_saved_once_it_changed(self):
        """Those of groups within the preferences as well, which not every Blender notices by itself."""
        for group, name, value in (
            (self.settings, "live_edit", True),
            (self.settings.overlay, "show_modes", False),
            (self.settings.replication, "push_lights", False),
            (self.settings.hosting, "port", 7000),
            (self.settings.hosting, "encrypted", False),
        ):
            bpy.context.preferences.is_dirty = False
            setattr(group, name, value)
            self.assertTrue(bpy.context.preferences.is_dirty, name)
            group.property_unset(name)

    def test_servers_are_added_changed_and_removed(self):
        """[F5] One that gets the name of another one takes its place."""
        bpy.ops.multiuser.set_up()
        bpy.ops.multiuser.add_server(name="Studio", host="studio.example", port=7000, server_password="eins")
        bpy.ops.multiuser.add_server(
            name="Studio", host="[2001:db8::1]", session="shot_1", admin_password="zwei"
        )
        self.assertEqual(self.names(), ["Localhost", "Internet", "Studio"])
        server = self.settings.servers["Studio"]
        self.assertEqual((server.host, server.port, server.session), ("2001:db8::1", 5555, "shot_1"))
        self.assertEqual((server.server_password, server.admin_password), ("", "zwei"))
        self.assertEqual(self.settings.server_index, 2)
        bpy.ops.multiuser.edit_server(name="Internet", host="example.org")
        self.assertEqual(self.names(), ["Localhost", "Internet"])
        self.assertEqual(self.settings.servers["Internet"].host, "example.org")
        bpy.ops.multiuser.remove_server()
        bpy.ops.multiuser.remove_server()
        self.assertEqual((self.names(), self.settings.server_index), ([], 0))
        self.assertFalse(bpy.ops.multiuser.remove_server.poll())

    def test_what_cannot_be_a_server_is_refused(self):
        """With what to do, and the list stays."""
        bpy.ops.multiuser.set_up()
        for options in (
            {"name": " ", "host": "example.org"},
            {"name": "x", "host": ""},
            {"name": "x", "host": "two words"},
            {"name": "x", "host": "https://example.org"},
            {"name": "x", "host": "example.org", "session": "a b"},
            {"name": "x", "host": "example.org", "fingerprint": "ab"},
        ):
            with self.assertRaises(RuntimeError, msg=str(options)) as caught:
                bpy.ops.multiuser.add_server(**options)
            self.assertRegex(str(caught.exception), "Give|Enter|invite")
        self.assertEqual(self.names(), ["Localhost", "Internet"])

    def test_invites_are_pasted(self):
        """[F8] The same session stands in the list once."""
        bpy.ops.multiuser.set_up()
        for password in ("erst", "dann"):
            bpy.ops.multiuser.paste_invite(text=f"multiuser://example.org:7000/shot?pw={password}")
        self.assertEqual(self.names(), ["Localhost", "Internet", "example.org shot"])
        server = self.settings.servers[self.settings.server_index]
        self.assertEqual((server.port, server.server_password), (7000, "dann"))
        with self.assertRaisesRegex(RuntimeError, "This is no invite"):
            bpy.ops.multiuser.paste_invite(text="https://example.org")

    def test_servers_are_encrypted_unless_somebody_says_otherwise(self):
        """[CH9] What an invite says is kept; what it leaves out does not take away what protects."""
        bpy.ops.multiuser.set_up()
        self.assertTrue(all(server.encrypted for server in self.settings.servers))
        self.assertTrue(self.settings.hosting.encrypted)
        digits = "0123456789abcdef" * 4
        bpy.ops.multiuser.paste_invite(text=f"multiuser://example.org?fp={digits.upper()}")
        server = self.settings.servers["example.org"]
        self.assertEqual((server.encrypted, server.fingerprint), (True, digits))
        self.assertEqual(server.address, f"multiuser://example.org:5555?fp={digits}")
        bpy.ops.multiuser.paste_invite(text="multiuser://example.org?pw=x")
        self.assertEqual(self.settings.servers["example.org"].fingerprint, digits)
        bpy.ops.multiuser.paste_invite(text="multiuser://example.org?plain=1")
        server = self.settings.servers["example.org"]
        self.assertEqual((server.encrypted, server.fingerprint, server.server_password), (False, "", "x"))
        self.assertEqual(server.invite.text(), "multiuser://example.org:5555/main?plain=1&pw=x")
        bpy.ops.multiuser.add_server(name="Own", host="studio", fingerprint=":".join(["AB"] * 32))
        self.assertEqual(self.settings.servers["Own"].address, f"multiuser://studio:5555?fp={'ab' * 32}")
        bpy.ops.multiuser.edit_server(name="Own", host="studio", encrypted=False, fingerprint="nonsense")
        self.assertEqual(self.settings.servers["Own"].address, "multiuser://studio:5555?plain=1")

    def test_a_certificate_is_forgotten(self):
        """[CH9] That of the chosen server, where it has one."""
        from multi_user import servers
        from multi_user.bridge import steps

        forgotten = []

        def forget(_jar, _java, place):
            forgotten.append(place)
            yield

        bpy.ops.multiuser.set_up()
        bpy.ops.multiuser.add_server(name="Studio", host="studio", port=7000, fingerprint="ab" * 32)
        with mock.patch.object(servers.probe, "forget", forget):
            with mock.patch.object(servers.Asking, "begin") as asked:
                bpy.ops.multiuser.forget_certificate()
                while steps.wind_down():
                    pass
        self.assertEqual(forgotten, ["studio:7000"])
        self.assertEqual(self.settings.servers["Studio"].fingerprint, "")
        asked.assert_called_once()
        bpy.ops.multiuser.edit_server(name="Studio", host="studio", encrypted=False)
        with self.assertRaisesRegex(RuntimeError, "no certificate"):
            bpy.ops.multiuser.forget_certificate()
        bpy.ops.multiuser.edit_server(name="Studio", host="studio", encrypted=True)

    def test_an_invite_takes_no_other_servers_place(self):
        """[F5] [F8] Another port of the same computer is another server; what was typed before is kept."""
        bpy.ops.multiuser.set_up()
        bpy.ops.multiuser.paste_invite(text="multiuser://example.org:5555/main?pw=eins")
        self.settings.servers["example.org"].admin_password = "zwei"
        bpy.ops.multiuser.paste_invite(text="multiuser://example.org:7000/main")
        bpy.ops.multiuser.paste_invite(text="multiuser://example.org:5555/main")
        self.assertEqual(self.names()[2:], ["example.org", "example.org (2)"])
        first, second = self.settings.servers["example.org"], self.settings.servers["example.org (2)"]
        self.assertEqual((first.port, first.server_password, first.admin_password), (5555, "eins", "zwei"))
        self.assertEqual((second.port, second.server_password), (7000, ""))

    def test_a_cache_folder_that_is_none_is_told(self):
        """What a system leaves in a folder does not make it somebody else's."""
        bpy.ops.multiuser.set_up()
        with tempfile.TemporaryDirectory() as folder:
            self.settings.cache_folder = folder
            open(os.path.join(folder, ".DS_Store"), "w").close()
            self.assertEqual(bpy.ops.multiuser.cache_size(), {"FINISHED"})
            open(os.path.join(folder, "thesis.txt"), "w").close()
            for call in (bpy.ops.multiuser.cache_size, bpy.ops.multiuser.clear_cache, bpy.ops.multiuser.host):
                with self.assertRaisesRegex(RuntimeError, "thesis.txt"):
                    call()
            self.settings.cache_folder = ""

    def test_what_needs_a_session_is_off_without_one(self):
        bpy.ops.multiuser.set_up()
        for name in (
            "disconnect",
            "cancel",
            "initialise",
            "lock",
            "hand_over",
            "kick",
            "set_role",
            "copy_invite",
            "trust",
        ):
            self.assertFalse(getattr(bpy.ops.multiuser, name).poll(), name)
        for name in ("connect", "host", "add_server", "paste_invite", "refresh_servers"):
            self.assertTrue(getattr(bpy.ops.multiuser, name).poll(), name)

    def test_every_action_has_a_name_and_a_tooltip_and_is_in_the_menu(self):
        """Blender's search finds what a menu has."""
        from multi_user.ui import menu

        listed = {*menu._WITHOUT, *menu._WITHIN, *menu._ALWAYS}
        for name in listed:
            operator = getattr(bpy.ops.multiuser, name.partition(".")[2]).get_rna_type()
            self.assertTrue(operator.description, name)
            small = {"a", "of", "on", "at", "the", "this", "in"}
            for word in operator.name.split():
                self.assertTrue(word in small or word[0].isupper(), operator.name)

    def test_a_session_that_was_hosted_before_is_offered(self):
        """[F10] The newest first; without one that is said."""
        from multi_user import hosts

        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(hosts.saved_sessions(folder), [])
            for name, when in (("old", 1000), ("new", 2000)):
                data = os.path.join(folder, "server", name)
                os.makedirs(data)
                with open(os.path.join(data, "main.session"), "wb") as file:
                    file.write(b"x" * 10)
                os.utime(file.name, (when, when))
            os.makedirs(os.path.join(folder, "server", "empty"))
            found = hosts.saved_sessions(folder)
            self.assertEqual(
                [(os.path.basename(it[0]), it[1], it[2]) for it in found],
                [("new", 2000, 10), ("old", 1000, 10)],
            )
            self.settings.cache_folder = folder
            old = os.path.join(folder, "server", "old")
            self.settings.hosting.saved = old
            os.utime(os.path.join(old, "main.session"), (3000, 3000))  # it was hosted: now it comes first
            self.assertEqual(self.settings.hosting.saved, old, "it is that one still")
            self.settings.cache_folder = ""
        with self.assertRaisesRegex(RuntimeError, "No session was hosted here so far"):
            bpy.ops.multiuser.host(start="SAVED")


run(Interface)
