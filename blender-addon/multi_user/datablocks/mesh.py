"""Meshes: exact geometry through buffers, the rest by the plan. Main thread only.

``counts`` (vertices, edges, corners, faces) and the topology's buffers say what the rows of all others mean;
elements keep their order. While a mesh is being edited its datablock holds what was there when Blender wrote back
last (``capture.live``), and writing is refused. What is selected is each artist's own, what is hidden is data.

Whole topologies are written by clearing the geometry, adding bare elements and setting every array: the
fastest exact way that was measured (``from_pydata`` and ``validate`` take 5 to 20 times as long and may
change elements). Instead of ``validate`` the indices are checked beforehand. With equal counts the arrays are
set in place; positions alone touch nothing else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy

from . import attributes, custom_normals, edited_mesh, mesh_elements, uv_layers, vertex_groups
from .attribute_list import AttributeList
from .contract import ALL, BufferSource, Reading
from .fields import Omitted, Vector
from .generic import GenericHandler
from .plan import EXTRA_FIELDS, SPECIAL_FIELDS, plan_of, special
from .users import object_using
from .visit import Visit
from .weights import read_weights

COUNTS = "counts"
TOPOLOGY = (COUNTS, *(element.name for element in mesh_elements.TOPOLOGY))
LARGEST_COUNT = 1 << 28
_DOMAINS = ("POINT", "EDGE", "CORNER", "FACE")  # of attributes, in the order of counts
LAYERS = frozenset({"attributes", "uv_layers", "layer_choices", "vertex_groups"})
"""What Blender clears with the geometry, and what must be made again after that."""
SHOWN_LAYERS = LAYERS - {"vertex_groups"}
"""What a mesh shows otherwise while it is in edit mode."""

for _name in (
    # in buffers
    *("vertices", "edges", "loops", "polygons", "skin_vertices", "face_maps"),
    *("vertex_creases", "edge_creases", "vertex_paint_masks", "color_attributes"),
    # other views of attributes
    *(
        "vertex_colors",
        "sculpt_vertex_colors",
        "vertex_layers_float",
        "vertex_layers_int",
        "vertex_layers_string",
    ),
    *("polygon_layers_float", "polygon_layers_int", "polygon_layers_string"),
    *(
        "uv_layer_clone_index",
        "uv_layer_stencil_index",
        "uv_layer_clone",
        "uv_layer_stencil",
        "auto_texspace",
    ),
    # made by Blender
    *("vertex_normals", "polygon_normals", "corner_normals", "loop_triangles", "loop_triangle_polygons"),
):
    SPECIAL_FIELDS["Mesh", _name] = lambda name: None

SPECIAL_FIELDS["Mesh", "uv_layers"] = uv_layers.UvLayers if mesh_elements.SEPARATE_UV else lambda name: None


@special("Mesh", "texspace_location")
@special("Mesh", "texspace_size")
class TextureSpace(Vector):
    """Told only where it is set by hand; else it follows from the geometry and costs a walk over that."""

    def read(self, owner, visit):
        if owner.use_auto_texspace:
            raise Omitted
        return super().read(owner, visit)


special("Mesh", "attributes")(AttributeList)
EXTRA_FIELDS.setdefault("Mesh", []).extend(
    (uv_layers.LayerChoices("layer_choices"), vertex_groups.VertexGroups("vertex_groups"))
)


def counts_of(mesh) -> tuple[int, int, int, int]:
    """Vertices, edges, corners, faces."""
    return len(mesh.vertices), len(mesh.edges), len(mesh.loops), len(mesh.polygons)


class MeshHandler(GenericHandler):
    """Replicates meshes."""

    def __init__(self):
        super().__init__("meshes", "Mesh")

    def read(self, datablock, context, hints: frozenset[str] = frozenset((ALL,))) -> Reading:
        """Reads the tree and names all buffers, positions first."""
        reading = super().read(datablock, context, hints)
        with edited_mesh.readable(datablock) as shape:
            found = sources(datablock, shape)
            reading.signature = tuple((source.name, source.rows, source.columns) for source in found)
            if shape is not datablock:
                reading.properties.update(plan_of(shape).read(shape, Visit(datablock, context), SHOWN_LAYERS))
                found = [_later(datablock, it) if it.seldom else edited_mesh.read_now(it) for it in found]
        reading.buffers = found
        reading.topology = TOPOLOGY
        return reading

    def check(self, datablock, visit: Visit) -> None:
        super().check(datablock, visit)
        user = object_using(datablock)
        if user is not None and any(m.type == "MULTIRES" and m.total_levels for m in user.modifiers):
            visit.problem("sculpted multiresolution detail is not replicated: apply the modifier to share it")

    def write_whole(self, datablock, properties: dict, buffers: dict, context) -> None:
        """Makes the mesh equal; ValueError while it is being edited or where buffers contradict each other."""
        _refuse_editing(datablock)
        visit = Visit(datablock, context)
        counts = _counts(buffers)
        mesh_elements.check_topology(counts, buffers)
        buffers = _of_this_topology(buffers, counts, visit)
        emptied = counts != counts_of(datablock) or _layers_differ(datablock, buffers)
        if emptied:
            _resize(datablock, counts, buffers)
        _write_topology(datablock, buffers)
        plan_of(datablock).write(datablock, properties, visit)
        _write_arrays(datablock, buffers, visit)
        _write_dependent(datablock, buffers, True, emptied, visit)
        datablock.update()
        visit.report()

    def write_part(
        self, datablock, ops: list, buffers: dict, gone: list[str], structure: bool, context
    ) -> None:
        """Carries out the operations, then writes the buffers; ValueError where only the whole can help."""
        if buffers or gone or structure:
            _refuse_editing(datablock)
        if any(name in mesh_elements.OTHERS for name in gone) and not structure:
            raise ValueError("a layer that Blender cannot remove is gone")
        if mesh_elements.missing_layers(datablock, buffers) and not structure:
            raise ValueError("a layer is new that can only be made with the geometry")
        if structure:
            self._restructure(datablock, buffers, context)
        elif any(name in TOPOLOGY for name in buffers):
            raise ValueError("the topology changed without the rest")
        regrouped = any(op[0] != "set" and op[1][0] == "vertex_groups" for op in ops)
        if regrouped and vertex_groups.BUFFER not in buffers and vertex_groups.BUFFER not in gone:
            # Groups changed their names: one goes with its weights, and another comes in its place.
            buffers = {**buffers, vertex_groups.BUFFER: read_weights(datablock)}
        choices = _choices_after(datablock, ops, context)
        super().write_part(datablock, ops, buffers, gone, structure, context)
        if choices:
            plan_of(datablock).fields["layer_choices"].write(datablock, choices, Visit(datablock, context))

    def _restructure(self, mesh, buffers: dict, context) -> None:
        counts = _counts(buffers)
        mesh_elements.check_topology(counts, buffers)
        if counts != counts_of(mesh) or _layers_differ(mesh, buffers):
            visit = Visit(mesh, context)
            plan = plan_of(mesh)
            layers = plan.read(mesh, visit, LAYERS)
            _resize(mesh, counts, buffers)
            for name in plan.fields:
                if name in layers:
                    plan.fields[name].write(mesh, layers[name], visit)
            visit.report()
        _write_topology(mesh, buffers)

    def write_buffers(self, datablock, buffers: dict, gone: list[str], structure: bool, visit: Visit) -> None:
        """Writes all arrays but the topology."""
        _write_arrays(datablock, buffers, visit)
        _write_dependent(datablock, buffers, structure or vertex_groups.BUFFER in gone, False, visit)
        datablock.update()


def _write_arrays(mesh, buffers: dict, visit: Visit) -> None:
    """Writes the arrays that depend on no other."""
    if mesh_elements.POSITION.name in buffers:
        mesh_elements.POSITION.write(mesh, buffers[mesh_elements.POSITION.name])
    for name, array in buffers.items():
        if name.startswith(attributes.PREFIX):
            attributes.write(mesh, name, array, visit.context)
        elif uv_layers.is_buffer(name):
            uv_layers.write(mesh, name, array)
        elif name in mesh_elements.OTHERS:
            mesh_elements.OTHERS[name].write(mesh, array)


def sources(mesh, shape) -> list[BufferSource]:
    """All buffers of a mesh, not read yet; ``shape`` is the mesh or a copy of it, which holds the arrays."""
    counts = counts_of(shape)

    def fill_counts(out: numpy.ndarray) -> None:
        out[:] = counts

    found = [mesh_elements.POSITION.source(shape), BufferSource(COUNTS, "i4", 1, 4, fill_counts)]
    found += [element.source(shape) for element in mesh_elements.TOPOLOGY]
    found += attributes.sources(shape)
    found += uv_layers.sources(shape)
    found += [element.source(shape) for element in mesh_elements.OTHERS.values() if element.present(shape)]
    if custom_normals.present(shape):
        found.append(custom_normals.source(mesh, shape))
    weights = vertex_groups.source(mesh, shape)
    if weights is not None:
        found.append(weights)
    return found


def _later(mesh, source: BufferSource) -> BufferSource:
    """The same buffer of a mesh in edit mode, read when it is asked for: it is slow, and mostly left out."""

    def fill(out: numpy.ndarray) -> None:
        with edited_mesh.readable(mesh) as shape:
            next(it for it in sources(mesh, shape) if it.name == source.name).fill(out)

    return replace(source, fill=fill, steps=None)


def _choices_after(mesh, ops: list, context) -> dict | None:
    """Which layers are to be the chosen ones after these operations: Blender chooses others when layers come and go."""
    if not any(op[1][0] in LAYERS for op in ops):
        return None
    choices = plan_of(mesh).fields["layer_choices"].read(mesh, Visit(mesh, context))
    for operation, path, *rest in ops:
        if operation == "set" and path[0] == "layer_choices":
            choices.update(rest[0] if len(path) == 1 else {path[1]: rest[0]})
    return choices


def _refuse_editing(mesh) -> None:
    if mesh.is_editmode:
        raise ValueError(f'"{mesh.name}" is being edited: leave edit mode first')


def _counts(buffers: dict) -> tuple[int, int, int, int]:
    array = buffers.get(COUNTS)
    if array is None or array.shape != (1, 4) or array.min() < 0 or array.max() > LARGEST_COUNT:
        raise ValueError("a mesh comes with its counts")
    if len(buffers.get(mesh_elements.POSITION.name, ())) != array[0, 0]:
        raise ValueError("a mesh comes with a position for each vertex")
    return tuple(array[0].tolist())


def _of_this_topology(buffers: dict, counts: tuple[int, int, int, int], visit: Visit) -> dict:
    """Without the arrays of another topology, which the artist is told of: no honest peer makes one, and the rest of
    the mesh is worth showing.
    """

    def rows(name: str) -> int | None:
        if name.startswith(attributes.PREFIX):
            return dict(zip(_DOMAINS, counts)).get(attributes.parse_name(name)[0])
        return counts[2] if uv_layers.is_buffer(name) else None

    foreign = [name for name, array in buffers.items() if rows(name) not in (None, len(array))]
    for name in foreign:
        visit.problem(f"{name} came without its values: they were for a topology that is gone")
    return {name: array for name, array in buffers.items() if name not in foreign}


def _layers_differ(mesh, buffers: dict) -> bool:
    """Whether the mesh lacks a layer that needs the geometry made anew, or has one too many."""
    surplus = any(e.present(mesh) and name not in buffers for name, e in mesh_elements.OTHERS.items())
    normals_gone = custom_normals.present(mesh) and custom_normals.BUFFER not in buffers
    return surplus or normals_gone or bool(mesh_elements.missing_layers(mesh, buffers))


def _resize(mesh, counts: tuple[int, int, int, int], buffers: dict) -> None:
    """Bare elements in these numbers. Materials, vertex group names and shape keys stay."""
    if any(counts_of(mesh)):  # clearing an empty one makes arrays for edges and corners that it has none of
        mesh.clear_geometry()
    layers = mesh_elements.missing_layers(mesh, buffers)
    if layers:
        mesh_elements.make_layers(mesh, layers)
    mesh.vertices.add(counts[0])
    mesh.edges.add(counts[1])
    mesh.loops.add(counts[2])
    mesh.polygons.add(counts[3])


def _write_topology(mesh, buffers: dict) -> None:
    mesh_elements.POSITION.write(mesh, buffers[mesh_elements.POSITION.name])
    for element in mesh_elements.TOPOLOGY:
        element.write(mesh, buffers[element.name])
    mesh.update(calc_edges_loose=True)


def _write_dependent(mesh, buffers: dict, complete: bool, emptied: bool, visit: Visit) -> None:
    """Weights and custom normals, which depend on other arrays. With ``complete``, no weights given means none."""
    if vertex_groups.BUFFER in buffers:
        vertex_groups.write_weights(mesh, buffers[vertex_groups.BUFFER], emptied)
    elif complete and not emptied and vertex_groups.has_groups(mesh):
        vertex_groups.write_weights(mesh, numpy.empty((0, 3), "i4"))
    if custom_normals.BUFFER in buffers:
        sharp = _read_sharp(mesh)
        custom_normals.write(mesh, buffers[custom_normals.BUFFER])
        _restore_sharp(mesh, sharp)


def _read_sharp(mesh) -> numpy.ndarray | None:
    """Which edges are sharp; None where no attribute says so."""
    if mesh_elements.LEGACY:
        marks = numpy.empty((len(mesh.edges), 1), "b1")
        mesh.edges.foreach_get("use_edge_sharp", marks.reshape(-1))
        return marks
    attribute = mesh.attributes.get("sharp_edge")
    return None if attribute is None else attributes.read_array(attribute)


def _restore_sharp(mesh, marks: numpy.ndarray | None) -> None:
    """Takes back what setting custom normals did to sharp edges."""
    if mesh_elements.LEGACY:
        mesh.edges.foreach_set("use_edge_sharp", marks.reshape(-1))
        return
    attribute = mesh.attributes.get("sharp_edge")
    if marks is not None and attribute is not None:
        attributes.write_array(attribute, marks)
    elif marks is None and attribute is not None:
        mesh.attributes.remove(attribute)
