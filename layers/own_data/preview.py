"""Old against new: on a map, feature by feature, and in the key figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from geo.indicators import BY_ZONE, RESTS_ON, KeyFigures, key_figures
from geo.pack.diff import LayerChange, LayerFacts, compare
from geo.schema import layers as schema
from geo.workspace import figures_of
from layers.app import badges, cache, explain, texts
from layers.app.texts import t
from layers.maps import leaflet
from layers.own_data import working
from layers.widgets import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from geo.pack.read import Pack
    from layers.app.map_script import MapScript
    from layers.app.shell import View

MOST_SHAPES: Final = 2000  # on a map, each way; more make a browser slow
TOLERANCE_M: Final = 1.0  # of outlines on the map
_AREAS: Final = frozenset({"zones_area_m2", "growth_area_m2", "reserve_m2"})
_FLOORS: Final = frozenset({"densification_bra_m2"})
_SHARES: Final = frozenset({"rule_share", "rule_share_regional"})


def show(view: View, before: Pack, after: Pack, *, layer: str, key: str) -> None:
    """Show what becomes of one layer, and of the key figures."""
    (change,) = working.worked_out(
        view,
        ("change", before.sha256, after.sha256, layer),
        t("heavy.compare"),
        compare,
        *(before, after, (layer,)),
        features=max(len(pack.layers.get(layer, ())) for pack in (before, after)),
    )
    words, picture = st.columns([7, 5], gap="medium")
    with picture:
        _map(view, before, after, layer, key=key)
    with words:
        counts(change)
        figures(view, before, after, key=key)
    zones(view, before, after, key=key)


def counts(change: LayerChange) -> None:
    """Say how many features are new, gone, changed and the same."""
    parts = {name: getattr(change, name) for name in ("added", "removed", "changed", "unchanged")}
    st.markdown(t("data.change", **parts))


def changes(found: list[LayerChange], *, key: str) -> None:
    """Table of all layers of two packs, and what is different in them."""
    rows = [
        {
            t("table.layer"): t(f"layer.{one.layer}"),
            t("data.before"): float("nan") if one.before is None else one.before.features,
            t("data.after"): float("nan") if one.after is None else one.after.features,
            t("data.area_before"): _area(one.before),
            t("data.area_after"): _area(one.after),
            t("data.added"): float(one.added),
            t("data.removed"): float(one.removed),
            t("data.changed"): float(one.changed),
            t("data.checksum"): "" if one.after is None else one.after.sha256[:8],
        }
        for one in found
    ]
    whole = ("data.before", "data.after", "data.added", "data.removed", "data.changed")
    formats: dict[str, Callable[[Any], str]] = {t(name): texts.num for name in whole}
    tables.show(pd.DataFrame(rows), formats, key=key)


def figures(view: View, before: Pack, after: Pack, *, key: str) -> None:
    """Table of the key figures, now and after, with the badges that each carries after."""
    old, new = of_pack(view, before), of_pack(view, after)
    replace(view, pack=after).demonstration()
    rows = []
    for name, layers in RESTS_ON.items():
        a, b = old.values[name], new.values[name]
        rows.append(
            {
                t("data.figure"): t(f"data.figure_{name}"),
                t("data.now"): _written(name, a),
                t("data.then"): _written(name, b),
                t("data.difference"): _difference(name, a, b),
                t("data.basis"): ", ".join(
                    t(f"badge.{badge}") for badge in sorted(after.badges(*layers))
                ),
            }
        )
    tables.plain(pd.DataFrame(rows), len(rows), key=f"{key}.figures")
    explain.beside("key_figures", key=f"{key}_figures")
    badges.show(sorted(after.badges("zones", "growth_areas", *RESTS_ON["reserve_m2"])))


def zones(view: View, before: Pack, after: Pack, *, key: str) -> None:
    """
    Table of the zones whose figures are different.

    A zone that is new or removed has no figures on the other side, which is not unknown.
    """
    old, new = of_pack(view, before).zones, of_pack(view, after).zones
    ids = list(dict.fromkeys([*new.index, *old.index]))
    a, b = old.reindex(ids), new.reindex(ids)
    left, right = (x[list(BY_ZONE)].to_numpy(float) for x in (a, b))
    differs = ~np.isclose(left, right, rtol=0, atol=0.5, equal_nan=True).all(axis=1)
    st.markdown(f"**{t('data.zones', count=int(differs.sum()))}**")
    if not differs.any():
        return
    a, b = a[differs], b[differs]
    names = b["name"].where(b["name"].notna(), a["name"])
    sides = (("now", a, a.index.isin(old.index)), ("then", b, b.index.isin(new.index)))
    table: dict[str, list[str]] = {
        t("table.zone"): [texts.of_pack(name, after.directory) for name in names],
        t("data.zone_change"): [
            t("data.zone_new" if not was else "data.zone_changed" if stays else "data.zone_gone")
            for was, stays in zip(sides[0][2], sides[1][2], strict=True)
        ],
    }
    for name in BY_ZONE:
        written = texts.num if name in _FLOORS else _of_daa
        for side, frame, there in sides:
            column = f"{t(f'data.zone_{name}')}, {t(f'data.{side}').lower()}"
            # Text: of a number that is missing, a table could not tell absent from unknown.
            table[column] = [
                written(value) if here else "–"
                for value, here in zip(frame[name].astype(float), there, strict=True)
            ]
    tables.plain(pd.DataFrame(table), len(names), key=f"{key}.zones")


def of_pack(view: View, pack: Pack) -> KeyFigures:
    """Return a pack's key figures, with the projects and norms in use."""
    used, key = view.workspace, ("figures", pack.sha256, view.version)
    if pack.sha256 == view.pack.sha256:
        cache.usual_land(view.pack, view.version)
        return cache.draft(key, lambda: key_figures(pack, used.projects, used.usual_land))
    return working.worked_out(
        view,
        key,
        t("heavy.figures"),
        figures_of,
        *(pack, used.listed, dict(used.norms)),
        features=most(pack),
    )


def most(*packs: Pack) -> int:
    """Return how many features there are in the largest layer of packs."""
    return max((len(frame) for pack in packs for frame in pack.layers.values()), default=0)


def _map(view: View, before: Pack, after: Pack, layer: str, *, key: str) -> None:
    old, new = _drawn(*(_placed(_frame(pack, layer)) for pack in (before, after)))

    def draw() -> MapScript:
        bounds = _bounds(view, *_different(old, new), otherwise=new)
        leaflet_map = leaflet.base(view.pack, bounds_of=bounds)
        for frame, kind in ((new, "data_new"), (old, "data_old")):
            if frame is not None and not frame.empty:
                shown = _light(frame)
                point = 5 if shown.geom_type.eq("Point").any() else None
                leaflet.shapes(shown, kind, name=t(f"legend.{kind}"), radius=point).add_to(
                    leaflet_map
                )
        return leaflet.script(leaflet_map, t("map.title_data"))

    told = (before.sha256, after.sha256, layer, texts.language())
    leaflet.show(cache.map_script(("data", *told), draw), key=f"{key}.map", height=420)
    if any(one is not None and len(one) > MOST_SHAPES for one in (old, new)):
        st.caption(t("data.map_part", count=MOST_SHAPES))


def _bounds(
    view: View, *frames: GeoDataFrame | None, otherwise: GeoDataFrame | None
) -> GeoDataFrame:
    """What the map is fitted to: what is new and what is gone alike."""
    shown = [one.geometry for one in frames if one is not None and not one.empty]
    if not shown:
        nothing = otherwise is None or otherwise.empty
        return view.pack.layer("municipality") if nothing else otherwise
    return gpd.GeoDataFrame(geometry=pd.concat(shown, ignore_index=True), crs=shown[0].crs)


def _drawn(
    old: GeoDataFrame | None, new: GeoDataFrame | None
) -> tuple[GeoDataFrame | None, GeoDataFrame | None]:
    """Of a large layer only what is not the same in both is drawn."""
    if old is None or new is None or max(len(old), len(new)) <= MOST_SHAPES:
        return old, new
    return _different(old, new)


def _different(
    old: GeoDataFrame | None, new: GeoDataFrame | None
) -> tuple[GeoDataFrame | None, GeoDataFrame | None]:
    """Return what is not the same in both."""
    if old is None or new is None:
        return old, new
    was, becomes = old.geometry.to_wkb(), new.geometry.to_wkb()
    return old[~was.isin(becomes)], new[~becomes.isin(was)]


def _light(frame: GeoDataFrame) -> GeoDataFrame:
    part = frame.iloc[:MOST_SHAPES]
    return part.assign(geometry=part.geometry.simplify(TOLERANCE_M))[["geometry"]]


def _frame(pack: Pack, layer: str) -> GeoDataFrame | None:
    return pack.layer(layer) if layer in schema.LAYERS and pack.has(layer) else None


def _placed(frame: GeoDataFrame | None) -> GeoDataFrame | None:
    return None if frame is None else frame[frame.geometry.notna()]


def _area(side: LayerFacts | None) -> str:
    """Write a layer's area in dekar; points and lines have none, which is not unknown."""
    if side is None:
        return t("state.missing")
    return "–" if side.area_m2 is None else tables.daa_number(side.area_m2 / 1000)


def _of_daa(area_m2: float) -> str:
    return t("unknown") if pd.isna(area_m2) else tables.daa_number(area_m2 / 1000)


def _written(name: str, value: float | None) -> str:
    if name in _SHARES:
        return texts.pct(value, 1)
    if name in _AREAS:
        return texts.daa(value)
    if name in _FLOORS and value is not None:
        return f"{texts.num(value)} m²"
    return texts.num(value)


def _difference(name: str, before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return t("unknown") if before != after else "–"
    more = after - before
    if _written(name, before) == _written(name, after):
        return "–"
    sign = "+" if more > 0 else "\N{MINUS SIGN}"
    if name in _SHARES:
        return sign + t("data.points", points=texts.num(100 * abs(more), 1))
    return sign + _written(name, abs(more))
