"""A stand-in for the session in tests of the datablock handlers: identities, look-up, what waits, problems. Runs
in Blender."""

import uuid

import bpy

from multi_user.core.file_book import FileBook
from multi_user.core.own_values import OwnValues
from multi_user.core.trust import Trust
from multi_user.datablocks import files, registry


class FakeSession:
    """A datablocks.contract.Context that keeps its identities in memory."""

    def __init__(self):
        self.stand_ins = []
        self.trust = Trust(trusted=True)
        self.files = FileBook("")
        self.own = OwnValues()
        self.problems = []
        self.memories = {}
        self._by_pointer = {}
        self._by_uuid = {}
        self._waiting = {}

    def ids_of(self, datablocks):
        return [self.id_of(datablock) for datablock in datablocks]

    def names_of(self, datablocks):
        return 0, [datablock.as_pointer() for datablock in datablocks]

    def id_of(self, datablock):
        pointer = datablock.as_pointer()
        if pointer in self._by_pointer:
            return self._by_pointer[pointer]
        if not replicated(datablock):
            return None
        if pointer not in self._by_pointer:
            self.bind(
                datablock,
                uuid.uuid5(uuid.NAMESPACE_OID, f"{datablock.bl_rna.identifier}/{datablock.name_full}").bytes,
            )
        return self._by_pointer[pointer]

    def memory(self, datablock):
        return self.memories.setdefault(self.id_of(datablock), {})

    def bind(self, datablock, identity):
        """Gives a datablock an identity."""
        self._by_pointer[datablock.as_pointer()] = identity
        self._by_uuid[identity] = datablock

    def forget(self, datablock):
        """Takes a datablock's identity away."""
        self._by_uuid.pop(self._by_pointer.pop(datablock.as_pointer()))

    def stand_in(self, datablock, identity):
        self.stand_ins.append((datablock, identity))

    def foresee(self, datablock, identity):
        self.bind(datablock, identity)

    def foreseen(self, identity):
        return None

    def arrived(self, identity):
        """The identities of those that waited for a datablock: they are to be written once more."""
        return self._waiting.pop(identity, set())

    def resolve(self, identity):
        return self._by_uuid.get(identity)

    def awaits(self, node, identity):
        self._waiting.setdefault(identity, set()).add(node)

    def again(self, datablock, patient):
        return False

    def relink(self):
        pass

    def problem(self, datablock, text):
        self.problems.append((datablock.name if datablock is not None else "", text))


def replicated(datablock):
    """Whether a session would replicate this: not embedded ones, nor render results and viewers."""
    if registry.handler_for(datablock) is None or datablock.is_embedded_data:
        return False
    return getattr(datablock, "source", "") != "VIEWER" and not files.is_built_in(datablock)


def read_all(session, buffers=True):
    """Every replicated datablock: [(uuid, type, tree, {buffer name: array})], in the registry's order."""
    import numpy

    found = []
    for handler in registry.handlers():
        for datablock in getattr(bpy.data, handler.collection):
            if registry.handler_for(datablock) is not handler or not replicated(datablock):
                continue
            reading = handler.read(datablock, session, frozenset(("ALL",)))
            arrays = {}
            for source in reading.buffers:
                flat = numpy.zeros(source.rows * source.columns, source.dtype)
                source.fill(flat)
                arrays[source.name] = flat.reshape(source.rows, source.columns)
            found.append((session.id_of(datablock), registry.type_of(datablock), reading.properties, arrays))
    return found


def write_all(session, nodes):
    """Makes all of these as a session does: each at once after its creation, so references may point ahead; who waited
    for others is written once more."""
    incomplete = set()
    for identity, type_name, tree, arrays in nodes:
        handler = registry.handler_for_type(type_name)
        datablock = handler.create(type_name, tree, session)
        session.bind(datablock, identity)
        handler.write_whole(session.resolve(identity), tree, arrays, session)
        incomplete |= session.arrived(identity)
    for identity, type_name, tree, arrays in nodes:
        if identity in incomplete:
            registry.handler_for_type(type_name).write_whole(session.resolve(identity), tree, arrays, session)


def empty_blender():
    """Removes everything that Blender can do without."""
    for scene in list(bpy.data.scenes)[1:]:
        bpy.data.scenes.remove(scene)
    for collection in (bpy.data.objects, bpy.data.collections, bpy.data.node_groups):
        for datablock in list(collection):
            collection.remove(datablock)
    bpy.data.batch_remove(
        [d for h in registry.handlers() for d in getattr(bpy.data, h.collection) if h.collection != "scenes"]
    )


def differences(left, right, path=""):
    """Where two trees differ, as text."""
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        if len(left) != len(right):
            return [f"{path}: {len(left)} != {len(right)} items: {str(left)[:150]} != {str(right)[:150]}"]
        return [d for i, (a, b) in enumerate(zip(left, right)) for d in differences(a, b, f"{path}[{i}]")]
    if type(left) is not type(right):
        return [f"{path}: {left!r:.200} != {right!r:.200}"]
    if isinstance(left, dict):
        found = []
        if type(left) is not dict and list(left) != list(right):
            found.append(f"{path}: keys {list(left)} != {list(right)}")
        elif left.keys() != right.keys():
            found.append(
                f"{path}: only left {left.keys() - right.keys()}, only right {right.keys() - left.keys()}"
            )
        return found + [
            d for k in left.keys() & right.keys() for d in differences(left[k], right[k], f"{path}/{k}")
        ]
    return [] if left == right or left != left and right != right else [f"{path}: {left!r} != {right!r}"]
