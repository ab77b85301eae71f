"""What was backed up is there again, to the last bit, in whichever kind of database."""

from __future__ import annotations

import json
import stat
import threading
import zipfile

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.backup import rows
from geo.backup.manifest import NAME
from geo.backup.restore import check, restore
from geo.backup.save import BackupPlaces, backup
from geo.ledger import upgrade
from geo.ledger.database import connect, reading, writing
from geo.ledger.entries import Change
from geo.ledger.store import Ledger
from geo.ledger.tables import json_text
from geo.pack.location import EMBEDDED
from geo.pack.versions import VersionStore
from geo.register.store import Register
from tests.support.backups import everything, filled, filled_ledger, ledger_rows, seen, silent
from tests.support.errors import raising
from tests.support.ledgers import BY, run_sql, sqlite_url

KINDS = ("sqlite", "postgresql")


@pytest.mark.parametrize("to", KINDS)
@pytest.mark.parametrize("of", KINDS)
def test_figures_history_and_packs_are_equal_across_kinds_of_database(
    of, to, new_database, tmp_path
):
    url = new_database(of)
    before = filled(url, tmp_path)
    out = tmp_path / "kopi.zip"
    manifest = backup(out, before, silent)
    assert manifest.ledger.municipalities == ["0301", "3205"]
    assert sum(manifest.ledger.rows.values()) == 13
    target = new_database(to) if to == "postgresql" else sqlite_url(tmp_path / "to.sqlite")
    after = BackupPlaces(target, tmp_path / "andre" / "packs")
    done = restore(out, after, silent, replace=False)
    assert (done.kept, done.aside) == (None, ())
    assert everything(after) == everything(before)
    assert seen(after.ledger) == seen(before.ledger)
    ledger = Ledger.open(target, "3205")  # and it goes on with the next number
    try:
        assert ledger.add({"name": "Etterpå"}, None, **BY).seq == manifest.ledger.head + 1
    finally:
        ledger.close()


def test_what_others_write_meanwhile_is_in_it_whole_or_not_at_all(ledger_url, tmp_path):
    places = BackupPlaces(ledger_url, tmp_path / "packs")
    ledger = Ledger.open(ledger_url, "3205")
    batch = [Change(values={"name": f"Felt {number}"}) for number in range(10)]
    ledger.write(batch, **BY)
    done = threading.Event()

    def write():
        while not done.is_set():
            ledger.write(batch, **BY)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        heads = [
            backup(tmp_path / f"{number}.zip", places, silent).ledger.head for number in range(3)
        ]
    finally:
        done.set()
        writer.join()
        ledger.close()
    assert heads[0] < heads[-1]
    for number, head in enumerate(heads):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as file:
            lines = file.read("ledger/ledger_entries.jsonl").splitlines()
        assert [json.loads(line)["seq"] for line in lines] == list(range(1, head + 1))
        assert head % 10 == 0


def test_a_ledger_of_an_older_version_is_brought_up_to_date(new_database, tmp_path):
    url = new_database("postgresql")
    engine = connect(url)
    upgrade.migrate(engine, "0001")
    with writing(engine) as connection:
        table = sa.Table("ledger_entries", sa.MetaData(), autoload_with=connection)
        row = {
            "seq": 1,
            "municipality_no": "3205",
            "project_id": "berger",
            "revision": 1,
            "at": sa.func.now(),
            "author": "Kari",
            "reason": "Før",
            "kind": "added",
            "removed": False,
            "name": "Berger",
            "effect": "counts",
            "jobs": 12.5,
        }
        connection.execute(sa.insert(table).values(row))
    engine.dispose()
    out = tmp_path / "kopi.zip"
    manifest = backup(out, BackupPlaces(url, tmp_path / "packs"), silent)
    assert manifest.ledger.revision == "0001"
    assert run_sql(url, "SELECT version_num FROM ledger_version") == [("0001",)]
    target = sqlite_url(tmp_path / "ny.sqlite")
    restore(out, BackupPlaces(target, tmp_path / "packs"), silent, replace=False)
    ledger = Ledger.open(target, "3205")
    try:
        assert ledger.projects()["jobs"].tolist() == [12.5]
        assert ledger.history()[0].values["area_kind"] is None
    finally:
        ledger.close()


def test_a_backup_from_before_the_register_is_restored_over_one_that_has_sites(tmp_path):
    url = sqlite_url(tmp_path / "gammel.sqlite")
    (tmp_path / "gammel.sqlite").touch()
    engine = connect(url)
    upgrade.migrate(engine, "0003")
    engine.dispose()
    out = tmp_path / "kopi.zip"
    written = backup(out, BackupPlaces(url, tmp_path / "packs"), silent)
    # As the program wrote it then: no file for a table that it did not know.
    name = "ledger/register_entries.jsonl"
    with zipfile.ZipFile(out) as file:
        content = {one: file.read(one) for one in file.namelist() if one != name}
    said = json.loads(content[NAME])
    said["format_version"] = 1
    said["parts"] = [one for one in said["parts"] if one["name"] != name]
    del said["ledger"]["rows"]["register_entries"]
    content[NAME] = json.dumps(said).encode()
    with zipfile.ZipFile(out, "w") as file:
        for one, data in content.items():
            file.writestr(one, data)
    assert written.ledger.revision == "0003"

    target = sqlite_url(tmp_path / "egen.sqlite")
    filled_ledger(target)
    places = BackupPlaces(target, tmp_path / "packs")
    restored = restore(out, places, silent, replace=True)
    register = Register.open(target, "3205")
    try:
        assert len(register.sites()) == 0
        restore(restored.kept, places, silent, replace=True)
        assert register.sites()["site_id"].tolist() == ["tomt-o"]
        assert [one.kind for one in register.history()] == ["restored", "removed", "added"]
    finally:
        register.close()


def test_a_backup_of_packs_alone_leaves_the_ledger_alone(tmp_path, original):
    nowhere = BackupPlaces(sqlite_url(tmp_path / "ingen.sqlite"), original.packs)
    manifest = backup(tmp_path / "kopi.zip", nowhere, silent)
    assert manifest.ledger is None
    url = sqlite_url(tmp_path / "egen.sqlite")
    filled_ledger(url)
    before = ledger_rows(url)
    after = BackupPlaces(url, tmp_path / "packs")
    restore(tmp_path / "kopi.zip", after, silent, replace=False)
    assert ledger_rows(url) == before
    assert VersionStore(after.packs).choice() == VersionStore(original.packs).choice()
    assert not (tmp_path / "ingen.sqlite").exists()


def test_nothing_is_no_backup(tmp_path):
    with raising("error.backup_nothing"):
        backup(
            tmp_path / "kopi.zip", BackupPlaces(sqlite_url(tmp_path / "a"), tmp_path / "b"), silent
        )
    assert list(tmp_path.iterdir()) == []


def test_checking_restores_nothing(saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert check(saved, silent).ledger.head == 8
    assert list(tmp_path.iterdir()) == []


# What is there already


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_is_replaced_on_request_only_and_kept(
    kind, saved, original, new_database, tmp_path
):
    url = new_database(kind)
    after = filled(url, tmp_path)
    ledger = Ledger.open(url, "3205")
    ledger.add({"name": "Nyere"}, None, **BY)
    before = everything(after)
    with raising(("error.restore_over_ledger", "error.restore_over_packs")):
        restore(saved, after, silent, replace=False)
    assert everything(after) == before
    done = restore(saved, after, silent, replace=True)
    # A program that has the ledger open sees the restored one.
    assert ledger.head().seq == check(saved, silent).ledger.head
    ledger.close()
    restored, wanted = everything(after), everything(original)
    assert restored["rows"] == wanted["rows"]
    assert restored["choice"] == wanted["choice"]
    assert restored["versions"] == before["versions"] | wanted["versions"]  # nothing is deleted
    assert stat.S_IMODE(done.kept.stat().st_mode) == 0o600
    restore(done.kept, after, silent, replace=True)
    back = everything(after)
    assert (back["rows"], back["choice"]) == (before["rows"], before["choice"])


def test_versions_that_are_there_are_not_replaced_unasked(saved, original, tmp_path):
    after = BackupPlaces(sqlite_url(tmp_path / "ny.sqlite"), tmp_path / "packs")
    restore(saved, after, silent, replace=False)
    VersionStore(after.packs).activate(EMBEDDED, author="Ola")
    (tmp_path / "ny.sqlite").unlink()
    with raising("error.restore_over_packs"):
        restore(saved, after, silent, replace=False)
    assert VersionStore(after.packs).choice().version == EMBEDDED
    assert not (tmp_path / "ny.sqlite").exists()
    restore(saved, after, silent, replace=True)
    assert everything(after) == everything(original)


def test_a_damaged_version_and_a_damaged_ledger_are_moved_aside(saved, original, tmp_path):
    after = BackupPlaces(sqlite_url(tmp_path / "ny.sqlite"), tmp_path / "packs")
    restore(saved, after, silent, replace=False)
    store = VersionStore(after.packs)
    used = store.choice().version
    (store.directory(used) / "pack.gpkg").write_bytes(b"borte")
    for path in tmp_path.glob("ny.sqlite*"):
        path.unlink()
    (tmp_path / "ny.sqlite").write_bytes(b"ikke en database" * 1000)
    with raising("error.restore_over_packs"):
        restore(saved, after, silent, replace=False)
    (store.home / "active.toml").write_text("[", encoding="utf-8")
    done = restore(saved, after, silent, replace=True)
    assert everything(after) == everything(original)
    version, ledger = done.aside
    assert (version / "pack.gpkg").read_bytes() == b"borte"
    assert ledger.read_bytes().startswith(b"ikke en database")
    assert len(store.versions()) == 2


def test_a_damaged_ledger_is_not_moved_unasked(saved, tmp_path):
    (tmp_path / "ny.sqlite").write_bytes(b"ikke en database" * 1000)
    after = BackupPlaces(sqlite_url(tmp_path / "ny.sqlite"), tmp_path / "packs")
    with raising("error.restore_over_damaged"):
        restore(saved, after, silent, replace=False)
    assert not after.packs.exists()


@pytest.mark.parametrize("where", ["geo.backup.rows.fill", "geo.pack.versions.VersionStore.choose"])
def test_what_fails_at_the_end_leaves_all_as_it_was(
    where, saved, ledger_url, tmp_path, monkeypatch
):
    after = filled(ledger_url, tmp_path)
    ledger = Ledger.open(ledger_url, "0301")
    ledger.add({"name": "Nyere"}, None, **BY)
    ledger.close()
    before = everything(after)

    def fails(*_args, **_options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        # The trial of the backup comes first, and is not what fails.
        original = rows.fill

        def only_at_the_ledger(connection, *rest):
            scratch = "naeringsareal-" in str(connection.engine.url)
            return original(connection, *rest) if scratch else fails()

        patch.setattr(where, only_at_the_ledger if where.endswith("fill") else fails)
        with pytest.raises(OSError, match="space"):
            restore(saved, after, silent, replace=True)
    found = everything(after)
    assert (found["rows"], found["choice"]) == (before["rows"], before["choice"])


# Values

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
MOMENTS = st.datetimes(timezones=st.timezones())


@pytest.fixture(scope="module")
def both(tmp_path_factory, postgres):
    """An empty ledger of each kind."""
    from tests.support.ledgers import database  # noqa: PLC0415  # where it is needed

    with database(postgres) as url:
        engines = [connect(sqlite_url(tmp_path_factory.mktemp("a") / "a.sqlite")), connect(url)]
        for engine in engines:
            upgrade.prepare(engine)
        yield engines
        for engine in engines:
            engine.dispose()


@settings(max_examples=25)
@given(TEXTS, st.none() | NUMBERS, st.none() | st.binary(max_size=40), MOMENTS, JSON)
def test_any_value_is_the_same_in_the_other_kind_of_database(both, text, number, shape, at, said):
    entry = {
        "seq": 2**31 + 1,
        "municipality_no": "3205",
        "project_id": text,
        "revision": 1,
        "at": at,
        "author": text,
        "reason": "",
        "kind": "added",
        "undoes": None,
        "removed": bool(shape),
        "name": text,
        "effect": "counts",
        "jobs": number,
        "geometry": shape,
        "year": 2030,
    }
    saved = {"municipality_no": "3205", "id": "a", "at": at, "author": text}
    saved |= {"content": {"a": said}, "result": {"b": [said]}}
    rounds = []
    for source, target in (both, both[::-1]):
        with writing(source) as connection:
            rows.clear(connection)
            rows.fill(connection, "ledger_entries", [entry])
            rows.fill(connection, "ledger_calculations", [saved])
        with reading(source) as connection, writing(target) as other:
            rows.clear(other)
            for table in rows.TABLES:
                lines = list(rows.lines(connection, table))
                rows.fill(other, table, [rows.row(line, table) for line in lines])
                assert list(rows.lines(other, table)) == lines
                rounds += lines
    assert rounds[:2] == rounds[2:]
    found = json.loads(next(line for line in rounds if b'"content"' in line))
    assert json_text(found["content"]) == json_text({"a": said})
