"""Pages put together: overlaps joined, nothing else taken for the same."""

from __future__ import annotations

import geopandas as gpd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import Point

from layers.errors import ServiceError
from layers.sources import paging
from layers.sources.services import Service

SERVICE = Service(id="prøve", type="wfs", source="Prøvetjeneste", page_size=10)


def features(*pairs, **more):
    """Features of (name, value); their places follow from the name."""
    names, values = zip(*pairs, strict=True) if pairs else ((), ())
    places = [Point(sum(map(ord, one)), 1) for one in names]
    return gpd.GeoDataFrame({"gml_id": names, "v": values, **more}, geometry=places, crs=25832)


def gather(*pages):
    gathered = paging.Gathered()
    new = [gathered.add(one, paging.names_of(one, "gml_id")) for one in pages]
    return gathered, new


def paged(pages, hits):
    """Ask for pages in order; the last one is given for ever."""
    left = list(pages)
    return paging.until_empty(
        lambda _: (left.pop(0) if len(left) > 1 else left[0], None),
        hits,
        SERVICE,
        lambda *_: None,
        name="gml_id",
    )


def test_a_feature_that_comes_again_is_one():
    whole = paged([features(("a", 1), ("b", 1)), features(("b", 1), ("c", 1)), features()], 3)
    assert list(whole["gml_id"]) == ["a", "b", "c"]
    assert whole.attrs == {paging.REPEATED: 1, paging.TWINS: 0}


def test_two_features_of_one_name_are_two_and_told():
    whole = paged([features(("a", 1), ("a", 2)), features(("a", 3)), features()], 3)
    assert list(whole["v"]) == [1, 2, 3]
    assert whole.attrs == {paging.REPEATED: 0, paging.TWINS: 2}


def test_the_same_place_with_other_values_is_another_feature_and_so_is_the_other_way_round():
    one = features(("a", 1))
    moved = one.set_geometry([Point(5, 5)], crs=25832)
    gathered, _ = gather(one, moved)
    assert len(gathered) == 2


def test_a_column_that_a_page_lacks_or_has_as_decimals_makes_no_other_feature():
    first = features(("a", 1.0), ("b", float("nan")), note=[None, None])
    gathered, new = gather(first, features(("a", 1), ("c", 2)))
    assert new == [True, True]
    assert len(gathered) == 3
    assert gathered.repeated == 1


def test_features_without_names_may_be_alike_but_a_page_that_is_all_known_is_a_repeat():
    nameless = features(("x", 1), ("x", 1), ("y", 2)).drop(columns="gml_id")
    gathered, new = gather(nameless, nameless, nameless.iloc[:1])
    assert new == [True, False, False]
    assert len(gathered) == 3
    gathered, new = gather(nameless, features(("x", 1), ("z", 3)).drop(columns="gml_id"))
    assert new == [True, True]
    assert len(gathered) == 5


def test_fewer_after_joining_than_the_service_has_is_no_layer():
    with pytest.raises(ServiceError) as caught:
        paged([features(("a", 1), ("b", 1)), features(("b", 1), ("c", 1)), features()], 4)
    assert caught.value.code == "error.service_incomplete"
    assert caught.value.parts == {"source": "Prøvetjeneste", "received": 3, "expected": 4}


def test_rings_end_and_are_judged_by_the_count():
    ring = features(("a", 1), ("b", 1))
    assert len(paged([ring], 2)) == 2
    with pytest.raises(ServiceError) as caught:
        paged([ring], 3)
    assert caught.value.code == "error.service_incomplete"
    with pytest.raises(ServiceError) as caught:
        paged([ring], None)
    assert caught.value.code == "error.service_repeated"


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 5))
@example(10, 5, 1)
@settings(max_examples=40, deadline=None)
def test_whatever_the_pages_and_their_overlap_all_come_once(count, size, overlap):
    everything = [(f"n{n}", n) for n in range(count)]

    def page(start):
        # A server that counts from elsewhere than we do, so that each page begins too early.
        first = max(0, start - min(overlap, size - 1))
        return features(*everything[first : first + size]), None

    whole = paging.until_empty(page, count, SERVICE, lambda *_: None, name="gml_id")
    assert sorted(whole["v"]) == list(range(count))
