"""Rules of the catalogue: read as CQL has them, and unknown where a value does not tell."""

from __future__ import annotations

import duckdb
import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.sources.sifting import rules

Y, N, U = True, False, None  # yes, no, unknown


def frame(**columns):
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[None] * count)


def told(rule, **columns):
    return [None if pd.isna(one) else bool(one) for one in rules.fulfilled(frame(**columns), rule)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("status = 1", [Y, N, U]),
        ("STATUS <> 1", [N, Y, U]),
        ("status != 1", [N, Y, U]),
        ("status = '1'", [Y, N, U]),
        ("status < '10'", [Y, Y, U]),  # as numbers: as texts 2 is not before 10
        ("status BETWEEN 0 AND 1", [Y, N, U]),
        ("status NOT BETWEEN 0 AND 1", [N, Y, U]),
        ("status IN (1, 3)", [Y, N, U]),
        ("status NOT IN (1, 3)", [N, Y, U]),
        ("status IS NULL", [N, N, Y]),
        ("status IS NOT NULL", [Y, Y, N]),
        ("NOT status = 1", [N, Y, U]),
        ("NOT (status = 1 OR status = 2)", [N, N, U]),
        ("status = 1 OR status IS NULL", [Y, N, Y]),
        ("status = 1 AND status = 2", [N, N, U]),
        ("status >= -1.5", [Y, Y, U]),
    ],
)
def test_a_rule_on_numbers(rule, expected):
    assert told(rule, Status=[1, 2, None]) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("kode = 20", [Y, Y, U, U, N]),  # «20» is 20; «x» is no number, so it cannot be told
        ("kode = '20'", [Y, N, N, U, N]),
        ("kode <> 20", [N, N, U, U, Y]),
        ("kode LIKE '2%'", [Y, Y, N, U, N]),
        ("kode LIKE '_'", [N, N, Y, U, N]),
        ("kode NOT LIKE '2%'", [N, N, Y, U, Y]),
        ("kode IS NULL", [N, N, N, Y, N]),
        ("kode > '3'", [N, N, Y, U, N]),
    ],
)
def test_a_rule_on_texts(rule, expected):
    assert told(rule, kode=["20", "20.0", "x", " ", "0301"]) == expected


def test_texts_are_told_apart_by_their_case_and_columns_are_not():
    assert told("VERNETYPE = 'FJE'", vernetype=["FJE", "fje"]) == [Y, N]


def test_a_code_that_a_driver_took_for_a_number_is_the_code():
    assert told("id = '123'", id=pd.Series([123.0, "123", None, "123.0"], dtype=object)) == [
        *(Y, Y, U, N),
    ]


def test_a_number_of_a_program_is_no_thousands():
    # «1.250» in a service's answer is one and a quarter; people's own files are read otherwise.
    assert told("avstand < 2", avstand=["1.250", "1,5", "12"]) == [Y, Y, N]


def test_a_flag_is_compared_with_a_flag():
    assert told("aktiv = TRUE", aktiv=["ja", "false", "kanskje"]) == [Y, N, U]
    assert told("aktiv <> true", aktiv=[True, False, None]) == [N, Y, U]


def test_and_is_before_or():
    assert told("a = 1 OR a = 2 AND b = 9", a=[1, 2, 2], b=[0, 9, 0]) == [Y, Y, N]
    assert told("(a = 1 OR a = 2) AND b = 9", a=[1, 2, 2], b=[0, 9, 0]) == [N, Y, N]


def test_what_is_inside_others_is_found_by_its_path():
    columns = {"arealplanId.planidentifikasjon": ["A", "B"], "planidentifikasjon": ["C", "D"]}
    assert told("arealplanId.planidentifikasjon = 'A'", **columns) == [Y, N]
    assert told("planidentifikasjon = 'D'", **columns) == [N, Y]
    assert told("arealplanid.PlanIdentifikasjon <> 'A'", **columns) == [N, Y]


def test_steps_between_may_be_left_out_but_not_guessed_between():
    columns = {"eier.Eier.navn": ["A"], "nabo.Nabo.navn": ["B"]}
    assert told("nabo.navn = 'B'", **columns) == [Y]
    assert rules.missing(frame(**columns), "navn = 'B'") == ("navn",)


def test_norwegian_names_quoted_names_and_quotes_in_texts():
    columns = {"støysonekategori": ["G", "R"], "navn på sak": ["O'Hara", "x"], "and": [1, 2]}
    assert told("støysonekategori = 'G'", **columns) == [Y, N]
    assert told("\"navn på sak\" = 'O''Hara'", **columns) == [Y, N]
    assert told('"and" = 1', **columns) == [Y, N]


def test_names_may_begin_as_words_of_the_language_do():
    assert rules.columns("orden = 1 and notat is null or island = 2 and innhold like 'a%'") == (
        *("orden", "notat", "island", "innhold"),
    )


@pytest.mark.parametrize(
    "rule",
    [
        *("", "a", "a ==", "a = ", "= 1", "a = 1 b = 2", "a = 'x", "(a = 1", "a = 1)", "a IN ()"),
        *(
            "a BETWEEN 1",
            "a LIKE 5",
            "a < TRUE",
            "a = b",
            "a = 1; DROP",
            "1 = 1",
            "æ = 1 OR",
        ),
    ],
)
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(rules.RuleSyntaxError):
        rules.parsed(rule)


# Held against another evaluation: DuckDB's, in SQL's own three-valued logic.

DATABASE = duckdb.connect()
NUMBERS = st.one_of(st.none(), st.integers(-3, 3))
TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", "b", "ab", "A", "0301", "å"]))
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
LITERALS = {
    "n": st.integers(-3, 3).map(str),
    "t": st.sampled_from(["'a'", "'b'", "'AB'", "'0301'", "'å'"]),
}
PATTERNS = st.sampled_from(["'a%'", "'%b'", "'_'", "'%'", "'a_'"])


def predicates(column):
    literal = LITERALS[column]
    several = st.lists(literal, min_size=1, max_size=3).map(", ".join)
    negated = st.sampled_from(["", "NOT "])
    forms = [
        st.builds("{} {} {}".format, st.just(column), SIGNS, literal),
        st.builds("{} {}IN ({})".format, st.just(column), negated, several),
        st.builds("{} {}BETWEEN {} AND {}".format, st.just(column), negated, literal, literal),
        st.builds("{} IS {}NULL".format, st.just(column), negated),
    ]
    if column == "t":
        forms.append(st.builds("{} {}LIKE {}".format, st.just(column), negated, PATTERNS))
    return st.one_of(forms)


RULES = st.recursive(
    st.sampled_from(["n", "t"]).flatmap(predicates),
    lambda rule: st.one_of(
        st.builds("{} AND {}".format, rule, rule),
        st.builds("{} OR {}".format, rule, rule),
        st.builds("NOT ({})".format, rule),
        st.builds("({})".format, rule),
    ),
    max_leaves=6,
)
ROWS = st.lists(st.tuples(NUMBERS, TEXTS), min_size=1, max_size=8)


@given(RULES, ROWS)
@example("n = 1 OR n = 2 AND t = 'a'", [(1, "b"), (2, "a"), (2, None)])
@settings(max_examples=100)
def test_every_rule_says_what_sql_says(rule, rows):
    given_rows = pd.DataFrame(
        {
            "row": range(len(rows)),
            "n": pd.array([n for n, _ in rows], dtype="Int64"),
            "t": pd.Series([t or None for _, t in rows], dtype="str"),  # a blank is unknown
        }
    )
    DATABASE.register("given_rows", given_rows)
    sql = f'SELECT ({rule}) FROM given_rows ORDER BY "row"'  # noqa: S608  # made above
    expected = [one for (one,) in DATABASE.sql(sql).fetchall()]
    assert told(rule, n=given_rows["n"].astype("float64"), t=[t for _, t in rows]) == expected


@given(st.lists(RULES, max_size=3), ROWS)
@settings(max_examples=60)
def test_the_parts_that_rules_take_away_and_leave_are_the_whole(wanted, rows):
    features = frame(n=pd.array([n for n, _ in rows], dtype="Float64"), t=[t for _, t in rows])
    sieved = rules.sieve(features, wanted)
    assert sum(sieved.filtered.values()) + sieved.kept.sum() == len(rows)
    each = [told(rule, n=features["n"], t=features["t"]) for rule in wanted]
    for at in features.index:
        verdicts = [verdict[at] for verdict in each]
        assert sieved.kept[at] == (False not in verdicts)
        assert any(mask[at] for mask in sieved.unsure.values()) == (None in verdicts)


def test_what_one_rule_takes_away_is_not_counted_by_the_next():
    features = frame(a=[1, 2, 3, None], b=[1, 1, 2, 2])
    sieved = rules.sieve(features, ("a <> 1", "b <> 1", "a <> 1"))
    assert sieved.filtered == {"a <> 1": 1, "b <> 1": 1}
    assert sieved.kept.tolist() == [False, False, True, True]
    assert sieved.unsure["a <> 1"].tolist() == [False, False, False, True]
