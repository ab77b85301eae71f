"""The tornado: the widest on top, and a parameter that moves nothing says so."""

from __future__ import annotations

from layers.reserve.charts import stacked, tornado


def row(label, low, high):
    return {
        "label": label,
        "low": low,
        "high": high,
        "low_shown": str(low),
        "high_shown": str(high),
    }


def drawn(*rows):
    return tornado(rows, base=100.0, base_shown="100", none="ingen virkning")


def written(spec):
    """Labels of what is said to have no effect."""
    return [
        value["label"]
        for layer in spec["layer"]
        for value in layer.get("data", {}).get("values", [])
        if value["shown"] == "ingen virkning"
    ]


def test_the_widest_stands_on_top():
    spec = drawn(row("smal", 99.0, 101.0), row("still", 100.0, 100.0), row("bred", 60.0, 120.0))
    assert spec["encoding"]["y"]["sort"] == ["bred", "smal", "still"]


def test_a_parameter_that_moves_nothing_says_so_and_others_do_not():
    spec = drawn(row("bred", 60.0, 120.0), row("still", 100.0, 100.0), row("halv", 100.0, 101.0))
    assert written(spec) == ["still"]


def test_the_numbers_have_room_beside_the_bars():
    spec = drawn(row("bred", 60.0, 120.0))
    low, high = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < 60 - 0.5 * 60
    assert high > 120 + 0.5 * 60


def test_a_bar_is_as_long_as_its_part_of_the_longest_and_names_are_escaped():
    rows = [
        {"label": "<b>A</b>", "part": "bygd", "value": 3.0, "shown": "3"},
        {"label": "<b>A</b>", "part": "ledig", "value": 1.0, "shown": "1"},
        {"label": "B", "part": "ledig", "value": 2.0, "shown": "2"},
    ]
    html = stacked(rows, colours={"bygd": "#111111", "ledig": "#222222"})
    assert [html.count(f"width:{share}%") for share in ("75.000", "25.000", "50.000")] == [1, 1, 1]
    assert "<b>" not in html
