"""Businesses from Enhetsregisteret: bands, places by official addresses, and its deep limit."""

from __future__ import annotations

import json

import pytest
from pyproj import Transformer

from layers.sources import services
from layers.sources.brreg import addresses, businesses
from tests.services.conftest import service
from tests.support import world
from tests.support.enhetsregisteret import address, both, unit
from tests.support.hostile import Reply, playing

_BACK = Transformer.from_crs(25832, 4258, always_xy=True)
HERE = _BACK.transform(world.WEST + 500, world.SOUTH + 500)
THERE = _BACK.transform(world.WEST + 900, world.SOUTH + 500)
STREET = [address("Storgata 1", *HERE), address("Storgata 12B", *THERE)]


def entry(url, **changes):
    built_in = next(one for one in services.read().services if one.id == "businesses")
    own = {
        "url": f"{url}/underenheter",
        "addresses": f"{url}/sok",
        "per_second": 10_000,
        **changes,
    }
    return built_in.model_copy(update=own)


def got(ask, answer, **changes):
    with playing(answer) as (url, asked):
        part = ask(entry(url, **changes))
    assert part.error is None, part.error.say("nb")
    return part, asked


def by_id(part):
    return part.frame.set_index("business_id")


def test_numbers_bands_industry_and_place(ask):
    units = [
        unit(1, employees=40, registreringsdatoAntallAnsatteNAVAaregisteret="2026-10-15"),
        unit(2, lines=("c/o Kari", "STORGATA 12 B, 3. etg."), industry="62.010"),
        unit(3, employees=None, registered=None, industry=None),
    ]
    part, _ = got(ask, both(units, STREET))
    rows = by_id(part)
    assert rows["employees"].tolist() == pytest.approx(
        [40, float("nan"), float("nan")], nan_ok=True
    )
    assert rows.loc["1", ["employees_low", "employees_high"]].tolist() == [40, 40]
    assert rows.loc["2", ["employees_low", "employees_high"]].tolist() == [1, 4]
    assert rows.loc["3", ["employees_low", "employees_high"]].isna().all()
    assert rows["industry"].dropna().to_dict() == {"1": "25.110", "2": "62.010"}
    assert rows.loc["1", "date"] == "2026-10-15"
    spots = [(point.x - world.WEST, point.y - world.SOUTH) for point in rows.geometry]
    # A point is known to the metre: five decimals of a degree.
    assert spots[0] == pytest.approx((500, 500), abs=1)
    assert spots[1] == pytest.approx((900, 500), abs=1)
    assert rows["accuracy_m"].tolist() == [businesses.ACCURACY_M] * 3


def test_no_name_is_kept_since_it_may_be_a_persons(ask):
    part, _ = got(ask, both([unit(1, employees=9)], STREET))
    assert "name" not in part.frame
    assert "PRØVE" not in part.frame.drop(columns="geometry").to_csv()


def test_none_registered_means_nobody_employed(ask):
    units = [unit(1, registered=False, lines=("Ukjent vei 4",)), unit(2, employees=6)]
    part, asked = got(ask, both(units, STREET), where=())
    rows = by_id(part)
    assert rows.loc["1", ["employees", "employees_high"]].tolist() == [0, 0]
    assert rows.loc["2", "employees"] == 6
    assert sum(one.path == "/sok" for one in asked) == 1


def test_units_of_other_municipalities_are_left_out_whatever_the_register_finds(ask):
    units = [unit(1, employees=9), unit(2, employees=900, municipality="4601")]
    part, _ = got(ask, both(units, STREET))
    assert part.frame["business_id"].tolist() == ["1"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Postboks 12",),
        ("Ukjent vei 4",),
        (),
        ("Storgata 1", "Storgata 12B"),  # two places
        ("Storgata 12",),  # there is a 12B alone: no guess
        ("Flyterminalen",),
    ],
)
def test_an_address_that_is_not_one_place_is_an_unknown_place(ask, lines):
    part, _ = got(ask, both([unit(1, employees=9, lines=lines), unit(2, employees=5)], STREET))
    rows = by_id(part)
    assert rows.geometry.isna().to_dict() == {"1": True, "2": False}
    assert rows["accuracy_m"].isna().to_dict() == {"1": True, "2": False}


def test_one_address_at_several_places_is_unknown_and_at_one_point_is_known(ask):
    twice = [address("Storgata 1", *HERE), address("Storgata 1", *THERE)]
    part, _ = got(ask, both([unit(1, employees=9)], twice))
    assert part.frame.geometry.isna().all()
    same = [address("Storgata 1", *HERE), address("Storgata 1", *HERE)]
    part, _ = got(ask, both([unit(1, employees=9)], same))
    assert part.frame.geometry.notna().all()


def test_a_postal_number_of_the_firms_own_is_asked_for_by_the_address(ask):
    units = [unit(1, employees=500, postal="2093"), unit(2, employees=7, postal="2093")]
    part, asked = got(ask, both(units, STREET))
    assert part.frame.geometry.notna().all()
    alone = [one for one in asked if "adressetekst" in one.query]
    assert len(alone) == 1  # one address is asked for once


def test_many_firms_take_a_question_for_each_postal_number_and_page(ask):
    rows = [address(f"Veien {n}", *HERE) for n in range(25)]
    units = [unit(n, employees=5, lines=(f"Veien {n % 25}",)) for n in range(300)]
    part, asked = got(ask, both(units, rows, most=10))
    assert part.frame.geometry.notna().all()
    assert sum(one.path == "/sok" for one in asked) == 3


def test_answers_are_kept(ask):
    answer = both([unit(1, employees=9)], STREET)
    with playing(answer) as (url, asked):
        ask(entry(url))
        first = len(asked)
        ask(entry(url))
    assert len(asked) == first


def test_no_answer_about_addresses_leaves_places_unknown_and_says_so(ask):
    honest = both([unit(1, employees=9)], STREET)
    part, _ = got(ask, lambda one: Reply(status=404) if one.path == "/sok" else honest(one))
    assert part.frame.geometry.isna().all()
    said = part.notes[0].say("nb")
    assert "1 adresse" in said
    assert "404" in said


def test_time_that_runs_out_leaves_places_unknown_and_says_so(ask, monkeypatch):
    monkeypatch.setattr(addresses, "PATIENCE_S", -1.0)
    part, asked = got(ask, both([unit(1, employees=9)], STREET))
    assert part.frame.geometry.isna().all()
    assert not [one for one in asked if one.path == "/sok"]
    assert "sekunder" in part.notes[0].say("nb")


def test_more_than_the_register_pages_to_is_asked_for_by_industry(ask, monkeypatch):
    monkeypatch.setattr(businesses, "DEEPEST", 20)
    monkeypatch.setattr("tests.support.enhetsregisteret.MOST", 20)
    codes = ["68.201"] * 12 + ["68.209"] * 15 + ["25.110"] * 18 + ["00.000"]
    units = [unit(n, employees=5, industry=code) for n, code in enumerate(codes)]
    part, asked = got(ask, both(units, STREET), page_size=10)
    assert len(part.frame) == len(codes)
    assert part.frame["business_id"].is_unique
    assert {"68.20", "68.201", "68.209"} <= {one.query.get("naeringskode") for one in asked}


def test_units_that_no_question_reaches_are_no_layer(ask, monkeypatch):
    monkeypatch.setattr(businesses, "DEEPEST", 20)
    units = [unit(n, employees=5, industry="25.110" if n else None) for n in range(21)]
    with playing(both(units, STREET)) as (url, _):
        part = ask(entry(url, page_size=10))
    assert part.frame is None
    assert "20 av 21" in part.error.say("nb")


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", json.dumps({"page": {"totalElements": "mange"}}), "<html></html>", "null"],
)
def test_nonsense_is_said_in_a_sentence(ask, body):
    with playing(lambda _: body) as (url, _asked):
        part = ask(entry(url))
    assert part.frame is None
    assert part.error.say("nb")


def test_http_400_is_said_with_what_the_register_says(ask):
    with playing(lambda _: Reply("nei", status=400)) as (url, _):
        part = ask(entry(url))
    assert "400" in part.error.say("nb")


def test_no_businesses_at_all_is_an_empty_service(ask):
    with playing(both([], STREET)) as (url, _):
        part = ask(entry(url))
    assert part.frame is None
    assert part.error.code == "error.service_empty"


def test_the_type_can_be_spoken_to_by_a_service_of_ones_own(ask):
    with playing(both([unit(1, employees=9)], STREET)) as (url, _):
        own = service(
            f"{url}/underenheter",
            "brreg",
            "businesses",
            addresses=f"{url}/sok",
            keep="number",
            columns={"business_id": "organisasjonsnummer", "employees": "antallAnsatte"},
        )
        part = ask(own)
    assert part.frame["employees"].tolist() == [9]
