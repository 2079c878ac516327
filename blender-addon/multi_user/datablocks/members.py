"""Lists of other datablocks: what a collection holds, which materials a mesh has. Main thread only."""

from __future__ import annotations

from ..core.values import Keyed, Ref
from .fields import SET_ERRORS, Field, Missing
from .visit import NotYet, Visit

_KNOWN = "known members"  # in what is remembered of a datablock, with the list's name: era, names and keys


class Members(Field):
    """Datablocks linked into a collection: the UUID in hex -> the reference."""

    def __init__(self, name: str, ordered: bool = False):
        super().__init__(name)
        self.ordered = ordered

    def items_of(self, owner):
        """The RNA collection."""
        return getattr(owner, self.name)

    def keys(self, owner, visit: Visit) -> list[str]:
        """The members' keys, in order. Of a long list mostly the end is new: the rest is remembered."""
        members, memory = list(self.items_of(owner)), visit.context.memory(visit.root)
        era, names = visit.context.names_of(members)
        then, known, keys = memory.get((_KNOWN, self.name), (era, [], []))
        if then != era or names[: len(known)] != known:
            known, keys = [], []
        refs = visit.refs(members[len(known) :])
        keys = keys + [found.uuid.hex() for found in refs if found is not None]
        if len(keys) == len(members):
            memory[_KNOWN, self.name] = era, names, keys
        return keys

    def read(self, owner, visit):
        tree = Keyed() if self.ordered else {}
        members = list(getattr(owner, self.name))
        for member, found in zip(members, visit.refs(members)):
            if found is None:
                visit.unreplicated(owner, self.name, member)
            else:
                tree[found.uuid.hex()] = found
        return tree

    def write(self, owner, value, visit):
        held = {visit.context.id_of(member): member for member in getattr(owner, self.name)}
        wanted = list(dict.fromkeys(ref.uuid for ref in value.values() if isinstance(ref, Ref)))
        changed = False
        for uuid, member in held.items():
            if uuid is not None and uuid not in wanted:
                getattr(owner, self.name).unlink(member)
                changed = True
        for uuid in wanted:
            if uuid not in held:
                changed |= self._link(owner, uuid, visit)
        if self.ordered:
            changed |= self._arrange(owner, list(value), visit)
        return changed

    def _arrange(self, owner, keys: list[str], visit: Visit) -> bool:
        """Links the members anew in this order, from the first that is out of it."""
        members = getattr(owner, self.name)
        held = {uuid.hex(): member for member in members if (uuid := visit.context.id_of(member))}
        wanted = [key for key in keys if key in held] + [key for key in held if key not in keys]
        wrong = next((i for i, (a, b) in enumerate(zip(held, wanted)) if a != b), None)
        if wrong is None:
            return False
        for key in wanted[wrong:]:
            members.unlink(held[key])
            members.link(held[key])
        return True

    def order_at(self, owner, path, keys, visit):
        if path:
            raise Missing(f"{self.name} cannot be entered")
        self._arrange(owner, list(keys), visit)

    def _link(self, owner, uuid: bytes, visit: Visit) -> bool:
        member = visit.context.resolve(uuid)
        if member is None:
            visit.awaits(uuid)
            return False
        try:
            getattr(owner, self.name).link(member)
        except SET_ERRORS as error:  # such as a collection that holds this one so far
            visit.failed((self.name, uuid.hex()), NotYet(str(error)))
            return False
        return True

    def find(self, owner, key: str, visit: Visit):
        """The member with this key, or None."""
        try:
            member = visit.context.resolve(bytes.fromhex(key))
        except ValueError:
            return None  # no UUID
        # By Blender's own look-up first, as asking each member who it is takes long in a long list.
        if member is not None and self.items_of(owner).get(member.name) == member:
            return member
        for member in getattr(owner, self.name):
            uuid = visit.context.id_of(member)
            if uuid is not None and uuid.hex() == key:
                return member
        return None

    def read_at(self, owner, path, visit):
        if not path:
            return self.read(owner, visit)
        member = self.find(owner, path[0], visit) if len(path) == 1 else None
        if member is None:
            raise Missing(f"{self.name} has no {path[0]}")
        return visit.ref(member)

    def set_at(self, owner, path, value, visit):
        if not path:
            self.write(owner, value, visit)
        elif len(path) == 1 and isinstance(value, Ref):
            if self.find(owner, path[0], visit) is None:
                self._link(owner, value.uuid, visit)
        else:
            raise Missing(f"{self.name} cannot be entered")

    def remove_at(self, owner, path, visit):
        if not path:
            self.write(owner, {}, visit)
            return
        member = self.find(owner, path[0], visit)
        if member is not None:
            getattr(owner, self.name).unlink(member)


class References(Field):
    """A list of datablocks where each place counts, such as a mesh's materials: items of references and nulls,
    set whole."""

    def read(self, owner, visit):
        found = []
        for target in getattr(owner, self.name):
            ref = None if target is None else visit.ref(target)
            if target is not None and ref is None:
                visit.unreplicated(owner, self.name, target)
            found.append(ref)
        return found

    def write(self, owner, value, visit):
        collection = getattr(owner, self.name)
        changed = False
        while len(collection) > len(value):
            collection.pop(index=len(collection) - 1)
            changed = True
        for index, ref in enumerate(value):
            target = visit.context.resolve(ref.uuid) if isinstance(ref, Ref) else None
            if isinstance(ref, Ref) and target is None:
                visit.awaits(ref.uuid)
            if index >= len(collection):
                collection.append(target)
                changed = True
            elif collection[index] != target:
                collection[index] = target
                changed = True
        return changed
