"""Many who write at once, as threads of one app and as programs of their own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.ledger.entries import Change, ConflictError, EntryKind
from tests import PATIENCE_S
from tests.support.ledgers import BY, program

THREADS, WRITES = 20, 10
PROGRAMS, PROGRAM_WRITES = 4, 25

# A line in, a line out. It does many tasks, for to start takes it longer than any of them.
PROGRAM = """
import json, sys
from geo.ledger.store import Ledger
from geo.pack.read import DEFAULT_PACK, read_pack
name, writes = sys.argv[1], int(sys.argv[2])
frame = read_pack(DEFAULT_PACK).layer("projects")
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    task, url = json.loads(line)
    ledger = Ledger.open(url, "3205")
    if task == "seed":
        done = len(ledger.seed(frame, author="a", reason="r"))
    else:
        done = []
        for number in range(writes):
            values = {"name": f"Felt {name} {number}"}
            entry = ledger.add(values, None, author=name, reason=str(number))
            done.append([entry.seq, name, str(number)])
    ledger.close()
    print(json.dumps(done), flush=True)
"""


@pytest.fixture(scope="module")
def programs():
    """Programs of their own, ready for a task; all must end well and have complained of nothing."""
    with contextlib.ExitStack() as stack:
        names = [f"p{number}" for number in range(PROGRAMS)]
        started = [
            stack.enter_context(program(PROGRAM, name, str(PROGRAM_WRITES), stdin=subprocess.PIPE))
            for name in names
        ]
        assert answers(started) == ["ready"] * PROGRAMS
        yield started
        ended = [(*one.communicate(timeout=PATIENCE_S), one.returncode) for one in started]
        assert ended == [("", "", 0)] * PROGRAMS


def all_at_once(programs, *task):
    """What each program answers to the same task."""
    for one in programs:
        one.stdin.write(f"{json.dumps(task)}\n")
        one.stdin.flush()
    return answers(programs)


def answers(programs):
    """The next line of each program; those that are stuck are ended, and have none."""
    stuck = threading.Timer(PATIENCE_S, lambda: [one.kill() for one in programs])
    stuck.start()
    try:
        lines = [one.stdout.readline() for one in programs]
    finally:
        stuck.cancel()
    assert all(lines), [one.communicate() for one in programs]
    return [json.loads(line) for line in lines]


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


def test_four_programs_that_begin_on_nothing_lose_nothing(programs, ledger_url, opened):
    written = [entry for done in all_at_once(programs, "write", ledger_url) for entry in done]
    history = opened(ledger_url).history()
    assert [entry.seq for entry in history] == list(range(PROGRAMS * PROGRAM_WRITES, 0, -1))
    assert sorted(written, reverse=True) == [[e.seq, e.author, e.reason] for e in history]


def test_of_four_programs_that_seed_at_once_one_does(programs, ledger_url, opened):
    counts = sorted(all_at_once(programs, "seed", ledger_url))
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
