"""The independent walk over one datablock: its tree, by Blender's own description of its types. Main thread of a
Blender."""

from __future__ import annotations

import collections
import hashlib
import json

import bpy
import exclusions
import numpy
from walk_names import identity, input_names, key_of, local_name, local_path, reference, type_chain
from walk_values import Arrays, custom_value, flatten, path_leaf, read_column

SAME_TYPE = ("NodeTreeInterfaceSocket",)  # their own types follow from socket_type and subtype
MODIFIER_INTERFACE = ("GeometryNodesInterfaceInputs", "GeometryNodesInterfaceOutputs")
MAX_DEPTH = 40
COLUMNS_FROM = 9  # collections of at least so many plain items are read column by column
STRIP = getattr(bpy.types, "Strip", getattr(bpy.types, "Sequence", None))
HELD_BY_COLLECTION = tuple(
    getattr(bpy.types, name)
    for name in ("Node", "Bone", "PoseBone", "BoneGroup", "BoneCollection", "ActionGroup")
    if hasattr(bpy.types, name)  # bone groups were before Blender 4, bone collections are since
) + (STRIP,)


class Walker:
    """Walks one datablock. ``problems`` gathers what could not be read: a dump with problems is no proof. ``excluded``
    counts what is left out, by reason."""

    def __init__(self, root, arrays: Arrays, problems: list[str], excluded: collections.Counter):
        self.root = root
        self.arrays = arrays
        self.problems = problems
        self.excluded = excluded
        self.seen: dict[tuple[int, str], str] = {}
        self.elsewhere: list[tuple[str, object]] = []  # said to stand elsewhere in the same datablock
        self.owner = root  # the datablock or embedded datablock that the walk is inside of
        self.inputs: dict[str, str] = {}  # of the geometry nodes modifier that the walk is inside of

    def tree(self) -> dict:
        """The whole tree of the datablock."""
        result = self.struct(self.root, "", 0)
        while self.elsewhere:
            path, struct = self.elsewhere.pop()
            if identity(struct) not in self.seen:
                result[f"@{path}"] = self.struct(struct, path, 1)
        if isinstance(self.root, bpy.types.Image):
            self._image(self.root, result)
        return result

    def struct(self, struct, path: str, depth: int) -> dict:
        """The tree of a struct that stands at ``path``."""
        if depth > MAX_DEPTH:
            raise RecursionError(f"{key_of(self.root)}: {path} is nested too deeply to walk")
        self.seen[identity(struct)] = path
        chain = type_chain(struct.bl_rna)
        result: dict = {"$type": next((one for one in chain if one in SAME_TYPE), chain[0])}
        if isinstance(struct, bpy.types.NodesModifier):
            self.inputs = input_names(struct)
        shown = self.inputs if chain[0] in MODIFIER_INTERFACE else {}
        for prop in struct.bl_rna.properties:
            name = prop.identifier
            reason = exclusions.reason(chain, name)
            if reason is not None and not _is_old_action(struct, name):
                self.excluded[reason] += 1
                continue
            if exclusions.unused(struct, chain[0], name):
                self.excluded[exclusions.LEFTOVER] += 1
                continue
            try:
                value = self._property(struct, prop, f"{path}.{name}" if path else name, depth)
                if name in shown:
                    name = value["$type"] = shown[name]
                result[name] = value
            except (AttributeError, RuntimeError, TypeError, ValueError, UnicodeDecodeError) as error:
                self.problems.append(f"{key_of(self.root)}: {path}.{name} cannot be read: {error}")
        if isinstance(struct, bpy.types.Collection):
            result["$unlit"] = _unlit(struct)
        custom = self._custom(struct)
        if custom:
            result["$custom"] = custom
        return result

    def _property(self, struct, prop, path: str, depth: int):
        name = prop.identifier
        if prop.type == "COLLECTION":
            return self._collection(struct, prop, path, depth)
        if prop.type == "POINTER":
            return self._pointer(struct, getattr(struct, name), path, depth)
        if name == "multi_input_sort_id":
            return _place_in_input(struct)
        if name == "directory" and getattr(struct, "type", "") == "IMAGE":
            names = [element.filename for element in struct.elements]
            return path_leaf(struct.directory, self.root, names)
        return self._plain(prop, getattr(struct, name))

    def _plain(self, prop, value):
        if prop.type == "ENUM":
            return sorted(value) if prop.is_enum_flag else value
        if prop.type == "STRING":
            if isinstance(value, bytes):
                return hashlib.sha256(value).hexdigest()
            if prop.subtype in ("FILE_PATH", "DIR_PATH", "FILEPATH", "DIRPATH"):
                return path_leaf(value, self.root)
            return value
        if getattr(prop, "is_array", False):
            flat = flatten(value)
            return self.arrays.add(numpy.array(flat)) if len(flat) > 64 else flat
        return value

    def _pointer(self, struct, value, path: str, depth: int):
        if value is None:
            return None
        if isinstance(value, bpy.types.ID):
            if not value.is_embedded_data:
                return reference(value)
            if identity(value) in self.seen:
                return {"$ref": "@" + self.seen[identity(value)]}
            outer, self.owner = self.owner, value
            try:
                tree = self.struct(value, path, depth + 1)
            finally:
                self.owner = outer
            tree.pop("name", None)  # an embedded datablock is never shown by its name
            return tree
        return self._foreign(struct, value, path) or self.struct(value, path, depth + 1)

    def _foreign(self, parent, value, path: str) -> dict | None:
        """A reference leaf if the struct belongs to somewhere else than ``path``, else None: walk it here."""
        holder = value.id_data
        if holder is not None and identity(holder) != identity(self.owner):
            return {"$ref": f"{key_of(holder)}:{local_name(value)}"}
        if isinstance(value, HELD_BY_COLLECTION) and path.split(".")[-1].isidentifier():
            self.elsewhere.append((_place(value, path), value))
            return {"$ref": f"@{value.bl_rna.identifier} {local_name(value)}"}
        if value.as_pointer() and identity(value) in self.seen:
            return {"$ref": "@" + self.seen[identity(value)]}
        own, outer = local_path(value), local_path(parent)
        if own is None or not outer or own.startswith(outer):
            return None
        self.elsewhere.append((_place(value, path), value))
        return {"$ref": f"@{own}"}

    def _collection(self, struct, prop, path: str, depth: int):
        items = getattr(struct, prop.identifier)
        extra = self._collection_properties(prop, items, path, depth)
        values = [item for item in items]
        if not values:
            body = []
        elif all(item is None or isinstance(item, bpy.types.ID) for item in values):
            body = [None if item is None else reference(item) for item in values]
        elif any(item is None for item in values):  # places, some of them empty
            body = [
                None if item is None else self.struct(item, f"{path}[{index}]", depth + 1)
                for index, item in enumerate(values)
            ]
        elif len(values) >= COLUMNS_FROM and is_plain_type(values[0].bl_rna) and same_type(values):
            body = self._columns(items, values, values[0].bl_rna)
        else:
            body = self._items(struct, values, path, depth)
        chain = type_chain(struct.bl_rna)
        if any(f"{one}.{prop.identifier}" in exclusions.UNORDERED for one in chain):
            if isinstance(body, list):
                body.sort(key=lambda item: json.dumps(item, sort_keys=True))
            else:
                body.pop("$order", None)
        return {"$items": body, **extra} if extra else body

    def _collection_properties(self, prop, items, path: str, depth: int) -> dict:
        """What the collection itself holds, such as the mesh attribute that is rendered by default."""
        result = {}
        for own in prop.srna.properties if prop.srna else ():
            if own.type == "COLLECTION" or own.identifier == "rna_type":
                continue
            if own.identifier.startswith("active") and own.identifier != "active_color_name":
                continue
            value = getattr(items, own.identifier)
            if own.type == "POINTER":
                result[own.identifier] = None if value is None else {"$ref": local_name(value)}
            else:
                result[own.identifier] = self._plain(own, value)
        return result

    def _items(self, struct, values: list, path: str, depth: int):
        if isinstance(values[0], bpy.types.Attribute):
            values = [item for item in values if not exclusions.attribute_excluded(item)]
            if not values:  # the same as where there are none to leave out
                return []
        if isinstance(values[0], bpy.types.IDOverrideLibraryProperty):
            values = [item for item in values if not exclusions.custom_excluded(item.rna_path.strip('["]'))]
            if not values:
                return []
        if isinstance(values[0], bpy.types.IDOverrideLibraryPropertyOperation):
            # Blender 3.4 notes an item once more when it was renamed.
            values = list({local_name(item): item for item in values}.values())
        names = [local_name(item, unique=True) for item in values]
        named = all(names) and len(set(names)) == len(names)
        trees = []
        for index, item in enumerate(values):
            place = f'{path}["{names[index]}"]' if named else f"{path}[{index}]"
            trees.append(self._foreign(struct, item, place) or self.struct(item, place, depth + 1))
        if named:
            return {"$named": dict(zip(names, trees)), "$order": names}
        return trees

    def _columns(self, items, values: list, fixed) -> dict:
        columns: dict = {"$count": len(values)}
        chain = type_chain(fixed)
        for prop in fixed.properties:
            name = prop.identifier
            reason = exclusions.reason(chain, name)
            if reason is not None:
                self.excluded[reason] += 1
                continue
            if prop.type == "COLLECTION":
                columns[name] = self._vertex_groups(values)
            elif prop.type == "STRING":
                column = [getattr(item, name) for item in values]
                encoded = [one if isinstance(one, bytes) else one.encode("utf-8") for one in column]
                columns[name] = hashlib.sha256(b"\0".join(encoded)).hexdigest()
            elif prop.type == "ENUM":
                column = [getattr(item, name) for item in values]
                columns[name] = hashlib.sha256(
                    repr([_plain_enum(one) for one in column]).encode()
                ).hexdigest()
            else:
                columns[name] = self.arrays.add(read_column(items, values, prop))
        return columns

    def _vertex_groups(self, values: list) -> dict:
        rows = [
            (index, group.group, group.weight) for index, item in enumerate(values) for group in item.groups
        ]
        rows.sort()
        return {
            "places": self.arrays.add(numpy.array([row[:2] for row in rows], dtype=numpy.int32)),
            "weights": self.arrays.add(numpy.array([row[2] for row in rows], dtype=numpy.float32)),
        }

    def _custom(self, struct) -> dict:
        """Custom properties, as an artist or another add-on made them."""
        try:
            names = list(struct.keys())
        except (AttributeError, TypeError):
            return {}
        described = struct.bl_rna.properties
        result = {}
        shown = input_names(struct)
        for name in sorted(names):
            if not exclusions.custom_excluded(name) and name not in described:
                value = custom_value(struct[name])
                if name in shown and name.endswith("_use_attribute"):
                    value = bool(value)  # files hold numbers there, which Blender makes a yes or no by and by
                result[shown.get(name, name)] = value
        return result

    def _image(self, image, tree: dict) -> None:
        tree["file"] = path_leaf(image.filepath_raw, image) if image.filepath_raw else None
        packed = [file.packed_file.data for file in image.packed_files if file.packed_file]
        tree["packed"] = [hashlib.sha256(data or b"").hexdigest() for data in packed]
        if (packed or image.is_dirty or image.source == "GENERATED") and len(image.pixels):
            pixels = numpy.empty(len(image.pixels), dtype=numpy.float32)
            image.pixels.foreach_get(pixels)
            tree["pixels"] = self.arrays.add(
                pixels if image.is_float else (pixels * 255).round().astype(numpy.uint8)
            )


def _place(struct, path: str) -> str:
    """Where a struct that stands elsewhere is written down. Strips are reached in an order that means nothing."""
    return local_path(struct) if isinstance(struct, STRIP) else path


def _is_old_action(struct, name: str) -> bool:
    """Before layered actions the curves stand in the action itself."""
    return (
        isinstance(struct, bpy.types.Action)
        and name in ("fcurves", "groups")
        and not hasattr(struct, "layers")
    )


def _place_in_input(link) -> int:
    """The how manieth of its input's links a link is: Blender's own numbers have gaps, and come twice."""
    if not link.to_socket.is_multi_input:
        return 0
    places = [
        (one.multi_input_sort_id, -index, one.as_pointer()) for index, one in enumerate(link.to_socket.links)
    ]
    return [pointer for _, _, pointer in sorted(places)].index(link.as_pointer())


def _plain_enum(value):
    return sorted(value) if isinstance(value, set) else value


def is_plain_type(fixed) -> bool:
    """Whether the items of a collection of this type hold plain values alone, so that columns say everything."""
    if fixed.identifier == "MeshVertex":
        return True
    chain = type_chain(fixed)
    return all(
        prop.type not in ("POINTER", "COLLECTION") or exclusions.excluded(chain, prop.identifier)
        for prop in fixed.properties
    )


def same_type(values: list) -> bool:
    """Whether all items are exactly of one type."""
    first = type(values[0])
    return all(type(item) is first for item in values)


def _unlit(collection) -> list[str]:
    """The members of a collection that light linking leaves out."""
    names = []
    for members, links in (("objects", "collection_objects"), ("children", "collection_children")):
        for member, link in zip(getattr(collection, members), getattr(collection, links, ())):
            if link.light_linking.link_state == "EXCLUDE":
                names.append(key_of(member))
    return sorted(names)
