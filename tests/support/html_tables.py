"""Reads the small tables that a page writes as HTML, as what stands in their cells."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd


class _Reader(HTMLParser):
    """Keeps the cells of one table, row by row; lines below a row are left out."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.rows, self.caption = [], ""
        self._into = None

    def handle_starttag(self, tag, attrs):  # noqa: ARG002  # the parser gives both
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        self._into = tag if tag in ("th", "td", "caption") else self._into

    def handle_endtag(self, tag):
        if tag == self._into:
            self._into = None

    def handle_data(self, data):
        if self._into == "caption":
            self.caption += data
        elif self._into:
            self.rows[-1][-1] += data


def read(body):
    """The table in a piece of HTML, as a frame of texts under its headings."""
    reader = _Reader()
    reader.feed(body)
    heads, *rows = reader.rows
    return pd.DataFrame([row for row in rows if len(row) == len(heads)], columns=heads)


def of_page(app):
    """All tables that an opened page writes as HTML."""
    bodies = [one.proto.body for one in app.get("html")]
    return [read(body) for body in bodies if 'class="rows"' in body]
