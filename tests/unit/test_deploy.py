"""The files in deploy/ fit each other and the program; tests/serve starts a server of them."""

from __future__ import annotations

import configparser
import fnmatch
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from geo import settings
from layers.serve import process, supervise

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = tomllib.loads((DEPLOY / "naeringsareal.toml").read_text(encoding="utf-8"))
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def unit():
    """What the unit says, the last of each name."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(DEPLOY / "naeringsareal.service", encoding="utf-8")
    return parser["Service"]


@pytest.fixture(scope="module")
def steps():
    """Steps of the Containerfile, lines that go on put together, without comments."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [line.split(maxsplit=1) for line in lines if line.strip()]


def test_nginx_has_each_worker_of_the_example_and_no_other():
    ports = [
        int(port) for port in re.findall(r"^\s+server 127\.0\.0\.1:(\d+)", NGINX, re.MULTILINE)
    ]
    first = EXAMPLE["port"]
    assert ports == list(range(first, first + EXAMPLE["workers"]))


def test_nginx_lets_the_largest_upload_through():
    (most,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert EXAMPLE["upload_megabytes"] < int(most) <= EXAMPLE["upload_megabytes"] * 1.1


def test_nginx_serves_the_path_and_the_name_of_the_example():
    base = f"/{EXAMPLE['base_path']}/"
    assert f"Path={base};" in NGINX
    found = set(re.findall(r"location (?:= )?(/\S+)", NGINX))
    assert all(path.startswith(base) or path in {"/", base.rstrip("/")} for path in found)
    assert set(re.findall(r"server_name (\S+);", NGINX)) == {EXAMPLE["hosts"]}


def test_the_unit_gives_what_is_under_way_time_to_finish(unit):
    usual = settings.Settings.model_fields["drain_seconds"].default
    assert EXAMPLE["drain_seconds"] == usual
    assert int(unit["TimeoutStopSec"]) > usual + supervise._MARGIN_S
    assert int(unit["TimeoutStartSec"]) > process.WARM_S
    assert int(unit["WatchdogSec"]) > 2 * supervise._TELL_S


def test_the_unit_starts_the_server_as_nobody_special(unit):
    assert unit["ExecStart"].endswith("/python -m layers.serve")
    assert unit["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert unit["User"] == "naeringsareal"
    assert (unit["NoNewPrivileges"], unit["ProtectSystem"]) == ("yes", "strict")


def test_the_image_has_what_the_program_imports_and_shows(steps):
    taken = [part for name, rest in steps if name == "COPY" for part in rest.split()[:-1]]
    assert [one for one in taken if not (ROOT / one).exists()] == []
    needed = {"app.py", "pages", "geo", "layers", "locale", "data", "static", "constraints.txt"}
    assert needed <= set(taken)
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    let = [line[1:] for line in ignored if line.startswith("!")]
    assert [one for one in taken if not any(fnmatch.fnmatch(one, way) for way in let)] == []


def test_the_image_runs_the_server_as_a_user_of_its_own(steps):
    named = dict(steps)
    assert json.loads(named["CMD"]) == ["python", "-m", "layers.serve"]
    assert named["USER"] == "naeringsareal"
    assert [name for name, _ in steps].index("USER") > max(
        place for place, (name, _) in enumerate(steps) if name in {"COPY", "RUN"}
    )


def test_the_image_sets_what_are_settings(steps):
    (said,) = [rest for name, rest in steps if name == "ENV"]
    variables = dict(one.split("=", 1) for one in shlex.split(said))
    ours = {name: value for name, value in variables.items() if name.startswith(settings.PREFIX)}
    assert ours
    assert settings.unknown(ours) == []
    settings.Settings(
        **{name.removeprefix(settings.PREFIX).lower(): value for name, value in ours.items()}
    )


def test_the_image_is_asked_whether_it_lives_below_any_path(steps, monkeypatch):
    (asked,) = [rest for name, rest in steps if name == "HEALTHCHECK"]
    (_, flag, code) = json.loads(asked.partition("CMD ")[2])
    assert flag == "-c"
    urls = []
    monkeypatch.setattr("urllib.request.urlopen", lambda url, **_: urls.append(url))
    for base in ("", "areal", "/kart/areal/"):
        monkeypatch.setenv("NAERINGSAREAL_BASE_PATH", base)
        exec(code, {})  # noqa: S102  # our own
    paths = ["/healthz", "/areal/healthz", "/kart/areal/healthz"]
    assert urls == [f"http://127.0.0.1:8501{path}" for path in paths]


def test_the_public_server_has_a_place_of_its_own_beside_the_other(monkeypatch):
    monkeypatch.setenv(settings.FILE_VARIABLE, str(DEPLOY / "naeringsareal-apen.toml"))
    assert settings.Settings().public
    public = tomllib.loads((DEPLOY / "naeringsareal-apen.toml").read_text(encoding="utf-8"))
    first, own = public["port"], range(EXAMPLE["port"], EXAMPLE["port"] + EXAMPLE["workers"])
    ports = [*range(first, first + public["workers"])]
    assert set(ports).isdisjoint(own)
    nginx = (DEPLOY / "nginx-apen.conf").read_text(encoding="utf-8")
    assert [int(port) for port in re.findall(r"server 127\.0\.0\.1:(\d+)", nginx)] == ports
    assert re.findall(r"server_name (\S+);", nginx) == [public["hosts"]]
    assert public["hosts"] != EXAMPLE["hosts"]


def test_the_public_servers_unit_shuts_out_what_is_the_others(unit):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(DEPLOY / "naeringsareal-apen.service", encoding="utf-8")
    public = parser["Service"]
    differs = {name for name in {*unit, *public} if unit.get(name) != public.get(name)}
    assert differs == {
        *("User", "Group", "SupplementaryGroups", "EnvironmentFile"),
        *("StateDirectory", "CacheDirectory", "ConfigurationDirectory"),
        *("ReadWritePaths", "InaccessiblePaths"),
    }
    assert public["User"] != unit["User"]
    assert "/etc/naeringsareal " in f"{public['InaccessiblePaths']} "
    assert "secrets" not in (DEPLOY / "naeringsareal-apen.service").read_text(encoding="utf-8")
