"""What each format says of its layer, and that programs of others read it."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from defusedxml import ElementTree

from geo import i18n
from geo.catalogue import entries as catalogue_entries
from geo.catalogue.codebook import codebook
from geo.catalogue.qgis import export_together
from geo.catalogue.results import product
from geo.catalogue.selection import Area, content
from geo.formats import excel
from geo.formats.content import Content
from geo.formats.provenance import Provenance
from geo.formats.shapefile import short_names
from geo.formats.write import FORMATS, as_file, export_content
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square
from tests.support.whole_pack import whole_desk, whole_pack

X, Y = 610_000, 6_640_000
EVIL = "<b>ond</b> =1+1"
PROVENANCE = Provenance(
    source="Kilden",
    licence="Lisensen",
    date="2026",
    synthetic=True,
    illustrative=True,
    pack_sha256="ab12",
    parameters="bredde=7",
    calculation_id="c0ffee",
)


@pytest.fixture(scope="module")
def pack():
    return whole_pack()


@pytest.fixture(scope="module")
def together(pack, tmp_path_factory):
    path = tmp_path_factory.mktemp("alt") / "alt.gpkg"
    entries = catalogue_entries.entries()
    export_together([(e, content(product(whole_desk(pack), e.name), pack)) for e in entries], path)
    return path


def explained(**columns):
    frame = rows(square(X, Y, side=10), zone_id="a").assign(**columns)
    return Content(
        frame=frame,
        provenance=PROVENANCE,
        codebook=codebook(frame, "zones"),
        title="Næringsområder",
    )


def whole_text(path):
    """All that a file says, as text."""
    if path.suffix in {".zip", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    beside = "".join(
        one.read_text(encoding="utf-8") for one in path.parent.iterdir() if one != path
    )
    return path.read_bytes().decode("utf-8", "replace") + beside


@pytest.mark.parametrize("ending", FORMATS)
def test_each_format_says_where_the_layer_comes_from_and_what_its_columns_mean(tmp_path, ending):
    path = tmp_path / f"lag{ending}"
    export_content(explained(), path)
    said = whole_text(path)
    meaning = i18n.say("codebook.zone_id")
    for text in ("Kilden", "Lisensen", "ab12", "bredde=7", "c0ffee", meaning):
        assert text in said, text
    marked = i18n.say("export.synthetic") in said or "synthetic" in said
    assert marked


@pytest.mark.parametrize("ending", FORMATS)
def test_names_of_columns_do_no_harm(tmp_path, ending):
    names = ["=cmd()", "<b>", "fid", "geom", "geometry_", "id", "ID", "description", "ogc_fid"]
    names += ["", "æ" * 40, "begin", "wkt", "crs", "badge", "source"]
    export_content(explained(**dict.fromkeys(names, EVIL)), tmp_path / f"lag{ending}")
    said = whole_text(tmp_path / f"lag{ending}")
    assert "ond" in said


@pytest.mark.parametrize("ending", [one for one in FORMATS if one not in {".csv", ".xlsx"}])
def test_gdal_reads_the_file(tmp_path, ogrinfo, ending):
    path = tmp_path / f"lag{ending}"
    export_content(explained(tall=2.5), path)
    if ending == ".parquet":  # which Debian's GDAL has no driver for
        assert path.read_bytes()[:4] == b"PAR1"
        return
    told = run(ogrinfo, "-ro", "-al", f"/vsizip/{path}/lag.shp" if ending == ".zip" else path)
    assert "POLYGON" in told
    assert "zone_id (String) = a" in told


def run(*command):
    done = subprocess.run(  # noqa: S603  # our own command
        [str(part) for part in command], capture_output=True, text=True, check=True
    )
    assert "ERROR" not in done.stderr
    return done.stdout


def test_everything_in_one_geopackage_is_valid_and_read_by_gdal(together, ogrinfo, pack):
    told = run(ogrinfo, "-ro", "-so", "-al", together)
    sections = told.split("Layer name: ")
    parcels = next(one for one in sections if one.startswith("parcels\n"))
    assert f"Feature Count: {len(pack.layer('parcels'))}\n" in parcels
    with sqlite3.connect(together) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)  # GPKG
        tables = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
    database.close()
    assert {"about", "codebook", "layer_styles", "context_line", "context_polygon"} <= tables
    assert {e.name for e in catalogue_entries.entries()} - tables == {"context"}
    assert {one.name for one in together.parent.iterdir()} == {"alt.gpkg"}


def test_every_layer_has_a_style_for_each_of_its_values(together):
    styles = pyogrio.read_dataframe(together, layer="layer_styles")
    # QGIS asks for all of these, and finds no style where one is lacking.
    asked = "f_table_catalog f_table_schema f_table_name f_geometry_column styleName styleQML "
    asked += "styleSLD useAsDefault description owner ui update_time"
    assert set(asked.split()) <= set(styles.columns)
    layers = [name for name, kind in pyogrio.list_layers(together) if kind is not None]
    assert styles["f_table_name"].tolist() == layers
    for row in styles.itertuples():
        renderer = ElementTree.fromstring(row.styleQML).find("renderer-v2")
        assert ElementTree.fromstring(row.styleSLD).tag.endswith("StyledLayerDescriptor")
        symbols = {one.get("name") for one in renderer.iter("symbol")}
        if renderer.get("type") == "singleSymbol":
            assert symbols == {"0"}
            continue
        values = {one.get("value") for one in renderer.iter("category")}
        frame = pyogrio.read_dataframe(together, layer=row.f_table_name)
        held = {str(v).lower() if isinstance(v, bool) else v for v in frame[renderer.get("attr")]}
        assert held <= values
        assert {one.get("symbol") for one in renderer.iter("category")} == symbols


def test_the_tables_explain_every_layer_and_column(together):
    about = pyogrio.read_dataframe(together, layer="about")
    book = pyogrio.read_dataframe(together, layer="codebook")
    names = {entry.name for entry in catalogue_entries.entries()}
    assert set(about["layer"]) == names
    assert set(book["layer"]) == names
    badges = about[(about["layer"] == "parcels") & (about["label"] == i18n.say("about.badges"))]
    assert "Syntetiske data" in badges["value"].item()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_column_has_a_meaning_and_every_code_a_word(pack, language):
    for entry in catalogue_entries.entries():
        frame = product(whole_desk(pack), entry.name).frame
        for column in codebook(frame, entry.name, language):
            assert column.meaning, (entry.name, column.name)
            assert not any("." in word and " " not in word for word in column.codes.values())
            if column.codes:
                held = {re.sub(r"\.0$", "", str(v)) for v in frame[column.name].dropna()}
                assert held <= set(column.codes), (entry.name, column.name)


def test_a_shapefile_tells_what_it_has_shortened(tmp_path):
    frame = rows(square(X, Y), svært_langt_navn="å" * 200, svært_langt_navn_nr_to="kort")
    export_content(Content(frame=frame, provenance=PROVENANCE), tmp_path / "lag.zip")
    with zipfile.ZipFile(tmp_path / "lag.zip") as archive:
        readme = archive.read("LESMEG.txt").decode("utf-8-sig")
    assert "svaert_lan = svært_langt_navn" in readme
    assert "svaert_la2 = svært_langt_navn_nr_to" in readme
    assert "1 tekst i «svært_langt_navn» er kortet ned til 254 byte" in readme
    read = pyogrio.read_dataframe(tmp_path / "lag.zip", layer="lag")
    assert read["svaert_lan"].item() == "å" * 127  # two bytes each, none through the middle


def test_short_names_are_all_different_whatever_the_case():
    names = ["utnyttingsgrad_a", "UTNYTTINGSGRAD_B", "utnyttings", "", "æøå", "1"]
    short = short_names(names)
    lower = [one.lower() for one in short.values()]
    assert len(set(lower)) == len(names)
    assert all(1 <= len(one) <= 10 and one.isascii() for one in lower)


def test_excel_has_text_as_text_and_a_badge_on_every_row(tmp_path):
    export_content(explained(navn="=1+1", nummer="0301", tall=2.5), tmp_path / "lag.xlsx")
    book = openpyxl.load_workbook(tmp_path / "lag.xlsx")
    assert book.sheetnames == ["Data", "Kodebok", "Om filen"]
    head, row = book["Data"].iter_rows()
    cells = {one.value: cell for one, cell in zip(head, row, strict=True)}
    assert cells["navn"].value == "=1+1"
    assert cells["navn"].data_type == "s"  # not a formula
    assert cells["nummer"].value == "0301"
    assert cells["tall"].value == 2.5
    assert "Syntetiske data" in cells["badge"].value


def test_excel_continues_an_outline_that_is_longer_than_a_cell(tmp_path):
    round_one = shapely.Point(X, Y).buffer(1000, quad_segs=500)
    content = Content(frame=rows(round_one), provenance=PROVENANCE)
    export_content(content, tmp_path / "lag.xlsx")
    head, row = openpyxl.load_workbook(tmp_path / "lag.xlsx")["Data"].iter_rows(values_only=True)
    cells = dict(zip(head, row, strict=True))
    assert len(cells["wkt"]) == 32_767
    whole = shapely.from_wkt(cells["wkt"] + cells["wkt_2"])
    assert whole.area == pytest.approx(round_one.area, rel=1e-9)


def test_more_features_than_a_sheet_has_rows_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MAX_ROWS", 2)
    content = Content(frame=rows(square(X, Y), square(X, Y)), provenance=PROVENANCE)
    with raising("error.too_many_rows", match="GeoPackage"):
        export_content(content, tmp_path / "lag.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_described_after_the_w3c():
    file = as_file(explained(tall=2.5), "lag.csv")
    assert (file.name, file.mime) == ("lag.csv.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        table = list(csv.reader(io.StringIO(archive.read("lag.csv").decode("utf-8-sig"))))
        described = json.loads(archive.read("lag.csv-metadata.json"))
    assert described["url"] == "lag.csv"
    assert [one["titles"] for one in described["tableSchema"]["columns"]] == table[0]
    assert described["dc:source"] == "Kilden"


def test_results_of_made_up_plots_say_that_they_show_the_method(pack, tmp_path):
    line = "Demonstrasjonsdata: viser metoden, ikke Lillestrøm"
    for name in ("reserve_plots", "reserve_parts", "reserve_zones"):
        said = product(whole_desk(pack), name).provenance
        assert said.members()["demonstration"] == line
        assert said.warnings()[0] == f"{line}."
        assert "shows the method, not Lillestrøm." in said.describe("en")
    for name in ("zone_figures", "projects_rule", "zones"):
        said = product(whole_desk(pack), name).provenance
        assert "demonstration" not in said.members()
        assert line not in said.describe()
    export_content(content(product(whole_desk(pack), "reserve_zones"), pack), tmp_path / "z.gpkg")
    kept = pyogrio.read_info(tmp_path / "z.gpkg", layer="z")["layer_metadata"]
    assert kept["demonstration"] == line


def test_the_balance_of_zones_is_written_in_whole_square_metres(pack):
    written = product(whole_desk(pack), "reserve_zones").frame["balance_error_m2"]
    assert (written == 0).all()


def test_parts_of_a_layer_keep_their_figures_and_say_which_part_it_is(pack):
    whole = content(product(whole_desk(pack), "reserve_plots"), pack)
    part = content(
        product(whole_desk(pack), "reserve_plots"), pack, area=Area.of_zone(pack, "kjeller")
    )
    assert 0 < len(part.frame) < len(whole.frame)
    same = whole.frame.loc[part.frame.index]
    pd.testing.assert_frame_equal(pd.DataFrame(part.frame), pd.DataFrame(same))
    assert part.provenance.parameters.endswith("area=zone:kjeller")
    assert part.provenance.calculation_id != whole.provenance.calculation_id
    again = content(
        product(whole_desk(pack), "reserve_plots"), pack, area=Area.of_zone(pack, "kjeller")
    )
    assert again.provenance == part.provenance


def test_all_in_one_is_a_geopackage_and_nothing_else(tmp_path):
    with raising("error.format_unknown", match=r"\.gpkg"):
        export_together([], tmp_path / "alt.geojson")


def test_writing_tells_how_far_it_has_come(tmp_path):
    frame = rows(*[square(X, Y + 20 * n, side=10) for n in range(12_000)])
    for ending in FORMATS:
        told = []
        content = Content(frame=frame, provenance=PROVENANCE)
        export_content(content, tmp_path / f"lag{ending}", progress=told.append)
        assert told[0] == 0.0
        assert told[-1] == 1.0
        assert told == sorted(told)
        assert len(told) > 2


def test_the_catalogue_promises_the_badges_that_the_products_carry(pack):
    for entry in catalogue_entries.entries():
        assert set(product(whole_desk(pack), entry.name).provenance.badges) == entry.badges(pack), (
            entry.name
        )
    assert catalogue_entries.entry("corridor").badges(pack) == {"illustrative"}  # its width is ours
