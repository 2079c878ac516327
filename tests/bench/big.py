"""What one typical edit of a big datablock costs, and how long joining with it takes."""

from __future__ import annotations

import os
import time
from statistics import median

from harness.member import ADMIN, Member, wait_settled
from harness.processes import Workplace
from harness.server import Server

ROUNDS = 7

RIG = """
armature = bpy.data.armatures.new('Rig')
rig = bpy.data.objects.new('Rig', armature)
bpy.context.scene.collection.objects.link(rig)
bpy.context.view_layer.objects.active = rig
bpy.ops.object.mode_set(mode='EDIT')
for index in range(500):
    bone = armature.edit_bones.new(f'bone.{index:03}')
    bone.head, bone.tail = (index, 0, 0), (index, 0, 1)
    bone.parent = armature.edit_bones[f'bone.{index - 1:03}'] if index % 10 else None
bpy.ops.object.mode_set(mode='OBJECT')
for index in range(300):
    driver = rig.pose.bones[index].driver_add('location', 0).driver
    variable = driver.variables.new()
    variable.targets[0].id, variable.targets[0].data_path = rig, 'pose.bones["bone.450"].location[1]'
    driver.expression = 'var * 2'
for index in range(300, 400):
    made = rig.pose.bones[index].constraints.new('COPY_ROTATION')
    made.target, made.subtarget = rig, 'bone.450'
"""
NODES = """
material = bpy.data.materials.new('Nodes')
material.use_nodes = True
tree = material.node_tree
kinds = ('ShaderNodeMath', 'ShaderNodeMixRGB', 'ShaderNodeTexNoise', 'ShaderNodeBsdfPrincipled')
made = [tree.nodes.new(kinds[index % 4]) for index in range(200)]
for node, following in zip(made, made[1:]):
    tree.links.new(node.outputs[0], following.inputs[0])
for node in tree.nodes:
    node.select = False
tree.nodes.active = made[0]
mesh = bpy.data.meshes.new('Nodes')
mesh.materials.append(material)
bpy.context.scene.collection.objects.link(bpy.data.objects.new('Nodes', mesh))
"""
ACTION = """
thing = bpy.data.objects.new('Keyed', None)
bpy.context.scene.collection.objects.link(thing)
import numpy
for path, count in (('location', 3), ('rotation_euler', 3), ('scale', 3), ('delta_location', 1)):
    for index in range(count):
        thing.keyframe_insert(path, index=index, frame=1)
action = thing.animation_data.action
curves = action.fcurves if hasattr(action, 'fcurves') else action.layers[0].strips[0].channelbags[0].fcurves
for curve in curves:
    points = curve.keyframe_points
    points.add(9999)
    rows = numpy.zeros((10000, 2), 'f4')
    rows[:, 0], rows[:, 1] = numpy.arange(10000), numpy.sin(numpy.arange(10000) / 50)
    points.foreach_set('co', rows.ravel())
    curve.update()
"""
OBJECTS = """
mesh = bpy.data.meshes.new('Many')
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
for index in range(5000):
    thing = bpy.data.objects.new(f'Many.{index}', mesh)
    thing.location = index % 70, index // 70, 0
    bpy.context.scene.collection.objects.link(thing)
"""
CURVES = "curves = action.fcurves if hasattr(action, 'fcurves') else "
CURVES += "action.layers[0].strips[0].channelbags[0].fcurves\n"
CASES = {
    "500 bones, 300 drivers": (
        RIG,
        {
            "one bone posed": "bpy.data.objects['Rig'].pose.bones['bone.420'].location.x += 0.1",
            "a constraint of a bone that is not active": "bpy.data.objects['Rig'].pose.bones['bone.320']"
            ".constraints[0].influence *= 0.99",
            "a driver's expression": "bpy.data.objects['Rig'].animation_data.drivers[200].driver.expression += '+1'\n"
            "bpy.data.objects['Rig'].update_tag()",
        },
    ),
    "200 nodes": (
        NODES,
        {
            "a socket of the active node": "bpy.data.materials['Nodes'].node_tree.nodes['Math']"
            ".inputs[1].default_value += 0.1",
            "a socket of another node": "bpy.data.materials['Nodes'].node_tree.nodes['Math.020']"
            ".inputs[1].default_value += 0.1",
            "a node added": "bpy.data.materials['Nodes'].node_tree.nodes.new('ShaderNodeMath')",
        },
    ),
    "100,000 keys": (
        ACTION,
        {
            "one key moved": "action = bpy.data.objects['Keyed'].animation_data.action\n"
            + CURVES
            + "curves[0].keyframe_points[5000].co.y += 0.1\naction.update_tag()",
        },
    ),
    "5,000 objects": (
        OBJECTS,
        {
            "one object moved": "bpy.data.objects['Many.2500'].location.z += 0.1",
            "one object added": "made = bpy.data.objects.new('Added', bpy.data.meshes['Many'])\n"
            "bpy.context.scene.collection.objects.link(made)",
        },
    ),
}
# Ticks until the server has the edit, and its sum of the main thread's work.
EDIT = """
import time, member
module = member.session_module()
session = module.current()
sequence = session.status.sequence
began = time.perf_counter()
{}
bpy.context.view_layer.update()
blender = time.perf_counter() - began
own, deadline = [], time.monotonic() + 60
while time.monotonic() < deadline and (session.status.sequence <= sequence or session.status.pending):
    own_began = time.thread_time()
    if module.tick():
        own.append((time.thread_time() - own_began) * 1000)
    time.sleep(0.001)
result = {{'longest': max(own, default=0.0), 'sum': sum(own), 'blender': blender * 1000,
          'done': (time.perf_counter() - began) * 1000}}
"""


def big() -> None:
    """Each case's edits, medians of ``ROUNDS``, and the time that a second Blender takes to join."""
    command = os.environ.get("BLENDER") or "blender"
    print(
        f"{command}\nedit   longest tick ms   all ticks ms   Blender's update ms   at the server ms   bytes sent"
    )
    with Workplace("multi-user-bench") as place:
        server = Server(place, "--admin-password", ADMIN)
        member, other = Member(place, "A", command), Member(place, "B", command)
        for number, (name, (build, edits)) in enumerate(CASES.items()):
            member.run("bpy.ops.wm.read_homefile(use_factory_startup=False, use_empty=True)")
            member.run(build + "\nbpy.context.view_layer.update()")
            member.host(server.port, session=f"bench-{number}")
            wait_settled([member], 300)
            for edit, code in edits.items():
                rows = []
                for round_number in range(ROUNDS + 1):
                    wait_settled([member], 60)
                    before = member.state()["sent"]
                    row = member.run(EDIT.format(code))
                    sent = member.state()["sent"] - before
                    if round_number:  # the first edit also fills caches
                        rows.append((row["longest"], row["sum"], row["blender"], row["done"], sent))
                longest, own, blender, done, sent = (median(column) for column in zip(*rows))
                print(
                    f"{name}: {edit:42} {longest:8.2f} {own:8.2f} {blender:8.2f} {done:8.0f} {sent:8,.0f}",
                    flush=True,
                )
            began = time.monotonic()
            other.join(server.port, session=f"bench-{number}")
            other.wait_phase("ONLINE", 300)
            print(f"{name}: joined in {time.monotonic() - began:.1f} s", flush=True)
            other.leave()
            member.leave()
