"""Figures in sentences: the unit that fits, and never 0 for something or for what is unknown."""

from __future__ import annotations

import pytest

from geo import i18n
from geo.errors import CrsError, PackError
from geo.i18n import Amount, Code, say, to_choose
from geo.land.rules import BUSINESS_CODES


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Amount(0.0, "daa"), "0,0 daa"),
        (Amount(0.2, "daa"), "1 m²"),  # something is not nothing
        (Amount(49.0, "daa"), "49 m²"),
        (Amount(50.0, "daa"), "0,1 daa"),
        (Amount(2_650.0, "daa"), "2,6 daa"),
        (Amount(None, "daa"), "ukjent"),
        (Amount(float("nan"), "daa"), "ukjent"),
        (Amount(4_668.0, "floor_area"), "4 668 m² BRA"),
        (Amount(None, "floor_area"), "ukjent"),
        (Amount(4_668.0, "square_metres"), "4 668 m²"),
        (Amount(None, "square_metres"), "ukjent"),
    ],
)
def test_a_figure_is_said_in_the_unit_that_fits(amount, said):
    assert amount.say("nb").replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_layer_of_ours_is_said_by_its_name_with_that_of_the_file_after_it():
    error = PackError("error.missing_column", layer="projects", column="effect")
    assert str(error).startswith(
        "Laget «plansaker» (projects) mangler kolonnen «Virkning» (effect)."
    )
    assert error.say("en").startswith(
        "The layer “plan cases” (projects) lacks the column “Effect” (effect)."
    )


def test_a_name_of_the_readers_own_is_quoted_as_it_is():
    said = CrsError("error.crs_missing", layer="min fil.gpkg").say("nb")
    assert said.startswith("«min fil.gpkg» sier ikke")


def test_names_to_choose_among_come_first_with_their_words():
    assert say("error.unknown_layer", layer="x", known=to_choose(["zones"], "layer.{}")).endswith(
        "Velg et av disse: zones (næringsområder)."
    )


@pytest.mark.parametrize(
    ("column", "code", "nb", "en"),
    [
        ("land_use_code", "1300", "1300 næringsbebyggelse", "1300 business"),
        ("land_use_code", "1826", "1826 industri/lager", "1826 industry/warehouses"),
        ("land_use_status", "1", "1 nåværende", "1 existing"),
        ("utilisation_type", "16", "16 %-BYA", "16 % footprint"),
        ("land_use_code", "9999", "9999", "9999"),
    ],
)
def test_a_code_comes_with_its_name(column, code, nb, en):
    assert (Code(column, code).say("nb"), Code(column, code).say("en")) == (nb, en)


def test_every_business_purpose_has_a_name():
    """Of 1800–1831 only some codes exist; those named in the public list have a name."""
    named = i18n.texts("nb")
    listed = {code for code in BUSINESS_CODES if f"code.land_use_code.{code}" in named}
    assert {"1300", "1310", "1320", "1330", "1340", "1350", "1360", "1390"} <= listed
    assert {"1130", "1140", "1150", "1800", "1801", "1824", "1825", "1826", "1831"} <= listed
