"""The command ``reserve``: the land account by zone, as a document, a table and a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n, jobs
from geo.cli.runtime import PARAMETERS, Answer, UsageError, pack_of, version_of
from geo.errors import ReserveRuleError
from geo.formats.write import export_layer
from geo.geometry.scale import told
from geo.land import compute, table
from geo.land.notes import of_account
from geo.land.pieces import PIECE_AREAS
from geo.land.rules import WIDEST_BUFFER_M, ReserveRules
from geo.schema.coercion import quote
from geo.schema.findings import gathered

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from geo.cli.runtime import Parser
    from geo.land.account import LandAccount
    from geo.pack.read import Pack
    from geo.schema.findings import Finding

DEFAULT_RULES: Final = ReserveRules()
# What is asked for instead of a value that cannot be used; other parameters are measures.
_COMPLAINTS: Final[Mapping[str, str]] = {
    "--building-buffer": "cli.reserve_buffer",
    "--max-utilisation": "cli.reserve_share",
}
_MAX_LISTED: Final = 10  # notes on screen; the document has all of them
_COLUMNS: Final = (*PIECE_AREAS, "densification_bra_m2", "unknown_plots")


def parameters(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the parameters of the land account to a parser; `text` gives a help text by its name."""
    for option, name in PARAMETERS.items():
        default = getattr(DEFAULT_RULES, name)
        parser.add_argument(
            option, dest=name, metavar="X", type=number, default=default, help=text(name)
        )


def reserve(options: Namespace) -> Answer:
    """Tell where all business land went, by zone, and write the plots to a file if asked."""
    rules = rules_of(options)
    pack = pack_of(options)
    found = compute.of_pack(pack, rules)
    badges = sorted(pack.badges(*table.LAYERS))
    faults = [one for one in pack.findings if one.layer in table.LAYERS]
    notes = _notes(gathered(faults), found, options.lang)
    document = found.as_dict() | {
        "pack": version_of(pack),
        "badges": badges,
        "parameters": {name: getattr(rules, name) for name in PARAMETERS.values()},
        "notes": _notes(faults, found, options.lang),
    }
    say = partial(i18n.say, language=options.lang)
    made_up = table.demonstration_for(pack)
    lines = [
        *_head(pack, rules, options.lang),
        *([] if made_up is None else [say("cli.demonstration", name=made_up), ""]),
        *_table(pack, found, options.lang),
        *_sentences(found, options.lang),
        *(say(f"cli.badge_{badge}") for badge in badges),
        *(say("cli.note", text=text) for text in notes[:_MAX_LISTED]),
    ]
    if len(notes) > _MAX_LISTED:
        lines.append(say("cli.more_notes", count=len(notes) - _MAX_LISTED))
    if options.out:
        norms = jobs.norm_table(jobs.read_norms())
        plots = table.columns(found, norms)
        export_layer(plots, options.out, provenance=table.provenance(pack, rules, norms))
        lines.append(say("cli.reserve_written", count=len(plots), path=options.out))
    return Answer(document, tuple(lines))


def rules_of(options: Namespace) -> ReserveRules:
    """
    Return the parameters of the land account that were given.

    Raises
    ------
    UsageError
        If one of them makes no sense; names its option.
    """
    values = {name: getattr(options, name) for name in PARAMETERS.values()}
    try:
        return ReserveRules(**values)
    except ReserveRuleError as error:
        # The user knows the parameter by its option.
        named, value = error.parts["name"], error.parts["value"]
        option = next(option for option, name in PARAMETERS.items() if name == named)
        msgid = _COMPLAINTS.get(option, "cli.reserve_measure")
        largest = WIDEST_BUFFER_M
        raise UsageError(msgid, name=option, value=value, largest=largest) from error


def _notes(faults: Sequence[Finding], found: LandAccount, language: str) -> list[str]:
    """What the reader must know of the account, and what was wrong with the layers used."""
    # First what moves the figures: on screen the last of many are left out.
    notes = [one.say(language) for one in of_account(found)]
    if not found.constraints_mapped:
        notes.append(i18n.say("cli.constraints_missing", language))
    notes += [one.say(language) for one in faults]
    notes += [
        i18n.Remark(
            f"cli.fault_{row.fault}", i18n.in_words({"layer": row.layer, "feature": quote(row.id)})
        ).say(language)
        for row in found.faults.itertuples()
    ]
    notes += [one.say(language) for one in told(found.area_correction)]
    return notes


def _head(pack: Pack, rules: ReserveRules, language: str) -> list[str]:
    say = partial(i18n.say, language=language)
    used = say(
        "cli.reserve_rules",
        buffer=_plain(rules.building_buffer_m, language),
        part=_plain(rules.min_part_m2, language),
        width=_plain(rules.min_width_m, language),
        utilisation=i18n.percent(rules.max_utilisation, language),
    )
    return [say("cli.reserve", name=pack.name), used, ""]


def _plain(value: float, language: str) -> str:
    return i18n.number(value, language, 0 if value == round(value) else 1)


def _table(pack: Pack, found: LandAccount, language: str) -> list[str]:
    zones = found.by_zone()
    layer = pack.layer("zones")
    known = dict(zip(layer["zone_id"].astype("str"), layer["name"], strict=True))
    head = [i18n.say(f"cli.reserve_{name}", language) for name in ("zone", *_COLUMNS)]
    body = [
        [quote(known[zone]), *_cells(row, language)]
        for zone, (_, row) in zip(zones.index, zones.iterrows(), strict=True)
    ]
    total = [i18n.say("cli.reserve_total", language), *_cells(found.total(), language)]
    return [*_aligned([head, *body, total]), ""]


def _cells(row: pd.Series, language: str) -> list[str]:
    land = [i18n.daa(row[name], language) for name in PIECE_AREAS]
    floor = i18n.number(row["densification_bra_m2"], language)
    return [*land, floor, i18n.number(row["unknown_plots"], language)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    ]


def _sentences(found: LandAccount, language: str) -> list[str]:
    total = found.total()
    say = partial(i18n.say, language=language)
    land = {name.removesuffix("_m2"): i18n.daa(total[name], language) for name in PIECE_AREAS}
    error = table.imbalance(found.balance_error_m2, language)
    lines = [say("cli.reserve_balance", **land, error=error)]
    if total["unknown_plots"]:
        lines.append(say("cli.reserve_unknown", count=total["unknown_plots"], plots=total["plots"]))
    return lines
