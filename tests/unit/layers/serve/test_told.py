"""What Streamlit is told: ours before its own in the environment, that before our defaults."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo.settings import Settings
from layers.serve import told

ROOT = Path(__file__).parents[4]
READ = """
import json, sys
from geo import settings
from layers.serve import told
from geo.errors import SettingsError
try:
    told.tell(settings.load())
except SettingsError as error:
    sys.exit(error.say("nb"))
from streamlit import config
names = ("address", "baseUrlPath", "allowedHosts", "maxUploadSize", "port")
print(json.dumps([config.get_option(f"server.{name}") for name in names]))
"""


def read(folder, **environment):
    plain = {name: value for name, value in os.environ.items() if "STREAMLIT" not in name}
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", READ],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_streamlit_hears_of_ours_and_of_its_own_in_the_environment(tmp_path):
    found = read(
        tmp_path,
        NAERINGSAREAL_BASE_PATH="/kart/areal/",
        NAERINGSAREAL_HOSTS="areal.example.no,kart.example.no",
        STREAMLIT_SERVER_ADDRESS="0.0.0.0",  # noqa: S104  # what an operator writes
    )
    hosts = ["areal.example.no", "kart.example.no"]
    assert json.loads(found.stdout) == ["0.0.0.0", "kart/areal", hosts, 200, 8501]  # noqa: S104


def test_an_option_that_streamlit_does_not_understand_is_one_sentence(tmp_path):
    found = read(tmp_path, STREAMLIT_SERVER_ENABLE_CORS="kanskje")
    assert found.stderr.count("\n") == 1
    assert "STREAMLIT_SERVER_ENABLE_CORS" in found.stderr


@pytest.mark.parametrize(
    ("ours", "streamlits", "told_"),
    [(None, None, "200"), (None, "50", None), ("80", "50", "80"), ("80", None, "80")],
)
def test_ours_goes_before_streamlits_and_that_before_the_default(
    ours, streamlits, told_, monkeypatch
):
    name = "STREAMLIT_SERVER_MAX_UPLOAD_SIZE"
    for variable, value in (("NAERINGSAREAL_UPLOAD_MEGABYTES", ours), (name, streamlits)):
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    assert told.options(Settings()).get(name) == told_
