"""What a site does to the 90 % rule, in words: the same on the page, in the text and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.growth.open_cases import in_sentence
from geo.i18n import Amount, Clauses, Remark
from geo.pack.words import quoted
from geo.screening.rows import cell

if TYPE_CHECKING:
    from geo.screening.model import Screening


def rule_remarks(screening: Screening) -> list[Remark]:
    """Return what the site does to the rule, what it is counted in, and what is in no sum."""
    return [*of_rule(screening), *of_all(screening)]


def of_rule(screening: Screening) -> list[Remark]:
    """Return what the site does to the rule, what it is counted in, and what is not counted."""
    jobs, after = cell(screening, "jobs"), screening.rule_after
    where = home_remark(screening)
    if screening.rule_before is None or after is None:
        if screening.elsewhere and where is not None:
            return [where]
        if screening.jobs.mid is None:
            return [Remark("screen.text_rule_and_jobs_missing")]
        return [Remark("screen.text_rule_missing", {"jobs": jobs})]
    names = ("before", "after", "before_regional", "after_regional")
    said: dict[str, object] = {name: cell(screening, f"rule_{name}") for name in names}
    said["target"] = Amount(after.counted.target, "percent")
    said["verdict"] = Remark(f"verdict.{after.counted.verdict.value}")
    text = "screen.text_counted_roughly" if screening.counted_roughly else "screen.text_counted"
    text = "screen.text_counted_open" if screening.counted_open else text
    counted = [Remark(text, _counted(screening))] if screening.counted_in else []
    if screening.unmoved:
        said |= {"jobs": jobs, "after": said["before"], "after_regional": said["before_regional"]}
        return [Remark("screen.text_rule_elsewhere", said), *counted]
    counted += [] if where is None else [where]
    if screening.rule_left_out or screening.jobs.mid is None:
        return [Remark("screen.text_rule_left_out", said), *counted]
    return [Remark("screen.text_rule", said | {"jobs": jobs}), *counted]


def of_all(screening: Screening) -> tuple[Remark, ...]:
    """Return what is in no sum of the rule, and what is most of one, whatever the site."""
    if screening.rule_before is None or screening.rule_after is None:
        return ()
    cases = screening.rule_open
    parts = {"count": len(cases), "cases": Clauses(in_sentence(cases))}
    open_ = [Remark("screen.text_open", parts)] if cases else []
    return (*open_, *screening.rule_dominant)


def _counted(screening: Screening) -> dict[str, object]:
    return {
        "projects": tuple(quoted(name, screening.pack_directory) for name in screening.counted_in),
        "how": Remark(
            f"screen.counted_{screening.counted_as}{'_open' if screening.counted_open else ''}"
        ),
    }


def home_remark(screening: Screening) -> Remark | None:
    """Return what the municipality's border does to the jobs that are counted; None for nothing."""
    if screening.elsewhere:
        return Remark("screen.text_not_home", {"jobs": cell(screening, "jobs")})
    if screening.home_share is None or screening.home_share == 1:
        return None
    return Remark("screen.text_home_part", {"share": Amount(screening.home_share, "percent")})
