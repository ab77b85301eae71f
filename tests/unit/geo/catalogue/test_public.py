"""What everyone may read of a pack and a list of projects."""

from __future__ import annotations

import pytest

from geo.catalogue.public import PROJECT_COLUMNS, public_columns, public_pack, public_projects
from geo.lists import ProjectList
from geo.pack.read import read_pack
from geo.schema import layers as schema
from geo.workspace import Workspace
from tests.support import marked


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked") / "pack"
    marked.write_pack(folder)
    return read_pack(folder)


def marks(pack):
    said = [frame.drop(columns="geometry").to_csv() for frame in pack.layers.values()]
    said += [repr(one) for one in pack.findings]
    return marked.marks_in("".join(said).encode())


def test_nothing_internal_is_left_of_a_pack(pack):
    assert len(marks(pack)) > 5
    assert marks(public_pack(pack)) == set()


def test_each_layer_keeps_its_own_columns_and_its_features(pack):
    shown = public_pack(pack)
    assert list(shown.layers) == list(pack.layers)
    for name, frame in pack.layers.items():
        known = {*schema.LAYERS[name].columns.columns, "geometry", "synthetic", "illustrative"}
        known &= {*PROJECT_COLUMNS, "geometry"} if name == "projects" else known
        assert set(shown.layer(name)) == set(frame) & known
        assert len(shown.layer(name)) == len(frame)


def test_the_figures_and_the_badges_are_those_of_the_whole_pack(pack):
    shown = public_pack(pack)
    assert shown.sha256 == pack.sha256
    assert {name: shown.badges(name) for name in pack.layers} == {
        name: pack.badges(name) for name in pack.layers
    }
    known, told = Workspace(pack=pack).rule(), Workspace(pack=shown).rule()
    assert [one.share for one in told] == [one.share for one in known]
    assert [one.share_low for one in told] == [one.share_low for one in known]


def test_a_project_that_is_made_up_says_so_all_the_same(pack):
    frame = pack.layer("projects").assign(synthetic=True)
    assert public_columns(frame)["synthetic"].all()


def test_what_is_wrong_is_counted_and_not_quoted(pack):
    errors = [one.severity for one in pack.findings]
    assert [one.severity for one in public_pack(pack).findings] == errors
    assert errors


def test_a_list_keeps_which_one_it_is(pack):
    listed = ProjectList(frame=pack.layer("projects"), seq=7, place="vert/liste")
    shown = public_projects(listed)
    assert (shown.seq, len(shown.frame)) == (7, len(listed.frame))
    assert {"note", "source", "jobs_source", "case_ref"}.isdisjoint(shown.frame)
