"""A scene goes out through capture and comes back through apply, in one Blender and without agent; what comes
back is captured again and must be the same.

Run: blender -b --factory-startup --python apply.py [-- FILE.blend …]"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
import numpy  # noqa: E402
from applying import ApplyCase, open_session, receive, rig_with_bone, share, work  # noqa: E402
from common import run  # noqa: E402

from multi_user.capture import identity  # noqa: E402
from multi_user.core.changes import AgentState, Batch, CaptureKind, Change, ChangeKind, Status  # noqa: E402
from multi_user.core.values import Ref, same  # noqa: E402
from multi_user.session.entry import Stage  # noqa: E402


def differences(tree, other, path=()):
    """Where two trees differ, readable."""
    if isinstance(tree, dict) and isinstance(other, dict):
        for key in [*tree, *(key for key in other if key not in tree)]:
            if key not in tree or key not in other:
                yield f"{'/'.join(map(str, (*path, key)))}: only in {'one' if key in tree else 'other'}"
            else:
                yield from differences(tree[key], other[key], (*path, key))
        if list(tree) != list(other) and type(tree) is not dict:
            yield f"{'/'.join(map(str, path))}: order {list(tree)} and {list(other)}"
    elif not same(tree, other):
        yield f"{'/'.join(map(str, path))}: {tree!r:.60} and {other!r:.60}"


def compare(first, agent, second, other_agent) -> list:
    """What is not the same after the journey."""
    found = [
        f"{it.type} {it.properties.get('name')}: lost" for uuid, it in first.items() if uuid not in second
    ]
    found += [
        f"{it.type} {it.properties.get('name')}: extra" for uuid, it in second.items() if uuid not in first
    ]
    for uuid in first.keys() & second.keys():
        one, other = first[uuid], second[uuid]
        label = f"{one.type} {one.properties.get('name')}"
        found += [f"{label}: {it}" for it in differences(one.properties, other.properties)]
        for name in one.buffers.keys() | other.buffers.keys():
            if name not in one.buffers or name not in other.buffers:
                found.append(f"{label}: buffer {name} only in one")
            elif not numpy.array_equal(
                agent.array(one.buffers[name]), other_agent.array(other.buffers[name])
            ):
                found.append(f"{label}: buffer {name}")
    return found


def journey() -> list:
    """The open scene goes out and comes back; what was lost on the way, and what was said about it."""
    host = open_session()
    first = share(host)
    host.end()
    guest = receive(first, host.client)
    said = [
        f"said: {it.kind} {it.text}"
        for it in [*host.messages, *guest.messages]
        if it.kind in ("error", "warning")
    ]
    late = [it for it in guest.client.take() if it.kind is not CaptureKind.BASE]
    second = share(guest)
    guest.end()
    return (
        compare(first, host.client, second, guest.client)
        + [f"echo: {it.type} {it.kind}" for it in late]
        + said
    )


class ApplyTest(ApplyCase):
    def test_an_object_of_another_kind_is_shown_as_its_forerunner_was(self):
        """Hidden, selected and active are the artist's own."""
        session = open_session()
        first = share(session)
        layer = bpy.context.view_layer
        uuid, curve = session.replica.find(bpy.data.objects["Cube"]), bytes(range(16))
        data = Change(curve, "Curve", ChangeKind.NEW, properties={"name": "Line", "kind": "CURVE"})
        for number, (hidden, selected, kind) in enumerate(
            ((True, False, "CURVE"), (False, True, "MESH"), (False, False, "CURVE"))
        ):
            cube = bpy.data.objects["Cube"]
            layer.objects.active = cube if selected else bpy.data.objects["Light"]
            cube.hide_set(hidden)
            cube.select_set(selected)
            ref = Ref(curve) if kind == "CURVE" else first[uuid].properties["data"]
            tree = dict(first[uuid].properties, type=kind, data=ref)
            whole = Change(uuid, "Object", ChangeKind.WHOLE, properties=tree)
            session.applier.put(Batch(2 + number, [data, whole] if number == 0 else [whole], 0, 1))
            work(session)
            cube = bpy.data.objects["Cube"]
            self.assertEqual(cube.type, kind)
            self.assertEqual((cube.hide_get(), cube.select_get()), (hidden, selected))
            self.assertEqual(layer.objects.active == cube, selected)
        session.end()

    def test_nothing_is_settled_while_a_newer_status_waits_to_be_taken_in(self):
        """The agent took the last captures, and what it made of them is still to be told to the main thread."""
        session = open_session()
        session.entry.stage = Stage.INSIDE
        session.status = session.client.status = Status(AgentState.ONLINE)
        self.assertTrue(session.settled)
        session.client.status = Status(AgentState.ONLINE, pending=1)
        self.assertFalse(session.settled)
        session.end()

    def test_the_startup_scene_comes_back_as_it_was(self):
        self.assertEqual([it for it in journey() if not it.startswith("said: warning")], [])
        self.assertEqual([it.name for it in bpy.data.scenes], ["Scene"])

    def test_applied_changes_are_read_back_and_not_echoed(self):
        """[BR21]"""
        host = open_session()
        share(host)
        cube = bpy.data.objects["Cube"]
        uuid = host.replica.identities.identify(cube)
        ops = [["set", ["location"], [1.0, 2.0, 3.0]], ["set", ["name"], "Other"]]
        host.applier.put(Batch(2, [Change(uuid, "Object", ChangeKind.PART, ops=ops)], 0, 1))
        work(host)
        bpy.context.view_layer.update()
        work(host)
        captures = host.client.take()
        self.assertEqual([it.kind for it in captures], [CaptureKind.BASE])
        self.assertEqual(dict(captures[0].paths)[("name",)], cube.name)
        self.assertEqual(tuple(cube.location), (1, 2, 3))
        self.assertEqual(host.client.batches_done, [2])
        host.end()

    def test_what_blender_does_by_itself_is_told_apart(self):
        """[BR25] Who joins a rigid body world gets a body, and that is all that is told so: what another body was made
        into and is still to be captured stays the artist's edit."""
        host = open_session()
        scene, cube = bpy.context.scene, bpy.data.objects["Cube"]
        bpy.ops.rigidbody.world_add()
        scene.rigidbody_world.collection = members = bpy.data.collections.new("Bodies")
        other = cube.copy()
        scene.collection.objects.link(other)
        members.objects.link(other)
        share(host)
        joining, own = (host.replica.identities.identify(it) for it in (cube, other))
        other.rigid_body.mass = 7
        ops = [["set", ["objects", joining.hex()], Ref(joining)]]
        target = host.replica.identities.identify(members)
        host.applier.put(Batch(2, [Change(target, "Collection", ChangeKind.PART, ops=ops)], 0, 1))
        work(host)
        bpy.context.view_layer.update()
        work(host)
        captures = host.client.take()
        told = [(it.id, it.paths[0][0]) for it in captures if it.kind is CaptureKind.CONSEQUENCE]
        self.assertEqual(told, [(joining, ("rigid_body",))])
        edits = [it for it in captures if it.id == own]
        self.assertEqual([it.kind for it in edits], [CaptureKind.FULL])
        self.assertEqual(edits[0].properties["rigid_body"]["mass"], 7)
        host.end()

    def test_who_has_a_name_that_another_one_is_to_have_makes_way(self):
        """[BR24] In every release, be it shared or this Blender's own, and told before it is captured."""
        host = open_session()
        share(host)
        cube, lamp = bpy.data.objects["Cube"], bpy.data.objects["Light"]
        uuids = [host.replica.identities.identify(it) for it in (cube, lamp)]
        lamp.scale = (2, 2, 2)
        ops = [["set", ["name"], "Light"]]
        move = [["set", ["location"], [1.0, 2.0, 3.0]]]
        changes = [Change(uuid, "Object", ChangeKind.PART, ops=it) for uuid, it in zip(uuids, (ops, move))]
        host.applier.put(Batch(2, changes, 0, 1))
        work(host)
        self.assertEqual((cube.name, lamp.name), ("Light", "Light.001"))
        told = [it for it in host.client.take() if it.kind is not CaptureKind.PART]
        kinds = [(it.id, it.kind) for it in told]
        self.assertEqual(kinds[0], (uuids[1], CaptureKind.DISPLACED))
        self.assertEqual((told[0].properties, told[0].paths), ({"name": "Light"}, [(("name",), "Light.001")]))
        self.assertEqual(kinds[1:], [(uuids[0], CaptureKind.BASE), (uuids[1], CaptureKind.BASE)])
        host.end()

    def test_a_new_datablock_has_its_name(self):
        """[BR24] The longest one as well, and beside what the session does not know."""
        host = open_session()
        share(host)
        names = ["\u00e4" * 31, "Cube"]
        with host.replica.muted():
            own = bpy.data.cameras.new(names[0])
        for number, name in enumerate(names):
            tree = {"name": name}
            change = Change(bytes([number + 1] * 16), "Camera", ChangeKind.NEW, properties=tree)
            host.applier.put(Batch(2 + number, [change], 0, 1))
        work(host)
        made = [host.replica.resolve(bytes([number + 1] * 16)).name for number in range(2)]
        self.assertEqual(made, names)
        self.assertEqual(own.name, "\u00e4" * 29 + ".001")
        host.end()

    def test_own_edits_are_captured_before_a_change_is_applied(self):
        """[BR21]"""
        host = open_session()
        share(host)
        cube = bpy.data.objects["Cube"]
        cube.scale = (2, 2, 2)
        uuid = host.replica.identities.identify(cube)
        ops = [["set", ["location"], [1.0, 2.0, 3.0]]]
        host.applier.put(Batch(2, [Change(uuid, "Object", ChangeKind.PART, ops=ops)], 0, 1))
        work(host)
        kinds = [it.kind for it in host.client.take() if it.id == uuid]
        self.assertEqual(kinds[-1], CaptureKind.BASE)
        self.assertEqual(len(kinds), 2)
        host.end()

    def test_the_only_view_layer_may_be_called_otherwise(self):
        """A scene always has one: the old one goes after the new one came."""
        scene = bpy.data.scenes.new("umbenannt")
        (old,) = scene.view_layers.keys()
        host = open_session()
        share(host)
        uuid = host.replica.identities.identify(scene)
        ops = [["remove", ["view_layers", old]], ["set", ["view_layers", "neu"], {}]]
        host.applier.put(Batch(2, [Change(uuid, "Scene", ChangeKind.PART, ops=ops)], 0, 1))
        work(host)
        self.assertEqual(scene.view_layers.keys(), ["neu"])
        self.assertEqual((host.client.wholes, [it.text for it in host.messages]), ([], []))
        host.end()

    def test_a_compositor_node_shows_the_passes_of_the_view_layer_that_came_instead(self):
        """Blender leaves it with those of the one that went."""
        scene = bpy.data.scenes.new("umbenannt")
        if hasattr(scene, "node_tree"):
            scene.use_nodes = True
            tree = scene.node_tree
        else:
            tree = bpy.data.node_groups.new("Compositor", "CompositorNodeTree")
        (old,) = scene.view_layers.keys()
        node = tree.nodes.new("CompositorNodeRLayers")
        node.scene = scene
        host = open_session()
        share(host)
        uuid = host.replica.identities.identify(scene)
        ops = [["remove", ["view_layers", old]], ["set", ["view_layers", "neu"], {"use_pass_mist": True}]]
        host.applier.put(Batch(2, [Change(uuid, "Scene", ChangeKind.PART, ops=ops)], 0, 1))
        work(host)
        self.assertEqual(node.layer, "neu")
        self.assertTrue(node.outputs["Mist"].enabled)
        host.end()

    def test_a_part_that_sets_nothing_is_read_back_too(self):
        """[BR21] Until its batch is done the agent would take it for the artist's edit."""
        host = open_session()
        share(host)
        cube = bpy.data.objects["Cube"]
        cube["tag"] = 1
        uuid = host.replica.identities.identify(cube)
        work(host)
        host.client.take()
        ops = [["remove", ["custom_properties", "tag"]]]
        host.applier.put(Batch(2, [Change(uuid, "Object", ChangeKind.PART, ops=ops)], 0, 1))
        work(host)
        (base,) = [it for it in host.client.take() if it.kind is CaptureKind.BASE]
        self.assertEqual(base.paths, [(("name",), "Cube")])
        host.end()

    def test_a_look_finds_what_became_again_what_it_was_before_others_changed_it(self):
        """Blender reports nothing of a palette."""
        palette = bpy.data.palettes.new("Farben")
        host = open_session()
        share(host)
        uuid = host.replica.identities.identify(palette)
        for told in ([uuid], [], [uuid]):
            host.client.take()
            host.replica.capturer.look(palette, {"ALL"})
            self.assertEqual([it.id for it in host.client.take()], told)
            if not told:
                ops = [["set", ["name"], "Töne"]]
                host.applier.put(Batch(2, [Change(uuid, "Palette", ChangeKind.PART, ops=ops)], 0, 1))
                work(host)
                palette.name = "Farben"
        host.end()

    def test_what_blender_did_by_itself_is_told_before_the_artists_edit(self):
        """[BR25] a capture of what was edited before must not say what a change to another one did to it."""
        rig = rig_with_bone("one")
        session = open_session()
        full = share(session)
        uuid, data = session.replica.find(rig), session.replica.find(rig.data)
        bone = dict(full[data].properties["bones"])["one"]
        rig.location.x = 3
        session.replica.observer.mark(rig, {"ALL"})
        batch = [
            Change(data, "Armature", ChangeKind.PART, ops=[["set", ["bones", "two"], bone]]),
            Change(uuid, "Object", ChangeKind.PART, ops=[["set", ["empty_display_size"], 2.0]]),
        ]
        session.applier.put(Batch(2, batch, 0, 1))
        work(session)
        told = [it for it in session.client.take() if it.id == uuid]
        kinds = [it.kind for it in told]
        self.assertIn(CaptureKind.CONSEQUENCE, kinds)
        edit = next(it for it in told if it.kind in (CaptureKind.FULL, CaptureKind.PART))
        self.assertLess(kinds.index(CaptureKind.CONSEQUENCE), told.index(edit))
        session.end()

    def test_a_delete_removes_and_is_not_echoed(self):
        """[BR21] It is told once, as applied."""
        host = open_session()
        share(host)
        uuid = host.replica.identities.identify(bpy.data.objects["Cube"])
        host.applier.put(Batch(2, [Change(uuid, "Object", ChangeKind.DELETE)], 0, 1))
        work(host)
        host.replica.census.check_all()
        bpy.context.view_layer.update()
        work(host)
        self.assertNotIn("Cube", bpy.data.objects)
        (told,) = [it for it in host.client.take() if it.id == uuid]
        self.assertEqual((told.kind, told.properties), (CaptureKind.BASE, {}))
        host.end()


def files() -> list:
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []


if files():
    identity.register()
    for path in files():
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False)
        print("FILE", os.path.basename(path), *journey(), sep="\n  ", flush=True)
    os._exit(0)
run(ApplyTest)
