"""What follows from new outlines or plots: growth areas, projects placed there, what is made up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.growth.share import inside_fractions
from geo.land.compute import NEEDS
from geo.pack.renewal import FINDS
from geo.pack.replace import Replacement
from geo.pack.searched import unsearched
from geo.pack.stories import reshaped, same_outline
from geo.pack.zone_effects import Affected, Fate, affected, changed_zones
from geo.schema import layers as schema
from layers.app import badges, cache, texts
from layers.app.texts import num, t
from layers.widgets import tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.pack.candidate import Candidate
    from geo.pack.read import Pack
    from geo.pack.replace import About
    from layers.app.shell import View

_MOST_ROWS: Final = 200  # in a table; the rest are counted
_SHOWN: Final = tuple(one for one in Fate if one is not Fate.INSIDE)


def mirrored(
    view: View, new: Candidate, ids: frozenset[str], about: About, *, widget: str
) -> Replacement | None:
    """
    Ask whether a growth area that had the zone's outline is to have the new one too.

    Returns the growth areas as they would be; None where they stay.
    """
    pack = view.pack
    if (
        new.layer != "zones"
        or len(ids) != 1
        or not (pack.has("zones") and pack.has("growth_areas"))
    ):
        return None
    zones, areas = pack.layer("zones"), pack.layer("growth_areas")
    old = zones[zones["zone_id"].astype("str").isin(ids)]
    if len(old) != 1:
        return None
    zone = old.iloc[0]
    alike = [same_outline(zone.geometry, shape) for shape in areas.geometry]
    named = areas["name"].astype("str").str.casefold() == str(zone["name"]).casefold()
    for name in areas.loc[named & ~pd.Series(alike, index=areas.index), "name"]:
        said = t("data.area_same_name", area=texts.of_pack(name, pack.directory))
        st.caption(texts.plain(said))
    twins = areas[alike]
    if len(twins) != 1:
        return None
    twin = twins.iloc[[0]]
    name = texts.of_pack(twin["name"].iloc[0], pack.directory)
    counts = "data.area_counts" if bool(twin["counts"].iloc[0]) else "data.area_counts_not"
    if not st.checkbox(
        texts.plain(t("data.area_too", area=name)), help=t(counts), key=f"{widget}.area"
    ):
        st.caption(texts.plain(t("data.area_stays", area=name)))
        return None
    frame = new.require_valid()
    mine = frame[frame["zone_id"].astype("str").isin(ids)]
    mapped = gpd.GeoDataFrame(geometry=mine.geometry.to_numpy(), crs=schema.CRS)
    changed = reshaped("growth_areas", mapped, twin, pack, about.nature, source=about.source)
    return None if changed.errors else Replacement(changed, about)


def show(view: View, before: Pack, after: Pack, new: Candidate, *, widget: str) -> None:
    """Show what follows from a new layer, beyond the key figures."""
    if new.layer == "zones" and after.has("zones"):
        key = ("follows", before.sha256, after.sha256)
        old = before.layer("zones") if before.has("zones") else None
        ids = cache.draft(("changed", *key), lambda: changed_zones(old, after.layer("zones")))
        if ids:
            st.header(t("data.follows"))
            _growth(view, before, after, ids)
            _placed(view, before, after, widget=widget)
    if new.layer == FINDS:
        _unsearched(before, after)
    _made_up(after, new)


def _unsearched(before: Pack, after: Pack) -> None:
    """Say where nothing is known any more, since what was found there is gone."""
    lost = unsearched(before, after)
    if lost:
        kinds = "; ".join(
            f"{t(f'constraint.{kind}')} ({texts.daa(area)})" for kind, area in lost.items()
        )
        st.warning(t("data.unsearched", kinds=kinds), icon=":material/help:")


def _growth(view: View, before: Pack, after: Pack, ids: list[str]) -> None:
    """Table of the part of each zone that lies in growth areas, now and then."""
    if not after.has("growth_areas"):
        st.caption(t("data.no_growth_areas"))
        return
    now, then = _shares(before, ids), _shares(after, ids)
    rows = []
    for zone_id in ids:
        a, b = now.get(zone_id), then.get(zone_id)
        name = (b or a or ("",))[0]
        rows.append(
            {
                t("table.zone"): texts.of_pack(name, view.pack.directory),
                t("data.counted_now"): "–" if a is None else texts.pct(a[1]),
                t("data.counted_then"): "–" if b is None else texts.pct(b[1]),
                t("data.regional_now"): "–" if a is None else texts.pct(a[2]),
                t("data.regional_then"): "–" if b is None else texts.pct(b[2]),
            }
        )
    st.markdown(f"**{t('data.in_growth_areas')}**")
    tables.plain(pd.DataFrame(rows), len(rows), key="data_growth")
    badges.show(sorted(after.badges("zones", "growth_areas")))


def _shares(pack: Pack, ids: list[str]) -> dict[str, tuple[str, float, float]]:
    """Name of each zone, and its part in the areas that count and in all of them."""
    if not (pack.has("zones") and pack.has("growth_areas")):
        return {}
    zones = pack.layer("zones")
    some = zones[zones["zone_id"].astype("str").isin(ids)]
    counted, regional = inside_fractions(some, pack.layer("growth_areas"))
    return {
        str(one): (str(name), float(a), float(b))
        for one, name, a, b in zip(some["zone_id"], some["name"], counted, regional, strict=True)
    }


def _placed(view: View, before: Pack, after: Pack, *, widget: str) -> None:
    """Table of the projects and places that the change concerns."""
    found: list[tuple[str, Affected]] = []
    old = before.layer("zones") if before.has("zones") else None
    for source, layer, frame in _features(view):
        key = ("affected", before.sha256, after.sha256, source, view.version)
        rows: list[Affected] = cache.draft(
            key,
            lambda: affected(old, after.layer("zones"), frame, layer),  # noqa: B023  # at once
        )
        found += [(source, one) for one in rows]
    st.markdown(f"**{t('data.placed')}**")
    if not found:
        st.caption(t("data.placed_none"))
        return
    counted = Counter(one.effect for _, one in found)
    parts = [f"{t(f'data.effect_{one.value}')}: **{num(counted[one])}**" for one in counted]
    st.markdown(" · ".join(parts))
    told = [(source, one) for source, one in found if one.effect in _SHOWN]
    if not told:
        return
    table = pd.DataFrame(
        {
            t("data.placed_what"): t(f"data.placed_{source}"),
            t("data.placed_name"): texts.of_pack(one.name, view.pack.directory),
            t("data.placed_zone"): texts.of_pack(one.zone, view.pack.directory),
            t("data.placed_effect"): t(f"data.effect_{one.effect.value}"),
            t("data.placed_belongs"): _belongs(view, one),
            t("table.accuracy"): _accuracy(one),
        }
        for source, one in told[:_MOST_ROWS]
    )
    tables.plain(table, len(table), key=f"{widget}.placed")
    if len(told) > _MOST_ROWS:
        st.caption(t("data.rows_more", count=len(told) - _MOST_ROWS))
    if any(one.doubtful for _, one in told):
        st.caption(t("data.placed_doubtful"))


def _features(view: View) -> list[tuple[str, str, GeoDataFrame]]:
    """Return the projects in use, the pack's own that are not among them, and the places."""
    found = []
    listed, pack = view.workspace.listed, view.pack
    if listed is not None:
        found.append(("listed" if listed.seq else "projects", "projects", listed.frame))
    if listed is not None and listed.seq and pack.has("projects"):
        own = pack.layer("projects")
        more = own[~own["project_id"].isin(listed.frame["project_id"])]
        found.append(("projects", "projects", more))
    if pack.has("places"):
        found.append(("places", "places", pack.layer("places")))
    return [one for one in found if len(one[2])]


def _belongs(view: View, one: Affected) -> str:
    name = one.belongs_to
    return t("data.placed_nowhere") if name is None else texts.of_pack(name, view.pack.directory)


def _accuracy(one: Affected) -> str:
    if one.accuracy_m is None:
        return t("unknown")
    written = f"± {num(one.accuracy_m)} m"
    return f"{written} ({t('data.placed_unsure')})" if one.doubtful else written


def _made_up(after: Pack, new: Candidate) -> None:
    """Say what is still made up below the figures of vacant land, after real data came in."""
    frame = new.require_valid()
    if "synthetic" in frame:
        made_up = int(frame["synthetic"].sum())
        if 0 < made_up < len(frame):
            said = t("data.made_up_remain", count=made_up, layer=t(f"layer.{new.layer}"))
            st.warning(said, icon=":material/science:")
    if new.layer == "zones" or new.layer not in NEEDS:
        return  # of zones the demonstration's own line says it
    others = [
        name
        for name in NEEDS
        if name != new.layer and after.has(name) and "synthetic" in after.badges(name)
    ]
    if not others:
        return
    parts = []
    for name in others:
        layer = after.layer(name)
        near = len(set(layer.sindex.query(frame.geometry, predicate="intersects")[1]))
        parts.append(t("data.made_up_here", layer=t(f"layer.{name}"), count=near))
    st.warning(t("data.rests_on_made_up", layers="; ".join(parts)), icon=":material/science:")
