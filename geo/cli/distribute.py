"""The command ``distribute``: many municipalities at once, cut into partitions or accounted for."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli.runtime import PARAMETERS, Answer, UsageError
from geo.comparison import fields
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geo.cli.runtime import Parser
    from geo.distribute.crew import Crew
    from geo.distribute.parameters import ParameterSet
    from geo.distribute.run import RunResult

_VALUES: Final[Mapping[str, str]] = {**PARAMETERS, "--target": "target"}
# Options of one of the two things that the command does, with what they are when not given.
_OF_PARTITION: Final = {"plots": None, "figures": None}
_OF_RUN: Final = {"sets": None, "anew": False, **dict.fromkeys(_VALUES.values())}
_OPTIONS: Final = {"plots": "--plots-per-partition"} | {
    name: option for option, name in _VALUES.items()
}
_TERMINATED: Final = 128 + signal.SIGTERM  # the exit code, as shells have it
_NAMED: Final = 20  # municipalities on a line
_STEPS: Final = 20  # lines of progress a round, where no one looks at a screen


def arguments(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``distribute`` to its parser; `text` gives a help text by its name."""
    parser.set_defaults(action=None)
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=text("lang"))
    parser.add_argument("--json", action="store_true", help=text("json"))
    parser.add_argument("--input", metavar="DIR", required=True, help=text("distribute_input"))
    parser.add_argument("--output", metavar="DIR", required=True, help=text("distribute_output"))
    parser.add_argument("--scheduler", metavar="URL", help=text("distribute_scheduler"))
    parser.add_argument("--workers", metavar="N", type=int, help=text("distribute_workers"))
    parser.add_argument("--memory", metavar="T", default="auto", help=text("distribute_memory"))
    parser.add_argument("--anew", action="store_true", help=text("distribute_anew"))
    parser.add_argument("--sets", metavar="FILE", help=text("distribute_sets"))
    for option, name in _VALUES.items():
        told = text("target" if name == "target" else name)
        parser.add_argument(option, dest=name, metavar="X", type=number, nargs="+", help=told)
    parser.add_argument("--partition", action="store_true", help=text("distribute_partition"))
    parser.add_argument(
        "--plots-per-partition", dest="plots", metavar="N", type=int, help=text("distribute_plots")
    )
    parser.add_argument("--figures", metavar="FILE", help=text("distribute_figures"))


def distribute(options: Namespace) -> Answer:
    """Cut municipalities into partitions, or account for those of a folder."""
    for name, standard in (_OF_RUN if options.partition else _OF_PARTITION).items():
        if getattr(options, name) != standard:
            option = _OPTIONS.get(name, f"--{name}")
            msgid = "cli.usage_with_partition" if options.partition else "cli.usage_partition_only"
            raise UsageError(msgid, name=option)
    for name in ("workers", "plots"):
        value = getattr(options, name)
        if value is not None and value < 1:
            option = _OPTIONS.get(name, f"--{name}")
            raise UsageError("cli.usage_value", name=option, value=str(value))
    # Of the scheduler's own workers, it is told where they are started.
    given = {"--workers": options.workers is not None, "--memory": options.memory != "auto"}
    for option in (name for name, there in given.items() if there and options.scheduler):
        raise UsageError("cli.usage_together", name=option, value="--scheduler")
    with _ended_in_order(options.lang):
        return _partition(options) if options.partition else _run(options)


@contextmanager
def _ended_in_order(language: str) -> Iterator[None]:
    """Let SIGTERM, as from a service manager, end workers and half-written files as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():  # signals are its alone
        yield
        return

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one ends it at once
        sys.exit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except SystemExit:
        _note(i18n.say("cli.interrupted", language) + "\n")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _partition(options: Namespace) -> Answer:
    from geo.distribute import intake, partition  # noqa: PLC0415  # dask, which the app has not

    plots = options.plots or partition.PLOTS
    folder, output = Path(options.input), Path(options.output)
    progress = _Progress(options.lang)
    found = intake.partition(
        folder,
        output,
        figures=None if options.figures is None else Path(options.figures),
        plots=plots,
        crew=partial(_crew, options),
        tell=progress,
    )
    document = {
        "output": str(output),
        "municipalities": found.municipalities,
        "partitions": found.partitions,
        "replaced": list(found.replaced),
        "kept": list(found.kept),
        "unplaced": dict(found.unplaced),
    }
    say = partial(i18n.say, language=options.lang)
    lines = [
        say(
            "cli.distribute_partitioned",
            count=found.municipalities - len(found.kept),
            partitions=found.partitions,
            path=quote(output),
        )
    ]
    lines += [
        say(f"cli.distribute_{name}", count=len(numbers), named=_few(numbers))
        for name, numbers in (("replaced", found.replaced), ("kept", found.kept))
        if numbers
    ]
    lines += [
        say("cli.distribute_unplaced", layer=i18n.in_words({"layer": name})["layer"], count=count)
        for name, count in found.unplaced.items()
    ]
    return Answer(document, tuple(lines))


def _few(numbers: Sequence[str]) -> str:
    """Name municipalities on a line; the document has all of them."""
    more = ["…"] if len(numbers) > _NAMED else []
    return ", ".join([*numbers[:_NAMED], *more])


def _run(options: Namespace) -> Answer:
    from geo.distribute.run import ready, run  # noqa: PLC0415  # slow to load

    sets = _sets(options)
    ready(Path(options.input), Path(options.output))
    with _crew(options) as crew:
        outcome = run(
            Path(options.input),
            Path(options.output),
            sets,
            crew,
            anew=options.anew,
            language=options.lang,
            tell=_Progress(options.lang),
        )
    failure = None
    if outcome.failures:
        named = _few(list(outcome.failures))
        reason = next(iter(outcome.failures.values()))[0]
        count = len(outcome.failures)
        failure = i18n.say(
            "cli.distribute_failed", options.lang, count=count, named=named, reason=reason
        )
    return Answer(_document(options, outcome), tuple(_lines(options, outcome)), failure)


def _crew(options: Namespace) -> Any:  # noqa: ANN401  # a context manager of a crew
    from geo.distribute.crew import dask_crew  # noqa: PLC0415  # dask, which the app has not

    @contextmanager
    def told() -> Iterator[Crew]:
        wanted = {"workers": options.workers, "memory": options.memory}
        folders = Path(options.input).resolve(), Path(options.output).resolve()
        with dask_crew(options.scheduler, folders=folders, **wanted) as (crew, dashboard):
            if dashboard:
                said = i18n.say("cli.distribute_dashboard", options.lang, address=dashboard)
                _note(said + "\n")
            yield crew

    return told()


def _sets(options: Namespace) -> Sequence[ParameterSet]:
    from geo.distribute import parameters  # noqa: PLC0415  # as above

    given = {name: getattr(options, name) or [] for name in _VALUES.values()}
    if options.sets is None:
        return parameters.combined(given)
    for option, name in _VALUES.items():
        if given[name]:
            raise UsageError("cli.usage_together", name="--sets", value=option)
    return parameters.read(Path(options.sets))


class _Progress:
    """Says on standard error how far it is: one line that changes on a screen, else a few."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, name: str, done: int, everything: int) -> None:
        """Tell that so many tasks of a round are done."""
        said = i18n.say(f"cli.distribute_{name}", self._language, done=done, count=everything)
        if sys.stderr.isatty():
            _note(f"\x1b[2K{said}" + ("\n" if done == everything else "\r"))
        elif done % max(1, everything // _STEPS) == 0 or done == everything:
            _note(said + "\n")


def _note(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _document(options: Namespace, outcome: RunResult) -> dict[str, Any]:
    rows = outcome.tables[fields.MUNICIPALITIES].drop(columns="geometry")
    return {
        "output": options.output,
        "partitions": outcome.partitions,
        "taken_from_before": outcome.taken,
        "national": _records(outcome.tables[fields.NATIONAL]),
        "municipalities": _records(rows),
        "failures": {name: list(reasons) for name, reasons in outcome.failures.items()},
    }


def _records(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # a frame
    plain = table.astype(object).where(table.notna(), None)
    return [
        {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]


def _lines(options: Namespace, outcome: RunResult) -> list[str]:
    say = partial(i18n.say, language=options.lang)
    known = outcome.tables[fields.NATIONAL]
    lines = [
        say(
            "cli.distribute_done",
            path=quote(options.output),
            partitions=outcome.partitions,
            taken=outcome.taken,
        )
    ]
    for row in known.to_dict("records"):
        lines.append(
            say(
                "cli.distribute_set",
                name=row["parameter_set"],
                count=row["municipalities"],
                reserve=_land(row["reserve_m2"], options.lang),
                floor=i18n.number(row["densification_bra_m2"], options.lang),
                lacking=row["reserve_m2_unknown_in"],
            )
        )
        if row["synthetic_layers"]:
            lines.append(say("cli.badge_synthetic"))
    return list(dict.fromkeys(lines))


def _land(area: float, language: str) -> str:
    return i18n.daa(area, language)
