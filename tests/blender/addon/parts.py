"""Node trees, strips, lists of members and keys that are too big to be read for each edit: what is handed over is as
small as the edit, and nothing is missed. Rigs: parts_rigs.py.

Run: blender -b --factory-startup --python parts.py
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402
from capturing import PartsCase, paths  # noqa: E402
from common import run  # noqa: E402

from multi_user.core.changes import CaptureKind  # noqa: E402
from multi_user.core.values import Ref  # noqa: E402
from multi_user.datablocks import registry  # noqa: E402


class NodesTest(PartsCase):
    def setUp(self):
        super().setUp()
        self.material = bpy.data.materials.new("big")
        self.material.use_nodes = True
        bpy.data.objects["Cube"].data.materials.append(self.material)
        self.tree = self.material.node_tree
        for index in range(60):
            node = self.tree.nodes.new("ShaderNodeMath")
            node.name = f"node {index}"
        for node in self.tree.nodes:
            node.select = False
        self.tree.nodes.active = self.tree.nodes["node 0"]
        self.rig.edit()
        self.look(self.material)

    def test_the_active_node_is_read_at_once(self):
        self.tree.nodes["node 0"].inputs[0].default_value = 0.25
        told = paths(self.of(self.material, self.rig.edit()))
        nodes = [path for path in told if path[:2] == ("node_tree", "nodes")]
        self.assertEqual(nodes, [("node_tree", "nodes", "node 0")])

    def test_another_node_is_found_by_looking(self):
        self.tree.nodes["node 30"].inputs[0].default_value = 0.25
        self.rig.edit()
        self.assertIn(self.material.multi_user_uuid, [it.hex() for it in self.rig.unsure])
        told = paths(self.look(self.material))
        self.assertIn(("node_tree", "nodes", "node 30"), told)
        nodes = [path for path in told if path[:2] == ("node_tree", "nodes")]
        self.assertLess(len(nodes), 24)  # those of its part, and of the part in which one was read at once
        self.tree.nodes["node 31"].inputs[0].default_value = 0.25
        told = paths(self.look(self.material))
        self.assertIn(("node_tree", "nodes", "node 31"), told)
        self.assertLess(len(told), 12)  # those of one part

    def test_a_node_that_is_again_what_it_was_at_the_last_look_is_found(self):
        """What was read at once in between went to the others."""
        default = self.tree.nodes["node 0"].inputs[0].default_value
        self.tree.nodes["node 0"].inputs[0].default_value = 0.25
        self.rig.edit()
        self.tree.nodes.active = self.tree.nodes["node 1"]
        self.tree.nodes["node 0"].inputs[0].default_value = default
        self.assertIn(("node_tree", "nodes", "node 0"), paths(self.look(self.material)))

    def test_links_and_nodes_are_seen_at_once(self):
        self.tree.links.new(self.tree.nodes["node 30"].outputs[0], self.tree.nodes["node 31"].inputs[1])
        (capture,) = self.of(self.material, self.rig.edit())
        self.assertEqual(len(dict(capture.paths)["node_tree", "links"]), 2)
        self.tree.nodes.remove(self.tree.nodes["node 30"])
        self.tree.nodes.new("ShaderNodeTexNoise")
        (capture,) = self.of(self.material, self.rig.edit())
        self.assertIn(("node_tree", "nodes", "Noise Texture"), paths([capture]))
        self.assertIn(("node_tree", "nodes", "node 30"), capture.removed)
        self.assertEqual(len(dict(capture.paths)["node_tree", "links"]), 1)


class StripsTest(PartsCase):
    def setUp(self):
        super().setUp()
        self.scene = bpy.context.scene
        editor = self.scene.sequence_editor_create()
        self.strips = editor.strips if hasattr(editor, "strips") else editor.sequences
        for index in range(30):
            self.make(f"strip {index}", index)
        self.scene.update_tag()
        self.rig.edit()
        self.look(self.scene)

    def make(self, name, index):
        length = {"length": 20} if bpy.app.version >= (5, 0, 0) else {"frame_end": index * 50 + 21}
        made = self.strips.new_effect(
            name=name, type="COLOR", channel=1, frame_start=index * 50 + 1, **length
        )
        made.select = False

    def told(self, captures):
        """The strips that the captures name."""
        return {
            path[2]
            for path in paths(self.of(self.scene, captures))
            if path[0] == "sequence_editor" and path[2:]
        }

    def test_a_strip_is_read_alone(self):
        self.strips["strip 7"].channel = 3
        self.scene.update_tag()
        self.assertEqual(self.told(self.rig.edit()), {"strip 7"})

    def test_strips_that_come_and_go_are_named(self):
        self.make("added", 40)
        self.strips.remove(self.strips["strip 3"])
        self.scene.update_tag()
        captures = self.of(self.scene, self.rig.edit())
        self.assertIn("added", self.told(captures))
        self.assertIn("strip 3", {path[-1] for it in captures for path in it.removed})

    def test_the_rest_of_a_strip_is_found_by_looking(self):
        self.strips["strip 9"].modifiers.new(name="hue", type="BRIGHT_CONTRAST")
        self.assertIn("strip 9", self.told(self.look(self.scene)))


class MembersTest(PartsCase):
    """A scene's own collection and another one, with many objects: what comes and goes is told, not all there are."""

    def setUp(self):
        super().setUp()
        self.scene = bpy.context.scene
        self.made = bpy.data.collections.new("Many")
        self.scene.collection.children.link(self.made)
        self.lists = {
            self.scene: (self.scene.collection, ("collection", "objects")),
            self.made: (self.made, ("objects",)),
        }
        for index in range(150):
            thing = bpy.data.objects.new(f"one of many {index}", None)
            for holder, _ in self.lists.values():
                holder.objects.link(thing)
        self.rig.edit()

    def told(self, captures, datablock):
        """What is told of its members: those that came, those that went, whether all were."""
        place = self.lists[datablock][1]
        own = self.of(datablock, captures)
        whole = [
            it for it in own if it.properties and place[0] in it.properties and it.kind is CaptureKind.FULL
        ]
        whole += [path for it in own for path, _ in it.paths if path == place]
        came = {path[-1] for it in own for path, _ in it.paths if path[:-1] == place}
        gone = {path[-1] for it in own for path in it.removed if path[:-1] == place}
        return came, gone, bool(whole)

    def uuid(self, name):
        return bpy.data.objects[name].multi_user_uuid

    def check(self, edit, came=(), gone=()):
        gone = {self.uuid(name) for name in gone}
        edit()
        captures = self.rig.edit()
        came = {self.uuid(name) for name in came}
        for datablock in self.lists:
            self.assertEqual(self.told(captures, datablock), (came, gone, False), datablock.name)
        self.assertEqual(self.rig.unsure, [])
        return captures

    def link(self, name):
        thing = bpy.data.objects.get(name) or bpy.data.objects.new(name, None)
        for holder, _ in self.lists.values():
            holder.objects.link(thing)

    def unlink(self, name):
        for holder, _ in self.lists.values():
            holder.objects.unlink(bpy.data.objects[name])

    def test_at_the_end(self):
        self.check(lambda: self.link("late"), came=["late"])
        self.check(lambda: self.link("later"), came=["later"])
        self.check(lambda: self.unlink("later"), gone=["later"])

    def test_in_the_midst(self):
        self.check(lambda: self.unlink("one of many 7"), gone=["one of many 7"])
        self.check(lambda: self.link("one of many 7"), came=["one of many 7"])

    def test_removed_and_made_anew(self):
        """The one that Blender removed is gone, and the new one is another, wherever it lies."""

        def replace():
            bpy.data.objects.remove(bpy.data.objects["one of many 149"])
            self.link("one of many 149")

        self.check(replace, came=["one of many 149"], gone=["one of many 149"])

    def test_beside_the_list(self):
        child = bpy.data.collections.new("Child")
        self.scene.collection.children.link(child)
        captures = self.of(self.scene, self.rig.edit())
        told = dict(pair for it in captures for pair in it.paths)
        self.assertIn(child.multi_user_uuid, told["collection", "children"])

    def applied(self, datablock, *ops):
        """What others did, as apply carries it out."""
        with self.rig.observer.muted():
            handler = registry.handler_for(datablock)
            handler.write_part(datablock, list(ops), {}, [], False, self.rig.context)
            bpy.context.view_layer.update()

    def test_what_others_link_and_the_artist_unlinks_at_once(self):
        """[BR21] and the other way round."""
        thing = bpy.data.objects.new("theirs", None)
        self.rig.identities.identify(thing)
        for datablock, (holder, place) in self.lists.items():
            path = [*place, self.uuid("theirs")]
            self.applied(datablock, ["set", path, Ref(bytes.fromhex(self.uuid("theirs")))])
            self.assertIn("theirs", holder.objects)
        self.check(lambda: self.unlink("theirs"), gone=["theirs"])
        thing.use_fake_user = True
        for datablock, (_, place) in self.lists.items():
            self.applied(datablock, ["remove", [*place, self.uuid("one of many 9")]])
        self.check(lambda: self.link("one of many 9"), came=["one of many 9"])
        for datablock, (holder, place) in self.lists.items():
            keys = [self.uuid("theirs"), *(it.multi_user_uuid for it in holder.objects)]
            everything = {key: Ref(bytes.fromhex(key)) for key in keys}
            self.applied(datablock, ["set", list(place), everything])
        self.check(lambda: self.unlink("theirs"), gone=["theirs"])

    def test_what_has_nothing_to_tell_any_more_is_gone(self):
        """A part names it, as a whole tree would be without it."""
        self.made["own"] = self.scene["own"] = self.scene.collection["own"] = 1
        bpy.ops.rigidbody.world_add()
        self.rig.edit()
        for datablock in self.lists:
            self.look(datablock)
        del self.made["own"], self.scene["own"], self.scene.collection["own"]
        bpy.ops.rigidbody.world_remove()
        gone = {it.multi_user_uuid: set() for it in self.lists}
        captures = self.rig.edit()
        captures += [it for datablock in self.lists for it in self.look(datablock)]
        for capture in captures:
            gone.setdefault(capture.id.hex(), set()).update(capture.removed)
        self.assertIn(("custom_properties",), gone[self.made.multi_user_uuid])
        scene = gone[self.scene.multi_user_uuid]
        self.assertLessEqual(
            {("custom_properties",), ("rigidbody_world",), ("collection", "custom_properties")}, scene
        )

    def test_looking_tells_what_was_done_without_a_report(self):
        self.look(self.made)
        self.unlink("one of many 3")
        came, gone, whole = self.told(self.look(self.made), self.made)
        self.assertEqual((came, gone, whole), (set(), {self.uuid("one of many 3")}, False))


class KeysTest(PartsCase):
    def test_only_the_curves_whose_keys_changed_are_read(self):
        cube = bpy.data.objects["Cube"]
        for frame in range(1, 20):
            cube.keyframe_insert("location", frame=frame)
        self.rig.edit()
        action = cube.animation_data.action
        holder = action if hasattr(action, "fcurves") else action.layers[0].strips[0].channelbags[0]
        holder.fcurves[1].keyframe_points[7].co.y = 3.0
        action.update_tag()
        (capture,) = self.of(action, self.rig.edit())
        self.assertEqual([name.endswith("location[1]") for name in capture.buffers], [True])
        action.update_tag()
        self.assertEqual([len(it.buffers) for it in self.of(action, self.rig.edit())], [0])
        holder.fcurves[2].keyframe_points.insert(40, 1.0)
        action.update_tag()
        (capture,) = self.of(action, self.rig.edit())
        self.assertEqual([name.endswith("location[2]") for name in capture.buffers], [True])


class SharedMeshTest(PartsCase):
    def test_an_edit_of_a_mesh_is_not_one_of_all_its_objects(self):
        mesh = bpy.data.meshes["Cube"]
        for index in range(100):
            bpy.context.collection.objects.link(bpy.data.objects.new(f"twin {index}", mesh))
        self.rig.edit()
        mesh.vertices[0].co.x += 1.0
        mesh.update()
        captures = self.rig.edit()
        self.assertEqual(len(self.of(mesh, captures)), 1)
        self.assertLessEqual(len([it for it in captures if it.type == "Object"]), 64)


if __name__ == "__main__":
    run(NodesTest, StripsTest, MembersTest, KeysTest, SharedMeshTest)
