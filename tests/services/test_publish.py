"""The pack as OGC API Features: a real process, read by HTTP and by GDAL's own driver."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from geo.__main__ import main as command_line
from geo.ledger.store import Ledger
from geo.pack.read import FILE, read_pack
from layers.catalogue import service_panel
from layers.publish.__main__ import main
from tests.support.packs import changed_pack
from tests.support.ports import free_port
from tests.support.published import environment, serving

LAYERS = (
    *("municipality", "zones", "growth_areas", "parcels", "plan_areas", "buildings"),
    *("constraints", "constraint_coverage", "stations", "projects", "corridor_nodes"),
    *("context", "places"),
)
RESULTS = (
    *("zone_figures", "reserve_zones", "reserve_plots", "reserve_parts"),
    *("projects_rule", "corridor"),
)
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
HOSTILE = "${NAERINGSAREAL_SECRET} <script>alert(1)</script> **x**"
SECRET = "hemmelig-verdi"  # noqa: S105  # it is to be looked for, not to open anything
MM = 0.001
AUTHOR = "Kari Saksbehandler"


@pytest.fixture(scope="session")
def pack(tmp_path_factory):
    directory = changed_pack(
        tmp_path_factory.mktemp("published") / "pack",
        change={"stations": lambda frame: frame.assign(name=[HOSTILE, *frame["name"][1:]])},
    )
    manifest = directory / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    changed = text.replace(
        'note = "Bare til orientering', f'note = "{HOSTILE} Bare til orientering'
    )
    assert changed != text
    manifest.write_text(changed, encoding="utf-8")
    return read_pack(directory)


@pytest.fixture(scope="session")
def folder(tmp_path_factory, pack):
    folder = tmp_path_factory.mktemp("service")
    ledger = Ledger.open(environment(folder)["NAERINGSAREAL_LEDGER"], pack.municipality_no)
    ledger.seed(pack.layer("projects"), author=AUTHOR, reason="Første liste")
    values = {"name": "Ny fabrikk på Heia", "effect": "planned", "jobs": 12.0}
    inside = pack.layer("growth_areas").geometry.iloc[0].representative_point()
    ledger.add(values, inside, author=AUTHOR, reason="Søknad")
    ledger.close()
    return folder


@pytest.fixture(scope="session")
def service(folder, pack):
    with (
        serving(folder, pack.directory, NAERINGSAREAL_SECRET=SECRET) as (_, address, _said),
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        yield client


def get(service, path, **parameters):
    reply = service.get(path, params={"f": "json"} | parameters)
    assert reply.status_code == 200, reply.text
    return reply.json()


def items(service, name, **parameters):
    return get(service, f"/collections/{name}/items", limit=10_000, **parameters)


def in_file(pack, name):
    """The layer as it stands in pack.gpkg, read past our own reader."""
    return pyogrio.read_dataframe(pack.directory / FILE, layer=name)


def shapes(collection):
    return np.array([shapely.geometry.shape(one["geometry"]) for one in collection["features"]])


def largest_distance(some, others):
    some, others = shapely.get_coordinates(some), shapely.get_coordinates(others)
    assert some.shape == others.shape
    return np.abs(some - others).max()


def column(collection, name):
    return [feature["properties"][name] for feature in collection["features"]]


def test_the_landing_page_tells_whose_data_in_which_version(service, pack):
    landing = get(service, "/")
    assert landing["title"] == "Næringsareal i Lillestrøm"
    assert pack.sha256 in landing["description"]
    assert get(service, "/", lang="en")["title"] == "Business land in Lillestrøm"


def test_every_layer_and_result_is_a_collection_with_a_title_in_both_languages(service):
    for language in ("nb", "en"):
        found = get(service, "/collections", lang=language)["collections"]
        assert {one["id"] for one in found} == {*LAYERS, *RESULTS}
        assert len({one["title"] for one in found}) == len(found)
    titles = {one["id"]: one["title"] for one in get(service, "/collections")["collections"]}
    assert titles["zones"] == "Næringsområder"


def test_pages_that_are_followed_give_every_feature_exactly_once(service, pack):
    address, seen, pages = "/collections/parcels/items?f=json&limit=400", [], 0
    while address:
        page = service.get(address).json()
        assert page["numberMatched"] == 1509
        seen += page["features"]
        pages += 1
        address = next((x["href"] for x in page["links"] if x["rel"] == "next"), None)
    assert pages == 4  # 400 + 400 + 400 + 309
    assert sorted(feature["id"] for feature in seen) == [*range(1, 1510)]
    expected = in_file(pack, "parcels")["parcel_id"].tolist()
    assert [feature["properties"]["parcel_id"] for feature in seen] == expected


def test_an_offset_past_the_end_is_an_empty_page(service):
    page = get(service, "/collections/zones/items", offset=11, limit=5)
    assert page["numberMatched"] == 11
    assert page["features"] == []


@pytest.mark.parametrize("name", LAYERS)
def test_coordinates_in_the_packs_own_system_are_the_packs(service, pack, name):
    truth = in_file(pack, name)
    reply = items(service, name, crs=f"{EPSG}25832")
    assert reply["numberMatched"] == len(truth) == len(reply["features"])
    assert largest_distance(shapes(reply), truth.geometry.to_numpy()) < MM


@pytest.mark.parametrize("code", [25833, 4326])
def test_coordinates_in_other_systems_are_projs_own(service, pack, code):
    east, north = shapely.get_coordinates(in_file(pack, "stations").geometry.to_numpy()).T
    # In the order of the axes that the system declares: latitude first in EPSG:4326.
    expected = np.column_stack(Transformer.from_crs(25832, code).transform(east, north))
    found = shapely.get_coordinates(shapes(items(service, "stations", crs=f"{EPSG}{code}")))
    assert np.abs(found - expected).max() < (MM if code != 4326 else 1e-8)


def test_without_a_system_named_coordinates_are_longitude_and_latitude(service):
    reply = service.get("/collections/zones/items", params={"f": "json"})
    assert reply.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    lon, lat = shapely.get_coordinates(shapes(reply.json())).T
    assert (lon > 10.5).all() and (lon < 11.5).all()  # noqa: PT018
    assert (lat > 59.7).all() and (lat < 60.3).all()  # noqa: PT018


def test_a_box_finds_what_touches_it_and_nothing_else(service, pack):
    parcels = in_file(pack, "parcels")
    corner = parcels.geometry.iloc[0].centroid
    box = shapely.box(corner.x - 150, corner.y - 150, corner.x + 150, corner.y + 150)
    expected = np.flatnonzero(shapely.intersects(parcels.geometry.to_numpy(), box)) + 1
    assert 1 < len(expected) < 200
    bounds = ",".join(map(str, box.bounds))
    found = items(service, "parcels", bbox=bounds, **{"bbox-crs": f"{EPSG}25832"})
    assert [feature["id"] for feature in found["features"]] == expected.tolist()
    assert found["numberMatched"] == len(expected)


def test_a_box_in_degrees_finds_the_one_station_that_stands_in_it(service):
    everything = items(service, "stations")["features"]
    lon, lat = everything[3]["geometry"]["coordinates"]
    box = f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}"
    assert [one["id"] for one in items(service, "stations", bbox=box)["features"]] == [4]


def test_many_readers_at_once_get_the_same(service):
    def ask(_):
        lon = 11.05
        box = f"{lon - 0.02},59.9,{lon + 0.02},60.0"
        return json.dumps(items(service, "parcels", bbox=box)["features"])

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert len(answers) == 1
    assert len(json.loads(answers.pop())) > 50


def test_unknown_stays_null_and_a_number_a_number(service, pack):
    truth = in_file(pack, "projects")["gross_area_m2"]
    found = column(items(service, "projects"), "gross_area_m2")
    assert truth.isna().sum() > 0
    assert found == [None if np.isnan(value) else value for value in truth]


def test_norwegian_letters_and_yes_or_no_come_through(service, pack):
    found = items(service, "zones")
    assert "Skedsmokorset" in column(found, "name")
    assert any("ø" in name for name in column(found, "name"))
    assert column(found, "name") == in_file(pack, "zones")["name"].tolist()
    assert set(column(found, "illustrative")) == {True}


def test_a_property_that_is_asked_for_filters(service, pack):
    parcels = in_file(pack, "parcels")
    wanted = parcels["parcel_id"].iloc[7]
    count = int((parcels["parcel_id"] == wanted).sum())
    assert items(service, "parcels", parcel_id=wanted)["numberMatched"] == count
    truth = in_file(pack, "buildings")["floors"]
    assert items(service, "buildings", floors="2")["numberMatched"] == int((truth == 2).sum()) > 0
    assert items(service, "zones", illustrative="false")["numberMatched"] == 0
    assert items(service, "buildings", floors="to")["numberMatched"] == 0


def test_features_come_in_the_order_asked_for_over_pages(service, pack):
    first = get(service, "/collections/zones/items", sortby="-name", limit=6)
    rest = get(service, "/collections/zones/items", sortby="-name", limit=6, offset=6)
    expected = sorted(in_file(pack, "zones")["name"], reverse=True)
    assert column(first, "name") + column(rest, "name") == expected


def test_one_feature_can_be_had_and_one_that_is_not_there_is_not_found(service):
    assert get(service, "/collections/zones/items/2")["id"] == 2
    for name in ("12", "0", "-1", "zones", "²"):
        assert service.get(f"/collections/zones/items/{name}").status_code == 404


def test_what_can_be_asked_for_is_told_with_its_type(service):
    told = get(service, "/collections/zones/queryables")["properties"]
    assert told["name"]["type"] == "string"
    assert told["illustrative"]["type"] == "boolean"
    assert told["anchor_accuracy_m"]["type"] == "number"


def test_a_filter_that_is_not_supported_is_refused_rather_than_passed_over(service):
    reply = service.get("/collections/zones/items", params={"filter": "abc='A'"})
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("name", "badge"),
    [
        ("zones", "illustrativ"),
        ("parcels", "syntetisk"),
        ("stations", None),
        ("reserve_zones", "illustrativ, syntetisk"),
        ("projects_rule", "illustrativ"),
    ],
)
def test_every_feature_and_the_description_carry_the_badges(service, pack, name, badge):
    found = items(service, name)
    assert set(column(found, "badge")) == {badge}
    assert set(column(found, "pack_sha256")) == {pack.sha256}
    said = get(service, f"/collections/{name}")["description"]
    assert ("Syntetiske data" in said) == ("syntetisk" in (badge or ""))
    assert ("Illustrativ avgrensning" in said) == ("illustrativ" in (badge or ""))
    assert pack.sha256 in said
    assert "Lisens: " in said


def test_vacant_land_by_zone_is_what_the_command_line_says(service, pack, capsys):
    assert command_line(["reserve", "--json", "--pack", str(pack.directory)]) == 0
    truth = {zone["zone_id"]: zone for zone in json.loads(capsys.readouterr().out)["zones"]}
    zones = [feature["properties"] for feature in items(service, "reserve_zones")["features"]]
    found = {zone["zone_id"]: zone for zone in zones}
    assert found.keys() == truth.keys()
    for zone, figures in truth.items():
        for name in ("gross_m2", "built_m2", "reserve_m2", "densification_bra_m2"):
            assert found[zone][name] == pytest.approx(figures[name], abs=0.01)
    plots = sum(column(items(service, "reserve_plots"), "reserve_m2"))
    assert plots == pytest.approx(sum(zone["reserve_m2"] for zone in truth.values()), abs=1)


def test_projects_are_the_lists_own_and_name_nobody_who_entered_them(service, pack):
    found = items(service, "projects_rule")
    assert found["numberMatched"] == len(pack.layer("projects")) + 1
    new = column(found, "name").index("Ny fabrikk på Heia")
    assert found["features"][new]["properties"]["share_inside_regional"] == 1
    assert "etter endring nr. " in found["features"][new]["properties"]["source"]
    assert AUTHOR not in json.dumps(found, ensure_ascii=False)
    english = get(service, "/collections/projects_rule", lang="en")["description"]
    assert "The list of projects in Næringsareal, after change no. " in english


@pytest.mark.parametrize("path", ["/collections/context", "/collections/stations/items"])
def test_a_hostile_text_is_served_as_it_stands_with_no_secret_filled_in(service, path):
    text = service.get(path, params={"f": "json"}).text
    assert HOSTILE in text
    assert SECRET not in text + service.get(path, params={"f": "html"}).text


def test_no_browser_runs_a_hostile_text_or_fetches_from_elsewhere(service):
    page = service.get("/collections/stations/items", params={"f": "html"})
    assert "<script>alert(1)" in page.text  # pygeoapi does not escape it, so the header must hold
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert {"http:", "https:", "*"} & set(" ".join(policy.values()).split()) == set()


def test_gdal_reads_every_collection_with_the_right_count(service, ogrinfo, pack):
    done = subprocess.run(  # noqa: S603  # found on the path by name
        [ogrinfo, "-ro", "-al", "-so", f"OAPIF:{service.base_url}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = dict(re.findall(r"Layer name: (\w+).*?Feature Count: (\d+)", done.stdout, re.DOTALL))
    assert {*found} == {*LAYERS, *RESULTS}
    counts = {name: str(len(in_file(pack, name))) for name in LAYERS}
    assert {name: found[name] for name in LAYERS} == counts
    assert found["reserve_zones"] == "11"
    assert "ERROR" not in done.stderr


def test_gdal_reads_all_pages_with_values_and_shapes(service, ogrinfo, pack, tmp_path):
    # OAPIF of GDAL 3.6 asks for degrees; brought back, the pack's coordinates are to return.
    target = tmp_path / "read.gpkg"
    ogr2ogr = shutil.which("ogr2ogr", path=os.path.dirname(ogrinfo))  # noqa: PTH120
    options = ["-t_srs", "EPSG:25832", "-oo", "PAGE_SIZE=500", str(target)]
    subprocess.run(  # noqa: S603  # beside ogrinfo
        [ogr2ogr, *options, f"OAPIF:{service.base_url}", "parcels"], check=True, timeout=60
    )
    found, truth = pyogrio.read_dataframe(target), in_file(pack, "parcels")
    assert found["parcel_id"].tolist() == truth["parcel_id"].tolist()
    assert largest_distance(found.geometry.to_numpy(), truth.geometry.to_numpy()) < MM


def test_the_page_knows_the_service_by_its_pack(service, pack):
    address = str(service.base_url)
    assert service_panel.state(address, pack.sha256) == "running"
    assert service_panel.state(address, "0" * 64) == "other_pack"


def refusal(capsys, *options):
    """The one sentence with which the command refuses; it says nothing else."""
    assert main([*options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_a_port_in_use_is_said_in_one_sentence(service, capsys):
    port = str(service.base_url.port)
    assert refusal(capsys, "--port", port).startswith(f"Port {port} er opptatt")


def test_a_pack_that_is_not_there_is_said_in_one_sentence(capsys, tmp_path):
    said = refusal(capsys, "--pack", str(tmp_path), "--port", str(free_port()))
    assert said.startswith("Det ligger ingen datapakke i ")


def test_an_address_that_the_machine_does_not_have_is_said_in_one_sentence(capsys):
    said = refusal(capsys, "--host", "192.0.2.1", "--port", str(free_port()))
    assert said.startswith("Denne maskinen har ikke adressen «192.0.2.1»")


@pytest.mark.parametrize("port", ["0", "65536", "fem"])
def test_a_port_that_is_none_is_said_in_the_readers_language(capsys, port):
    assert port in refusal(capsys, "--port", port, "--lang", "en")


def test_without_pygeoapi_the_command_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pygeoapi", None)  # as Python marks what cannot be imported
    assert main(["--port", "5999"]) == 2
    said = capsys.readouterr()
    assert "make serve-api" in said.err
    assert said.out == ""


def test_another_address_is_told_to_be_open_and_an_interrupt_ends_it_quietly(tmp_path):
    small = changed_pack(tmp_path / "pack", drop={*LAYERS} - {"zones", "projects"})
    with serving(tmp_path, small, host="127.0.0.2") as (process, address, said):
        names = {
            one["id"] for one in httpx.get(f"{address}/collections?f=json").json()["collections"]
        }
        assert names == {"zones", "projects", "zone_figures"}
        cached = [*(tmp_path / "cache" / "naeringsareal" / "publish").iterdir()]
        assert [path.name[:16] for path in cached] == [read_pack(small).sha256[:16]]
        assert not (tmp_path / "ledger.sqlite").exists()  # to publish is to read
        shutil.rmtree(tmp_path / "cache")  # as the start of another version does
        reply = httpx.get(f"{address}/collections/zones/items?f=json", trust_env=False).json()
        assert len(reply["features"]) == 11
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        text = said.read_text(encoding="utf-8")
    assert address in text
    assert "åpen for alle som når denne maskinen" in text
    assert "Uten ledig areal, tomt for tomt: datapakken mangler laget «eiendomsteiger»." in text
    assert "Traceback" not in text
