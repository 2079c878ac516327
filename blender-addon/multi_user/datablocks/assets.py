"""What makes a datablock an asset: its author, description, catalog and tags. Main thread only.

The catalogs themselves are a file of each artist's asset library; a datablock knows its catalog by a UUID alone.
"""

from __future__ import annotations

from .keyed import MAKERS, Named
from .optional import RemovableStruct
from .plan import special


@special("ID", "asset_data")
class AssetData(RemovableStruct):
    """Told where the datablock is an asset."""

    rank = 0  # marking an asset sets its fake user, whose own value is set again by the second pass

    def make(self, owner):
        owner.asset_mark()

    def clear(self, owner):
        """Takes the mark away, which would take the fake user as well; that is a value of its own."""
        kept = owner.use_fake_user
        owner.asset_clear()
        owner.use_fake_user = kept


MAKERS["AssetMetaData", "tags"] = lambda name: Named(name, lambda tags, key, tree: tags.new(key))
