"""The outbox and its memory, with an agent that takes its time. Run: blender -b --factory-startup --python outbox.py"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from common import FakeRequest, run  # noqa: E402

from multi_user.capture.outbox import Outbox  # noqa: E402
from multi_user.core.changes import Capture, CaptureBuffer, CaptureKind  # noqa: E402

BYTES = 64
BALL, BOX, GRID = b"ball", b"box", b"grid"


class Segment:
    """A lease whose memory is filled anew once it was given back, as in the bridge."""

    def __init__(self, number: int):
        self.number = number
        self.memory = bytearray(4 * BYTES)
        self.used = 0

    def room(self) -> int:
        return len(self.memory) - self.used

    def fill(self, value: int) -> CaptureBuffer:
        """Puts an array of this value in."""
        buffer = CaptureBuffer("u1", BYTES, 1, self.number, self.used)
        self.memory[self.used : self.used + BYTES] = bytes([value]) * BYTES
        self.used += BYTES
        return buffer


class LateAgent:
    """Carries a request out when the test says so, and only then reads the memory; a lease goes back by that."""

    def __init__(self):
        self.free: list[Segment] = []
        self.made: list[Segment] = []
        self.waiting: list[tuple[FakeRequest, list[Capture], list[Segment]]] = []
        self.seen: list[
            tuple[bytes, int | None]
        ] = []  # of each capture that was taken: its node and its array's value

    def lease(self, _size: int) -> Segment:
        if self.free:
            return self.free.pop()
        self.made.append(Segment(len(self.made)))
        return self.made[-1]

    def release(self, lease: Segment) -> None:
        lease.used = 0
        self.free.append(lease)

    def submit(self, captures, leases=()) -> FakeRequest:
        request = FakeRequest()
        request.finished = False
        self.waiting.append((request, list(captures), list(leases)))
        return request

    def answer(self, error: str | None = None, lost: bool = False) -> None:
        """Takes the first request that waits, or refuses it, or dies over it."""
        request, captures, leases = self.waiting.pop(0)
        if error is None:
            self.seen += [(one.id, self._value(one)) for one in captures]
        for lease in leases:
            self.release(lease)
        request.error, request.lost, request.finished = error, lost, True

    def _value(self, capture: Capture) -> int | None:
        for buffer in capture.buffers.values():
            (value,) = set(self.made[buffer.segment].memory[buffer.offset : buffer.offset + BYTES])
            return value
        return None


class OutboxTest(unittest.TestCase):
    def setUp(self):
        self.agent = LateAgent()
        self.asked_again = []
        self.refused = []
        self.outbox = Outbox(
            self.agent, self.asked_again.append, lambda uuid, text: self.refused.append((uuid, text))
        )

    def put(self, uuid: bytes, value: int) -> None:
        """Captures a node whose one array holds this value."""
        lease = self.outbox.lease(uuid, BYTES)
        self.outbox.add(Capture(uuid, "Mesh", CaptureKind.FULL, buffers={"position": lease.fill(value)}))

    def put_own(self, uuid: bytes, value: int) -> None:
        """The same with memory of its own, as for what is read over several ticks."""
        lease = self.agent.lease(BYTES)
        capture = Capture(uuid, "Mesh", CaptureKind.FULL, buffers={"position": lease.fill(value)})
        self.outbox.add(capture, own=lease)

    def refuse_together(self) -> None:
        """The agent refuses Box and Grid together, so that each comes alone the next time."""
        self.put(BOX, 1)
        self.put(GRID, 2)
        self.outbox.flush()
        self.agent.answer("one of them is malformed")
        self.outbox.settle()
        self.assertEqual(self.asked_again, [BOX, GRID])

    def work_off(self) -> None:
        while self.agent.waiting:
            self.agent.answer()

    def test_arrays_of_what_comes_alone_are_not_filled_anew_before_it_was_taken(self):
        self.refuse_together()
        self.put(GRID, 3)
        self.put(BALL, 4)
        self.put(BOX, 5)
        self.outbox.flush()
        self.work_off()
        self.assertEqual(self.agent.seen, [(GRID, 3), (BALL, 4), (BOX, 5)])

    def test_what_stands_before_it_shares_no_memory_with_it(self):
        self.refuse_together()
        self.put(BALL, 3)
        self.put(GRID, 4)
        self.agent.answer()  # Ball is taken, and its memory goes back
        self.put(BALL, 5)
        self.put(BALL, 6)
        self.outbox.flush()
        self.work_off()
        self.assertEqual(self.agent.seen, [(BALL, 3), (GRID, 4), (BALL, 5), (BALL, 6)])

    def test_its_own_memory_goes_along(self):
        self.refuse_together()
        self.put(BALL, 3)
        self.put_own(GRID, 4)
        self.put_own(BOX, 5)
        self.put(BALL, 6)
        self.outbox.flush()
        self.work_off()
        self.assertEqual(self.agent.seen, [(BALL, 3), (GRID, 4), (BOX, 5), (BALL, 6)])
        self.assertEqual(len(self.agent.free), len(self.agent.made))

    def test_what_has_no_arrays_comes_alone_as_well(self):
        self.refuse_together()
        self.put(BALL, 3)
        self.outbox.add(Capture(GRID, "Mesh", CaptureKind.PART, paths=[(("name",), "Grid")]))
        self.assertEqual(
            [[one.id for one in captures] for _, captures, _ in self.agent.waiting], [[BALL], [GRID]]
        )

    def test_br5_what_was_lost_with_its_agent_is_neither_refused_nor_captured_alone(self):
        """[BR5] The main thread may see that a request failed before it is told that the agent died."""
        self.put(BOX, 1)
        self.put(GRID, 2)
        self.outbox.flush()
        self.agent.answer("The agent does not answer.", lost=True)
        self.outbox.settle()
        self.assertTrue(self.outbox.busy)
        self.outbox.forget()
        self.put(GRID, 3)
        self.put(BOX, 4)
        self.outbox.flush()
        self.assertEqual(len(self.agent.waiting), 1)
        self.assertEqual((self.asked_again, self.refused), ([], []))

    def test_br5_a_delete_that_was_lost_with_its_agent_is_told_to_the_next(self):
        """[BR5] Also where nothing else was handed over with it."""
        self.outbox.add(Capture(BOX, "Object", CaptureKind.DELETE))
        self.outbox.flush()
        self.agent.answer("The agent does not answer.", lost=True)
        self.outbox.settle()
        self.outbox.forget()
        self.outbox.flush()
        self.work_off()
        self.outbox.settle()
        self.assertEqual(self.agent.seen, [(BOX, None)])
        self.assertFalse(self.outbox.busy)


run(OutboxTest)
