"""Many who write at once, as threads of one app and as programs of their own."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.ledger.entries import Change, ConflictError, EntryKind
from tests.support.ledgers import BY, program

THREADS, WRITES = 20, 10
PROGRAMS = 4

WRITER = """
import json, sys
from geo.ledger.store import Ledger
url, name, writes = sys.argv[1], sys.argv[2], int(sys.argv[3])
ledger = Ledger.open(url, "3205")
for number in range(writes):
    entry = ledger.add({"name": f"Felt {name} {number}"}, None, author=name, reason=str(number))
    print(json.dumps([entry.seq, name, str(number)]), flush=True)
ledger.close()
"""

SEEDER = """
import sys
import geopandas
from geo.ledger.store import Ledger
from geo.pack import DEFAULT_PACK, read_pack
frame = read_pack(DEFAULT_PACK).layer("projects")
print("ready", flush=True)
sys.stdin.readline()
ledger = Ledger.open(sys.argv[1], "3205")
print(len(ledger.seed(frame, author="a", reason="r")), flush=True)
ledger.close()
"""


def outputs(programs):
    """What each program printed, once all have ended well."""
    ended = [(*one.communicate(timeout=120), one.returncode) for one in programs]
    assert [(error, code) for _, error, code in ended] == [("", 0)] * len(programs)
    return [output for output, _, _ in ended]


def test_twenty_threads_lose_nothing_and_every_entry_has_its_own_number(ledger):
    def write(thread):
        return [
            ledger.add({"name": f"Felt {thread} {number}"}, None, **BY) for number in range(WRITES)
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        confirmed = [entry for found in pool.map(write, range(THREADS)) for entry in found]
    history = ledger.history()
    assert [entry.seq for entry in history] == list(range(THREADS * WRITES, 0, -1))
    assert sorted(confirmed, key=lambda entry: -entry.seq) == history
    times = [entry.at for entry in reversed(history)]
    assert times == sorted(set(times))


def test_no_count_is_lost_when_twenty_threads_count_on_one_project(ledger):
    ledger.add({"name": "Berger", "jobs": 0}, None, **BY)

    def count(_):
        for _ in range(5):
            while True:
                newest = ledger.history("berger", limit=1)[0]
                jobs = newest.values["jobs"] + 1
                try:
                    ledger.change("berger", {"jobs": jobs}, base_revision=newest.revision, **BY)
                except ConflictError:
                    continue
                break

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count, range(THREADS)))
    assert ledger.projects()["jobs"].tolist() == [THREADS * 5]
    assert ledger.head().seq == THREADS * 5 + 1


def test_readers_meanwhile_see_whole_batches_only(ledger):
    batch = [Change(values={"name": f"Felt {number}"}) for number in range(25)]
    done = []

    def read(_):
        seen = []
        while not done:
            head = ledger.head().seq
            seen.append(len(ledger.projects(head)))
            seen.append(len(ledger.projects()))
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        try:
            for _ in range(12):
                ledger.write(batch, **BY)
        finally:
            done.append(True)
        seen = [count for reader in readers for count in reader.result()]
    assert len(seen) > 8
    assert {count % 25 for count in seen} == {0}
    assert len(ledger.projects()) == 300


def test_four_programs_that_begin_on_nothing_lose_nothing(ledger_url, opened):
    programs = [program(WRITER, ledger_url, f"p{n}", "25") for n in range(PROGRAMS)]
    printed = [json.loads(line) for text in outputs(programs) for line in text.splitlines()]
    history = opened(ledger_url).history()
    assert [entry.seq for entry in history] == list(range(PROGRAMS * 25, 0, -1))
    assert sorted(printed, reverse=True) == [[e.seq, e.author, e.reason] for e in history]


def test_of_four_programs_that_seed_at_once_one_does(ledger_url, opened):
    programs = [program(SEEDER, ledger_url, stdin=subprocess.PIPE) for _ in range(PROGRAMS)]
    for one in programs:
        assert one.stdout.readline() == "ready\n"
    counts = sorted(int(text) for text in outputs(programs))
    assert counts[:-1] == [0, 0, 0]
    ledger = opened(ledger_url)
    assert counts[-1] == len(ledger.projects()) == ledger.head().seq > 0
    assert {entry.kind for entry in ledger.history()} == {EntryKind.SEEDED}


@pytest.mark.parametrize("jobs", [1, 2])
def test_of_two_who_change_the_same_revision_one_is_told(ledger, jobs):
    ledger.add({"name": "Berger", "jobs": 0}, None, **BY)

    def change(number):
        try:
            return ledger.change("berger", {"jobs": number + jobs}, base_revision=1, **BY)
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(change, range(8)))
    written = [one for one in found if not isinstance(one, ConflictError)]
    assert len(written) == 1
    assert all(one.entry == written[0] for one in found if isinstance(one, ConflictError))
