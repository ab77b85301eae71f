"""Which summary is shown: a reader's own, the server's, or that of the invented county."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.comparison import fields, summary
from geo.intake.job import Limits
from layers.app import badges, cache, texts
from layers.app.texts import t
from layers.widgets import uploads

if TYPE_CHECKING:
    from geo.comparison.summary import Summary

# Of a summary that a reader brings: 50 sets for each of Norway's 357 municipalities.
MOST_ROWS: Final = 20_000
MOST_MEGABYTES: Final = 20
_KEY: Final = "compare"


def shown() -> Summary:
    """
    Let the reader bring a summary, and return it, or else the one that the server has.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    usual = Limits.from_environment()
    limits = replace(
        usual,
        megabytes=min(usual.megabytes, MOST_MEGABYTES),
        features=min(usual.features, MOST_ROWS),
    )
    with st.expander(t("compare.own"), icon=":material/upload_file:"):
        st.markdown(t("compare.own_lead", file=fields.MUNICIPALITIES))
        given = uploads.file(
            t("compare.own_file", size=limits.megabytes, rows=limits.features),
            limits,
            endings=("parquet",),
            key=_KEY,
        )
    if given is not None:
        read = partial(summary.uploaded, given.content, given.name, limits)
        return cache.draft(("comparison", given.digest), read)
    return of_server()


def of_server() -> Summary:
    """
    Return the summary that the server has.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    folder = Path(cache.settings_loaded().comparison or summary.EXAMPLE)
    # Read anew when a run has put another in its place.
    states = [_state(folder / name) for name in (fields.MUNICIPALITIES, fields.RUN)]
    return cache.answer(("comparison", str(folder), *states), partial(summary.read, folder))


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def told(what: Summary) -> None:
    """Say first whose figures these are, and that an invented county is one."""
    if what.example:
        st.info(
            f"**{t('compare.example')}.** {t('compare.example_lead')}", icon=":material/science:"
        )
    else:
        source = texts.plain(what.source or t("unknown"))
        st.caption(t("compare.source", source=source, id=what.digest[:8]))
    if what.lacking:
        names = ", ".join(f"`{one}`" for one in what.lacking)
        st.warning(t("compare.lacking", columns=names), icon=":material/help:")


def marks(what: Summary) -> None:
    """Say beside figures what they rest on."""
    badges.show(what.badges())
