"""Servers, invites and hosting as an artist comes to them: with real servers, and what Blender writes to its disk."""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.proxy import free_base_port  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
PASSWORD = "geheim & süß"
STATES = """
import member, sys
package = member.session_module().__name__.rpartition('.')[0]
list_of, ui = sys.modules[package + '.servers'], sys.modules[package + '.ui.servers']
settings = member.preferences()
result = None if list_of.asking.under_way else {
    it.name: [*ui.state_of(it)[::2], ui.details_of(it)] for it in settings.servers
}
"""
SAVED = """
import os
bpy.ops.wm.save_userpref()
with open(os.path.join(bpy.utils.user_resource('CONFIG'), 'userpref.blend'), 'rb') as file:
    held = file.read()
result = [text.encode() in held for text in args['texts']]
"""
KEPT = """
import member, sys
package = member.session_module().__name__.rpartition('.')[0]
preferences, hosts = sys.modules[package + '.preferences'], sys.modules[package + '.hosts']
result = [it[0] for it in hosts.saved_sessions(preferences.cache_folder(preferences.get()))]
"""


class Interface(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-interface")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN, "--server-password", PASSWORD)
        cls.a, cls.b = Member(cls.place, "A", COMMAND), Member(cls.place, "B", COMMAND)
        for member in (cls.a, cls.b):
            member.run("import member\nmember.preferences().user_name = args['name']", name=member.name)
            member.run("bpy.ops.multiuser.set_up()")

    def ended(self, member: Member) -> str:
        """Why the session ended, as the dialog says it."""
        member.wait_phase("ENDED")
        return member.run("import member\nresult = member.session_module().current().failure")

    def test_1_servers_are_asked_how_they_are(self):
        """[F6] Without a log-in: there or not, a lock, and what the chosen session is."""
        add = "bpy.ops.multiuser.add_server(name=args['name'], host='127.0.0.1', port=args['port'])"
        self.a.run(add, name="Studio", port=self.server.port)
        self.a.run(add, name="Gone", port=free_base_port())
        self.a.run("bpy.ops.multiuser.refresh_servers()")
        states = self.a.until_code(STATES, "the servers to answer")
        text, locked, details = states["Studio"]
        self.assertRegex(text, r"^\d+ ms$")
        self.assertTrue(locked)
        self.assertIn("not open yet; nobody is in it", details)
        self.assertEqual(states["Gone"][:2], ["offline", False])
        self.assertIn("is the server running there?", states["Gone"][2])
        self.assertEqual(states["Internet"], ["", False, ""], "nobody to ask")

    def test_2_connect_leads_to_the_chosen_server(self):
        """[F7] [F11] With its passwords; without them the reason is told."""
        self.a.run("import member\ns = member.preferences()\ns.server_index = s.servers.find('Studio')")
        self.a.run("bpy.ops.multiuser.connect()")
        self.assertIn("password", self.ended(self.a))
        code = "import member\nmember.preferences().servers['Studio'].admin_password = args['admin']"
        self.a.run(code, admin=ADMIN)
        self.a.run("bpy.ops.multiuser.connect()")
        self.a.wait_phase("LOBBY")
        self.a.run("bpy.ops.multiuser.initialise(start='SCENES')")
        self.a.wait_phase("ONLINE")

    def test_3_an_invite_is_all_that_is_needed(self):
        """[F8] [CH9] It brings the server's password along, and its certificate: no other one is taken."""
        line = f"multiuser://127.0.0.1:{self.server.port}/main?pw=geheim%20%26%20s%C3%BC%C3%9F&fp="
        paste = (
            "bpy.ops.multiuser.paste_invite(text=args['line'])\nbpy.ops.multiuser.connect(keep_backup=False)"
        )
        self.b.run(paste, line=line + "ab" * 32)
        error = self.ended(self.b)
        self.assertIn("not the one that you were invited to", error)
        self.assertIn(self.server.fingerprint, error)
        self.b.run(paste, line=line + self.server.fingerprint)
        self.b.wait_phase("ONLINE")
        wait_settled([self.a, self.b])
        self.assertTrue(self.b.value("'Cube' in bpy.data.objects"))

    def test_4_who_is_removed_is_told_why(self):
        """[F7] [F14]"""
        code = "import member\ns = member.session_module().current()\n"
        code += (
            "bpy.ops.multiuser.kick(user=next(u.id for u in s.status.users if u.name == 'B'), reason='Pause')"
        )
        self.a.run(code)
        self.assertIn("Pause", self.ended(self.b))
        self.a.leave()

    def test_5_a_hosted_session_can_be_gone_on_with(self):
        """[F10]"""
        self.b.run("bpy.data.objects['Cube'].location = (1, 2, 3)")
        self.b.host_beside(free_base_port())
        wait_settled([self.b])
        self.b.leave()
        self.b.run("bpy.ops.wm.read_homefile(use_empty=True)")
        (folder,) = self.b.run(KEPT)
        code = "bpy.ops.multiuser.host(start='SAVED', saved=args['folder'], port=args['port'], keep_backup=False)"
        self.b.run(code, folder=folder, port=free_base_port())
        self.b.wait_phase("ONLINE")
        self.assertEqual(self.b.value("list(bpy.data.objects['Cube'].location)"), [1, 2, 3])
        self.b.leave()

    def test_6_passwords_are_not_saved(self):
        """Blender writes all that a setting holds, whatever it is marked as."""
        add = "bpy.ops.multiuser.add_server(name='kept', host='kept.example', server_password='s3rver'"
        self.b.run(add + ", admin_password='adm1n')")
        code = "import member\nhosting = member.preferences().hosting\n"
        self.b.run(code + "hosting.server_password, hosting.admin_password = 'h0sting', 'h0stadmin'")
        texts = ["kept.example", "s3rver", "adm1n", "h0sting", "h0stadmin", "geheim"]
        self.assertEqual(self.b.run(SAVED, texts=texts), [True] + [False] * 5)
        held = "import member\nresult = member.preferences().servers['kept'].server_password"
        self.assertEqual(self.b.run(held), "s3rver")


if __name__ == "__main__":
    unittest.main()
