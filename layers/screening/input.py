"""The ways a site comes in: drawn, a plot, coordinates or a file; and what will be built on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.intake import coordinates
from geo.schema import layers as schema
from layers.app import address, cache, texts
from layers.app.kept import draft, store
from layers.app.texts import t
from layers.maps import plot_picker
from layers.screening import drawn, site_link
from layers.widgets import uploads

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.app.shell import View

DRAWN, PLOT, POINT, FILE = "draw", "plot", "point", "file"
WAYS: Final = (DRAWN, PLOT, POINT, FILE)
_UPLOAD: Final = "screen"
_KEPT: Final = "screen_kept_file"  # the file of this session → its digest on the server
_MOST_NAME: Final = 200  # characters of a site's name
# Where the session keeps what was given.
_GIVEN: Final = {PLOT: "screen_plot", POINT: "screen_point", FILE: f"{_UPLOAD}.file"}


@dataclass(frozen=True)
class Business:
    """What is meant to be built; None is unknown."""

    name: str | None
    business_type: str | None
    gross_area_m2: float | None
    jobs: float | None


def sites(view: View) -> GeoDataFrame | None:
    """
    Let the reader point out one site or many; returns them in EPSG:25832, None before that.

    What the site brings stands in the columns of a file of sites: name, business_type,
    gross_area_m2, jobs. In a file, the reader's own answers fill what the file leaves open.
    """
    begun = draft.opened(site_link.PART)
    if begun is not None:
        _put_back(begun)
    way = st.radio(
        t("screen.way"),
        WAYS,
        index=address.begin_at(
            "screen_way", WAYS, address.read("way", address.one_of(WAYS), DRAWN)
        ),
        horizontal=True,
        format_func=lambda name: t(f"screen.way_{name}"),
        key="screen_way",
    )
    address.keep("way", way)
    found: GeoDataFrame | None
    if way == DRAWN:
        found = drawn.sites(view)
    elif way == PLOT:
        found = _plot(view)
    elif way == POINT:
        found = _point(view)
    else:
        found = uploads.sites(view, key=_UPLOAD)
        _keep_file(given=found is not None)
    business = _business()
    if found is None or found.empty:
        return None
    if way in (DRAWN, POINT):
        found = _named(found, business.name or t(f"screen.name_{way}"))
    return _with_business(found, business)


def _put_back(values: dict[str, Any]) -> None:
    """Bring back what a link's draft holds: the sites that no link can, or a file."""
    site_link.follow_draft(drawn.MAP, values)
    file = values.get("file")
    if isinstance(file, dict):
        name, content = str(file.get("name")), store.read_file(str(file.get("digest")))
        if content is None:
            address.refuse(draft.ADDRESS, name)
        else:
            uploads.put_back(_UPLOAD, name, content)


def _keep_file(*, given: bool) -> None:
    """Keep the reader's file for whoever opens the link, and say so, or that it is not kept."""
    file = uploads.given(_UPLOAD)
    if file is None or not given:
        if file is None:
            draft.put_one(site_link.PART, "file", None)
        return
    digest = st.session_state.get(_KEPT, {}).get(file.digest)
    if digest is None:
        digest = store.write_file(file.content)
        st.session_state[_KEPT] = {file.digest: digest}
    kept = digest is not None and draft.put_one(
        site_link.PART, "file", {"name": file.name, "digest": digest}
    )
    said = t("screen.file_kept", hours=store.HOURS) if kept else t("screen.file_not_kept")
    st.caption(said)


def begin(view: View) -> None:
    """Say how to begin, in the way that was chosen; not where what was given has its own error."""
    way = st.session_state["screen_way"]
    given = st.session_state.get(_GIVEN[way]) if way in _GIVEN else None
    given = given or (uploads.given(_UPLOAD) if way == FILE else None)
    lacking = way == PLOT and not view.pack.has("parcels")
    if lacking or (given.strip() if isinstance(given, str) else given):
        return
    st.info(t(f"screen.begin_{way}"), icon=":material/ads_click:")


def _named(found: GeoDataFrame, name: str) -> GeoDataFrame:
    """Name a site, or several by number, so that they can be told apart."""
    if len(found) == 1:
        return found.assign(name=name)
    return found.assign(name=[f"{name} {number}" for number in range(1, len(found) + 1)])


def _plot(view: View) -> GeoDataFrame | None:
    if not view.pack.has("parcels"):
        st.info(t("page.missing_layer", layer=t("layer.parcels")), icon=":material/help:")
        return None
    asked, plots = plot_picker.ask(view, address.text("plot") or "", key="screen_plot")
    address.keep("plot", asked if asked.strip() else None)
    if plots is None:
        return None
    made_up = "synthetic" in view.pack.badges("parcels")
    return gpd.GeoDataFrame(
        {name: [str(rows["parcel_id"].iloc[0]) for rows in plots] for name in ("id", "name")}
        | {"synthetic": made_up},
        geometry=[rows.union_all() for rows in plots],
        crs=plots[0].crs,
    )


def _point(view: View) -> GeoDataFrame | None:
    asked = st.text_input(
        t("screen.point"),
        value=address.begin("screen_point", address.text("point") or ""),
        placeholder="59.955, 11.05",
        key="screen_point",
        help=t("screen.point_help"),
    )
    address.keep("point", asked if asked.strip() else None)
    if not asked.strip():
        return None
    try:
        spots = coordinates.parse_all(asked, near=_middle(view))
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return None
    for spot in spots:
        for note in spot.assumptions:
            st.caption(texts.plain(note.say(texts.language())))
    return gpd.GeoDataFrame(geometry=[spot.point for spot in spots], crs=schema.CRS)


def _middle(view: View) -> Any:  # noqa: ANN401  # a point in EPSG:25832, or None
    if not view.pack.has("municipality"):
        return None
    return view.pack.municipality.geometry.union_all().centroid


def _business() -> Business:
    norms = cache.standard_norms()
    english = texts.language() == "en"
    labels = {name: norm.label_en if english else norm.label for name, norm in norms.items()}
    with st.container(border=True):
        st.header(t("screen.business"))
        columns = st.columns(2)
        name = columns[0].text_input(
            t("screen.name"),
            value=address.begin("screen_name", (address.text("name") or "")[:_MOST_NAME]),
            key="screen_name",
            max_chars=_MOST_NAME,
        )
        known = list(labels)
        asked = address.read("type", address.one_of(known), None)
        begun = address.begin("screen_type", asked)
        kind = columns[1].selectbox(
            t("table.business_type"),
            known,
            index=known.index(begun) if begun in known else None,
            format_func=lambda one: labels[one],
            placeholder=t("unknown"),
            key="screen_type",
        )
        area = columns[0].number_input(
            t("screen.gross_area"),
            min_value=0.0,
            value=address.begin("screen_bra", address.read("bra", address.amount, None)),
            step=500.0,
            format="%g",
            placeholder=t("unknown"),
            key="screen_bra",
        )
        jobs = columns[1].number_input(
            t("screen.jobs"),
            min_value=0.0,
            value=address.begin("screen_jobs", address.read("jobs", address.amount, None)),
            step=10.0,
            format="%g",
            placeholder=t("screen.jobs_from_area"),
            key="screen_jobs",
            help=t("screen.jobs_help"),
        )
    address.keep("name", name.strip() or None)
    for key, value in (("type", kind), ("bra", area), ("jobs", jobs)):
        address.keep(key, value)
    return Business(name.strip() or None, kind, area, jobs)


def _with_business(found: GeoDataFrame, business: Business) -> GeoDataFrame:
    """Fill what the sites leave open with what the reader has said."""
    frame = found.reset_index(drop=True)
    frame.attrs = found.attrs
    given = {
        "name": business.name,
        "business_type": business.business_type,
        "gross_area_m2": business.gross_area_m2,
        "jobs": business.jobs,
    }
    for column, value in given.items():
        if value is None:
            continue
        if column not in frame or (column == "name" and len(frame) == 1):
            frame[column] = value
        else:
            frame[column] = frame[column].where(frame[column].notna(), value)
    return frame
