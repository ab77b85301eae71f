"""Numbers and texts the way each language writes them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import JobsError
from geo.i18n import daa, number, of_pack, percent, say

GAP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


# Numbers


@pytest.mark.parametrize(
    ("value", "decimals", "norwegian", "english"),
    [
        (1234.5, 1, f"1{GAP}234,5", "1,234.5"),
        (1234567, 0, f"1{GAP}234{GAP}567", "1,234,567"),
        (999, 0, "999", "999"),
        (0.25, 2, "0,25", "0.25"),
        (2, 1, "2,0", "2.0"),
        (np.float64(1234.5), 1, f"1{GAP}234,5", "1,234.5"),
        (np.int64(40000), 0, f"40{GAP}000", "40,000"),
        (-0.4, 0, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, decimals, norwegian, english):
    assert number(value, "nb", decimals) == norwegian
    assert number(value, "en", decimals) == english


@given(
    st.floats(-1e14, 1e14) | st.integers(-(10**7), 10**7).map(lambda n: n / 20),
    st.sampled_from([0, 1, 2]),
)
def test_numbers_are_written_as_the_library_writes_them(value, decimals):
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    for language, locale in (("nb", "nb_NO"), ("en", "en_GB")):
        rounded = round(value, decimals) + 0.0
        written = format_decimal(rounded, format=pattern, locale=locale)
        assert number(value, language, decimals) == written


def test_a_negative_number_keeps_its_sign():
    assert number(-1111.1).replace(MINUS, "-") == f"-1{GAP}111"


@pytest.mark.parametrize("value", [None, math.nan, np.nan, "text", True])
def test_what_is_not_known_is_a_word_and_never_zero(value):
    assert number(value, "nb") == "ukjent"
    assert number(value, "en") == "unknown"


@pytest.mark.parametrize(
    ("share", "decimals", "norwegian", "english"),
    [
        (0.9, 0, f"90{GAP}%", "90%"),
        (0.8642, 1, f"86,4{GAP}%", "86.4%"),
        (1, 0, f"100{GAP}%", "100%"),
        (0, 0, f"0{GAP}%", "0%"),
        (None, 0, "ukjent", "unknown"),
    ],
)
def test_shares_are_written_as_per_cent(share, decimals, norwegian, english):
    assert percent(share, "nb", decimals) == norwegian
    assert percent(share, "en", decimals) == english


@pytest.mark.parametrize(
    ("area_m2", "norwegian", "english"),
    [
        (1_100_000, f"1{GAP}100{GAP}daa", f"1,100{GAP}daa"),
        (287_400, f"287{GAP}daa", f"287{GAP}daa"),
        (100_000, f"100{GAP}daa", f"100{GAP}daa"),
        (99_900, f"99,9{GAP}daa", f"99.9{GAP}daa"),
        (21_400, f"21,4{GAP}daa", f"21.4{GAP}daa"),
        (0, f"0,0{GAP}daa", f"0.0{GAP}daa"),
        (None, "ukjent", "unknown"),
        (math.nan, "ukjent", "unknown"),
    ],
)
def test_dekar_are_whole_from_a_hundred_and_have_one_decimal_below(area_m2, norwegian, english):
    assert daa(area_m2, "nb") == norwegian
    assert daa(area_m2, "en") == english


# Texts


def test_numbers_in_a_text_follow_its_language():
    assert f"har {number(12345)}" in say("error.too_few_nodes", "nb", count=12345)
    assert "has 12,345" in say("error.too_few_nodes", "en", count=12345)


def test_text_in_a_text_stays_as_it_is():
    assert "«2024»" in say("page.missing_layer", "nb", layer="2024")


@pytest.mark.parametrize(
    ("count", "norwegian", "english"),
    [
        (1, "1 arbeidsplass til", "1 more job outside"),
        (1.4, "1 arbeidsplass til", "1 more job outside"),
        (np.int64(1), "1 arbeidsplass til", "1 more job outside"),
        ("1", "1 arbeidsplass til", "1 more job outside"),
        (0, "0 arbeidsplasser til", "0 more jobs outside"),
        (2, "2 arbeidsplasser til", "2 more jobs outside"),
        (21, "21 arbeidsplasser til", "21 more jobs outside"),
        (-1, "-1 arbeidsplasser til", "-1 more jobs outside"),
        (None, "ukjent arbeidsplasser til", "unknown more jobs outside"),
    ],
)
def test_one_thing_is_not_said_as_several(count, norwegian, english):
    shown = say("cli.headroom", "nb", count=count).replace(MINUS, "-")
    assert norwegian in shown
    assert english in say("cli.headroom", "en", count=count).replace(MINUS, "-")


def test_the_named_number_decides_not_another():
    said = say("rule.heal", "nb", over=1, heal=9, target="90 %")
    assert "**9** nye arbeidsplasser" in said
    assert "**1** ny arbeidsplass inn" in say("rule.heal", "nb", over=9, heal=1, target="50 %")


def test_a_packs_own_catalogue_may_have_other_forms_or_none(tmp_path):
    (tmp_path / "en.po").write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "En tomt"\nmsgid_plural "Flere tomter"\nmsgstr[0] "A plot"\n\n'
        'msgid "Ett bygg"\nmsgid_plural "Flere bygg"\nmsgstr[0] ""\n',
        encoding="utf-8",
    )
    assert of_pack("En tomt", tmp_path, "en") == "A plot"
    assert of_pack("Ett bygg", tmp_path, "en") == "Ett bygg"  # its own words, not nothing


def test_an_id_without_a_text_is_shown_as_it_stands():
    assert say("error.no_such_text") == "error.no_such_text"


def test_an_error_can_be_said_in_both_languages():
    error = JobsError("error.negative_jobs", site="Nesa", jobs="-0.5")
    assert str(error) == error.say("nb")
    assert "«Nesa» har et negativt antall arbeidsplasser (-0.5)" in error.say("nb")
    assert "“Nesa” has a negative number of jobs (-0.5)" in error.say("en")


def test_an_absurd_number_is_written_short():
    assert number(1e28) == "1.00e+28"


def test_an_infinite_number_is_unknown():
    assert number(float("inf")) == "ukjent"
