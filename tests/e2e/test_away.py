"""A Blender whose link is lost, or whose machine sleeps: what the artist sees, and that nothing is lost on either side.

The tests share the pair and run in the order of their names. Run: python3 test_away.py
"""

from __future__ import annotations

import os
import signal
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.member import ADMIN, Member, messages, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace, wait_until  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
EMPTIES = 12
TIMEOUT_MILLIS = 4000
BEYOND_SECONDS = 6  # beyond that time-out
FILL = """
bpy.ops.wm.read_homefile(use_factory_startup=False, use_empty=True)
for number in range(args['count']):
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(f'E{number}', None))
bpy.context.view_layer.update()
"""
MOVE = "bpy.data.objects[args['name']].location.x = args['x']\nbpy.context.view_layer.update()"
WHERE = "abs(bpy.data.objects[args['name']].location.x - args['x']) < 1e-5"
PID = "__import__('os').getpid()"
STATUS = "import member\nresult = member.panel_status()"


class Away(unittest.TestCase):
    """A hosts; B joins through a proxy."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-away")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN, "--timeout", str(TIMEOUT_MILLIS))
        cls.proxy = Proxy(cls.server.port)
        cls.addClassCleanup(cls.proxy.close)
        cls.a = Member(cls.place, "A", COMMAND)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run(FILL, count=EMPTIES)
        cls.a.host(cls.server.port)
        cls.b.join(cls.proxy.base)
        cls.b.wait_phase("ONLINE")
        wait_equal(cls.a, cls.b, cls.place)

    def move(self, member: Member, number: int, x: float):
        member.run(MOVE, name=f"E{number}", x=x)

    def shows(self, text: str):
        """B's panel comes to say this."""

        def there():
            now = self.b.run(STATUS)
            return now if now == text else None

        try:
            wait_until(there, f"the panel to say '{text}'", 20)
        except AssertionError as error:
            raise AssertionError(
                f"{error}\nit says: {self.b.run(STATUS)}\n{messages(self.b.state())}"
            ) from error

    def timed_out(self) -> bool:
        return any("event=timeout user=B" in line for line in self.server.process.lines)

    def meet(self, b_moved: tuple[int, float], a_moved: tuple[int, float]):
        """What each did while apart is with the other, and both hold the same."""
        self.a.until(WHERE, name=f"E{b_moved[0]}", x=b_moved[1])
        self.b.until(WHERE, name=f"E{a_moved[0]}", x=a_moved[1])
        wait_equal(self.a, self.b, self.place)
        self.shows("ONLINE")

    def stop(self, *pids: int):
        """SIGSTOP for longer than the server waits; A works on."""
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        return pids

    def wake(self, pids: tuple[int, ...]):
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    def test_1_the_panel_counts_what_waits(self):
        """[HB3] one change, more and more of them, beyond the time-out too; online again, none."""
        self.shows("ONLINE")
        self.proxy.cut()
        self.shows("Offline")
        self.move(self.b, 0, 1.0)
        self.shows("Offline, 1 change waiting")
        for number in range(1, EMPTIES):
            self.move(self.b, number, 1.0)
            self.shows(f"Offline, {number + 1} changes waiting")
        self.move(self.a, 0, 2.0)  # B's comes later in the order, and stands
        self.a.run("bpy.data.objects['E1'].scale.z = 3\nbpy.context.view_layer.update()")
        wait_until(self.timed_out, "the server to give B up", 20)
        self.shows(f"Offline, {EMPTIES} changes waiting")
        wait_settled([self.a])
        sequence = self.a.state()["sequence"]
        self.proxy.restore()
        for number in range(EMPTIES):
            self.a.until(WHERE, name=f"E{number}", x=1.0)
        self.b.until("bpy.data.objects['E1'].scale.z == 3")
        wait_equal(self.a, self.b, self.place)
        self.shows("ONLINE")
        self.assertEqual(self.b.state()["pending"], 0)
        self.assertEqual(self.a.state()["sequence"], sequence + EMPTIES)

    def test_2_laptop_asleep(self):
        """[HB4] Blender and agent stand still beyond the time-out, with an edit that was just made."""
        agent = self.b.state()["agent_pid"]
        received = self.b.state()["received"]
        pid = self.b.value(PID)
        self.move(self.b, 2, 4.0)
        pids = self.stop(pid, agent)
        self.move(self.a, 3, 5.0)
        time.sleep(BEYOND_SECONDS)
        self.wake(pids)
        self.meet((2, 4.0), (3, 5.0))
        self.assertEqual(self.b.state()["agent_pid"], agent)
        self.assertLess(self.b.state()["received"] - received, 50_000)

    def test_3_blender_stands_still(self):
        """Blender alone (a long render): the agent keeps the place, and has what others did when it goes on."""
        pids = self.stop(self.b.value(PID))
        gone = sum("event=timeout user=B" in line for line in self.server.process.lines)
        self.move(self.a, 5, 6.0)
        time.sleep(BEYOND_SECONDS)
        self.wake(pids)
        self.move(self.b, 4, 7.0)
        self.meet((4, 7.0), (5, 6.0))
        self.assertEqual(sum("event=timeout user=B" in line for line in self.server.process.lines), gone)

    def test_4_agent_stands_still(self):
        """The agent alone, beyond the time-out: what the artist does meanwhile is captured when it goes on."""
        pids = self.stop(self.b.state()["agent_pid"])
        self.move(self.b, 6, 8.0)
        self.move(self.a, 7, 9.0)
        time.sleep(BEYOND_SECONDS)
        self.wake(pids)
        self.meet((6, 8.0), (7, 9.0))

    def test_5_blender_crashes(self):
        """[BR1] Offline, with an edit that waits: who joins anew is in at once, under the own name, and it is sent."""
        self.proxy.cut()
        self.shows("Offline")
        self.move(self.b, 8, 10.0)
        self.shows("Offline, 1 change waiting")
        self.b.process.kill()
        self.proxy.restore()
        type(self).b = Member(self.place, "B", COMMAND)
        self.b.join(self.proxy.base)
        self.b.wait_phase("ONLINE")
        self.assertIn("not sent: 1;", messages(self.b.state()))
        self.move(self.a, 9, 11.0)
        self.meet((8, 10.0), (9, 11.0))
        self.move(self.b, 10, 12.0)
        self.meet((10, 12.0), (9, 11.0))

    def test_6_blender_crashes_online(self):
        """[BR1] With nothing that waits, before the server has noticed."""
        self.b.process.kill()
        type(self).b = Member(self.place, "B", COMMAND)
        self.b.join(self.proxy.base)
        self.b.wait_phase("ONLINE")
        self.assertNotIn("not sent:", messages(self.b.state()))
        self.move(self.b, 11, 13.0)
        self.meet((11, 13.0), (9, 11.0))


if __name__ == "__main__":
    unittest.main()
