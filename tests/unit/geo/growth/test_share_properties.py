"""What must hold of the 90 % rule for any sites: hypothesis looks for the exception."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Point, box

from geo.growth.rule import TARGET_SHARE, RuleResult, Verdict
from geo.growth.share import inside_fraction
from geo.schema.layers import CRS
from tests.support.projects import judged
from tests.support.shapes import frame

few = settings(max_examples=60, deadline=None)  # each example makes two ledgers

AREAS = frame(box(0, 0, 1000, 1000), box(500, 500, 1500, 1500))  # they overlap
INSIDE, OUTSIDE = Point(10, 10), Point(-10, -10)

some_jobs = st.floats(0.01, 1e5)  # far above the smallest floats, whose products are not exact
jobs = st.just(0.0) | some_jobs
coordinate = st.floats(-1000, 2000)
length = st.floats(1, 1500)
targets = st.floats(0.05, 0.99)


@st.composite
def rectangles(draw):
    x, y = draw(coordinate), draw(coordinate)
    return box(x, y, x + draw(length), y + draw(length))


points = st.builds(Point, coordinate, coordinate)


@st.composite
def sites(draw):
    """One to six points and rectangles with jobs in order, now and then not known."""
    shapes = draw(st.lists(st.one_of(points, rectangles()), min_size=1, max_size=6))
    figures = np.array([sorted(draw(st.tuples(jobs, jobs, jobs))) for _ in shapes])
    unknown = draw(st.lists(st.booleans(), min_size=len(shapes), max_size=len(shapes)))
    # Of those one end is known, which is not enough.
    low, middle = (np.where(unknown, np.nan, figures[:, end]) for end in (0, 1))
    return frame(*shapes, jobs_low=low, jobs=middle, jobs_high=figures[:, 2])


def with_site(sites, shape, number):
    """One more site whose number of jobs is certain."""
    added = gpd.GeoDataFrame({"jobs": [number]}, geometry=[shape], crs=CRS)
    rows = sites.to_dict("list")
    geometry = [*rows.pop("geometry"), *added.geometry]
    columns = {name: [*values, number] for name, values in rows.items()}
    return frame(*geometry, **columns)


def rule(sites, areas, **options):
    """Judge sites where all areas count."""
    return judged(sites, areas, **options).counted


def close(first, second):
    """Whether two results agree, to what is lost by adding in another order."""
    names = ("jobs_inside", "jobs_outside", "jobs_inside_low", "jobs_outside_high")
    return [getattr(first, name) for name in names] == pytest.approx(
        [getattr(second, name) for name in names], rel=1e-9, abs=1e-6
    )


def certain(inside, outside, target=TARGET_SHARE):
    """Return a result whose numbers of jobs are certain."""
    return RuleResult(
        jobs_inside=inside,
        jobs_inside_low=inside,
        jobs_inside_high=inside,
        jobs_outside=outside,
        jobs_outside_low=outside,
        jobs_outside_high=outside,
        target=target,
    )


@few
@given(rectangles())
def test_the_fraction_inside_is_a_share(site):
    assert 0 <= inside_fraction(frame(site), AREAS).item() <= 1


@few
@given(rectangles())
def test_inside_and_outside_make_the_whole(site):
    outside = frame(site.difference(AREAS.union_all()))
    part = inside_fraction(frame(site), AREAS).item()
    assert part * site.area + outside.area.item() == pytest.approx(site.area, rel=1e-6)


@few
@given(sites())
def test_the_share_lies_between_nothing_and_all(sites):
    share = rule(sites, AREAS).share
    assert share is None or 0 <= share <= 1


@few
@given(sites())
def test_the_interval_contains_the_share(sites):
    result = rule(sites, AREAS)
    assume(result.share is not None)
    assert result.share_low <= result.share + 1e-12
    assert result.share <= result.share_high + 1e-12


@few
@given(sites())
def test_jobs_inside_and_outside_are_all_known_jobs(sites):
    assert rule(sites, AREAS).jobs_total == pytest.approx(sites["jobs"].sum())


@few
@given(rectangles(), some_jobs, st.floats(0.05, 0.95))
def test_splitting_a_site_with_its_jobs_by_area_changes_nothing(site, number, cut):
    west, south, east, north = site.bounds
    middle = west + cut * (east - west)
    halves = frame(box(west, south, middle, north), box(middle, south, east, north))
    halves["jobs"] = number * halves.area / site.area
    assert close(rule(halves, AREAS), rule(frame(site, jobs=[number]), AREAS))


@few
@given(sites(), st.randoms())
def test_the_order_of_sites_does_not_matter(sites, random):
    order = list(range(len(sites)))
    random.shuffle(order)
    assert close(rule(sites.iloc[order], AREAS), rule(sites, AREAS))


@few
@given(sites())
def test_the_order_of_areas_does_not_matter(sites):
    assert close(rule(sites, AREAS.iloc[::-1]), rule(sites, AREAS))


@few
@given(sites(), some_jobs)
def test_a_job_more_inside_never_lowers_the_share(sites, number):
    before, after = rule(sites, AREAS), rule(with_site(sites, INSIDE, number), AREAS)
    assert after.share >= (before.share or 0) - 1e-12


@few
@given(sites(), some_jobs)
def test_a_job_more_outside_never_raises_the_share(sites, number):
    before, after = rule(sites, AREAS), rule(with_site(sites, OUTSIDE, number), AREAS)
    assert after.share <= (1 if before.share is None else before.share) + 1e-12


@few
@given(sites(), targets)
def test_the_jobs_that_heal_bring_the_share_to_exactly_the_target(sites, target):
    broken = rule(sites, AREAS, target=target)
    assume(broken.share is not None)
    assume(broken.heal_inside > 0)
    healed = replace(broken, jobs_inside=broken.jobs_inside + broken.heal_inside)
    assert healed.share == pytest.approx(target, abs=1e-9)
    assert healed.heal_inside == 0
    # A list adds jobs in steps of a billionth of one, which the share of very few jobs can see.
    listed = rule(with_site(sites, INSIDE, broken.heal_inside), AREAS, target=target)
    assert listed.jobs_inside == pytest.approx(healed.jobs_inside, rel=1e-9, abs=1e-7)


@few
@given(jobs, some_jobs, targets)
def test_healing_certain_jobs_fulfils_the_rule(inside, outside, target):
    broken = certain(inside, outside, target)
    healed = certain(inside + broken.heal_inside, outside, target)
    assert healed.verdict == Verdict.FULFILLED


@few
@given(some_jobs, jobs, targets)
def test_filling_the_headroom_keeps_the_rule_and_one_job_more_breaks_it(inside, outside, target):
    result = certain(inside, outside, target)
    assume(result.headroom_outside >= 0)
    filled = outside + result.headroom_outside
    assert certain(inside, filled, target).verdict == Verdict.FULFILLED
    assert certain(inside, filled + 1, target).verdict == Verdict.BROKEN


@few
@given(some_jobs, some_jobs, targets)
def test_headroom_is_negative_exactly_when_the_rule_is_broken(inside, outside, target):
    result = certain(inside, outside, target)
    assert (result.headroom_outside < 0) == (result.verdict == Verdict.BROKEN)
    assert (result.heal_inside > 0) == (result.verdict == Verdict.BROKEN)


@few
@given(sites())
def test_unknown_jobs_could_as_well_not_be_there(sites):
    assert close(rule(sites, AREAS), rule(sites[sites["jobs"].notna()], AREAS))
