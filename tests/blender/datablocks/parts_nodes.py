"""Edits as parts, as in parts.py: nodes, node groups, their interfaces, and the modifiers that use them.

Run: blender -b --factory-startup --python parts_nodes.py
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

import bpy  # noqa: E402
from datablocks.parts_case import PartsCase, differences, registry, run  # noqa: E402
from datablocks.releases import since  # noqa: E402


class NodeParts(PartsCase):
    def test_material_nodes(self):
        material = bpy.data.materials.new("material")
        material.use_nodes = True
        tree = material.node_tree
        tree.nodes.clear()
        nodes, links = tree.nodes, tree.links

        def connect():
            links.new(nodes["Mix Shader"].outputs[0], nodes["Material Output"].inputs[0])
            links.new(nodes["A"].outputs[0], nodes["Mix Shader"].inputs[1])
            links.new(nodes["B"].outputs[0], nodes["Mix Shader"].inputs[2])

        def frame():
            made = nodes.new("NodeFrame")
            made.location = (100, 100)
            nodes["A"].parent = made

        self.check(
            material,
            lambda: setattr(material, "diffuse_color", (0.1, 0.2, 0.3, 1)),
            lambda: nodes.new("ShaderNodeOutputMaterial"),
            lambda: (
                nodes.new("ShaderNodeMixShader"),
                setattr(nodes.new("ShaderNodeBsdfDiffuse"), "name", "A"),
            ),
            lambda: setattr(nodes.new("ShaderNodeEmission"), "name", "B"),
            connect,
            lambda: setattr(nodes["B"].inputs["Strength"], "default_value", 5),
            lambda: setattr(nodes["A"], "location", (12, 34)),
            frame,
            lambda: setattr(nodes["Frame"], "location", (0, -50)),
            lambda: links.remove(nodes["Mix Shader"].inputs[1].links[0]),
            lambda: setattr(nodes["B"], "name", "Licht"),
            lambda: setattr(nodes["Licht"].inputs["Color"], "hide", True),
            lambda: nodes.new("ShaderNodeValToRGB").color_ramp.elements.new(0.5),
            lambda: setattr(nodes["Color Ramp" if "Color Ramp" in nodes else "ColorRamp"], "mute", True),
            lambda: setattr(nodes.new("ShaderNodeMath"), "operation", "SINE"),
            lambda: nodes.remove(nodes["Mix Shader"]),
            lambda: nodes["Frame"].id_data.nodes.remove(nodes["Frame"]),
        )

    def group(self, name="group"):
        return bpy.data.node_groups.new(name, "GeometryNodeTree")

    def socket(self, group, name, in_out, kind="NodeSocketFloat", **more):
        if hasattr(group, "interface"):
            return group.interface.new_socket(name, in_out=in_out, socket_type=kind, **more)
        return (group.inputs if in_out == "INPUT" else group.outputs).new(kind, name)

    def remove_socket(self, group, name):
        if hasattr(group, "interface"):
            group.interface.remove(group.interface.items_tree[name])
        else:
            group.inputs.remove(group.inputs[name])

    def test_group_interface(self):
        group = self.group()
        nodes, links = group.nodes, group.links
        nodes.new("NodeGroupInput")
        nodes.new("NodeGroupOutput")

        def value():
            item = group.interface.items_tree["B"] if hasattr(group, "interface") else group.inputs["B"]
            item.default_value, item.min_value, item.name = 0.5, -3, "Beta"

        self.check(
            group,
            lambda: self.socket(group, "A", "INPUT"),
            lambda: self.socket(group, "B", "INPUT"),
            lambda: self.remove_socket(group, "A"),
            lambda: self.socket(group, "C", "INPUT", "NodeSocketObject"),
            lambda: self.socket(group, "Out", "OUTPUT"),
            value,
            lambda: links.new(nodes[0].outputs["Beta"], nodes[1].inputs["Out"]),
            lambda: setattr(nodes[1].inputs["Out"], "hide_value", True) or self.socket(group, "D", "OUTPUT"),
            lambda: setattr(nodes[1].inputs["D"], "default_value", 3),
        )

    @since(4, 0)
    def test_group_panels(self):
        group = self.group()
        interface = group.interface
        items = interface.items_tree
        first = self.socket(group, "first", "INPUT")
        self.check(
            group,
            lambda: interface.new_panel("Panel"),
            lambda: self.socket(group, "inner", "INPUT", parent=items["Panel"]),
            lambda: interface.move_to_parent(items["first"], items["Panel"], 0),
            lambda: interface.move(items["inner"], 0),
            lambda: interface.new_panel("Second"),
            lambda: interface.move(items["Second"], 0),
            lambda: interface.remove(items["Panel"], move_content_to_parent=True),
            lambda: setattr(items["Second"], "default_closed", True),
        )
        self.assertEqual(first.name, "first")

    def test_socket_numbers_that_cannot_be_had(self):
        """A copy's counter is ahead of the original's: the session's identifiers are translated."""
        group = self.group()
        self.socket(group, "kept", "INPUT")
        copy = self.group("copy")
        for _ in range(5):
            self.socket(copy, "used up", "INPUT")
            self.remove_socket(copy, "used up")
        handler = registry.handler_for(group)
        nodes = group.nodes
        nodes.new("NodeGroupInput")
        nodes.new("NodeGroupOutput")
        self.socket(group, "out", "OUTPUT")
        group.links.new(nodes[0].outputs["kept"], nodes[1].inputs["out"])
        handler.write_whole(copy, self.read(group), {}, self.session)
        self.assertEqual(differences(self.read(group), self.read(copy)), [])
        self.assertEqual(len(copy.links), 1)
        user, user_copy = self.group("user"), self.group("user copy")
        node = user.nodes.new("GeometryNodeGroup")
        node.node_tree = copy
        node.inputs["kept"].default_value = 7
        tree = self.read(user)
        original = group.interface.items_tree["kept"] if hasattr(group, "interface") else group.inputs["kept"]
        self.assertIn(original.identifier, tree["nodes"]["Group"]["inputs"])
        registry.handler_for(user).write_whole(user_copy, tree, {}, self.session)
        self.assertEqual(user_copy.nodes[0].inputs["kept"].default_value, 7)
        self.assertEqual(self.session.problems, [])

    def test_modifier_inputs(self):
        group = self.group()
        self.socket(group, "Geometry", "INPUT", "NodeSocketGeometry")
        number = self.socket(group, "Number", "INPUT").identifier
        thing_in = self.socket(group, "Object", "INPUT", "NodeSocketObject").identifier
        vector = self.socket(group, "Vector", "INPUT", "NodeSocketVector").identifier
        self.socket(group, "Geometry", "OUTPUT", "NodeSocketGeometry")
        thing = self.object(bpy.data.meshes.new("mesh"))
        modifier = thing.modifiers.new("Nodes", "NODES")
        modifier.node_group = group

        def put(name, value):
            if hasattr(modifier, "properties"):
                return lambda: setattr(getattr(modifier.properties.inputs, name), "value", value)
            return lambda: modifier.__setitem__(name, value)

        def name_attribute():
            if hasattr(modifier, "properties"):
                entry = getattr(modifier.properties.inputs, number)
                entry.type, entry.attribute_name = "ATTRIBUTE", "mass"
            else:
                modifier[f"{number}_use_attribute"] = True
                modifier[f"{number}_attribute_name"] = "mass"

        self.check(
            thing,
            put(number, 2.5),
            put(thing_in, self.helper),
            put(vector, (1.0, 2.0, 3.0)),
            name_attribute,
            put(thing_in, None),
        )

    @since(4, 0)
    def test_zones_and_items(self):
        group = self.group()
        nodes = group.nodes

        def zone():
            begin, end = nodes.new("GeometryNodeRepeatInput"), nodes.new("GeometryNodeRepeatOutput")
            begin.pair_with_output(end)

        def items():
            return nodes["Repeat Output"].repeat_items

        def switch():
            made = nodes.new("GeometryNodeMenuSwitch")
            made.enum_items.new("C")
            made.enum_items.remove(made.enum_items[0])
            made.inputs["Menu"].default_value = "B"

        self.check(
            group,
            zone,
            lambda: items().new("FLOAT", "number"),
            lambda: setattr(nodes["Repeat Input"].inputs["number"], "default_value", 4.5),
            lambda: group.links.new(
                nodes["Repeat Input"].outputs["number"], nodes["Repeat Output"].inputs["number"]
            ),
            lambda: items().new("VECTOR", "vector"),
            lambda: items().remove(items()["number"]),
            lambda: setattr(items()["vector"], "name", "Richtung"),
            switch,
            lambda: nodes["Menu Switch"].enum_items.move(0, 1),
            whole=(8,),
        )


if __name__ == "__main__":
    run("parts_nodes")
