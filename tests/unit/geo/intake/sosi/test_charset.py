"""A file is read in the character set that its bytes show, and told where its header lies."""

from __future__ import annotations

import pytest

from geo.intake.sites import open_sites
from tests.support.sosi import document, flate, ids, notes, opened, square

NAME = "Blåbærøya ÆØÅ"
SEVEN = str.maketrans("ÆØÅæøå", "[\\]{|}")


def named(charset, encoding):
    objects = (square(1, 0, 0, 10), flate(2, ":1", told=f"..NAVN {NAME}"))
    return opened(*objects, charset=charset, encoding=encoding)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("UTF-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ('"UTF-8"   ! nyere filer', "utf-8"),
        ("ISO8859-1", "latin-1"),
        ("ISO-8859-1", "latin-1"),
        ("ISO8859-10", "iso8859_10"),
        ("ISO 8859-10", "iso8859_10"),
        ("iso8859_10", "latin-1"),
        ("ANSI", "cp1252"),
        ("DOSN8", "cp865"),
        ("DECM8", "latin-1"),
    ],
)
def test_each_spelling_of_a_character_set_is_known(charset, encoding):
    sites = named(charset, encoding)
    assert sites["name"].tolist() == [NAME]
    assert ids(sites) == []


@pytest.mark.parametrize("charset", ["ND7", "DECN7"])
def test_seven_bits_are_norwegian(charset):
    objects = (square(1, 0, 0, 10), flate(2, ":1", told=f"..NAVN {NAME}"))
    text = document(*objects, charset=charset).translate(SEVEN)
    sites = open_sites(text.encode("ascii"), "a.sos")
    assert sites["name"].tolist() == [NAME]
    assert sites.area.tolist() == [100]
    assert ids(sites) == []


@pytest.mark.parametrize(
    ("charset", "encoding", "used"),
    [
        ("ISO8859-10", "utf-8", "UTF-8"),
        ("DOSN8", "utf-8-sig", "UTF-8"),
        ("UTF-8", "latin-1", "ANSI"),
        ("ISO8859-1", "cp865", "DOSN8"),
        ("DOSN8", "latin-1", "ANSI"),
        ("ND7", "latin-1", "ANSI"),
        ("EBCDIC", "utf-8", "UTF-8"),
    ],
)
def test_a_header_that_lies_is_told(charset, encoding, used):
    sites = named(charset, encoding)
    assert sites["name"].tolist() == [NAME]
    (note,) = notes(sites)
    assert note.msgid == "finding.sosi_charset"
    assert note.parts == {"said": charset, "used": used}


def test_seven_bits_that_the_header_does_not_say_are_told():
    text = document(square(1, 0, 0, 10), flate(2, ":1")).translate(SEVEN)
    sites = open_sites(text.encode("ascii"), "a.sos")
    assert sites.area.tolist() == [100]
    assert ids(sites) == ["charset"]


@pytest.mark.parametrize(("encoding", "used"), [("utf-8", "UTF-8"), ("cp865", "DOSN8")])
def test_a_header_without_a_character_set_is_told(encoding, used):
    sites = named(None, encoding)
    assert sites["name"].tolist() == [NAME]
    (note,) = notes(sites)
    assert (note.msgid, note.parts) == ("finding.sosi_charset_missing", {"used": used})


def test_one_broken_letter_does_not_change_how_the_others_are_read():
    objects = (square(1, 0, 0, 10), flate(2, ":1", told=f"..NAVN {NAME}\n..MERKNAD b?r"))
    text = document(*objects).encode().replace(b"b?r", b"b\xe6r")
    sites = open_sites(text, "a.sos")
    assert sites["name"].tolist() == [NAME]
    assert sites["MERKNAD"].tolist() == ["b\N{REPLACEMENT CHARACTER}r"]
