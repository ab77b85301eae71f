"""
The same figures of many municipalities at once: `run` is the one call that a script needs.

Three rounds of tasks: the digests of all files, from which results get their names; the partitions
whose results are not there yet; and the municipalities.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import shapely

from geo.comparison import fields
from geo.distribute import accounting, layout, municipal, neighbours, summary
from geo.distribute.crew import Failure, alone
from geo.distribute.layout import Municipality
from geo.errors import FileError
from geo.formats import atomic
from geo.schema.coercion import quote
from geo.schema.manifest import BADGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from geo.distribute.crew import Crew
    from geo.distribute.neighbours import Task
    from geo.distribute.parameters import ParameterSet
    from geo.land.rules import ReserveRules

    _Failed = dict[str, list[Failure]]

WORK: Final = "work"  # folder of results of partitions, which the next run takes
# What there is to tell of how far it is: which round, tasks done, and of how many.
DIGESTS, PARTITIONS, MUNICIPALITIES = ROUNDS = ("digests", "partitions", "municipalities")
_FILES: Final = 64  # a task's, to be read once for their digests
_OF_SOURCES: Final = ("source", "url", "licence", "date", "accuracy", *BADGES)


@dataclass(frozen=True)
class RunResult:
    """
    What came of a run.

    Attributes
    ----------
    tables
        The summary, by the names of its files.
    partitions, taken
        How many partitions there are, and of how many nothing had to be done again.
    failures
        By municipality, why its figures are not known.
    """

    tables: Mapping[str, gpd.GeoDataFrame]
    partitions: int
    taken: int
    failures: Mapping[str, Sequence[str]]


def run(
    folder: Path,
    output: Path,
    sets: Sequence[ParameterSet],
    crew: Crew = alone,
    *,
    anew: bool = False,
    language: str = "nb",
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> RunResult:
    """
    Account for all municipalities of a folder by each set of parameters, and write a summary.

    Parameters
    ----------
    folder
        As `geo.distribute.partition` writes it.
    output
        Folder of the summary, made if it is not there. Results of partitions are kept in it, named
        by the content of all that they rest on, so that a run that was broken off goes on, and one
        with another set of parameters, or one file renewed, does only what is new.
    sets
        With different names.
    crew
        Who does the work. Workers read and write these two folders by the same paths.
    anew
        Whether everything is done again.
    language
        Of the sentences in the summary.
    tell
        Told how far it is: which of `ROUNDS`, tasks done, of how many.

    Raises
    ------
    FileError
        If the folder is none that `geo.distribute.partition` has finished, or the summary cannot
        be written, or would lie among partitions, where files have the same names. What is wrong
        with a file in it is told in the summary.
    """
    folder, output = folder.resolve(), output.resolve()
    said, people = ready(folder, output)
    known, failed = _known(people, folder)
    with atomic.unwritable(output):
        (output / WORK).mkdir(parents=True, exist_ok=True)
        for place in (output, *(output / WORK).iterdir()):
            atomic.sweep(place)

    def through(
        name: str, function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> list[Any]:
        results: list[Any] = [None] * len(arguments)
        tell(name, 0, len(arguments))
        for done, (position, result) in enumerate(crew(function, arguments), 1):
            results[position] = result
            tell(name, done, len(arguments))
        return results

    widest = max(one.rules.building_buffer_m for one in sets)
    tasks = neighbours.tasks(folder, known.values(), widest)
    results = _places(output, tasks, sets, through)
    todo = [
        (task, wanted)
        for task, paths in zip(tasks, results, strict=True)
        if (wanted := {path: rules for path, rules in paths if anew or not Path(path).exists()})
    ]
    for (task, _), result in zip(todo, through(PARTITIONS, accounting.account, todo), strict=True):
        if isinstance(result, Failure):
            failed.setdefault(task.municipality_no, []).append(result)
    of_each: dict[str, list[Sequence[str]]] = {number: [] for number in known}
    for task, paths in zip(tasks, results, strict=True):
        of_each[task.municipality_no].append([path for path, _ in paths])
    join = partial(
        municipal.rows,
        folder=folder,
        sets=sets,
        demonstration=bool(said["demonstration"]),
        language=language,
    )
    arguments = [(one, of_each[name], failed.get(name, [])) for name, one in known.items()]
    found = [
        join(*one[:2], [result]) if isinstance(result, Failure) else result
        for one, result in zip(arguments, through(MUNICIPALITIES, join, arguments), strict=True)
    ]
    failures = {name: one.failures for name, one in zip(known, found, strict=True) if one.failures}
    about = _about(known.values(), sets, failures, demonstration=bool(said["demonstration"]))
    with atomic.unwritable(output):
        tables = summary.write(output, found, people, about)
    return RunResult(tables, len(tasks), len(tasks) - len(todo), failures)


def ready(folder: Path, output: Path) -> tuple[Mapping[str, Any], gpd.GeoDataFrame]:
    """
    Look whether a folder can be read and another written, before anybody is called to work.

    Returns
    -------
    mapping, GeoDataFrame
        What is said of the folder as a whole, and its municipalities.

    Raises
    ------
    FileError
        As `run`.
    """
    folder, output = folder.resolve(), output.resolve()
    if output == folder:
        raise FileError("error.distribute_same", path=quote(output))
    said, people = layout.dataset(folder), _people(folder)
    if (output / layout.DATASET).exists():
        raise FileError("error.distribute_output_partitions", path=quote(output))
    if any(output.is_relative_to(folder / name) for name in (layout.FACTS, *layout.LAYERS)):
        raise FileError("error.distribute_output_inside", path=quote(output))
    with atomic.unwritable(output):
        output.mkdir(parents=True, exist_ok=True)
        with atomic.draft_folder(output):
            return said, people


def _people(folder: Path) -> gpd.GeoDataFrame:
    path = folder / layout.MUNICIPALITIES
    try:
        found = gpd.read_parquet(path)
        found = found.set_geometry("geometry")[[layout.NUMBER, "name", *fields.PEOPLE, "geometry"]]
    except Exception as error:  # a damaged file fails in many ways
        raise FileError("error.distribute_file", path=quote(path)) from error
    return found


def _known(people: gpd.GeoDataFrame, folder: Path) -> tuple[dict[str, Municipality], _Failed]:
    """Read what is known of each municipality; one whose file is broken has no layers."""
    known, failed = {}, {}
    for number, name in sorted(zip(people[layout.NUMBER], people["name"], strict=True)):
        try:
            known[number] = layout.read_facts(folder, number)
        except FileError as error:
            known[number] = Municipality(number, name, {})
            failed[number] = [Failure.of(error)]
    return known, failed


def _places(
    output: Path,
    tasks: Sequence[Task],
    sets: Sequence[ParameterSet],
    through: Any,  # noqa: ANN401  # `run`'s own
) -> list[list[tuple[str, ReserveRules]]]:
    """Name each partition's results, in the order of the sets, by all that they rest on."""
    files = sorted({file.path for task in tasks for there in task.files.values() for file in there})
    found = through(DIGESTS, neighbours.digests, [(some,) for some in _batched(files)])
    digests = {
        path: digest for some in found if isinstance(some, dict) for path, digest in some.items()
    }
    return [
        [
            (
                str(output / WORK / task.municipality_no / f"{task.name}-{stamp}.parquet"),
                one.rules,
            )
            for one in sets
            if (stamp := task.stamp(one.rules, digests))
        ]
        for task in tasks
    ]


def _batched(files: Sequence[str]) -> list[Sequence[str]]:
    """Cut a list of files into tasks that are worth sending."""
    return [files[at : at + _FILES] for at in range(0, len(files), _FILES)]


def _about(
    municipalities: Iterable[Municipality],
    sets: Sequence[ParameterSet],
    failures: Mapping[str, Sequence[str]],
    *,
    demonstration: bool,
) -> dict[str, Any]:
    """Tell how a summary came about, the same for the same input: neither when nor where."""
    known = list(municipalities)
    sources: dict[str, dict[str, Any]] = {}
    for one in known:
        for layer, info in one.layers.items():
            said = {name: value for name, value in asdict(info).items() if name in _OF_SOURCES}
            key = json.dumps([layer, said], sort_keys=True, ensure_ascii=False)
            entry = sources.setdefault(key, {"layer": layer, **said, "municipalities": []})
            entry["municipalities"].append(one.municipality_no)
    return {
        "format": fields.FORMAT,
        "demonstration": demonstration,
        "parameter_sets": {one.name: one.values() for one in sets},
        "municipalities": len(known),
        **{
            f"{badge}_layers": [
                layer for layer in layout.LAYERS if any(layer in one.badged(badge) for one in known)
            ]
            for badge in BADGES
        },
        # Each once, for one line below a table; beside them which layer is from where.
        "source": _together(entry["source"] for entry in sources.values()),
        "licence": _together(entry["licence"] for entry in sources.values()),
        "sources": [sources[key] for key in sorted(sources)],
        "failures": [
            {"municipality_no": name, "reasons": list(reasons)}
            for name, reasons in failures.items()
        ],
        "versions": {
            **{name: version(name) for name in ("geopandas", "shapely", "pandas")},
            "geos": shapely.geos_version_string,
        },
    }


def _together(texts: Iterable[str | None]) -> str | None:
    return "; ".join(sorted({one for one in texts if one})) or None
