"""Columns found, and values read as a service writes them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.sources import frames, mapping
from layers.sources.services import Service


def frame(**columns):
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[None] * count)


def known(values):
    return [None if pd.isna(one) else one for one in values]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("lokalId", "identifikasjon.Identifikasjon.lokalId"),
        ("identifikasjon.lokalid", "identifikasjon.Identifikasjon.lokalId"),
        ("kommunenummer", "kommunenummer"),
        ("matrikkelenhet.kommunenummer", "matrikkelenhet|Matrikkelenhet|kommunenummer"),
        ("navn", None),  # of two that are as near
        ("eier.navn", "eier.Eier.navn"),
        ("Identifikasjon", None),  # holds others, and is no column
        ("finnesIkke", None),
    ],
)
def test_a_column_is_found_in_any_case_and_by_its_path(asked, found):
    names = [
        *("kommunenummer", "identifikasjon.Identifikasjon.lokalId", "eier.Eier.navn"),
        *("matrikkelenhet|Matrikkelenhet|kommunenummer", "nabo.Nabo.navn"),
    ]
    assert frames.column(frame(**{name: [1] for name in names}), asked) == found


def test_text_is_what_was_meant():
    mixed = [123.0, 7, "007", " x ", "", None, ["a"], np.array(["a", "b"]), 1.5, []]
    told = frames.text(pd.Series(mixed, dtype=object))
    assert known(told) == [
        *("123", "7", "007", "x", None, None, "a", "a, b", "1.5", None),
    ]


def test_numbers_are_read_as_programs_write_them_and_else_as_people_do():
    told = frames.number(pd.Series(["1.250", "20,5", "x", None, "1e3", "inf", "12 000"]))
    assert known(told) == [1.25, 20.5, None, None, 1000, None, 12000]


def mapped(columns, **given):
    service = Service(
        id="x",
        type="file",
        source="Prøve",
        layer="constraints",
        columns=columns,
        constants={"kind": "flood", "severity": "assess"},
    )
    return mapping.to_schema(frame(**given), service)


def test_numbers_as_ids_are_whole():
    ids = pd.Series([123.0, None, 7.0])
    found = mapped({"constraint_id": ("lokalId", "nr")}, lokalId=ids, nr=[1, 2, 3])
    assert found["constraint_id"].tolist() == ["123", "2", "7"]


def test_the_first_known_of_several_columns_is_taken_for_each_feature():
    found = mapped(
        {"constraint_id": ("lokalId", "{omr}-{OBJECTID}", "OBJECTID")},
        lokalId=["a", None, " "],
        omr=[None, 5.0, None],
        objectid=[1, 2, 3],
    )
    assert found["constraint_id"].tolist() == ["a", "5-2", "3"]


def test_a_column_of_numbers_keeps_what_is_none_so_that_it_can_be_named():
    found = mapped({"constraint_id": "id", "accuracy_m": "n"}, id=["a", "b"], n=["1.250", "god"])
    assert found["accuracy_m"].tolist() == [1.25, "god"]
