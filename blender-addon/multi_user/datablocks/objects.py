"""Objects, and the kinds of object data that are replicated by their plans. Main thread only."""

from __future__ import annotations

import bpy

from ..core.values import Keyed
from . import dynamic_paint, fluids, grease_pencil, lights, particles, parts
from .contract import GEOMETRY, TRANSFORM, Reading
from .fields import Field, Kind, Missing, Omitted, Pointer
from .generic import GenericHandler
from .keyed import MAKERS, Collection, Indexed, unique_keys
from .kinds import KindHandler, refuse_other_kind
from .plan import EXTRA_FIELDS, plan_of, special
from .shown import shown
from .visit import NotYet

# A transform hint stands for these: Blender reports a constraint's settings as a change of transform too.
TRANSFORM_FIELDS = frozenset(
    {
        "location",
        "rotation_mode",
        "rotation_euler",
        "rotation_quaternion",
        "rotation_axis_angle",
        "scale",
        "delta_location",
        "delta_rotation_euler",
        "delta_rotation_quaternion",
        "delta_scale",
        "matrix_parent_inverse",
        "parent",
        "parent_type",
        "parent_bone",
        "parent_vertices",
        "constraints",
    }
)
TRANSFORM_ONLY = frozenset((TRANSFORM,))
POSED = frozenset((TRANSFORM, GEOMETRY))  # Blender reports a pose as a change of geometry


EXTRA_FIELDS["Object"] = [Kind("type")]


@special("Object", "vertex_groups")
class VertexGroups(Collection):
    """Vertex groups by name. Weights name groups by index, so groups change places by swapping names, and go
    from the end.

    A mesh's groups belong to the mesh, with their weights (see vertex_groups.py), so its objects do not tell them.
    """

    def keys(self, owner, visit):
        return unique_keys(group.name for group in owner.vertex_groups)

    def read(self, owner, visit):
        if owner.type == "MESH":
            raise Omitted
        return Keyed((group.name, {"lock_weight": group.lock_weight}) for group in owner.vertex_groups)

    def write(self, owner, value, visit):
        if owner.type == "MESH":
            return False
        if self.read(owner, visit) == value:
            return False
        groups = owner.vertex_groups
        while len(groups) > len(value):
            groups.remove(groups[len(groups) - 1])
        while len(groups) < len(value):
            groups.new(name="group")
        wrong = [(group, key) for group, key in zip(groups, value) if group.name != key]
        for index, (group, _) in enumerate(wrong):
            group.name = f"\u00b7{index}"  # out of the way of the names to come
        for group, key in wrong:
            group.name = key
        for group, tree in zip(groups, value.values()):
            group.lock_weight = bool(tree.get("lock_weight", False))
        return True

    def set_at(self, owner, path, value, visit):
        tree = self.read(owner, visit)
        if len(path) == 0:
            tree = value
        elif len(path) == 1:
            tree[path[0]] = value
        elif len(path) == 2 and path[0] in tree:
            tree[path[0]] = {path[1]: value}
        else:
            raise Missing(f"there is no vertex group {path[0]}")
        self.write(owner, tree, visit)

    def remove_at(self, owner, path, visit):
        tree = self.read(owner, visit)
        if len(path) == 1:
            tree.pop(path[0], None)
        self.write(owner, tree if path else Keyed(), visit)

    def arrange(self, owner, keys, visit):
        tree = self.read(owner, visit)
        self.write(owner, Keyed((key, tree[key]) for key in keys if key in tree), visit)


@special("Object", "face_maps")
class FaceMaps(Field):
    """The names of its face maps, in order (until Blender 3.6); which faces are in them is the mesh's. They go from the
    end, as Blender takes faces out of one that goes and renumbers those behind it."""

    def read(self, owner, visit):
        return [one.name for one in owner.face_maps]

    def same(self, owner, value):
        return self.read(owner, None) == list(value)

    def assign(self, owner, value):
        maps = owner.face_maps
        while len(maps) > len(value):
            maps.remove(maps[len(maps) - 1])
        while len(maps) < len(value):
            maps.new(name="map")
        for out_of_the_way in (True, False):
            for index, name in enumerate(value):
                maps[index].name = f"\u00b7{index}" if out_of_the_way else name


@special("Object", "parent")
class Parent(Pointer):
    """The parent. Setting it would reset matrix_parent_inverse, which is a value of its own.

    Blender silently refuses a parent that is parented to the object itself. While two are exchanged that is so until
    the change of the other one is there as well.
    """

    def assign(self, owner, value):
        inverse = owner.matrix_parent_inverse.copy()
        owner.parent = value
        owner.matrix_parent_inverse = inverse
        if owner.parent != value:
            raise NotYet("it is parented to this object itself")


@special("Object", "parent_bone")
class ParentBone(Field):
    """The bone of the parent that moves it. Blender takes none while there is no parent."""

    def assign(self, owner, value):
        owner.parent_bone = value
        if owner.parent_bone != value:
            raise ValueError("its parent has no such bone here")


@special("Object", "material_slots")
class MaterialSlots(Collection):
    """By index; how many there are follows from the data, and so does the material unless the slot is the
    object's own."""

    def keys(self, owner, visit):
        return [str(index) for index in range(len(owner.material_slots))]

    def read_item(self, item, visit):
        tree = {"link": item.link}
        if item.link == "OBJECT":
            tree.update(plan_of(item).read(item, visit, frozenset(("material",))))
        return tree

    def write(self, owner, value, visit):
        changed = False
        for key, tree in value.items():
            item = self.find(owner, key, visit)
            if item is None:
                if tree.get("link") == "OBJECT":
                    visit.failed(f"{self.name}/{key}", ValueError("the object's data has fewer materials"))
                continue
            changed |= self.write_item(owner, key, item, tree, visit)
        return changed

    def set_at(self, owner, path, value, visit):
        if len(path) == 1:
            self.write(owner, {path[0]: value}, visit)
        else:
            super().set_at(owner, path, value, visit)

    def remove_at(self, owner, path, visit):
        """Slots go with the data's materials."""


@special("HookModifier", "vertex_indices")
class HookedVertices(Field):
    """The vertices that a hook modifier moves, as items."""

    def read(self, owner, visit):
        return list(owner.vertex_indices)

    def same(self, owner, value):
        return list(owner.vertex_indices) == list(value)

    def assign(self, owner, value):
        owner.vertex_indices_set(list(value))


class ObjectHandler(GenericHandler):
    """Every type of object."""

    MAKERS = {
        "MESH": lambda name: bpy.data.meshes.new(name),
        "CURVE": lambda name: bpy.data.curves.new(name, "CURVE"),
        "SURFACE": lambda name: bpy.data.curves.new(name, "SURFACE"),
        "FONT": lambda name: bpy.data.curves.new(name, "FONT"),
        "META": lambda name: bpy.data.metaballs.new(name),
        "ARMATURE": lambda name: bpy.data.armatures.new(name),
        "LATTICE": lambda name: bpy.data.lattices.new(name),
        "LIGHT": lambda name: bpy.data.lights.new(name, "POINT"),
        "CAMERA": lambda name: bpy.data.cameras.new(name),
        "SPEAKER": lambda name: bpy.data.speakers.new(name),
        "VOLUME": lambda name: bpy.data.volumes.new(name),
        "LIGHT_PROBE": lambda name: bpy.data.lightprobes.new(name, lights.PROBE_KINDS[0]),
        "CURVES": lambda name: bpy.data.hair_curves.new(name),
        "POINTCLOUD": lambda name: bpy.data.pointclouds.new(name),
        "GPENCIL": lambda name: bpy.data.grease_pencils.new(name),
        "GREASEPENCIL": lambda name: getattr(bpy.data, grease_pencil.COLLECTION).new(name),
    }

    def __init__(self):
        super().__init__("objects", "Object")

    def glance(self, datablock, visit, hints, memory):
        if hints == TRANSFORM_ONLY and datablock.pose is None:
            return Reading(plan_of(datablock).read(datablock, visit, TRANSFORM_FIELDS), partial=True)
        fields = None
        if datablock.pose is not None and hints <= POSED:
            fields = TRANSFORM_FIELDS if TRANSFORM in hints else frozenset()
        return parts.glance(datablock, visit, memory, fields)

    def check(self, datablock, visit):
        super().check(datablock, visit)
        for kind in (particles, fluids, dynamic_paint):
            kind.check(datablock, visit)
        if datablock.type == "GREASEPENCIL" and len(datablock.vertex_groups):
            visit.problem(
                "the weights of its vertex groups are not replicated: Blender does not show them to add-ons"
            )
        for modifier in datablock.modifiers:
            if getattr(modifier, "is_bound", False) or getattr(modifier, "is_bind", False):
                visit.problem(f'what modifier "{modifier.name}" is bound to is not replicated: bind it again')

    def is_other_kind(self, datablock, properties, context):
        return properties.get("type", datablock.type) != datablock.type

    def succeed(self, former):
        return shown(former)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        refuse_other_kind(self, datablock, ops, context)
        super().write_part(datablock, ops, buffers, gone, structure, context)

    def create(self, type_name, properties, context):
        name, kind = properties.get("name", "Object"), properties.get("type", "EMPTY")
        ref = properties.get("data")
        data = context.resolve(ref.uuid) if ref is not None else None
        if data is None and kind != "EMPTY":
            if kind not in self.MAKERS:
                made = bpy.data.objects.new(name, None)
                context.problem(made, f"shown as an Empty: this Blender cannot make a {kind}")
                return made
            # The name of what is to come stays free for it.
            data = self.MAKERS[kind](name if ref is None else f"\u00b7{name}")
            made = bpy.data.objects.new(name, data)
            if ref is not None:
                context.stand_in(data, ref.uuid)
            else:
                context.problem(made, f"its {kind.lower()} data is not replicated yet and empty here")
            return made
        return bpy.data.objects.new(name, data)


class PartialHandler(GenericHandler):
    """A type whose settings are replicated, but not all of its contents; the user is told."""

    def __init__(self, collection: str, types: tuple[str, ...], missing: str):
        super().__init__(collection, *types)
        self._missing = missing

    def check(self, datablock, visit):
        super().check(datablock, visit)
        visit.problem(f"its {self._missing} are not replicated yet")


class CurveHandler(KindHandler):
    """Curves, surfaces and text, with their splines. Blender's operators turn text into a curve; Python has no way to,
    so another one takes its place."""

    KINDS = {"Curve": "CURVE", "SurfaceCurve": "SURFACE", "TextCurve": "FONT"}

    def __init__(self):
        super().__init__("curves", "CURVE", *self.KINDS)

    def create(self, type_name, properties, context):
        kind = properties.get("kind", self.KINDS[type_name])
        return bpy.data.curves.new(properties.get("name", type_name), kind)

    def is_other_kind(self, datablock, properties, context):
        held = CurveKind.of(self.current(datablock))
        return properties.get("kind", held) != held

    def prepare(self, datablock, properties, context):
        return self.current(datablock)

    def write_part(self, datablock, ops, buffers, gone, structure, context):
        refuse_other_kind(self, datablock, ops, context)
        super().write_part(datablock, ops, buffers, gone, structure, context)


class CurveKind(Kind):
    """Which of Blender's curve types it is."""

    @staticmethod
    def of(curve) -> str:
        """The kind of a curve, a surface or a text."""
        return CurveHandler.KINDS[curve.bl_rna.identifier]

    def read(self, owner, visit):
        return self.of(owner)

    def write(self, owner, value, visit):
        """It was made as that, or another one took its place."""
        return False


EXTRA_FIELDS["Curve"] = [CurveKind("kind")]


MAKERS["Curve", "splines"] = lambda name: Splines(name, lambda c, tree: c.new(tree["type"]), "type")


class Splines(Indexed):
    """Splines by index. Their kind is fixed once made, and so is the number of points from above."""

    def fits(self, item, tree):
        points = item.bezier_points if item.type == "BEZIER" else item.points
        count = len(tree.get("bezier_points" if item.type == "BEZIER" else "points") or ())
        return item.type == tree.get("type") and len(points) <= count

    def write(self, owner, value, visit):
        trees = list(value.values())
        splines = owner.splines
        if len(trees) < len(splines) or not all(self.fits(s, t) for s, t in zip(splines, trees)):
            splines.clear()
        return super().write(owner, value, visit)

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
            return
        tree = self.read(owner, visit)
        if len(path) == 1:
            tree[path[0]] = value
        elif len(path) == 2 and path[0] in tree:
            tree[path[0]][path[1]] = value
        else:
            raise Missing(f"there is no spline {path[0]}")
        self.write(owner, tree, visit)


class SplinePoints(Field):
    """A spline's points: items with one row of numbers for each point, in the order of ``columns``."""

    columns: tuple[tuple[str, int], ...] = ()

    def _used(self, owner) -> bool:
        return (owner.type == "BEZIER") == (self.name == "bezier_points")

    def read(self, owner, visit):
        if not self._used(owner):
            raise Omitted
        points = getattr(owner, self.name)
        rows: list[list] = [[] for _ in range(len(points))]
        for name, width in self.columns:
            for row, point in zip(rows, points):
                value = getattr(point, name)
                row.extend(value) if width > 1 else row.append(value)
        return [tuple(row) for row in rows]

    def write(self, owner, value, visit):
        if not self._used(owner):
            return False
        points = getattr(owner, self.name)
        wanted = [tuple(row) for row in value]
        if self.read(owner, visit) == wanted:
            return False
        if len(points) < len(wanted):
            points.add(len(wanted) - len(points))
        for point, row in zip(points, wanted):
            at = 0
            for name, width in self.columns:
                wanted_value = row[at : at + width] if width > 1 else row[at]
                held = getattr(point, name)
                if (
                    tuple(held) if width > 1 else held
                ) != wanted_value:  # Blender starts some below their minimum
                    setattr(point, name, wanted_value)
                at += width
        return True


@special("Spline", "bezier_points")
class BezierPoints(SplinePoints):
    """Bezier points: handle types first, for they move the handles."""

    columns = (
        ("handle_left_type", 1),
        ("handle_right_type", 1),
        ("co", 3),
        ("handle_left", 3),
        ("handle_right", 3),
        ("tilt", 1),
        ("radius", 1),
        ("weight_softbody", 1),
        ("hide", 1),
    )


@special("Spline", "points")
class PolyPoints(SplinePoints):
    """Points of poly and NURBS splines."""

    columns = (("co", 4), ("tilt", 1), ("radius", 1), ("weight", 1), ("weight_softbody", 1), ("hide", 1))


class LatticeHandler(GenericHandler):
    """Lattices with their points."""

    def __init__(self):
        super().__init__("lattices", "Lattice")


@special("Lattice", "points")
class LatticePoints(Field):
    """Where a lattice's points were moved to: items of three numbers each. Their count follows from points_u,
    _v, _w."""

    def read(self, owner, visit):
        flat = [0.0] * (3 * len(owner.points))
        owner.points.foreach_get("co_deform", flat)
        return flat

    def write(self, owner, value, visit):
        if len(value) != 3 * len(owner.points):
            visit.failed(self.name, ValueError("the number of points does not match"))
            return True
        if self.read(owner, visit) == list(value):
            visit.succeeded(self.name)
            return False
        owner.points.foreach_set("co_deform", list(value))
        owner.update_tag()
        visit.succeeded(self.name)
        return True
