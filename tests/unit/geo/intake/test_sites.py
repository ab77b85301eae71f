"""Files as users have them: CSV from Excel, zipped shapefiles, GeoJSON with and without a CRS."""

from __future__ import annotations

import json
import zipfile

import pytest
from shapely import LineString, Point, Polygon

from geo.intake.sites import UnusableFileError, open_sites, read_areas
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 614_196.2, 6_647_965.6  # Lillestrøm stasjon
LON, LAT = 11.044676, 59.953221
PLOT = square(X, Y, side=100)


def written(tmp_path, text, *, name="steder.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def notes(frame):
    return [finding.msgid for finding in frame.attrs["assumptions"]]


@pytest.mark.parametrize(
    "text",
    [
        f"lon,lat,jobs\n{LON},{LAT},5\n",
        f"Lengdegrad;Breddegrad;Arbeidsplasser\n{LON};{LAT};5\n".replace(".", ","),
        f"JOBS\tLat\tLON\n5\t{LAT}\t{LON}\n",
    ],
)
def test_a_table_in_degrees(tmp_path, text):
    sites = open_sites(written(tmp_path, text))
    assert sites.crs.to_epsg() == 25832
    assert sites.distance(Point(X, Y)).item() < 1
    assert sites["jobs"].tolist() == [5]
    assert notes(sites) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_in_metres_as_excel_saves_it(tmp_path, encoding):
    text = f"sep=;\r\nNavn;Øst;Nord;BRA\r\nBlåbær;{X};{Y};1 200,5\r\n".replace(".", ",")
    sites = open_sites(written(tmp_path, text, encoding=encoding))
    assert sites.geometry.item() == Point(X, Y)
    assert sites["name"].item() == "Blåbær"
    assert sites["gross_area_m2"].item() == 1200.5
    assert notes(sites) == ["finding.assumed_utm32"]


def test_x_is_north_in_norwegian_surveying(tmp_path):
    sites = open_sites(written(tmp_path, f"x,y\n{Y},{X}\n"))
    assert sites.geometry.item() == Point(X, Y)
    assert "finding.assumed_axes" in notes(sites)


def test_one_site_astray_is_named_and_the_others_are_kept(tmp_path):
    text = f"id,east,north\na,{X},{Y}\nb,{X},{Y}\nc,0,0\nd,,\n"
    sites = open_sites(written(tmp_path, text))
    assert sites["id"].tolist() == ["a", "b"]
    assert [f.feature for f in sites.attrs["assumptions"] if f.severity == "error"] == ["d", "c"]


def test_sites_without_id_are_called_by_their_row(tmp_path):
    sites = open_sites(written(tmp_path, f"id,lon,lat\n,{LON},{LAT}\n007,{LON},{LAT}\n"))
    assert sites["id"].tolist() == ["1", "007"]


def test_numbers_that_cannot_be_read_are_unknown_and_named(tmp_path):
    sites = open_sites(written(tmp_path, f"lon,lat,jobs\n{LON},{LAT},mange\n"))
    assert sites["jobs"].isna().all()
    assert notes(sites) == ["finding.value_unreadable"]


@pytest.mark.parametrize(
    ("columns", "values", "error"),
    [
        ("jobs", "-1", "error.negative_jobs"),
        ("bra", "-1", "error.negative_area"),
        ("jobs_low,jobs_high", "9,3", "error.jobs_interval"),
    ],
)
def test_numbers_without_sense_are_refused(tmp_path, columns, values, error):
    text = f"id,lon,lat,{columns}\ntomta,{LON},{LAT},{values}\n"
    with raising(error, match="tomta"):
        open_sites(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "error.file_empty"),
        ("lon,lat\n", "error.table_no_rows"),
        ("a,b\n1,2\n", "error.coordinate_columns"),
        ("lon,lat\n,\n", "error.table_no_rows"),
        ("lon,lat\n11,\n", UnusableFileError),
        ("x,y\n500,500\n", "error.crs_ask"),
        ('lon,lat\n1,2,3,4\n5,"6\n', "error.quote_open"),
    ],
)
def test_a_table_that_cannot_be_used_is_a_clear_error(tmp_path, text, error):
    with raising(error, match="steder") as raised:
        open_sites(written(tmp_path, text))
    assert "\n" not in raised.value.say("en")


@pytest.mark.parametrize("name", ["a.gpkg", "a.zip", "a.geojson", "a.gml", "a.shp", "a.parquet"])
@pytest.mark.parametrize("content", ["ikke kart", "\x00" * 200])
def test_a_file_of_another_kind_is_a_clear_error_without_noise(tmp_path, name, content, capfd):
    with raising("error.file_unreadable", match="a"):
        open_sites(written(tmp_path, content, name=name))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["a.gpkg", "a.zip", "a.geojson", "a.gml", "a.shp", "a.parquet"])
def test_a_file_of_no_bytes_is_an_empty_file(tmp_path, name):
    with raising("error.file_empty", match=name):
        open_sites(written(tmp_path, "", name=name))


def test_rows_longer_than_their_headings_are_refused(tmp_path):
    with raising("error.rows_too_long", match="rad 2"):
        open_sites(written(tmp_path, f"øst,nord\n{X},{Y},1,2\n"))


def test_a_missing_file_and_a_folder_are_clear_errors(tmp_path):
    with raising("error.file_missing", match="borte"):
        open_sites(tmp_path / "borte.gpkg")
    with raising("error.file_unreadable"):
        open_sites(tmp_path)


@pytest.mark.parametrize("inside", ["", "mappe/"])
def test_a_zipped_shapefile_with_its_short_column_names(tmp_path, inside):
    folder = tmp_path / "shape"
    folder.mkdir()
    columns = {"navn": "Tomt", "arbeidspla": 7, "bra": 100.0}
    rows(PLOT, **columns).to_file(folder / "tomter.shp")
    with zipfile.ZipFile(tmp_path / "tomter.zip", "w") as archive:
        for member in folder.iterdir():
            archive.write(member, inside + member.name)
    sites = open_sites(tmp_path / "tomter.zip")
    assert sites[["name", "jobs"]].to_numpy().tolist() == [["Tomt", 7.0]]
    assert sites.area.item() == pytest.approx(10_000)


def test_an_exact_name_wins_over_a_synonym(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(PLOT, ansatte=1, jobs=2).to_file(path)
    assert open_sites(path)["jobs"].item() == 2


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        *(
            ("Antall ansatte", "jobs"),
            ("Ansatte 2024", "jobs"),
            ("Arbeidsplasser (antall)", "jobs"),
        ),
        *(
            ("Ansatte [antall]", "jobs"),
            ("Antall ansatte (2024)", "jobs"),
            ("ansatte_2024", "jobs"),
        ),
        *(("BRA (m²)", "gross_area_m2"), ("Bruksareal (m2)", "gross_area_m2")),
        *(("BRA m²", "gross_area_m2"), ("Bruksareal [m2] 2024", "gross_area_m2")),
        *(("BRA i m2", "gross_area_m2"), ("Gulvareal (i kvm)", "gross_area_m2")),
        *(("Tomteareal (m²)", "site_area_m2"), ("Arbeidsplasser lav (antall)", "jobs_low")),
    ],
)
def test_a_heading_may_have_a_unit_or_a_year_behind_it(tmp_path, heading, field):
    sites = open_sites(written(tmp_path, f"lon;lat;{heading}\n{LON};{LAT};40\n"))
    assert sites[field].tolist() == [40]
    assert notes(sites) == []


def test_a_name_of_a_plot_is_the_site_s(tmp_path):
    sites = open_sites(written(tmp_path, f"lon;lat;Navn på tomt\n{LON};{LAT};Nes\n"))
    assert sites["name"].tolist() == ["Nes"]


@pytest.mark.parametrize(
    "heading",
    ["Årsverk", "årsverk 2024", "Antall årsverk", "Ansatte (årsverk)", "Årsverk (antall)"],
)
def test_full_time_equivalents_are_no_jobs_and_told(tmp_path, heading):
    sites = open_sites(written(tmp_path, f"lon;lat;{heading}\n{LON};{LAT};40\n"))
    assert "jobs" not in sites
    (told,) = sites.attrs["assumptions"]
    assert told.msgid == "finding.column_full_time"
    assert f"«{heading}»" in told.say("nb")


@pytest.mark.parametrize(
    "heading", ["Tomteareal (daa)", "BRA (1000 m²)", "Ansatte (maks)", "Bruksareal (kontor)"]
)
def test_a_heading_that_says_another_figure_is_not_ours_and_told(tmp_path, heading):
    sites = open_sites(written(tmp_path, f"lon;lat;{heading}\n{LON};{LAT};40\n"))
    assert not {"jobs", "gross_area_m2", "site_area_m2"} & set(sites)
    assert notes(sites) == ["finding.column_unused"]
    assert f"«{heading}»" in sites.attrs["assumptions"][0].say("nb")


@pytest.mark.parametrize(
    ("headings", "read", "unused"),
    [
        ("Ansatte 2024;Arbeidsplasser", 2, ["Ansatte 2024"]),
        ("Arbeidsplasser;jobs (antall)", 1, ["jobs (antall)"]),
        ("Ansatte 2020;Ansatte 2024", 2, ["Ansatte 2020"]),
        ("Ansatte 2024;Ansatte 2020", 1, ["Ansatte 2020"]),
        ("Ansatte 2024;Årsverk", 1, ["Årsverk"]),
    ],
)
def test_of_two_columns_the_exact_name_or_the_newest_year_counts(tmp_path, headings, read, unused):
    sites = open_sites(written(tmp_path, f"lon;lat;{headings}\n{LON};{LAT};1;2\n"))
    assert sites["jobs"].tolist() == [read]
    assert [one.parts["column"] for one in sites.attrs["assumptions"]] == unused


def test_geojson_in_metres_without_a_system_is_taken_for_utm32_and_told(tmp_path):
    ring = [list(position) for position in PLOT.exterior.coords]
    text = json.dumps({"type": "Polygon", "coordinates": [ring]})
    sites = open_sites(written(tmp_path, text, name="a.geojson"))
    assert sites.area.item() == pytest.approx(10_000)
    assert notes(sites) == ["finding.assumed_utm32"]


def test_a_self_crossing_site_is_repaired_and_told(tmp_path):
    bow_tie = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    rows(bow_tie, id="a").to_file(tmp_path / "a.gpkg")
    assert notes(open_sites(tmp_path / "a.gpkg")) == ["finding.geometry_repaired"]


def test_gml_leaves_nothing_beside_the_file(tmp_path):
    rows(PLOT, name="Tomt").to_file(tmp_path / "a.gml", driver="GML")
    (tmp_path / "a.xsd").unlink()
    sites = open_sites(tmp_path / "a.gml")
    assert sites.area.item() == pytest.approx(10_000)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gml"]


def test_areas_count_as_their_column_says(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(PLOT, PLOT, PLOT, navn="A", counts=["ja", "0", "kanskje"]).to_file(path)
    areas = read_areas(path)
    assert areas["counts"].tolist() == [True, False, False]
    assert areas["area_id"].tolist() == ["1", "2", "3"]
    assert notes(areas) == ["finding.flag_unknown"]


def test_areas_must_be_polygons(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(LineString([(X, Y), (X + 1, Y)])).to_file(path)
    with pytest.raises(UnusableFileError, match="LineString"):
        read_areas(path)
