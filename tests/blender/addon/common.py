"""For the add-on's tests that run inside Blender: the add-on's folder on the path, a fake agent, and the run itself."""

from __future__ import annotations

import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(ROOT, "blender-addon"))


class FakeRequest:
    """A request that is settled as soon as it is made."""

    def __init__(self, error=None):
        self.error = error
        self.lost = False
        self.finished = True


class FakeLease:
    """Memory of this process instead of a segment."""

    def __init__(self, size):
        self.size = size
        self.used = 0
        self.arrays = {}

    def room(self):
        return self.size - self.used

    def array(self, dtype, rows, columns):
        import numpy
        from multi_user.core.changes import CaptureBuffer

        array = numpy.zeros(rows * columns, dtype)
        buffer = CaptureBuffer(dtype, rows, columns, id(self), self.used)
        self.arrays[self.used] = array
        self.used += array.nbytes + -array.nbytes % 64 + (0 if array.nbytes else 64)
        if self.used > self.size + 64 * 64:
            raise ValueError("it does not fit")
        return array, buffer


class FakeAgent:
    """Keeps what it is handed; only for what needs no agent to be seen."""

    def __init__(self):
        self.captures = []
        self.refuse = lambda captures: None
        self.wholes = []
        self.incomplete = []
        self.batches_done = []
        self.released = 0
        self.has_memory = True

    def lease(self, size):
        return FakeLease(size) if self.has_memory else None

    def release(self, lease):
        self.released += 1

    def submit(self, captures, leases=()):
        error = self.refuse(captures)
        if error is None:
            self.captures.extend(captures)
        return FakeRequest(error)

    def whole(self, uuid):
        self.wholes.append(uuid)

    def complete(self, uuids):
        self.incomplete += uuids

    def done(self, batch):
        self.batches_done.append(batch.number)

    def take(self):
        captures, self.captures = self.captures, []
        return captures


def run(*cases) -> None:
    """Runs test cases in this Blender and ends it: exit code 0 only if all passed."""
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    sys.stdout.flush()
    os._exit(0 if result.wasSuccessful() else 1)
