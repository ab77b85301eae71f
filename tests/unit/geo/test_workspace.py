"""One object gives every figure, and says which list of projects it rests on."""

from __future__ import annotations

import pytest

from geo.errors import LedgerError
from geo.jobs import Norm, read_norms
from geo.land.rules import ReserveRules
from geo.ledger.store import Ledger
from geo.lists import ProjectList, ledger_projects
from geo.workspace import Workspace
from tests.support import reading
from tests.support.errors import raising
from tests.support.projects import INSIDE, OUTSIDE, project
from tests.support.sites import CLEAR, TOWN, ledger, pack, screened

BY = {"author": "Kari Planlegger", "reason": "Vedtatt"}


@pytest.fixture(scope="module")
def embedded():
    return reading.embedded()


@pytest.fixture
def kept(embedded, ledger_file):
    """The address of a ledger that began with the pack's plan cases, with one more project."""
    url = f"sqlite:///{ledger_file}"
    ledger_file.parent.mkdir(parents=True)
    book = Ledger.open(url, embedded.municipality_no)
    book.seed(embedded.layer("projects"), **BY)
    values = {"name": "Nytt lager", "jobs": 500, "effect": "counts", "zone_id": "heia"}
    book.add(values, embedded.layer("zones").geometry.iloc[0], **BY)
    book.close()
    return url


def total(workspace):
    return workspace.rule().counted.jobs_total


def test_without_a_ledger_figures_rest_on_the_packs_own_plan_cases(embedded):
    used = Workspace.of(embedded)
    assert used.listed.as_dict() == {"source": "pack", "entry": None, "place": None}
    assert used.listed.say("nb") == "Prosjekter: datapakkens egne plansaker."
    assert len(used.projects) == len(embedded.layer("projects"))


def test_with_a_ledger_they_rest_on_its_newest_entry(embedded, kept):
    mine, theirs = Workspace.of(embedded), Workspace.of(embedded, kept)
    assert total(theirs) == total(mine) + 500
    seq = len(embedded.layer("projects")) + 1
    assert theirs.listed.as_dict()["source"] == "ledger"
    assert theirs.listed.as_dict()["entry"] == seq
    assert theirs.listed.say("en") == f"Projects: the list of projects, after change no. {seq}."


def test_an_empty_ledger_leaves_the_packs_own(embedded, ledger_file):
    ledger_file.parent.mkdir(parents=True)
    Ledger.open(f"sqlite:///{ledger_file}", embedded.municipality_no).close()
    assert Workspace.of(embedded, f"sqlite:///{ledger_file}").seq == 0


def test_reading_a_ledger_that_is_not_there_creates_none(embedded, ledger_file):
    with raising("error.ledger_missing"):
        ledger_projects(f"sqlite:///{ledger_file}", embedded.municipality_no)
    assert not ledger_file.exists()


def test_a_ledger_out_of_reach_keeps_nobody_from_the_land_account(embedded):
    def unreachable():
        raise LedgerError("error.ledger_address")

    used = Workspace(pack=embedded, lists=unreachable)
    assert used.land().balance_error_m2 < 1
    with pytest.raises(LedgerError):
        used.rule()


def test_the_land_account_is_made_once_for_each_set_of_rules(embedded):
    used = Workspace.of(embedded)
    assert used.land() is used.usual_land is used.land(ReserveRules())
    assert used.land(ReserveRules(building_buffer_m=20)) is not used.land()


def test_what_is_missing_is_named_and_its_figures_are_not_zero():
    bare = Workspace(pack=pack(projects=None, growth_areas=None, parcels=None, zones=None))
    assert bare.missing("stations", "zones", "parcels") == "zones"
    assert (bare.listed, bare.projects, bare.usual_land) == (None, None, None)
    with raising("error.missing_layer") as caught:
        bare.rule()
    assert caught.value.parts == {"layer": "projects"}
    assert bare.context.before is None


def test_projects_of_a_list_count_though_the_pack_has_none():
    listed = ProjectList(frame=ledger(*TOWN), seq=7, place="her")
    used = Workspace(pack=pack(), lists=lambda: listed)
    assert used.missing("projects") is None
    assert used.rule().counted.jobs_total > 0


SITE = {"site_area_m2": 16_000.0, "area_kind": "new", "zone_id": "A"}


def kept_list(*rows, seq=7):
    frame = ledger(*({k: v for k, v in one.items() if k not in SITE} for one in rows))
    for name in SITE:
        frame[name] = [one.get(name) for one in rows]
    return ProjectList(frame=frame, seq=seq, place="her")


def over_made_up(own, listed):
    """The list over a pack whose own plan cases are made up."""
    base = pack({"projects": {"synthetic": True}}, projects=own.frame)
    return Workspace(pack=base, lists=None if listed is None else lambda: listed)


def test_made_up_plan_cases_stay_made_up_in_a_ledger_that_began_with_them():
    own = kept_list(project(INSIDE, 100.0), project(OUTSIDE, **SITE))
    copied = kept_list(project(INSIDE, 100.0), project(OUTSIDE, **SITE))
    for used in (over_made_up(own, None), over_made_up(own, copied)):
        assert used.estimating.made_up == {"p0", "p1"}
        assert used.estimated["basis"].tolist() == ["given", "unknown"]
        assert used.estimated["why_not"].tolist()[1] == "synthetic"
        assert used.context.before is None
        assert used.context.made_up == {"projects"}
        assert used.badges("projects") == {"synthetic"}


def test_a_real_project_beside_them_is_estimated_and_they_are_not():
    own = kept_list(project(OUTSIDE, **SITE))
    mixed = kept_list(project(OUTSIDE, **SITE), project(OUTSIDE, **SITE))
    assert over_made_up(own, mixed).estimated["basis"].tolist() == ["unknown", "site_area"]


def test_a_list_with_none_of_them_is_real_and_not_called_made_up():
    own = kept_list(project(OUTSIDE, **SITE))
    # The same id elsewhere is another project.
    mine = kept_list(project(INSIDE, **SITE))
    used = over_made_up(own, mine)
    assert used.estimated["basis"].tolist() == ["site_area"]
    assert used.context.before.count == 1
    assert used.context.made_up == set()
    assert used.badges("projects", "growth_areas") == set()


def test_a_calculation_has_one_id_until_something_that_it_depends_on_changes(embedded, kept):
    norms = read_norms()
    name, norm = next(iter(norms.items()))
    own = norms | {name: Norm(**(vars(norm) | {"low": norm.low + 1}))}
    ids = [
        used.screening_id(screened(CLEAR))
        for used in (
            Workspace.of(embedded),
            Workspace.of(embedded, kept),
            Workspace.of(embedded, norms=own),
        )
    ]
    assert len(set(ids)) == 3
    assert ids[0] == Workspace.of(embedded).screening_id(screened(CLEAR))
    assert ids[0] != Workspace.of(embedded).screening_id(screened(CLEAR, jobs=5.0))


def test_made_up_growth_areas_give_no_verdict():
    made_up = pack({"growth_areas": {"synthetic": True}}, projects=ledger(*TOWN))
    with raising("error.layer_made_up", match="oppdiktet"):
        Workspace(pack=made_up).rule()
    assert Workspace(pack=pack(projects=ledger(*TOWN))).rule().counted.jobs_inside == 900


def test_an_entry_changes_the_rule_and_leaves_the_ground_as_it_was(embedded, kept):
    listed = ledger_projects(kept, embedded.municipality_no)
    own = listed.frame[listed.frame["name"] == "Nytt lager"]  # none that the pack has made up
    ground = Workspace(pack=embedded).ground

    def at(**others):
        return Workspace(pack=embedded, lists=lambda: ProjectList(frame=own, seq=9), **others)

    shared, alone = at(grounds=lambda: ground).context, at().context
    assert ground.before is None
    assert shared.land is ground.land
    assert shared.constraints is ground.constraints
    # It is what it would be with a ground of its own.
    assert shared.before.counted.jobs_total == alone.before.counted.jobs_total == 500
    assert (shared.badges, shared.made_up) == (alone.badges, alone.made_up)
