"""Compares two dumps of the independent walk (walk.py). Plain Python with nothing but the standard library.

    python3 compare.py A B        compares A.json + A.bin with B.json + B.bin, exit code 1 if they differ
"""

from __future__ import annotations

import array
import dataclasses
import json
import math
import sys

TOLERANCE = 2e-6  # of the larger number or of 1: what float32 can tell apart, with a bit to spare
CODES = {"f4": "f", "f8": "d", "i4": "i", "i8": "q", "b1": "b", "i1": "b", "u1": "B", "i2": "h", "u2": "H"}


class Dump:
    """A dump on disk."""

    def __init__(self, prefix: str):
        with open(prefix + ".json", encoding="utf-8") as file:
            content = json.load(file)
        self.datablocks: dict = content["datablocks"]
        self.problems: list[str] = content["problems"]
        self.excluded: dict[str, int] = content["excluded"]
        self.left_out: dict[str, int] = content["left out"]
        self._binary = prefix + ".bin"

    def array(self, leaf: dict) -> array.array:
        """The numbers of an array leaf."""
        numbers = array.array(CODES[leaf["dtype"]])
        with open(self._binary, "rb") as file:
            file.seek(leaf["offset"])
            numbers.frombytes(file.read(leaf["size"] * numbers.itemsize))
        return numbers


@dataclasses.dataclass
class Outcome:
    """What a comparison saw. A property counts once, also a dense array of many numbers."""

    found: list[str]  # the differences, readable
    datablocks: int = 0
    compared: int = 0  # properties
    excluded: dict[str, int] = dataclasses.field(default_factory=dict)  # reason -> properties of A left out
    left_out: dict[str, int] = dataclasses.field(
        default_factory=dict
    )  # what it is -> datablocks of A left out


def outcome(prefix_a: str, prefix_b: str) -> Outcome:
    """Compares two dumps."""
    a, b = Dump(prefix_a), Dump(prefix_b)
    keys = sorted(set(a.datablocks) | set(b.datablocks))
    seen = Outcome([f"not compared: {text}" for text in a.problems + b.problems], len(keys))
    seen.excluded, seen.left_out = a.excluded, a.left_out
    for key in keys:
        if key not in b.datablocks:
            seen.found.append(f"{key}: only in A")
        elif key not in a.datablocks:
            seen.found.append(f"{key}: only in B")
        else:
            _Comparison(a, b, seen).tree(a.datablocks[key], b.datablocks[key], key)
    return seen


def compare(prefix_a: str, prefix_b: str, limit: int = 200) -> list[str]:
    """The differences between two dumps, readable, at most ``limit`` of them; empty if both hold the same."""
    found = outcome(prefix_a, prefix_b).found
    if len(found) > limit:
        found[limit:] = [f"… and {len(found) - limit} more"]
    return found


class _Comparison:
    def __init__(self, a: Dump, b: Dump, seen: Outcome):
        self._a = a
        self._b = b
        self._seen = seen
        self._found = seen.found

    def tree(self, a, b, place: str) -> None:
        if isinstance(a, dict) and "$other" in a or isinstance(b, dict) and "$other" in b:
            return  # a datablock of a type that is not replicated yet: the other side has none or an empty one
        if isinstance(a, dict) and isinstance(b, dict):
            self._dict(a, b, place)
        elif isinstance(a, list) and isinstance(b, list):
            self._list(a, b, place)
        else:
            self._seen.compared += 1
            if not equal(a, b):
                self._found.append(f"{place}: A has {short(a)}, B has {short(b)}")

    def _dict(self, a: dict, b: dict, place: str) -> None:
        leaf = next((kind for kind in ("$array", "$path", "$ref") if kind in a or kind in b), None)
        self._seen.compared += leaf is not None
        if "$array" in a and "$array" in b:
            self._array(a["$array"], b["$array"], place)
            return
        if "$path" in a and "$path" in b:
            self._path(a["$path"], b["$path"], place)
            return
        if "$ref" in a or "$ref" in b:
            if a != b:
                self._found.append(f"{place}: A has {short(a)}, B has {short(b)}")
            return
        if "$order" in a and "$order" in b and a["$order"] != b["$order"]:
            self._found.append(f"{place}: A has {short(a['$order'])}, B has {short(b['$order'])}")
        for key in sorted((set(a) | set(b)) - {"$order"}):
            inside = place if key in ("$named", "$items", "$custom") else f"{place}.{key}"
            if key not in b:
                self._found.append(f"{inside}: only in A")
            elif key not in a:
                self._found.append(f"{inside}: only in B")
            else:
                self.tree(a[key], b[key], inside)

    def _list(self, a: list, b: list, place: str) -> None:
        if len(a) != len(b):
            self._found.append(f"{place}: A has {len(a)} items, B has {len(b)}")
            return
        for index, (left, right) in enumerate(zip(a, b)):
            self.tree(left, right, f"{place}[{index}]")

    def _path(self, a: dict, b: dict, place: str) -> None:
        if a["contents"] is not None or b["contents"] is not None:
            same = a["contents"] == b["contents"]
        else:
            same = a["text"] == b["text"] or a["place"] == b["place"]
        if not same:
            self._found.append(f"{place}: A has file {short(a)}, B has {short(b)}")

    def _array(self, a: dict, b: dict, place: str) -> None:
        if a["size"] != b["size"] or a["dtype"] != b["dtype"]:
            self._found.append(f"{place}: A has {a['size']} {a['dtype']}, B has {b['size']} {b['dtype']}")
            return
        if a["hash"] == b["hash"]:
            return
        left, right = self._a.array(a), self._b.array(b)
        wrong = [i for i in range(len(left)) if left[i] != right[i] and not equal(left[i], right[i])]
        if wrong:
            first = wrong[0]
            text = f"{len(wrong)} of {len(left)} numbers differ, first at {first}: {left[first]!r} and {right[first]!r}"
            self._found.append(f"{place}: {text}")


def equal(a, b) -> bool:
    """Whether two leaves are equal; floats as far as float32 can tell."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        if a == b or (math.isnan(a) and math.isnan(b)):
            return True
        if isinstance(a, int) and isinstance(b, int) or math.isinf(a) or math.isinf(b):
            return False
        return abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))
    return a == b


def short(value) -> str:
    """A value in at most a few words."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "…"


def main(arguments: list[str]) -> int:
    """Compares the two dumps named on the command line."""
    if len(arguments) != 2:
        print("usage: compare.py A B (the prefixes of two dumps)", file=sys.stderr)
        return 2
    found = compare(*arguments)
    for line in found:
        print(line)
    print("equal" if not found else f"{len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
