"""Packs that are not in use yet: a process gives what the server would, and leaves nothing."""

import os
import shutil
import time
from functools import partial
from pathlib import Path

import pytest

from geo.errors import PackError
from geo.pack import replace as replacing
from geo.pack.candidate import Extent, Nature, candidate
from geo.pack.diff import compare
from geo.pack.location import EMBEDDED, stamp
from geo.pack.mapping import guess
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.pack.replace import About, Replacement, with_layer
from geo.pack.versions import Signature, VersionStore
from geo.workspace import Workspace, figures_of
from layers.app.heavy import child, drafts, waiting
from layers.app.heavy.job import Work, only
from tests.support import heavy_tasks

LONG_S = 120.0
SIGNED = Signature("Kari", "Prøve")
ABOUT = About("Prøve")


class LeaveError(BaseException):
    """The reader leaves, as Streamlit tells it: not an `Exception`."""


@pytest.fixture(scope="module")
def pack():
    return read_pack(DEFAULT_PACK)


@pytest.fixture
def store(tmp_path):
    return VersionStore(tmp_path / "packs")


@pytest.fixture
def page(pool, monkeypatch):
    """What waiting needs of a page; its bar is drawn once the job has begun."""
    monkeypatch.setattr(waiting, "pool", lambda: pool)
    monkeypatch.setattr(waiting, "QUIET_S", 0.0)
    monkeypatch.setattr(waiting.st, "session_state", {})
    return monkeypatch


def moved(pack, layer="zones"):
    old = pack.layer(layer)
    frame = old.assign(geometry=old.geometry.translate(5, 5))
    return candidate(layer, frame, guess(layer, frame, old), pack, Nature.OWN)


def changes(pack):
    return [Replacement(moved(pack), ABOUT, Extent.ALL)]


def done(pool, work):
    with pool.asked(work) as job:
        assert job.wait(LONG_S)
        return job.value()


def test_what_a_draft_changes_is_the_same_as_in_the_server(pool, pack):
    after = with_layer(pack, moved(pack), ABOUT)
    found = done(pool, drafts.reckoned(pack, ("changes",), compare, (pack, after)))
    assert found == compare(pack, after)
    assert any(not one.same for one in found)


def test_the_key_figures_of_a_draft_are_the_same_as_in_the_server(pool, pack):
    after = with_layer(pack, moved(pack), ABOUT)
    used = Workspace(pack=pack)
    args = (used.listed, dict(used.norms))
    found = done(pool, drafts.reckoned(pack, ("figures",), figures_of, (after, *args)))
    expected = figures_of(after, *args)
    assert found.values == expected.values
    assert found.zones.equals(expected.zones)


def test_a_draft_is_read_with_its_own_layers_in_their_order(pack):
    after = with_layer(pack, moved(pack), ABOUT)
    at = drafts._at(pack, after)
    assert list(at.frames) == ["zones"]
    read = at.read()
    assert (read.sha256, list(read.layers)) == (after.sha256, list(after.layers))
    assert read.layer("zones").equals(after.layer("zones"))
    assert read.info("zones") == after.info("zones")


def test_a_version_is_written_read_and_put_into_use(page, pack, store):
    told = []

    def fill(folder):
        page.setattr(waiting, "_show", lambda job, says: told.append((says, job.wait(LONG_S))))
        writing = drafts.changed(pack, changes(pack), folder, heavy=True)
        told.append(waiting.done(writing, "Skriver"))

    made = store.add(fill, SIGNED, replaces=EMBEDDED)
    said, read = told
    assert said == ("Skriver", True)
    whole = store.read(made.id)
    assert store.choice().version == made.id
    assert read.sha256 == whole.sha256
    assert all(read.layer(name).equals(whole.layer(name)) for name in whole.layers)


def test_a_version_is_the_same_where_the_server_writes_it(pack, store, tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    shares = []
    replacing.fill(folder, pack, changes(pack), lambda *share: shares.append(share))
    made = replacing.save_changes(store, pack, changes(pack), SIGNED, replaces=EMBEDDED)
    assert not any(one for one in compare(read_pack(folder), store.read(made.id)) if not one.same)
    assert shares == sorted(shares)
    assert shares[-1][0] == shares[-1][1] > 0


@pytest.mark.parametrize("deaf", [False, True])
def test_a_version_that_is_stopped_leaves_all_as_it_was(page, pack, store, deaf):
    filling = heavy_tasks.fill_deaf if deaf else heavy_tasks.fill_slowly
    seen = []

    def leaves(job, _says):
        heavy_tasks.wait_for(lambda: any(seen[0].iterdir()))
        seen.append(job)
        raise LeaveError

    def fill(folder):
        seen.append(folder)
        page.setattr(waiting, "_show", leaves)
        waiting.done(Work(("filled", str(folder)), filling, (str(folder),), list), "Skriver")

    with pytest.raises(LeaveError):
        store.add(fill, SIGNED, replaces=EMBEDDED)
    folder, job = seen
    assert job.done
    time.sleep(2 * heavy_tasks.STEP_S)  # who still wrote, would by now
    assert not folder.exists()
    assert [path for path in store.home.rglob("*") if path.is_file()] == []
    assert store.versions() == []
    assert store.choice().version == EMBEDDED
    assert waiting.st.session_state == {waiting._UNDONE: True}
    # And the next one is made.
    page.setattr(waiting, "_show", lambda job, _says: job.wait(LONG_S))
    writing = partial(drafts.changed, pack, changes(pack), heavy=True)
    made = store.add(lambda one: waiting.done(writing(one), ""), SIGNED, replaces=EMBEDDED)
    assert store.choice().version == made.id


def test_an_error_of_the_work_is_the_pages_to_say(page, tmp_path):
    page.setattr(waiting, "_show", lambda job, _says: job.wait(LONG_S))
    gone = tmp_path / "gone"
    with pytest.raises(PackError):
        waiting.done(drafts.reading(gone, ()), "Leser")
    assert waiting.st.session_state == {}


def test_a_pack_read_by_a_process_is_the_pack(pool):
    found = done(pool, drafts.reading(DEFAULT_PACK, stamp(DEFAULT_PACK)))
    expected = read_pack(DEFAULT_PACK)
    assert (found.sha256, found.findings) == (expected.sha256, expected.findings)
    assert (found.name, found.directory) == (expected.name, expected.directory)
    assert dict(found.manifest) == dict(expected.manifest)
    assert list(found.layers) == list(expected.layers)
    assert all(found.layer(name).equals(expected.layer(name)) for name in expected.layers)


def test_what_a_killed_process_had_on_the_way_is_taken_away(pool, tmp_path):
    note = tmp_path / "note"
    with pool.asked(Work("scratch", heavy_tasks.keep_in_scratch, (str(note),), list)) as job:
        heavy_tasks.wait_for(lambda: note.exists() and note.read_text())
        scratch = pool._slots[0].board.scratch
        assert any(scratch.iterdir())
    assert job.wait(LONG_S)
    heavy_tasks.wait_for(lambda: not scratch.exists() or not any(scratch.iterdir()))
    assert child._DESK.job == 0


def test_a_folder_that_the_system_cleared_away_is_there_again_and_nobody_elses(pool, tmp_path):
    first, second = done(pool, scratch(tmp_path / "a")), tmp_path / "b"
    shutil.rmtree(Path(first).parent)
    again = Path(done(pool, scratch(second)))
    assert again.parent == Path(first).parent
    assert again.is_file()
    assert os.name == "nt" or again.parent.stat().st_mode & 0o077 == 0


def scratch(note):
    args = (str(note), 0.0)
    return Work(("scratch", str(note)), heavy_tasks.keep_in_scratch, args, only)
