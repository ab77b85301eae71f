"""The ledger against the simplest thing that could be right: a list of dicts in Python."""

from __future__ import annotations

import itertools

import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from geo.ledger.fields import EFFECT_OF_STATUS, STATUSES, VALUES
from geo.ledger.store import Ledger
from tests.support.errors import raising
from tests.support.ledgers import BY, plain_rows

PLACES = [
    None,
    shapely.Point(620_000, 6_650_000),
    shapely.box(620_000, 6_650_000, 620_100, 6_650_100),
]

places = st.sampled_from(PLACES)
jobs = st.none() | st.floats(0, 1e6) | st.integers(0, 1_000)
statuses = st.sampled_from(STATUSES)
notes = st.none() | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)


def known(text):
    return text if text and text.strip() else None


class LedgerMachine(RuleBasedStateMachine):
    """Every step is done to the ledger and to `self.log`: (entry, whole state after it)."""

    engine = None
    numbers = None

    def __init__(self):
        super().__init__()
        self.ledger = Ledger(self.engine, f"{next(self.numbers):04d}")
        self.log = []

    @property
    def state(self):
        """{project_id: (values, place, revision, removed)}."""
        return self.log[-1][1] if self.log else {}

    def note(self, entry, values, place, *, removed=False):
        _, _, revision, _ = self.state.get(entry.project_id, (None, None, 0, None))
        assert entry.revision == revision + 1
        after = {**self.state, entry.project_id: (values, place, revision + 1, removed)}
        self.log.append((entry, after))

    def pick(self, data):
        return data.draw(st.sampled_from(sorted(self.state)))

    @rule(name=st.sampled_from(["Berger", "Heia øst"]), jobs=jobs, status=statuses, place=places)
    def add(self, name, jobs, status, place):
        entry = self.ledger.add({"name": name, "jobs": jobs, "status": status}, place, **BY)
        assert entry.project_id not in self.state
        values = dict.fromkeys(VALUES) | {"name": name, "jobs": jobs, "status": status}
        self.note(entry, values | {"effect": EFFECT_OF_STATUS[status]}, place)

    @precondition(lambda self: self.log)
    @rule(data=st.data(), jobs=jobs, note=notes, place=places)
    def change(self, data, jobs, note, place):
        self.try_change(self.pick(data), {"jobs": jobs, "note": note}, place)

    @precondition(lambda self: self.log)
    @rule(data=st.data(), status=statuses)
    def move(self, data, status):
        project_id = self.pick(data)
        effect = EFFECT_OF_STATUS[status]
        place = self.state[project_id][1]
        self.try_change(project_id, {"status": status, "effect": effect}, place)

    def try_change(self, project_id, changed, place):
        values, old_place, revision, removed = self.state[project_id]
        after = values | changed | {"note": known(changed.get("note", values["note"]))}

        def ask():
            return self.ledger.change(
                project_id, changed, geometry=place, base_revision=revision, **BY
            )

        if removed:
            with raising("error.ledger_unknown_project"):
                ask()
        elif (after, place) == (values, old_place):
            with raising("error.ledger_nothing_changed"):
                ask()
        else:
            self.note(ask(), after, place)

    @precondition(lambda self: self.log)
    @rule(data=st.data())
    def remove(self, data):
        project_id = self.pick(data)
        values, place, revision, removed = self.state[project_id]
        if removed:
            with raising("error.ledger_unknown_project"):
                self.ledger.remove(project_id, base_revision=revision, **BY)
        else:
            entry = self.ledger.remove(project_id, base_revision=revision, **BY)
            self.note(entry, values, place, removed=True)

    @precondition(lambda self: self.log)
    @rule(data=st.data())
    def undo(self, data):
        index = data.draw(st.integers(0, len(self.log) - 1))
        target, after = self.log[index]
        if self.state[target.project_id][2] != target.revision:
            with raising("error.ledger_undo_conflict"):
                self.ledger.undo(target.seq, **BY)
            return
        before = self.log[index - 1][1] if index else {}
        first = (*after[target.project_id][:3], True)
        values, place, _, removed = before.get(target.project_id, first)
        entry = self.ledger.undo(target.seq, **BY)
        assert entry.undoes == target.seq
        self.note(entry, values, place, removed=removed)

    @precondition(lambda self: any(project[2] > 1 for project in self.state.values()))
    @rule(data=st.data(), jobs=jobs)
    def change_from_an_old_revision(self, data, jobs):
        changed = sorted(name for name, project in self.state.items() if project[2] > 1)
        project_id = data.draw(st.sampled_from(changed))
        revision = data.draw(st.integers(1, self.state[project_id][2] - 1))
        newest = next(e for e, _ in reversed(self.log) if e.project_id == project_id)
        with raising("error.ledger_conflict") as caught:
            self.ledger.change(project_id, {"jobs": jobs}, base_revision=revision, **BY)
        assert caught.value.entry == newest

    @precondition(lambda self: self.log)
    @rule(data=st.data())
    def look_back(self, data):
        entry, state = data.draw(st.sampled_from(self.log))
        self.check(self.ledger.projects(entry.seq), state)
        self.check(self.ledger.projects(entry.at), state)

    @invariant()
    def the_state_is_the_models(self):
        self.check(self.ledger.projects(), self.state)

    def teardown(self):
        """Every entry is in the history, in order."""
        entries = [entry for entry, _ in self.log]
        assert self.ledger.history() == entries[::-1]
        assert self.ledger.head().seq == (entries[-1].seq if entries else 0)
        times = [entry.at for entry in entries]
        assert times == sorted(set(times))

    @staticmethod
    def check(frame, state):
        standing = {name: project for name, project in sorted(state.items()) if not project[3]}
        expected = {
            name: project[0] | {"revision": project[2]} for name, project in standing.items()
        }
        assert plain_rows(frame) == expected
        assert frame.geometry.tolist() == [project[1] for project in standing.values()]


def test_the_ledger_does_as_a_list_of_dicts_would(ledger):
    class Machine(LedgerMachine):
        engine = ledger.engine
        numbers = itertools.count()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
