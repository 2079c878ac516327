"""What the repository panel costs with 10,000 datablocks: a Blender with a window, an agent and a server."""

from __future__ import annotations

import os
import time
from statistics import median

from harness.display import Display
from harness.member import ADMIN, Member, wait_settled
from harness.processes import Workplace, wait_until
from harness.server import Server

DATABLOCKS = 10_000
SCENE = """
bpy.ops.wm.read_homefile(use_empty=True)
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Active', None))
for number in range(args['count']):
    bpy.data.cameras.new(f'{("Tree", "Stone", "House", "Lamp")[number % 4]} {number}').use_fake_user = True
bpy.context.view_layer.update()
"""
# Opens the panel, which begins closed, and notes how long each drawing of it takes, the list's own work included. Where
# Blender has no call to show a tab, the panels are put into the one that it shows: Item, if there is an active object.
OPEN = """
import sys, time, member
package = member.session_module().__name__.rpartition('.')[0]
ui = sys.modules[package + '.ui.repository']
panel = ui.MULTIUSER_PT_repository
root, flags = bpy.types.MULTIUSER_PT_session, bpy.types.MULTIUSER_PT_replication
bpy.utils.unregister_class(panel)
if 'active_panel_category' not in bpy.types.Region.bl_rna.properties:
    for cls in (flags, root):
        bpy.utils.unregister_class(cls)
    root.bl_category = 'Item'
    bpy.context.view_layer.objects.active = bpy.context.view_layer.objects[0]
    for cls in (root, flags):
        bpy.utils.register_class(cls)
panel.bl_options = set()
panel.seconds = []
draw = panel.draw
def timed(self, context):
    begin = time.thread_time()
    draw(self, context)
    panel.seconds.append(time.thread_time() - begin)
panel.draw = timed
bpy.utils.register_class(panel)
"""
BOOK = "import member\nbook = member.session_module().current().repository\n"
REDRAW = """
import sys, time, member
package = member.session_module().__name__.rpartition('.')[0]
ui = sys.modules[package + '.ui.repository']
book = member.session_module().current().repository
shown = ui.settings()
shown.search, shown.kind, shown.mine = args['search'], args['kind'], args['mine']
panel = ui.MULTIUSER_PT_repository
panel.seconds.clear()
rows = book.nodes.ordered()
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    for step in range(args['times']):
        for number in range(args['changed']):
            book.nodes.put(rows[(step * 100 + number) * 7 % len(rows)])
        bpy.ops.wm.redraw_timer(type='DRAW_WIN_SWAP', iterations=1)
result = [it * 1000 for it in panel.seconds]
"""
CASES = (
    ("as it is", {}),
    ("100 rows changed before each", {"changed": 100}),
    ("name filtered", {"search": "tree 1"}),
    ("name filtered, 100 rows changed", {"search": "tree 1", "changed": 100}),
    ("type and owner filtered", {"kind": "cameras", "mine": True}),
)


def show_panel(member: Member) -> None:
    """Opens the panel in the sidebar, which shows its tab."""
    member.run(OPEN)
    member.run("import view\nview.open_sidebar()")
    wait_until(lambda: member.run("import view\nresult = view.region('UI')[3] > 50"), "the sidebar to open")
    time.sleep(1)  # a tab is there once its panels were drawn
    member.run("import view\nview.open_tab()")


def panels(count: int = DATABLOCKS) -> None:
    """Draws the panel again and again; CPU time of the main thread. The first drawing after a change works out order
    and filter, the others do not."""
    command = os.environ.get("BLENDER") or "blender"
    with Workplace("multi-user-bench") as place:
        server = Server(place, "--admin-password", ADMIN)
        display = Display(place, "A")
        member = Member(place, "A", command, display=display)
        member.run(SCENE, count=count)
        member.host(server.port)
        wait_settled([member], 300)
        begin = time.monotonic()
        show_panel(member)
        wait_until(
            lambda: member.run(BOOK + f"result = book.in_step and len(book.nodes) > {count}"), "rows", 120
        )
        print(f"{command}: {member.run(BOOK + 'result = len(book.nodes)'):,} rows")
        print(f"listed {time.monotonic() - begin:.1f} s after the sidebar was opened")
        print(f"{'':34}{'median ms':>10}{'longest ms':>12}")
        for name, options in CASES:
            wanted = {"search": "", "kind": "ALL", "mine": False, "changed": 0, "times": 21, **options}
            times = member.run(REDRAW, timeout_seconds=300, **wanted)
            print(f"{name:34}{median(times):10.2f}{max(times):12.2f}", flush=True)
        picture = os.environ.get("MULTI_USER_SCREENSHOT")
        if picture:
            time.sleep(2)
            display.screenshot(picture)
