"""Reference system, unit and origin: as the header says, as the numbers show, or refused."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS, Transformer

from geo.intake.sites import open_sites
from geo.intake.sosi.header import SYSTEMS, scaled
from tests.support.errors import raising
from tests.support.sosi import EAST, NORTH, document, flate, header, ids, item, opened, square

# Names as the SOSI standard and EPSG's register have them.
NAMES = {
    1: "NGO 1948 (Oslo) / NGO zone I",
    8: "NGO 1948 (Oslo) / NGO zone VIII",
    19: "ETRS89 / UTM zone 29N",
    21: "ETRS89 / UTM zone 31N",
    22: "ETRS89 / UTM zone 32N",
    26: "ETRS89 / UTM zone 36N",
    31: "ED50 / UTM zone 31N",
    36: "ED50 / UTM zone 36N",
    50: "ED50",
    59: "WGS 84 / UTM zone 29N",
    66: "WGS 84 / UTM zone 36N",
    84: "ETRS89",
    184: "WGS 84",
    205: "ETRS89 / NTM zone 5",
    210: "ETRS89 / NTM zone 10",
    230: "ETRS89 / NTM zone 30",
    300: "WGS 84 / Pseudo-Mercator",
}


@pytest.mark.parametrize("code", NAMES)
def test_a_code_is_the_system_of_the_standard(code):
    assert CRS.from_epsg(SYSTEMS[code]).name == NAMES[code]


@pytest.mark.parametrize(
    ("code", "epsg", "unit"),
    [
        (22, 25832, "0.01"),
        (23, 25833, "0.01"),
        (25, 25835, "0.01"),
        (32, 23032, "0.01"),
        (3, 27393, "0.01"),
        (210, 5110, "0.001"),
        (84, 4258, "0.0000001"),
    ],
)
def test_a_place_is_the_same_in_every_system(code, epsg, unit):
    x, y = Transformer.from_crs(25832, epsg, always_xy=True).transform(EAST, NORTH)
    point = f".PUNKT 1:\n..NØ\n{round(y / float(unit))} {round(x / float(unit))}\n"
    (site,) = opened(point, system=code, unit=unit).geometry
    assert (site.x, site.y) == pytest.approx((EAST, NORTH), abs=0.05)


def test_an_origin_is_added():
    square = item("KURVE", 1, (0, 0), (10, 0), (0, 10), (0, 0), at=(0, 0))
    sites = opened(square, flate(2, ":1"), origin=f"{NORTH} {EAST}")
    assert sites.total_bounds.tolist() == [EAST, NORTH, EAST + 10, NORTH + 10]


def test_an_origin_in_two_properties_and_none_at_all():
    two = f"...ORIGO-NØ\n....ORIGO-N {NORTH}\n....ORIGO-Ø {EAST}"
    text = document(item("PUNKT", 1, (3, 4), at=(0, 0)))
    (site,) = open_sites(text.replace("...ORIGO-NØ 0 0", two).encode(), "a.sos").geometry
    assert (site.x, site.y) == (EAST + 3, NORTH + 4)
    (site,) = opened(item("PUNKT", 1, (3, 4)), origin=None).geometry
    assert (site.x, site.y) == (EAST + 3, NORTH + 4)


def test_a_unit_of_the_objects_own_goes_before_the_headers():
    objects = [
        item("PUNKT", 1, (1, 2), told="..ENHET 0.001", unit=0.001),
        item("PUNKT", 2, (1, 2)),
    ]
    sites = opened(*objects)
    assert sites.geometry.x.tolist() == [EAST + 1] * 2


def test_hundredths_are_exact():
    assert scaled(np.array([61380029.0, 29.0]), 0.01).tolist() == [613800.29, 0.29]


@pytest.mark.parametrize("unit", [1, 0.1, 0.01, 0.001])
def test_a_missing_unit_is_the_one_that_fits_and_told(unit):
    sites = opened(item("PUNKT", 1, (1, 2), unit=unit), unit=None)
    assert sites.geometry.x.tolist() == [EAST + 1]
    (note,) = sites.attrs["assumptions"]
    assert (note.msgid, note.parts) == ("finding.sosi_unit_missing", {"unit": f"{unit:g}"})


def test_a_missing_unit_is_told_by_the_area_of_the_header():
    x, y = Transformer.from_crs(25832, 27393, always_xy=True).transform(EAST, NORTH)
    point = f".PUNKT 1:\n..NØ\n{round(y * 100)} {round(x * 100)}\n"
    with raising("error.sosi_unit", match=r"ENHET 0\.01"):
        opened(point, system=3, unit=None)
    area = f"..OMRÅDE\n...MIN-NØ {y - 500} {x - 500}\n...MAX-NØ {y + 500} {x + 500}\n"
    (site,) = opened(area + point, system=3, unit=None).geometry
    assert (site.x, site.y) == pytest.approx((EAST, NORTH), abs=0.05)


def test_a_missing_system_is_guessed_as_of_any_file():
    sites = opened(item("PUNKT", 1, (1, 2)), system=None)
    assert ids(sites) == ["finding.assumed_utm32"]
    assert sites.geometry.x.tolist() == [EAST + 1]


@pytest.mark.parametrize("code", ["41", "99", "101", "105", "9", "999", "UTM32", "-22", "²"])
def test_a_system_that_is_not_known_is_refused_by_its_code_and_line(code):
    with raising("error.sosi_system", match=f"KOORDSYS {code} på linje 4"):
        opened(item("PUNKT", 1, (1, 2)), system=code)


def test_zones_of_ntm_counted_from_100_are_read_where_the_numbers_fit_and_told():
    x, y = Transformer.from_crs(25832, 5110, always_xy=True).transform(EAST, NORTH)
    point = f".PUNKT 1:\n..NØ\n{round(y * 100)} {round(x * 100)}\n"
    sites = opened(point, system=110)
    assert sites.geometry.x.tolist() == pytest.approx([EAST], abs=0.05)
    assert ids(sites) == ["ntm"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": "0"}, "ENHET 0 på linje 6"),
        ({"unit": "-0.01"}, "ENHET -0.01 på linje 6"),
        ({"unit": "en cm"}, "ENHET en cm på linje 6"),
        ({"origin": "nord"}, "ORIGO-NØ nord på linje 5"),
        ({"origin": "100"}, "ORIGO-NØ 100 på linje 5"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused_with_its_line(options, said):
    with raising("error.sosi_header", match=said):
        opened(item("PUNKT", 1, (1, 2)), **options)


def test_headers_that_differ_are_refused_with_the_line_of_the_second():
    with raising("error.sosi_headers", match="linje 11"):
        opened(item("PUNKT", 1, (1, 2)), header(system=23), item("PUNKT", 1, (1, 2)))


def test_a_file_without_a_header_or_an_end_is_told():
    text = square(1, 0, 0, 10) + flate(2, ":1")
    sites = open_sites(text.encode(), "a.sos")
    assert sites.area.tolist() == [100]
    assert ids(sites) == [
        *("charset_missing", "no_header", "no_end", "unit_missing", "finding.assumed_utm32"),
    ]
