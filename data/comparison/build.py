"""
Builds the example of the comparison: ``python -m data.comparison.build [--output DIR]``.

The invented county is generated, cut into partitions and given to ``geo distribute`` with several
sets of parameters; what that writes is the example. One partition is broken on purpose, so that the
example holds a municipality whose figures are unknown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from data.comparison import county
from data.comparison.layers import LICENCE, SOURCE, generate
from geo.comparison import fields
from geo.distribute import layout, partition
from geo.schema.manifest import LayerInfo

if TYPE_CHECKING:
    from data.comparison.county import Described

DEFAULT_OUTPUT: Final = Path(__file__).parent / "summary"
FILES: Final = (fields.MUNICIPALITIES, fields.ZONES, fields.NATIONAL, fields.RUN)
INFO: Final = LayerInfo(
    source=SOURCE, licence=LICENCE, date="2026", accuracy="Oppdiktet", synthetic=True
)
PLOTS_A_PARTITION: Final = 80  # so that the small towns are cut too


def partitions(folder: Path) -> list[Described]:
    """Write the county's partitions, and break those that county.toml says are broken."""
    described = county.read()
    outlines = county.outlines(described).geometry
    date = county.figures_date()
    for one, outline in zip(described, outlines, strict=True):
        layers = generate(one, outline)
        partition.write(
            folder,
            one.municipality_no,
            one.name,
            layers,
            dict.fromkeys(layers, INFO),
            people=partition.People(
                inhabitants=one.inhabitants,
                inhabitants_date=None if one.inhabitants is None else date,
                jobs_today=one.jobs_today,
                jobs_today_date=None if one.jobs_today is None else date,
            ),
            outline=outline,
            plots=PLOTS_A_PARTITION,
        )
        if one.broken:
            _break(layout.file_of(folder, "parcels", f"{one.municipality_no}-000"))
    partition.finish(folder, demonstration=True)
    return described


def _break(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
