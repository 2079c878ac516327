"""Every panel and menu of the tab in every state of a session, drawn on a layout that is none; and that Blender's
search reaches every action.

Run: blender -b --factory-startup --python panels.py
"""

import os
import sys
import unittest
from unittest.mock import patch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from applying import KeepingAgent  # noqa: E402
from common import run  # noqa: E402
from drawing import drawn_by, texts  # noqa: E402

bpy.ops.preferences.addon_enable(module="multi_user")

from multi_user import preferences  # noqa: E402
from multi_user import session as sessions  # noqa: E402
from multi_user.core.changes import AgentState, Status, User  # noqa: E402
from multi_user.session import pump  # noqa: E402
from multi_user.session.entry import Stage  # noqa: E402
from multi_user.ui import _classes, menu, overlay_panel, replication, users  # noqa: E402

ME, ADMIN, AWAY = (User(name, name, role, 0x3366CC, on, 12) for name, role, on in (
    ("Anna", "EDITOR", True), ("Ben", "ADMIN", True), ("Cem", "EDITOR", False)
))  # fmt: skip
PANELS = [cls for cls in _classes() if issubclass(cls, bpy.types.Panel)]
MENUS = (menu.MULTIUSER_MT_all, menu.MULTIUSER_MT_users, menu.MULTIUSER_MT_repository)
# Opened by themselves, or buttons in a list of the preferences and of the first start.
ELSEWHERE = {"multiuser.explain", "multiuser.report", "multiuser.forget_trust", "multiuser.set_up"}


def plain(column, text: str, icon: str) -> None:
    """In the background letters have no width."""
    column.label(text=text, icon=icon)


class Panels(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=False)
        preferences.get().is_set_up = True
        for module in [it for name, it in sys.modules.items() if name.startswith("multi_user.ui.")]:
            if hasattr(module, "draw_wrapped"):
                patcher = patch.object(module, "draw_wrapped", plain)
                patcher.start()
                self.addCleanup(patcher.stop)
        self.session = sessions.Session(KeepingAgent(), sessions.Target("127.0.0.1", 1, "Anna"))
        self.addCleanup(setattr, pump._holder, "session", None)

    def begin(self, state=AgentState.ONLINE, role="ADMIN", **fields):
        """The current session, in this state."""
        people = (ME, ADMIN, AWAY)
        self.session.status = Status(state, 3, 9, client=ME.id, role=role, users=people, nodes=7, **fields)
        self.session.messages.add("error", "something went wrong")
        pump._holder.session = self.session

    def draw_all(self) -> list[str]:
        """All that is shown now."""
        shown = []
        for cls in PANELS:
            if not hasattr(cls, "poll") or cls.poll(bpy.context):
                shown += texts(drawn_by(cls))
        for cls in MENUS:
            shown += texts(drawn_by(cls))
        return shown

    def test_without_a_session(self):
        for is_set_up in (False, True):
            preferences.get().is_set_up = is_set_up
            self.assertEqual("Welcome to Multi-User" in self.draw_all(), not is_set_up)

    def test_in_every_state(self):
        for inside in (False, True):
            self.session.entry.stage = Stage.INSIDE if inside else Stage.OUTSIDE
            for state in AgentState:
                for role in ("ADMIN", "EDITOR", "VIEWER"):
                    with self.subTest(state=state, role=role, inside=inside):
                        self.begin(state, role, pending=4, waiting=2)
                        shown = self.draw_all()
                        self.assertIn("Anna (you)", shown)
                        self.assertIn("something went wrong", shown)

    def test_ended(self):
        self.begin()
        self.session.ended = True
        self.assertIn("something went wrong", self.draw_all())

    def test_who_owns_the_active_object(self):
        self.session.entry.stage = Stage.INSIDE
        self.begin()
        thing = bpy.context.object
        uuid = self.session.replica.identities.identify(thing)
        for owner, text in (
            (None, "Free for everybody"),
            (ME.id, "Yours while selected"),
            (ADMIN.id, "Held by Ben"),
        ):
            self.session.holdings.owners = {uuid: owner} if owner else {}
            self.session.user_name_by_id[ADMIN.id] = "Ben"
            self.assertIn(text, self.draw_all())

    def test_the_search_reaches_every_action(self):
        found = set()
        for running in (False, True):
            if running:
                self.session.entry.stage = Stage.INSIDE
                self.begin()
            for cls in MENUS:
                names = {"operator", "operator_menu_enum"}
                found |= {arguments[0] for name, arguments, _ in drawn_by(cls) if name in names}
        actions = {cls.bl_idname for cls in _classes() if issubclass(cls, bpy.types.Operator)}
        self.assertEqual(actions - ELSEWHERE - found, set())
        self.assertEqual(found - actions, set(), "they are there")

    def test_others_are_named_in_the_menu(self):
        self.begin()
        told = texts(drawn_by(menu.MULTIUSER_MT_users))
        self.assertEqual(told, ["Snap View: Ben", "Snap Time: Ben", "Remove User: Ben", "Set Role: Ben"])
        self.assertEqual([it.name for it in users.by_name(self.session)], ["Anna", "Ben", "Cem"])

    def test_the_flags_are_shown(self):
        drawn = drawn_by(replication.MULTIUSER_PT_replication)
        shown = {arguments[1] for name, arguments, _ in drawn if name == "prop"}
        self.assertLessEqual({"live_edit", "render_settings", "active_camera", "push_meshes"}, shown)
        self.assertTrue(drawn_by(overlay_panel.MULTIUSER_PT_overlay))


run(Panels)
