"""Places and actors that the strategy names: chosen among, listed, and told of in a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.formats import csv_table
from geo.schema.layers import PLACE_KINDS
from layers.app import address, shell, texts
from layers.app.texts import t
from layers.widgets import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.pack.read import Pack
    from layers.app.strategy import Strategy

PLANNED: Final = "planned"
NO_ZONE: Final = "none"

_WIDTHS_PX: Final = (150, 105, 95, 275, 120, 195)  # of the table, which fits a laptop's page

_COLUMNS: Final = (
    *("place_id", "name", "kind", "zone_id", "planned", "said", "chapter", "placing", "placed"),
)


def named(pack: Pack, plan: Strategy) -> DataFrame:
    """
    Return what the strategy names, in its order: with a point in the pack's `places`, or without.

    Columns: place_id, name, kind, zone_id (`NO_ZONE` where it belongs to none), planned (whether
    the strategy tells of a plan or an aim), said, chapter, placing (how sure the point is, or why
    there is none), placed. Texts are in the reader's language and not escaped. A place that the
    pack neither places nor names is passed over.
    """
    layer = pack.layer("places").drop_duplicates("place_id") if pack.has("places") else None
    points = {} if layer is None else {str(row["place_id"]): row for _, row in layer.iterrows()}
    rows = []
    for place in plan.parts("places"):
        place_id = str(place.get("place_id"))
        point = points.get(place_id)
        if point is None and not place.get("name"):
            continue
        source = place if point is None else point
        zone_id = source.get("zone_id")
        rows.append(
            {
                "place_id": place_id,
                "name": texts.of_pack(source["name"], pack.directory),
                "kind": str(source.get("kind", "place")),
                "zone_id": NO_ZONE if pd.isna(zone_id) else str(zone_id),
                "planned": bool(place.get(PLANNED)),
                "said": plan.words("text", place),
                "chapter": plan.chapter(place),
                "placing": plan.words("placing", place) if point is None else _placing(pack, point),
                "placed": point is not None,
            }
        )
    return pd.DataFrame(rows, columns=[*_COLUMNS])


def points(pack: Pack, shown: DataFrame) -> GeoDataFrame:
    """Rows of the pack's places for those of `shown` that have a point."""
    frame = pack.layer("places")
    return frame[frame["place_id"].isin(shown.loc[shown["placed"], "place_id"])]


def choose(pack: Pack, all_named: DataFrame) -> DataFrame:
    """Let the reader choose categories and zones; nothing chosen is everything."""
    kinds = [*dict.fromkeys(all_named["kind"])]
    if all_named["planned"].any():
        kinds.append(PLANNED)
    asked_kinds, asked_zones = address.several("kind"), address.several("zone")
    address.refuse_others("kind", asked_kinds, kinds)
    left, right = st.columns(2)
    chosen_kinds = left.multiselect(
        t("actors.kinds"),
        kinds,
        default=address.begin_with("places_kinds", kinds, asked_kinds),
        format_func=lambda kind: t("actors.planned") if kind == PLANNED else _kind(kind),
        placeholder=t("actors.all_kinds"),
        key="places_kinds",
    )
    names = texts.zone_names(pack) | {NO_ZONE: t("actors.no_zone")}
    zones = [zone_id for zone_id in names if zone_id in set(all_named["zone_id"])]
    address.refuse_others("zone", asked_zones, zones)
    chosen_zones = right.multiselect(
        t("actors.zones"),
        zones,
        default=address.begin_with("places_zones", zones, asked_zones),
        format_func=names.__getitem__,
        placeholder=t("actors.all_zones"),
        key="places_zones",
    )
    address.keep("kind", chosen_kinds or None)
    address.keep("zone", chosen_zones or None)
    return selected(all_named, kinds=chosen_kinds, zones=chosen_zones)


def selected(all_named: DataFrame, *, kinds: list[str], zones: list[str]) -> DataFrame:
    """Return those of these categories (`PLANNED` is one) and zones; an empty list is all."""
    of_kind = all_named["kind"].isin(kinds) | (all_named["planned"] & (PLANNED in kinds))
    in_zone = all_named["zone_id"].isin(zones)
    kept = (of_kind | (not kinds)) & (in_zone | (not zones))
    return all_named[kept]


def table(pack: Pack, shown: DataFrame) -> None:
    """List them with all that is known of each; picking one that has a zone opens the zone."""
    names = texts.zone_names(pack)
    unplaced = int((~shown["placed"]).sum())
    told = t("actors.unplaced", count=unplaced) if unplaced else ""
    st.markdown(f"{t('actors.shown', shown=len(shown))} {told}".rstrip())
    whole = pd.DataFrame(
        {
            t("table.name"): shown["name"],
            t("table.category"): [category(row) for _, row in shown.iterrows()],
            t("table.zone"): [names.get(zone_id, "–") for zone_id in shown["zone_id"]],
            t("table.strategy_says"): shown["said"],
            t("table.chapter"): shown["chapter"],
            t("table.accuracy"): shown["placing"],
        }
    ).reset_index(drop=True)
    # The names of the chapters stand above on the page; here their numbers leave room.
    brief = whole.assign(**{t("table.chapter"): whole[t("table.chapter")].map(_numbers)})

    def picked(row: int) -> None:
        zone_id = shown["zone_id"].iloc[row]
        if zone_id in names:
            shell.open_zone("zone", zone_id)

    tables.show(
        csv_table.neutralise(brief),  # the browser lets the reader keep the table as CSV too
        {},
        key="places_table",
        on_select=picked,
        widths=dict(zip(map(str, whole), _WIDTHS_PX, strict=True)),
    )
    st.download_button(
        t("actors.csv"),
        data=lambda: csv_table.as_bytes(whole),
        file_name=t("actors.csv_file"),
        mime="text/csv",
        icon=":material/download:",
    )


def of_zone(shown: DataFrame) -> None:
    """Tell of a zone's places: what each is, what the strategy says, where that stands."""
    rows = [row for _, row in shown.iterrows()]
    for row, column in shell.in_columns(rows, 2):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{texts.plain(row['name'])}** · {texts.plain(category(row))}")
            st.write(texts.plain(row["said"]))
            chapter = t("strategy.chapter", chapter=texts.plain(row["chapter"]))
            st.caption(f"{chapter}  \n{texts.plain(row['placing'])}")


def category(row: Series) -> str:
    """Return the category of a named place in words, with whether it is planned."""
    kind = _kind(row["kind"])
    return t("actors.kind_planned", kind=kind) if row["planned"] else kind


def opened(shown: GeoDataFrame) -> Callable[[str, str], None]:
    """Return what a click on the map does: a place leads to its zone, a zone to itself."""
    zone_of = dict(zip(shown["place_id"], shown["zone_id"], strict=True))

    def on_click(kind: str, clicked: str) -> None:
        zone = zone_of.get(clicked) if kind == "place" else clicked
        if pd.notna(zone):
            shell.open_zone("zone" if kind == "place" else kind, str(zone))

    return on_click


def _numbers(chapters: str) -> str:
    """Return chapters by what stands before the comma: «Innsatsområde 5, Næringsvennlig …»."""
    return " · ".join(heading.split(",")[0] for heading in chapters.split(" · "))


def _kind(kind: str) -> str:
    """Return the word for a category; one that the schema does not know stands as it is."""
    return t(f"code.kind.{kind}") if kind in PLACE_KINDS else kind


def _placing(pack: Pack, point: Series) -> str:
    note = texts.of_pack(point["note"], pack.directory)
    accuracy = point["accuracy_m"]
    told = t("unknown") if pd.isna(accuracy) else f"± {texts.num(accuracy)} m"
    return ". ".join(filter(None, (told, note)))
