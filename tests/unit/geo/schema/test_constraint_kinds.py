"""A kind of constraint is a row in one table, and shows everywhere from there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo import i18n
from geo.pack import mapping
from geo.schema.kinds import CONSTRAINT_KIND, REQUIRED, answers_of
from geo.schema.layers import CONSTRAINT_KINDS
from tests.support.rows import rows
from tests.support.sites import at

ROOT = Path(__file__).parents[4]


def test_the_agreed_five_are_required_and_come_first():
    five = ("farmland", "flood", "quick_clay", "nature", "heritage")
    assert CONSTRAINT_KINDS[:5] == five
    assert frozenset(five) == REQUIRED
    assert CONSTRAINT_KINDS[5:] == ("contaminated_ground", "noise")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", CONSTRAINT_KINDS)
def test_every_kind_has_its_names_from_the_table(kind, language):
    name = i18n.say(f"constraint.{kind}", language)
    assert name != f"constraint.{kind}"
    assert i18n.say(f"code.kind.{kind}", language) == name
    assert name in i18n.say("catalogue.constraints", language)
    assert kind in i18n.say("cli.help_search_avoid", language)


@pytest.mark.parametrize(
    ("word", "kind"),
    [(word, kind) for kind, row in CONSTRAINT_KIND.items() for word in row.words],
)
def test_own_data_may_call_it_by_any_of_its_words(word, kind):
    for layer in ("constraints", "constraint_coverage"):
        own = rows(at(0, 0), hensynstype=[word.upper()])
        found = mapping.apply(layer, own, mapping.guess(layer, own))
        assert found["kind"].tolist() == [kind]


def test_own_data_may_bring_the_columns_that_registers_have():
    own = rows(
        at(0, 0),
        lokalid=["f1"],
        navn=["Elva"],
        gjentaksintervall=[200.0],
        klimapåslag=["Ja"],
        verdikategori=["Stor"],
        vernestatus=["AUT"],
    )
    found = mapping.apply("constraints", own, mapping.guess("constraints", own)).iloc[0]
    told = ("constraint_id", "name", "recurrence_years", "climate", "value", "status")
    assert [found[name] for name in told] == ["f1", "Elva", 200.0, "yes", "Stor", "AUT"]


def test_what_a_layer_answers_for_beyond_the_agreed_form():
    frame = rows(at(0, 0), at(0, 0), kind=["flood", "noise"], recurrence_years=[None, 200.0])
    assert answers_of(frame) == {"noise"}  # an interval is a flood's
    assert answers_of(frame.assign(recurrence_years=[20.0, None])) == {"noise", "recurrence_years"}
    assert answers_of(rows(at(0, 0), kind=["flood"])) == set()


ROW = """
[snow]
nb = "snøskred"
en = "avalanche"
words = ["snøskredfare"]
"""
# The table is another before anything has read it.
ASK = """
import sys
from pathlib import Path
from geo import i18n
i18n.KINDS = Path(sys.argv[1]) / "kinds.toml"
from tests.support.everywhere import write_shown
write_shown(Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def eighth(tmp_path_factory):
    """What is shown of a kind whose row has just been added to the table."""
    folder = tmp_path_factory.mktemp("eighth")
    table = i18n.KINDS.read_text(encoding="utf-8") + ROW
    (folder / "kinds.toml").write_text(table, encoding="utf-8")
    command = [sys.executable, "-c", ASK, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "shown.json").read_text(encoding="utf-8"))


def test_a_row_more_is_screened(eighth):
    assert eighth["json"] == "overlap"
    assert "snøskred" in eighth["text"]
    assert "Snøskred" in eighth["pdf"]
    assert eighth["compare"] == ["overlapp", "overlapp"]
    assert eighth["file"] == ["overlap", "overlap"]
    (row,) = [row for row in eighth["page"] if row[0] == "snøskred"]
    assert "overlapp" in row[1]
    (site,) = json.loads(eighth["screen"]["said"])["sites"]
    assert site["constraints"]["snow"]["asked"]


def test_a_row_more_is_searched(eighth):
    assert "snøskred" in eighth["form"]
    assert eighth["avoid"]["code"] == 0
    answer = json.loads(eighth["avoid"]["said"])
    assert answer["wish"]["avoid"] == ["snow"]
    assert answer["hits"] == []  # it is mapped nowhere, and not known is not clear
    assert answer["not_known"] > 0
    assert any("snøskred" in note for note in answer["notes"])
    assert eighth["wrong"]["code"] == 2
    assert "snow (snøskred)" in eighth["wrong"]["said"]


def test_a_row_more_is_taken_out_explained_and_recognised(eighth):
    assert eighth["export"]["code"] == 0
    assert "snow" in eighth["exported"]
    assert eighth["codebook"]["snow"] == "snøskred"
    assert eighth["prose"].endswith("støy og snøskred.")
    assert eighth["own"] == ["snow"]
