"""Strokes with a real mouse in a Blender with a window: sculpting, painting, drawing; and local view. The tests share
the pair and run in the order of their names."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS]

from harness.display import Display  # noqa: E402
from harness.member import ADMIN, Member, wait_equal, wait_settled  # noqa: E402
from harness.processes import Workplace  # noqa: E402
from harness.server import Server  # noqa: E402

COMMAND = os.environ.get("BLENDER") or "blender"
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
IN_VIEW = """
import view
window = bpy.context.window_manager.windows[0]
def in_view():
    return bpy.context.temp_override(window=window, area=view.area(), region=view.region('WINDOW')[0])
"""
SCENE = """
for thing in list(bpy.data.objects):
    bpy.data.objects.remove(thing)
bpy.ops.mesh.primitive_grid_add(x_subdivisions=60, y_subdivisions=60, size=4)
sheet = bpy.context.object
sheet.name = 'Sheet'
image = bpy.data.images.new('Canvas', 128, 128)
image.generated_color = (0.25, 0.25, 0.25, 1)
material = bpy.data.materials.new('Painted')
material.use_nodes = True
node = material.node_tree.nodes.new('ShaderNodeTexImage')
node.image = image
material.node_tree.nodes.active = node
material.node_tree.links.new(node.outputs[0], material.node_tree.nodes['Principled BSDF'].inputs[0])
sheet.data.materials.append(material)
sheet.vertex_groups.new(name='Weight')
bpy.ops.object.empty_add(location=(9, 0, 0))
bpy.context.object.name = 'Far'
"""
FROM_ABOVE = """
space = view.area().spaces.active
space.region_3d.view_rotation = (1, 0, 0, 0)
space.region_3d.view_location = (0, 0, 0)
space.region_3d.view_distance = 8
space.show_region_ui = False
space.shading.type = 'SOLID'
"""
ENTER = (
    IN_VIEW
    + """
view.select(args['name'])
with in_view():
    bpy.ops.object.mode_set(mode=args['mode'])
    bpy.ops.ed.undo_push(message='Mode')
"""
)
# A Blender that ships no brushes (Debian's 4.3) gets one: they are assets there.
BRUSH = (
    IN_VIEW
    + """
tools = bpy.context.tool_settings
paint, kind = {
    'SCULPT': (tools.sculpt, 'SCULPT'),
    'VERTEX_PAINT': (tools.vertex_paint, 'VERTEX_PAINT'),
    'WEIGHT_PAINT': (tools.weight_paint, 'WEIGHT_PAINT'),
    'TEXTURE_PAINT': (tools.image_paint, 'TEXTURE_PAINT'),
    'PAINT_GREASE_PENCIL': (tools.gpencil_paint, 'PAINT_GREASE_PENCIL'),
    'PAINT_GPENCIL': (tools.gpencil_paint, 'PAINT_GPENCIL'),
}[args['mode']]
if paint.brush is None:
    name = 'Brush for ' + kind
    if name not in bpy.data.brushes:
        bpy.data.brushes.new(name, mode=kind).asset_mark()
    with in_view():
        bpy.ops.brush.asset_activate(
            asset_library_type='LOCAL', relative_asset_identifier='Brush' + chr(47) + name
        )
for owner in (paint.brush, getattr(tools, 'unified_paint_settings', None)):
    if hasattr(owner, 'color'):
        owner.color = (1, 0, 0)  # on what is white
result = paint.brush is not None
"""
)
RAISED = "sum(1 for it in bpy.data.objects['Sheet'].data.vertices if abs(it.co.z) > 1e-4)"
COLOURED = """sum(
    1 for layer in bpy.data.objects['Sheet'].data.color_attributes
    for it in layer.data if min(it.color) < 0.99 and max(it.color) > 0)"""
WEIGHED = (
    "sum(1 for it in bpy.data.objects['Sheet'].data.vertices for group in it.groups if group.weight > 0)"
)
PAINTED = "sum(1 for shade in list(bpy.data.images['Canvas'].pixels)[0::4] if abs(shade - 0.25) > 0.01)"
STROKES = """sum(
    len(frame.drawing.strokes) if hasattr(frame, 'drawing') else len(frame.strokes)
    for layer in bpy.data.objects['Drawing'].data.layers for frame in layer.frames)"""


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class Strokes(unittest.TestCase):
    """A hosts and has a window, B joins in the background."""

    @classmethod
    def setUpClass(cls):
        cls.place = Workplace("multi-user-strokes")
        cls.addClassCleanup(cls.place.close)
        cls.server = Server(cls.place, "--admin-password", ADMIN)
        cls.display = Display(cls.place, "A")
        cls.a = Member(cls.place, "A", COMMAND, display=cls.display)
        cls.b = Member(cls.place, "B", COMMAND)
        cls.a.run(IN_VIEW + "with in_view():\n" + "".join(f"    {it}\n" for it in SCENE.strip().splitlines()))
        cls.a.run(IN_VIEW + FROM_ABOVE + "bpy.ops.ed.undo_push(message='Scene')")
        cls.a.host(cls.server.port)
        cls.b.join(cls.server.port)
        cls.b.wait_phase("ONLINE")

    def enter(self, mode: str, name: str = "Sheet"):
        self.a.run(ENTER, mode=mode, name=name)
        self.assertTrue(self.a.run(BRUSH, mode=mode), f"no brush for {mode}")
        time.sleep(0.5)

    def leave(self, name: str = "Sheet"):
        self.a.run(ENTER, mode="OBJECT", name=name)

    def live(self, on: bool):
        self.a.run("import member\nmember.preferences().live_edit = args['on']", on=on)

    def stroke(self, down_pixels: int = 0):
        """A line of 120 pixels through the view, ``down_pixels`` below its middle."""
        x, y = self.a.run("import view\nresult = view.view_middle()")
        points = [(x - 60 + 10 * step, y + down_pixels + 2 * step) for step in range(13)]
        self.display.stroke(points)
        time.sleep(0.3)

    def press(self, *keys: str):
        time.sleep(0.3)
        self.display.press(*keys)
        time.sleep(0.3)

    def equal(self):
        wait_equal(self.a, self.b, self.place, 60)

    def painted(self, mode: str, measure: str, name: str = "Sheet"):
        """Two strokes in a mode, the first shown live; the second is undone, redone, and there when A has left."""
        self.live(True)
        before = self.a.value(measure)
        self.enter(mode, name)
        self.stroke()
        first = self.a.value(measure)
        self.assertGreater(first, before, "the mouse drew nothing")
        self.b.until(f"{measure} == args['expected']", timeout_seconds=30, expected=first)
        self.live(False)
        self.stroke(down_pixels=60)
        second = self.a.value(measure)
        self.assertGreater(second, first)
        self.press("ctrl+z")
        self.a.until(f"{measure} == args['expected']", expected=first)
        self.press("ctrl+shift+z")
        self.a.until(f"{measure} == args['expected']", expected=second)
        self.leave(name)
        self.b.until(f"{measure} == args['expected']", timeout_seconds=30, expected=second)
        self.equal()

    def test_01_sculpt(self):
        self.painted("SCULPT", RAISED)

    def test_02_vertex_paint(self):
        self.painted("VERTEX_PAINT", COLOURED)

    def test_03_weight_paint(self):
        self.painted("WEIGHT_PAINT", WEIGHED)

    def test_04_texture_paint(self):
        self.a.run(
            IN_VIEW + "view.select('Sheet')\nwith in_view():\n"
            "    bpy.context.tool_settings.image_paint.mode = 'MATERIAL'\n"
            "    bpy.ops.object.mode_set(mode='TEXTURE_PAINT')\n    bpy.ops.object.mode_set(mode='OBJECT')"
        )
        self.painted("TEXTURE_PAINT", PAINTED)

    def test_05_grease_pencil(self):
        modern = self.a.value("bpy.app.version >= (4, 3, 0)")
        add = "grease_pencil_add" if modern else "gpencil_add"
        self.leave()
        self.a.run(IN_VIEW + f"with in_view():\n    bpy.ops.object.{add}(type='EMPTY')\n")
        self.a.run("bpy.context.view_layer.objects.active.name = 'Drawing'\nbpy.context.view_layer.update()")
        self.b.until("'Drawing' in bpy.data.objects")
        self.painted("PAINT_GREASE_PENCIL" if modern else "PAINT_GPENCIL", STROKES, "Drawing")

    def test_06_local_view(self):
        """A's local view is A's: edits flow both ways, what B adds stays out of it, and B's viewport knows nothing."""
        shown = "[it.name for it in bpy.data.objects if it.visible_get(viewport=view.area().spaces.active)]"
        shown = shown.replace("view.", "__import__('view').")
        self.leave()
        self.press("KP_Divide")
        self.a.until(f"{shown} == ['Sheet']")
        self.b.run("bpy.data.objects['Far'].location.z = 3\nbpy.context.view_layer.update()")
        self.b.run(
            "made = bpy.data.objects.new('Late', None)\nbpy.context.scene.collection.objects.link(made)\n"
            "bpy.context.view_layer.update()"
        )
        self.press("g", "z", "1", "Return")
        self.a.until("'Late' in bpy.data.objects")
        self.b.until("abs(bpy.data.objects['Sheet'].location.z - 1) < 1e-4")
        self.equal()
        self.assertEqual(self.a.value(shown), ["Sheet"])
        self.press("KP_Divide")
        self.assertIsNone(
            self.a.run("import view\nresult = view.area().spaces.active.local_view and 'still in it'")
        )
        self.equal()

    def test_07_no_errors_in_the_output(self):
        wait_settled([self.a, self.b])
        for member in (self.a, self.b):
            self.assertFalse(
                [line for line in member.process.lines if "Traceback" in line], member.process.tail()
            )


if __name__ == "__main__":
    unittest.main()
