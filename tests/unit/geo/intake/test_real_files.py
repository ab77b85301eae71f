"""Every file that came from elsewhere gives sites or one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import Point

from geo.intake.sites import UnusableFileError, layers_of, open_sites
from tests.support.errors import raising

REAL = Path(__file__).parents[5] / "shared" / "real"

# The plans of the validator lie at made-up coordinates, all but two of them outside Norway; the
# triangles of epsg.2 are no areas.
REFUSED = {
    "gml.bue.1-fail.gml": UnusableFileError,
    "gml.bue.1-pass.gml": UnusableFileError,
    "gml.epsg.1-fail.gml": UnusableFileError,
    "gml.epsg.2-fail.gml": UnusableFileError,  # its only shapes are a TIN
    "gml.flate.1-fail.gml": UnusableFileError,
}
WITHOUT_AREAS = {"buer.sos", "punkttest.sos"}

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")


def real_files():
    found = sorted(path for path in REAL.glob("*/*") if path.is_file())
    return found or [pytest.param(None, marks=needs_real)]


@needs_real
@pytest.mark.parametrize("path", real_files(), ids=lambda path: getattr(path, "name", "none"))
def test_a_real_file_gives_sites_or_one_sentence(path, capfd):
    before = sorted(path.parent.iterdir())
    refused = REFUSED.get(path.name)
    if refused is None:
        sites = open_sites(path)
        assert len(sites)
        assert sites.crs.to_epsg() == 25832
        assert sites.is_valid.all()
        assert (sites.area > 0).all() or path.name in WITHOUT_AREAS
    else:
        with raising(refused, match=path.stem) as raised:
            open_sites(path)
        assert "\n" not in raised.value.say("nb") + raised.value.say("en")
    assert sorted(path.parent.iterdir()) == before
    assert capfd.readouterr() == ("", "")


@needs_real
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("asker", 588_700, 6_601_900),  # the file is in EPSG:25833
        ("bodoe", 747_300, 7_473_400),  # the file is in EPSG:25833
        ("his-alle", 485_000, 6_477_100),
        ("laupsnipa", 332_900, 6_901_700),  # the file is in degrees
        ("skien-havneterminal", 532_300, 6_553_900),
    ],
)
def test_a_real_plan_outline_lies_where_the_plan_is_and_nothing_is_assumed(name, x, y):
    sites = open_sites(REAL / "planomriss" / f"{name}.geojson")
    (centre,) = sites.centroid
    assert centre.distance(Point(x, y)) < 1000
    assert sites.attrs["assumptions"] == []


@needs_real
def test_a_plan_of_many_layers_can_be_read_layer_by_layer():
    path = REAL / "plan_gml" / "gml.gmlid.1-2D-pass.gml"
    layers = layers_of(path)
    assert [layer.name for layer in layers] == ["RpOmråde", "RpBestemmelseOmråde"]
    for layer in layers:
        sites = open_sites(path, layer=layer.name)
        assert len(sites) == layer.features
        assert set(sites.geom_type) <= {"Polygon", "MultiPolygon"}
    # Arealplan has no geometry, and its arcs are strokes here.
    assert open_sites(path)["gml_id"].item().startswith("_")
