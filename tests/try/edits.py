"""The edits of `try`: code that runs in one of the two Blenders, each for any scene. Plain text, no bpy here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One edit. ``check`` is true in the other Blender once the edit has come there."""

    what: str
    where: str  # "A" or "B"
    code: str
    check: str


PREAMBLE = """
import bpy
def pick(kind):
    '''The first object of a kind that is in the scene, by name: the same one in both Blenders.'''
    found = [o for o in bpy.context.scene.objects if o.type == kind and o.library is None]
    return sorted(found, key=lambda o: o.name)[0] if found else None
def update():
    bpy.context.view_layer.update()
"""

EDITS = (
    Edit(
        "transform",
        "A",
        "o = pick('MESH') or bpy.context.scene.objects[0]\n"
        "o.delta_location.z += 0.25; update(); result = o.name",
        "abs(bpy.data.objects[value].delta_location.z - expected) < 1e-5",
    ),
    Edit(
        "add",
        "B",
        "mesh = bpy.data.meshes.new('Made in B')\n"
        "mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], [], [(0, 1, 2, 3)])\n"
        "mesh.update(); o = bpy.data.objects.new('Made in B', mesh)\n"
        "o.location = (0, 0, 2); bpy.context.scene.collection.objects.link(o); update(); result = o.name",
        # in a scene: Blender reports no edit of what it does not show yet
        "value in bpy.data.objects and len(bpy.data.objects[value].data.vertices) == 4\n"
        "    and bool(bpy.data.objects[value].users_scene)",
    ),
    Edit(
        "mesh edit",
        "A",
        "o = bpy.data.objects['Made in B']; o.data.vertices[2].co = (1.5, 1.5, 0.5)\n"
        "o.data.update(); update(); result = o.name",
        "abs(bpy.data.objects[value].data.vertices[2].co.z - 0.5) < 1e-5",
    ),
    Edit(
        "material edit",
        "B",
        "o = bpy.data.objects['Made in B']; m = bpy.data.materials.new('Painted in B'); m.use_nodes = True\n"
        "o.data.materials.append(m)\n"
        "s = next(n for n in m.node_tree.nodes if n.type == 'BSDF_PRINCIPLED')\n"
        "s.inputs['Base Color'].default_value = (0.1, 0.6, 0.3, 1); update(); result = m.name",
        "value in bpy.data.materials and any(abs(n.inputs['Base Color'].default_value[1] - 0.6) < 1e-5\n"
        "    for n in bpy.data.materials[value].node_tree.nodes if n.type == 'BSDF_PRINCIPLED')",
    ),
    Edit(
        "duplicate",
        "A",
        "o = bpy.data.objects['Made in B']; c = o.copy(); c.data = o.data.copy(); c.location.x -= 2\n"
        "bpy.context.scene.collection.objects.link(c); update(); result = c.name",
        "value in bpy.data.objects and bool(bpy.data.objects[value].users_scene)",
    ),
    Edit(
        "rename",
        "B",
        "o = bpy.data.objects['Made in B']; o.name = 'Renamed in B'; update(); result = o.name",
        "value in bpy.data.objects and 'Made in B' not in bpy.data.objects",
    ),
    Edit(
        "delete",
        "A",
        "o = bpy.data.objects['Made in B.001']; n = o.name; bpy.data.objects.remove(o); update(); result = n",
        "value not in bpy.data.objects",
    ),
)
