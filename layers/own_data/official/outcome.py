"""What a fetch came to: what is there and what is not, what it changes, and its way into use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.pack.diff import compare
from geo.pack.location import version_at
from geo.pack.read import read_pack
from geo.pack.renewal import COVERAGE, FINDS, PAIR, exchange, renewed, save_whole
from geo.pack.versions import Signature, VersionStore
from geo.schema import layers as schema
from layers.app import cache, login, texts
from layers.app.texts import num, t
from layers.own_data import keep, preview, working
from layers.own_data.official.choose import name_of
from layers.own_data.official.worker import COUNTED
from layers.widgets import tables
from layers.widgets.layer_state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.pack.read import Pack
    from geo.pack.renewal import Exchange
    from geo.pack.versions import Version
    from layers.app.shell import View
    from layers.own_data.official.job import Fetch

_MADE_UP: Final = frozenset({"synthetic", "illustrative"})


def show(view: View, fetch: Fetch, *, done: Callable[[], None]) -> bool:
    """
    Show what came, and let those who may put it into use; `done` forgets the fetch then.

    Returns
    -------
    bool
        Whether the reader asks for what is missing once more.
    """
    fetched = cache.draft(("official", str(fetch.folder)), lambda: read_pack(fetch.pack))
    report = fetch.report(texts.language())
    own = fetch.number == view.pack.municipality_no
    layers = [one for one in report["layers"] if own is False or one["layer"] in fetch.layers]
    there = [one for one in layers if fetched.has(one["layer"])]
    name = texts.plain(fetched.name)
    st.markdown(t("data.official_got", name=name, number=fetch.number, count=len(there)))
    asked = [(one["layer"], service) for one in layers for service in one["services"]]
    failed = [(layer, service) for layer, service in asked if service["reason"]]
    again = bool(failed) and _failures(failed, fetched, own=own)
    _told(layers, report[COUNTED])
    if own:
        _renew(view, fetch, fetched, done)
    else:
        _replace_all(view, fetch, fetched, done)
    return again


def _failures(failed: list[tuple[str, Mapping[str, Any]]], fetched: Pack, *, own: bool) -> bool:
    """Name what did not come, and what that means for its layer."""
    absent = "data.official_stays" if own else "data.official_absent"
    st.warning(t("data.official_lacks", count=len(failed)), icon=":material/help:")
    tables.lines(
        pd.DataFrame(
            {
                t("table.layer"): t(f"layer.{layer}"),
                t("table.source"): service["source"],
                t("data.official_why"): service["reason"],
                t("data.official_so"): t("data.official_in_part" if fetched.has(layer) else absent),
            }
            for layer, service in failed
        )
    )
    return st.button(t("data.official_retry"), icon=":material/refresh:", key="official_retry")


def _told(layers: list[Mapping[str, Any]], counted: Mapping[str, str]) -> None:
    """Show for each service what it gave, and what was left out and why."""
    rows = [
        {
            t("table.layer"): t(f"layer.{one['layer']}"),
            t("table.source"): service["source"],
            t("data.official_counted"): counted[service["id"]],
            t("table.note"): " ".join(service["notes"]),
        }
        for one in layers
        for service in one["services"]
        if not service["reason"]
    ]
    if rows:
        with st.expander(t("data.official_told"), icon=":material/receipt_long:"):
            tables.lines(pd.DataFrame(rows))


def _renew(view: View, fetch: Fetch, fetched: Pack, done: Callable[[], None]) -> None:
    """Show what the fetched layers change in the pack of the same municipality."""
    able = exchange(view.pack, fetched, fetch.layers).replaced
    choices = [name for name in able if name != COVERAGE]
    if not choices:
        st.error(t("data.official_nothing"), icon=":material/error:")
        return
    st.header(t("data.preview"))
    chosen = st.multiselect(
        t("data.official_take"),
        choices,
        default=choices,
        format_func=name_of,
        key=f"official_take.{fetch.folder.name}",
    )
    if not chosen:
        st.info(t("data.official_take_none"), icon=":material/info:")
        return
    change = exchange(view.pack, fetched, chosen)
    key = (str(fetch.folder), view.pack.sha256, tuple(chosen))
    after = cache.draft(("renewed", *key), lambda: renewed(view.pack, fetched, chosen))
    _changes(view, after, change, key)
    _own(view.pack, change)
    _forgotten(view.pack, after, change)
    _still_made_up(after)
    preview.figures(view, view.pack, after, key="official_figures")
    preview.zones(view, view.pack, after, key="official_zones")

    def save(signature: Signature, parent: str) -> Version:
        return working.renewed(view, fetched, chosen, signature, parent)

    _activate(view, fetched, (*change.replaced, *change.lost), save, done)


def _changes(view: View, after: Pack, change: Exchange, key: tuple[object, ...]) -> None:
    st.caption(t("data.official_others_stay"))
    compared = working.worked_out(
        view,
        ("compared", *key),
        t("heavy.compare"),
        compare,
        *(view.pack, after, (*change.replaced, *change.lost)),
        features=preview.most(view.pack, after),
    )
    preview.changes(compared, key="official_changes")


def _own(before: Pack, change: Exchange) -> None:
    """Name the layers of the municipality's own that would give way."""
    names = [name for name in (*change.replaced, *change.lost) if before.info(name).own]
    if names:
        listed = ", ".join(t(f"layer.{name}") for name in names)
        st.warning(t("data.official_own", layers=listed), icon=":material/swap_horiz:")


def _forgotten(before: Pack, after: Pack, change: Exchange) -> None:
    """Name the kinds of constraint that were known before and are unknown then."""
    if change.lost:
        st.warning(t("data.official_coverage_lost"), icon=":material/help:")
    if FINDS not in change.replaced:
        return
    gone = _kinds(before) - _kinds(after)
    if gone:
        listed = ", ".join(t(f"constraint.{kind}") for kind in sorted(gone))
        st.warning(t("data.official_forgotten", kinds=listed), icon=":material/help:")


def _kinds(pack: Pack) -> set[str]:
    """Return the kinds that a pack has found something of, or been looked through for."""
    frames = [pack.layers[name] for name in PAIR if pack.has(name)]
    return {str(kind) for frame in frames for kind in frame["kind"].dropna()}


def _still_made_up(after: Pack) -> None:
    """Name what is made up or a sketch yet: figures go on resting on it."""
    names = [name for name in after.layers if state_of(after, name) in _MADE_UP]
    if names:
        listed = ", ".join(t(f"layer.{name}") for name in names)
        st.info(t("data.official_made_up", layers=listed), icon=":material/science:")


def _replace_all(view: View, fetch: Fetch, fetched: Pack, done: Callable[[], None]) -> None:
    """Show the pack of another municipality, of which nothing of the one in use can be a part."""
    here = [name for name in schema.LAYERS if fetched.has(name)]
    if here == ["municipality"] and set(fetch.layers) != {"municipality"}:
        st.error(t("data.official_nothing"), icon=":material/error:")
        return
    st.header(t("data.official_new_pack"))
    tables.lines(
        pd.DataFrame(
            {
                t("table.layer"): t(f"layer.{name}"),
                t("table.features"): num(len(fetched.layer(name))),
                t("table.source"): fetched.info(name).source or t("unknown"),
                t("table.licence"): fetched.info(name).licence or t("unknown"),
                t("data.accuracy"): fetched.info(name).accuracy or t("unknown"),
            }
            for name in here
        )
    )
    missing = [name for name, one in schema.LAYERS.items() if one.expected and name not in here]
    if missing:
        listed = ", ".join(t(f"layer.{name}") for name in missing)
        st.info(t("data.official_unknown_then", layers=listed), icon=":material/help:")
    parts = {
        "new": texts.plain(fetched.name),
        "number": fetch.number,
        "old": texts.plain(view.pack.name),
        "layers": len(view.pack.layers),
        "features": sum(map(len, view.pack.layers.values())),
    }
    st.warning(t("data.official_another", **parts), icon=":material/swap_horiz:")

    def save(signature: Signature, parent: str) -> Version:
        with st.spinner(t("heavy.write")):
            return save_whole(VersionStore(), fetched, signature, replaces=parent)

    ask = t("data.official_another_yes", **parts)
    _activate(view, fetched, (), save, done, ask=ask)


def _activate(  # what is to be written, and how it is asked for
    view: View,
    fetched: Pack,
    layers: Sequence[str],
    save: Callable[[Signature, str], Version],
    done: Callable[[], None],
    *,
    ask: str = "",
) -> None:
    st.header(t("data.activate"))
    if not keep.writable(view):
        return
    with st.form("official_about", border=True):
        st.caption(t("data.official_says_itself"))
        reason = st.text_input(
            t("data.reason"),
            value=t("data.official_reason", day=fetched.built or t("unknown")),
            max_chars=500,
            help=t("data.reason_help"),
        )
        agreed = st.checkbox(ask, key="official_agreed") if ask else True
        pressed = st.form_submit_button(
            t("data.put_into_use"), type="primary", icon=":material/published_with_changes:"
        )
    moved = keep.another_pack(view, "official")
    if not pressed:
        return
    if moved:
        st.error(t("data.moved"), icon=":material/sync_problem:")
        return
    if not agreed:
        st.error(t("data.official_agree_first"), icon=":material/error:")
        return
    try:
        author = login.require_writer().author
        # What the preview was worked out from; not what has been put into use since.
        parent = version_at(view.pack.directory)
        made = save(Signature(author, reason, parent, layers), parent)
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    keep.finished(t("data.official_in_use", version=made.id), done)
