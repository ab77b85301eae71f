"""Single plots on the page of vacant land: the chosen one's account, the table, the downloads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.formats import write
from geo.intake import cadastre
from geo.land import table as land_table
from geo.land.account import CLASSES
from geo.land.pieces import PIECE_AREAS
from geo.register.fields import PART, PLOT
from geo.transport import corridor
from layers.app import arrangement, explain, shell, style, texts
from layers.app.heavy import takeouts, work
from layers.app.texts import t
from layers.reserve import charts, choices, views
from layers.reserve.choices import ALL, CORRIDOR
from layers.reserve.views import Seen, badges, norm_table, spans
from layers.widgets import handover, onward, tables
from layers.widgets.vacancy import floor

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from geo.formats.provenance import Provenance
    from geo.formats.write import File
    from layers.app.heavy.job import Work


ACCOUNT: Final = "plot_account"  # where a plot's account stands; layers.app.arrangement knows it
MOST_ROWS: Final = 100  # of the table on screen; writing 500 rows cost a rerun half a second
AT_ONCE: Final = 10_000  # plots that are written while the reader's click waits
# Ending → what the browser calls it, and the button's picture.
_FORMATS: Final = {
    "csv": ("text/csv", ":material/table:"),
    "geojson": ("application/geo+json", ":material/map:"),
}


def chosen(seen: Seen) -> GeoDataFrame | None:
    """Return the row of the plot that the address names; says so where there is none."""
    parcel_id = choices.plot()
    if parcel_id is None:
        return None
    plots = seen.whole.plots
    found = plots[plots["parcel_id"] == parcel_id]
    if found.empty:
        st.warning(t("reserve.plot_not_found"), icon=":material/help:")
        return None
    return found.head(1)


def point_chooser(seen: Seen) -> Callable[[float, float], None]:
    """Return what a click on the map does: the plot under it is chosen."""

    def choose(longitude: float, latitude: float) -> None:
        found = cadastre.at(longitude, latitude, seen.whole.plots)
        if found is None:
            st.toast(t("reserve.no_plot_here"))
            return
        choices.choose_plot(found)
        st.rerun()

    return choose


def close() -> None:
    """Choose no plot."""
    choices.choose_plot(None)


def bounds(seen: Seen) -> GeoDataFrame:
    """What the map is fitted to: the zones, the corridor, or the chosen zone."""
    pack = seen.view.pack
    if seen.area == CORRIDOR:
        return corridor.corridor_polygon(pack.layer("corridor_nodes"))
    zones = pack.layer("zones")
    return zones if seen.area == ALL else zones[zones["zone_id"] == seen.area]


def table(seen: Seen) -> None:
    """Plots of the area, filtered by class and size, with a download of just what is shown."""
    left, right = st.columns(2)
    classes = left.pills(
        t("reserve.filter_class"),
        CLASSES,
        selection_mode="multi",
        format_func=lambda name: texts.term("class", name),
        key="reserve_classes",
    )
    smallest = right.number_input(
        t("reserve.filter_size"),
        min_value=0.0,
        value=0.0,
        step=1.0,
        format="%g",
        key="reserve_smallest",
    )
    rows = _filtered(seen, list(classes), float(smallest) * 1000)
    if rows.empty:
        st.info(t("reserve.no_plots"), icon=":material/info:")
        return
    st.caption(
        t("reserve.shown", count=len(rows), area=texts.daa(rows["gross_m2"].sum()))
        + (f" {t('reserve.first_rows', count=MOST_ROWS)}" if len(rows) > MOST_ROWS else "")
    )
    _show(seen, rows.head(MOST_ROWS))
    about = (seen.view.version, seen.whole.rules, seen.area, tuple(classes), float(smallest))
    for column, (ending, (mime, icon)) in zip(st.columns(2), _FORMATS.items(), strict=True):
        if len(rows) > AT_ONCE:
            with column:
                handover.stepwise(
                    partial(_making, seen, rows, ending),
                    (*about, ending),
                    heavy=work.is_heavy(seen.view.pack, len(rows)),
                    key=f"reserve_{ending}",
                    label=t(f"reserve.download_{ending}"),
                )
            continue
        column.download_button(
            t(f"reserve.download_{ending}"),
            data=partial(_file, seen, rows, f".{ending}"),
            file_name=f"tomter.{ending}",
            mime=mime,
            icon=icon,
            on_click="ignore",
        )


def _filtered(seen: Seen, classes: list[str], smallest_m2: float) -> GeoDataFrame:
    account = seen.account
    plots = account.plots
    if seen.area not in (ALL, CORRIDOR):
        pieces = account.pieces
        plots = plots[plots.index.isin(pieces.loc[pieces["zone_id"] == seen.area, "parcel"])]
    if classes:
        plots = plots[plots["class"].isin(classes)]
    return plots[plots["gross_m2"] >= smallest_m2].sort_values("reserve_m2", ascending=False)


def _show(seen: Seen, rows: GeoDataFrame) -> None:
    room = seen.account.plot_jobs(views.norm_table(seen.view)).loc[rows.index]
    shown = pd.DataFrame(
        {
            t("table.plot"): rows["parcel_id"].astype(str),
            t("table.reserve_daa"): rows["reserve_m2"] / 1000,
            t("table.densification_m2"): rows["densification_bra_m2"],
            t("table.class"): [texts.term("class", name) for name in rows["class"]],
            t("table.gross_daa"): rows["gross_m2"] / 1000,
            t("table.built_daa"): rows["built_m2"] / 1000,
            t("table.excluded_daa"): rows["excluded_m2"] / 1000,
            t("table.dropped_daa"): rows["dropped_m2"] / 1000,
            t("table.reserve_jobs"): views.spans(room, "reserve"),
            t("table.allowed_m2"): rows["allowed_bra_m2"],
            t("table.existing_m2"): rows["existing_bra_m2"],
            t("table.utilisation"): rows["utilisation"],
            t("table.densification_jobs"): views.spans(room, "densification"),
        }
    )
    formats: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(
            (t(f"table.{name.removesuffix('_m2')}_daa") for name in PIECE_AREAS),
            tables.daa_number,
        ),
        t("table.allowed_m2"): texts.num,
        t("table.existing_m2"): texts.num,
        t("table.utilisation"): lambda share: texts.pct(None if pd.isna(share) else share),
        t("table.densification_m2"): texts.num,
    }

    def open_plot(place: int) -> None:
        choices.choose_plot(str(rows["parcel_id"].iloc[place]))
        st.rerun()

    tables.show(shown, formats, key="reserve_plots", on_select=open_plot)
    explain.beside(
        *("reserve_account", "reserve_land_jobs", "reserve_densification"),
        given=partial(views.assumed, seen.whole.rules),
        key="reserve_plots",
    )


def _file(seen: Seen, rows: GeoDataFrame, ending: str) -> bytes:
    written, provenance = _written(seen, rows)
    return write.as_bytes(written, ending, provenance=provenance)


def _making(seen: Seen, rows: GeoDataFrame, ending: str) -> Work[File]:
    written, provenance = _written(seen, rows)
    return takeouts.frame(written, f"tomter.{ending}", provenance)


def _written(seen: Seen, rows: GeoDataFrame) -> tuple[GeoDataFrame, Provenance]:
    norms = views.norm_table(seen.view)
    rules = seen.whole.rules
    provenance = land_table.provenance(seen.view.pack, rules, norms)
    # A file is what the command line writes, to the last digit.
    account = views.seen(seen.view, rules, seen.area, measured=True).account
    return land_table.columns(account, norms).loc[rows.index], provenance


def show(what: Seen, chosen: GeoDataFrame) -> None:
    """
    Show where the plot's land went, what it may carry and does, and the jobs it has room for.

    With what can be done next at its top, where it opens.
    """
    row = chosen.iloc[0]
    kind, parcel_id = str(row["class"]), str(row["parcel_id"])
    st.header(t("reserve.plot", plot=texts.plain(parcel_id)))
    with st.container(horizontal=True, gap="small"):
        if st.button(t("reserve.screen_plot"), icon=":material/fact_check:"):
            shell.open_screening(parcel_id)
        vacant = what.whole.parts
        vacant = vacant[vacant["parcel"] == chosen.index[0]]
        land, origin = (chosen, PLOT) if vacant.empty else (vacant, PART)
        onward.to_register(what.view, land, ref=parcel_id, origin=origin)
        st.button(t("reserve.close_plot"), icon=":material/close:", on_click=close)
    st.markdown(f"**{texts.term('class', kind)}**")
    st.vega_lite_chart(charts.waterfall(_steps(row)), width="stretch")
    _floors(row)
    explain.beside("reserve_plot", given=partial(views.assumed, what.whole.rules))
    room = what.whole.plot_jobs(norm_table(what.view)).loc[chosen.index]
    st.markdown(
        t(
            "reserve.plot_jobs",
            reserve=spans(room, "reserve")[0],
            densification=spans(room, "densification")[0],
        )
    )
    badges(what.view)
    arrangement.bring(ACCOUNT, parcel_id)


def _floors(row: pd.Series) -> None:
    """Allowed floor area of a plot against what stands there, as bars and in words."""
    colours = {
        t("reserve.floor_built"): style.SHARE_COLOURS["built_m2"],
        t("reserve.floor_vacant"): style.SHARE_COLOURS["reserve_m2"],
        t("reserve.floor_existing"): style.PRIMARY,
    }
    built, vacant, existing = colours
    bars = [
        (t("reserve.floor_allowed"), built, row["built_bra_m2"]),
        (t("reserve.floor_allowed"), vacant, row["reserve_bra_m2"]),
        (existing, existing, row["existing_bra_m2"]),
    ]
    parts: list[dict[str, Any]] = [
        {"label": label, "part": part, "value": float(area), "shown": floor(area)}
        for label, part, area in bars
    ]
    if row["has_building"] and any(part["value"] > 0 for part in parts):
        st.html(charts.stacked(parts, colours=colours))
    said = []
    if row["has_building"]:
        said.append(
            t(
                "reserve.plot_floor",
                allowed=floor(row["built_bra_m2"]),
                existing=floor(row["existing_bra_m2"]),
                utilisation=texts.pct(_known(row["utilisation"])),
            )
        )
    if row["reserve_m2"] > 0:
        said.append(t("reserve.plot_capacity", capacity=floor(row["reserve_bra_m2"])))
    if said:
        st.markdown(" ".join(said))


def _steps(row: pd.Series) -> list[dict[str, Any]]:
    left = float(row["gross_m2"])
    steps = [_step("gross_m2", 0, left, style.PRIMARY, left)]
    for name in PIECE_AREAS[1:-1]:
        taken = row[name]
        if pd.notna(taken):
            steps.append(_step(name, left, left - taken, style.SHARE_COLOURS[name], -taken))
            left -= float(taken)
        else:
            steps.append(_step(name, left, left, style.SHARE_COLOURS[name], taken))
    vacant = float(row["reserve_m2"])
    return [*steps, _step("reserve_m2", 0, vacant, style.SHARE_COLOURS["reserve_m2"], vacant)]


def _step(name: str, start: float, end: float, colour: str, amount: float) -> dict[str, Any]:
    shown = t("unknown") if pd.isna(amount) else texts.daa(amount)
    label = t(f"share.{name}")
    return {"label": label, "start": start, "end": end, "colour": colour, "shown": shown}


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
