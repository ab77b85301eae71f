"""What was found in a file that is to become a layer, on the screen and to take along."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from geo import i18n
from geo.formats import csv_table
from layers.app import texts
from layers.app.texts import num, t
from layers.widgets import tables

if TYPE_CHECKING:
    from geo.pack.candidate import Candidate
    from geo.schema.findings import Finding


def show(new: Candidate, *, file: str) -> None:
    """Show the report: errors, which must be put right first, then what is worth knowing."""
    rows = findings(new, texts.language())
    errors = len(new.errors)
    warnings = len(rows) - errors
    count = 0 if new.frame is None else len(new.frame)
    if errors or new.frame is None:
        st.error(t("data.errors", errors=num(errors)), icon=":material/block:")
    elif warnings:
        st.warning(
            t("data.warnings", warnings=num(warnings), count=num(count)), icon=":material/info:"
        )
    else:
        st.success(t("data.no_findings", count=num(count)), icon=":material/check:")
    if not rows:
        return
    _table(rows)
    csv, as_json, _ = st.columns([1, 1, 2])
    csv.download_button(
        t("data.report_csv"),
        data=partial(csv_bytes, rows),
        file_name="kontroll.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
    )
    as_json.download_button(
        t("data.report_json"),
        data=partial(json_bytes, new, file, rows),
        file_name="kontroll.json",
        mime="application/json",
        icon=":material/data_object:",
        on_click="ignore",
    )


def _table(rows: list[dict[str, Any]]) -> None:
    """Show each finding in full, for its advice stands last; no column of what nothing is said."""
    placed = any(row["row"] is not None for row in rows)
    everywhere = t("data.whole_layer") if placed else ""
    said = pd.DataFrame(
        {
            t("data.severity"): t(f"data.severity_{row['severity']}"),
            t("data.row"): everywhere if row["row"] is None else str(row["row"]),
            t("data.feature"): "" if _is_row(row["feature"]) else row["feature"],
            t("data.reason_found"): row["text"],
        }
        for row in rows
    )
    told = said[[column for column in said if said[column].ne("").any()]]
    with st.container(height=tables.SCROLLED_PX if len(rows) > tables.ALL_SHOWN else "content"):
        tables.lines(told)


def _is_row(feature: str | None) -> bool:
    return feature is None or re.fullmatch(r"rad \d+", feature) is not None


def findings(new: Candidate, language: str) -> list[dict[str, Any]]:
    """Return the findings as rows: severity, row of the file (None: all), feature, code, text."""
    return [
        {
            "severity": found.severity,
            "row": _row(found, new),
            "feature": found.feature,
            "code": found.msgid,
            "text": _named(found, new.layer, language).say(language),
        }
        for found in new.findings
    ]


def _row(found: Finding, new: Candidate) -> int | None:
    if found.feature is None:
        return None
    # What is left out for want of a place is in no layer, and says itself where it stood.
    said = found.parts.get("row")
    return new.rows.get(found.feature) if said is None else int(str(said))


def _named(found: Finding, layer: str, language: str) -> Finding:
    """Call layer and column what the page calls them."""
    parts = dict(found.parts)
    if "column" in parts:
        label = i18n.say(f"column.{parts['column']}", language)
        parts["column"] = label if label != f"column.{parts['column']}" else parts["column"]
    name = i18n.say(f"layer.{layer}", language) if found.layer == layer else found.layer
    return replace(found, layer=name, parts=parts)


def csv_bytes(rows: list[dict[str, Any]]) -> bytes:
    """Return the rows as CSV as Excel opens it, with nothing that a spreadsheet would run."""
    table = pd.DataFrame(rows)
    table["row"] = table["row"].astype("Int64")
    return csv_table.as_bytes(table, separator=";")


def json_bytes(new: Candidate, file: str, rows: list[dict[str, Any]]) -> bytes:
    """Return the report as one JSON document."""
    features = 0 if new.frame is None else len(new.frame)
    document = {"layer": new.layer, "file": file, "features": features, "findings": rows}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
