"""
Builds the example of the comparison: ``python -m data.comparison.build [--output DIR]``.

The invented county is generated, cut into partitions and given to ``geo distribute`` with several
sets of parameters; what that writes is the example. One partition is broken on purpose, so that the
example holds a municipality whose figures are unknown.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from data.comparison import county
from data.comparison.layers import LICENCE, SOURCE, generate
from geo.comparison import fields
from geo.distribute import layout, partition
from geo.schema.manifest import LayerInfo

HERE: Final = Path(__file__).parent
DEFAULT_OUTPUT: Final = HERE / "summary"
SETS: Final = HERE / "sets.toml"
FILES: Final = (fields.MUNICIPALITIES, fields.ZONES, fields.NATIONAL, fields.RUN)
INFO: Final = LayerInfo(
    source=SOURCE, licence=LICENCE, date="2026", accuracy="Oppdiktet", synthetic=True
)


SOME_BROKEN: Final = 2  # what the command ends with when it has written all that is known


def build(output: Path) -> None:
    """
    Write the summary to a folder, which is made where it is not there.

    Raises
    ------
    CalledProcessError
        If the command ends otherwise than with one municipality unknown.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source, found = Path(scratch) / "county", Path(scratch) / "summary"
        partitions(source)
        command = [sys.executable, "-m", "geo", "distribute", "--sets", str(SETS)]
        command += ["--input", str(source), "--output", str(found)]
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
        if done.returncode != SOME_BROKEN:
            raise subprocess.CalledProcessError(done.returncode, command)
        output.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(found / name, output / name)


def partitions(folder: Path) -> None:
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
        )
        if one.broken:
            _break(layout.file_of(folder, "parcels", f"{one.municipality_no}-000"))
    partition.finish(folder, demonstration=True)


def _break(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT)
    build(parser.parse_args().output)


if __name__ == "__main__":
    main()
