"""The list of all nodes: its order, its filters, what is worked out once. Needs no Blender."""

from __future__ import annotations

import os
import random
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import addon  # noqa: E402

addon.use_sources()

from multi_user.core.node_list import Filter, NodeList, NodeRow  # noqa: E402

ALL = Filter()


def row(number: int, name: str, **fields) -> NodeRow:
    return NodeRow(number.to_bytes(16, "big"), fields.pop("type", "Mesh"), name, **fields)


def shown(nodes: NodeList, wanted: Filter = ALL) -> list[str]:
    """The names that pass, as they are ordered."""
    return [it.name for it in nodes.shown(wanted)]


class List(unittest.TestCase):
    def test_order_and_filters(self):
        nodes = NodeList()
        for number, name in enumerate(("Tree", "stone", "House", "treehouse")):
            nodes.put(row(number, name))
        self.assertEqual(shown(nodes), ["House", "stone", "Tree", "treehouse"])
        self.assertEqual(shown(nodes, Filter(name="TREE")), ["Tree", "treehouse"])
        nodes.put(row(1, "Axe", type="Object", owner="me", state="PUSHED"))
        self.assertEqual(shown(nodes), ["Axe", "House", "Tree", "treehouse"])
        self.assertEqual(shown(nodes, Filter(types=frozenset(("Object",)))), ["Axe"])
        self.assertEqual(shown(nodes, Filter(owner="me", state="PUSHED")), ["Axe"])
        self.assertEqual(shown(nodes, Filter(owner="me", state="UP")), [])
        self.assertEqual(nodes.flags(Filter(), 4), [4] * 4)

    def test_what_the_agent_says(self):
        fields = ["00112233-4455-6677-8899-aabbccddeeff", "Mesh", "Cube", None, "UP", 0, None, 1500, ""]
        one = NodeRow.from_list(fields)
        self.assertEqual(one.id.hex(), "00112233445566778899aabbccddeeff")
        self.assertEqual((one.owner, one.author, one.changed), ("", "", 1.5))

    def test_gone(self):
        """Whatever comes and goes, each row is found, and the order is one of all rows."""
        source, nodes, names = random.Random(7), NodeList(), {}
        for _ in range(3000):
            number = source.randrange(60)
            if source.random() < 0.6:
                names[number] = f"n{source.randrange(40)}"
                nodes.put(row(number, names[number]))
            else:
                nodes.remove(number.to_bytes(16, "big"))
                names.pop(number, None)
        found = nodes.ordered()
        self.assertEqual({int.from_bytes(it.id, "big"): it.name for it in found}, names)
        self.assertEqual(shown(nodes), sorted(names.values()))
        self.assertEqual([nodes.place(it.id) for it in found], list(range(len(names))))
        self.assertTrue(all(nodes.find(it.id) is it for it in found))
        self.assertEqual(nodes.place(b"other"), -1)
        nodes.clear()
        self.assertEqual((nodes.ordered(), nodes.flags(ALL, 1), nodes.place(b"")), ([], [], -1))

    def test_a_large_one_is_worked_out_once(self):
        nodes = NodeList()
        for number in range(10_000):
            nodes.put(row(number, f"{number * 7919 % 10_000}"))
        flags, rows = nodes.flags(Filter(name="1"), 1), nodes.ordered()
        begin = time.perf_counter()
        for _ in range(1000):
            self.assertIs(nodes.flags(Filter(name="1"), 1), flags)
            self.assertIs(nodes.ordered(), rows)
        self.assertLess(time.perf_counter() - begin, 1)


if __name__ == "__main__":
    unittest.main()
