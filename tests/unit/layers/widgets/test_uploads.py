"""What is kept of a file is kept by everything that its reading rests on."""

from functools import partial

import pytest
import shapely

from geo.errors import FileError
from geo.intake import sites
from layers.widgets import uploads

FILE = uploads.Given("steder.csv", b"x;y\n1;2\n", "abc")


@pytest.fixture
def keys(monkeypatch):
    found = []

    def heard(key, _ask, _file, *_more):
        found.append(key)
        if key[0] == "layers":
            return []
        raise FileError("error.file_unwritable", path="")

    monkeypatch.setattr(uploads, "_heard", heard)
    return found


def test_a_file_is_read_anew_for_another_place(keys):
    read, limits = partial(sites.read_layer), sites.Limits()
    for near in (None, shapely.Point(1, 2), shapely.Point(1, 2), shapely.Point(3, 4)):
        with pytest.raises(FileError):
            uploads._read(FILE, read, limits, near, key="upload")
    nowhere, here, same, there = [key for key in keys if key[0] == "file"]
    assert here == same
    assert len({nowhere, here, there}) == 3
