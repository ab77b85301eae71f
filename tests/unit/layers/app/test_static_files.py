"""Files that the app makes for browsers: written once, whole, and not kept for ever."""

import os
import time

from layers.app import static_files


def test_equal_content_is_one_file(tmp_path):
    assert static_files.keep(tmp_path, "æøå", ".js", kept=9) == static_files.keep(
        tmp_path, "æøå", ".js", kept=9
    )
    (file,) = tmp_path.iterdir()
    assert file.read_text(encoding="utf-8") == "æøå"


def test_a_missing_folder_is_made(tmp_path):
    name = static_files.keep(tmp_path / "a" / "b", "x", ".json", kept=9)
    assert (tmp_path / "a" / "b" / name).read_text(encoding="utf-8") == "x"


def test_the_oldest_go(tmp_path):
    names = []
    for number in range(5):
        names.append(static_files.keep(tmp_path, str(number), ".js", kept=3))
        os.utime(tmp_path / names[-1], (number, number))
    assert {path.name for path in tmp_path.iterdir()} == set(names[-3:])


def test_a_folder_is_forgotten_whole(tmp_path):
    for number in range(3):
        (tmp_path / str(number) / "tiles").mkdir(parents=True)
        os.utime(tmp_path / str(number), (number, number))
    static_files.forget(tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["2"]


def test_a_file_that_another_session_removed_is_no_error(tmp_path):
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    static_files.keep(tmp_path, "x", ".js", kept=1)
    assert len(list(tmp_path.iterdir())) == 1


def test_files_that_others_are_making_are_not_forgotten(tmp_path):
    for age, name in enumerate(("c", "b", "a", ".draft-a")):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - 1000 * age,) * 2)
    static_files.forget(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".draft-a", "b", "c"]


def test_a_files_name_cannot_be_guessed(tmp_path):
    # 128 bits: what a session has drawn or uploaded is shown by such a file too.
    assert len(static_files.keep(tmp_path, "map", ".js", kept=1).removesuffix(".js")) == 32


def test_what_was_asked_for_lately_stays_for_the_browser_that_fetches_it(tmp_path):
    names = [static_files.keep(tmp_path, str(number), ".js", kept=1) for number in range(3)]
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    long_ago = time.time() - static_files.GRACE_S - 1
    for name in names:
        os.utime(tmp_path / name, (long_ago, long_ago))
    static_files.keep(tmp_path, "0", ".js", kept=1)  # an old one, asked for again
    new = static_files.keep(tmp_path, "new", ".js", kept=1)
    assert {path.name for path in tmp_path.iterdir()} == {names[0], new}
