"""Settings: the environment, then a file; what is wrong with them is one sentence."""

from __future__ import annotations

import os

import pytest

from geo import settings
from geo.errors import SettingsError

NAMES = list(settings.Settings.model_fields)
TEXTS = [name for name in NAMES if settings.Settings.model_fields[name].annotation is str]
CHOICES = {"basemap": "sketch", "lang": "en", "log": "json", "log_level": "debug"}
FLAGS = [name for name in NAMES if settings.Settings.model_fields[name].annotation is bool]
NUMBERS = [name for name in NAMES if name not in (*TEXTS, *CHOICES, *FLAGS)]


def value_of(name):
    """A value that the setting can have and does not have by itself."""
    if name in FLAGS:
        return True
    return 7 if name in NUMBERS else CHOICES.get(name, "noe annet")


def as_toml(name, value):
    written = str(value).lower() if isinstance(value, bool) else value
    return f"{name} = {written}\n" if isinstance(value, int) else f'{name} = "{value}"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to start in, an environment without settings, and the old one afterwards."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    os.environ.clear()
    os.environ.update(before)


def write(text):
    settings.FILE.write_text(text, encoding="utf-8")


def refusal():
    with pytest.raises(SettingsError) as error:
        settings.load()
    said = error.value.say("nb")
    assert "\n" not in said
    return said


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_read_from_the_environment(name, monkeypatch):
    monkeypatch.setenv(settings.variable(name), str(value_of(name)))
    assert getattr(settings.load(), name) == value_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_of_the_file_stands_in_the_environment_too(name):
    write(as_toml(name, value_of(name)))
    assert getattr(settings.load(), name) == value_of(name)
    assert os.environ[settings.variable(name)] == str(value_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_environment_goes_before_the_file(name, monkeypatch):
    monkeypatch.setenv(settings.variable(name), str(value_of(name)))
    other = {"lang": "nb", **dict.fromkeys(NUMBERS, 8), **dict.fromkeys(FLAGS, False)}
    write(as_toml(name, other.get(name, "text")))
    if name == "log_level":
        write('log_level = "error"')
    assert getattr(settings.load(), name) == value_of(name)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["-1", "mange", "1.5", "99999999999999"])
def test_a_number_that_cannot_be_used_is_told_with_what_can(name, value, monkeypatch):
    monkeypatch.setenv(settings.variable(name), value)
    if name.startswith("limit_") and value == "99999999999999":
        assert getattr(settings.load(), name) == int(value)
        return
    said = refusal()
    assert settings.variable(name) in said
    assert value in said
    assert "et helt tall" in said


@pytest.mark.parametrize("name", CHOICES)
def test_a_word_that_is_no_choice_is_told_with_those_that_are(name, monkeypatch):
    monkeypatch.setenv(settings.variable(name), "gul")
    assert CHOICES[name] in refusal()


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("value", ["ja", "kanskje", "2"])
def test_a_yes_that_is_none_ends_the_start(name, value, monkeypatch):
    # Not taken for a no: what is meant for everyone would show what is not.
    monkeypatch.setenv(settings.variable(name), value)
    said = refusal()
    assert value in said
    assert "true, false" in said


def test_a_name_that_is_no_setting_is_told_with_its_file():
    write("worker = 2\n")
    said = refusal()
    assert "worker" in said
    assert "naeringsareal.toml" in said


def test_the_ledgers_address_is_not_repeated_since_it_may_hold_a_password():
    write('ledger = ["postgresql://areal:hemmelig@vert/areal"]\n')
    said = refusal()
    assert "NAERINGSAREAL_LEDGER" in said
    assert "hemmelig" not in said


def test_a_file_that_is_no_toml_is_told():
    write("port = \n")
    assert "TOML" in refusal()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x = " + b"[" * 100_000])
def test_a_file_that_cannot_be_read_at_all_is_told(content):
    settings.FILE.write_bytes(content)
    assert "naeringsareal.toml" in refusal()


def test_a_named_file_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv(settings.FILE_VARIABLE, str(tmp_path / "annen.toml"))
    assert "annen.toml" in refusal()


def test_a_named_file_goes_before_the_one_in_the_folder(monkeypatch, tmp_path):
    write("port = 9000\n")
    other = tmp_path / "annen.toml"
    other.write_text("port = 9001\n", encoding="utf-8")
    monkeypatch.setenv(settings.FILE_VARIABLE, str(other))
    assert settings.load().port == 9001


def test_without_any_the_defaults_hold_and_nothing_is_put_into_the_environment():
    read = settings.load()
    assert (read.port, read.workers, read.lang) == (8501, 0, "nb")
    assert [name for name in os.environ if name.startswith(settings.PREFIX)] == []


def test_what_looks_like_a_setting_and_is_none_is_found():
    names = ["LEDGR", "WORKER", "PORT", "KARTVERKET_USER", "KARTVERKET_PASSWORD", "SETTINGS"]
    environment = {f"{settings.PREFIX}{name}": "x" for name in names} | {"PATH": "/bin"}
    assert settings.unknown(environment) == [
        "NAERINGSAREAL_LEDGR",
        "NAERINGSAREAL_WORKER",
    ]
