"""Does the independent walk see everything? Plants one difference after another in a rich scene; each must be noticed.

Run: blender -b --factory-startup --python tests/blender/walk_test.py

Ends with exit code 1 and a list of what was overlooked. Main thread of a background Blender.
"""

from __future__ import annotations

import os
import sys
import tempfile

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import compare  # noqa: E402
import demo  # noqa: E402
import exclusions  # noqa: E402
import walk  # noqa: E402
from walk_names import key_of, type_chain  # noqa: E402
from walk_values import flatten  # noqa: E402

# Setting these changes more than themselves: Blender makes or frees other data, or takes the value for a command.
NOT_PLANTED = {
    "use_nodes": "makes a node tree",
    "array_index": "moves an animation channel",
    "is_embedded_data": "cannot be changed in truth",
    "evaluation_time": "is animated from the shape key",
    "fps_base": "is rounded anew",
}


def structs(struct, seen: set, steps: tuple = ()):
    """The ways to every struct that a datablock holds, found in another way than the walk finds them."""
    key = (struct.as_pointer(), type(struct).__name__)
    if key in seen or len(steps) > 12:
        return
    seen.add(key)
    yield steps
    chain = type_chain(struct.bl_rna)
    for prop in struct.bl_rna.properties:
        if exclusions.excluded(chain, prop.identifier) or exclusions.unused(
            struct, chain[0], prop.identifier
        ):
            continue
        if prop.type == "POINTER":
            value = getattr(struct, prop.identifier)
            if value is not None and held_by(struct, value):
                yield from structs(value, seen, (*steps, prop.identifier))
        elif prop.type == "COLLECTION" and "Attribute" not in struct.bl_rna.identifier:
            for index, item in enumerate(list(getattr(struct, prop.identifier))[:4]):
                if item is not None and not isinstance(item, bpy.types.ID):
                    yield from structs(item, seen, (*steps, prop.identifier, index))


def held_by(struct, value) -> bool:
    """Whether what a pointer leads to is part of the pointer's datablock; a pose's bone leads to the armature's."""
    if isinstance(value, bpy.types.ID):
        return value.is_embedded_data
    return value.id_data is None or value.id_data == struct.id_data


def arrive(datablock, steps: tuple):
    """The struct at the end of a way, None where it is gone: setting one property may free others."""
    struct = datablock
    for step in steps:
        if isinstance(step, int):
            struct = struct[step] if step < len(struct) else None
        else:
            struct = getattr(struct, step, None)
        if struct is None:
            return None
    return struct


def other_value(struct, prop):
    """A value that the property does not have now, None if there is none to be had."""
    value = getattr(struct, prop.identifier)
    if prop.type == "BOOLEAN":
        return [not one for one in value] if prop.is_array and len(prop.array_dimensions) == 1 else not value
    if prop.type in ("INT", "FLOAT"):
        step = 1 if prop.type == "INT" else 0.25
        if prop.is_array:
            flat = flatten(value)
            nested = len([size for size in prop.array_dimensions if size]) > 1
            return (
                None
                if nested
                else [one + step if one + step <= prop.hard_max else one - step for one in flat]
            )
        return value + step if value + step <= prop.hard_max else value - step
    return None


def plant(struct, prop) -> bool:
    """Changes one property; False if Blender does not let it be changed."""
    before = read(struct, prop)
    try:
        value = other_value(struct, prop)
        if value is None:
            return False
        setattr(struct, prop.identifier, value)
    except (AttributeError, TypeError, ValueError, RuntimeError):
        return False
    return not same(before, read(struct, prop))


def read(struct, prop):
    value = getattr(struct, prop.identifier)
    return flatten(value) if getattr(prop, "is_array", False) else value


def same(a, b) -> bool:
    if isinstance(a, list):
        return all(compare.equal(x, y) for x, y in zip(a, b))
    return compare.equal(a, b)


def plantable(struct) -> list[str]:
    """The properties of a struct in which a difference can be planted."""
    chain = type_chain(struct.bl_rna)
    return [
        prop.identifier
        for prop in struct.bl_rna.properties
        if prop.type in ("BOOLEAN", "INT", "FLOAT")
        and not prop.is_readonly
        and prop.identifier not in NOT_PLANTED
        and not prop.identifier.startswith("bl_")
        and not exclusions.excluded(chain, prop.identifier)
        and not exclusions.unused(struct, chain[0], prop.identifier)
    ]


def overlooked(datablock, folder: str) -> tuple[int, list[str]]:
    """Plants a difference in every property of a datablock: how many were planted, and which the walk missed."""
    missed, planted = [], 0
    before, after = os.path.join(folder, "before"), os.path.join(folder, "after")
    for steps in list(structs(datablock, set())):
        struct = arrive(datablock, steps)
        for name in plantable(struct) if struct is not None else ():
            struct = arrive(datablock, steps)
            prop = struct.bl_rna.properties.get(name) if struct is not None else None
            if prop is None:
                continue
            walk.dump(before, [datablock])
            value = read(struct, prop)
            if not plant(struct, prop):
                continue
            planted += 1
            walk.dump(after, [datablock])
            if not compare.compare(before, after):
                missed.append(f"{key_of(datablock)}: {struct.bl_rna.identifier}.{name}")
            struct = arrive(datablock, steps)
            if struct is not None:
                setattr(struct, name, value)
    return planted, missed


def structural(folder: str) -> list[str]:
    """Differences of another kind than a property's value."""
    plans = {
        "a vertex moved by a hair": "bpy.data.meshes[0].vertices[3].co.x += 0.0001",
        "a weight": "bpy.data.objects['Ball'].vertex_groups[0].add([1], 0.75, 'REPLACE')",
        "a corner's UV": "bpy.data.meshes['Ball'].uv_layers[0].data[5].uv.x += 0.01",
        "an asset's tag": "bpy.data.materials['Paint'].asset_data.tags.new('other')",
        "an asset that is none any more": "bpy.data.materials['Paint'].asset_clear()",
        "a custom property": "bpy.data.objects['Ball']['note'] = 'other'",
        "a custom property gone": "del bpy.data.objects['Ball']['note']",
        "a node link gone": "t = bpy.data.materials['Paint'].node_tree; t.links.remove(t.links[0])",
        "a node added": "bpy.data.materials['Paint'].node_tree.nodes.new('ShaderNodeValue')",
        "a material slot": "bpy.data.meshes['Ball'].materials.append(None)",
        "a modifier removed": "m = bpy.data.objects['Ball'].modifiers; m.remove(m[0])",
        "a shape key's point": "bpy.data.meshes['Ball'].shape_keys.key_blocks[1].data[0].co.x += 0.01",
        "a keyframe": "bpy.data.objects['Hand'].keyframe_insert('location', frame=77)",
        "a parent": "bpy.data.objects['Hand'].parent = bpy.data.objects['Ball']",
        "a renamed object": "bpy.data.objects['Ball'].name = 'Bowl'",
        "a pixel": "bpy.data.images['Picture'].pixels[5] = 0.5",
        "an object taken out of a collection": "c = bpy.data.collections['Group']; c.objects.unlink(c.objects[0])",
        "a removed object": "bpy.data.objects.remove(bpy.data.objects['Floor'])",
    }
    missed = []
    for what, code in plans.items():
        before, after = os.path.join(folder, "before"), os.path.join(folder, "after")
        walk.dump(before)
        exec(code, {"bpy": bpy})
        walk.dump(after)
        if not compare.compare(before, after):
            missed.append(what)
    return missed


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo.build()
        one, two = os.path.join(folder, "one"), os.path.join(folder, "two")
        problems = walk.dump(one)["problems"]
        walk.dump(two)
        missed = [f"finds a difference where there is none: {text}" for text in compare.compare(one, two)]
        planted = 0
        for datablock in list(walk.datablocks()):
            if not datablock.is_embedded_data:
                count, wrong = overlooked(datablock, folder)
                planted += count
                missed += wrong
        demo.build()
        missed += structural(folder)
    for text in problems + missed:
        print("OVERLOOKED", text)
    print(f"{planted} differences planted, {len(missed)} overlooked")
    sys.stdout.flush()
    os._exit(1 if problems or missed or planted < 300 else 0)


main()
