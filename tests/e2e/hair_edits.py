"""Typical edits of hair curves, point clouds and volumes, as code to be run in a Blender, one step after the other."""

from __future__ import annotations

SETTINGS = (
    "linked('Haar', D.hair_curves.new('Haar')); linked('Staub', D.pointclouds.new('Staub'))",
    "h = D.hair_curves['Haar']; h.surface = D.objects['Ball']; h.surface_uv_map = 'UVMap'; h.use_mirror_x = True",
    "D.hair_curves['Haar'].materials.append(D.materials['Paint'])",
    "D.pointclouds['Staub'].materials.append(D.materials['Glass'])",
    "h = D.hair_curves['Haar']; h.materials[0] = D.materials['Glass']",
    "D.hair_curves['Haar'].surface = None",
    "D.hair_curves['Haar']['dichte'] = 0.5",
    "D.pointclouds['Staub'].name = 'Sand'",
    "v = D.volumes.new('Nebel'); linked('Nebel', v); v.display.density = 0.25",
    "D.volumes['Nebel'].render.step_size = 0.5; D.volumes['Nebel'].materials.append(D.materials['Glass'])",
    "D.volumes['Nebel'].velocity_scale = 3; D.volumes['Nebel'].frame_offset = 7",
    "c = D.hair_curves['Haar'].copy(); c.name = 'Zopf'; linked('Zopf', c)",
    "D.objects.remove(D.objects['Zopf']); D.hair_curves.remove(D.hair_curves['Zopf'])",
    "D.hair_curves['Haar'].name = 'Fell'; D.volumes['Nebel'].name = 'Rauch'",
)
CURVES = (
    "h = D.hair_curves.new('Locken'); h.add_curves([3, 5, 2]); linked('Locken', h)",
    "D.hair_curves['Locken'].curves[1].points[2].position = (1, 2, 3)",
    """
import numpy
h = D.hair_curves['Locken']
h.attributes['position'].data.foreach_set('vector', numpy.arange(30, dtype='f4'))
h.update_tag()
""",
    "D.hair_curves['Locken'].attributes.new('radius', 'FLOAT', 'POINT').data[4].value = 0.25",
    "D.hair_curves['Locken'].curves[2].points[1].radius = 0.5",
    "D.hair_curves['Locken'].add_curves([4, 1]); D.hair_curves['Locken'].points[11].position = (7, 7, 7)",
    """
h = D.hair_curves['Locken']
for name, kind, domain in (('farbe', 'FLOAT_COLOR', 'POINT'), ('nummer', 'INT', 'CURVE'), ('text', 'STRING', 'CURVE')):
    h.attributes.new(name, kind, domain)
h.attributes['farbe'].data[3].color = (1, 0.5, 0.25, 0)
h.attributes['nummer'].data[1].value = -7
h.attributes['text'].data[1].value = b'\\xc3\\xa4'
""",
    "h = D.hair_curves['Locken']; h.attributes.remove(h.attributes['farbe'])",
    "D.hair_curves['Locken'].attributes['nummer'].name = 'zahl'",
    "D.hair_curves['Locken'].resize_curves([6, 2], indices=[0, 1])",
    "D.hair_curves['Locken'].remove_curves(indices=[1])",
    """
h = D.hair_curves['Locken']
h.attributes.new('curve_type', 'INT8', 'CURVE').data.foreach_set('value', [1, 3, 0, 1])
h.add_curves([2])
""",
    "h = D.hair_curves['Locken']; h.surface = D.objects['Ball']; h.surface_uv_map = 'UVMap'",
    "D.hair_curves['Locken'].materials.append(D.materials['Paint'])",
    "D.hair_curves['Locken'].materials[0] = D.materials['Glass']",
    "c = D.hair_curves['Locken'].copy(); c.name = 'Kopie'; linked('Kopie', c); c.points[0].position.x = 9",
    "h = D.hair_curves['Locken']; h.attributes.remove(h.attributes['curve_type'])",
    "D.hair_curves['Locken'].remove_curves()",
    "D.hair_curves['Locken'].add_curves([2, 2]); D.hair_curves['Locken'].points[3].position = (1, 1, 1)",
    "D.hair_curves['Locken'].name = 'Wellen'",
    "D.objects.remove(D.objects['Kopie']); D.hair_curves.remove(D.hair_curves['Kopie'])",
)
POINTS = (
    "p = D.pointclouds.new('Wolke'); p.resize(6); linked('Wolke', p)",
    "D.pointclouds['Wolke'].points[3].co = (1, 2, 3)",
    "D.pointclouds['Wolke'].attributes.new('radius', 'FLOAT', 'POINT').data[2].value = 0.5",
    "D.pointclouds['Wolke'].points[1].radius = 0.125",
    "D.pointclouds['Wolke'].resize(9); D.pointclouds['Wolke'].points[8].co = (4, 5, 6)",
    "D.pointclouds['Wolke'].attributes.new('farbe', 'BYTE_COLOR', 'POINT').data[7].color = (1, 0.5, 0, 1)",
    "D.pointclouds['Wolke'].resize(4)",
    "p = D.pointclouds['Wolke']; p.attributes.remove(p.attributes['radius'])",
    "D.pointclouds['Wolke'].materials.append(D.materials['Glass'])",
    "D.pointclouds['Wolke'].materials[0] = D.materials['Paint']",
    "c = D.pointclouds['Wolke'].copy(); c.name = 'Kopie'; linked('Kopie', c); c.points[0].co = (3, 3, 3)",
    "D.pointclouds['Wolke'].resize(0)",
    "D.objects.remove(D.objects['Kopie']); D.pointclouds.remove(D.pointclouds['Kopie'])",
)
MANY_CURVES = """
import numpy
h = D.hair_curves.new('Viele')
h.add_curves([10] * args['curves'])
dice = numpy.random.default_rng(3)
h.attributes['position'].data.foreach_set('vector', dice.random(30 * args['curves']).astype('f4'))
h.attributes.new('radius', 'FLOAT', 'POINT').data.foreach_set('value', dice.random(10 * args['curves']).astype('f4'))
linked('Viele', h)
"""
MANY_POINTS = """
import numpy
p = D.pointclouds.new('Viele')
p.resize(args['points'])
dice = numpy.random.default_rng(4)
p.attributes['position'].data.foreach_set('vector', dice.random(3 * args['points']).astype('f4'))
linked('Viele Punkte', p)
"""
ONE_CURVE_POINT = "D.hair_curves['Viele'].points[12345].position = (1, 2, 3)"
STROKE = """
import numpy
h = D.hair_curves['Viele']
held = numpy.empty(3 * len(h.points), 'f4')
h.attributes['position'].data.foreach_get('vector', held)
held[3000:3900] += 0.25
h.attributes['position'].data.foreach_set('vector', held)
h.update_tag()
"""
ONE_POINT = "D.pointclouds['Viele'].points[12345].co = (1, 2, 3)"
