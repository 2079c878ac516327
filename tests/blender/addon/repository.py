"""The repository panel and that of replication in every state of a session, drawn on a layout that is none.

Run: blender -b --factory-startup --python repository.py
"""

import os
import sys
import types
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from common import FakeRequest, run  # noqa: E402
from drawing import Layout, drawn_by, texts  # noqa: E402

bpy.ops.preferences.addon_enable(module="multi_user")

from multi_user import kinds, preferences, replication_settings  # noqa: E402
from multi_user.core.budget import Budget  # noqa: E402
from multi_user.core.changes import AgentState, Status  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402
from multi_user.session import Phase, pump  # noqa: E402
from multi_user.session.repository import RepositoryMirror, items  # noqa: E402
from multi_user.ui import replication, repository  # noqa: E402

ME, OTHER = "me", "other"


class Agent:
    """Answers with pages of rows."""

    def __init__(self):
        self.pages = []
        self.asked = []

    def repository(self, since, most):
        self.asked.append(since)
        request = FakeRequest()
        request.value = self.pages.pop(0)
        return request


def fields(number, name, state="UP", owner=None, waiting=0, refused="", kind="Mesh"):
    uuid = f"00000000-0000-0000-0000-{number:012x}"
    return [uuid, kind, name, owner, state, waiting, OTHER, 1_700_000_000_000, refused]


def page(rows=(), gone=(), up_to=1, more=False):
    return {"upTo": up_to, "more": more, "rows": list(rows), "gone": list(gone)}


class Fixture(unittest.TestCase):
    """A session without Blender's scene in it: what the panels ask of one."""

    def setUp(self):
        self.agent = Agent()
        self.now = 100.0
        self.book = RepositoryMirror(self.agent, lambda: self.now)
        self.session = types.SimpleNamespace(
            ended=False,
            editing=True,
            phase=Phase.ONLINE,
            status=Status(AgentState.ONLINE, client=ME, role="EDITOR", waiting=2, pending=2),
            user_name_by_id={ME: "Anna", OTHER: "Ben"},
            repository=self.book,
            holdings=types.SimpleNamespace(owners={}),
            replication=types.SimpleNamespace(leaving=False),
        )
        pump._holder.session = self.session
        items().clear()
        # In the background there is no sidebar with a width.
        repository.draw_wrapped = lambda column, text, icon: column.label(text=text, icon=icon)

    def tearDown(self):
        pump._holder.session = None

    def step(self, *pages, drawn=True):
        self.agent.pages += pages
        if drawn:
            self.book.drawn()
        for _ in range(2 * len(pages) + 2):
            self.now += 0.2
            self.book.step(Budget(1.0))


class Mirror(Fixture):
    def names(self):
        return [row.name for row in self.book.nodes.ordered()]

    def test_follows_the_agent(self):
        self.step(page([fields(1, "B"), fields(2, "A")], up_to=5, more=True), page([fields(3, "C")], up_to=6))
        self.assertEqual(self.agent.asked, [0, 5])
        self.assertEqual([it.name for it in items()], ["0", "1", "2"])
        self.assertEqual(self.names(), ["A", "B", "C"])
        self.book.stale()
        self.step(page([fields(3, "0")], ["00000000-0000-0000-0000-000000000001"], up_to=9))
        self.assertEqual(self.agent.asked, [0, 5, 6])
        self.assertEqual([it.name for it in items()], ["0", "1"])
        self.assertEqual(self.names(), ["0", "A"])

    def test_does_nothing_while_nobody_looks(self):
        version = self.book.version
        self.step(drawn=False)
        self.assertEqual(self.agent.asked, [])
        self.assertGreater(
            self.book.version, version, "the sidebar is drawn again, to see whether it shows it"
        )

    def test_the_active_row_stays(self):
        self.step(page([fields(1, "A"), fields(2, "B"), fields(3, "C")]))
        repository.settings().active = 2
        self.book.stale()
        self.step(page(gone=["00000000-0000-0000-0000-000000000001"], up_to=2))
        self.assertEqual(repository.active_row(self.session).name, "C")

    def test_boxes_are_the_nodes(self):
        self.step(page([fields(1, "A"), fields(2, "B")]))
        items()[1].chosen = True
        chosen = [row.name for row in self.book.nodes.ordered() if row.id in self.book.chosen]
        self.assertEqual(chosen, ["B"])
        self.book.stale()
        self.step(page(gone=["00000000-0000-0000-0000-000000000001"], up_to=2))
        self.assertTrue(items()[0].chosen)
        items()[0].chosen = False
        self.assertEqual(self.book.chosen, set())

    def test_lines_come_back_after_saving(self):
        self.step(page([fields(1, "A"), fields(2, "B")]))
        repository._leave_out_of_file()
        self.assertEqual(len(items()), 0)
        self.assertFalse(self.book.in_step)
        self.step()
        self.assertEqual([it.name for it in items()], ["0", "1"])
        self.assertEqual(self.agent.asked, [0])

    def test_another_agent_tells_all_anew(self):
        self.step(page([fields(1, "A")], up_to=7))
        self.book.restart()
        self.step(page([fields(2, "B")], up_to=1))
        self.assertEqual(self.agent.asked, [0, 0])
        self.assertEqual(self.names(), ["B"])


class Panels(Fixture):
    def test_only_in_a_session(self):
        self.assertTrue(repository.MULTIUSER_PT_repository.poll(bpy.context))
        self.session.editing = False
        self.assertFalse(repository.MULTIUSER_PT_repository.poll(bpy.context))
        self.assertFalse(bpy.ops.multiuser.repository_push.poll())
        pump._holder.session = None
        self.assertFalse(repository.MULTIUSER_PT_repository.poll(bpy.context))
        self.assertIn("Pushed automatically:", texts(drawn_by(replication.MULTIUSER_PT_replication)))

    def test_drawn_in_every_phase(self):
        states = enumerate(repository.STATES)
        self.step(page([fields(number, name, name, OTHER, 1, "held") for number, name in states]))
        for phase in Phase:
            self.session.phase = phase
            for active in range(len(repository.STATES)):
                repository.settings().active = active
                told = texts(drawn_by(repository.MULTIUSER_PT_repository))
                self.assertTrue(any("held" in text for text in told))
            drawn_by(replication.MULTIUSER_PT_replication)
            drawn = []
            replication.draw_waiting(Layout(drawn), self.session)
            self.assertEqual(texts(drawn), ["2 changes wait to be pushed"])
            self.session.replication.leaving = True
            drawn = []
            replication.draw_waiting(Layout(drawn), self.session)
            self.assertEqual(texts(drawn), ["Leaving once all is pushed"])
            self.session.replication.leaving = False

    def test_rows_and_filters(self):
        rows = [fields(1, "Tree", owner=ME), fields(2, "Stone", "REFUSED"), fields(3, "Roof", kind="Object")]
        self.step(page(rows))
        shown = repository.settings()

        def passing(**wanted):
            for name, value in {"search": "", "kind": "ALL", "state": "ALL", "mine": False, **wanted}.items():
                setattr(shown, name, value)
            stand_in = types.SimpleNamespace(bitflag_filter_item=1 << 30)
            flags, order = repository.MULTIUSER_UL_repository.filter_items(stand_in, None, shown, "rows")
            self.assertEqual(order, [], "Blender takes long to put many in order")
            return [row.name for row, flag in zip(self.book.nodes.ordered(), flags) if flag == 1 << 30]

        self.assertEqual(passing(), ["Roof", "Stone", "Tree"])
        self.assertEqual(passing(search="O"), ["Roof", "Stone"])
        self.assertEqual(passing(kind="objects"), ["Roof"])
        self.assertEqual(passing(state="REFUSED"), ["Stone"])
        self.assertEqual(passing(mine=True), ["Tree"])
        self.assertEqual([row.name for row in repository.shown_rows(self.session)], ["Tree"])
        for width in (200, 600):
            region = types.SimpleNamespace(width=width)
            system = types.SimpleNamespace(ui_scale=1.0)
            context = types.SimpleNamespace(region=region, preferences=types.SimpleNamespace(system=system))
            drawn = []
            for index, item in enumerate(shown.rows):
                arguments = (context, Layout(drawn), shown, item, 0, shown, "active")
                repository.MULTIUSER_UL_repository.draw_item(None, *arguments, index=index)
            told = texts(drawn)
            self.assertTrue({"Tree", "you", "Stone", "Refused", "Up"} <= set(told), told)

    def test_a_list_out_of_step_is_drawn(self):
        self.step(page([fields(1, "A"), fields(2, "B")]))
        stand_in, shown = types.SimpleNamespace(bitflag_filter_item=1), repository.settings()
        for count, expected in ((0, []), (1, [1]), (3, [1, 1, 0])):
            items().clear()
            for number in range(count):
                items().add().name = str(number)
            found = repository.MULTIUSER_UL_repository.filter_items(stand_in, None, shown, "rows")
            self.assertEqual(found, (expected, []))
            self.assertFalse(any(it.chosen for it in items()))
        drawn_by(repository.MULTIUSER_PT_repository)


class Kinds(unittest.TestCase):
    def test_every_type_has_a_kind(self):
        known = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items
        for collection, names in registry.collections():
            self.assertIn(collection, kinds.KINDS)
            for name in names:
                self.assertEqual(kinds.kind_of(name), collection)
                self.assertIn(kinds.icon_of(name), known)
        self.assertEqual(kinds.kind_of("Linked"), kinds.LINKED_KIND)

    def test_what_is_pushed_by_hand(self):
        settings = preferences.get().replication
        self.assertEqual(replication_settings.by_hand(settings), frozenset())
        settings.push_lights = False
        self.assertIn("SunLight", replication_settings.by_hand(settings))
        settings.push_lights = True


run(Mirror, Panels, Kinds)
