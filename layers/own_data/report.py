"""What was found in a file that is to become a layer, on the screen and to take along."""

from __future__ import annotations

import json
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
    shown = [
        {
            t("data.severity"): t(f"data.severity_{row['severity']}"),
            t("data.row"): t("data.whole_layer") if row["row"] is None else str(row["row"]),
            t("data.feature"): row["feature"] or "",
            t("data.reason_found"): row["text"],
        }
        for row in rows
    ]
    narrow = [t("data.severity"), t("data.row"), t("data.feature")]
    tables.plain(pd.DataFrame(shown), len(shown), key="data_report", narrow=narrow)
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


def findings(new: Candidate, language: str) -> list[dict[str, Any]]:
    """Return the findings as rows: severity, row of the file (None: all), feature, code, text."""
    return [
        {
            "severity": found.severity,
            "row": None if found.feature is None else new.rows.get(found.feature),
            "feature": found.feature,
            "code": found.msgid,
            "text": _named(found, new.layer, language).say(language),
        }
        for found in new.findings
    ]


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
