"""A shapefile's texts in UTF-8 are read as that, also where the file says another set."""

from __future__ import annotations

import contextlib

import pytest

from geo.errors import NaeringsarealError
from geo.i18n import LANGUAGES
from geo.intake.sites import open_sites
from tests.support.rows import rows
from tests.support.shapes import square
from tests.support.sitefiles import zipped

NAMES = ["Blåbærås", "Ørje", "Čáhcesuolu", "Vik"]
TOLD = "finding.dbf_charset"


def shapefile(folder, names, encoding, said, *, column="navn", language=0):
    """A zip whose .dbf is written in one set and says another; None for no .cpg."""
    home = folder / "form"
    home.mkdir()
    plots = [square(614_196 + 300 * at, 6_647_965) for at in range(len(names))]
    frame = rows(*plots, **{column: names, "jobs": list(range(len(names)))})
    frame.to_file(home / "tomter.shp", encoding=encoding)
    if said is None:
        (home / "tomter.cpg").unlink()
    else:
        (home / "tomter.cpg").write_text(said)
    table = home / "tomter.dbf"
    content = bytearray(table.read_bytes())
    content[29] = language
    table.write_bytes(content)
    return zipped(home, folder / "a.zip")


def told(sites):
    return [one for one in sites.attrs["assumptions"] if one.msgid == TOLD]


@pytest.mark.parametrize(
    "said", ["ISO-8859-1", "ISO 88591", "88591", "ANSI 1252", "1252", "cp865", "LATIN1\n", "ANSI"]
)
def test_utf8_that_says_another_set_is_read_and_told(said, tmp_path):
    sites = open_sites(shapefile(tmp_path, NAMES, "UTF-8", said))
    assert sites["name"].tolist() == NAMES
    assert sites["jobs"].tolist() == [0, 1, 2, 3]
    (note,) = told(sites)
    for language in LANGUAGES:
        assert said.strip() in note.say(language)
        assert "tomter" in note.say(language)


@pytest.mark.parametrize("language", [0x57, 0x03, 0x66])
def test_also_where_the_table_itself_says_it(language, tmp_path):
    sites = open_sites(shapefile(tmp_path, NAMES, "UTF-8", None, language=language))
    assert sites["name"].tolist() == NAMES
    assert len(told(sites)) == 1


def test_also_where_only_a_heading_has_such_a_letter(tmp_path):
    sites = open_sites(shapefile(tmp_path, ["A", "B"], "UTF-8", "ISO-8859-1", column="merknad_ø"))
    assert sites["merknad_ø"].tolist() == ["A", "B"]
    assert len(told(sites)) == 1


@pytest.mark.parametrize(
    ("names", "encoding", "said"),
    [
        (NAMES[:2], "ISO-8859-1", "ISO-8859-1"),
        (["Ærø", "Ås", "Ã"], "ISO-8859-1", "ISO-8859-1"),
        (["Ã¸", "Ås"], "ISO-8859-1", "ISO-8859-1"),  # nonsense beside what is none
        (NAMES, "UTF-8", "UTF-8"),
        (["Vik", "Nes"], "ISO-8859-1", "ISO-8859-1"),
        (NAMES, "UTF-8", None),
    ],
)
def test_what_is_written_as_it_says_is_read_so_without_a_word(names, encoding, said, tmp_path):
    sites = open_sites(shapefile(tmp_path, names, encoding, said))
    assert sites["name"].tolist() == names
    assert told(sites) == []


@pytest.mark.parametrize("cut", [0, 10, 33, 64, 100])
def test_a_table_that_is_broken_breaks_no_more_than_before(cut, tmp_path):
    shapefile(tmp_path, NAMES, "UTF-8", "ISO-8859-1")
    table = tmp_path / "form" / "tomter.dbf"
    table.write_bytes(table.read_bytes()[:cut])
    path = zipped(tmp_path / "form", tmp_path / "b.zip")
    with contextlib.suppress(NaeringsarealError):
        open_sites(path)
