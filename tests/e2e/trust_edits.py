"""Code for the tests of trust: Python and shaders that a teammate sends, which say by a file that they ran."""

from __future__ import annotations

# Each Blender that evaluates it leaves a file of its own process number in the folder.
LEAVES_A_FILE = "open('{folder}/%d'%__import__('os').getpid(),'w').close() or {value}"

SCENE = """
bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
scene = bpy.context.scene
for name in ('Host', 'Live', 'Simple'):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    scene.collection.objects.link(bpy.data.objects.new(name, mesh))
"""

DRIVE = """
thing = bpy.data.objects[args['name']]
curve = thing.driver_add('location', 0)
while curve.modifiers:
    curve.modifiers.remove(curve.modifiers[0])
variable = curve.driver.variables.new()
variable.name = 'var'
variable.targets[0].id = bpy.data.objects['Live']
variable.targets[0].data_path = 'location.z'
curve.driver.expression = args['expression']
bpy.context.view_layer.update()
"""

SCRIPTS = """
text = bpy.data.texts.new('Start.py')
text.from_string("open('{folder}/%d'%__import__('os').getpid(),'w').close()")
text.use_module = True
shader = bpy.data.texts.new('Shader.osl')
shader.from_string('shader Simple(output color Col = 0) { fprintf("/tmp/x", "x"); }')
material = bpy.data.materials.new('Scripted')
material.use_fake_user = True
if material.node_tree is None:
    material.use_nodes = True
internal = material.node_tree.nodes.new('ShaderNodeScript')
internal.name, internal.script = 'Internal', shader
internal.inputs.new('NodeSocketFloat', 'Amount').default_value = 0.25
material.node_tree.links.new(
    internal.outputs.new('NodeSocketColor', 'Col'), material.node_tree.nodes['Principled BSDF'].inputs['Base Color']
)
external = material.node_tree.nodes.new('ShaderNodeScript')
external.name, external.mode = 'External', 'EXTERNAL'
external.filepath, external.use_auto_update = '/somewhere/shader.osl', True
"""

CAMERA = """
camera = bpy.data.cameras.new('Own lens')
camera.use_fake_user = True
camera.type = 'CUSTOM'
camera.custom_shader = bpy.data.texts['Shader.osl']
"""

EXPRESSION = (
    "bpy.data.objects[args['name']].animation_data.drivers.find('location', index=0).driver.expression"
)
CURVE = "bpy.data.objects[args['name']].animation_data.drivers.find('location', index=0)"
KEPT = f"""
result = {CURVE}.driver.variables['multi_user_held'].targets[0].data_path
"""
HELD = """
import member
result = [list(one) for one in member.session_module().current().trusting.held]
"""
