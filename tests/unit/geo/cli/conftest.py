"""Commands read the embedded pack once for all tests; a pack of a test's own is read each time."""

from __future__ import annotations

import pytest

from geo.pack.read import DEFAULT_PACK
from tests.support.reading import read_once


@pytest.fixture(scope="module", autouse=True)
def _read_once():
    with read_once([DEFAULT_PACK]):
        yield
