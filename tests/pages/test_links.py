"""
A link's choices are what a widget begins from, not only what it is set to.

A page may be asked anew before the browser has drawn a widget, and the browser then tells the value
that the widget begins from: were it the first of its choices, the figures would change without a
word from those of the link to those of everything.
"""

from __future__ import annotations

import pytest

from tests.pages.test_pages import opened

LINKS = [
    ("reserve", {"zone": "heia", "buffer": "20"}, {"reserve_area": "heia", "buffer": 20}),
    ("zones", {"zone": "heia"}, {"zone_choice": "heia"}),
    (
        "layers",
        {"layer": "projects", "format": "gpkg", "crs": "25833", "area": "zone:heia"},
        {
            "takeout_layer": "projects",
            "takeout_format": "gpkg",
            "takeout_crs": "EPSG:25833",
            "takeout_way": "zone",
            "takeout_zone": "heia",
        },
    ),
    ("layers", {"area": "corridor:1500"}, {"takeout_way": "corridor", "takeout_width": 1500}),
    (
        "rule",
        {"adopted": "1", "from": "2025", "status": "vedtatt", "place": "heia", "jobs": "90"},
        {
            "rule_adopted": True,
            "rule_from": 2025,
            "rule_status": ["vedtatt"],
            "rule_place": "heia",
            "rule_jobs": 90,
        },
    ),
    (
        "rule",
        {"time": "period", "periods": "2025, 2030"},
        {"rule_time": "period", "rule_periods": "2025, 2030"},
    ),
    ("corridor", {"width": "1500"}, {"corridor_width": 1500}),
    ("strategy", {"zone": "berger"}, {"places_zones": ["berger"]}),
    ("report", {"zone": "berger"}, {"report_zones": ["berger"]}),
    ("screening", {"way": "plot", "plot": "909/27"}, {"screen_plot": "909/27"}),
]


def begins_from(widget):
    """What the browser would tell of a widget that it has just drawn, and what AppTest has."""
    begun = widget.proto.default
    if widget.type == "selectbox":
        return begun, widget.index
    if widget.type in {"multiselect", "button_group", "pills", "segmented_control"}:
        return list(begun), widget.indices
    if widget.type == "slider":
        return list(begun), [widget.value]
    return begun, widget.value


@pytest.mark.parametrize(("page", "link", "chosen"), LINKS)
def test_what_a_link_chooses_is_what_a_widget_begins_from(page, link, chosen):
    app = opened(page, **link)
    app.run()  # the second run is the one that the browser may draw first
    assert not app.exception
    seen = {}
    for kind in ("selectbox", "multiselect", "slider", "number_input", "text_input"):
        seen |= {widget.key: widget for widget in app.get(kind)}
    seen |= {widget.key: widget for widget in app.get("button_group")}
    for key, value in chosen.items():
        assert seen[key].value == value
        begun, now = begins_from(seen[key])
        assert begun == now, key


def test_a_choice_that_is_gone_leaves_the_first(use_pack):
    app = opened("reserve", zone="heia")
    assert app.selectbox(key="reserve_area").value == "heia"
    use_pack(change={"zones": lambda frame: frame.query("zone_id != 'heia'")})
    app.run()
    assert not app.exception
    assert app.selectbox(key="reserve_area").value != "heia"


@pytest.mark.parametrize(
    "asked", ["corridor:" + "9" * 5_000, "corridor:nan", "corridor:", "zone:x"]
)
def test_an_area_that_is_none_leaves_the_nearest_or_the_whole(asked):
    app = opened("layers", area=asked)
    assert not app.exception
    assert not app.error
