"""What the panels cost with 10,000 datablocks and 16 users: a Blender with a window, its agent, 15 others without a
Blender, and a server."""

from __future__ import annotations

import os
import time
from statistics import median

from harness.display import Display
from harness.member import ADMIN, Member, wait_settled
from harness.processes import Workplace, wait_until
from harness.scripts import RunningScript
from harness.server import Server

DATABLOCKS = 10_000
OTHERS = 15
SCENE = """
bpy.ops.wm.read_homefile(use_empty=True)
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Active', None))
for number in range(args['count']):
    bpy.data.cameras.new(f'{("Tree", "Stone", "House", "Lamp")[number % 4]} {number}').use_fake_user = True
bpy.context.view_layer.update()
"""
# Opens the panel, which begins closed, and notes how long each drawing of it takes, the list's own work included, and
# of the one around it, which lists the users. Where Blender has no call to show a tab, the panels are put into the one
# that it shows: Item, if there is an active object.
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
def time_it(cls):
    seconds, draw = [], cls.draw
    def timed(self, context):
        begin = time.thread_time()
        draw(self, context)
        seconds.append(time.thread_time() - begin)
    cls.draw, cls.seconds = timed, seconds
for cls in (panel, root):
    time_it(cls)
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
panels = ui.MULTIUSER_PT_repository, bpy.types.MULTIUSER_PT_session
for panel in panels:
    panel.seconds.clear()
rows = book.nodes.ordered()
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    for step in range(args['times']):
        for number in range(args['changed']):
            book.nodes.put(rows[(step * 100 + number) * 7 % len(rows)])
        bpy.ops.wm.redraw_timer(type='DRAW_WIN_SWAP', iterations=1)
result = [[it * 1000 for it in panel.seconds] for panel in panels]
"""
CASES = (
    ("as it is", {}),
    ("100 rows changed before each", {"changed": 100}),
    ("name filtered", {"search": "tree 1"}),
    ("name filtered, 100 rows changed", {"search": "tree 1", "changed": 100}),
    ("type and owner filtered", {"kind": "cameras", "mine": True}),
)


PEOPLE = "import member\nresult = len(member.session_module().current().company.people)"


def others(place: Workplace, port: int) -> RunningScript:
    """Users who look on, each from a place of their own."""
    steps: list[dict | str] = []
    for number in range(OTHERS):
        user = f"User {number}"
        fields = {"frame": number, "mode": "OBJECT", "view": _view(number)}
        steps += [
            {"connect": {"user": user, "timeoutMillis": 600_000}},
            {"presence": {"user": user, "fields": fields}},
        ]
    return RunningScript(place, "others", port, [*steps, "all there", {"pause": {"millis": 600_000}}])


def _view(number: int) -> dict:
    rows = [[1, 0, 0, number], [0, 1, 0, -9], [0, 0, 1, 3], [0, 0, 0, 1]]
    return {"matrix": [float(it) for row in rows for it in row], "distance": 9.0, "kind": "PERSP"}


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
        others(place, server.port).reached("all there", 120)
        wait_until(lambda: member.run(PEOPLE) == OTHERS, "all to be seen", 30)
        begin = time.monotonic()
        show_panel(member)
        wait_until(
            lambda: member.run(BOOK + f"result = book.in_step and len(book.nodes) > {count}"), "rows", 120
        )
        print(f"{command}: {member.run(BOOK + 'result = len(book.nodes)'):,} rows")
        print(f"listed {time.monotonic() - begin:.1f} s after the sidebar was opened")
        print(f"{'':34}{'repository, ms: median':>24}{'longest':>9}{'session, ms: median':>21}{'longest':>9}")
        for name, options in CASES:
            wanted = {"search": "", "kind": "ALL", "mine": False, "changed": 0, "times": 21, **options}
            times = member.run(REDRAW, timeout_seconds=300, **wanted)
            print(f"{name:34}" + "".join(f"{median(it):18.2f}{max(it):12.2f}" for it in times), flush=True)
        picture = os.environ.get("MULTI_USER_SCREENSHOT")
        if picture:
            time.sleep(2)
            display.screenshot(picture)
