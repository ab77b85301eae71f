"""The state of every layer of the pack: whether there is one, whose it is, and on what terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.schema import layers as schema
from layers.app import texts
from layers.app.texts import t
from layers.widgets import html_tables

if TYPE_CHECKING:
    from geo.pack.read import Pack
    from geo.schema.manifest import LayerInfo


def layer_status(pack: Pack) -> None:
    """Show every layer that the app knows: what state it is in, how many features, which source."""
    rows = []
    for name in schema.LAYERS:
        info = pack.info(name)
        rows.append(
            {
                t("table.layer"): t(f"layer.{name}"),
                t("table.state"): t(f"state.{state_of(pack, name)}"),
                t("table.features"): float(len(pack.layer(name))) if pack.has(name) else None,
                t("table.date"): _own(pack, info, "date"),
                t("table.source"): _own(pack, info, "source"),
                t("table.accuracy"): _own(pack, info, "accuracy"),
                t("table.licence"): _own(pack, info, "licence"),
                t("table.note"): texts.of_pack(info.note, pack.directory),
            }
        )
    table = pd.DataFrame(rows)
    table[t("table.features")] = table[t("table.features")].astype(float)
    html_tables.show(
        table,
        {t("table.features"): texts.num},
        caption=t("method.data"),
        below=[t(f"table.{name}") for name in ("accuracy", "licence", "note")],
        file="datastatus",
    )


def state_of(pack: Pack, name: str) -> str:
    """Return the last part of the text id for a layer's state (``state.…``)."""
    if not pack.has(name):
        return "missing"
    badges = pack.badges(name)
    if "synthetic" in badges:
        return "synthetic"
    if "illustrative" in badges:
        return "illustrative"
    if pack.info(name).own:
        return "own"
    return "sourced" if pack.info(name).source else "unknown_source"


def _own(pack: Pack, info: LayerInfo, field: str) -> str:
    return texts.of_pack(getattr(info, field), pack.directory) or t("unknown")
