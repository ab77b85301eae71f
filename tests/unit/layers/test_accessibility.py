"""The statement says what is in its list, and shows what an owner has set, and nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest

from geo import i18n
from layers import accessibility

# All of level A and AA, as WCAG 2.1 numbers them.
CRITERION = re.compile(r"[1-4]\.[1-5]\.\d{1,2}")


def test_each_deviation_has_a_text_in_both_languages_and_criteria_of_wcag():
    found = accessibility.deviations()
    assert len({one.id for one in found}) == len(found) > 0
    for one in found:
        assert all(CRITERION.fullmatch(number) for number in one.criteria)
        for language in i18n.LANGUAGES:
            assert f"accessible.known_{one.id}" in i18n.texts(language)


def test_a_report_is_an_address_where_it_can_be_read():
    for one in accessibility.deviations():
        assert one.of or one.issue is None
        assert one.issue is None or re.fullmatch(
            r"https://github\.com/[\w.-]+/[\w.-]+/issues/\d+", one.issue
        )
    assert accessibility._short("https://github.com/a/b.c/issues/12") == "b.c#12"


def test_the_day_of_the_review_is_a_day():
    assert isinstance(accessibility.reviewed(), date)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("", "ikke oppgitt av den som driver tjenesten"),
        ("  ", "ikke oppgitt av den som driver tjenesten"),
        ("post@kommunen.no", "[post@kommunen.no](mailto:post@kommunen.no)"),
        ("https://uustatus.no/nb/1", "[https://uustatus.no/nb/1](https://uustatus.no/nb/1)"),
        ("javascript:alert(1)", r"javascript\:alert(1)"),
        ("[her](javascript:alert(1))", r"\[her\](javascript\:alert(1))"),
    ],
)
def test_what_an_owner_sets_is_a_link_only_where_it_is_an_address(given, shown):
    assert accessibility._shown(given) == shown
