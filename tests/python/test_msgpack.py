"""core.msgpack against the golden bytes and against its own bounds."""

from __future__ import annotations

import json
import os
import random
import struct
import sys
import unittest
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.core import msgpack  # noqa: E402
from multi_user.core.values import FileRef, Keyed, Ref, same  # noqa: E402


def golden(name: str) -> list[dict]:
    with open(os.path.join(addon.GOLDEN, name), encoding="utf-8") as file:
        return json.load(file)


def value_of(described):
    """The tree that a golden case describes."""
    if isinstance(described, list):
        return [value_of(item) for item in described]
    if isinstance(described, dict):
        (kind, content) = next(iter(described.items()))
        if kind == "real":
            return struct.unpack(">d", bytes.fromhex(content))[0]
        if kind == "ref":
            return Ref(uuid.UUID(content).bytes)
        if kind == "file":
            return FileRef(bytes.fromhex(content))
        if kind == "fields":
            return {key: value_of(item) for key, item in content.items()}
        return Keyed((key, value_of(item)) for key, item in content)
    return described


def id_of(text):
    return None if text is None else uuid.UUID(text).bytes


def buffer_of(described):
    """A buffer in form 0 (BU3)."""
    raw = bytes.fromhex(described["bytes"])
    return [described["type"], described["rows"], described["columns"], 0, raw]


def node_of(described):
    """What a golden node looks like on the wire (NO3)."""
    buffers = {name: buffer_of(buffer) for name, buffer in described["buffers"].items()}
    return [
        *(id_of(described["id"]), described["type"], id_of(described["owner"])),
        *(described["revision"], described["structure"]),
        *(value_of(described["properties"]), buffers),
    ]


def patch_of(described):
    """A patch in form 0 (BU5): runs as gaps and counts."""
    runs = []
    end = 0
    for start, count in described["runs"]:
        runs += [start - end, count]
        end = start + count
    return [described["rows"], described["rowBytes"], runs, 0, bytes.fromhex(described["bytes"])]


STEPS = {
    "create": (0, lambda type_name, tree: [type_name, value_of(tree)]),
    "delete": (1, lambda: []),
    "set": (2, lambda path, value: [path, value_of(value)]),
    "remove": (3, lambda path: [path]),
    "order": (4, lambda path, keys: [path, keys]),
    "replaceBuffer": (5, lambda name, buffer: [name, buffer_of(buffer)]),
    "patchBuffer": (6, lambda name, patch: [name, patch_of(patch)]),
    "removeBuffer": (7, lambda name: [name]),
}


def commit_of(described):
    """What a golden commit looks like on the wire (CM2, CM5)."""
    steps = []
    for name, *arguments in described["steps"]:
        (number, fields) = STEPS[name]
        steps.append([number, *fields(*arguments)])
    return [
        *(id_of(described["author"]), described["counter"], id_of(described["node"])),
        *(described["structure"], described["newStructure"], steps),
    ]


class Golden(unittest.TestCase):
    def test_va3_values_are_the_golden_bytes(self):
        """[VA2] [VA3] each golden value encodes to its bytes and decodes from them."""
        for case in golden("values.json"):
            with self.subTest(case["name"]):
                value = value_of(case["json"])
                self.assertEqual(msgpack.encode(value).hex(), case["hex"])
                self.assertTrue(same(msgpack.decode(bytes.fromhex(case["hex"])), value))

    def test_no3_cm2_trees_in_nodes_and_commits_are_the_golden_bytes(self):
        """[NO3] [CM2] [CM5] nodes and commits are made of what this codec writes and reads."""
        for name, parts in (("nodes.json", node_of), ("commits.json", commit_of)):
            for case in golden(name):
                with self.subTest(f"{name}: {case['name']}"):
                    content = parts(case["json"])
                    self.assertEqual(msgpack.encode(content, msgpack.ENVELOPE_DEPTH).hex(), case["hex"])
                    decoded = msgpack.decode(bytes.fromhex(case["hex"]), msgpack.ENVELOPE_DEPTH)
                    self.assertEqual(msgpack.encode(decoded, msgpack.ENVELOPE_DEPTH).hex(), case["hex"])

    def test_me4_rejects_are_refused(self):
        """[ME4] [VA5] what every decoder must refuse is refused here too."""
        for case in golden("rejects.json"):
            if case["kind"] == "value":
                with self.subTest(case["name"]), self.assertRaises(msgpack.MsgpackError):
                    msgpack.decode(bytes.fromhex(case["hex"]))


class Bounds(unittest.TestCase):
    def test_va1_what_is_no_value_is_refused(self):
        """[VA1] [VA5] nothing outside the contract is ever encoded."""
        deep = None
        for _ in range(33):
            deep = [deep]
        wrong = [
            2**63,
            -(2**63) - 1,
            {1: 2},
            {"": 1},
            {"k" * 1025: 1},
            {1, 2},
            b"bytes",
            "\ud800",
            deep,
            object(),
        ]
        for value in wrong:
            with self.subTest(repr(value)[:30]), self.assertRaises(msgpack.MsgpackError):
                msgpack.encode(value)

    def test_va5_limits_hold_exactly(self):
        """[VA5] the largest that is allowed passes."""
        deep = None
        for _ in range(32):
            deep = [deep]
        for value in [deep, {"k" * 1024: 1}, {"é" * 512: 1}, "x" * (16 << 20), 2**63 - 1, -(2**63)]:
            self.assertTrue(same(msgpack.decode(msgpack.encode(value)), value))
        with self.assertRaises(msgpack.MsgpackError):
            msgpack.encode("x" * ((16 << 20) + 1))

    def test_va3_keys_stand_in_utf16_order(self):
        """[VA3] a key beyond the basic plane stands before U+FF5E, as UTF-16 has it."""
        data = msgpack.encode({"\uff5e": 1, "\U0001f600": 2, "a": 3})
        self.assertLess(data.index("\U0001f600".encode()), data.index("\uff5e".encode()))
        self.assertLess(data.index(b"a"), data.index("\U0001f600".encode()))

    def test_va6_a_file_is_named_by_32_bytes(self):
        """[VA1] [VA6] nothing else makes one; equal names are one value."""
        for wrong in (b"", b"0" * 16, b"0" * 31, b"0" * 33, "0" * 32, bytearray(32), None):
            with self.subTest(wrong), self.assertRaises(ValueError):
                FileRef(wrong)
        self.assertEqual(len({FileRef(bytes(32)), FileRef(bytes(32)), FileRef(b"1" * 32)}), 2)

    def test_numbers_of_numpy_count_as_plain_ones(self):
        """NumPy scalars, which RNA arrays hand out, need no conversion by the caller."""
        try:
            import numpy
        except ImportError:
            self.skipTest("no NumPy here")
        value = [numpy.float32(0.5), numpy.float64(2.5), numpy.int32(-7), numpy.bool_(True), numpy.uint8(200)]
        self.assertEqual(msgpack.decode(msgpack.encode(value)), [0.5, 2.5, -7, True, 200])

    def test_bytes_belong_to_the_envelope_alone(self):
        """[VA1] bytes pass around a tree, never within it."""
        envelope = [{"id": b"0123456789abcdef", "properties": {}}]
        data = msgpack.encode(envelope, msgpack.ENVELOPE_DEPTH)
        self.assertEqual(msgpack.decode(data, msgpack.ENVELOPE_DEPTH), envelope)
        with self.assertRaises(msgpack.MsgpackError):
            msgpack.decode(data)

    def test_the_items_of_an_array_come_one_by_one(self):
        """what ``decode_items`` gives and refuses is what ``decode`` does, of arrays."""
        for count in (0, 1, 15, 16, 70_000):
            data = msgpack.encode(list(range(count)))
            self.assertEqual(list(msgpack.decode_items(data)), msgpack.decode(data))
        two = msgpack.encode([[1], {"a": 2.5}])
        for wrong in (b"", two[:-1], two + b"\x01", b"\xdd\xff\xff\xff\xff\x01", msgpack.encode({"a": 1})):
            with self.subTest(wrong), self.assertRaises(msgpack.MsgpackError):
                list(msgpack.decode_items(wrong))
        deep = msgpack.encode([[[1]]])
        self.assertEqual(list(msgpack.decode_items(deep, 3)), [[[1]]])
        with self.assertRaises(msgpack.MsgpackError):
            list(msgpack.decode_items(deep, 2))

    def test_me4_random_bytes_only_raise_the_one_error(self):
        """[ME4] random, cut and flipped bytes give a value or a MsgpackError, nothing else."""
        source = random.Random(20260101)
        good = msgpack.encode(
            {"a": [1.5, Ref(b"0" * 16), FileRef(b"0" * 32)], "k": Keyed(x="text" * 9, y={"z": None})}
        )
        for turn in range(20_000):
            if turn % 2:
                data = source.randbytes(source.randrange(24))
            else:
                data = bytearray(good[: source.randrange(len(good) + 1)])
                for _ in range(source.randrange(3)):
                    if data:
                        data[source.randrange(len(data))] = source.randrange(256)
            try:
                msgpack.decode(bytes(data))
            except msgpack.MsgpackError:
                continue


class Sameness(unittest.TestCase):
    def test_same_is_equality_on_the_wire(self):
        """[VA1] values are the same exactly when their canonical bytes are."""
        values = [
            *(
                None,
                True,
                False,
                0,
                1,
                0.0,
                -0.0,
                1.0,
                float("nan"),
                float("inf"),
                "",
                "1",
                [],
                [1],
                [1.0],
                {},
            ),
            *(Keyed(), Keyed(a=1, b=2), Keyed(b=2, a=1), {"a": 1, "b": 2}, {"b": 2, "a": 1}, (1,)),
            *(Ref(b"0" * 16), Ref(b"1" * 16), {"a": float("nan")}, {"a": [True]}, {"a": [1]}),
            *(FileRef(b"0" * 32), FileRef(b"1" * 32), {"a": FileRef(b"0" * 32)}),
        ]
        for left in values:
            for right in values:
                with self.subTest(f"{left!r} {right!r}"):
                    self.assertEqual(same(left, right), msgpack.encode(left) == msgpack.encode(right))


if __name__ == "__main__":
    unittest.main()
