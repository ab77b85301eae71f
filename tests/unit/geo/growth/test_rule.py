"""The 90 % rule: share, interval, headroom, healing and verdict, by hand-worked figures."""

from __future__ import annotations

import pytest

from geo.growth.rule import TARGET_SHARE, RuleResult, Verdict
from tests.support.errors import raising


def certain(inside, outside, *, target=TARGET_SHARE):
    return interval((inside,) * 3, (outside,) * 3, target=target)


def interval(inside, outside, *, target=TARGET_SHARE):
    return RuleResult(
        jobs_inside_low=inside[0],
        jobs_inside=inside[1],
        jobs_inside_high=inside[2],
        jobs_outside_low=outside[0],
        jobs_outside=outside[1],
        jobs_outside_high=outside[2],
        target=target,
    )


def test_the_target_is_ninety_per_cent():
    assert TARGET_SHARE == 0.9


def test_share_headroom_and_heal_when_the_rule_is_broken():
    result = certain(800, 200)
    assert result.jobs_total == 1000
    assert result.share == pytest.approx(0.8)
    assert result.headroom_outside == pytest.approx(800 / 9 - 200)  # −111.1
    assert result.heal_inside == pytest.approx(200 * 9 - 800)  # 1 000
    assert result.verdict == Verdict.BROKEN


def test_share_headroom_and_heal_when_the_rule_is_kept():
    result = certain(1900, 100)
    assert result.share == pytest.approx(0.95)
    assert result.headroom_outside == pytest.approx(1900 / 9 - 100)  # 111.1
    assert result.heal_inside == 0
    assert result.verdict == Verdict.FULFILLED


def test_nine_to_one_is_exactly_enough():
    result = certain(90, 10)
    assert result.verdict == Verdict.FULFILLED
    assert result.headroom_outside == pytest.approx(0)
    assert result.headroom_outside >= 0
    assert result.heal_inside == 0


def test_one_job_short_of_nine_to_one_is_not_enough():
    result = certain(89, 10)
    assert result.verdict == Verdict.BROKEN
    assert result.heal_inside == pytest.approx(1)


def test_every_job_outside_needs_nine_inside():
    assert certain(0, 1).heal_inside == pytest.approx(9)


def test_only_jobs_outside():
    result = certain(0, 40)
    assert (result.share, result.share_low, result.share_high) == (0, 0, 0)
    assert result.headroom_outside == -40
    assert result.verdict == Verdict.BROKEN


def test_only_jobs_inside():
    result = certain(90, 0)
    assert (result.share, result.share_low, result.share_high) == (1, 1, 1)
    assert result.headroom_outside == pytest.approx(10)
    assert result.verdict == Verdict.FULFILLED


def test_without_new_jobs_there_is_nothing_to_judge():
    result = certain(0, 0)
    assert (result.share, result.share_low, result.share_high) == (None, None, None)
    assert (result.headroom_outside, result.heal_inside) == (0, 0)
    assert result.verdict == Verdict.NO_NEW_JOBS


def test_without_new_jobs_by_the_middle_figures_an_interval_judges_nothing():
    result = interval((0, 0, 50), (0, 0, 10))
    assert (result.share, result.share_low, result.share_high) == (None, None, None)
    assert result.verdict == Verdict.NO_NEW_JOBS


def test_the_interval_sets_fewest_inside_against_most_outside_and_the_reverse():
    result = interval((60, 80, 90), (10, 20, 40))
    assert result.share == pytest.approx(0.8)
    assert result.share_low == pytest.approx(0.6)  # 60 / (60 + 40)
    assert result.share_high == pytest.approx(0.9)  # 90 / (90 + 10)


@pytest.mark.parametrize(
    ("inside", "outside", "verdict"),
    [
        ((190, 195, 200), (5, 10, 20), Verdict.FULFILLED),  # 0.905–0.976
        ((180, 195, 200), (5, 10, 20), Verdict.FULFILLED),  # 0.9 exactly, and above
        ((170, 195, 200), (5, 10, 20), Verdict.UNCERTAIN),  # 0.895–0.976
        ((60, 80, 90), (10, 20, 40), Verdict.UNCERTAIN),  # 0.6–0.9 exactly
        ((60, 80, 89), (10, 20, 40), Verdict.BROKEN),  # 0.6–0.899
    ],
)
def test_the_verdict_is_certain_only_where_the_whole_interval_is_on_one_side(
    inside, outside, verdict
):
    assert interval(inside, outside).verdict == verdict


def test_an_interval_that_may_be_empty_falls_back_on_the_share():
    only_inside = interval((0, 10, 20), (0, 0, 0))
    assert (only_inside.share_low, only_inside.share_high) == (1, 1)
    only_outside = interval((0, 0, 0), (0, 10, 20))
    assert (only_outside.share_low, only_outside.share_high) == (0, 0)


def test_a_target_of_all_allows_nothing_outside_and_nothing_heals_it():
    result = certain(99, 1, target=1.0)
    assert (result.headroom_outside, result.heal_inside) == (-1, None)
    assert result.verdict == Verdict.BROKEN


def test_a_target_of_all_is_met_by_jobs_inside_only():
    result = certain(99, 0, target=1.0)
    assert (result.headroom_outside, result.heal_inside) == (0, 0)
    assert result.verdict == Verdict.FULFILLED


def test_the_target_can_be_lowered():
    result = certain(80, 20, target=0.8)  # the regional plan's lower figure
    assert result.verdict == Verdict.FULFILLED
    assert certain(160, 20, target=0.8).headroom_outside == pytest.approx(20)


@pytest.mark.parametrize("target", [0, -0.1, 1.5, 90, float("nan")])
def test_a_target_that_is_no_share_is_refused(target):
    with raising("error.target_out_of_range"):
        certain(1, 1, target=target)


def test_a_refused_target_is_quoted_as_written():
    with raising("error.target_out_of_range", match=r"er 1\.5\."):
        certain(1, 1, target=1.5)


def test_the_result_as_a_document_has_the_agreed_keys():
    assert certain(80, 20).as_dict() == {
        "jobs_total": 100,
        "jobs_inside": 80,
        "jobs_outside": 20,
        "share": 0.8,
        "share_low": 0.8,
        "share_high": 0.8,
        "headroom_outside": pytest.approx(80 / 9 - 20),
        "heal_inside": pytest.approx(100),
        "verdict": "ikke oppfylt",
    }
