"""
What a figure on screen is: formula, what it rests on, whose rule it is, and how sure, at one click.

`figures.toml` names the figures; their words are the `figure.…` texts of the catalogues. A page
shows a number by `metric`, or sets the button `beside` a table, a chart or a sentence.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache as kept
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo import i18n, jobs
from geo.growth.rule import TARGET_SHARE
from geo.land import rules as land_rules
from geo.register import readiness
from geo.search import score
from geo.transport import network
from layers.app import cache, ledger, norms, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from geo.pack.read import Pack

    # What the reader has chosen that a figure depends on: name and value, as they are written.
    Given = Callable[[], Iterable[tuple[str, str]]]

FILE: Final = Path(__file__).with_name("figures.toml")
KEY: Final = "figure_"  # what the keys of all buttons begin with: the style knows them by it
PARTS: Final = ("formula", "doubt")

# The button beside a number has its name for whoever hears the page; the eye has the sign alone.
_SIGN: Final = f'[class*="st-key-{KEY}number_"] [data-testid="stPopoverButton"]'
# What opens is known by its name alone. It has its height from the start: placed while it is empty,
# it would open below and be cut off at the window's edge.
_NAMES: Final = ", ".join(
    f'[aria-label="{said["figure.how"]}"], [aria-label$="{said["figure.of"].partition("}")[2]}"]'
    for said in map(i18n.texts, i18n.LANGUAGES)
)
_TOLD: Final = f'[data-testid="stPopoverBody"]:is({_NAMES})'
CSS: Final = f"""
  {_SIGN} {{min-height: 28px; min-width: 28px; padding: 0;}}
  {_SIGN} > div {{justify-content: center;}}
  {_SIGN} > div > [aria-hidden] {{display: none;}}
  {_SIGN} [data-testid="stMarkdownContainer"] {{position: absolute; width: 1px; height: 1px;
    overflow: hidden; clip-path: inset(50%);}}
  {_TOLD} {{width: min(34rem, 94vw); max-width: min(34rem, 94vw) !important; min-height: 20rem;}}
  {_TOLD} :is(p, li) {{font-size: .9rem; line-height: 1.4;}}
  {_TOLD} :is(p, ul) {{margin-bottom: .5rem;}}
"""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """
    What `figures.toml` says of a figure.

    Attributes
    ----------
    name
        Id of the text that it is called by.
    certainty
        How it is known: ``measured``, ``counted``, ``told``, ``estimated`` or ``judged``.
    layers
        Layers of the pack that it is reckoned from.
    rules
        Last parts of the ``figure_rule.…`` texts: whose rule the formula is.
    section
        Anchor on the page of the method.
    code
        Where it is worked out: file and name.
    norms
        Whether floor area for each job has a part in it.
    """

    name: str
    certainty: str
    layers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    section: str = "sources"
    code: str
    norms: bool = False


@kept
def all_of_them() -> dict[str, Explained]:
    """Return every figure by its id."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for row in told.values():
        row |= {name: tuple(one) for name, one in row.items() if isinstance(one, list)}
    return {figure: Explained(**row) for figure, row in told.items()}


def metric(
    column: DeltaGenerator,
    label: str,
    value: str,
    *,
    figure: str | None,
    help: str | None = None,  # noqa: A002  # as Streamlit calls it
    given: Given | None = None,
) -> None:
    """
    Show a number with its label, and beside it the button that tells how it came about.

    Parameters
    ----------
    figure
        Its id; None, and no button, for what stands there until the number has come.
    help
        What is particular to this number, as markdown; told where the pointer rests on the button,
        and first where it is pressed.
    given
        What the reader has chosen that it depends on; asked for only where it is to be shown.
    """
    place = column.container(horizontal=True, wrap=False, gap="xxsmall", vertical_alignment="top")
    place.metric(label, value, width="content")
    if figure is None:
        return
    with place:
        _button(f"number_{figure}", t("figure.of", name=label), (figure,), help, given)


def beside(*ids: str, given: Given | None = None, key: str | None = None) -> None:
    """
    Set a button beside a table, a chart or a sentence that tells how its figures came about.

    Parameters
    ----------
    ids
        Figures that stand there, in their order.
    key
        Where the same ones are told of twice on a page.
    """
    _button(f"table_{key or '_'.join(ids)}", t("figure.how"), ids, None, given)


@st.fragment
def _button(
    key: str, label: str, ids: Sequence[str], particular: str | None, given: Given | None
) -> None:
    # A fragment: who opens it waits for its own text, and not for the whole page to be made anew.
    alone = key.startswith("number_")
    with st.popover(
        label,
        icon=":material/help:" if alone else ":material/calculate:",
        type="tertiary",
        help=particular,  # at a pointer's rest, as well as at a press
        key=KEY + key,
        on_change="rerun",
    ) as told:
        if told.open:
            _tell([(one, all_of_them()[one]) for one in ids], particular, given)


def _tell(
    figures: Sequence[tuple[str, Explained]], particular: str | None, given: Given | None
) -> None:
    pack, _ = cache.current_pack()
    written = [_formula(figure, row) for figure, row in figures]
    if particular:
        written.insert(0, particular)
    rests = [*_layers(pack, _once(one for _, row in figures for one in row.layers))]
    rests += [f"{name}: **{value}**" for name, value in (given() if given else ())]
    rests += [_norms()] if any(row.norms for _, row in figures) else []
    if rests:
        written.append(f"**{t('figure.inputs')}**\n\n" + "\n".join(f"- {one}" for one in rests))
    rules = _once(one for _, row in figures for one in row.rules)
    written.append(
        f"**{t('figure.rule')}** "
        + " ".join(t(f"figure_rule.{one}", **_constants()) for one in rules)
    )
    doubts = [*_doubts(figures), *_badges(pack, figures)]
    written.append(f"**{t('figure.certainty')}** " + " ".join(doubts))
    sections = _once(row.section for _, row in figures)
    if not cache.is_public():  # which has no page of the method
        written.append(" · ".join(_method(section) for section in sections))
    st.markdown("\n\n".join(written))


def _formula(figure: str, row: Explained) -> str:
    return f"**{t(row.name)}**\n\n{_said(figure, 'formula')}"


def _said(figure: str, part: str) -> str:
    return t(f"figure.{figure}.{part}", **_constants())


def _constants() -> dict[str, str]:
    """Write the thresholds that the texts name, as the calculations have them."""
    return {
        "target": texts.pct(TARGET_SHARE),
        "far": texts.num(score.FAR_M),
        "cut": texts.num(score.CUT_FIT, 1),
        "near_walk": texts.num(network.WALK_NEAR_M),
        "far_walk": texts.num(network.WALK_FAR_M),
        "buffer": texts.num(land_rules.BUILDING_BUFFER_M),
        "part": texts.num(land_rules.MIN_PART_M2),
        "width": texts.num(land_rules.MIN_WIDTH_M),
        "full": texts.pct(land_rules.MAX_UTILISATION),
        "thin": texts.num(jobs.UTILISATION[0], 2),
        "whole": texts.pct(readiness.WHOLE),
        "dense": texts.num(jobs.UTILISATION[1], 2),
    }


def _layers(pack: Pack, names: Iterable[str]) -> Iterable[str]:
    """Say of each layer what it is worth: its badge, whose it is, and of when."""
    for name in names:
        listed = ledger.look(pack).at if name == "projects" else None
        if listed is not None and listed.seq:  # the municipality's own list, and not the pack's
            yield t("projects.of_ledger", seq=str(listed.seq))
            continue
        label = t(f"layer.{name}")
        if not pack.has(name):
            yield f"{label}: **{t('state.missing')}**"
            continue
        info = pack.info(name)
        worth = [f"**{t(f'badge.{badge}')}**" for badge in sorted(pack.badges(name))]
        source = texts.of_pack(info.source, pack.directory) or t("state.unknown_source")
        date = texts.of_pack(info.date, pack.directory)
        told = [*worth, texts.plain(source)]
        told += [texts.plain(date)] if date and date not in source else []
        yield f"{label}: {', '.join(told)}"


def _norms() -> str:
    own = norms.overrides()
    english = texts.language() == "en"
    told = ", ".join(
        f"{texts.plain((one.label_en if english else one.label).lower())} "
        f"{texts.span(one.low, one.high)}"
        for one in norms.with_own(cache.standard_norms(), own).values()
    )
    return t("figure.norms", norms=told) + (f" **{t('figure.norms_own')}**" if own else "")


def _doubts(figures: Sequence[tuple[str, Explained]]) -> Iterable[str]:
    for figure, row in figures:
        known = t(f"figure_certainty.{row.certainty}")
        name = f"{t(row.name)}: " if len(figures) > 1 else ""
        yield f"{name}*{known}* {_said(figure, 'doubt')}"


def _badges(pack: Pack, figures: Sequence[tuple[str, Explained]]) -> Iterable[str]:
    layers = _once(one for _, row in figures for one in row.layers if pack.has(one))
    for badge in sorted(pack.badges(*layers)):
        yield f"{t(f'badge.{badge}')}: {t(f'badge_meaning.{badge}')}"


def _method(section: str) -> str:
    # Beside the page that is read, which would else lose what is not in its address.
    said = t("figure.more", section=t(f"method.{section}"))
    return f"[{said}](method?lang={texts.language()}#{section})"


def _once(names: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(names))
