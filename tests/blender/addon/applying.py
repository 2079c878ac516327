"""A session's capture and apply without agent and timer, for tests inside Blender."""

import unittest

import bpy
from common import FakeAgent, FakeLease

from multi_user import session as sessions
from multi_user.capture import identity
from multi_user.core.budget import Budget
from multi_user.core.changes import AgentState, Batch, CaptureKind, Change, ChangeKind, Status


class KeepingAgent(FakeAgent):
    """Keeps the arrays as well."""

    def __init__(self):
        super().__init__()
        self.leases = {}
        self.status = Status(AgentState.OFFLINE)

    def lease(self, size):
        lease = FakeLease(size)
        self.leases[id(lease)] = lease
        return lease

    def array(self, buffer):
        return self.leases[buffer.segment].arrays[buffer.offset].reshape(buffer.rows, buffer.columns)

    def poll(self):
        return []

    def disconnect(self):
        pass

    asking = False

    def watch(self, files):
        pass

    def want(self, files):
        pass

    def stop(self, _wait_seconds, then):
        then()

    def presence(self, _presence):
        pass


def open_session() -> sessions.Session:
    """A session as host or guest would have it, with the fake agent in place of the client."""
    session = sessions.Session(KeepingAgent(), sessions.Target("", 1, "Test"))
    session.replica.start()
    return session


def rig_with_bone(name: str):
    """An armature object in the scene, in object mode, with one bone of this name."""
    armature = bpy.data.armatures.new("rig")
    rig = bpy.data.objects.new("rig", armature)
    bpy.context.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    armature.edit_bones.new(name).tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def work(session) -> None:
    for _ in range(20000):
        if session.applier.busy:
            session.applier.step(Budget(0.01))
        elif session.replica.busy:
            session.replica.outbox.settle()
            session.replica.capturer.step(Budget(0.01))
        else:
            return
    raise AssertionError("it never comes to rest")


def share(session) -> dict:
    """Everything that Blender holds, as full captures by UUID."""
    session.replica.listen()
    session.replica.mark_all()
    work(session)
    captures = session.client.take()
    return {it.id: it for it in captures if it.kind is CaptureKind.FULL}


def complete(session, captures, agent) -> None:
    """Gives a session what it asked for of nodes that could not be set whole: all of them, here."""
    wanted, session.client.incomplete[:] = list(session.client.incomplete), []
    session.applier.put(
        Batch(1, changes_of({it: captures[it] for it in wanted}, agent, ChangeKind.WHOLE), 0, 1)
    )
    work(session)


def changes_of(captures, agent, kind=ChangeKind.NEW) -> list:
    """The captures as new nodes for somebody else."""
    return [
        Change(
            it.id,
            it.type,
            kind,
            properties=it.properties,
            buffers={name: agent.array(buffer) for name, buffer in it.buffers.items()},
        )
        for it in captures.values()
    ]


def receive(captures, agent):
    """A fresh session in the emptied file that gets these as new nodes."""
    session = open_session()
    session.entry.status_changed(Status(AgentState.SYNCING))
    session.applier.put(Batch(1, changes_of(captures, agent), 0, 1))
    work(session)
    complete(session, captures, agent)
    session.entry.step(Status(AgentState.ONLINE, nodes=len(captures)), session.applier.busy)
    return session


class ApplyCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        bpy.ops.wm.read_factory_settings(use_empty=False)
        identity.register()

    def tearDown(self):
        identity.unregister()
