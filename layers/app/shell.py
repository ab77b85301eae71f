"""The frame around every page: page settings, language, links, pack, and what is wrong with it."""

from __future__ import annotations

import html
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import streamlit as st

from geo import i18n
from geo.errors import MadeUpLayerError, MissingLayerError, NaeringsarealError, SettingsError
from geo.geometry import link
from geo.land import table
from geo.schema.findings import gathered
from layers.app import (
    address,
    arrangement,
    arrival,
    badges,
    cache,
    explain,
    interface,
    ledger,
    login,
    norms,
    refusals,
    texts,
    theme,
)
from layers.app.heavy import waiting
from layers.app.texts import t
from layers.errors import HeavyWorkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame
    from streamlit.delta_generator import DeltaGenerator

    from geo.pack.read import Pack
    from geo.workspace import Workspace

_Item = TypeVar("_Item")

# Page key → file and icon, in the order of the sidebar.
PAGES: Final = {
    "overview": ("app.py", ":material/map:"),
    "zones": ("pages/1_zones.py", ":material/location_city:"),
    "reserve": ("pages/3_reserve.py", ":material/crop_free:"),
    "corridor": ("pages/2_corridor.py", ":material/conversion_path:"),
    "rule": ("pages/4_growth_rule.py", ":material/balance:"),
    "projects": ("pages/11_projects.py", ":material/list_alt:"),
    "screening": ("pages/5_screening.py", ":material/fact_check:"),
    "search": ("pages/6_search.py", ":material/travel_explore:"),
    "register": ("pages/14_register.py", ":material/real_estate_agent:"),
    "strategy": ("pages/10_strategy.py", ":material/flag:"),
    "compare": ("pages/16_compare.py", ":material/leaderboard:"),
    "report": ("pages/15_report.py", ":material/description:"),
    "layers": ("pages/7_layers.py", ":material/layers:"),
    "data": ("pages/8_data.py", ":material/upload_file:"),
    "method": ("pages/9_method.py", ":material/functions:"),
    "help": ("pages/13_help.py", ":material/help:"),
    "accessibility": ("pages/12_accessibility.py", ":material/accessibility_new:"),
}

# Those of a public server: what businesses and inhabitants may read.
PUBLIC: Final = ("overview", "zones", "register", "strategy", "help", "accessibility")
# Pages that show sites of the register. A site that is entered moves no figure or map elsewhere,
# so that only these have the register in the key of what is kept.
WITH_SITES: Final = ("register", "screening", "search", "layers")

MOST_FINDINGS: Final = 50  # a screenful; the command line lists all
# Choices in narrow columns.
_NARROW: Final = ":is(.st-key-rule_adopted, .st-key-rule_estimates)"
# What has not come yet has the room that it will have.
_COMING: Final = (
    (Path(__file__).parent / "coming.css")
    .read_text(encoding="utf-8")
    .replace("COMING", '[data-testid="stSkeleton"]')
)
# Around each container of the page. A rule with :has() names what it is about, and has nothing
# below it that may be anything: else the browser asks all that is on the page once more, each time
# that something comes or goes, on this page and on every later one.
_WRAPPER: Final = '[data-testid="stLayoutWrapper"]'
ICON: Final = Path(__file__).parents[2] / "static" / "icon.png"

# What `layers.serve` sends with the page itself, so that nothing moves when this comes.
CSS: Final = f"""{theme.CSS}
  .block-container {{padding-top: 4rem; padding-bottom: 3rem; max-width: 1500px;}}
  h1 {{font-size: 1.9rem !important; padding: 0 !important;}}
  h2 {{font-size: 1.3rem !important;}}
  h3 {{font-size: 1.08rem !important;}}
  .brand {{font-size: 1.08rem; font-weight: 600; padding: .5rem 0;}}
  .legend {{display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .83rem;
    color: var(--muted);}}
  .legend span {{display: inline-flex; align-items: center; gap: .4rem;}}
  .bars {{display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .35rem .8rem;
    align-items: center; font-size: .8rem; color: var(--muted);}}
  .bar {{display: flex; height: 16px;}}
  .bar-legend {{display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .8rem;
    color: var(--muted); margin-bottom: .6rem;}}
  .bar-legend i {{display: inline-block; width: .75rem; height: .75rem; margin-right: .35rem;}}
  .st-key-rule_variants [data-testid="stColumn"] {{min-width: 180px;}}
  .st-key-rule_variants [data-testid="stElementContainer"]:nth-child(2) {{min-height: 132px;}}
  [data-testid="stMetricValue"] {{font-size: 1.55rem;}}
  [data-testid="stMetricValue"], [data-testid="stMetricValue"] * {{
    white-space: normal !important; overflow: visible; overflow-wrap: anywhere;}}
  [data-testid="stMetricLabel"] * {{white-space: normal !important; overflow: visible;}}
  @media (min-width: 640px) and (max-width: 1200px) {{
    [data-testid="stMetricValue"] {{font-size: 1.1rem;}} }}
  [data-testid="stSidebarUserContent"] {{padding-top: .5rem;}}
  [data-testid="stColumn"]:has({_NARROW}) {{min-width: min(100%, 17rem);}}
  .stElementContainer:has(> [data-testid="stHtml"] > script),
  {_WRAPPER}:has(> [class*="st-key-{arrival.UNSEEN}"]) {{display: none;}}
  {_COMING}{waiting.CSS}{badges.CSS}{arrangement.CSS}{explain.CSS}"""


@dataclass(frozen=True)
class View:
    """What a page is given: the pack in use and its version, the key of everything cached."""

    pack: Pack
    version: cache.DataVersion
    book: ledger.Book

    @property
    def workspace(self) -> Workspace:
        """The pack with the projects and norms in use: what figures are reckoned from."""
        return cache.workspace(self.pack, self.version)

    @contextmanager
    def part(self) -> Iterator[None]:
        """Show what is inside; where a layer is missing, say so there and go on with the page."""
        try:
            yield
        except MissingLayerError as error:
            layer = t(f"layer.{error.parts['layer']}")
            st.info(t("page.missing_layer", layer=layer), icon=":material/help:")
        except HeavyWorkError as error:
            waiting.say(error)
        except NaeringsarealError as error:
            st.error(_said(error), icon=":material/error:")

    def badges(self, *layers: str) -> None:
        """Say of the figures beside it that they rest on sketches or made-up data, if they do."""
        badges.show(sorted(self.workspace.badges(*layers)))

    def demonstration(self) -> None:
        """Say once on a view with figures of made-up plots that they show the method alone."""
        name = table.demonstration_for(self.pack)
        if name is not None:
            said = t("demonstration.line", name=texts.plain(name))
            st.info(f"**{said}**", icon=":material/science:")


def setup(page: str) -> View:
    """Begin a page; the first call of each. Stops the page where there is no pack to show."""
    gone_back, asked = address.arrive(page), address.text("lang")
    if gone_back:
        asked = asked or i18n.DEFAULT_LANGUAGE  # which the address does not name
        st.session_state["language_choice"] = asked
    texts.choose(asked)
    if texts.language() != i18n.DEFAULT_LANGUAGE:
        _remember_language()
    st.set_page_config(
        page_title=f"{t(f'page.{page}.title')} · Næringsareal",
        page_icon=str(ICON),  # a file: a material icon would be fetched from the internet
        layout="wide",
        initial_sidebar_state="auto",
    )
    st.html(f"<style>{CSS}</style>")
    with st.container(key=arrival.UNSEEN):
        st.html(interface.script(texts.language()), unsafe_allow_javascript=True)
    try:
        public = cache.is_public()
    except SettingsError as error:  # not known to be public: nothing is shown at all
        st.title(t(f"page.{page}.title"))
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        st.stop()
    _sidebar(public=public)
    if not is_open(page):
        _closed(page)
    try:
        pack, fault = cache.current_pack()
    except NaeringsarealError as error:
        st.title(t(f"page.{page}.title"))
        st.error(_said(error, "public.no_pack"), icon=":material/error:")
        st.stop()
    with st.sidebar:
        st.caption(
            t(
                "shell.pack",
                name=texts.plain(pack.name),
                built=pack.built or t("unknown"),
                id=pack.sha256[:8],
            )
        )
        if pack.findings and not public:
            st.caption(t("shell.remarks", count=len(pack.findings)))
    st.title(t(f"page.{page}.title"))
    st.caption(t("public.help_lead" if public and page == "help" else f"page.{page}.lead"))
    if public:
        _of_everyone(pack)
    if fault:
        said = _said(fault, "public.other_version")
        st.warning(t("shell.fallback", reason=said), icon=":material/history:")
    waiting.place()
    refusals.place()
    _errors(pack, public=public)
    book = ledger.look(pack)
    if book.error:
        said = t("public.no_list") if public else t("ledger.not_opened", reason=_said(book.error))
        st.warning(said, icon=":material/help:")
    _name_projects(pack, book)
    sites = book.register_at if page in WITH_SITES else None
    return View(pack, cache.DataVersion(pack.sha256, norms.overrides(), book.at, sites), book)


def _name_projects(pack: Pack, book: ledger.Book) -> None:
    """Say beside the pack which list of projects every figure of jobs rests on."""
    seq = book.at.seq if book.at else 0
    if seq:
        st.sidebar.caption(t("projects.of_ledger", seq=str(seq)))
    elif pack.has("projects"):
        st.sidebar.caption(t("projects.of_pack"))


def is_open(page: str) -> bool:
    """Whether this server has a page: a public one has few."""
    return not cache.is_public() or page in PUBLIC


def lead_to(
    page: str,
    label: str,
    *,
    icon: str | None = None,
    asked: Mapping[str, str | list[str]] | None = None,
) -> None:
    """Set a link to a page, if this server has it; `asked` is what its address says."""
    if is_open(page):
        file, own = PAGES[page]
        st.page_link(file, label=label, icon=icon or own, query_params=dict(asked or {}))


def _closed(page: str) -> NoReturn:
    """Answer for a page that a public server does not have, before anything is read."""
    st.title(t(f"page.{page}.title"))
    st.info(t("public.closed"), icon=":material/lock:")
    lead_to("overview", t("public.to_front"))
    st.stop()


def _of_everyone(pack: Pack) -> None:
    """Say what the reader of a public server has before them, whose it is, and whom to ask."""
    asked = texts.contact(cache.settings_loaded().public_contact)
    said = t("public.about", name=texts.plain(pack.name))
    if asked:
        said += f" {t('public.contact', contact=asked)}"
    st.caption(said)


def _said(error: NaeringsarealError, public: str = "public.not_shown") -> str:
    """Say what is wrong; in a public server's own words, for an error's name files."""
    if cache.is_public() and not isinstance(error, MadeUpLayerError):
        return t(public)
    return texts.plain(error.say(texts.language()))


def in_columns(items: Sequence[_Item], count: int) -> Iterator[tuple[_Item, DeltaGenerator]]:
    """Give each item its column, in rows of so many: a row's cards can be of one height."""
    for start in range(0, len(items), count):
        yield from zip(items[start : start + count], st.columns(count), strict=False)


def open_zone(kind: str, zone_id: str) -> None:
    """Go to the profile of the zone that was clicked; other kinds of features lead nowhere."""
    if kind == "zone":
        address.follow()
        st.switch_page(PAGES["zones"][0], query_params={"zone": zone_id})


def open_screening(plot: str) -> None:
    """Go to the screening of a plot."""
    address.follow()
    st.switch_page(PAGES["screening"][0], query_params={"way": "plot", "plot": plot})


def open_drawn(sites: GeoDataFrame) -> None:
    """Go to the screening of polygons (EPSG:25832), as if they were drawn there."""
    packed = link.pack(link.on_grid([*sites.geometry]))
    asked = {"way": "draw"} | ({} if packed is None else {"site": packed.text})
    st.switch_page(PAGES["screening"][0], query_params=asked)


def _sidebar(*, public: bool) -> None:
    with st.sidebar:
        # No heading: those of a page begin with its own. The script makes the links a landmark.
        st.html(f'<div class="brand">{html.escape(t("shell.brand"))}</div>')
        with st.container(key=interface.PAGES_KEY):
            for page in PAGES:
                # Back to a page is back to what was chosen there.
                lead_to(page, t(f"page.{page}.link"), asked=address.left(page))
        st.segmented_control(
            t("shell.language"),
            ("nb", "en"),
            key="language_choice",
            default=texts.language(),
            format_func=lambda code: {"nb": "Norsk", "en": "English"}[code],
            label_visibility="collapsed",
            required=True,
            on_change=_language_chosen,
        )
        if not public:
            login.box()


def _language_chosen() -> None:
    texts.choose(st.session_state["language_choice"])
    _remember_language()


def _remember_language() -> None:
    # Kept in the address, so that a link opens in the language it was copied in.
    address.keep("lang", texts.language())


def findings(pack: Pack, severity: str | None = None) -> None:
    """Say what is wrong with the pack: layer, feature, and what to do; all, or one severity."""
    found = gathered(one for one in pack.findings if severity in (None, one.severity))
    # As plain text: the wording quotes values from files, which are not to be trusted.
    for finding in found[:MOST_FINDINGS]:
        st.text(finding.say(texts.language()))
    if len(found) > MOST_FINDINGS:
        st.caption(t("shell.findings_more", count=len(found) - MOST_FINDINGS))


def _errors(pack: Pack, *, public: bool) -> None:
    # Errors stand on every page, since a figure lacks what they name; remarks on the method page.
    count = sum(finding.severity == "error" for finding in pack.findings)
    if count and public:
        st.warning(t("shell.findings", count=count), icon=":material/warning:")
    elif count:
        with st.expander(
            t("shell.findings", count=count), icon=":material/warning:", expanded=True
        ):
            findings(pack, "error")
