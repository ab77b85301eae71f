"""Where the pins are made: packs, files, a ledger and settings of their own, the same each time."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from pathlib import Path
from unittest import mock

from geo.__main__ import main
from tests.pins import smallpack
from tests.support import apptest
from tests.support.reading import read_once

ROOT = Path(__file__).parents[2]
LILLESTROM, SMALL, BARE = "lillestrom", "small", "bare"  # bare: without growth areas
NOBODY = "http://127.0.0.1:9"  # where no published service answers


def _square(west, south, side):
    east, north = west + side, south + side
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return "POLYGON ((" + ", ".join(f"{x} {y}" for x, y in corners) + "))"


def _area(name, counts, west, east):
    corners = [[west, 59.93], [east, 59.93], [east, 59.97], [west, 59.97], [west, 59.93]]
    return {
        "type": "Feature",
        "properties": {"id": name, "navn": name.title(), "teller": counts},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


def _collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


FILES = {
    "plots.csv": f"""\
id;navn;arbeidsplasser;bra;type;WKT
a;Kontortomt;300;;;"{_square(614_020, 6_648_020, 160)}"
b;Lagertomt;;12000;lager;"{_square(616_350, 6_648_050, 200)}"
c;<b>=Ukjent</b>;;;;"{_square(611_950, 6_647_350, 300)}"
""",
    "points.csv": """\
navn,øst,nord,arbeidsplasser,effect
Ved stasjonen,614196,6647965,120,counts
Ute,618000,6650000,40,planned
Oslo,597000,6643000,,none
""",
    "growth.geojson": _collection(
        _area("vekst", "ja", 11.0, 11.08), _area("regionalt", "nei", 11.08, 11.15)
    ),
    "stations.csv": "id,navn,øst,nord\nny,Ny stasjon,614500,6648500\n",
    "broken.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feat',
    "empty.geojson": _collection(),
    "words.txt": "Dette er ikke et kart.\n",
    "negative.csv": "navn,øst,nord,arbeidsplasser\nA,614196,6647965,-5\n",
}


class Desk:
    """A folder with all that the commands and pages are given."""

    def __init__(self, home):
        self.home = home
        self._made = 0
        for name, drop in ((SMALL, ()), (BARE, smallpack.WITHOUT_GROWTH)):
            smallpack.write(home / name, drop=drop)
        for name, text in FILES.items():
            (home / name).write_text(text, encoding="utf-8", newline="\n")

    def fresh(self):
        """Return an empty folder whose name is the same in every run, as seen from inside."""
        self._made += 1
        folder = self.home / f"made{self._made}"
        folder.mkdir()
        return folder

    @contextlib.contextmanager
    def at(self, folder, pack=None, *, ledger=None):
        """
        Work in a folder; `pack` by its name, else ours.

        Ledger and versions are the folder's own, unless `ledger` names one to be shared.
        """
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NAERINGSAREAL_")}
        kept |= {
            "NAERINGSAREAL_LEDGER": f"sqlite:///{ledger or folder / 'ledger.sqlite'}",
            "NAERINGSAREAL_PACKS": str(folder / "packs"),
            "NAERINGSAREAL_API_URL": NOBODY,
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "OGR_SQLITE_SYNCHRONOUS": "OFF",  # nobody needs the files once they are compared
            "LOGNAME": "prøve",  # who makes a version
        }
        if pack not in (None, LILLESTROM):
            kept["NAERINGSAREAL_PACK"] = pack
        for name in (*FILES, SMALL, BARE):
            # Relative names are the same wherever the folder lies, and so is what quotes them.
            if not (folder / name).exists():
                (folder / name).symlink_to(self.home / name)
        with mock.patch.dict(os.environ, kept, clear=True), contextlib.chdir(folder):
            yield

    def run(self, *arguments):
        """Run a command where we are; returns what it says."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(list(arguments))
            except SystemExit as stop:  # the help
                code = stop.code
        said = f"$ python -m geo {' '.join(arguments)}\nexit {code}\n{out.getvalue()}"
        return said + (f"--- standard error\n{err.getvalue()}" if err.getvalue() else "")


@contextlib.contextmanager
def desk():
    with tempfile.TemporaryDirectory(prefix="pins-") as home, read_once(), apptest.lean():
        yield Desk(Path(home).resolve())
