"""Thousands of damaged files: each gives sites or one sentence, soon, and leaves nothing."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from geo.errors import NaeringsarealError
from geo.intake import worker
from geo.intake.sites import open_sites
from tests.support import sitefiles, spreadsheets
from tests.support.sosi import document, flate, square

FILES = 2_000
SEED = 20_240_501
# Seconds for each file: `Limits.seconds`, and what a busy machine may need beside. What hangs never
# makes it.
DEADLINE = 60.0


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hele")
    paths = [sitefiles.written(folder, ending) for ending in sitefiles.DRIVERS]
    sitefiles.sites().to_parquet(folder / "a.parquet")
    pd.DataFrame({"øst": [sitefiles.X], "nord": [sitefiles.Y]}).to_excel(
        folder / "a.xlsx", index=False
    )
    (folder / "a.csv").write_text(sitefiles.wkt_table(), encoding="utf-8")
    areas = [square(1, 0, 0, 50), square(2, 10, 10, 9), flate(3, ":1 (:2)"), flate(4, ":2")]
    (folder / "a.sos").write_text(document(*areas), encoding="utf-8")
    table = [["øst", "nord"], [sitefiles.X, sitefiles.Y]]
    (folder / "a.xls").write_bytes(spreadsheets.xls(Ark=table))
    (folder / "a.ods").write_bytes(spreadsheets.ods(Ark=table))
    endings = (".parquet", ".xlsx", ".xls", ".ods", ".csv", ".sos")
    paths += [folder / f"a{ending}" for ending in endings]
    return [(path.name, path.read_bytes()) for path in paths]


def flipped(content, chance):
    damaged = bytearray(content)
    for _ in range(chance.choice([1, 3, 20])):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def truncated(content, chance):
    return content[: chance.randrange(len(content))]


def repeated(content, chance):
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.randrange(1, 200))
    return content[:end] + content[start:end] * chance.randrange(1, 50) + content[end:]


def overwritten(content, chance):
    at = chance.randrange(len(content))
    value = chance.choice([b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"[", b"<", b'"', b"9" * 30])
    return content[:at] + value + content[at + len(value) :]


WAYS = (flipped, truncated, repeated, overwritten)


def damaged_files(originals):
    chance = random.Random(SEED)  # noqa: S311  # the same files every time
    for number in range(FILES):
        name, content = originals[number % len(originals)]
        if number % 10 == 9:  # the head of one and the tail of another
            other = chance.choice(originals)[1]
            yield name, truncated(content, chance) + other[chance.randrange(len(other)) :]
        else:
            yield name, chance.choice(WAYS)(content, chance)


def outcome(damaged):
    """What came of a file, and in how many seconds."""
    name, content = damaged
    begun = time.monotonic()
    try:
        sites = open_sites(content, name)
    except NaeringsarealError as error:
        said = error.say("nb")
        kind = "sentence" if said.endswith(".") and "\n" not in said else f"odd: {said!r}"
    except Exception as error:  # noqa: BLE001  # to be counted with the others, and shown
        kind = f"odd: {error!r}"
    else:
        kind = "sites" if len(sites) and sites.crs.to_epsg() == 25832 else "odd: no sites"
    return kind, time.monotonic() - begun


@pytest.mark.filterwarnings("ignore:Field jobs of type Integer64:RuntimeWarning")
def test_no_damaged_file_crashes_hangs_leaves_anything_or_says_anything_else(originals, scratch):
    worker.close_idle()
    begun = sum(os.times()[:4])  # seconds of our own work and of the readers that have ended
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(outcome, damaged_files(originals)))
    worker.close_idle()
    kinds = pd.Series([kind for kind, _ in outcomes]).value_counts()
    assert set(kinds.index) == {"sites", "sentence"}, kinds.to_dict()
    assert kinds.sum() == FILES
    assert kinds.min() > FILES / 20  # the damage is neither all harmless nor all fatal
    assert max(seconds for _, seconds in outcomes) < DEADLINE
    assert list(scratch.iterdir()) == []
    assert sum(os.times()[:4]) - begun < 300  # a seventh of a second for each, on any machine
