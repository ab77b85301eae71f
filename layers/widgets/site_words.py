"""How the fields of a site are written for people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.register import filters
from layers.app import texts
from layers.app.texts import NORWAY, t, zone_names
from layers.widgets import tables
from layers.widgets.form_fields import label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pandas import DataFrame, Series

    from layers.app.shell import View

# Field → what the texts of its words begin with.
_WORDS: Final = {
    "availability": "availability",
    "readiness": "readiness",
    "readiness_set": "readiness",
    "readiness_rule": "readiness",
    "owner_type": "owner_type",
}
_DAYS: Final = ("power_date", "water_date")


def value(view: View, name: str, of: Any) -> str:  # noqa: ANN401  # whatever a field holds
    """Write the value of a field; unknown is a word."""
    if of is None or of == "" or pd.isna(of):
        return t("register.by_the_rule") if name == "readiness_set" else t("unknown")
    if name in _WORDS:
        return texts.term(_WORDS[name], of)
    if name in _DAYS:
        return day(of)
    written: dict[str, Callable[[], str]] = {
        "origin": lambda: texts.term("origin", of),
        "published": lambda: t("register.yes" if of else "register.no"),
        "zone_id": lambda: zone_names(view.pack).get(str(of), str(of)),
        "area_m2": lambda: texts.daa(of),
        "power_mw": lambda: megawatts(of),
        "readiness_by": lambda: t(f"code.readiness_by.{of}"),
    }
    return written.get(name, lambda: str(of))()


def facts(view: View, values: Mapping[str, Any]) -> None:
    """Show fields with their values, to be read in full."""
    rows = [(label(name), value(view, name, one)) for name, one in values.items()]
    tables.lines(pd.DataFrame(rows, columns=[t("conflict.field"), t("projects.value")]))


def told(hit: Series) -> dict[str, str]:
    """Return what is said of the site that a piece of land is (`geo.search.registered`)."""
    site = hit.rename(lambda name: str(name).removeprefix("site_"))
    return {
        "name": texts.plain(str(site["name"])),
        "readiness": readiness(site),
        "availability": texts.term("availability", site["availability"]),
        "power": power(site),
        "share": texts.pct(site["share"]),
    }


def readiness(row: Series) -> str:
    """Write how ready a site is, and how that is known."""
    if pd.isna(row["readiness"]):
        return t("unknown")
    word = texts.term("readiness", row["readiness"])
    return t(f"register.by_{row['readiness_by']}", readiness=word)


def power(row: Series) -> str:
    """Write a site's power with its date, and whether that is long ago; unknown is a word."""
    if pd.isna(row["power_mw"]):
        return t("unknown")
    (date,) = power_days(row.to_frame().T)
    return t("register.power", mw=megawatts(row["power_mw"]), date=date)


def megawatts(power: float) -> str:
    """Write power in MW, with a decimal where it has one."""
    return texts.num(power, int(not float(power).is_integer()))


def power_days(rows: DataFrame) -> list[str]:
    """Write of when the power of each site is, and whether that is too long ago."""
    old = filters.old(rows["power_date"], today())
    return [
        "–" if pd.isna(date) else t("register.old", date=day(date)) if gone else day(date)
        for date, gone in zip(rows["power_date"], old, strict=True)
    ]


def day(date: object) -> str:
    """Write a day as it is written in Norway."""
    return dt.date.fromisoformat(str(date)).strftime("%d.%m.%Y")


def today() -> dt.date:
    """Return the day that it is in Norway."""
    return dt.datetime.now(NORWAY).date()
