"""The guide: the tool's five questions, each with a link to where it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import streamlit as st

from geo.search.criteria import Criteria
from layers.app import shell, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from geo.pack.read import Pack

# The reader's browser keeps that the guide was closed. A cookie and no other store, for the server
# must know before it makes the page: else the page would jump where the guide comes or goes.
COOKIE: Final = "naeringsareal_guide"
CLOSED: Final = "closed"
_YEAR_S: Final = 365 * 24 * 3600
_CHOICE: Final = (
    "guide_closed"  # what the reader chose in this visit, which the cookie is told next
)
_UNSAID: Final = "guide_unsaid"

_MIN_DAA, _STATION_M, _BY_YEAR = 40.0, 1000.0, "2030"
_PREFERRED: Final = {"vacant": "heia", "outline": "berger"}  # zones that the questions ask of

CSS: Final = """
  .st-key-guide {border: 1px solid rgb(11 92 107 / 35%); border-radius: .5rem;
    padding: .6rem .9rem; gap: .3rem;}
  .st-key-guide_links {row-gap: .5rem;}
  [data-testid="stLayoutWrapper"]:has(> .st-key-guide_phone) {display: none;}
  @media (max-width: 640px) {
    .st-key-guide {padding: .1rem .6rem;}
    [data-testid="stLayoutWrapper"]:has(> :is(.st-key-guide_links, .st-key-guide_heading)) {
      display: none;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-guide_phone) {display: flex;} }
"""


class Question(NamedTuple):
    """A question, the page that answers it, and what its address asks for."""

    name: str
    said: str
    page: str
    asked: dict[str, str]


def questions(pack: Pack) -> list[Question]:
    """Return the questions that this server has a page for, of zones that the pack has."""
    vacant, outline = _zone(pack, "vacant"), _zone(pack, "outline")
    near = Criteria(min_daa=_MIN_DAA, max_station_m=_STATION_M).as_json()
    asked = [
        _question("vacant", "reserve", vacant),
        Question("rule", t("guide.rule", year=_BY_YEAR), "rule", {"to": _BY_YEAR}),
        Question("site", t("guide.site"), "screening", {}),
        Question("search", t("guide.search", daa=texts.num(_MIN_DAA)), "search", {"wish": near}),
        _question("outline", "data", outline, asks=False),
    ]
    return [one for one in asked if shell.is_open(one.page)]


def first_visit(pack: Pack) -> None:
    """Show the guide to who has not closed it; nothing, and no room for it, where it is closed."""
    _tell_browser()
    if closed() or not questions(pack):
        return
    st.html(f"<style>{CSS}</style>")
    with st.container(key="guide"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            with st.container(key="guide_heading", width="stretch"):
                st.markdown(f"**{t('guide.heading')}**")
            with st.container(key="guide_phone", width="stretch"):
                shell.lead_to("help", t("guide.phone"))
            st.button(
                t("guide.close"),
                icon=":material/close:",
                type="tertiary",
                key="guide_close",
                on_click=_close,
                args=(True,),
                help=t("guide.close_help"),
            )
        with st.container(key="guide_links", horizontal=True, gap="small"):
            _links(pack)


def whole(pack: Pack) -> None:
    """Show the questions one below the other, with how each is answered."""
    _tell_browser()
    for one in questions(pack):
        with st.container(gap="xxsmall", key=f"link_{one.name}"):
            _link(one)
            st.caption(t(f"guide.{one.name}_how"))
    if closed():
        st.button(
            t("guide.again"),
            icon=":material/replay:",
            key="guide_again",
            on_click=_close,
            args=(False,),
        )


def closed() -> bool:
    """Whether the reader has closed the guide, in this visit or in one before."""
    chosen = st.session_state.get(_CHOICE)
    return st.context.cookies.get(COOKIE) == CLOSED if chosen is None else bool(chosen)


def _close(chosen: bool) -> None:  # noqa: FBT001  # Streamlit hands over what it was given
    st.session_state[_CHOICE] = chosen
    st.session_state[_UNSAID] = True


def _tell_browser() -> None:
    if not st.session_state.pop(_UNSAID, False):
        return
    age = _YEAR_S if closed() else 0
    st.html(
        f"""<script>
        document.cookie = "{COOKIE}={CLOSED}; Max-Age={age}; SameSite=Lax; Path="
          + location.pathname.replace(/[^/]*$/, "")
          + (location.protocol === "https:" ? "; Secure" : "");
        const title = document.querySelector("h1");  // the button that had the focus is gone
        if (title) {{title.tabIndex = -1; title.focus({{preventScroll: true}});}}
        </script>""",
        unsafe_allow_javascript=True,
    )


def _links(pack: Pack) -> None:
    for one in questions(pack):
        _link(one)


def _link(one: Question) -> None:
    shell.lead_to(one.page, one.said, asked=one.asked)


def _question(name: str, page: str, zone: tuple[str, str] | None, *, asks: bool = True) -> Question:
    if zone is None:
        return Question(name, t(f"guide.{name}_any"), page, {})
    zone_id, called = zone
    said = t(f"guide.{name}", zone=texts.plain(called))
    return Question(name, said, page, {"zone": zone_id} if asks else {})


def _zone(pack: Pack, question: str) -> tuple[str, str] | None:
    """Return id and name of the zone that a question asks of, else of the pack's first by name."""
    names = texts.zone_names(pack)
    preferred: Any = _PREFERRED[question]
    zone_id = preferred if preferred in names else next(iter(names), None)
    return None if zone_id is None else (zone_id, names[zone_id])
