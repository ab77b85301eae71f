"""What the tests of the calculations share."""

from __future__ import annotations

import duckdb
import pytest
from duckdb_extensions import import_extension


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Return DuckDB with its spatial extension, installed from the wheel without internet.

    In a folder of the test's own: the user's home may hold another version, or none.
    """
    folder = tmp_path_factory.mktemp("duckdb")
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        import_extension("spatial", con=connection)
        connection.load_extension("spatial")
        yield connection
