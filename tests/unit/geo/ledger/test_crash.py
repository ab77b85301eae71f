"""Programs that are killed in the middle: what was confirmed is there, and nothing by halves."""

from __future__ import annotations

import signal

import pytest

from tests.support.ledgers import BY, program

# More than are written before the kill, however late a busy machine lets it come.
WRITES = 5000

WRITER = f"""
import sys
from geo.ledger.entries import Change
from geo.ledger.store import Ledger
ledger = Ledger.open(sys.argv[1], "3205")
for number in range({WRITES}):
    size = int(sys.argv[2])
    parts = range(size)
    batch = [Change(values={{"name": f"Felt {{number}} {{part}}", "jobs": part}}) for part in parts]
    print(*[entry.seq for entry in ledger.write(batch, author="a", reason=str(number))], flush=True)
"""


def kill_after(lines, url, size):
    """Kill a writer once it has printed so many lines; returns all numbers it printed."""
    writer = program(WRITER, url, str(size))
    printed = [writer.stdout.readline() for _ in range(lines)]
    writer.send_signal(signal.SIGKILL)
    # Not by `communicate`: it passes over lines that came early and lie in the buffer.
    with writer:
        rest, errors = writer.stdout.read(), writer.stderr.read()
    assert writer.returncode == -signal.SIGKILL, errors
    whole = rest[: rest.rfind("\n") + 1].splitlines()
    return [int(seq) for line in [*printed, *whole] for seq in line.split()]


@pytest.mark.parametrize("lines", [1, 40, 90])
def test_everything_confirmed_survives_a_kill_and_writing_goes_on(ledger_url, opened, lines):
    confirmed = kill_after(lines, ledger_url, 1)
    ledger = opened(ledger_url)
    numbers = [entry.seq for entry in reversed(ledger.history())]
    assert numbers == list(range(1, len(numbers) + 1))
    assert confirmed == numbers[: len(confirmed)]
    assert lines <= len(confirmed) < WRITES
    # One write may have been done and not yet printed.
    assert len(numbers) - len(confirmed) <= 1
    assert ledger.add({"name": "Etterpå"}, None, **BY).seq == len(numbers) + 1


@pytest.mark.parametrize("lines", [1, 3, 7, 12, 20])
def test_half_a_batch_never_appears(ledger_url, opened, lines):
    confirmed = kill_after(lines, ledger_url, 50)
    ledger = opened(ledger_url)
    count = len(ledger.projects())
    assert count == ledger.head().seq
    assert count % 50 == 0
    assert 50 * lines <= len(confirmed) <= count < 50 * WRITES
    by_batch = {}
    for entry in ledger.history():
        by_batch.setdefault(entry.reason, []).append(entry.seq)
    assert {len(batch) for batch in by_batch.values()} == {50}
