"""The bridge for real: the built add-on's Python half starts its agent and works with it, without Blender."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

CHILD = """
import sys, time
sys.path.insert(0, sys.argv[1])
import addon
addon.use_zip(sys.argv[2])
from multi_user.bridge.agent_process import AgentSettings, bundled_jar, start_agent
from multi_user.bridge.steps import finish
agent = finish(start_agent(AgentSettings(bundled_jar(), sys.argv[3])))
print(agent.child.pid, agent.segments, flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def fill(array, values: list[int]) -> None:
    """Fills an array of bytes, with NumPy or without."""
    array[:] = bytes(values) if isinstance(array, memoryview) else values


@unittest.skipUnless(os.path.isdir("/proc/self"), "watches processes through /proc")
class BridgeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.exists(addon.ZIP):
            raise unittest.SkipTest("there is no dist/multi-user.zip: run ./multi-user build")
        cls.place = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.package = addon.use_zip(os.path.join(cls.place, "zip"))
        from multi_user.bridge import agent_process, client, gateway, server_process, steps
        from multi_user.core import changes

        cls.agent_process, cls.client_module, cls.server_process = agent_process, client, server_process
        cls.changes, cls.gateway, cls.steps = changes, gateway, steps

    @classmethod
    def tearDownClass(cls):
        for name in [name for name in sys.modules if name.split(".")[0] in ("multi_user", "py4j")]:
            del sys.modules[name]
        addon.use_sources()

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.known = os.path.join(self.folder, "known_servers")
        self.enterContext(mock.patch.dict(os.environ, MULTI_USER_KNOWN_SERVERS=self.known))
        self.items = []
        self.processes = []
        self.client = self.client_module.AgentClient(self.launch)
        self.addCleanup(self.client.stop, 5)

    def launch(self):
        settings = self.agent_process.AgentSettings(
            self.agent_process.bundled_jar(),
            os.path.join(self.folder, "state"),
            log_path=os.path.join(self.folder, "log", "agent.log"),
        )
        process = yield from self.agent_process.start_agent(settings)
        self.processes.append(process)
        return process

    def until(self, check, what: str, seconds: float = 20.0):
        """Ticks like Blender's timer until ``check`` gives something true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.items += self.client.poll()
            self.steps.wind_down()
            answer = check()
            if answer:
                return answer
            time.sleep(0.005)
        self.fail(f"not within {seconds} s: {what}; so far: {self.items}")

    def item(self, kind):
        """The items of a kind that came so far."""
        return [item for item in self.items if isinstance(item, kind)]

    def started(self, count: int = 1):
        starts = self.changes.AgentStarted
        return self.until(lambda: self.item(starts)[count - 1 :], f"start {count} of the agent")[-1]

    def lease(self, size: int):
        return self.until(lambda: self.client.lease(size), "a lease")

    def finish(self, request):
        self.until(lambda: request.finished, request.method)
        return request

    def cube(self, lease, seed: int = 0, name: str = "Cube"):
        """A full capture of a small mesh, its array filled in the lease."""
        array, buffer = lease.array("u1", 24, 1)
        fill(array, [(seed + i) % 256 for i in range(24)])
        return self.changes.Capture(
            uuid.uuid4().bytes,
            "Mesh",
            self.changes.CaptureKind.FULL,
            properties={"name": name},
            buffers={"position": buffer},
            structure=True,
        )

    def host(self):
        """Starts a server of this add-on's jar; returns what to connect with."""
        settings = self.server_process.ServerSettings(
            self.agent_process.bundled_jar(), os.path.join(self.folder, "data"), port=0, admin_password="boss"
        )
        server = self.steps.finish(self.server_process.start_server(settings))
        self.addCleanup(server.child.end)
        return {"host": "127.0.0.1", "port": server.port, "userName": "Ann", "adminPassword": "boss"}

    def test_ch9_a_hosted_server_is_known_by_its_certificate(self):
        """[BR9] [CH8] [CH9] One that was told another one is refused; what was seen at first can be forgotten."""
        from multi_user.bridge import probe
        from multi_user.core.invite import Invite

        jar = self.agent_process.bundled_jar()
        certificate = os.path.join(self.folder, "certificate.pem")
        prints = []
        for number in range(2):
            settings = self.server_process.ServerSettings(
                jar, os.path.join(self.folder, str(number)), port=0, certificate=certificate
            )
            server = self.steps.finish(self.server_process.start_server(settings))
            self.addCleanup(server.child.end)
            prints.append(server.fingerprint)
        self.assertRegex(prints[0], "^[0-9a-f]{64}$")
        self.assertEqual(prints[0], prints[1], "the same for every session that is hosted here")
        here = Invite("127.0.0.1", server.port, fingerprint=prints[0])
        answers = []
        self.steps.finish(probe.ask(jar, "", [here.address], 5000, answers.append))
        self.assertEqual([(it.address, it.online) for it in answers], [(here.address, True)])
        self.client.start()
        self.started()
        self.client.connect(
            {"host": "127.0.0.1", "port": server.port, "userName": "Ann", "fingerprint": "ab" * 32}
        )
        states = self.changes.AgentState
        self.until(lambda: self.client.status.state is states.ENDED, "the certificate to be refused")
        self.assertIn(prints[0], self.client.status.reason.text)
        self.assertIn("ab" * 32, self.client.status.reason.text)
        with open(self.known, "w", encoding="utf-8") as file:
            file.write(f"127.0.0.1:{server.port} {'ab' * 32}\n")
        answers.clear()
        place = Invite("127.0.0.1", server.port).address
        self.steps.finish(probe.ask(jar, "", [place], 5000, answers.append))
        self.assertIn("changed", answers[0].problem)
        self.steps.finish(probe.forget(jar, "", place))
        with open(self.known, encoding="utf-8") as file:
            self.assertEqual(file.read(), "")
        with self.assertRaisesRegex(OSError, "no address"):
            self.steps.finish(probe.forget(jar, "", "host:0"))

    def test_ch7_a_host_may_serve_in_clear(self):
        """[CH7] And is joined so."""
        settings = self.server_process.ServerSettings(
            self.agent_process.bundled_jar(), os.path.join(self.folder, "data"), port=0, plain=True
        )
        server = self.steps.finish(self.server_process.start_server(settings))
        self.addCleanup(server.child.end)
        self.assertEqual(server.fingerprint, "")
        self.client.start()
        self.started()
        self.client.connect({"host": "127.0.0.1", "port": server.port, "userName": "Ann", "plain": True})
        states = self.changes.AgentState
        self.until(lambda: self.client.status.state is states.LOBBY, "LOBBY")

    def online(self):
        """Starts the agent and a session that it is in."""
        self.options = self.host()
        self.client.start()
        self.started()
        self.client.connect(self.options)
        states = self.changes.AgentState
        self.until(lambda: self.client.status.state is states.LOBBY, "LOBBY")
        self.client.initialise(True)
        self.until(lambda: self.client.status.state is states.ONLINE, "ONLINE")

    def test_br12_captures_go_in_and_the_repository_holds_them(self):
        """[BR2] [BR8] [BR9] [BR10] [BR12] [BR19] start, connect, lease, submit, status, nodes."""
        self.online()
        self.assertFalse(self.item(self.changes.AgentStarted)[0].restarted)
        self.assertEqual([user.name for user in self.client.status.users], ["Ann"])
        lease = self.lease(1000)
        capture = self.cube(lease)
        request = self.finish(self.client.submit([capture], [lease]))
        self.assertIsNone(request.error)
        self.assertIn(capture.id, self.finish(self.client.nodes()).value)
        summary = self.finish(self.client.node(capture.id)).value
        self.assertEqual((summary["type"], summary["name"]), ("Mesh", "Cube"))
        self.until(
            lambda: self.client.status.sequence and not self.client.status.pending, "the commit accepted"
        )
        again = self.until(lambda: self.client.lease(1000), "the lease's segment again")
        self.assertEqual(again.segment, lease.segment)

    def test_br13_another_agent_gets_the_changes(self):
        """[BR13] [BR14] [BR17] [BR22] a second agent takes what the first one made, arrays and all, and its edits."""
        self.online()
        lease = self.lease(1000)
        cube = self.cube(lease)
        self.assertIsNone(self.finish(self.client.submit([cube], [lease])).error)
        bob = Other(self)
        first = bob.change()
        self.assertEqual((first.id, first.type, first.kind.value), (cube.id, "Mesh", "new"))
        self.assertEqual(first.properties, {"name": "Cube"})
        array = first.buffers["position"]
        self.assertEqual(bytes(memoryview(array).cast("B")), bytes(range(24)))
        with self.assertRaises((TypeError, ValueError)):
            array[0] = 1  # what belongs to the agent is read-only
        part = self.changes.Capture(
            cube.id, "Mesh", self.changes.CaptureKind.PART, paths=[(("name",), "Box")]
        )
        self.assertIsNone(self.finish(self.client.submit([part])).error)
        second = bob.change()
        self.assertEqual((second.kind.value, second.ops), ("part", [["set", ["name"], "Box"]]))
        gone = self.changes.Capture(cube.id, "Mesh", self.changes.CaptureKind.DELETE)
        self.assertIsNone(self.finish(self.client.submit([gone])).error)
        self.assertEqual(bob.change().kind.value, "delete")
        self.client.presence({"frame": 7})
        told = bob.until(lambda: bob.item(self.changes.PresencesChanged), "presence")
        self.assertEqual([it["frame"] for it in told[-1].presences.values()], [7])

    def test_br10_that_the_scene_comes_is_known_before_the_first_of_it(self):
        """[BR10] [BR13] Who joins empties the file at that status, and with it all that was applied before."""
        from multi_user.bridge.connection import Connection

        self.online()
        lease = self.lease(1000)
        cube = self.cube(lease)
        self.assertIsNone(self.finish(self.client.submit([cube], [lease])).error)
        with mock.patch.object(
            Connection, "_take_news", lambda *_: None
        ):  # nobody looks while all of it happens
            bob = Other(self)
            self.until(lambda: bob.finish(bob.client.node(cube.id)).error is None, "Bob's agent in step")
        bob.until(lambda: bob.item(self.changes.Batch), "a batch")
        first = bob.items.index(bob.item(self.changes.Batch)[0])
        states = [it.status.state for it in bob.items[:first] if isinstance(it, self.changes.StatusChanged)]
        self.assertIn(self.changes.AgentState.ONLINE, states)

    def test_br12_a_refused_call_is_told_and_the_next_one_works(self):
        """[BR12] a part of an unknown node, an unknown node, no link: errors come back as values."""
        self.client.start()
        self.started()
        self.assertIsNotNone(self.finish(self.client.node(uuid.uuid4().bytes)).error)
        self.assertIsNotNone(self.finish(self.client.connect({"host": ""})).error)
        failed = self.until(lambda: self.item(self.changes.RequestFailed), "RequestFailed")
        self.assertEqual({item.method for item in failed} - {"node", "connect"}, set())
        self.assertIsNone(self.finish(self.client.nodes()).error)

    def test_br12_what_is_pending_is_known_once_captures_are_taken(self):
        """[BR10] [BR12] Nobody sees captures taken and nothing pending before the commits are acknowledged."""
        self.online()
        self.finish(self.client.set_auto_push(False))
        for count in range(1, 21):
            lease = self.lease(1000)
            cube = self.cube(lease, name=f"Cube {count}")  # no Blender has two of one name
            request = self.client.submit([cube], [lease])
            while not request.finished:
                self.client.poll()
            self.assertEqual(self.client.status.pending, count)

    def test_br12_arrays_lie_in_the_memory_that_is_handed_over_with_them(self):
        """[BR12] Memory that is not handed over may be filled anew before the agent reads it: that is refused."""
        self.online()
        lease = self.lease(1000)
        cube = self.cube(lease)
        refused = self.finish(self.client.submit([cube]))
        self.assertIn("does not lie in the memory", refused.error)
        self.assertFalse(refused.lost)
        self.assertIsNone(self.finish(self.client.submit([cube], [lease])).error)

    def test_br7_an_idle_tick_makes_no_call(self):
        """[BR7] a tick with nothing to do takes microseconds and makes no call; what is asked comes back soon."""
        self.client.start()
        self.started()
        self.until(lambda: self.client.status.state is self.changes.AgentState.OFFLINE, "the status")
        count = 2000
        with mock.patch.object(self.gateway.Gateway, "call") as call:
            begin = time.perf_counter()
            for _ in range(count):
                self.client.poll()
            tick = (time.perf_counter() - begin) / count
            call.assert_not_called()
        times = []
        for _ in range(500):
            begin = time.perf_counter()
            asked = self.client.owners()
            while not asked.finished:
                self.client.poll()
            times.append(time.perf_counter() - begin)
        small = sorted(times)[len(times) // 2]
        print(f"\nidle tick {tick * 1e6:.2f} µs, small call {small * 1e6:.0f} µs", file=sys.stderr)

    def test_no_thread_is_started(self):
        """Decision 0020: Blender crashes where another Python thread runs at the wrong moment."""
        self.online()
        self.assertEqual(threading.enumerate(), [threading.current_thread()])
        self.client.stop()
        self.steps.wait_until_gone(10)
        self.assertEqual(threading.enumerate(), [threading.current_thread()])

    def test_br12_captures_of_any_size_keep_their_order(self):
        """[BR12] Many at once, then one for which the memory of the others is too small, and what was asked behind."""
        self.online()
        captures = [self.capture(f"Text {count}", "x" * 3000) for count in range(200)]
        captures.append(self.capture("Long", "y" * 1_000_000))
        captures += [self.capture(f"Text {count}", "z" * 3000) for count in range(200, 300)]
        asked = [self.client.submit([capture]) for capture in captures]
        nodes = self.client.nodes()
        self.assertEqual([self.finish(request).error for request in asked], [None] * len(asked))
        self.assertLessEqual({capture.id for capture in captures}, set(self.finish(nodes).value))

    def capture(self, name: str, text: str):
        """A full capture of a text."""
        kind = self.changes.CaptureKind.FULL
        return self.changes.Capture(uuid.uuid4().bytes, "Text", kind, properties={"name": name, "text": text})

    def test_br5_a_killed_agent_is_replaced(self):
        """[BR3] [BR5] kill -9: told, another one with the same state, the dead one's folder removed."""
        self.online()
        first = self.item(self.changes.AgentStarted)[0]
        lease = self.lease(1000)
        array, _ = lease.array("u1", 10, 1)
        os.kill(first.pid, 9)
        lost = self.until(lambda: self.item(self.changes.AgentLost), "AgentLost")[0]
        self.assertFalse(lost.final)
        second = self.started(2)
        self.assertTrue(second.restarted)
        self.assertNotEqual(first.pid, second.pid)
        fill(array, [0] * 10)  # the old memory is still there to be written to
        stale = self.finish(self.client.submit([], [lease]))
        self.assertIn("started again", stale.error)
        self.assertTrue(stale.lost)
        self.until(lambda: not os.path.exists(self.processes[0].segments), "the dead one's folder removed")
        self.until(lambda: self.client.status.state is self.changes.AgentState.ONLINE, "ONLINE again")
        lease = self.lease(1000)
        capture = self.cube(lease)
        self.assertIsNone(self.finish(self.client.submit([capture], [lease])).error)
        self.assertIn(capture.id, self.finish(self.client.nodes()).value)

    def test_br3_stop_ends_the_agent_and_removes_its_folder(self):
        """[BR3] stdin closed: gone within 2 s, folder and all."""
        self.client.start()
        pid = self.started().pid
        folder = self.processes[0].segments
        self.assertTrue(os.path.isdir(folder))
        begin = time.monotonic()
        self.client.stop()
        while not (gone(pid) and not os.path.exists(folder)):
            self.assertLess(time.monotonic() - begin, 2.0)
            self.steps.wind_down()
            time.sleep(0.01)
        print(f"\nended after {time.monotonic() - begin:.2f} s", file=sys.stderr)

    def test_br3_what_was_asked_before_the_stop_is_carried_out(self):
        """[BR3] However busy the machine is: leaving is told to the server before the agent ends."""
        asked = []

        def launch():
            process = yield from self.launch()
            asked.append(client.disconnect())
            client.stop()
            return process

        client = self.client_module.AgentClient(launch)
        client.start()
        client.poll()
        self.until(lambda: client.poll() or (asked and asked[0].finished), "the answer")
        self.assertIsNone(asked[0].error)

    def test_br3_a_killed_parent_leaves_no_agent(self):
        """[BR3] kill -9 of the process that started the agent: no orphan after 2 s."""
        here = os.path.dirname(os.path.abspath(__file__))
        arguments = [here, os.path.join(self.folder, "zip"), os.path.join(self.folder, "state")]
        parent = subprocess.Popen(
            [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True
        )
        pid, folder = parent.stdout.readline().split()
        parent.kill()
        parent.wait()
        parent.stdout.close()
        end = time.monotonic() + 2
        while not (gone(int(pid)) and not os.path.exists(folder)):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def test_br4_py4j_of_another_client_gets_nowhere(self):
        """[BR4] Py4J's own client, with the right token, reaches no class; with a wrong one, nothing."""
        self.client.start()
        self.started()
        process = self.processes[0]
        from py4j.java_gateway import GatewayParameters, JavaGateway
        from py4j.protocol import Py4JError

        for token in (process.token, "0" * 64):
            parameters = GatewayParameters(port=process.port, auth_token=token)
            gateway = JavaGateway(gateway_parameters=parameters)
            with self.assertRaises((Py4JError, TypeError)):
                gateway.jvm.java.lang.System.getProperty("user.home")
            with self.assertRaises((Py4JError, TypeError)):
                gateway.entry_point.getClass()
            gateway.close()
        self.assertIsNone(self.finish(self.client.nodes()).error)

    def test_f1_a_missing_jar_or_java_is_told_once(self):
        """[F1] what cannot work is told with its reason and not tried for ever."""
        settings = self.agent_process.AgentSettings(os.path.join(self.folder, "none.jar"), self.folder)
        client = self.client = self.client_module.AgentClient(
            lambda: self.agent_process.start_agent(settings)
        )
        client.start()
        lost = self.until(lambda: self.item(self.changes.AgentLost), "AgentLost")[0]
        self.assertTrue(lost.final)
        self.assertIn("none.jar is missing", lost.text)
        self.until(lambda: not client.running(), "the end")
        self.assertIsNotNone(self.finish(client.nodes()).error)


class Other:
    """A second client in the session that a test is in."""

    def __init__(self, test: BridgeTest):
        self.test, self.items, self.seen = test, [], 0
        settings = test.agent_process.AgentSettings(
            test.agent_process.bundled_jar(), os.path.join(test.folder, "other")
        )
        self.client = test.client_module.AgentClient(lambda: test.agent_process.start_agent(settings))
        test.addCleanup(self.client.stop, 5)
        self.client.start()
        self.client.connect({**test.options, "userName": "Bob", "adminPassword": ""})

    def item(self, kind):
        """The items of a kind that came so far."""
        return [item for item in self.items if isinstance(item, kind)]

    def until(self, check, what: str):
        """Ticks both clients until ``check`` gives something true."""

        def tick():
            self.items += self.client.poll()
            return check()

        return self.test.until(tick, what)

    def finish(self, request):
        self.until(lambda: request.finished, request.method)
        return request

    def change(self):
        """The next change, whose batch is then done."""
        if self.seen:
            self.client.done(self.item(self.test.changes.Batch)[self.seen - 1])
        batches = self.until(lambda: self.item(self.test.changes.Batch)[self.seen :], "a batch")
        self.seen += 1
        self.test.assertEqual(len(batches[0].changes), 1)
        return batches[0].changes[0]


if __name__ == "__main__":
    unittest.main()
