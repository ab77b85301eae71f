"""A pack that was written is the pack that is read, whatever stands in it."""

from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.pack.read import read_pack
from geo.pack.write import Imprint, write_pack
from geo.schema.manifest import LayerInfo
from tests.support.errors import raising

SQUARE = shapely.box(620_000, 6_640_000, 620_100, 6_640_100)
FAR = shapely.box(621_000, 6_640_000, 621_100, 6_640_100)


def parcels(*shapes):
    ids = [f"{number}/1" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame(
        {"parcel_id": ids, "synthetic": False}, geometry=list(shapes), crs="EPSG:25832"
    )


def imprint(**about):
    return Imprint("Prøvebygd", "0301", "2026-01-02", {"parcels": about})


def test_a_written_pack_is_read_with_its_name_and_without_findings(tmp_path):
    about = {"source": "Kartverket", "licence": "CC BY 4.0", "date": "2026", "accuracy": "1 m"}
    sha256 = write_pack(tmp_path, {"parcels": parcels(SQUARE)}, imprint(**about, synthetic=False))
    pack = read_pack(tmp_path)
    assert (pack.name, pack.municipality_no, pack.built) == ("Prøvebygd", "0301", "2026-01-02")
    assert pack.sha256 == sha256
    assert pack.layer("parcels").geometry.item().equals(SQUARE)
    assert pack.info("parcels") == LayerInfo(**about, synthetic=False, features=1)
    assert not [found for found in pack.findings if found.layer in {"parcels", "manifest.toml"}]


def test_the_manifest_keeps_what_constraints_answer_for_beyond_the_agreed_form(tmp_path):
    def frame(kinds, years):
        return gpd.GeoDataFrame(
            {"kind": kinds, "recurrence_years": years}, geometry=[SQUARE] * 2, crs="EPSG:25832"
        )

    layers = {"constraint_coverage": frame(["noise", "flood"], [None, 200.0])}
    write_pack(tmp_path, layers, imprint())
    kept = read_pack(tmp_path).info("constraint_coverage").answers
    assert kept == ("noise", "recurrence_years")
    # What a layer was made to answer for stays so though nothing of it is left.
    told = {"constraint_coverage": {"answers": kept}}
    less = {"constraint_coverage": frame(["nature", "flood"], [None, None])}
    write_pack(tmp_path, less, Imprint("P", "0301", "2026-01-02", told))
    assert read_pack(tmp_path).info("constraint_coverage").answers == kept
    write_pack(tmp_path, less, imprint())
    assert read_pack(tmp_path).info("constraint_coverage").answers is None


def test_single_and_multiple_polygons_stand_in_one_layer(tmp_path):
    both = shapely.MultiPolygon([SQUARE, FAR])
    write_pack(tmp_path, {"parcels": parcels(SQUARE, both)}, imprint())
    assert read_pack(tmp_path).layer("parcels").geometry.area.tolist() == [10_000, 20_000]


def test_the_same_layers_on_the_same_day_are_the_same_bytes_even_from_many_threads(tmp_path):
    def write(number):
        return write_pack(tmp_path / str(number), {"parcels": parcels(SQUARE)}, imprint())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(write, range(16)))) == 1


def test_a_pack_is_replaced_and_what_lies_beside_it_is_left_alone(tmp_path):
    (tmp_path / "strategy.toml").write_text("mine")
    write_pack(tmp_path, {"parcels": parcels(SQUARE, FAR)}, imprint())
    write_pack(tmp_path, {"parcels": parcels(SQUARE)}, imprint())
    assert len(read_pack(tmp_path).layer("parcels")) == 1
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"pack.gpkg", "manifest.toml", "strategy.toml"}


def test_what_is_not_known_of_a_layer_is_left_out_of_the_manifest(tmp_path):
    write_pack(tmp_path, {"parcels": parcels(SQUARE)}, imprint(source=None, url="https://x.no"))
    assert "source" not in (tmp_path / "manifest.toml").read_text(encoding="utf-8")
    assert read_pack(tmp_path).info("parcels").url == "https://x.no"


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_of_a_source_comes_back_as_it_was(text, tmp_path):
    write_pack(tmp_path, {"parcels": parcels(SQUARE)}, imprint(source=text, note='x"\n[layers.a]'))
    pack = read_pack(tmp_path)
    assert pack.info("parcels").source == text
    assert set(pack.manifest) == {"parcels"}


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with raising("error.file_unwritable", match="kan ikke lagres"):
        write_pack(tmp_path / "file" / "pack", {"parcels": parcels(SQUARE)}, imprint())
