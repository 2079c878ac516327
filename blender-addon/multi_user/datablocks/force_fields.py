"""What RNA does not take of force fields. Main thread only."""

from __future__ import annotations

import ctypes

from . import dna
from .fields import Field
from .plan import special


class Seed(Field):
    """Blender draws it from the clock when it makes a field: 0 as well, which it takes from nobody."""

    def assign(self, owner, value):
        super().assign(owner, value)
        if value == 0:
            offset = dna.structs("PartDeflect")["PartDeflect"].offsets["seed"]
            ctypes.c_int.from_address(owner.as_pointer() + offset).value = 0


special("FieldSettings", "seed")(Seed)
