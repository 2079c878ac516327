"""Capture as a session wires it, without agent and timer, for tests inside Blender."""

import unittest

import bpy
from common import FakeAgent

from multi_user.capture import identity, scope
from multi_user.capture.capturer import Capturer
from multi_user.capture.census import Census
from multi_user.capture.dirty import DirtySet
from multi_user.capture.identity import Identities
from multi_user.capture.live import LiveEdit
from multi_user.capture.observer import Observer
from multi_user.capture.outbox import Outbox
from multi_user.context import SessionContext
from multi_user.core.budget import Budget
from multi_user.datablocks import registry


class Rig:
    """Capture as the session wires it, without agent."""

    def __init__(self):
        self.agent = FakeAgent()
        self.problems = []
        self.unsure = []
        self.identities = Identities()
        self.dirty = DirtySet()
        self.context = SessionContext(
            self.identities,
            self.came,
            lambda about, text: self.problems.append((about, text)),
        )
        self.outbox = Outbox(self.agent, self.again, lambda uuid, text: self.problems.append((uuid, text)))
        live = LiveEdit(lambda: False, lambda work: work())
        self.capturer = Capturer(
            self.identities, self.dirty, self.agent, self.outbox, self.context, live, self.unsure.append
        )
        self.gone = []
        self.census = Census(self.identities, self.came, self._gone)
        self.observer = Observer(
            self.identities, self.dirty, self.came, self._suspect, lambda: None, lambda: None
        )
        self.observer.start()
        for datablock in scope.all_datablocks():
            self.observer.mark(datablock, {"ALL"})
        self.work()
        self.census.take()
        self.observer.listening = True
        self.first = self.agent.take()

    def came(self, datablock):
        self.identities.identify(datablock)
        self.census.adjust(scope.collection_of(datablock), 1)
        self.observer.mark(datablock, {"ALL"})

    def again(self, uuid):
        self.observer.mark(self.identities.resolve(uuid), {"ALL"})

    def _gone(self, uuid):
        self.gone.append(uuid)
        self.identities.forget(uuid)
        self.capturer.deleted(uuid)

    def _suspect(self):
        self.census.suspicious = True

    def work(self):
        for _ in range(500):
            if self.census.suspicious:
                self.census.check_all()
            self.outbox.settle()
            if not (self.dirty or self.capturer.busy or self.outbox.busy):
                return
            self.capturer.step(Budget(0.004))
        raise AssertionError("it never comes to rest")

    def edit(self):
        """Lets Blender report, and captures; what came out by kind of datablock."""
        bpy.context.view_layer.update()
        self.work()
        return self.agent.take()


class Base(unittest.TestCase):
    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=False)
        identity.register()
        self.rig = Rig()
        bpy.context.view_layer.update()
        self.rig.work()
        self.rig.agent.take()

    def tearDown(self):
        self.rig.observer.stop()
        identity.unregister()


def paths(captures) -> list:
    """What the captures name."""
    return sorted(path for it in captures for path, _ in it.paths)


class PartsCase(Base):
    """Looks at all parts of a datablock, as the sweep does once the artist's hands rest."""

    def look(self, datablock):
        """What came out."""
        capturer, context = self.rig.capturer, self.rig.context
        handler = registry.handler_for(datablock)
        for part in handler.parts(datablock, context):
            capturer.look(datablock, {"ALL"}, part)
        self.rig.work()
        return self.rig.agent.take()

    def of(self, datablock, captures):
        """Those of one datablock."""
        return [it for it in captures if it.id.hex() == datablock.multi_user_uuid]
