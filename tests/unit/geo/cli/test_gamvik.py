"""A municipality far from the meridian: the commands give areas on the ground, and say so."""

from __future__ import annotations

import json

import numpy as np
import pyproj
import pytest
import shapely

from geo.__main__ import main
from geo.pack.write import Imprint, write_pack
from tests.support.rows import rows

GEOD = pyproj.Geod(ellps="GRS80")
TO_PLANE = pyproj.Transformer.from_crs(4258, 25832, always_xy=True)
EAST, NORTH = TO_PLANE.transform(28.24, 71.03)


def box(x, y, wide, high):
    """Rectangle x metres east and y north of a place by Mehamn, in the plane of zone 32."""
    return shapely.box(EAST + x, NORTH + y, EAST + x + wide, NORTH + y + high)


def ground_m2(shape):
    """Area on the ellipsoid."""
    places = shapely.transform(
        shapely.segmentize(shape, 50),
        lambda xy: np.column_stack(TO_PLANE.transform(*xy.T, direction="INVERSE")),
    )
    return abs(GEOD.geometry_area_perimeter(places)[0])


TOWN = box(-3000, -3000, 6000, 6000)
PLOT = box(0, 0, 200, 100)
FLOODED = box(0, 0, 50, 100)
LAYERS = {
    "municipality": rows(TOWN, municipality_no="5626", name="Gamvik"),
    "zones": rows(
        *(box(-1000, -1000, 1100, 2000), box(100, -1000, 900, 2000)),
        zone_id=["vest", "ost"],
        name=["Vest", "Øst"],
        business_profile="lager",
    ),
    "parcels": rows(PLOT, parcel_id="1/1"),
    "plan_areas": rows(
        TOWN,
        plan_id="p",
        land_use_code="1300",
        land_use_status="1",
        utilisation_type=18,
        utilisation_value=100.0,
        max_floors=3.0,
    ),
    "buildings": rows(box(180, 80, 20, 20), building_id="b", floors=1.0, gross_area_m2=400.0),
    "constraints": rows(FLOODED, constraint_id="f", kind="flood", severity="exclude", source="NVE"),
    "stations": rows(shapely.Point(EAST + 3200, NORTH + 50), station_id="s", name="Stasjonen"),
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gamvik")
    about = {name: {"source": "Prøve", "synthetic": False} for name in LAYERS}
    write_pack(folder, LAYERS, Imprint("Gamvik", "5626", "2026-01-02", about))
    return folder


def document(capsys, *arguments):
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_land_account_is_of_the_ground_and_its_parts_are_the_whole(pack, capsys):
    found = document(capsys, "reserve", "--pack", pack, "--building-buffer", 0)
    zones = {zone["zone_id"]: zone for zone in found["zones"]}
    assert zones["vest"]["gross_m2"] == pytest.approx(ground_m2(box(0, 0, 100, 100)), rel=1e-4)
    assert zones["vest"]["excluded_m2"] == pytest.approx(ground_m2(FLOODED), rel=1e-4)
    assert zones["ost"]["built_m2"] == pytest.approx(ground_m2(box(0, 0, 20, 20)), rel=1e-4)
    shares = ("built_m2", "excluded_m2", "dropped_m2", "reserve_m2")
    for zone in zones.values():
        assert sum(zone[share] for share in shares) == pytest.approx(zone["gross_m2"], abs=1e-6)
    whole = sum(zone["gross_m2"] for zone in zones.values())
    assert whole == pytest.approx(ground_m2(PLOT), rel=1e-4)
    assert whole < 19_800  # of 20 000 in the plane
    # What the plan allows of a plot is of the ground too: 100 %-BRA less the house of 400 m².
    floor = ground_m2(box(0, 0, 20, 20))
    assert zones["ost"]["densification_bra_m2"] == pytest.approx(max(0, floor - 400), abs=0.1)
    assert any("kartprojeksjonen" in note and "1,1" in note for note in found["notes"])


@pytest.mark.parametrize("epsg", [25832, 25833, 25835, 4326, 4258])
def test_a_site_is_as_large_whatever_system_its_file_is_in(pack, capsys, tmp_path, epsg):
    sites = rows(PLOT, id="t").to_crs(epsg)
    path = tmp_path / "tomt.gpkg"
    sites.to_file(path)
    found = document(capsys, "screen", path, "--pack", pack)
    (site,) = found["sites"]
    assert site["area_m2"] == pytest.approx(ground_m2(PLOT), rel=1e-4)
    assert site["constraints"]["flood"]["m2"] == pytest.approx(ground_m2(FLOODED), rel=1e-4)
    assert site["reserve_m2"] < site["area_m2"] - site["constraints"]["flood"]["m2"]
    assert sum(zone["share"] for zone in site["zones"]) == pytest.approx(1)
    # 3 000 m in the plane.
    (west, east), (south, north) = TO_PLANE.transform(
        [EAST + 200, EAST + 3200], [NORTH + 50, NORTH + 50], direction="INVERSE"
    )
    assert site["nearest_station"]["distance_m"] == pytest.approx(
        GEOD.inv(west, south, east, north)[2], rel=1e-3
    )
    (said,) = [note for note in found["notes"] if "kartprojeksjonen" in note]
    assert said in site["text"]
    assert said in site["assumptions"]


def test_where_nothing_was_corrected_nothing_is_said(capsys, tmp_path):
    path = tmp_path / "tomt.gpkg"
    rows(shapely.box(613_800, 6_649_900, 614_000, 6_650_000), id="t").to_file(path)
    found = document(capsys, "screen", path)
    assert found["sites"][0]["area_m2"] == pytest.approx(20_000, abs=1e-6)
    assert "kartprojeksjonen" not in json.dumps(found, ensure_ascii=False)
