"""A ledger with everything that one can hold, versions of the pack, and backups of both."""

from __future__ import annotations

import json
import zipfile

import shapely
import sqlalchemy as sa

from geo.backup import rows
from geo.backup.save import BackupPlaces
from geo.ledger.calculations import Calculations
from geo.ledger.database import connect, reading
from geo.ledger.entries import Change
from geo.ledger.scenarios import Scenarios
from geo.ledger.store import Ledger
from geo.pack.location import EMBEDDED
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from geo.register.store import Register
from tests.support.ledgers import BY
from tests.support.ownpacks import own_pack


def silent(_step):
    """Progress that nobody looks at."""


def filled_ledger(url):
    """Two municipalities, every kind of change, places of all kinds, scenarios, calculations."""
    first, second = (Ledger.open(url, number) for number in ("3205", "0301"))
    try:
        first.write(
            [
                Change(values={"name": f"Felt {number}", "jobs": number / 3, "year": 2030})
                for number in range(3)
            ],
            **BY,
        )
        square = shapely.box(614_000.1, 6_647_000.2, 614_100.3, 6_647_100.4)
        second.add({"name": "Økern «Ø» 😀", "note": "to\nlinjer"}, square, **BY)
        first.add({"name": "Punkt"}, shapely.Point(600_000 + 1 / 3, 6_650_000 + 1e-7), **BY)
        moved = first.change("felt-1", {"jobs": 1e-300}, base_revision=1, geometry=square, **BY)
        first.undo(moved.seq, **BY)
        first.remove("felt-2", base_revision=1, **BY)
        overrides = {"felt-0": {"jobs": 0.1}, "liste": [1, None, "å", 2.5]}
        Scenarios(first.engine, "3205").save("Høy", overrides, author="Kari", ledger_seq=3)
        Calculations(second.engine, "0301").save({"a": 1 / 7}, {"share": None}, author="Kari")
        sites = Register(first.engine, "3205")
        site = {"name": "Tomt «Ø»", "availability": "ledig", "power_mw": 1 / 3, "published": True}
        sites.add(site | {"power_date": "2026-11-30", "internal_note": "to\nlinjer"}, square, **BY)
        gone = sites.remove("tomt-o", base_revision=1, **BY)
        sites.undo(gone.seq, **BY)
    finally:
        first.close()
        second.close()


def filled_versions(home, folder):
    """Two versions, the first of them in use; returns their ids."""
    store = VersionStore(home)
    made = []
    for name in ("en", "to"):
        own_pack(folder / name)
        (folder / name / "strategy.toml").write_text(f'a = "{name}"\n', encoding="utf-8")
        fill = folder / name

        def copied(draft, fill=fill):
            copy_pack(fill, draft)

        replaces = EMBEDDED if not made else None
        made.append(store.add(copied, Signature("Kari", f"Utgave {name}"), replaces=replaces).id)
    return made


def filled(url, folder):
    """Places with a ledger and versions, ready to be backed up."""
    filled_ledger(url)
    filled_versions(folder / "packs", folder)
    return BackupPlaces(url, folder / "packs")


def everything(places):
    """All that is to be the same after a restoring: rows, versions byte by byte, what is in use."""
    store = VersionStore(places.packs)
    return {
        "rows": ledger_rows(places.ledger),
        "versions": {
            one.id: {
                path.name: path.read_bytes() for path in sorted(store.directory(one.id).iterdir())
            }
            for one in store.versions()
        },
        "choice": store.choice(),
    }


def ledger_rows(url):
    """Every row of every table, as JSON has it."""
    engine = connect(url)
    try:
        with reading(engine) as connection:
            if not sa.inspect(connection).get_table_names():
                return {}
            return {
                table: [json.loads(line) for line in rows.lines(connection, table)]
                for table in rows.TABLES
            }
    finally:
        engine.dispose()


def seen(url):
    """What people see of a ledger: projects and history of each municipality."""
    found = {}
    for number in ("3205", "0301"):
        ledger = Ledger.open(url, number)
        try:
            projects = ledger.projects()
            at_three = ledger.projects(3)
            found[number] = (
                *(one.drop(columns="geometry").to_json() for one in (projects, at_three)),
                *(one.geometry.to_wkb().tolist() for one in (projects, at_three)),
                ledger.history(),
                Scenarios(ledger.engine, number).list(),
            )
        finally:
            ledger.close()
    return found


def rezipped(source, target, change):
    """Copy a zip with its files changed: `change` gets and returns name → bytes."""
    with zipfile.ZipFile(source) as old:
        content = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(target, "w") as new:
        for name, data in change(content).items():
            new.writestr(name, data)
    return target
