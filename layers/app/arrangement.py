"""How parts of a page stand beside and below each other, from a projector's width to a phone's."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.delta_generator import DeltaGenerator

_KEY: Final = "beside"

# Streamlit's columns stand beside each other down to a window of 640 px, however little of it the
# open sidebar leaves them. They may wrap: what is in them says here how narrow it can be read. A
# NUMBER stands in a COLUMN alone, or in a ROW of its own with the button that explains it.
_CSS: Final = """
  [data-testid="stMain"] h1 {font-size: clamp(1.35rem, 1rem + 1.5vw, 1.9rem) !important;}
  [data-testid="stMain"] h1, [data-testid="stMain"] h2, [data-testid="stMain"] h3 {
    overflow-wrap: break-word; hyphens: auto;}
  @media (max-width: 640px) {
    [data-testid="stElementContainer"]:has(h1) + * [data-testid="stCaptionContainer"] {
      font-size: .8rem; line-height: 1.35;}
    [data-testid="stMain"] h1 {line-height: 1.2; padding-bottom: .25rem !important;}
    [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {gap: .75rem;}
    .st-key-rule_variants [data-testid="stColumn"] {min-width: 9.5rem;}
    .st-key-rule_variants [data-testid="stHorizontalBlock"] {column-gap: .75rem;}
    .st-key-rule_variants p {font-size: .875rem;}
    .st-key-rule_variants [data-testid="stElementContainer"]:nth-child(2) {min-height: 112px;}
    .st-key-rule_variants .vega-embed > svg {max-width: 100%; height: auto;}
  }
  @media (min-width: 641px) and (max-width: 1199px) {
    [data-testid="stMain"] .block-container {padding-left: 2rem; padding-right: 2rem;}
    [data-testid="stHorizontalBlock"] {column-gap: min(2rem, 4vw);}
  }
  COLUMN:has(> * > NUMBER),
  COLUMN:has(> * > * > NUMBER_TO_COME),
  COLUMN:has(> * > * > ROW > NUMBER) {
    min-width: min(100%, 10.75rem);}
  ROW:has(> COLUMN > * > NUMBER):has(> :nth-child(3)) > *,
  ROW:has(> COLUMN > * > * > NUMBER_TO_COME):has(> :nth-child(3)) > *,
  ROW:has(> COLUMN > * > * > ROW > NUMBER):has(> :nth-child(3)) > * {
    min-width: min(100%, 7.4rem) !important;}
  ROW:has(> COLUMN > * > NUMBER),
  ROW:has(> COLUMN > * > * > ROW > NUMBER) {column-gap: 1rem;}
  ROW:has(> COLUMN > * > * > ROW > NUMBER):has(> :nth-child(3)) {column-gap: .5rem;}
  ROW:has(> NUMBER) {position: relative; width: fit-content; max-width: 100%; flex: 0 1 auto;
    overflow: visible;}
  ROW:has(> NUMBER) > :first-child {flex: 0 1 auto; min-width: 0;}
  ROW:has(> NUMBER) > :last-child {position: absolute; top: 1px; right: 0; width: 28px;
    min-width: 28px;}
  ROW > NUMBER [data-testid="stMetricLabel"] {padding-right: 28px;}
  [data-testid="stMetricLabel"] *, [data-testid="stMetricValue"],
  [data-testid="stMetricValue"] * {overflow-wrap: break-word;}
  @media (min-width: 641px) {
    [data-testid="stHorizontalBlock"]:has(
      > * > * > [data-testid="stElementContainer"] iframe) > [data-testid="stColumn"] {
      min-width: min(100%, 17rem);}
    [data-testid="stHorizontalBlock"]:not(:has(> :nth-child(3))) > [data-testid="stColumn"]:has(
      > [data-testid="stVerticalBlock"] > [data-testid="stElementContainer"] > .stButtonGroup) {
      min-width: min(100%, 17rem);}
    [class*="st-key-cards_"] [data-testid="stColumn"] {min-width: min(100%, 14rem);}
  }
  /* Beside the map a table of hits shows its first columns only where the page is wide. */
  @media (max-width: 1280px) {
    .st-key-list_and_map > [data-testid="stLayoutWrapper"] > ROW {flex-direction: column;}
    .st-key-list_and_map COLUMN {width: 100%; flex: 1 1 auto;}
  }
  @media (min-width: 380px) and (max-width: 640px) {
    .st-key-search_first {display: grid; align-items: end; column-gap: 12px;
      grid-template-columns: 174px minmax(0, 1fr);}
  }
  @media (max-width: 640px) {
    .st-key-register_filters {display: grid; align-items: end; gap: .75rem;
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);}
    .st-key-register_filters > * {width: 100% !important; min-width: 0;}
  }
  @media (min-width: 1430px) {.st-key-search_first {flex-wrap: nowrap;}}
  .stButtonGroup, .stButtonGroup > div {max-width: 100%; flex-wrap: wrap;}
  [data-testid="stPageLink-NavLink"] :is(span, p, div), [data-testid="stMain"] button :is(p, div),
  [data-testid="stMain"] label :is(p, div) {
    white-space: normal; overflow: visible;}
  [data-testid="stMain"] [role="tablist"] {flex-wrap: wrap; overflow: visible; height: auto;}
  [data-testid="stMain"] .stButtonGroup [role="radiogroup"] {flex-wrap: wrap;}
  .rows {overflow-x: auto; overflow-wrap: break-word;}
  .rows table {width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.35;}
  .rows caption {position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%);}
  .rows th, .rows td {text-align: left; vertical-align: top; padding: .4rem .5rem;
    border: 0; border-bottom: 1px solid rgba(128, 140, 148, .35); font-weight: 400;}
  .rows thead th {font-size: .8rem; vertical-align: bottom;}
  .rows tbody th {font-weight: 600;}
  .rows .led > * {border-bottom: 0; padding-bottom: 0;}
  .rows .below td {padding-top: .15rem; font-size: .8rem; opacity: .85;}
  .rows .number {text-align: right; font-variant-numeric: tabular-nums;}
  @media (max-width: 640px) {
    .rows thead {position: absolute; width: 1px; height: 1px; overflow: hidden;
      clip-path: inset(50%);}
    .rows table, .rows tbody {display: block;}
    .rows tbody tr {display: grid; grid-template-columns: repeat(3, minmax(0, 1fr));
      gap: .15rem .75rem; align-items: end; padding: .6rem 0;
      border-bottom: 1px solid rgba(128, 140, 148, .35);}
    .rows tbody .led {border-bottom: 0; padding-bottom: 0;}
    .rows tbody .below {padding-top: .15rem;}
    .rows tbody th, .rows tbody td, .rows td.number {display: block; padding: 0; border: 0;
      text-align: left;}
    .rows tbody th, .rows tbody .long, .rows .below td {grid-column: 1 / -1;}
    .rows .ends {grid-column-end: -1;}
    .rows td[data-label]::before {content: attr(data-label) "\\A"; white-space: pre-line;
      font-size: .75rem; opacity: .8;}
  }
  .st-key-beside > * {min-width: 0;}
  /* Where the map stands between the figures and their badges, those are said once. */
  @media (max-width: 699px) {WRAPPER:has(> .st-key-map_badges) {display: none;}}
  @media (min-width: 769px) and (max-width: 999px) {
    .stApp:has([data-testid="stSidebar"][data-collapsed="false"])
      WRAPPER:has(> .st-key-map_badges) {display: none;}
  }
  .st-key-plot_account {scroll-margin-top: 4.5rem;}
  .st-key-plot_account :is(h2, h3):focus {outline: none;}
  @media (min-width: 700px) {
    .st-key-beside {display: grid; grid-template: auto 1fr / minmax(0, 5fr) minmax(0, 7fr);
      column-gap: clamp(1.5rem, 4vw, 4rem);}
    .st-key-beside > WRAPPER:has(> .st-key-beside_answer) {grid-area: 1 / 1;}
    .st-key-beside > WRAPPER:has(> .st-key-beside_picture) {grid-area: 1 / 2 / 3 / 3;}
    .st-key-beside > WRAPPER:has(> .st-key-beside_rest) {grid-area: 2 / 1;}
  }
  /* What stands below the answer and the map may have come before them. */
  [data-test-script-state="running"] .st-key-beside:not(:has(iframe, .stAlert))
    > WRAPPER:has(> .st-key-beside_rest) {visibility: hidden;}
  @media (max-width: 699px) {
    [data-test-script-state="running"] .st-key-beside:not(:has(iframe, .stAlert))
      > WRAPPER:has(> .st-key-beside_rest) {margin-top: 100vh;}
  }
  @media (min-width: 769px) and (max-width: 999px) {
    .stApp:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-beside {
      display: flex;}
  }
""".replace(
    "NUMBER_TO_COME",
    'ROW[data-test-wrap="false"] > [data-testid="stElementContainer"]:first-child'
    ' [data-testid="stSkeleton"]',
).replace("NUMBER", '[data-testid="stElementContainer"] > .stMetric')
CSS: Final = (
    _CSS.replace("COLUMN", '[data-testid="stColumn"]')
    .replace("ROW", '[data-testid="stHorizontalBlock"]')
    .replace("WRAPPER", '[data-testid="stLayoutWrapper"]')
)
# The chart of what is brought may still be growing: only its top counts.
_BRING: Final = """
  /* WHAT */
  setTimeout(() => {
    const brought = document.querySelector(".st-key-KEY");
    const heading = brought?.querySelector("h2, h3");
    if (!heading) return;
    const top = brought.getBoundingClientRect().top;
    if (top < 60 || top > 0.6 * window.innerHeight) brought.scrollIntoView({block: "start"});
    if (document.activeElement && document.activeElement !== document.body) {
      heading.tabIndex = -1;
      heading.focus({preventScroll: true});
    }
  }, 200);
"""


class Beside(NamedTuple):
    """The three parts of the top of a page: its answer, its picture, and what is said of both."""

    answer: DeltaGenerator
    picture: DeltaGenerator
    rest: DeltaGenerator


def beside() -> Beside:
    """
    Make the top of a page, once a page: answer and rest to the left of the picture.

    Where there is no room for two, on a phone, the picture comes between them: in the order in
    which a keyboard and a screen reader meet them everywhere. So the answer is to be short.
    """
    with st.container(key=_KEY):
        return Beside(*(st.container(key=f"{_KEY}_{part}") for part in Beside._fields))


@contextmanager
def list_and_map() -> Iterator[tuple[DeltaGenerator, DeltaGenerator]]:
    """Give a list and its map each its column: beside each other where there is room."""
    with st.container(key="list_and_map"):
        words, picture = st.columns([7, 5], gap="medium")
        yield words, picture


def bring(key: str, what: str) -> None:
    """
    Have the container of this key seen, once for each `what` it shows: answers open elsewhere.

    Where the reader has begun to use the page, the focus follows, so that what has come is read
    and reached next.
    """
    # The name is hostile: it only tells one answer from the next, and is written as a number.
    script = _BRING.replace("KEY", key).replace("WHAT", hashlib.sha256(what.encode()).hexdigest())
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
