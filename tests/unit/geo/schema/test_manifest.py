"""A manifest that does not fit its file is named, layer by layer."""

from __future__ import annotations

import pytest

from geo import i18n
from geo.schema import layers as schema
from geo.schema.validation import check_manifest

MANIFEST = {"municipality_no": "3205", "layers": {"zones": {"source": "k", "features": 1}}}


def manifest_findings(manifest, counts, sha256="x"):
    """What is found beside the layers that the file lacks."""
    found = check_manifest(manifest, counts, sha256=sha256)
    return [(f.layer, f.msgid) for f in found if not f.msgid.startswith("finding.missing_")]


def test_a_manifest_that_fits_its_file_has_no_findings():
    assert manifest_findings(MANIFEST, {"zones": 1}) == []


@pytest.mark.parametrize("name", [name for name in schema.LAYERS if schema.LAYERS[name].expected])
def test_a_missing_layer_says_what_cannot_be_shown(name):
    counts = dict.fromkeys(schema.LAYERS, 1)
    del counts[name]
    (finding,) = [
        f
        for f in check_manifest(MANIFEST, counts, sha256="x")
        if f.msgid == f"finding.missing_{name}"
    ]
    assert "mangler datagrunnlag" in finding.say("nb")


def test_a_layer_that_the_manifest_does_not_know_has_an_unknown_source():
    assert manifest_findings(MANIFEST, {"zones": 1, "parcels": 1}) == [
        ("parcels", "finding.source_unknown")
    ]
    assert "ukjent kilde" in check_manifest(MANIFEST, {"parcels": 1}, sha256="")[-2].say("nb")


def test_a_layer_that_only_the_manifest_knows_is_named():
    assert manifest_findings(MANIFEST, {}) == [("zones", "finding.layer_not_in_file")]


def test_another_number_of_features_is_named():
    assert manifest_findings(MANIFEST, {"zones": 2}) == [("zones", "finding.count_differs")]


def test_another_file_than_the_manifest_was_written_for_is_named():
    found = manifest_findings(MANIFEST | {"sha256": "y"}, {"zones": 1})
    assert found == [("manifest.toml", "finding.sha256_differs")]


@pytest.mark.parametrize("number", [None, "32050", "abcd", 3205.5])
def test_a_malformed_municipality_number_in_the_manifest_is_named(number):
    found = manifest_findings(MANIFEST | {"municipality_no": number}, {"zones": 1})
    assert found == [("manifest.toml", "finding.manifest_municipality_no")]


def test_every_finding_has_a_text_in_both_languages():
    ids = {f"finding.missing_{name}" for name in schema.LAYERS if schema.LAYERS[name].expected}
    ids |= {schema.VALUE_UNKNOWN, schema.NEGATIVE, schema.NEGATIVE_JOBS, schema.JOBS_ORDER}
    for language in i18n.LANGUAGES:
        assert ids <= set(i18n.texts(language))
