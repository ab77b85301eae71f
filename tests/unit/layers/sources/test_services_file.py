"""A file of services with a typo: one true sentence, before anything is asked."""

from __future__ import annotations

import pytest

from geo.errors import ParameterError
from layers.sources import services

SOUND = """
[[services]]
id = "a"
layer = "constraints"
type = "wfs"
url = "https://kart.test/wfs"
source = "S"
name = "app:A"
[services.columns]
constraint_id = "id"
[services.constants]
kind = "flood"
severity = "assess"
"""


def said(path, text, language="nb"):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ParameterError) as refused:
        services.read(path)
    return refused.value.say(language)


def test_a_sound_file_is_read(tmp_path):
    (tmp_path / "t.toml").write_text(SOUND, encoding="utf-8")
    assert [one.id for one in services.read(tmp_path / "t.toml").of("constraints")] == ["a"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('name = "app', 'nmae = "app', "tjenesten «a» har nøkkelen «nmae», som ikke finnes"),
        ('id = "a"\n', "", "tjenesten «1» mangler «id»"),
        ('"wfs"', '"wsf"', "«type» i tjenesten «a» må være en av disse: wfs, ogcapi, arcgis"),
        ('source = "S"', 'source = "S"\npage_size = 0', "«page_size» i tjenesten «a» kan ikke"),
        ('"constraints"', '"hensyn"', "tjenesten «a» er for laget «hensyn», som ikke finnes"),
        ("constraint_id", "id", "tjenesten «a» gir kolonnen «id», som laget ikke har"),
        ("https://kart.test/wfs", "htps:/kart", "tjenesten «a» har adressen «htps:/kart», som"),
        ("https://kart.test/wfs", "https://[::x", "tjenesten «a» har adressen «https://[::x», som"),
        ("[[services]]", "[[services]", "linje 2 er ikke skrevet som TOML"),
        ("[[services]]", "[policy]\nattemps = 3\n[[services]]", "delen «policy» har nøkkelen"),
        ('severity = "assess"', f'severity = "assess"\n{SOUND}', "to tjenester heter «a»"),
        ('"app:A"', '"app:A"\nwhere = "a = = 1"', "regelen «a = = 1» for tjenesten «a» kan ikke"),
    ],
)
def test_a_slip_is_named_with_where_it_is(tmp_path, old, new, reason):
    assert f"kan ikke brukes ({reason}" in said(tmp_path / "t.toml", SOUND.replace(old, new, 1))


def test_what_is_no_text_file_and_what_is_not_there_is_said(tmp_path):
    letters = SOUND.replace('"S"', '"Å"').encode("latin-1")
    assert "filen er ikke lagret som UTF-8" in said(tmp_path / "t.toml", letters)
    with pytest.raises(ParameterError) as refused:
        services.read(tmp_path / "borte.toml")
    assert "(filen finnes ikke)" in refused.value.say("nb")
    assert "(there is no such file)" in refused.value.say("en")
