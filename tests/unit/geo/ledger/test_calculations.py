"""Saved calculations, on both databases."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from geo.ledger.calculations import Calculations, _ids
from geo.ledger.tables import calculations as table
from geo.ledger.tables import json_text
from tests.support.errors import raising

CONTENT = {
    "rule": "1",
    "pack_sha256": "ab" * 32,
    "seq": 7,
    "parameters": {"target": 0.9, "net": False},
}
RESULT = {"share": 0.1 + 0.2, "tiny": 5e-324, "large": 1.7976931348623157e308, "none": None}


@pytest.fixture
def calculations(ledger):
    return Calculations(ledger.engine, ledger.municipality_no)


def test_a_calculation_comes_back_to_the_last_bit(calculations):
    saved = calculations.save(CONTENT, RESULT, author="Kari")
    assert calculations.get(saved.id) == saved
    assert (saved.content, saved.result) == (CONTENT, RESULT)


def test_an_id_has_eight_characters_that_can_be_read_aloud(calculations):
    found = calculations.save(CONTENT, RESULT, author="Kari").id
    assert len(found) == 8
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_equal_content_has_one_id_whatever_its_order_and_is_saved_once(calculations):
    first = calculations.save(CONTENT, RESULT, author="Kari")
    turned = dict(reversed(CONTENT.items()))
    assert calculations.save(turned, {"share": 1}, author="Ola") == first


@pytest.mark.parametrize(
    "other", [CONTENT | {"seq": 8}, CONTENT | {"parameters": {"target": 0.8, "net": False}}, {}]
)
def test_other_content_has_another_id(calculations, other):
    first = calculations.save(CONTENT, RESULT, author="Kari")
    assert calculations.save(other, RESULT, author="Kari").id != first.id


def test_content_whose_id_belongs_to_another_gets_the_next_one(calculations):
    first, second, *_ = _ids(json_text(CONTENT))
    stranger = {"municipality_no": "3205", "id": first, "author": "Ola", "content": {"other": 1}}
    with calculations.engine.begin() as connection:
        moment = sa.func.current_timestamp()
        connection.execute(sa.insert(table).values(stranger | {"result": {}, "at": moment}))
    assert calculations.save(CONTENT, RESULT, author="Kari").id == second
    assert calculations.save(CONTENT, {}, author="Ola").author == "Kari"
    assert calculations.get(first).content == {"other": 1}


def test_an_id_that_nobody_has_is_unknown(calculations):
    with raising("error.unknown_calculation", match="abcdefgh"):
        calculations.get("abcdefgh")


def test_a_calculation_has_an_author(calculations):
    with raising("error.field_missing"):
        calculations.save(CONTENT, RESULT, author=" ")


@pytest.mark.parametrize(("content", "result"), [({"a": math.nan}, {}), ({}, {"a": math.nan})])
def test_an_unknown_number_is_null_and_never_nan(calculations, content, result):
    with pytest.raises(ValueError, match="JSON"):
        calculations.save(content, result, author="Kari")


def test_of_many_who_save_the_same_one_does(calculations):
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda n: calculations.save(CONTENT, {}, author=f"a{n}"), range(8)))
    assert len({one.id for one in saved}) == len({one.author for one in saved}) == 1


def test_municipalities_have_their_own_calculations(calculations):
    saved = calculations.save(CONTENT, RESULT, author="Kari")
    with raising("error.unknown_calculation"):
        Calculations(calculations.engine, "3222").get(saved.id)
