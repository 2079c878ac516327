"""What it costs to draw the others into a 3D view. A Blender with a window, no session: made-up users, all in view."""

from __future__ import annotations

import os

from harness.display import Display
from harness.member import Member
from harness.processes import Workplace

SETUP = """
import time, types, uuid
import member, view
REPEATS = 10
base = member.session_module().__name__.rpartition('.')[0]
overlay = __import__(base + '.presence.overlay', fromlist=['overlay'])
company_module = __import__(base + '.presence.company', fromlist=['company'])
changes = __import__(base + '.core.changes', fromlist=['changes'])
mathutils = __import__('mathutils')

class Identities:
    def __init__(self):
        self.datablocks = {uuid.uuid4().bytes: it for it in [*bpy.data.objects, *bpy.data.scenes]}
        self.keys = {it: key for key, it in self.datablocks.items()}
    def find(self, datablock):
        return self.keys.get(datablock)
    def resolve(self, key):
        return self.datablocks.get(key)

def others(count, selected, turn):
    stand = mathutils.Matrix.Translation((0, -12, 2)) @ mathutils.Matrix.Rotation(1.4, 4, 'X')
    matrices = [mathutils.Matrix.Rotation(it * 6.28 / count + turn, 4, 'Z') @ stand for it in range(count)]
    keys = [key.hex() for key, it in identities.datablocks.items() if isinstance(it, bpy.types.Object)]
    return {f'user-{it}': {'scene': scene, 'frame': 1, 'mode': 'EDIT', 'selection': keys[it * selected:][:selected],
            'view': {'matrix': [x for row in matrices[it] for x in row], 'distance': 12.0, 'kind': 'PERSP'}}
            for it in range(count)}

for number in range(args['objects']):
    one = bpy.data.objects.new('O', bpy.data.meshes['Cube'])
    one.location = (number % 32 - 16, number // 32 - 8, 0)
    one.scale = (0.2, 0.2, 0.2)
    bpy.context.scene.collection.objects.link(one)
bpy.context.view_layer.update()
view.look(20, 40)
identities = Identities()
scene = identities.find(bpy.context.window_manager.windows[0].scene).hex()
"""
DRAW = """
count, selected = args['count'], args['selected']
colours = [0x2266AA * (it + 1) & 0xFFFFFF for it in range(count)]
users = tuple(changes.User(f'user-{it}', f'User {it}', 'USER', colours[it], True, 9) for it in range(count))
status = changes.Status(changes.AgentState.ONLINE, users=users)
company = company_module.Company()
session = types.SimpleNamespace(replica=types.SimpleNamespace(identities=identities), company=company, ended=False)
one = overlay.Overlay(lambda: session, lambda: member.preferences().overlay, lambda it: 'ONLINE')
one.close()
spent = []
def timed(draw, before=lambda: None):
    def run():
        took = 0.0
        for _ in range(REPEATS):
            before()
            begin = time.thread_time()
            draw()
            took += time.thread_time() - begin
        spent.append(took * 1000 / REPEATS)
    return run
names = []
def keep():
    names[:] = one._labels or names
    one._labels = list(names)
add = bpy.types.SpaceView3D.draw_handler_add
handlers = [add(timed(one.draw_lines), (), 'WINDOW', 'POST_VIEW')]
handlers.append(add(timed(one.draw_texts, keep), (), 'WINDOW', 'POST_PIXEL'))
window = bpy.context.window_manager.windows[0]
for turn in range(args['drawings']):
    company.take(status, others(count, selected, turn * 0.01))
    with bpy.context.temp_override(window=window, area=view.area(), region=view.region('WINDOW')[0]):
        bpy.ops.wm.redraw_timer(type='DRAW', iterations=1)
for it in handlers:
    bpy.types.SpaceView3D.draw_handler_remove(it, 'WINDOW')
median = lambda values: sorted(values)[len(values) // 2]
both = [sum(it) for it in zip(spent[::2], spent[1::2])]
result = [median(spent[::2]), median(spent[1::2]), median(both), len(both)]
"""


def presence(drawings: int = 12) -> None:
    """What a drawing takes of the main thread's time while everybody moves: medians, each of what ten calls in a row
    take on average, as between two drawings by software Mesa empties the processor's caches."""
    command = os.environ.get("BLENDER") or "blender"
    print(f"{command}\n{'users':>6}{'selected each':>15}{'lines ms':>10}{'names ms':>10}{'all ms':>8}")
    with Workplace("multi-user-bench") as place:
        one = Member(place, "A", command, display=Display(place, "A"))
        one.run(SETUP, objects=512)
        for count, selected in ((1, 1), (16, 0), (16, 1), (16, 4), (16, 32), (64, 1)):
            *took, drawn = one.run(DRAW, count=count, selected=selected, drawings=drawings)
            if drawn < drawings:
                raise AssertionError(f"the view was drawn {drawn} times, not {drawings}")
            print(f"{count:6}{selected:15}{took[0]:10.2f}{took[1]:10.2f}{took[2]:8.2f}", flush=True)
