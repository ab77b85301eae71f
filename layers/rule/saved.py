"""Calculations of the 90 % rule: saved under a short id, shown again, and handed over as files."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo import i18n
from geo.formats import csv_table
from geo.growth.calculation import (
    LAYERS,
    RULE_VERSION,
    Recipe,
    newer_rule,
    recipe_of,
    result_of,
    same_figures,
)
from geo.growth.rule import Variants, Verdict
from geo.growth.share import areas_to_judge_by
from geo.ledger.calculations import Calculation, Calculations
from layers.app import address, login, texts
from layers.app.texts import t
from layers.rule import data as rule_data
from layers.rule import scenarios as rule_scenarios
from layers.rule import views
from layers.rule.data import AS_LISTED
from layers.widgets import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.growth.calculation import Parameters
    from geo.growth.scenario import Overrides
    from layers.app.shell import View
    from layers.rule.data import Choices

# The first version of the rule that has estimates, and weighs what cannot be estimated.
WEIGHS_UNKNOWN: Final = 2
# The first that weighs cases without a year where a period is asked; older ones left them out.
WEIGHS_UNDATED: Final = 3

PARAMETER: Final = "beregning"  # in the address
_LIST: Final = ""  # no scenario's name: the list as it is


def shown(view: View) -> None:
    """
    Show the calculation that the address names, and whether the list of today says the same.

    Raises
    ------
    LedgerError
        If there is none. If the ledger cannot be read.
    """
    asked = address.text(PARAMETER)
    if asked is None:
        return
    store = _store(view)
    if store is None:
        st.info(t("calculation.no_list"), icon=":material/help:")
        return
    with st.container(border=True):
        with view.part():
            _show(view, store.get(asked))
        st.button(t("calculation.close"), icon=":material/close:", on_click=_close, key="rule_shut")


def save(view: View, choices: Choices) -> None:
    """Let a writer save the calculation, and anyone take it away as a file."""
    scenarios = rule_scenarios.chosen(view)
    names = {_LIST: t("scenario.list_now")} | {name: name for name in scenarios}
    chosen = _LIST
    if scenarios:
        chosen = st.selectbox(
            t("calculation.of"), list(names), format_func=names.__getitem__, key="rule_saved_of"
        )
    overrides = scenarios.get(chosen, AS_LISTED)
    scenario = None if chosen == _LIST else chosen
    recipe = _recipe(view, choices, overrides, scenario)
    st.caption(t("calculation.lead"))
    who = login.who()
    store = _store(view)
    if store is None:
        st.caption(t("calculation.no_list"))
    elif not who.may_write:
        st.caption(texts.plain(who.why_not(texts.language())))
    elif st.button(t("calculation.save"), icon=":material/bookmark_add:", key="rule_keep"):
        with view.part():
            writer = login.require_writer()
            result = rule_data.calculation(view, recipe.parameters, overrides)
            done = store.save(recipe.as_dict(), result | _marks(view), author=writer.author)
            address.keep(PARAMETER, done.id)
            st.rerun()
    # Worked out when it is asked for.
    make = partial(_unsaved, view, rule_data.listed(view), recipe)
    _downloads(None, make, key="now")


def _show(view: View, saved: Calculation) -> None:
    recipe = recipe_of(saved)
    at, author = views.moment(saved.at), texts.plain(saved.author)
    st.header(t("calculation.heading", id=saved.id))
    said = t("calculation.saved_by", author=author, at=at, seq=str(recipe.ledger_seq))
    if recipe.scenario is not None:
        said += f" {t('calculation.of_scenario', name=texts.plain(recipe.scenario))}"
    st.caption(said)
    results, judged = _results(saved.result), _judged(recipe, saved.result)
    for column, name, result in zip(st.columns(2), views.variants(view), results, strict=True):
        column.markdown(f"**{name}**  \n{_sentence(result, judged=judged)}")
    if said := _unknown(recipe, saved.result):
        st.markdown(said)
    for one in saved.result.get("dominant", ()):
        st.caption(sentences.dominant_said(one, view.pack))
    if newer_rule(recipe):
        st.info(t("calculation.older_rule"), icon=":material/history:")
    st.caption(_terms(recipe))
    _today(view, saved, recipe)
    st.code(_link(saved.id), language=None)
    st.caption(t("calculation.again", id=saved.id))
    for badge in saved.result.get("badges", ()):
        st.caption(t(f"export.{badge}"))
    make = partial(_document, saved, dict(saved.content), dict(saved.result))
    _downloads(saved.id, make, key="saved")


def _today(view: View, saved: Calculation, recipe: Recipe) -> None:
    now = rule_data.calculation(view, _known_today(view, recipe), recipe.overrides)
    if same_figures(saved.result, now):
        st.success(t("calculation.same"), icon=":material/check:")
        return
    first, second = (_share(one) for one in _results(now))
    said = t("calculation.other", share=first, regional=second)
    if recipe.pack_sha256 != view.version.pack_sha256:
        said += f" {t('calculation.other_pack', id=recipe.pack_sha256[:8])}"
    st.warning(said, icon=":material/update:")


def _known_today(view: View, recipe: Recipe) -> Parameters:
    """Return its parameters; what an older rule did not ask for is what is in use today."""
    given = recipe.parameters
    if recipe.rule_version >= WEIGHS_UNKNOWN:
        return given
    now = rule_data.parameters(view, given.terms)
    return replace(given, utilisation=now.utilisation, profiles=now.profiles, made_up=now.made_up)


def _results(result: Mapping[str, Any]) -> Variants[dict[str, Any]]:
    """Return both variants: net where the calculation is, else with estimates where it has them."""
    if result["net"] is not None:
        return Variants(result["net"]["counted"], result["net"]["with_regional_areas"])
    found = result.get("with_estimates", result)
    return Variants(found["gross"], found["with_regional_areas"])


def _unknown(recipe: Recipe, result: Mapping[str, Any]) -> str:
    """Say how many cases are in no figure, and how many only at the ends of the intervals."""
    open_ = "not_estimable" if "with_estimates" in result else "jobs_unknown"
    said = [(open_, result[open_]), ("losses_unknown", result["losses_unknown"])]
    told = [t(f"calculation.{name}", count=len(ids)) for name, ids in said if ids]
    if count := _undated(recipe, result):
        weighed = recipe.rule_version >= WEIGHS_UNDATED
        told.append(t(f"calculation.undated_{weighed}".lower(), count=count))
    return " ".join(told)


def _undated(recipe: Recipe, result: Mapping[str, Any]) -> int:
    """How many cases with figures have no year, where the calculation asks for a period."""
    return int(result["undated"]["count"]) if recipe.parameters.terms.has_period else 0


def _judged(recipe: Recipe, result: Mapping[str, Any]) -> bool:
    """
    Whether the saved verdicts weigh what has no figure, and what has no year.

    Gross figures without estimates, and all that older rules saved, are of the known cases alone.
    """
    if recipe.rule_version < WEIGHS_UNDATED and _undated(recipe, result):
        return False
    if recipe.rule_version >= WEIGHS_UNKNOWN and (
        result["net"] is not None or "with_estimates" in result
    ):
        return True
    return not (result["jobs_unknown"] or result["losses_unknown"])


def _sentence(result: dict[str, Any], *, judged: bool) -> str:
    numbers = {name: result[f"jobs_{name}"] for name in ("inside", "outside")}
    verdict = t(f"verdict.{Verdict(result['verdict'])}" if judged else "calculation.no_verdict")
    said = t("calculation.figures", share=_share(result), verdict=verdict, **numbers)
    if result["share"] is None or not judged:
        return said
    if result["headroom_outside"] >= 0:
        return f"{said} {t('calculation.headroom', count=result['headroom_outside'])}"
    if result["heal_inside"] is None:
        return said
    return f"{said} {t('calculation.heal', count=result['heal_inside'])}"


def _share(result: dict[str, Any]) -> str:
    if result["share"] is None:
        return "–"
    return texts.pct_span(result["share_low"], result["share_high"], 1)


def _terms(recipe: Recipe) -> str:
    terms = recipe.parameters.terms
    said = [t("rule.basis_true" if terms.net else "rule.basis_false")]
    said.append(t("rule.adopted_true" if terms.adopted_only else "rule.adopted_false"))
    estimates = terms.estimates and recipe.rule_version >= WEIGHS_UNKNOWN
    said.append(t("rule.estimates_true" if estimates else "rule.estimates_false"))
    if terms.statuses is not None:
        listed = ", ".join(texts.term("status", one) for one in terms.statuses)
        said.append(f"{t('rule.statuses')}: {texts.plain(listed) or '–'}")
    if terms.has_period:
        said.append(sentences.period(terms))
    said.append(t("calculation.target", target=texts.pct(terms.target)))
    return " · ".join(said)


def _recipe(view: View, choices: Choices, overrides: Overrides, scenario: str | None) -> Recipe:
    head = view.book.head
    return Recipe(
        rule_version=RULE_VERSION,
        parameters=rule_data.parameters(view, choices.terms),
        pack_sha256=view.version.pack_sha256,
        ledger_seq=head.seq if head else 0,
        ledger_at=head.at.isoformat() if head and head.at else "",
        overrides=overrides,
        scenario=scenario,
    )


def _marks(view: View) -> dict[str, Any]:
    """Return what a result says of the data under it."""
    pack = view.pack
    return {
        "pack": {"name": pack.name, "sha256": pack.sha256},
        "badges": sorted(view.workspace.badges(*LAYERS)),
    }


def _unsaved(view: View, projects: GeoDataFrame, recipe: Recipe) -> dict[str, Any]:
    areas = areas_to_judge_by(view.pack)
    result = result_of(projects, areas, recipe.parameters, recipe.overrides)
    return _document(None, recipe.as_dict(), result | _marks(view))


def _document(
    saved: Calculation | None, content: dict[str, Any], result: dict[str, Any]
) -> dict[str, Any]:
    identity = {
        "id": saved.id if saved else None,
        "at": saved.at.isoformat() if saved else None,
        "author": saved.author if saved else None,
    }
    return {"beregning": identity, "content": content, "result": result}


def _downloads(name: str | None, make: Callable[[], dict[str, Any]], *, key: str) -> None:
    for column, ending, mime, write, icon in zip(
        st.columns(2),
        ("json", "csv"),
        ("application/json", "text/csv"),
        (_json, _csv),
        (":material/data_object:", ":material/table:"),
        strict=True,
    ):
        column.download_button(
            t(f"calculation.download_{ending}"),
            data=partial(write, make),
            file_name=f"beregning-{name or 'ulagret'}.{ending}",
            mime=mime,
            icon=icon,
            on_click="ignore",
            key=f"rule_{key}_{ending}",
        )


def _json(make: Callable[[], dict[str, Any]]) -> bytes:
    return (json.dumps(make(), ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def _csv(make: Callable[[], dict[str, Any]]) -> bytes:
    """Write the years as a table; each row says where it comes from, since a CSV has no head."""
    document = make()
    content, result = document["content"], document["result"]
    table = pd.concat(
        [
            pd.DataFrame(result[name]).assign(table=name)
            for name in ("by_year", "by_year_cumulative")
        ]
    )
    badges = [i18n.say(f"export.{one}") for one in result["badges"]]
    table = table.assign(
        beregning=document["beregning"]["id"] or "",
        saved_by=document["beregning"]["author"] or "",
        pack_sha256=content["pack_sha256"],
        ledger_seq=content["ledger_seq"],
        ledger_at=content["ledger_at"],
        scenario=content["scenario"] or "",
        target=result["target"],
        net=result["net"] is not None,
        parameters=json.dumps(content["parameters"], ensure_ascii=False, sort_keys=True),
        badges=" ".join(badges),
    )
    return csv_table.as_bytes(table)


def _link(calculation_id: str) -> str:
    page = (st.context.url or "").split("?")[0]
    return f"{page}?{urlencode({PARAMETER: calculation_id})}"


def _close() -> None:
    address.keep(PARAMETER, None)


def _store(view: View) -> Calculations | None:
    ledger = view.book.ledger
    return Calculations(ledger.engine, ledger.municipality_no) if ledger else None
