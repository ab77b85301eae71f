"""Every test has a ledger and versions of the pack of its own: none touches the reader's."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.pack import location

ROOT = Path(__file__).parents[1]

# Nobody needs a test's GeoPackages after the power has gone: no write waits for the disk.
os.environ.setdefault("OGR_SQLITE_SYNCHRONOUS", "OFF")

# No property may fail because the machine is slow or has much else to do.
# Each run draws other examples; `make fuzz` draws many.
settings.register_profile(
    "any_machine", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", settings.get_profile("any_machine"), max_examples=1000)
settings.load_profile("any_machine")


# What takes longest, in this order, comes first. A module stays with one worker: begun last, it
# would go on alone while the other cores have nothing left to do.
LONG = (
    "tests/serve/test_security.py",
    "tests/serve/test_public.py",
    "tests/serve/test_behind_nginx.py",
    "tests/pages/test_link_fuzz.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_layout.py",
    "tests/browser/test_stories.py",
    "tests/browser/test_nothing_lost.py",
    "tests/browser/test_axe.py",
    "tests/browser/test_maps.py",
    "tests/browser/test_browser.py",
    "tests/pages/test_own_data_stories.py",
    "tests/pages/test_pages.py",
    "tests/serve/test_serving.py",
    "tests/browser/test_heavy.py",
    "tests/browser/test_projects.py",
    "tests/browser/test_layers.py",
    "tests/browser/test_screening.py",
    "tests/browser/test_reserve_map.py",
    "tests/browser/test_login.py",
    "tests/browser/test_data.py",
    "tests/pins/test_pins.py",
    "tests/pages/test_heavy_pages.py",
    "tests/pages/test_two_servers.py",
    "tests/unit/geo/intake/test_fuzz.py",
    "tests/unit/test_killed.py",
    "tests/unit/geo/distribute/test_crew.py",
    "tests/unit/geo/distribute/test_run.py",
    "tests/unit/geo/distribute/test_national.py",
    "tests/pages/test_reserve_page.py",
    "tests/unit/geo/ledger/test_export.py",
    "tests/unit/geo/cli/test_pack.py",
    "tests/unit/geo/report/test_since.py",
    "tests/unit/geo/report/test_zone_sheet.py",
    "tests/unit/geo/cli/test_search.py",
    "tests/unit/geo/land/test_account_towns.py",
    "tests/unit/geo/report/test_account_report.py",
    "tests/services/test_build.py",
    "tests/services/test_publish.py",
    "tests/services/test_publish_follows.py",
    "tests/serve/test_first_visits.py",
    "tests/pages/test_projects_page.py",
    "tests/pages/test_screening_page.py",
    "tests/unit/geo/backup/test_restored.py",
)


def pytest_collection_modifyitems(items):
    place = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda one: place.get(one.path.relative_to(ROOT).as_posix(), len(LONG)))


def pytest_collection_finish():
    # Twelve thousand tests and all that they import stay to the end: no search for garbage need go
    # through them again.
    gc.collect()
    gc.freeze()


_numbers = itertools.count()


@pytest.fixture
def tmp_path(tmp_path_factory):
    """A folder with a short name, since messages cut long paths.

    pytest's own adds a worker's name and that of the test, more than is left of a line.
    """
    path = tmp_path_factory.getbasetemp() / str(next(_numbers))
    path.mkdir(mode=0o700)
    return path


@pytest.fixture(scope="session", autouse=True)
def _no_ledger_from_home(tmp_path_factory):
    """What outlives a test, such as a server that many ask, has a ledger of its own too."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("shared") / "ledger.sqlite"
        patch.setenv(ENVIRONMENT_VARIABLE, f"sqlite:///{path}")
        yield


@pytest.fixture(autouse=True)
def ledger_file(tmp_path, monkeypatch):
    path = tmp_path / "own" / "ledger.sqlite"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def versions_home(tmp_path, monkeypatch):
    path = tmp_path / "own" / "packs"
    monkeypatch.setenv(location.VERSIONS_VARIABLE, str(path))
    return path


def _program(name, package):
    found = shutil.which(name)
    if found is None:
        message = f"{name} is missing: install the package «{package}»"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def ogrinfo():
    """GDAL's own program, which reads files by another way than ours."""
    return _program("ogrinfo", "gdal-bin")


@pytest.fixture(scope="session")
def soffice():
    """LibreOffice, which opens a Word document as an office PC does."""
    return _program("soffice", "libreoffice-writer-nogui")


@pytest.fixture(scope="session")
def pdftoppm():
    """Poppler's program that draws the pages of a PDF."""
    return _program("pdftoppm", "poppler-utils")
