"""The nearest power line of a site: how far, what is known of it, and what is not."""

from __future__ import annotations

import pytest
from shapely import LineString

from geo.i18n import LANGUAGES
from geo.report.content import figures
from geo.screening.present import columns, document
from tests.support.rows import rows
from tests.support.sites import at, land, pack, screened, spot

LINES = rows(
    LineString([spot(-1000, 900), spot(3000, 900)]),
    LineString([spot(-1000, -1500), spot(3000, -1500)]),
    line_id=["g1", "g2"],
    name=["Linje <b>Nord</b>", None],
    level=["Regionalnett", None],
    voltage_kv=[66.0, None],
)


def test_the_nearest_line_is_named_with_its_voltage_and_measured_from_the_outline():
    found = screened(at(100, 500), on=land(grid=LINES)).grid  # its upper side lies at 600
    assert (found.name, found.voltage_kv) == ("Linje <b>Nord</b>", 66)
    assert found.distance_m == pytest.approx(300)


def test_what_the_layer_does_not_tell_is_unknown():
    found = screened(at(100, -900), on=land(grid=LINES))  # its lower side lies at −900
    assert (found.grid.name, found.grid.voltage_kv) == (None, None)
    assert found.grid.distance_m == pytest.approx(600)
    told = document(found)["power_grid"]
    assert told["name"] is None
    assert told["voltage_kv"] is None


def test_without_the_layer_the_distance_is_unknown_and_never_zero():
    found = screened(at(100, 500))
    assert found.grid is None
    assert document(found)["power_grid"] is None
    assert columns([found], land(), "nb").iloc[0][["grid", "grid_m"]].isna().all()


def test_a_made_up_grid_is_no_evidence():
    on = land(grid=LINES, manifest={"grid": {"synthetic": True}})
    found = screened(at(100, 500), on=on)
    assert found.grid is None
    assert "grid" in found.made_up


def test_beyond_the_municipality_no_line_is_known():
    found = screened(at(9000, 500), on=land(grid=LINES.iloc[:1]))
    assert found.grid is None


def test_a_nearer_line_may_lie_beyond_the_border():
    near = at(7850, 7000)  # the border is at 8000, the lines far off
    inside = rows(LineString([spot(0, 0), spot(0, 100)]), line_id="g", name="Sør", voltage_kv=22.0)
    found = screened(near, on=land(grid=inside))
    assert found.grid.at_most
    assert any(one.msgid == "screen.unknown_nearer_grid" for one in found.unknown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_that_spare_capacity_is_unknown(language):
    on = land(grid=LINES)
    said = str(figures(screened(at(100, 500), on=on), on, language)).replace("\\xa0", " ")
    assert {"nb": "ledig kapasitet er ukjent", "en": "spare capacity is unknown"}[language] in said
    assert "66 kV" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_has_a_row_without_the_layer_too(language):
    on = land()
    rows = figures(screened(at(100, 500), on=on), on, language)
    told = {row["label"]: row["value"] for row in rows}
    assert told[{"nb": "Nærmeste kraftlinje", "en": "Nearest power line"}[language]] != ""


def test_the_pack_may_hold_the_layer():
    assert pack(grid=LINES).has("grid")
