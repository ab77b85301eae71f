"""What lies on a map, read off the map itself: kinds for its legend, features for its table."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from layers.app.texts import num, t
from layers.widgets import legend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from folium.elements import MacroElement

    from layers.app.map_script import Row

MOST: Final = 2_000  # rows of a table; a map has no more features than that


def kinds_of(element: MacroElement | None) -> list[str]:
    """Return the kinds that an element of a map and all within it draw, each once."""
    found = [kind for one in _within(element) for kind in getattr(one, "kinds", ())]
    return list(dict.fromkeys(found))


def rows_of(element: MacroElement | None) -> list[Row]:
    """
    Return the features of an element of a map, the last drawn first, in words of its tooltips.

    Features without a tooltip are one row with their number.
    """
    rows: list[Row] = []
    for one in reversed(list(_within(element))):
        tips: Sequence[str] = getattr(one, "tips", ())
        kinds: Sequence[str] = getattr(one, "kinds", ())
        for tip in tips:
            name, *rest = _said(tip)
            rows.append((kinds[0], name, " · ".join(rest)))
        count = getattr(one, "count", 0)
        if count and not tips and kinds[0] not in legend.BACKGROUND:
            rows.append((kinds[0], "", t("map.table_count", count=num(count))))
    return rows


def named(element: MacroElement | None) -> bool:
    """Tell whether any feature of an element has words of its own."""
    return any(getattr(one, "tips", ()) for one in _within(element))


def _within(element: MacroElement | None) -> Iterator[MacroElement]:
    if element is None:
        return
    yield element
    for child in element._children.values():  # noqa: SLF001  # folium has no other way in
        yield from _within(child)


def _said(tip: str) -> list[str]:
    """Read the lines of a tooltip (`leaflet.tip_lines`) as plain text."""
    title, *lines = tip.split("<br>")
    bare = title.removeprefix("<b>").removesuffix("</b>")
    return [html.unescape(line) for line in (bare, *lines)]


def table(rows: Sequence[Row], title: str) -> str:
    """Return rows as an HTML table, which a screen reader reads cell by cell."""
    heads = "".join(
        f'<th scope="col">{html.escape(t(f"map.table_{head}"))}</th>'
        for head in ("kind", "name", "more")
    )
    body = "".join(
        f"<tr><td>{html.escape(legend.name_of(kind))}</td>"
        f"{_heading(name)}<td>{html.escape(more)}</td></tr>"
        for kind, name, more in rows[:MOST]
    )
    label = html.escape(title)
    return (
        f'<div class="map-table" role="region" tabindex="0" aria-label="{label}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _heading(name: str) -> str:
    # A heading of a row that says nothing is worse to hear than an empty cell.
    return f'<th scope="row">{html.escape(name)}</th>' if name else "<td></td>"
