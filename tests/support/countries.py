"""What a page is pointed to: the loopback services of a made-up municipality, and its old pack."""

from __future__ import annotations

import shapely

from geo.pack.location import EMBEDDED
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import Imprint, write_pack
from tests.support import world
from tests.support.rows import rows

ZONE = shapely.box(world.WEST + 50, world.SOUTH + 50, world.WEST + 1650, world.SOUTH + 650)
OLD_FLOOD = shapely.box(world.WEST, world.SOUTH, world.WEST + 90, world.SOUTH + 90)


def old_layers():
    """A pack as it was before official data: made-up plots, and old finds with their coverage."""
    neighbour = shapely.box(
        world.WEST + world.SIDE, world.SOUTH, world.WEST + 2 * world.SIDE, world.SOUTH + world.SIDE
    )
    return {
        "municipality": rows(
            world.OUTLINE,
            neighbour,
            municipality_no=[world.NUMBER, "3222"],
            name=["Gamlebygd", "Naboen"],
        ),
        "zones": rows(
            ZONE, zone_id=["z"], name=["Sonen"], zone_type="lokal", abc=["A"], illustrative=False
        ),
        "parcels": rows(ZONE, parcel_id=["9/9"], synthetic=True),
        "constraints": rows(
            OLD_FLOOD, OLD_FLOOD, constraint_id=["f", "n"], kind=["flood", "nature"],
            severity="assess",
        ),
        "constraint_coverage": rows(world.OUTLINE, world.OUTLINE, kind=["flood", "nature"]),
    }  # fmt: skip


def town():
    """Put a version of the made-up municipality's pack into use."""
    layers = old_layers()
    about = {name: {"source": "Gammel kilde"} for name in layers}
    about["parcels"]["synthetic"] = True
    imprint = Imprint("Gamlebygd", world.NUMBER, "2026-01-02", about)

    def fill(folder):
        write_pack(folder, layers, imprint)
        (folder / "strategy.toml").write_text('a = "b"\n', encoding="utf-8")

    signature = Signature("Kari", "Før")
    return VersionStore().add(fill, signature, replaces=EMBEDDED)
