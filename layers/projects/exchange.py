"""The list of projects out to a file, and a changed file back in, first as a trial run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.formats.provenance import Provenance
from geo.intake.systems.projection import GUESSED, Hints
from geo.ledger import export
from geo.ledger.diff import read_changes
from geo.ledger.workbook import Origin
from geo.schema.findings import gathered
from layers.app import cache, login, texts
from layers.app.heavy import drafts, takeouts, waiting, work
from layers.app.ledger import current_state
from layers.app.texts import t, zone_names
from layers.errors import HeavyWorkError
from layers.projects.edit import shown
from layers.widgets import handover, tables, uploads
from layers.widgets.form_fields import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from geo.formats.write import File
    from geo.ledger.entries import Entry
    from geo.ledger.proposal import Changed, Proposal
    from geo.ledger.store import Ledger
    from layers.app.heavy.job import Work
    from layers.app.shell import View

_KEY: Final = "exchange_round"  # a new uploader after each import: the file must not come twice
MEGABYTES: Final = 50
AT_ONCE: Final = work.HEAVY_PROJECTS  # projects that are written while the reader's click waits
_WORKBOOK: Final = "prosjekter.xlsx"


def show(view: View, ledger: Ledger, *, may_write: bool) -> None:
    """Offer the list as files, and to those who may write, to bring one back."""
    out, back = st.columns(2, gap="large")
    with out:
        st.header(t("exchange.out"))
        st.caption(t("exchange.out_help"))
        xlsx, gpkg = st.columns(2)
        count = 0 if view.workspace.listed is None else len(view.workspace.listed.frame)
        if count >= AT_ONCE:
            with xlsx:
                handover.stepwise(
                    partial(_making, view, ledger, texts.language()),
                    (view.version, texts.language()),
                    heavy=work.list_is_heavy(count),
                    key="exchange_xlsx",
                    label=t("exchange.xlsx"),
                )
        else:
            xlsx.download_button(
                t("exchange.xlsx"),
                data=partial(_file, view, ledger, ".xlsx", texts.language()),
                file_name=_WORKBOOK,
                icon=":material/table:",
                on_click="ignore",
            )
        gpkg.download_button(
            t("exchange.gpkg"),
            data=partial(_file, view, ledger, ".gpkg", texts.language()),
            file_name="prosjekter.gpkg",
            icon=":material/map:",
            on_click="ignore",
        )
    with back:
        st.header(t("exchange.back"))
        if not may_write:
            st.caption(t("exchange.read_only"))
            return
        st.caption(t("exchange.back_help"))
        uploaded = st.file_uploader(
            t("exchange.file", size=MEGABYTES),
            type=list(uploads.ENDINGS),
            key=f"exchange.{st.session_state.get(_KEY, 0)}",
            max_upload_size=MEGABYTES,
        )
    if done := st.session_state.pop("exchange_done", None):
        st.success(t("exchange.done", count=done), icon=":material/check:")
    if uploaded is None:
        return
    proposal = _read(view, ledger, uploaded)
    if proposal is not None:
        _proposed(view, ledger, proposal)


def _read(view: View, ledger: Ledger, uploaded: UploadedFile) -> Proposal | None:
    """Read a file, with a choice of reference system; None, and why, where it cannot be read."""
    key = f"exchange.{uploaded.file_id}"
    crs, swap = uploads.system_chosen(key)
    doubtful = True  # where it cannot be read, another system may be what is needed
    try:
        content = uploaded.getvalue()
        state = current_state(view.pack, view.version.ledger, ledger)
        hints = Hints(crs=crs, swap=swap, near=view.pack.place())
        reads = partial(read_changes, taken=_taken(ledger), hints=hints)
        given = (content, Path(uploaded.name).suffix.lower(), state)
        if work.list_is_heavy(len(state), content):
            # Kept as it is read: whatever is chosen below, it is not read again.
            asked = ("exchange", uploaded.file_id, view.version, crs, swap)
            reading: Work[Proposal] = drafts.asked(asked, reads, given)
            proposal = waiting.result(reading, partial(cache.draft, asked), t("exchange.reading"))
        else:
            proposal = reads(*given)
        guessed = any(note.msgid in GUESSED for note in proposal.notes)
        doubtful = crs is not None or swap or guessed
    except HeavyWorkError:
        raise  # which the page says, with a way to begin again
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return None
    finally:
        uploads.choose_system(key, open_=doubtful)
    return proposal


def _file(view: View, ledger: Ledger, ending: str, language: str) -> bytes:
    state, entries, origin = _all_of(view, ledger)
    if ending == ".gpkg":
        return export.gpkg_bytes(state, entries, origin)
    return export.xlsx_bytes(state, entries, origin, language=language)


def _making(view: View, ledger: Ledger, language: str) -> Work[File]:
    state, entries, origin = _all_of(view, ledger)
    return takeouts.listed(state, entries, origin, _WORKBOOK, language)


def _all_of(view: View, ledger: Ledger) -> tuple[GeoDataFrame, Sequence[Entry], Origin]:
    head = ledger.head()
    state, entries = ledger.projects(head.seq), ledger.history()
    badges = view.workspace.badges("projects", "zones")
    origin = Origin(
        municipality=f"{view.pack.name} ({view.pack.municipality_no or '?'})",
        head=head,
        provenance=Provenance(
            source=ledger.place,
            synthetic="synthetic" in badges,
            illustrative="illustrative" in badges,
            pack_sha256=view.pack.sha256,
        ),
    )
    return state, entries, origin


def _proposed(view: View, ledger: Ledger, proposal: Proposal) -> None:
    st.header(t("exchange.trial"))
    st.caption(
        t(
            "exchange.counts",
            added=len(proposal.added),
            changed=len(proposal.changed),
            unchanged=len(proposal.unchanged),
            conflicts=len(proposal.conflicts),
            refused=len(proposal.refused),
            missing=len(proposal.missing),
        )
    )
    for note in gathered(proposal.notes):
        st.caption(texts.plain(note.say(texts.language())))
    for refused in proposal.refused:
        st.warning(texts.plain(refused.say(texts.language())), icon=":material/block:")
    zones = zone_names(view.pack)
    if proposal.added:
        st.markdown(t("exchange.added"))
        rows = [
            {
                label("name"): one.values["name"],
                label("status"): shown("status", one.values["status"]),
                label("zone_id"): zones.get(str(one.values["zone_id"]), t("unknown")),
                label("jobs"): shown("jobs", one.values["jobs"]),
            }
            for one in proposal.added
        ]
        _table(rows)
    _changes(t("exchange.changed"), proposal.changed)
    _changes(t("exchange.conflicts"), proposal.conflicts)
    overwrite = bool(proposal.conflicts) and st.checkbox(t("exchange.overwrite"))
    remove = False
    if proposal.missing:
        names = ", ".join(one.name for one in proposal.missing[:10])
        more = len(proposal.missing) - 10
        st.caption(
            t("exchange.missing", names=texts.plain(names))
            + (f" {t('exchange.more', count=more)}" if more > 0 else "")
        )
        remove = st.checkbox(t("exchange.remove_missing"))
    changes = proposal.changes(overwrite=overwrite, remove_missing=remove)
    if not changes:
        st.info(t("exchange.nothing"), icon=":material/info:")
        return
    reason = st.text_input(label("reason"), key="exchange_reason")
    if st.button(t("exchange.write", count=len(changes)), type="primary", icon=":material/save:"):
        _write(ledger, changes, reason)


def _changes(title: str, changed: Sequence[Changed]) -> None:
    rows: list[dict[str, Any]] = []
    for one in changed:
        rows += [
            {
                label("name"): one.name,
                t("conflict.field"): label(field.field),
                t("exchange.old"): shown(field.field, field.old),
                t("exchange.new"): shown(field.field, field.new),
            }
            for field in one.fields
        ]
        if one.place is not None:
            moved = one.place.moved_m
            rows.append(
                {
                    label("name"): one.name,
                    t("conflict.field"): t("place.way"),
                    t("exchange.old"): "",
                    t("exchange.new"): t("history.place_changed")
                    if moved is None
                    else t("exchange.moved", metres=moved),
                }
            )
    if rows:
        st.markdown(title)
        _table(rows)


def _table(rows: list[dict[str, Any]]) -> None:
    tables.plain(pd.DataFrame(rows), len(rows))


def _write(ledger: Ledger, changes: Sequence[Any], reason: str) -> None:
    try:
        author = login.require_writer().author
        written = ledger.write(changes, author=author, reason=reason)
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    st.session_state[_KEY] = st.session_state.get(_KEY, 0) + 1
    st.session_state["exchange_done"] = len(written)
    st.rerun()


def _taken(ledger: Ledger) -> set[str]:
    return {entry.project_id for entry in ledger.history()}
