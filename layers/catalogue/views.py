"""The page of layers: the catalogue, what one layer is, its map and rows, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.catalogue import entries
from geo.catalogue.selection import title
from layers.app import address, arrangement, badges, shell, texts
from layers.app.texts import t
from layers.catalogue import data, downloads, words
from layers.catalogue import map as catalogue_map
from layers.maps import leaflet
from layers.widgets import tables
from layers.widgets.layer_state import state_of

if TYPE_CHECKING:
    from geo.catalogue.entries import CatalogueEntry
    from geo.formats.content import Content
    from layers.app.shell import View
    from layers.catalogue.area import Chosen

ADDRESS: Final = "layer"
_CHOSEN: Final = "takeout_layer"
ROWS: Final = 100  # of a preview


def choose(view: View) -> CatalogueEntry:
    """Show the catalogue, and return the layer that is open; it lives in the address."""
    names = [entry.name for entry in entries.entries()]
    lacking = {entry.name for entry in entries.entries() if entry.missing(view.workspace)}
    first = next((name for name in names if name not in lacking), names[0])
    asked = address.read(ADDRESS, address.one_of(names), first)
    rows = [_row(view, entry) for entry in entries.entries()]

    def pick(place: int) -> None:
        st.session_state[_CHOSEN] = names[place]

    with st.expander(t("takeout.catalogue", count=len(rows)), icon=":material/list:"):
        tables.show(pd.DataFrame(rows), {}, key="takeout_catalogue", on_select=pick)
    chosen = st.selectbox(
        t("takeout.layer"),
        names,
        index=address.begin_at(_CHOSEN, names, asked),
        key=_CHOSEN,
        format_func=lambda name: (
            f"{t(f'takeout.group_{entries.entry(name).group}')}: {t(f'layer.{name}')}"
            + (f" ({t('state.missing')})" if name in lacking else "")
        ),
    )
    address.keep(ADDRESS, chosen)
    return entries.entry(chosen)


def _row(view: View, entry: CatalogueEntry) -> dict[str, str]:
    pack, lacking = view.pack, entry.missing(view.workspace)
    info = pack.info(entry.layers[0])
    if lacking:
        count = t("unknown")
    else:
        count = t("takeout.reckoned") if entry.is_result else texts.num(len(pack.layer(entry.name)))
    return {
        t("table.layer"): title(entry.name, texts.language()),
        t("takeout.group"): t(f"takeout.group_{entry.group}"),
        t("table.state"): _state(view, entry, lacking),
        t("table.features"): count,
        t("table.date"): texts.of_pack(info.date, pack.directory) or t("unknown"),
        t("table.licence"): texts.of_pack(info.licence, pack.directory) or t("unknown"),
    }


def _state(view: View, entry: CatalogueEntry, lacking: str | None) -> str:
    if lacking:
        return t("state.missing")
    if not entry.is_result:
        return t(f"state.{state_of(view.pack, entry.name)}")
    marks = sorted(entry.badges(view.pack))
    return ", ".join(t(f"badge.{mark}") for mark in marks) or t("takeout.result")


def show(view: View, entry: CatalogueEntry, chosen: Chosen) -> None:
    """Show a layer: what it is, where it comes from, its map, its first rows, and its files."""
    if not chosen.known:
        return
    st.header(title(entry.name, texts.language()))
    with st.spinner(t("takeout.reckoning")):
        found = data.content(view, entry, chosen)
    about, picture, rest = arrangement.beside()
    with about:
        st.markdown(t(f"catalogue.{entry.name}"))
        badges.show(found.provenance.badges)
        if found.provenance.demonstration_for is not None:
            view.demonstration()
    with rest:
        _about(view, entry, found)
        downloads.download(view, entry, chosen, found)
    with picture:
        _preview(view, entry, chosen, found)
    _rows(view, found)


def _about(view: View, entry: CatalogueEntry, found: Content) -> None:
    note = view.pack.info(entry.name).note
    if note:
        st.caption(texts.plain(texts.of_pack(note, view.pack.directory)))
    elsewhere = {t(f"about.{name}") for name in ("layer", "badges", "parameters", "pack_sha256")}
    facts = [(t("table.features"), texts.num(len(found.frame)))]
    facts += [(label, said) for label, said in found.about() if label not in elsewhere]
    st.markdown("\n".join(f"- {label}: {texts.plain(said)}" for label, said in facts))
    if entry.link:
        page = t(f"page.{entry.link}.link")
        shell.lead_to(entry.link, t("takeout.open_page", page=page))
    if entry.is_result:
        with st.expander(t("about.parameters"), icon=":material/tune:"):
            st.caption(t("takeout.usual_rules"))
            st.code(found.provenance.parameters or t("unknown"), language=None, wrap_lines=True)


def _preview(view: View, entry: CatalogueEntry, chosen: Chosen, found: Content) -> None:
    count = len(found.frame)
    if not count:
        st.info(
            t("takeout.empty" if chosen.area else "takeout.no_features"), icon=":material/help:"
        )
        return
    drawn = catalogue_map.placed(found.frame)
    if drawn.empty:
        st.info(t("takeout.no_places", count=count), icon=":material/help:")
        return
    leaflet.show(catalogue_map.script(view, entry, chosen, found), key="takeout_map", height=440)
    shown = len(catalogue_map.sample(drawn))
    if shown < len(drawn):
        st.caption(t("takeout.map_part", shown=shown, count=len(drawn)))
    if len(drawn) < count:
        st.caption(t("takeout.unplaced", count=count - len(drawn)))


def _rows(view: View, found: Content) -> None:
    count = len(found.frame)
    st.subheader(t("takeout.rows"))
    if count > ROWS:
        st.caption(t("takeout.rows_part", shown=ROWS, count=count))
    table = pd.DataFrame(found.frame.drop(columns=found.frame.geometry.name)).head(ROWS)
    if len(table):
        said = words.of(view.pack, found.codebook)
        written = _texts(table, said).style.format(
            words.formats(table, said)  # type: ignore[arg-type]  # pandas' types leave out functions by column
        )
        headings = {str(name): words.heading(str(name)) for name in table.columns}
        tables.plain(written, len(table), key="takeout_rows", headings=headings)
    with st.expander(t("codebook.title"), icon=":material/menu_book:"):
        heads = [t(f"codebook.head_{name}") for name in ("column", "meaning", "codes")]
        book = pd.DataFrame(found.codebook_rows(), columns=heads)
        tables.plain(book, len(book), key="takeout_codebook")


def _texts(table: pd.DataFrame, said: words.Said) -> pd.DataFrame:
    """
    Return text in the reader's language, and odd values as text, which a browser cannot show.

    In the table itself, and not only as it is written: a screen reader hears what is in it.
    """
    in_words = {
        str(name): table[name].map(lambda value, name=name: _text(value, str(name), said))
        for name in table.columns
        if table[name].dtype in (object, "str")
    }
    return table.assign(**in_words)


def _text(value: Any, column: str, said: words.Said) -> str | None:  # noqa: ANN401  # any cell
    if pd.isna(value):
        return None
    return said(value, column) if isinstance(value, str) else str(value)
