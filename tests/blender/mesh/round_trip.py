"""Runs in Blender: ``build FILE`` makes unusual data and dumps it, ``check FILE`` makes it anew and compares.

    blender -b --factory-startup --python round_trip.py -- build|check FILE [SAMPLES …]
    blender -b SCENE.blend --python round_trip.py -- read FILE        (dump a scene instead)
Prints a line ``ok …`` or ``FAILED …`` for each datablock.
"""

import importlib
import os
import pickle
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, "..", "..", "..", "blender-addon")]

import numpy  # noqa: E402
from datablocks.fake_session import FakeSession, differences, empty_blender, read_all, write_all  # noqa: E402

QUANTISED = {"corner.custom_normal": 1e-3}
"""What Blender itself cannot keep bit for bit (custom normals before 4.5 are two angles of 16 bits each)."""


TYPES = (
    "Mesh",
    "Key",
    "Image",
    "Action",
    "Object",
    "Material",
    "Camera",
    "PointLight",
    "World",
    "Lattice",
    "Curve",
)
OTHERS = ("Curve", "Lattice")  # needed by those, but another test's matter


def read_mine(session: FakeSession) -> list:
    """The datablocks that are looked at here, as (uuid, type, tree, arrays)."""
    return [node for node in read_all(session) if node[1] in TYPES and node[2].get("source") != "VIEWER"]


def array_differences(name: str, left: numpy.ndarray, right) -> list[str]:
    if right is None:
        return [f"buffer {name} is missing"]
    if (left.dtype, left.shape) != (right.dtype, right.shape):
        return [f"buffer {name}: {left.dtype}{left.shape} != {right.dtype}{right.shape}"]
    if left.tobytes() == right.tobytes():
        return []
    if name in QUANTISED and numpy.abs(left - right).max() <= QUANTISED[name]:
        return []
    rows = numpy.nonzero((left != right).any(axis=1))[0]
    first = rows[:2]
    return [
        f"buffer {name}: {len(rows)} of {len(left)} rows differ, first {first}: {left[first]} != {right[first]}"
    ]


def compare(wanted: list, held: list) -> bool:
    """Prints what differs; wanted and held are lists of (uuid, type, tree, arrays)."""
    found = {identity: (tree, arrays) for identity, _, tree, arrays in held}
    fine = True
    for identity, type_name, tree, arrays in wanted:
        label = f"{type_name} {tree.get('name')}"
        if type_name in OTHERS:
            continue
        if identity not in found:
            problems = ["it is missing"]
        else:
            other_tree, other_arrays = found[identity]
            problems = differences(tree, other_tree)
            for name, array in arrays.items():
                problems += array_differences(name, array, other_arrays.get(name))
            problems += [f"buffer {name} is too much" for name in other_arrays if name not in arrays]
        fine &= not problems
        for problem in problems or [None]:
            print(f"FAILED {label}: {problem}" if problem else f"ok {label}", flush=True)
    return fine


def main(mode: str, path: str, *samples: str) -> None:
    if mode == "build":
        empty_blender()
        for sample in samples:
            importlib.import_module(sample).build()
    if mode in ("build", "read"):
        session = FakeSession()
        with open(path, "wb") as file:
            pickle.dump(read_mine(session), file)
        for problem in session.problems:
            print("problem", *problem)
        return
    with open(path, "rb") as file:
        wanted = pickle.load(file)
    empty_blender()
    session = FakeSession()
    write_all(session, wanted)
    held = read_mine(session)
    fine = compare(wanted, held)
    print("again: whole over whole")
    for identity, type_name, tree, arrays in wanted:
        from multi_user.datablocks import registry

        registry.handler_for_type(type_name).write_whole(session.resolve(identity), tree, arrays, session)
    fine &= compare(wanted, read_mine(session))
    for problem in session.problems:
        print("problem", *problem)
    print("ROUND TRIP", "ok" if fine else "FAILED")


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
