"""The agent dies while a session is being opened: the one that takes over goes on with it."""

from __future__ import annotations

import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, messages, wait_equal  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
COUNT = 400

SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
for number in range(args['count']):
    mesh = bpy.data.meshes.new(f'mesh {number}')
    mesh.from_pydata([(0, 0, number), (1, 0, number), (0, 1, number)], [], [(0, 1, 2)])
    thing = bpy.data.objects.new(f'thing {number}', mesh)
    thing.location.x = number
    bpy.context.scene.collection.objects.link(thing)
"""

# Steps the add-on until the opening has come so far, and kills the agent in that very moment.
KILL = """
import os, time, member
module = member.session_module()
session = module.current()
deadline = time.monotonic() + 60
while not (session.status.state.name == 'INITIALISING' and REACHED) and time.monotonic() < deadline:
    module.tick()
    time.sleep(0.001)
stage, handed_over, pid = session.entry.stage.name, session.replica.capturer.handed_over, session.client.agent_pid
if not pid:
    raise RuntimeError(f'there is no agent: {stage}, {member.state()}')
os.kill(pid, 9)
result = [stage, handed_over]
"""


class AgentDiesWhileOpening(unittest.TestCase):
    """[BR5, SE3] Each test opens a session of its own with some hundred objects."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-opening")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)

    def tearDown(self):
        for member in (self.a, self.b):
            if member.state()["phase"] not in ("NONE", "ENDED"):
                member.leave()

    def killed_when(self, reached: str, session: str) -> tuple[str, int]:
        """Opens a session and kills its agent as soon as this holds; all must end well. Where it was then."""
        self.a.run(SCENE, count=COUNT)
        self.a.join(self.server.port, admin=ADMIN, initialise="SCENES", session=session)
        stage, handed_over = self.a.run(KILL.replace("REACHED", reached))
        state = self.a.wait_phase("ONLINE", 60)
        self.assertIn("started again", messages(state))
        self.b.join(self.server.port, session=session)
        self.b.wait_phase("ONLINE")
        self.assertEqual(self.b.value("len(bpy.data.objects)"), COUNT)
        wait_equal(self.a, self.b, self.place)
        self.b.run("bpy.data.objects['thing 7'].location.x = -3\nbpy.context.view_layer.update()")
        self.a.until("bpy.data.objects['thing 7'].location.x == -3")
        for member in (self.a, self.b):
            now = member.state()
            self.assertNotIn("error", [kind for kind, _ in now["messages"]], messages(now))
        return stage, handed_over

    def test_while_handing_over(self):
        reached = f"session.replica.capturer.handed_over > {COUNT // 2}"
        stage, handed_over = self.killed_when(reached, "half")
        self.assertEqual(stage, "HANDING_OVER")
        self.assertLess(handed_over, 2 * COUNT)

    def test_before_anything_was_handed_over(self):
        self.killed_when("True", "nothing")

    def test_when_all_was_handed_over(self):
        """Whether the server was told of it or not."""
        self.killed_when("session.entry.stage.name == 'HANDED_OVER'", "all")


if __name__ == "__main__":
    unittest.main()
