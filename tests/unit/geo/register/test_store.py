"""Sites entered, changed, removed and put back, on both databases."""

from __future__ import annotations

import math
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.i18n import LANGUAGES, texts
from geo.ledger import appending
from geo.ledger.entries import Change, ConflictError, EntryKind, Head
from geo.ledger.store import Ledger
from geo.register.fields import AVAILABILITIES, FIELDS, LEVELS, ORIGINS, OWNER_TYPES
from geo.register.store import Register
from geo.schema.layers import CRS
from tests.support.errors import raising
from tests.support.ledgers import BY
from tests.support.shapes import square

AREA = square(620_000, 6_650_000)
SITE = {"name": "Heia øst", "availability": "ledig", "published": True}


def test_an_empty_register_has_all_columns_and_their_types(register):
    frame = register.sites()
    assert list(frame.columns) == [*FIELDS, "revision", "geometry"]
    assert (len(frame), frame.crs) == (0, CRS)
    assert str(frame.dtypes["published"]) == "bool"
    assert frame.dtypes["power_mw"] == "float64"
    assert register.head() == Head(0, None)


def test_a_site_is_read_back_as_it_was_entered(register):
    given = SITE | {
        "zone_id": "heia",
        "origin": "plot",
        "origin_ref": "903/12",
        "readiness_set": "regulert",
        "readiness_reason": "Vedtatt i går",
        "owner_type": "kommunal",
        "power_mw": 2.5,
        "power_text": "Fra trafo\nved veien",
        "power_date": date(2026, 11, 3),
        "water_text": "Vann i vei",
        "water_date": "2026-10-01",
        "access": "Fra fv. 120",
        "contact_office": "Næring og plan",
        "public_text": "God tomt",
        "published": True,
        "internal_note": "=1+1 <b>hemmelig</b>",
    }
    entry = register.add(given, AREA, **BY)
    assert (entry.seq, entry.site_id, entry.revision) == (1, "heia-ost", 1)
    assert entry.kind is EntryKind.ADDED
    row = register.sites().iloc[0]
    expected = given | {"site_id": "heia-ost", "power_date": "2026-11-03", "revision": 1}
    assert {name: row[name] for name in expected} == expected
    assert row.geometry.normalize() == AREA.normalize()


def test_what_is_not_known_is_unknown_and_what_is_not_said_is_not_shown(register):
    given = {"name": "Heia øst", "availability": "ledig"}
    values = register.add(given | {"power_mw": math.nan, "access": " "}, AREA, **BY).values
    known = {name: value for name, value in values.items() if value is not None}
    assert known == given | {"origin": "drawn", "published": False}
    row = register.sites().iloc[0]
    assert pd.isna(row["power_mw"])
    assert pd.isna(row["owner_type"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "error.field_missing"),
        ({"availability": None}, "error.field_missing"),
        ({"availability": "kanskje"}, "error.field_choice"),
        ({"origin": "luft"}, "error.field_choice"),
        ({"owner_type": "marsboer"}, "error.field_choice"),
        ({"readiness_set": "ferdig", "readiness_reason": "r"}, "error.field_choice"),
        ({"readiness_set": "regulert"}, "error.field_missing"),
        ({"power_mw": 3}, "error.field_missing"),
        ({"power_mw": -1, "power_date": "2026-11-30"}, "error.field_number"),
        ({"power_mw": 10_001, "power_date": "2026-11-30"}, "error.field_number"),
        ({"power_mw": "3 MW", "power_date": "2026-11-30"}, "error.field_number"),
        ({"water_date": "30.11.2026"}, "error.field_date"),
        ({"water_date": "2026-02-30"}, "error.field_date"),
        ({"water_date": "0001-01-01"}, "error.field_date"),
        ({"water_date": 5}, "error.field_date"),
        ({"published": "ja"}, "error.field_flag"),
        ({"published": 1}, "error.field_flag"),
        ({"access": "x" * 10_001}, "error.field_too_long"),
        ({"contact_office": "x" * 501}, "error.field_too_long"),
        ({"public_text": ["liste"]}, "error.field_text"),
    ],
)
def test_what_cannot_stand_in_a_field_is_refused_by_one_sentence(wrong, code, tmp_path, opened):
    ledger = opened(f"sqlite:///{tmp_path / 'a.sqlite'}")
    register = Register(ledger.engine, "3205")
    with raising(code):
        register.add(SITE | wrong, AREA, **BY)
    assert register.head().seq == 0


def test_a_flag_of_numpy_and_a_time_are_taken_as_what_they_say(register):
    given = {"published": np.True_, "water_date": datetime(2026, 11, 30, 12, 30)}  # noqa: DTZ001  # a form's
    values = register.add(SITE | given, AREA, **BY).values
    assert (values["published"], values["water_date"]) == (True, "2026-11-30")


def test_a_reason_and_a_date_for_nothing_are_dropped(register):
    given = {"readiness_set": "regulert", "readiness_reason": "r"}
    given |= {"power_mw": 2, "power_date": "2026-11-30"}
    register.add(SITE | given, AREA, **BY)
    changed = {"readiness_set": None, "power_mw": None}
    values = register.change("heia-ost", changed, base_revision=1, **BY).values
    assert {values[name] for name in given} == {None}


@pytest.mark.parametrize(
    "place",
    [
        None,
        shapely.Point(620_000, 6_650_000),
        shapely.LineString([(620_000, 6_650_000), (620_100, 6_650_000)]),
        shapely.GeometryCollection([AREA, shapely.Point(620_000, 6_650_000)]),
        shapely.Polygon(),
        square(0, 0),
        shapely.Polygon([(math.inf, 6_650_000), (620_000, 6_650_000), (620_000, 6_650_100)]),
    ],
)
def test_a_site_without_an_area_in_norway_is_refused(place, tmp_path, opened):
    register = Register(opened(f"sqlite:///{tmp_path / 'a.sqlite'}").engine, "3205")
    with raising("error.site_outline"):
        register.add(SITE, place, **BY)
    with raising("error.site_outline"):
        register.write([Change(values=SITE)], **BY)
    assert register.head().seq == 0


def test_a_chain_of_changes_is_undone_to_its_beginning_and_forth_again(register):
    added = register.add(SITE, AREA, **BY)
    sold = register.change("heia-ost", {"availability": "solgt"}, base_revision=1, **BY)
    gone = register.remove("heia-ost", base_revision=2, **BY)
    assert len(register.sites()) == 0
    back = register.undo(gone.seq, **BY)
    assert (back.kind, back.undoes) == (EntryKind.RESTORED, gone.seq)
    assert register.sites()["availability"].tolist() == ["solgt"]
    with raising("error.ledger_undo_conflict"):
        register.undo(sold.seq, **BY)
    register.undo(back.seq, **BY)
    assert len(register.sites()) == 0
    assert register.sites(added.seq)["availability"].tolist() == ["ledig"]
    assert register.sites(sold.at)["availability"].tolist() == ["solgt"]
    assert [one.seq for one in register.history("heia-ost")] == [5, 4, 3, 2, 1]


def test_an_undone_addition_takes_the_site_away_and_its_id_is_never_used_again(register):
    register.undo(register.add(SITE, AREA, **BY).seq, **BY)
    assert len(register.sites()) == 0
    assert register.add(SITE, AREA, **BY).site_id == "heia-ost-2"
    assert register.add({**SITE, "name": "…"}, AREA, **BY).site_id == "tomt"


def test_what_a_site_was_called_before_it_was_published_is_not_in_its_address(register):
    added = register.add(SITE | {"name": "Fabrikk for Ola", "published": False}, AREA, **BY)
    shown = register.change(added.site_id, SITE, base_revision=1, **BY)
    assert re.fullmatch(r"tomt-[0-9a-f]{8}", shown.site_id)
    again = register.add(SITE | {"published": False}, AREA, **BY)
    assert again.site_id not in {added.site_id, "heia-ost"}


def test_a_site_never_moves_a_projects_number_nor_the_reverse(ledger, register):
    register.add(SITE, AREA, **BY)
    assert ledger.head() == Head(0, None)
    assert ledger.add({"name": "Heia øst"}, None, **BY).seq == 1
    assert register.add(SITE, AREA, **BY).seq == 2
    assert ledger.head().seq == 1
    assert [one.project_id for one in ledger.history()] == ["heia-ost"]


def test_municipalities_share_a_database_and_see_their_own_alone(ledger, register):
    other = Register(ledger.engine, "0301")
    register.add(SITE, AREA, **BY)
    entry = other.add(SITE, AREA, **BY)
    assert (entry.seq, entry.site_id) == (2, "heia-ost")
    other.remove("heia-ost", base_revision=1, **BY)
    assert len(register.sites()) == 1
    assert register.head().seq == 1
    with raising("error.ledger_unknown_entry"):
        register.undo(entry.seq, **BY)


def test_of_two_who_change_the_same_revision_the_second_is_told_what_the_first_wrote(ledger_url):
    first, second = (Register.open(ledger_url, "3205") for _ in range(2))
    try:
        first.add(SITE, AREA, **BY)
        seen = second.sites()["revision"].item()
        written = first.change("heia-ost", {"power_text": "2 MW"}, base_revision=seen, **BY)
        with pytest.raises(ConflictError) as caught:
            second.change("heia-ost", {"power_text": "5 MW"}, base_revision=seen, **BY)
        assert caught.value.entry == written
        with pytest.raises(ConflictError):
            second.remove("heia-ost", base_revision=seen, **BY)
        assert second.sites()["power_text"].tolist() == ["2 MW"]
    finally:
        first.close()
        second.close()


def test_many_who_enter_sites_and_projects_at_once_lose_nothing(ledger, register):
    def enter(number):
        register.add({**SITE, "name": f"Tomt {number}"}, AREA, **BY)
        ledger.add({"name": f"Felt {number}"}, None, **BY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(24)))
    assert [one.seq for one in register.history()] == list(range(24, 0, -1))
    assert [one.seq for one in ledger.history()] == list(range(24, 0, -1))


def test_a_clock_that_was_set_back_puts_no_entry_before_another(register, monkeypatch):
    first = register.add(SITE, AREA, **BY)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr(appending, "datetime", Earlier)
    second = register.add(SITE, AREA, **BY)
    assert second.at > first.at
    assert len(register.sites(first.at)) == 1


def test_nothing_changed_is_said_and_nothing_is_written(register):
    register.add(SITE, AREA, **BY)
    with raising("error.ledger_nothing_changed"):
        register.change("heia-ost", SITE, base_revision=1, geometry=AREA, **BY)
    with raising("error.ledger_unknown_project"):
        register.change("finnes-ikke", {}, base_revision=1, **BY)
    assert register.head().seq == 1


def test_one_who_only_reads_opens_a_register_that_is_there(ledger_url):
    Ledger.open(ledger_url, "3205").close()
    register = Register.existing(ledger_url, "3205")
    try:
        assert len(register.sites()) == 0
    finally:
        register.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_and_word_has_a_text(language):
    words = {"origin": ORIGINS, "availability": AVAILABILITIES}
    words |= {"readiness": LEVELS, "owner_type": OWNER_TYPES}
    named = {f"field.{name}" for name in FIELDS}
    named |= {f"{name}.{one}" for name, some in words.items() for one in some}
    assert named - set(texts(language)) == set()
