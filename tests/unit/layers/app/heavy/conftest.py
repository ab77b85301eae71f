"""A process for heavy work, as a server has them."""

import pytest

from layers.app.heavy.pool import Pool


@pytest.fixture(scope="module")
def pool():
    made = Pool(1)
    yield made
    made.close()
