"""Drafts on the server: found by their id alone, bounded, and gone after a day."""

from __future__ import annotations

import json
import os
import stat
import time

import pytest

from layers.app.kept import store


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACKS", str(tmp_path / "packs"))
    return tmp_path / "packs" / "drafts"


def aged(path, hours):
    then = time.time() - 3600 * hours
    os.utime(path, (then, then))


def test_a_draft_comes_back_by_its_id_and_is_nobody_elses_on_the_machine(place):
    values = {"navn": "Åsen næringspark", "tall": [1, 2.5, None]}
    draft = store.write(values)
    assert store.read(draft) == values
    assert stat.S_IMODE((place / f"{draft}.json").stat().st_mode) == 0o600
    assert [path.name for path in place.iterdir()] == [f"{draft}.json"]  # and nothing half made
    assert stat.S_IMODE(place.stat().st_mode) == 0o700  # a name is all that opens one


def test_a_draft_is_written_over_under_its_own_id_and_removed(place):
    draft = store.write({"a": 1})
    assert store.write({"a": 2}, draft) == draft
    assert store.read(draft) == {"a": 2}
    store.remove(draft)
    assert store.read(draft) is None
    assert list(place.iterdir()) == []


def test_ids_are_of_ninety_six_bits_and_never_the_same():
    made = {store.write({"a": 1}) for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 16 for one in made)  # 12 bytes in base64


def test_a_draft_of_yesterday_is_gone_and_swept_away(place):
    old = store.write({"a": 1})
    aged(place / f"{old}.json", 24.01)
    assert store.read(old) is None
    new = store.write({"a": 2})
    assert [path.stem for path in place.iterdir()] == [new]


def test_a_draft_of_this_morning_is_there(place):
    draft = store.write({"a": 1})
    aged(place / f"{draft}.json", 23.9)
    assert store.read(draft) == {"a": 1}


def test_what_is_too_large_is_not_kept(place):
    assert store.write({"a": "x" * store.MOST_BYTES}) is None
    assert not place.exists()
    assert store.write_file(b"x" * (store.MOST_FILE_BYTES + 1)) is None


def test_the_oldest_of_too_many_go(place, monkeypatch):
    monkeypatch.setattr(store, "MOST_DRAFTS", 3)
    made = []
    for number in range(5):
        made.append(store.write({"a": number}))
        aged(place / f"{made[-1]}.json", 5 - number)
    assert {path.stem for path in place.iterdir()} == set(made[-3:])


def test_the_oldest_files_go_when_all_are_too_much(place, monkeypatch):
    monkeypatch.setattr(store, "MOST_FILES_BYTES", 25)
    made = []
    for number in range(3):
        made.append(store.write_file(b"0123456789" + bytes([number])))
        aged(place / f"{made[-1]}.file", 3 - number)
    assert store.read_file(made[0]) is None
    assert store.read_file(made[2]) == b"0123456789\x02"


def test_the_same_file_is_there_once_and_is_not_believed_when_it_was_changed(place):
    digest = store.write_file(b"innhold")
    assert store.write_file(b"innhold") == digest
    assert len(list(place.iterdir())) == 1
    (place / f"{digest}.file").write_bytes(b"annet")
    assert store.read_file(digest) is None


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "a" * 15, "a" * 17, "æ" * 16, "a" * 15 + "/", "\0" * 16]
)
def test_a_name_that_is_no_id_leads_nowhere(name, place):
    place.mkdir(parents=True)
    (place.parent / "secret.json").write_text("{}")
    assert store.read(name) is None
    assert store.read_file(name) is None
    store.remove(name)
    assert (place.parent / "secret.json").is_file()


@pytest.mark.parametrize("text", ["", "[1]", "null", "{", "[" * 10_000, "\xff"])
def test_a_damaged_draft_is_none(text, place):
    draft = store.write({"a": 1})
    (place / f"{draft}.json").write_bytes(text.encode("latin-1"))
    assert store.read(draft) is None


def test_nothing_is_kept_where_the_folder_cannot_be_written(place):
    place.parent.mkdir(parents=True)
    place.write_text("in the way")
    assert store.write({"a": 1}) is None
    assert store.write_file(b"a") is None
    assert store.read("a" * 16) is None


def test_only_json_is_written():
    with pytest.raises(TypeError):
        store.write({"a": object()})
    with pytest.raises(ValueError, match="JSON"):
        store.write({"a": float("nan")})
    assert json.loads("{}") == {}
